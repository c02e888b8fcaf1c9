//! The settings themselves, section by section.
//!
//! In: nothing. Out: plain values with defaults; each says its unit and its trade-off. The
//! text above a key is the manual: `config/example.toml` is made of it (`make generate`).
//! Never: reads a file or the environment.

use crate::allow::Allow;
use crate::range::Range;
use crate::section::{section, sections};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

sections! {
    /// All settings.
    Config {
        /// The API, the pages and the WebSocket.
        http: Http,
        /// The media plane.
        media: Media,
        /// Where visits are kept.
        store: Store,
        /// How visits are recorded, where that is agreed to.
        recording: Recording,
        /// Whom the server calls by itself: webhooks, sign-in providers.
        outward: Outward,
        /// Where staff signs in (OpenID Connect).
        oidc: Oidc,
        /// Who may ask how often.
        limits: Limits,
        /// Numbers for the operator.
        metrics: Metrics,
        /// The log.
        log: Log,
    }
}

section! {
    /// The API, the pages and the WebSocket.
    Http {
        /// Address and port to listen on. Browsers give camera and microphone only to
        /// `https://` and to `localhost`, so anything but loopback wants a TLS proxy in front.
        listen: SocketAddr = loopback(8080),
        /// What people's browsers see, without a slash at the end; personal links begin with
        /// it. Empty: `http://` and the listen address, which suits one machine only.
        public_url: String = String::new(),
        /// Addresses and ranges of the proxies in front: `["127.0.0.1", "10.2.0.0/16"]`. Only
        /// from these is `X-Forwarded-For` believed, so that limits count each visitor and
        /// not the proxy.
        trusted_proxies: Vec<Range> = Vec::new(),
        /// How long a stop waits for requests and sockets to end, in seconds. Longer is
        /// kinder to visits in progress, shorter restarts sooner. At most 600.
        drain_seconds: u16 = 5,
    }
}

