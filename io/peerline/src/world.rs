//! What the core asks of the world besides datagrams: interfaces, sockets, host names.

use crate::socket::Sockets;
use peerline_edge::{Interface, IoOutcome, IoRequest};
use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// How long a host name may take. A resolver that does not answer must not hold gathering up for longer.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

type Lookup = Pin<Box<dyn Future<Output = IoOutcome> + Send>>;

/// Answers the core's requests; what takes time is polled along with the driver.
#[derive(Default)]
pub(crate) struct World {
    lookups: Vec<Lookup>,
}

impl World {
    /// Does what was asked; the answer, if it is there at once.
    pub(crate) fn request(&mut self, request: IoRequest, sockets: &mut Sockets) -> Option<IoOutcome> {
        match request {
            IoRequest::ListInterfaces => Some(IoOutcome::Interfaces(interfaces())),
            IoRequest::BindUdp { socket, local } => Some(match sockets.bind_udp(socket, local) {
                Ok(local) => IoOutcome::UdpBound { socket, local },
                Err(failure) => IoOutcome::Failed { socket, failure },
            }),
            IoRequest::Resolve { host } => {
                self.lookups.push(Box::pin(resolve(host)));
                None
            }
            IoRequest::Close { socket } => {
                sockets.close(socket);
                None
            }
        }
    }

    /// The next answer that took time.
    pub(crate) fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<IoOutcome> {
        for index in 0..self.lookups.len() {
            let Some(lookup) = self.lookups.get_mut(index) else { break };
            if let Poll::Ready(outcome) = lookup.as_mut().poll(cx) {
                drop(self.lookups.swap_remove(index));
                return Poll::Ready(outcome);
            }
        }
        Poll::Pending
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("lookups", &self.lookups.len()).finish()
    }
}

/// The addresses of the interfaces that are up.
fn interfaces() -> Vec<Interface> {
    let listed = match if_addrs::get_if_addrs() {
        Ok(listed) => listed,
        Err(error) => {
            tracing::debug!(kind = ?error.kind(), "cannot list the interfaces");
            Vec::new()
        }
    };
    listed
        .into_iter()
        .filter(if_addrs::Interface::is_oper_up)
        .map(|interface| {
            let address = interface.ip();
            let scope_id = match address {
                IpAddr::V6(address) if address.is_unicast_link_local() => interface.index.unwrap_or_default(),
                _ => 0,
            };
            Interface { name: interface.name, address, scope_id }
        })
        .collect()
}

async fn resolve(host: String) -> IoOutcome {
    let addresses = match tokio::time::timeout(RESOLVE_TIMEOUT, tokio::net::lookup_host((host.as_str(), 0))).await {
        Ok(Ok(addresses)) => {
            let mut unique: Vec<IpAddr> = Vec::new();
            for address in addresses {
                if !unique.contains(&address.ip()) {
                    unique.push(address.ip());
                }
            }
            unique
        }
        Ok(Err(_)) | Err(_) => Vec::new(),
    };
    IoOutcome::Resolved { host, addresses }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_at_least_the_loopback_address() {
        assert!(interfaces().iter().any(|interface| interface.address.is_loopback()));
    }

    #[tokio::test]
    async fn a_name_that_does_not_resolve_gives_no_address() {
        let outcome = resolve("name.invalid".to_owned()).await;
        assert_eq!(outcome, IoOutcome::Resolved { host: "name.invalid".to_owned(), addresses: Vec::new() });
    }

    #[tokio::test]
    async fn an_address_literal_resolves_to_itself() {
        let IoOutcome::Resolved { addresses, .. } = resolve("127.0.0.1".to_owned()).await else {
            panic!("not resolved")
        };
        assert_eq!(addresses, ["127.0.0.1".parse::<IpAddr>().unwrap()]);
    }
}
