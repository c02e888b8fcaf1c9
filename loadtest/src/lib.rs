//! Synthetic visits on modelled lines: what would a patient at home hear and see?
//!
//! In: lines that are slow, lossy, far away or gone for a while. Out: a scoreboard of what people
//! would have heard and seen (`sim`), and the same lines put before real browsers (`relay`).
//! Never: part of a server that serves anybody.

pub mod light;
pub mod link;
pub mod load;
pub mod relay;
pub mod sim;
