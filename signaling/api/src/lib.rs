//! The words spoken to people's software.
//!
//! In and out: REST bodies, the shape of every error, and the messages of the WebSocket.
//! Never: behaviour. A scheduling system or a browser can be written from this crate alone.

pub mod attend;
pub mod audit;
pub mod caption;
pub mod care;
pub mod client;
pub mod desk;
pub mod interpreting;
pub mod kept;
pub mod key;
pub mod link;
pub mod person;
pub mod policy;
pub mod problem;
pub mod quality;
pub mod recorder;
pub mod recording;
pub mod role;
pub mod socket;
pub mod staff;
pub mod tutorial;
mod typescript;
pub mod visit;
pub mod webhook;

pub use typescript::typescript;
