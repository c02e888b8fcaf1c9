//! Webhooks: what happens in visits, told to the systems of those whose visits they are.
//!
//! In: messages that the outbox holds, and the endpoints they are for. Out: signed requests
//! (Standard Webhooks), and a log of what became of each.
//! Never: a message that is lost because this program died; one sent to an endpoint before the
//! earlier ones of the same visit; an endpoint that holds up another.

mod dispatch;
mod message;
mod schedule;
mod sign;
mod verdict;

pub(crate) use dispatch::Dispatcher;
#[cfg(test)]
pub(crate) use message::tests::one_of_each;
pub(crate) use message::{message_id, message_uuid, of};
pub(crate) use sign::{KEY_BYTES, Shown, SigningKeys, Which};
pub(crate) use verdict::Verdict;
