//! What has left of a stream, as long as it is worth repeating.
//!
//! In: packets as they leave. Out: one that is asked for.
//! Never: more than `KEPT_MAX` packets; their payloads are shared with all they went to.

use crate::moment::Micros;
use crate::payload::Payload;
use crate::seq::extend;
use std::collections::VecDeque;
use std::time::Duration;

/// How many packets are kept: two seconds of the highest layer. 36 KiB, beside payloads that are
/// kept once for all.
const KEPT_MAX: usize = 512;
/// How long: as often as libwebrtc asks for a packet, a round trip each. Sooner than in a tenth of a
/// second it cannot ask before a round trip was told. After the longest the picture has been given up.
const ASKS: u32 = 10;
const KEPT_FOR: Duration = Duration::from_secs(1);
const KEPT_FOR_MAX: Duration = Duration::from_secs(2);
/// After how many packets it is looked which are too old. What is old is long out of the processor's
/// cache: several together cost hardly more than one.
const LOOKS_EVERY: u64 = 16;
/// By how many there is more room when it is used up: a second of a layer is no power of two.
const GROWS_BY: usize = 32;
/// The same is not repeated sooner than this, however short the round trip.
const AGAIN_AFTER: Duration = Duration::from_millis(10);

/// A packet that has left.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) index: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    /// That of its repetition.
    pub(super) payload_type: u8,
    pub(super) orientation: Option<u8>,
    pub(super) payload: Payload,
    pub(super) left: Micros,
    /// When it was last repeated; when it left, if it was not.
    pub(super) repeated: Micros,
}

/// Packets in ascending order of their numbers.
#[derive(Debug, Default)]
pub(super) struct History(VecDeque<Sent>);

impl History {
    /// A packet has left; `rtt` is the round trip of its stream, once it was told.
    pub(super) fn insert(&mut self, sent: Sent, rtt: Option<Duration>) {
        if sent.index.is_multiple_of(LOOKS_EVERY) {
            self.expire(sent.left, rtt);
        }
        if self.0.len() >= KEPT_MAX {
            self.0.pop_front();
        }
        if self.0.len() == self.0.capacity() {
            self.0.reserve_exact(GROWS_BY);
        }
        // Nearly all go to the end; one that was late itself goes where it belongs.
        let place = self.0.iter().rposition(|before| before.index < sent.index);
        self.0.insert(place.map_or(0, |place| place + 1), sent);
    }

    /// The packet of that number, if it is kept and was not repeated just now.
    pub(super) fn find(
        &mut self,
        now: Micros,
        seq: u16,
        rtt: Option<Duration>,
    ) -> Option<&mut Sent> {
        self.expire(now, rtt);
        let index = extend(self.0.back()?.index, seq);
        let place = self.0.binary_search_by_key(&index, |sent| sent.index).ok()?;
        let again_after = rtt.unwrap_or_default().max(AGAIN_AFTER);
        self.0
            .get_mut(place)
            .filter(|sent| sent.repeated == sent.left || now.since(sent.repeated) >= again_after)
    }

    /// Lets go of what is too old, and of the room for it when that was the last.
    pub(super) fn rest(&mut self, now: Micros, rtt: Option<Duration>) {
        self.expire(now, rtt);
        if self.0.is_empty() {
            self.0.shrink_to_fit();
        }
    }

    fn expire(&mut self, now: Micros, rtt: Option<Duration>) {
        let asked_for = rtt.unwrap_or_default() * ASKS;
        let kept_for = asked_for.clamp(KEPT_FOR, KEPT_FOR_MAX);
        while self.0.front().is_some_and(|sent| now.since(sent.left) > kept_for) {
            self.0.pop_front();
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
impl History {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn room(&self) -> usize {
        self.0.capacity()
    }
}
