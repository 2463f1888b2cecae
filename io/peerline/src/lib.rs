//! The W3C RTCPeerConnection for Rust: async Rtc* objects over sockets.