section! {
    /// The media plane.
    Media {
        /// UDP port of the first shard; each further shard takes the next one. Zero lets the
        /// system choose, which suits tests only.
        port: u16 = 7882,
        /// Threads that carry media, each with its own port. Zero: one a core. At most 256.
        shards: u16 = 0,
        /// Keep each of these threads on one core. Fewer cache misses; switch it off where
        /// the cores are shared with other work.
        pin: bool = true,
        /// Local addresses to receive media on. Empty: every address of this machine,
        /// loopback included, link-local left out.
        addresses: Vec<IpAddr> = Vec::new(),
        /// Where browsers reach a local address from outside, when that differs (NAT,
        /// cloud): `[{ local = "10.0.0.5", public = "203.0.113.7" }]`.
        announce: Vec<Announce> = Vec::new(),
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

section! {
    /// Where visits are kept.
    Store {
        /// Folder of the embedded database and of the keys made at first start. Made with
        /// mode 0700 when it is missing.
        data_dir: PathBuf = PathBuf::from("bedside-data"),
        /// A PostgreSQL (15 or later) that keeps the visits instead of the embedded database:
        /// `postgres://bedside@db.example.org/bedside?sslmode=verify-full`. Without a
        /// password; that has a file of its own. Empty: the embedded database.
        url: String = String::new(),
        /// File that holds the password of `url` and nothing else. Empty: none is needed.
        password_file: PathBuf = PathBuf::new(),
    }
}

section! {
    /// How visits are recorded, where that is agreed to. What is recorded is sealed to public keys
    /// in the server's memory; whoever has a private key opens it (`bedside recording --help`).
    Recording {
        /// Public keys that every recording is sealed to, unless a tenant has named its own; at
        /// least two, since a lost key is a lost recording: `["age1…", "age1…"]`. Make them with
        /// `bedside recording keygen`, away from this server. Empty: nothing is recorded for a
        /// tenant that has named none.
        recipients: Vec<String> = Vec::new(),
        /// Where sealed parts are kept: a folder, `s3://bucket/prefix`, `az://container/prefix` or
        /// `gs://bucket/prefix`. Credentials come from the environment, as the providers' own
        /// tools read them. Empty: the folder `recordings` in `store.data_dir`.
        store: String = String::new(),
        /// Folder in which sealed parts wait for the store; on a disk that survives a crash.
        /// Empty: the folder `spool` in `store.data_dir`.
        spool_dir: PathBuf = PathBuf::new(),
        /// The most that may wait there, in megabytes. When it is full, recordings say so and
        /// pause; visits go on. An hour of four people is about 1,500.
        spool_max_mb: u32 = 20_000,
        /// Seconds a part. A crash loses one part at most; shorter parts lose less and make more
        /// files. From 1 to 30.
        part_seconds: u16 = 2,
        /// How parts are sealed: `age` (X25519, ChaCha20-Poly1305), which everybody's `age` opens,
        /// or `aes256gcm` (P-256, AES-256-GCM) where nothing else is allowed.
        suite: SealingSuite = SealingSuite::Age,
        /// Whether each recording has a key of its own, sealed to the recipients, so that
        /// destroying that one small file makes the recording unreadable for everybody.
        shreddable: bool = false,
        /// Cores that may mix recordings into one film while they are made, for visits scheduled
        /// with `recorded_as`. They are taken from the end, media threads from the beginning. Zero:
        /// no films are made, and a visit that asks for one is refused.
        composite_cores: u16 = 0,
    }
}

section! {
    /// Whom the server calls by itself: webhooks, sign-in providers.
    Outward {
        /// Hosts and addresses that may be called although they are private, and without TLS:
        /// `["hooks.clinic.internal", "10.1.0.0/16"]`. Everything else has to be `https://` at
        /// a public address, so that nobody who may register a webhook can make the server
        /// knock at doors inside the network. Name as little as you can.
        allow: Vec<Allow> = Vec::new(),
        /// PEM file of the certificate authorities believed instead of the system's. Empty: the
        /// system's, where an organisation's own is found too.
        ca_file: PathBuf = PathBuf::new(),
    }
}

section! {
    /// Where staff signs in (OpenID Connect). Register this at the provider as the address to
    /// come back to: `http.public_url` and `/v1/staff/callback`.
    Oidc {
        /// The provider's issuer, as its own documents spell it:
        /// `https://login.example.org/realms/clinic`. Empty: staff does not sign in.
        issuer: String = String::new(),
        /// Our id there.
        client_id: String = String::new(),
        /// File that holds our secret there and nothing else. Empty: a public client, held by
        /// PKCE alone.
        client_secret_file: PathBuf = PathBuf::new(),
        /// What staff knows the provider as; it stands on the button.
        name: String = "Clinic account".to_owned(),
    }
}

section! {
    /// Who may ask how often. Whoever asks more often is told when to come back (429).
    Limits {
        /// Requests a second of one API key or client, in the long run. A day's schedule is
        /// sent faster than that by none of the systems we know. Zero: no limit.
        key_per_second: u16 = 100,
        /// How many of them may come at once.
        key_burst: u16 = 500,
        /// Requests a second without a key, by the address they come from: links opened,
        /// sign-ins, tokens. A whole hospital may be behind one. Zero: no limit.
        address_per_second: u16 = 50,
        /// How many of them may come at once.
        address_burst: u16 = 1000,
    }
}

section! {
    /// Numbers for the operator.
    Metrics {
        /// Address and port of `/metrics`, `/livez` and `/readyz`; keep it off the internet.
        listen: SocketAddr = loopback(9464),
    }
}

section! {
    /// The log.
    Log {
        /// `error`, `warn`, `info`, `debug` or `trace`, also by module:
        /// `info,bedside_sfu=debug`. Packets are seen at `trace` only.
        level: String = "info".to_owned(),
        /// `text` for people, `json` for a log collector.
        format: LogFormat = LogFormat::Text,
    }
}

/// How the parts of a recording are sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SealingSuite {
    /// X25519 and ChaCha20-Poly1305, in the format of `age`.
    #[default]
    Age,
    /// P-256 and AES-256-GCM.
    Aes256Gcm,
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

const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}
