//! An address to listen on, and the server that answers there.
//!
//! In: an address, routes, the word to stop. Out: the address as bound; the server's end.
//! Never: leaves the operator with a bare "address in use".

use crate::Fault;
use axum::Router;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A bound address.
#[derive(Debug)]
pub(super) struct Listener {
    listener: TcpListener,
    address: SocketAddr,
}

/// A server at work; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    task: JoinHandle<std::io::Result<()>>,
    address: SocketAddr,
}

impl Listener {
    /// Takes an address; `flag` is what chooses another.
    pub(super) async fn bind(address: SocketAddr, flag: &'static str) -> Result<Self, Fault> {
        let fault = |source| Fault::Listen { address, flag, source };
        let listener = TcpListener::bind(address).await.map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        Ok(Self { listener, address })
    }

    /// The address as bound: with the port the system chose for port zero.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stopping` is true and what was begun has ended.
    pub(super) fn serve(self, routes: Router, mut stopping: watch::Receiver<bool>) -> Server {
        let Self { listener, address } = self;
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        let stopped = async move {
            if stopping.wait_for(|stopping| *stopping).await.is_err() {
                // Nobody is left who could say stop.
                std::future::pending::<()>().await;
            }
        };
        let server = axum::serve(listener, routes).with_graceful_shutdown(stopped);
        Server { task: tokio::spawn(async move { server.await }), address }
    }
}

impl Server {
    /// Waits for the end.
    pub(super) async fn ended(&mut self) -> Result<(), Fault> {
        let ended = (&mut self.task).await.unwrap_or_else(|join| Err(std::io::Error::other(join)));
        ended.map_err(|source| Fault::Serve { address: self.address, source })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What people's browsers see. Without a setting it is the bound address; loopback is named
/// `localhost`, where browsers give camera and microphone without TLS.
pub(super) fn public_url(setting: &str, bound: SocketAddr) -> String {
    if !setting.is_empty() {
        return setting.to_owned();
    }
    if bound.ip().is_loopback() {
        return format!("http://localhost:{}", bound.port());
    }
    format!("http://{bound}")
}

#[cfg(test)]
mod tests {
    use super::public_url;

    #[test]
    fn links_begin_with_what_browsers_see() {
        let shown = |setting: &str, bound: &str| public_url(setting, bound.parse().unwrap());
        assert_eq!(shown("", "127.0.0.1:8080"), "http://localhost:8080");
        assert_eq!(shown("", "[::1]:8080"), "http://localhost:8080");
        assert_eq!(shown("", "192.0.2.7:80"), "http://192.0.2.7:80");
        assert_eq!(
            shown("https://visits.example.org", "127.0.0.1:8080"),
            "https://visits.example.org"
        );
    }
}
