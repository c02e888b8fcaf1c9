//! One track to one receiver: waits for a keyframe, leaves out what is not wanted, renumbers.
//!
//! In: packets of every layer of a track, and the step to aim for. Out: the numbers a packet is
//! sent with, or nothing.
//! Never: decides what the line carries; that is `allocate`.

mod counter;
mod renumber;

use crate::allocate::Step;
use crate::packet::{Codec, Layer, Numbers};
use bedside_sfu_api::Motion;
pub(crate) use renumber::Arrival;
use renumber::Renumber;
use std::time::{Duration, Instant};

/// How long to wait for a keyframe before asking again. Shorter heals a lost request sooner,
/// longer spares a publisher on a slow line from making two.
pub(crate) const KEYFRAME_PATIENCE: Duration = Duration::from_millis(500);
/// How often a still is renewed. Sooner is livelier; each takes a thin line half a second.
const STILL_EVERY: Duration = Duration::from_secs(4);

/// Forwards one track into one receive slot.
#[derive(Debug, Default)]
pub(crate) struct Forwarder {
    renumber: Renumber,
    /// The layer that flows now.
    current: Option<Layer>,
    /// The step to reach; `None` is a pause.
    target: Option<Step>,
    /// Highest temporal layer that flows now.
    temporal: u8,
    /// The stream that flows now, and the one its sender gave up for it: that one is over.
    stream: Option<u32>,
    former: Option<u32>,
    /// The newest picture's timestamp and whether it is sent; one is never cut in the middle.
    picture: Option<(u32, bool)>,
    asked_at: Option<Instant>,
    /// The highest number that left.
    left: u64,
}

impl Forwarder {
    /// The layer that flows now.
    pub(crate) const fn current(&self) -> Option<Layer> {
        self.current
    }

    /// What it is on the way to.
    pub(crate) const fn target(&self) -> Option<Step> {
        self.target
    }

    /// Aims for another step. A step down because the line is full stops the old layer at once:
    /// while its keyframe is awaited the old layer would only go on filling the line.
    /// Whether what flowed so far is over.
    pub(crate) fn aim(&mut self, target: Option<Step>) -> bool {
        let falls = match (self.current, target) {
            (Some(current), Some(step)) => step.layer < current,
            (_, None) => true,
            (None, Some(_)) => false,
        };
        // What follows a still refers to pictures that were left out.
        let still = |step: Option<Step>| step.is_some_and(|step| step.motion == Motion::Still);
        let over = self.current.is_some() && (falls || (still(self.target) && !still(target)));
        if over {
            self.current = None;
        }
        if target.map(|step| step.layer) != self.target.map(|step| step.layer) {
            self.asked_at = None;
        }
        if let Some(step) = target {
            self.temporal = self.temporal.min(temporal_top(step));
        }
        self.target = target;
        over
    }

    /// A packet of this number has left.
    pub(crate) fn handle_left(&mut self, seq: u64) {
        self.left = self.left.max(seq);
    }

    /// What waited to be sent was thrown away, from this number on. A new start is needed. A
    /// number that has left is never given again: the key stream it was sealed with must not be
    /// used twice (RFC 7714 section 8.1).
    pub(crate) fn rewind(&mut self, first: u64) {
        self.renumber.rewind(first.max(self.left + 1));
        self.current = None;
        self.asked_at = None;
    }

    /// Numbers for a packet that belongs to no picture, in a slot where none plays.
    pub(crate) fn fill(&mut self) -> Numbers {
        let numbers = self.renumber.fill();
        self.handle_left(numbers.seq);
        numbers
    }

    /// Another track plays in the slot from now on; its numbers go on where the old one's ended.
    pub(crate) fn rebind(&mut self) {
        self.current = None;
        self.target = None;
        self.stream = None;
        self.former = None;
        self.asked_at = None;
    }

    /// The layer of which a keyframe is to be asked now, if one is needed and not just asked for.
    pub(crate) fn ask_keyframe(&mut self, now: Instant) -> Option<Layer> {
        let target = self.target?.layer;
        let still = self.target.is_some_and(|step| step.motion == Motion::Still);
        let due = self.current != Some(target) || still;
        let patience = if self.current == Some(target) { STILL_EVERY } else { KEYFRAME_PATIENCE };
        let asked = self.asked_at.is_some_and(|at| now < at + patience);
        if !due || asked {
            return None;
        }
        self.asked_at = Some(now);
        Some(target)
    }

    /// What to send the packet as, or `None` to leave it out.
    pub(crate) fn forward(&mut self, now: Instant, arrival: &Arrival) -> Option<Numbers> {
        let target = self.target?;
        if self.former == Some(arrival.stream) {
            return None;
        }
        let another = self.stream != Some(arrival.stream) || self.renumber.leaps(arrival);
        if self.current == Some(arrival.layer) && another {
            // The sender has begun anew; the receiver needs a start too.
            self.former = self.stream.filter(|stream| *stream != arrival.stream);
            self.current = None;
        }
        if arrival.starts && arrival.layer == target.layer && self.current != Some(target.layer) {
            self.renumber.begin(now, arrival);
            self.stream = Some(arrival.stream);
            self.current = Some(target.layer);
            self.temporal = temporal_top(target);
            self.picture = None;
            if target.motion != Motion::Still {
                self.asked_at = None;
            }
        }
        if self.current != Some(arrival.layer) {
            return None;
        }
        if !self.wants_picture(target, arrival) {
            self.renumber.leave_out(arrival);
            return None;
        }
        self.renumber.number(now, arrival)
    }

    /// Whether the picture is sent; decided by its first packet.
    fn wants_picture(&mut self, target: Step, arrival: &Arrival) -> bool {
        if arrival.codec == Codec::Opus {
            return true;
        }
        if let Some((newest, sent)) = self.picture
            && arrival.timestamp == newest
        {
            return sent;
        }
        let temporal = arrival.vp8.map_or(0, |vp8| vp8.temporal);
        let sync = arrival.vp8.is_some_and(|vp8| vp8.sync);
        if temporal > self.temporal && temporal <= temporal_top(target) && sync {
            self.temporal = temporal;
        }
        let moves = target.motion != Motion::Still;
        let sent = (moves || arrival.starts) && temporal <= self.temporal;
        self.picture = Some((arrival.timestamp, sent));
        sent
    }
}

/// Highest temporal layer of L1T3 that a step sends.
const fn temporal_top(step: Step) -> u8 {
    match step.motion {
        Motion::Still | Motion::Slow => 0,
        Motion::Half => 1,
        Motion::Full => 2,
    }
}

#[cfg(test)]
mod tests;
