//! A process of our own that decodes what came over the network, behind walls.
//!
//! In: frames to decode and how the film shall look. Out: the film, encoded; or how the child was
//! lost.
//! Never: a key, a file or a network behind the walls.

mod keeper;
mod message;
pub(crate) mod studio;
pub mod trial;
pub mod walls;
mod wire;
pub mod work;

pub use keeper::{Lost, Program};
pub use studio::StudioFault;
