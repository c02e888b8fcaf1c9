//! A recording from its first packet to its last part: who is let in, what opens an epoch, what a
//! loss costs, and what hostile senders cannot do.

use super::note::{EVENTS, Gap, Happened, PEOPLE, PersonNote, TrackName, Why};
use super::{Start, Taker};
use crate::binding;
use crate::matroska::read::{Item, items};
use crate::matroska::{Block, Track};
use crate::part::PlainPart;
use bedside_sfu_api::{
    Codec, ParticipantId, RoomId, Source, Stream, Tapped, TappedPacket, TappedReport, Turn,
};
use bedside_signaling_api::recorder::Labelled;
use proptest::prelude::*;
use std::time::{Duration, Instant};
use uuid::Uuid;

const VISIT: Uuid = Uuid::from_u128(1);
const ANA: ParticipantId = ParticipantId(Uuid::from_u128(10));
const BEN: ParticipantId = ParticipantId(Uuid::from_u128(11));
const MS: Duration = Duration::from_millis(1);

struct Rig {
    start: Instant,
    at_ms: u32,
    taker: Taker,
    turn: Turn,
}

impl Rig {
    fn new() -> Self {
        Self::from(0, 0)
    }

    fn from(first_epoch: u32, from_ms: u64) -> Self {
        let start = Instant::now();
        let taker = Taker::new(
            start,
            Start {
                visit: VISIT,
                recording: Uuid::from_u128(2),
                at: "2026-11-22T10:00:00Z".parse().unwrap(),
                part: Duration::from_secs(2),
                first_epoch,
                from_ms,
            },
        );
        let mut rig = Self { start, at_ms: 0, taker, turn: Turn(0) };
        rig.allow(&[ANA, BEN]);
        rig
    }

    fn now(&self) -> Instant {
        self.start + MS * self.at_ms
    }

    fn allow(&mut self, people: &[ParticipantId]) {
        self.turn = Turn(self.turn.0 + 1);
        let label = |person: &ParticipantId| Labelled {
            participant: person.0,
            label: format!("P{}", person.0.as_u128()),
        };
        let people: Vec<Labelled> = people.iter().map(label).collect();
        self.taker.allow(self.now(), self.turn, &people);
    }

    fn stream(&self, participant: ParticipantId, source: Source, ssrc: u32) -> Stream {
        Stream { room: RoomId(VISIT), turn: self.turn, participant, source, ssrc }
    }

    fn packet(&self, stream: Stream, n: u32, codec: Codec, payload: &[u8]) -> TappedPacket {
        TappedPacket {
            stream,
            codec,
            seq: u64::from(n) + 100,
            timestamp: n * codec.clock_rate() / 50,
            marker: true,
            arrival: self.now(),
            payload: payload.to_vec(),
        }
    }

    fn voice(&mut self, person: ParticipantId, n: u32) {
        let packet =
            self.packet(self.stream(person, Source::Microphone, 1), n, Codec::Opus, &[0x78, 1]);
        self.taker.handle_tapped(self.now(), Tapped::Packet(packet));
    }

    /// A frame of VP8 in one packet.
    fn camera(&mut self, person: ParticipantId, n: u32, key: bool) {
        self.layer(person, 2, n, key);
    }

    fn layer(&mut self, person: ParticipantId, ssrc: u32, n: u32, key: bool) {
        let stream = self.stream(person, Source::Camera, ssrc);
        let packet = self.packet(stream, n, Codec::Vp8, &vp8(key));
        self.taker.handle_tapped(self.now(), Tapped::Packet(packet));
    }

    fn pass(&mut self, ms: u32) {
        let until = self.at_ms + ms;
        while let Some(due) = self.taker.poll_timeout() {
            // Whole milliseconds, and not before it is due.
            let due_us = due.saturating_duration_since(self.start).as_micros();
            let due_ms = u32::try_from(due_us.div_ceil(1_000)).unwrap();
            if due_ms > until {
                break;
            }
            self.at_ms = due_ms.max(self.at_ms);
            self.taker.handle_timeout(self.now());
        }
        self.at_ms = until;
    }

