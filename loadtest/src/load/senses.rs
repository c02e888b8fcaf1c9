//! What somebody hears and sees in one receive slot, counted second by second.
//!
//! In: RTP packets of the slot. Out: blocks of sound, pictures, how often and how long a picture
//! stood still, and of whom it all was.
//! Never: keeps what it has counted.

use super::stamp::{PICTURE_TAIL, Stamp, VOICE_TAIL};
use crate::sim::ear::{AudioTypes, Ear, Play};
use crate::sim::eye::{Eye, freezes};
use crate::sim::vp8::Part;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// A freeze is told by the pictures before it; so many are enough (`freezes`).
const RECENT: usize = 32;

/// What was heard and seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Felt {
    /// Blocks of 10 ms in which a voice was played.
    pub(crate) spoken: u64,
    /// And in which something was made up instead.
    pub(crate) concealed: u64,
    /// Pictures shown.
    pub(crate) pictures: u64,
    /// Times a picture stood still.
    pub(crate) freezes: u64,
    /// How long, in all.
    pub(crate) frozen: Duration,
    /// For how long pictures came.
    pub(crate) watched: Duration,
}

/// Since when somebody was heard or seen, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Met {
    pub(crate) first: Instant,
    pub(crate) times: u64,
}

/// People by their number in the visit.
pub(crate) type MetByOrigin = BTreeMap<u8, Met>;

/// An ear or an eye at a slot.
#[derive(Debug)]
pub(crate) struct Sense {
    organ: Organ,
    /// Pictures just before.
    recent: VecDeque<Instant>,
    felt: Felt,
}

#[derive(Debug)]
enum Organ {
    Ear(Box<Ear>),
    Eye(Box<Eye>),
}

/// A packet of a slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packet<'a> {
    pub(crate) payload_type: u8,
    /// Sequence number, extended.
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: &'a [u8],
}

impl Sense {
    pub(crate) fn ear(now: Instant, types: AudioTypes) -> Self {
        Self::new(Organ::Ear(Box::new(Ear::new(now, types))))
    }

    pub(crate) fn eye() -> Self {
        Self::new(Organ::Eye(Box::default()))
    }

    fn new(organ: Organ) -> Self {
        Self { organ, recent: VecDeque::new(), felt: Felt::default() }
    }

    pub(crate) const fn is_ear(&self) -> bool {
        matches!(self.organ, Organ::Ear(_))
    }

    /// A packet has come; its stamp, if it has one.
    pub(crate) fn handle_packet(&mut self, now: Instant, packet: Packet<'_>) -> Option<Stamp> {
        let Packet { payload_type, seq, timestamp, marker, payload } = packet;
        match &mut self.organ {
            Organ::Ear(ear) => {
                ear.handle_packet(now, payload_type, timestamp, payload);
                Stamp::read(payload, VOICE_TAIL)
            }
            Organ::Eye(eye) => {
                eye.handle_packet(now, seq, marker, payload);
                Part::read(payload).and_then(|_| Stamp::read(payload, PICTURE_TAIL))
            }
        }
    }

    /// Time has come to `now`: counts, and tells whom it was of. Whether a keyframe is missed.
    pub(crate) fn look(&mut self, now: Instant, met: &mut MetByOrigin) -> bool {
        match &mut self.organ {
            Organ::Ear(ear) => {
                ear.handle_timeout(now);
                for heard in ear.drain_heard() {
                    note(met, heard.frame.origin, heard.at);
                }
                for play in ear.drain_plays() {
                    match play {
                        Play::Speech => self.felt.spoken += 1,
                        Play::Concealed => self.felt.concealed += 1,
                        Play::Nothing | Play::Comfort => {}
                    }
                }
                false
            }
            Organ::Eye(eye) => {
                let shown = eye.drain_shown();
                for shown in &shown {
                    note(met, shown.picture.origin, shown.at);
                }
                let at: Vec<Instant> = shown.into_iter().map(|shown| shown.at).collect();
                let wants = eye.poll_keyframe(now);
                self.see(&at);
                wants
            }
        }
    }

    /// What was felt since this was last asked.
    pub(crate) fn take(&mut self) -> Felt {
        std::mem::take(&mut self.felt)
    }

