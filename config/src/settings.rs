//! The settings themselves, section by section.
//!
//! In: nothing. Out: plain values with defaults; each says its unit and its trade-off.
//! Never: reads a file or the environment.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// All settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The API, the pages and the WebSocket.
    pub http: Http,
    /// The media plane.
    pub media: Media,
    /// Where visits are kept.
    pub store: Store,
    /// Numbers for the operator.
    pub metrics: Metrics,
    /// The log.
    pub log: Log,
}

/// The API, the pages and the WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address and port to listen on. Browsers give camera and microphone only to
    /// `https://` and to `localhost`, so anything but loopback wants a TLS proxy in front.
    pub listen: SocketAddr,
    /// What people's browsers see, without a slash at the end; personal links begin with it.
    /// Empty: `http://` and the listen address, which suits one machine only.
    pub public_url: String,
    /// How long a stop waits for requests and sockets to end, in seconds. Longer is kinder
    /// to visits in progress, shorter restarts sooner.
    pub drain_seconds: u16,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            public_url: String::new(),
            drain_seconds: 5,
        }
    }
}

/// The media plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// UDP port of the first shard; each further shard takes the next one. Zero lets the
    /// system choose, which suits tests only.
    pub port: u16,
    /// Threads that carry media, each with its own port. Zero: one a core.
    pub shards: u16,
    /// Keep each of these threads on one core. Fewer cache misses; switch it off where the
    /// cores are shared with other work.
    pub pin: bool,
    /// Local addresses to receive media on. Empty: every address of this machine, loopback
    /// included, link-local left out.
    pub addresses: Vec<IpAddr>,
    /// Where browsers reach a local address from outside, when that differs (NAT, cloud).
    pub announce: Vec<Announce>,
}

impl Default for Media {
    fn default() -> Self {
        Self { port: 7882, shards: 0, pin: true, addresses: Vec::new(), announce: Vec::new() }
    }
}

/// A local address and the one it is known by outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announce {
    /// The address of this machine.
    pub local: IpAddr,
    /// The address browsers use; the port stays the same.
    pub public: IpAddr,
}

/// Where visits are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Folder of the embedded database and of the keys made at first start. Made with
    /// mode 0700 when it is missing.
    pub data_dir: PathBuf,
}

impl Default for Store {
    fn default() -> Self {
        Self { data_dir: PathBuf::from("bedside-data") }
    }
}

/// Numbers for the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Address and port of `/metrics`, `/livez` and `/readyz`; keep it off the internet.
    pub listen: SocketAddr,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464) }
    }
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug` or `trace`, also by module: `info,bedside_sfu=debug`.
    /// Packets are seen at `trace` only.
    pub level: String,
    /// `text` for people, `json` for a log collector.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

/// Shape of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One line for a person.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}