    fn refreshes(&mut self) -> Vec<(ParticipantId, Source)> {
        std::iter::from_fn(|| self.taker.poll_refresh()).collect()
    }

    fn parts(&mut self) -> Vec<PlainPart> {
        std::iter::from_fn(|| self.taker.poll_part()).collect()
    }

    fn rest(&mut self) -> Vec<PlainPart> {
        self.taker.rest(self.now());
        self.parts()
    }
}

fn vp8(key: bool) -> Vec<u8> {
    if key {
        vec![0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00]
    } else {
        vec![0x10, 0x11, 0, 0]
    }
}

fn blocks(part: &PlainPart) -> Vec<Block<'_>> {
    let block = |item| match item {
        Item::Block(block) => Some(block),
        Item::Date(_) | Item::Track(_) | Item::Tag { .. } => None,
    };
    items(&part.plain).filter_map(block).collect()
}

fn tracks(part: &PlainPart) -> Vec<Track> {
    let track = |item| match item {
        Item::Track(track) => Some(track),
        Item::Date(_) | Item::Block(_) | Item::Tag { .. } => None,
    };
    items(&part.plain).filter_map(track).collect()
}

fn happened(part: &PlainPart) -> Vec<Happened> {
    let events = items(&part.plain).find_map(|item| match item {
        Item::Tag { name: EVENTS, text } => Some(serde_json::from_str(text).unwrap()),
        Item::Tag { .. } | Item::Date(_) | Item::Track(_) | Item::Block(_) => None,
    });
    events.unwrap_or_default()
}

#[test]
fn a_silent_room_gives_parts_too() {
    let mut rig = Rig::new();
    rig.pass(2_999);
    let parts = rig.parts();
    assert_eq!(parts.len(), 1);
    let part = &parts[0];
    assert_eq!((part.epoch, part.n, part.turn, part.last_of_epoch), (0, 0, 1, false));
    assert_eq!((part.from_ms, part.to_ms), (0, 1_500));
    let bound = binding::find(&part.plain).unwrap();
    assert_eq!((bound.visit, bound.epoch, bound.n, bound.from_ms), (VISIT, 0, 0, 0));
    let people = items(&part.plain).find_map(|item| match item {
        Item::Tag { name: PEOPLE, text } => {
            Some(serde_json::from_str::<Vec<PersonNote>>(text).unwrap())
        }
        Item::Tag { .. } | Item::Date(_) | Item::Track(_) | Item::Block(_) => None,
    });
    assert_eq!(people.unwrap()[1].label, "P11");
    rig.pass(1_001);
    assert_eq!(rig.parts()[0].n, 1);
}

#[test]
fn a_recording_goes_on_where_it_was() {
    let mut rig = Rig::from(7, 60_000);
    rig.voice(ANA, 1);
    let parts = rig.rest();
    assert_eq!((parts[0].epoch, parts[0].from_ms), (7, 60_000));
    assert_eq!(blocks(&parts[0])[0].at_ms, 60_000);
    // The date in the header is that of the recording's beginning, a minute before.
    let date = items(&parts[0].plain).next();
    let begun: jiff::Timestamp = "2026-11-22T09:59:00Z".parse().unwrap();
    let ns = i64::try_from(begun.as_nanosecond()).unwrap() - 978_307_200_000_000_000;
    assert_eq!(date, Some(Item::Date(ns)));
}

