//! Somebody's microphone: frames of 20 ms, packed as the server asks, silence left out (DTX).
//!
//! In: when the person speaks, what is worth sending, a tick each 20 ms. Out: RTP payloads with
//! their numbers, and when each frame of a voice left.
//! Never: sends anything.

use super::opus::{self, FRAME, FRAME_TICKS, VoiceFrame};
use super::red::{self, Block};
use crate::link::chance::Chance;
use bedside_sfu_api::{Bitrate, VoiceWorth};
use std::time::Duration;

/// What a browser sends before anybody asks for something else.
pub(crate) const USUAL: VoiceWorth =
    VoiceWorth { rate: Bitrate::kbps(32), packet_ms: 20, redundant: false };
/// Silence is one packet in so many frames: 400 ms, as libopus has it.
const SILENT_FRAMES: u32 = 20;
/// Loudness of a voice and of a quiet room (RFC 6464).
const SPEAKS_DBOV: i8 = -30;
const SILENT_DBOV: i8 = -90;
/// How much longer or shorter than the mean a frame may be, in percent.
const VARIES_PERCENT: u64 = 12;

/// When somebody speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Talk {
    /// All the time: no loss goes unheard.
    Always,
    /// In these spans since the beginning.
    Turns(Vec<(Duration, Duration)>),
}

impl Talk {
    /// Whether the person speaks then.
    fn speaks(&self, at: Duration) -> bool {
        match self {
            Self::Always => true,
            Self::Turns(turns) => turns.iter().any(|(from, to)| (*from..*to).contains(&at)),
        }
    }
}

/// A packet to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VoicePacket {
    /// Opus, or RED with Opus in it.
    pub(crate) payload: Vec<u8>,
    /// Whether it is RED.
    pub(crate) redundant: bool,
    /// Sequence number, extended.
    pub(crate) seq: u64,
    /// RTP timestamp.
    pub(crate) timestamp: u32,
    /// The first after silence.
    pub(crate) marker: bool,
    /// For the audio level extension.
    pub(crate) dbov: i8,
    /// For the same.
    pub(crate) speaks: bool,
}

/// The microphone.
#[derive(Debug)]
pub(crate) struct Voice {
    origin: u8,
    talk: Talk,
    chance: Chance,
    /// What the server finds worth sending.
    pub(crate) worth: VoiceWorth,
    /// Payload type of Opus, for RED's blocks.
    opus: u8,
    next: u32,
    held: Vec<Vec<u8>>,
    before: Option<(u32, Vec<u8>)>,
    spoke: bool,
    silent_for: u32,
    seq: u64,
    left: Vec<Option<u32>>,
}

impl Voice {
    pub(crate) const fn new(origin: u8, talk: Talk, seed: u64) -> Self {
        Self {
            origin,
            talk,
            chance: Chance::new(seed),
            worth: USUAL,
            opus: 0,
            next: 0,
            held: Vec::new(),
            before: None,
            spoke: false,
            silent_for: 0,
            // Wraps soon, as it may in any visit.
            seq: 65_000,
            left: Vec::new(),
        }
    }

    /// Begins with a later frame: for somebody who comes when the others have been speaking.
    pub(crate) fn skip_to(&mut self, frame: u32) {
        self.next = frame;
        self.left.resize(usize::try_from(frame).unwrap_or_default(), None);
    }

    /// Speaks then from now on.
    pub(crate) fn set_talk(&mut self, talk: Talk) {
        self.talk = talk;
    }

    /// The payload type agreed on.
    pub(crate) const fn negotiated(&mut self, opus: u8) {
        self.opus = opus;
    }

    /// When each frame that carried a voice left for the server, in frames from the beginning;
    /// nothing where there was silence.
    pub(crate) fn into_left(self) -> Vec<Option<u32>> {
        self.left
    }

