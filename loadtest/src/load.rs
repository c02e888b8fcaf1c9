//! The load tester: scripted visits of synthetic people against a real server.
//!
//! In: a script, a server's public API. Out: what people heard and saw, what the server took for
//! it; JSON, a page, lines in a terminal.
//! Never: a machine that is not this one, unless told so; a test without an end.
//!
//! ```text
//! command ─ play ─┬─ visit ─ life ─ desk        who comes when, over Bedside's public API
//!                 ├─ janus                      the same at Janus VideoRoom
//!                 ├─ crew ─ seat ─┬─ stack      threads, sockets, people; WebRTC by str0m or rtc
//!                 │               ├─ feed       voice and pictures, each stamped
//!                 │               └─ senses     what is heard and seen of it
//!                 └─ process                    what the server costs
//!         stay, count ─ report ─ drawn
//! ```

pub mod command;
mod count;
mod crew;
mod desk;
mod drawn;
pub mod goal;
mod http;
mod janus;
mod life;
mod play;
mod process;
pub mod report;
pub mod script;
mod scripts;
mod seat;
mod senses;
mod spans;
mod stack;
mod stamp;
mod stay;
mod visit;
