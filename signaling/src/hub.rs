//! One actor a live visit.
//!
//! In: commands of people, events of the media plane. Out: stored events, media commands.
//! Never: two writers of one visit.

/// The way to every visit.
#[derive(Debug, Clone)]
pub struct Hub;
