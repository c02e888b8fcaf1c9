//! What the forwarder must know of each payload, and nothing more.
//!
//! In: RTP payloads. Out: where keyframes start, temporal layers, sizes.
//! Never: decodes a picture or a sound.

pub(crate) mod h264;
pub(crate) mod opus;
pub(crate) mod red;
pub(crate) mod vp8;