#[test]
fn nobody_passes_the_second_door_who_is_not_named() {
    let mut rig = Rig::new();
    rig.voice(ANA, 1);
    let fine = rig.packet(rig.stream(ANA, Source::Microphone, 1), 2, Codec::Opus, &[0x78, 1]);
    let stream = fine.stream;
    let wrong = [
        Stream { turn: Turn(0), ..stream },
        Stream { turn: Turn(2), ..stream },
        Stream { room: RoomId(Uuid::from_u128(99)), ..stream },
        Stream { participant: ParticipantId(Uuid::from_u128(12)), ..stream },
        // A voice is no picture.
        Stream { source: Source::Camera, ..stream },
    ];
    for stream in wrong {
        let packet = TappedPacket { stream, ..fine.clone() };
        rig.taker.handle_tapped(rig.now(), Tapped::Packet(packet));
    }
    let report = TappedReport { stream: wrong[0], arrival: rig.now(), ntp: 1, timestamp: 1 };
    rig.taker.handle_tapped(rig.now(), Tapped::Report(report));
    let missed = Tapped::Missed { room: RoomId(VISIT), turn: Turn(0), packets: 5 };
    rig.taker.handle_tapped(rig.now(), missed);
    assert_eq!(rig.taker.refused(), 7);
    let parts = rig.rest();
    assert_eq!(blocks(&parts[0]).len(), 1);
    assert_eq!(happened(&parts[0]), []);
    // And nobody at all while it rests.
    rig.voice(ANA, 3);
    rig.pass(10_000);
    assert_eq!((rig.taker.refused(), rig.parts().len()), (8, 0));
}

#[test]
fn a_rest_takes_along_what_came_before_and_nothing_after() {
    let mut rig = Rig::new();
    rig.voice(ANA, 1);
    // One is missing, so this waits.
    rig.voice(ANA, 3);
    rig.camera(ANA, 1, true);
    rig.camera(ANA, 3, true);
    rig.at_ms += 30;
    let parts = rig.rest();
    assert_eq!(parts.len(), 1);
    assert!(parts[0].last_of_epoch);
    assert_eq!((parts[0].to_ms, blocks(&parts[0]).len()), (30, 4));
    // Withdrawn: the same packets, a moment later, are in no part.
    rig.allow(&[BEN]);
    rig.voice(ANA, 4);
    rig.voice(BEN, 4);
    let parts = rig.rest();
    let names: Vec<String> = tracks(&parts[0]).into_iter().map(|track| track.name).collect();
    assert_eq!(names, [TrackName(BEN, Source::Microphone).to_string()]);
    assert_eq!((parts[0].epoch, blocks(&parts[0]).len()), (1, 1));
}

#[test]
fn tracks_that_begin_together_share_an_epoch_and_a_later_one_opens_another() {
    let mut rig = Rig::new();
    rig.voice(ANA, 1);
    rig.pass(600);
    rig.camera(ANA, 1, true);
    rig.pass(600);
    rig.voice(BEN, 1);
    rig.pass(400);
    let parts = rig.parts();
    assert_eq!((parts.len(), tracks(&parts[0]).len()), (1, 3));
    rig.refreshes();
    // Ben's camera is new: another file, for which Ana's picture has to begin anew.
    rig.camera(ANA, 2, false);
    rig.camera(BEN, 1, true);
    let parts = rig.parts();
    assert_eq!((parts[0].epoch, parts[0].n, parts[0].last_of_epoch), (0, 1, true));
    assert_eq!(rig.refreshes(), [(ANA, Source::Camera)]);
    rig.camera(ANA, 3, false);
    rig.pass(40);
    rig.camera(ANA, 4, true);
    rig.camera(ANA, 5, false);
    let part = rig.rest().remove(0);
    assert_eq!((part.epoch, part.n, part.turn), (1, 0, 1));
    assert_eq!(tracks(&part).len(), 2);
    let keys_of = |person| {
        let name = TrackName(person, Source::Camera).to_string();
        let track = tracks(&part).into_iter().find(|track| track.name == name).unwrap();
        let of_track = |block: &&Block<'_>| block.track == track.number;
        blocks(&part).iter().filter(of_track).map(|block| block.key).collect::<Vec<bool>>()
    };
    assert_eq!(keys_of(ANA), [true, false]);
    assert_eq!(keys_of(BEN), [true]);
}