    /// Another 20 ms have been recorded; the packet they complete.
    pub(crate) fn handle_tick(&mut self) -> Option<VoicePacket> {
        let index = self.next;
        self.next += 1;
        let speaks = self.talk.speaks(FRAME * index);
        self.left.push(None);
        if speaks {
            self.silent_for = 0;
            let frame = VoiceFrame { origin: self.origin, index }.encoded(self.frame_bytes());
            self.held.push(frame);
            let wanted = usize::from(self.worth.packet_ms / 20).max(1);
            return (self.held.len() >= wanted).then(|| self.flush(index + 1, index + 1));
        }
        if !self.held.is_empty() {
            return Some(self.flush(index, index + 1));
        }
        let is_due = self.silent_for.is_multiple_of(SILENT_FRAMES);
        self.silent_for += 1;
        is_due.then(|| {
            self.before = None;
            let timestamp = index.wrapping_mul(FRAME_TICKS);
            self.numbered(timestamp, opus::packet(&[vec![0xff]]), false)
        })
    }

    /// Bytes of the next frame, without its TOC byte.
    fn frame_bytes(&mut self) -> usize {
        let percent = 100 - VARIES_PERCENT + self.chance.below(2 * VARIES_PERCENT + 1);
        let per_second = 1_000 / u64::try_from(FRAME.as_millis()).unwrap_or(1);
        let bytes = self.worth.rate.as_bps() / 8 / per_second;
        usize::try_from(bytes * percent / 100).unwrap_or(usize::MAX).saturating_sub(1)
    }

    /// A packet of what is held, which leaves `now`; `end` is the frame after its last.
    fn flush(&mut self, end: u32, now: u32) -> VoicePacket {
        let held = std::mem::take(&mut self.held);
        let first = end - u32::try_from(held.len()).expect("a packet is 60 ms at most");
        let place = |frame| usize::try_from(frame).unwrap_or(usize::MAX);
        for left in self.left.iter_mut().take(place(end)).skip(place(first)) {
            *left = Some(now);
        }
        let timestamp = first.wrapping_mul(FRAME_TICKS);
        self.numbered(timestamp, opus::packet(&held), true)
    }

    fn numbered(&mut self, timestamp: u32, packet: Vec<u8>, speaks: bool) -> VoicePacket {
        self.seq += 1;
        let marker = speaks && !self.spoke;
        self.spoke = speaks;
        let redundant = self.worth.redundant && speaks;
        let payload = if redundant { self.twice(timestamp, &packet) } else { packet.clone() };
        self.before = speaks.then_some((timestamp, packet));
        VoicePacket {
            payload,
            redundant,
            seq: self.seq,
            timestamp,
            marker,
            dbov: if speaks { SPEAKS_DBOV } else { SILENT_DBOV },
            speaks,
        }
    }

    /// The packet with the one before it, as a browser does.
    fn twice(&self, timestamp: u32, packet: &[u8]) -> Vec<u8> {
        let before = self.before.as_ref().map(|(at, packet)| Block {
            payload_type: self.opus,
            age: timestamp.wrapping_sub(*at),
            payload: packet,
        });
        let newest = Block { payload_type: self.opus, age: 0, payload: packet };
        let blocks: Vec<Block<'_>> = before.into_iter().chain([newest]).collect();
        red::payload(&blocks)
    }
}

