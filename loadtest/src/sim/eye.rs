//! What somebody sees of one picture: packets become pictures, and a picture is shown when it is
//! whole and so is all it needs, as libwebrtc does it.
//!
//! In: RTP payloads as they arrive. Out: pictures shown, and when; requests for a keyframe.
//! Never: waits for lips to meet a voice; a picture is shown as soon as it can be.

use super::vp8::{Part, Picture};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// How long to wait for the first keyframe before asking, and asking again
/// (`kMaxWaitForKeyFrame`).
const KEY_PATIENCE: Duration = Duration::from_millis(200);
/// How long to wait for any picture before asking (`kMaxWaitForFrame`).
const PATIENCE: Duration = Duration::from_secs(3);
/// A stream without packets for so long is not asked of (`kInactiveStreamThreshold`).
const ACTIVE: Duration = Duration::from_secs(5);
/// Pictures that may wait for others.
const WAITING_MAX: usize = 800;

/// A picture that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shown {
    /// When.
    pub(crate) at: Instant,
    /// Its numbers.
    pub(crate) picture: Picture,
    /// Payload bytes it took.
    pub(crate) bytes: usize,
}

/// A picture that is coming.
#[derive(Debug)]
struct Coming {
    picture: Picture,
    tl0: u64,
    first: Option<u64>,
    last: Option<u64>,
    seqs: BTreeSet<u64>,
    bytes: usize,
}

/// The base picture that others build on, and those since that were shown.
#[derive(Debug)]
struct Chain {
    tl0: u64,
    shown: BTreeSet<u64>,
}

/// One receive slot.
#[derive(Debug, Default)]
pub(crate) struct Eye {
    coming_by_id: BTreeMap<u64, Coming>,
    ids: Counter,
    bases: Counter,
    chain: Option<Chain>,
    newest: Option<u64>,
    packet_at: Option<Instant>,
    key_packet_at: Option<Instant>,
    waiting_since: Option<Instant>,
    asked_at: Option<Instant>,
    shown: Vec<Shown>,
}

impl Eye {
    /// Pictures shown, in their order.
    pub(crate) fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// Pictures shown since this was last asked; they are not kept.
    pub(crate) fn drain_shown(&mut self) -> Vec<Shown> {
        std::mem::take(&mut self.shown)
    }

    /// A packet of the slot's stream.
    pub(crate) fn handle_packet(&mut self, now: Instant, seq: u64, marker: bool, payload: &[u8]) {
        let Some(part) = Part::read(payload) else { return };
        self.packet_at = Some(now);
        self.waiting_since.get_or_insert(now);
        if part.picture.key {
            self.key_packet_at = Some(now);
        }
        let id = self.ids.extended(part.picture.id.into(), 1 << 15);
        let tl0 = self.bases.extended(part.picture.tl0.into(), 1 << 8);
        if self.newest.is_some_and(|newest| id <= newest) {
            return;
        }
        let coming = self.coming_by_id.entry(id).or_insert_with(|| Coming {
            picture: part.picture,
            tl0,
            first: None,
            last: None,
            seqs: BTreeSet::new(),
            bytes: 0,
        });
        if coming.seqs.insert(seq) {
            coming.bytes += payload.len();
        }
        if part.first {
            coming.first = Some(seq);
            coming.picture = part.picture;
        }
        if marker {
            coming.last = Some(seq);
        }
        self.show_what_can_be(now);
        while self.coming_by_id.len() > WAITING_MAX {
            self.coming_by_id.pop_first();
        }
    }

    /// Whether a keyframe is to be asked for now.
    pub(crate) fn poll_keyframe(&mut self, now: Instant) -> bool {
        let within = |at: Option<Instant>, span| at.is_some_and(|at| now < at + span);
        if !within(self.packet_at, ACTIVE) || within(self.key_packet_at, KEY_PATIENCE) {
            return false;
        }
        let patience = if self.chain.is_none() { KEY_PATIENCE } else { PATIENCE };
        if within(self.waiting_since, patience) || within(self.asked_at, patience) {
            return false;
        }
        self.asked_at = Some(now);
        true
    }

    fn show_what_can_be(&mut self, now: Instant) {
        loop {
            let mut ready =
                self.coming_by_id.iter().filter(|(id, coming)| self.can_show(**id, coming));
            let Some((&id, _)) = ready.next() else { return };
            // What comes before it would be shown too late now.
            let later = self.coming_by_id.split_off(&(id + 1));
            let before = std::mem::replace(&mut self.coming_by_id, later);
            let Some(coming) = before.into_values().next_back() else { return };
            self.show(now, id, &coming);
        }
    }

    fn show(&mut self, now: Instant, id: u64, coming: &Coming) {
        let picture = coming.picture;
        match &mut self.chain {
            Some(chain) if picture.temporal > 0 => {
                chain.shown.insert(id);
            }
            Some(_) | None => {
                self.chain = Some(Chain { tl0: coming.tl0, shown: BTreeSet::from([id]) });
            }
        }
        self.newest = Some(id);
        self.waiting_since = Some(now);
        self.shown.push(Shown { at: now, picture, bytes: coming.bytes });
    }

    fn can_show(&self, id: u64, coming: &Coming) -> bool {
        let (Some(first), Some(last)) = (coming.first, coming.last) else { return false };
        let wanted = last.checked_sub(first).and_then(|span| usize::try_from(span + 1).ok());
        if wanted != Some(coming.seqs.len()) {
            return false;
        }
        let picture = coming.picture;
        if picture.key {
            return true;
        }
        self.chain.as_ref().is_some_and(|chain| match picture.temporal {
            0 => coming.tl0 == chain.tl0 + 1,
            _ => coming.tl0 == chain.tl0 && (picture.sync || chain.shown.contains(&(id - 1))),
        })
    }
}

/// A counter without its end.
#[derive(Debug, Default)]
struct Counter {
    newest: Option<u64>,
}

impl Counter {
    fn extended(&mut self, number: u64, round: u64) -> u64 {
        let newest = *self.newest.get_or_insert(round + number);
        let here = newest - newest % round + number;
        let near = [here.saturating_sub(round), here, here + round];
        let near = near.into_iter().min_by_key(|place| place.abs_diff(newest)).unwrap_or(here);
        self.newest = Some(newest.max(near));
        near
    }
}

/// When the picture stood still, as getStats counts it (`freezeCount`): the next picture came
/// later than three times the mean of the last thirty, and than 150 ms over that mean. A picture
/// that has not come by `until` stands still until then.
pub(crate) fn freezes(shown: &[Instant], until: Instant) -> Vec<(Instant, Instant)> {
    const MEAN_OF: usize = 30;
    const MEAN_OF_MIN: usize = 5;
    const OVER: Duration = Duration::from_millis(150);
    let mut gaps: Vec<Duration> = Vec::new();
    let mut freezes = Vec::new();
    let ends = shown.iter().skip(1).copied().chain([until]);
    for (at, next) in shown.iter().copied().zip(ends) {
        let gap = next.saturating_duration_since(at);
        let recent = gaps.get(gaps.len().saturating_sub(MEAN_OF)..).unwrap_or_default();
        let count = u32::try_from(recent.len()).unwrap_or(1).max(1);
        let mean = recent.iter().sum::<Duration>() / count;
        if recent.len() >= MEAN_OF_MIN && gap > (mean * 3).max(mean + OVER) {
            freezes.push((at, next));
        }
        gaps.push(gap);
    }
    freezes
}

#[cfg(test)]
mod tests;
