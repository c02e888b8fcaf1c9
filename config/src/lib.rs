//! Every setting of Bedside in one place: typed, documented, with a default that works.
//!
//! In: a file of the shape of `example.toml`, the environment, flags. Out: a checked `Config`.
//! Never: a setter, a global, a secret that prints.

mod allow;
mod check;
mod document;
mod kind;
mod load;
mod nearest;
mod problem;
mod range;
mod section;
mod settings;

pub use allow::Allow;
pub use document::{effective, example};
pub use load::{File, Flag, Sources, load};
pub use problem::{ConfigError, Place, Problem};
pub use range::Range;
pub use section::{SectionText, Setting};
pub use settings::{
    Announce, Config, Http, Limits, Log, LogFormat, Media, Metrics, Oidc, Outward, Recording,
    SECTIONS, SealingSuite, Store,
};
