//! One file a command.
//!
//! In: its arguments. Out: its exit code.
//! Never: one command calls another.

pub(crate) mod audit;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod keys;
pub(crate) mod loadtest;
pub(crate) mod recording;
pub(crate) mod serve;
pub(crate) mod sim;
