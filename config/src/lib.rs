//! Every setting of Bedside in one place: typed, documented, with a default that works.
//!
//! In: a file of the shape of `example.toml`, the environment, flags. Out: a checked `Config`.
//! Never: a setter, a global, a secret that prints.

mod settings;

pub use settings::{Announce, Config, Http, Log, LogFormat, Media, Metrics, Store};
