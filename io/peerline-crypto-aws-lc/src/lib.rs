//! The default crypto backend: aws-lc-rs and RustCrypto HMAC-SHA1; certificate generation.
