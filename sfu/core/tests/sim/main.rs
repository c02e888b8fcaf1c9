//! The core in a simulated world: a virtual clock, seeded links, clients that speak real WebRTC,
//! and a reference model that says who must receive what.
//!
//! In: a seed. Out: the same run for the same seed, but for the numbers DTLS and SSRCs draw.
//! Never: waits for real time.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for the event it is about")]

#[cfg(test)]
mod chance;
#[cfg(test)]
mod client;
#[cfg(test)]
mod link;
#[cfg(test)]
mod media;
#[cfg(test)]
mod model;
#[cfg(test)]
mod world;

#[cfg(test)]
mod channels;
#[cfg(test)]
mod circles;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod flood;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod tap;
#[cfg(test)]
mod visits;
#[cfg(test)]
mod walk;