/// Turns of a conversation: somebody always speaks, and now and then two do.
pub(crate) fn conversation(people: usize, lasts: Duration, seed: u64) -> Vec<Talk> {
    let mut chance = Chance::new(seed);
    let mut turns: Vec<Vec<(Duration, Duration)>> = vec![Vec::new(); people];
    let count = u64::try_from(people).unwrap_or(1).max(1);
    let (mut at, mut speaker) = (Duration::ZERO, 0);
    while at < lasts {
        let length = Duration::from_millis(1_200 + chance.below(4_000));
        // The next begins a little before or after the last word.
        let next_at = at + length + Duration::from_millis(chance.below(500));
        let next_at = next_at.saturating_sub(Duration::from_millis(300));
        let place = |person: u64| usize::try_from(person).unwrap_or_default();
        if let Some(turns) = turns.get_mut(place(speaker)) {
            turns.push((at, at + length));
        }
        let other = (speaker + 1 + chance.below(count.saturating_sub(1).max(1))) % count;
        // "Yes", says somebody in between.
        if chance.happens(300, 1_000)
            && let Some(turns) = turns.get_mut(place(other))
        {
            turns.push((at + length / 2, at + length / 2 + Duration::from_millis(600)));
        }
        speaker = (speaker + 1 + chance.below(count.saturating_sub(1).max(1))) % count;
        at = next_at;
    }
    turns.into_iter().map(Talk::Turns).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn second(voice: &mut Voice) -> Vec<VoicePacket> {
        (0..50).filter_map(|_| voice.handle_tick()).collect()
    }

    #[test]
    fn a_voice_takes_the_rate_it_is_given() {
        for (kbps, packet_ms, packets) in [(32, 20, 50), (16, 60, 16), (12, 40, 25)] {
            let mut voice = Voice::new(1, Talk::Always, 1);
            voice.worth = VoiceWorth { rate: Bitrate::kbps(kbps), packet_ms, redundant: false };
            let sent = second(&mut voice);
            assert_eq!(sent.len(), packets);
            let bits: usize = sent.iter().map(|packet| packet.payload.len() * 8).sum();
            let expected =
                usize::try_from(kbps).unwrap() * 1_000 * packets * usize::from(packet_ms);
            assert!(bits * 1_000 > expected * 85 / 100 && bits * 1_000 < expected * 115 / 100);
        }
    }

    #[test]
    fn a_packet_of_three_frames_leaves_with_the_last() {
        let mut voice = Voice::new(1, Talk::Turns(vec![(ms(0), ms(100))]), 1);
        voice.worth.packet_ms = 60;
        let sent: Vec<_> = (0..10).filter_map(|_| voice.handle_tick()).collect();
        assert_eq!(sent.iter().map(|packet| packet.timestamp / 960).collect::<Vec<_>>(), [0, 3, 6]);
        let left: Vec<_> = voice.into_left().into_iter().flatten().collect();
        assert_eq!(left, [3, 3, 3, 6, 6]);
    }

    #[test]
    fn timestamps_count_every_frame_and_a_word_begins_with_a_mark() {
        let turns = vec![(ms(0), ms(100)), (ms(1_000), ms(1_100))];
        let mut voice = Voice::new(1, Talk::Turns(turns), 1);
        let sent: Vec<_> = (0..60).filter_map(|_| voice.handle_tick()).collect();
        let numbers: Vec<_> = sent.iter().map(|p| (p.timestamp / 960, p.marker)).collect();
        let silent = [(5, false), (25, false), (45, false)];
        let first: Vec<_> = (0..5).map(|index| (index, index == 0)).collect();
        let second: Vec<_> = (50..55).map(|index| (index, index == 50)).collect();
        assert_eq!(numbers, [&first[..], &silent[..], &second[..], &[(55, false)]].concat());
        assert!(sent[5].payload.len() <= 3 && !sent[5].speaks);
        let left = voice.into_left();
        assert_eq!(left.iter().flatten().count(), 10);
        assert_eq!((left[4], left[5], left[50]), (Some(5), None, Some(51)));
    }

    #[test]
    fn on_a_lossy_line_each_word_is_said_twice() {
        let mut voice = Voice::new(1, Talk::Always, 1);
        voice.negotiated(111);
        voice.worth.redundant = true;
        let sent = second(&mut voice);
        let blocks = red::blocks(&sent[7].payload).unwrap();
        let read: Vec<_> = blocks
            .iter()
            .map(|block| VoiceFrame::decoded(opus::frames(block.payload).unwrap()[0]).unwrap())
            .collect();
        assert_eq!(read.iter().map(|frame| frame.index).collect::<Vec<_>>(), [6, 7]);
        assert_eq!((blocks[0].age, blocks[0].payload_type), (960, 111));
    }

    #[test]
    fn in_a_conversation_mostly_one_speaks() {
        let talks = conversation(4, ms(60_000), 1);
        let at = |at| talks.iter().filter(|talk| talk.speaks(ms(at))).count();
        let counts: Vec<_> = (0..600).map(|step| at(step * 100)).collect();
        let share = |count| counts.iter().filter(|found| **found == count).count();
        assert!(share(1) > 420 && share(0) < 60 && share(2) > 20, "{} {}", share(1), share(2));
        assert_eq!(conversation(4, ms(60_000), 1), talks);
        assert!(talks.iter().all(|talk| *talk != Talk::Turns(Vec::new())), "everybody has a turn");
    }
}
