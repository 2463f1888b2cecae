//! Ports: the one that was asked for, or the usual one, or a free one.

use crate::error::ServerError;
use std::io;
use std::net::{IpAddr, SocketAddr};

/// Calls `bind` with the wanted port; with none wanted, with the usual port and then, if that can't be had, with 0.
pub(crate) async fn bind<T>(
    protocol: &'static str,
    option: &'static str,
    ip: IpAddr,
    wanted: Option<u16>,
    usual: u16,
    bind: impl AsyncFn(SocketAddr) -> io::Result<T>,
) -> Result<T, ServerError> {
    let address = SocketAddr::new(ip, wanted.unwrap_or(usual));
    match bind(address).await {
        Ok(bound) => Ok(bound),
        Err(error)
            if wanted.is_none()
                && matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied) =>
        {
            let any = SocketAddr::new(ip, 0);
            bind(any).await.map_err(|error| ServerError::bind(protocol, option, any, error))
        }
        Err(error) => Err(ServerError::bind(protocol, option, address, error)),
    }
}
