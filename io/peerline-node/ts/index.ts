/** The package: every W3C interface under its own name. Each room adds its line. */
/// <reference lib="dom" preserve="true" />
/// <reference lib="dom.iterable" preserve="true" />
export * from './encoded_transform';
export * from './events';
export * from './identity/rtc_identity_assertion';
export * from './media';
export * as nonstandard from './nonstandard';
export * from './peer_connection';
export * from './rtp';