#[test]
fn another_codec_is_another_track() {
    let mut rig = Rig::new();
    rig.camera(ANA, 1, true);
    rig.pass(2_500);
    let stream = rig.stream(ANA, Source::Camera, 9);
    // 10 00 0 0 1 0, sync code, colours, sizes.
    let key = [0x08, 0x82, 0x49, 0x83, 0x42, 0x40, 0x13, 0xF0, 0x0B, 0x30];
    let packet = rig.packet(stream, 9, Codec::Vp9, &key);
    rig.taker.handle_tapped(rig.now(), Tapped::Packet(packet));
    let parts = rig.rest();
    let told: Vec<_> = parts.iter().map(|part| (part.epoch, part.n, tracks(part).len())).collect();
    assert_eq!(told, [(0, 0, 1), (0, 1, 0), (1, 0, 1)]);
    assert_eq!(tracks(&parts[2])[0].codec, Codec::Vp9);
}

#[test]
fn after_a_loss_no_picture_is_shown_until_a_whole_one() {
    let mut rig = Rig::new();
    rig.camera(ANA, 1, true);
    assert_eq!(rig.refreshes(), []);
    rig.at_ms = 20;
    rig.camera(ANA, 2, false);
    // The third is lost for good; what builds on it waits, then is left out.
    for n in 4..60 {
        rig.pass(20);
        rig.camera(ANA, n, false);
    }
    // Wished for when it was given up, and once more a second later.
    assert_eq!(rig.refreshes(), [(ANA, Source::Camera)]);
    rig.pass(20);
    rig.camera(ANA, 60, true);
    rig.camera(ANA, 61, false);
    let part = rig.rest().remove(0);
    let times: Vec<u64> = blocks(&part).iter().map(|block| block.at_ms).collect();
    assert_eq!(times.len(), 4);
    let gap = Gap {
        track: TrackName(ANA, Source::Camera),
        from_ms: times[1],
        to_ms: times[2],
        why: Why::Loss,
    };
    assert_eq!(happened(&part), [Happened::Gap(gap)]);
    assert_eq!(part.missing_ms, times[2] - times[1]);
    assert!((1_140..1_180).contains(&part.missing_ms), "{}", part.missing_ms);
}

#[test]
fn a_whole_picture_is_wished_for_once_a_second_at_most() {
    let mut rig = Rig::new();
    let mut wishes = 0;
    for n in 0..250 {
        rig.camera(ANA, n, false);
        wishes += rig.refreshes().len();
        rig.pass(20);
    }
    assert_eq!(wishes, 5);
    // And every ten seconds when all is well.
    rig.camera(ANA, 250, true);
    for n in 251..1_252 {
        rig.pass(20);
        rig.camera(ANA, n, false);
    }
    assert_eq!(rig.refreshes().len(), 1);
}

#[test]
fn a_change_of_layer_goes_on_in_the_same_track() {
    let mut rig = Rig::new();
    rig.layer(ANA, 2, 1, true);
    rig.layer(ANA, 2, 2, false);
    rig.at_ms = 40;
    rig.layer(ANA, 3, 9, true);
    // A late packet of the layer that was left changes nothing.
    rig.layer(ANA, 2, 1, false);
    rig.layer(ANA, 3, 10, false);
    rig.at_ms = 80;
    rig.layer(ANA, 2, 5, true);
    let parts = rig.rest();
    let part = &parts[0];
    assert_eq!((parts.len(), tracks(part).len(), blocks(part).len()), (1, 1, 5));
    assert!(blocks(part).windows(2).all(|pair| pair[0].at_ms < pair[1].at_ms));
    assert_eq!(happened(part), []);
}

