//! One track to one receiver: waits for a keyframe, leaves out what is not wanted, renumbers.
//!
//! In: packets of every layer of a track, and the step to aim for. Out: the numbers a packet is
//! sent with, or nothing.
//! Never: decides what the line carries; that is `allocate`.

mod counter;
mod renumber;

use crate::allocate::Step;
use crate::packet::{Layer, Numbers};
pub(crate) use renumber::Arrival;
use renumber::Renumber;
use std::time::{Duration, Instant};

/// How long to wait for a keyframe before asking again. Shorter heals a lost request sooner,
/// longer spares a publisher on a slow line from making two.
const KEYFRAME_PATIENCE: Duration = Duration::from_millis(500);

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
    /// The newest picture and whether it is sent; one is never cut in the middle.
    picture: Option<(u16, bool)>,
    asked_at: Option<Instant>,
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
    pub(crate) fn aim(&mut self, target: Option<Step>) {
        let falls = match (self.current, target) {
            (Some(current), Some(step)) => step.layer < current,
            (_, None) => true,
            (None, Some(_)) => false,
        };
        if falls {
            self.current = None;
        }
        if target.map(|step| step.layer) != self.target.map(|step| step.layer) {
            self.asked_at = None;
        }
        if let Some(step) = target {
            self.temporal = self.temporal.min(step.temporal);
        }
        self.target = target;
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
        let asked = self.asked_at.is_some_and(|at| now < at + KEYFRAME_PATIENCE);
        if self.current == Some(target) || asked {
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
            self.temporal = target.temporal;
            self.picture = None;
            self.asked_at = None;
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

    /// Whether the picture's temporal layer is sent; decided by its first packet.
    fn wants_picture(&mut self, target: Step, arrival: &Arrival) -> bool {
        let Some(vp8) = arrival.vp8 else { return true };
        if let (Some(id), Some((newest, sent))) = (vp8.picture_id, self.picture)
            && id == newest
        {
            return sent;
        }
        if vp8.temporal > self.temporal && vp8.temporal <= target.temporal && vp8.sync {
            self.temporal = vp8.temporal;
        }
        let sent = vp8.temporal <= self.temporal;
        self.picture = vp8.picture_id.map(|id| (id, sent));
        sent
    }
}

#[cfg(test)]
mod tests;