    /// The slot is for something else from now on. A picture that has not come by then stood
    /// still until then.
    pub(crate) fn finish(mut self, now: Instant, met: &mut MetByOrigin) -> Felt {
        self.look(now, met);
        self.still(None, now);
        self.felt
    }

    fn see(&mut self, shown: &[Instant]) {
        for at in shown {
            self.still(Some(*at), *at);
            self.felt.pictures += 1;
            self.recent.push_back(*at);
            if self.recent.len() > RECENT {
                self.recent.pop_front();
            }
        }
    }

    /// From the last picture to the next, or until there is none any more.
    fn still(&mut self, next: Option<Instant>, until: Instant) {
        let Some(last) = self.recent.back().copied() else { return };
        let times: Vec<Instant> = self.recent.iter().copied().chain(next).collect();
        let frozen = freezes(&times, until).into_iter().filter(|(from, _)| *from == last);
        for (from, to) in frozen {
            self.felt.freezes += 1;
            self.felt.frozen += to.saturating_duration_since(from);
        }
        self.felt.watched += until.saturating_duration_since(last);
    }
}

fn note(met: &mut MetByOrigin, origin: u8, at: Instant) {
    met.entry(origin).or_insert(Met { first: at, times: 0 }).times += 1;
}

impl Felt {
    /// Adds what another felt.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.spoken += other.spoken;
        self.concealed += other.concealed;
        self.pictures += other.pictures;
        self.freezes += other.freezes;
        self.frozen += other.frozen;
        self.watched += other.watched;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::opus::{self, VoiceFrame};
    use crate::sim::some_instant;
    use crate::sim::vp8::Picture;

    fn picture(id: u16, key: bool) -> Vec<u8> {
        let tl0 = u8::try_from(id).unwrap();
        let picture = Picture { origin: 3, layer: 0, id, tl0, temporal: 0, sync: false, key };
        picture.packets(400).remove(0)
    }

    #[test]
    fn a_picture_that_stands_still_is_counted_once_and_until_it_goes_on() {
        let (start, mut met, mut sense) = (some_instant(), MetByOrigin::new(), Sense::eye());
        let ms = |ms: u64| start + Duration::from_millis(ms);
        // Ten pictures a second, and a second and a half of nothing in the middle.
        let times = (0..20).map(|n| 100 * n).chain((0..5).map(|n| 3_400 + 100 * n));
        let mut felt = Felt::default();
        for (id, at) in (1_u16..).zip(times) {
            let payload = picture(id, id == 1);
            let packet = Packet {
                payload_type: 96,
                seq: id.into(),
                timestamp: 0,
                marker: true,
                payload: &payload,
            };
            assert_eq!(sense.handle_packet(ms(at), packet), None, "it has no stamp");
            sense.look(ms(at), &mut met);
            felt.merge(&sense.take());
        }
        assert_eq!((felt.pictures, felt.freezes), (25, 1));
        assert_eq!(felt.frozen, Duration::from_millis(1_500));
        assert_eq!(met, MetByOrigin::from([(3, Met { first: ms(0), times: 25 })]));
        let end = sense.finish(ms(5_800), &mut met);
        assert_eq!((end.freezes, end.frozen), (1, Duration::from_millis(2_000)));
        felt.merge(&end);
        assert_eq!(felt.watched, Duration::from_millis(5_800));
    }

    #[test]
    fn a_voice_with_a_hole_is_partly_made_up() {
        let (start, mut met) = (some_instant(), MetByOrigin::new());
        let mut sense = Sense::ear(start, AudioTypes { opus: 111, red: None });
        let ms = |ms: u64| start + Duration::from_millis(ms);
        let lost = 50..60;
        for index in (0_u32..150).filter(|index| !lost.contains(index)) {
            let payload = opus::packet(&[VoiceFrame { origin: 2, index }.encoded(80)]);
            let packet = Packet {
                payload_type: 111,
                seq: index.into(),
                timestamp: 960 * index,
                marker: false,
                payload: &payload,
            };
            sense.handle_packet(ms(20 * u64::from(index)), packet);
        }
        sense.look(ms(3_000), &mut met);
        let felt = sense.take();
        assert!((10..=25).contains(&felt.concealed), "{felt:?}");
        assert!((250..=285).contains(&felt.spoken), "{felt:?}");
        assert_eq!(met[&2].times, 140);
        assert_eq!(sense.take(), Felt::default(), "what was told is not told again");
    }
}