#[test]
fn what_happens_stands_beside_the_media() {
    let mut rig = Rig::new();
    rig.voice(ANA, 1);
    rig.at_ms = 50;
    let stream = rig.stream(ANA, Source::Microphone, 1);
    let report = TappedReport { stream, arrival: rig.now(), ntp: 77 << 32, timestamp: 960 };
    rig.taker.handle_tapped(rig.now(), Tapped::Report(report));
    rig.taker.handle_say(rig.now(), BEN, "de".to_owned(), "Guten Tag".to_owned());
    let missed = Tapped::Missed { room: RoomId(VISIT), turn: rig.turn, packets: 5 };
    rig.taker.handle_tapped(rig.now(), missed);
    // Five packets of the voice are lost.
    rig.voice(ANA, 7);
    let part = rig.rest().remove(0);
    let told = happened(&part);
    assert!(matches!(
        told[0],
        Happened::Report(report) if (report.ntp, report.ssrc, report.arrival_ms) == (77 << 32, 1, 50)
    ));
    let text = "Guten Tag".to_owned();
    let said = Happened::Caption { participant: BEN.0, language: "de".to_owned(), text, at_ms: 50 };
    assert_eq!(told[1..3], [said, Happened::Missed { packets: 5, at_ms: 50 }]);
    assert!(matches!(told[3], Happened::Gap(gap) if gap.to_ms - gap.from_ms == 100));
    assert_eq!(part.missing_ms, 100);
}

#[test]
fn a_flood_ends_the_part_before_its_time() {
    let mut rig = Rig::new();
    for n in 0..80 {
        let stream = rig.stream(ANA, Source::Camera, 2);
        let mut payload = vp8(true);
        payload.resize(60_000, 1);
        let packet = rig.packet(stream, n, Codec::Vp8, &payload);
        rig.taker.handle_tapped(rig.now(), Tapped::Packet(packet));
    }
    let parts = rig.parts();
    assert_eq!(parts.len(), 1);
    assert!(parts[0].plain.len() < 3_300_000);
}

fn tapped(start: Instant) -> impl Strategy<Value = (u32, Tapped)> {
    let payload = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..30),
        Just(vp8(true)),
        Just(vp8(false)),
        Just(vec![0x78, 1]),
    ];
    let packet = (0_u8..3, 0_usize..3, 0_u32..3, 0_usize..5, any::<u16>(), any::<u32>(), payload);
    let small = prop_oneof![Just(false), Just(true)];
    (packet, 0_u32..300, small.clone(), small).prop_map(move |(packet, wait, marker, is_report)| {
        let (who, source, ssrc, codec, seq, timestamp, payload) = packet;
        let stream = Stream {
            room: RoomId(VISIT),
            turn: Turn(1),
            participant: ParticipantId(Uuid::from_u128(u128::from(who) + 10)),
            source: Source::ALL[source],
            ssrc,
        };
        let arrival = start + MS * (timestamp % 100_000);
        let codec = [Codec::Opus, Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1][codec];
        let tapped = if is_report {
            let ntp = u64::from(timestamp) << 17;
            Tapped::Report(TappedReport { stream, arrival, ntp, timestamp })
        } else {
            let seq = u64::from(seq % 3_000);
            Tapped::Packet(TappedPacket { stream, codec, seq, timestamp, marker, arrival, payload })
        };
        (wait, tapped)
    })
}

proptest! {
    /// Whatever comes: parts that can be read, times that rise, blocks of declared tracks only,
    /// the first of each a whole picture.
    #[test]
    fn any_bytes_are_survived(
        come in proptest::collection::vec(tapped(Instant::now()), 1..150),
    ) {
        let mut rig = Rig::new();
        let mut parts = Vec::new();
        for (wait, tapped) in come {
            rig.taker.handle_tapped(rig.now(), tapped);
            rig.pass(wait);
            parts.extend(rig.parts());
            prop_assert!(rig.refreshes().len() <= 6);
        }
        parts.extend(rig.rest());
        prop_assert!(parts.last().unwrap().last_of_epoch);
        let mut declared: Vec<(u8, Option<u64>)> = Vec::new();
        for part in &parts {
            let mut found = items(&part.plain);
            prop_assert!(found.by_ref().count() > 0);
            prop_assert!(found.is_whole());
            if part.n == 0 {
                declared = tracks(part).iter().map(|track| (track.number, None)).collect();
            }
            for block in blocks(part) {
                let track = declared.iter_mut().find(|(number, _)| *number == block.track);
                let (_, last) = track.unwrap();
                prop_assert!(last.map_or(block.key, |last| last < block.at_ms));
                *last = Some(block.at_ms);
            }
        }
    }
}
