//! Frames out of packets: the way of everything that is recorded, as tracks or as a film.
//!
//! In: packets and reports with the time they come; who may be recorded. Out: dated frames in the
//! order of each track, what is missing of it, and wishes for whole pictures.
//! Never: lets through what is of another turn, another room or of somebody not named. The media
//! plane does not send it; this is the second door.

use super::Frame;
use super::lane::{Lane, Made, kind};
use super::note::{Gap, Report, TrackName};
use crate::dating::{SenderClock, Timeline};
use crate::reorder::Held;
use bedside_sfu_api::{
    ParticipantId, RoomId, Source, Stream, Tapped, TappedPacket, TappedReport, Turn,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

/// Wishes for whole pictures of one track come no faster. Each costs its sender's line as much as
/// a second of pictures.
const REFRESH_EVERY: Duration = Duration::from_secs(1);
/// Nothing is dated longer than this before it came, whatever its sender's clock says. The longest
/// queues of home lines hold five seconds.
const AGE_MAX_US: i64 = 10_000_000;

/// A picture that stands still for less is not told as missing: cameras in poor light make ten
/// frames a second.
const STILL_TOLD: Duration = Duration::from_millis(200);

/// A source of a person.
type Track = (ParticipantId, Source);

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A frame.
    Frame(Frame),
    /// Media that is missing.
    Gap(Gap),
    /// A sender's report.
    Report(Report),
    /// So many packets found the way here full.
    Missed(u64),
}

/// Makes frames of the packets of one visit.
#[derive(Debug)]
pub struct Frames {
    room: RoomId,
    timeline: Timeline,
    door: Option<Door>,
    lane_by_track: BTreeMap<Track, Lane>,
    clock_by_person: BTreeMap<ParticipantId, SenderClock>,
    last_ms_by_track: BTreeMap<Track, u64>,
    asked_by_track: BTreeMap<Track, Instant>,
    wishes: BTreeSet<Track>,
    heard: VecDeque<Heard>,
    refused: u64,
}

/// Who may be recorded.
#[derive(Debug)]
struct Door {
    turn: Turn,
    people: BTreeSet<ParticipantId>,
}

impl Frames {
    /// Of nobody yet.
    #[must_use]
    pub const fn new(room: RoomId, timeline: Timeline) -> Self {
        Self {
            room,
            timeline,
            door: None,
            lane_by_track: BTreeMap::new(),
            clock_by_person: BTreeMap::new(),
            last_ms_by_track: BTreeMap::new(),
            asked_by_track: BTreeMap::new(),
            wishes: BTreeSet::new(),
            heard: VecDeque::new(),
            refused: 0,
        }
    }

    /// What came and was not to be recorded.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// These people from now on, and nobody else. What came before is let go first
    /// ([`Self::rest`]).
    pub fn allow(&mut self, turn: Turn, people: impl Iterator<Item = ParticipantId>) {
        let people: BTreeSet<ParticipantId> = people.collect();
        self.clock_by_person.retain(|person, _| people.contains(person));
        self.last_ms_by_track.retain(|(person, _), _| people.contains(person));
        self.asked_by_track.retain(|(person, _), _| people.contains(person));
        self.door = Some(Door { turn, people });
    }

    /// Nobody from now on. What came before is let go, with nothing waited for any more.
    pub fn rest(&mut self, now: Instant) {
        self.door = None;
        for track in self.tracks() {
            if let Some(mut lane) = self.lane_by_track.remove(&track) {
                lane.flush();
                self.drain(track, &mut lane);
                let last_ms = self.last_ms_by_track.get(&track).copied();
                if let (Some(why), Some(from_ms)) = (lane.hole(), last_ms) {
                    let to_ms = self.timeline.ms(now).max(from_ms);
                    let track = TrackName(track.0, track.1);
                    self.heard.push_back(Heard::Gap(Gap { track, from_ms, to_ms, why }));
                }
            }
        }
        self.wishes.clear();
    }

    /// All pictures but this one have to begin anew.
    pub fn begin_anew(&mut self, now: Instant, but: Track) {
        for track in self.tracks() {
            if track == but {
                continue;
            }
            if let Some(lane) = self.lane_by_track.get_mut(&track) {
                lane.begin_anew();
            }
            self.wish(now, track);
        }
    }

    /// Something was taken in the visit.
    pub fn handle_tapped(&mut self, now: Instant, tapped: Tapped) {
        match tapped {
            Tapped::Packet(packet) => self.handle_packet(now, packet),
            Tapped::Report(report) => self.handle_report(report),
            Tapped::Missed { room, turn, packets } => {
                if room == self.room && self.door.as_ref().is_some_and(|door| door.turn == turn) {
                    self.heard.push_back(Heard::Missed(packets));
                } else {
                    self.refused = self.refused.saturating_add(1);
                }
            }
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        for track in self.tracks() {
            let due = |lane: &&mut Lane| lane.poll_timeout().is_some_and(|at| at <= now);
            if self.lane_by_track.get_mut(&track).filter(due).is_some() {
                self.with_lane(track, |lane| lane.handle_timeout(now));
                self.wish(now, track);
            }
        }
    }

    /// When `handle_timeout` has something to do.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.lane_by_track.values().filter_map(Lane::poll_timeout).min()
    }

    /// What has become of the packets.
    pub fn poll(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    /// A whole picture is needed of this track.
    pub fn poll_refresh(&mut self) -> Option<Track> {
        self.wishes.pop_first()
    }

    fn handle_packet(&mut self, now: Instant, packet: TappedPacket) {
        let stream = packet.stream;
        let track = (stream.participant, stream.source);
        if !self.may_pass(stream) || kind(packet.codec) != stream.source.kind() {
            self.refused = self.refused.saturating_add(1);
            return;
        }
        let clock = self.clock_by_person.entry(stream.participant).or_default();
        let key = (stream.source, stream.ssrc);
        let ticks = clock.handle_packet(key, self.timeline.us(packet.arrival), packet.timestamp);
        let (codec, seq) = (packet.codec, packet.seq);
        let held = Held {
            seq,
            timestamp: packet.timestamp,
            ticks,
            marker: packet.marker,
            arrival: packet.arrival,
            payload: packet.payload,
        };
        self.lane_by_track.entry(track).or_insert_with(|| Lane::new(stream.ssrc, codec, seq));
        self.with_lane(track, |lane| lane.handle(stream.ssrc, codec, held));
        self.wish(now, track);
    }

    fn handle_report(&mut self, report: TappedReport) {
        let TappedReport { stream, arrival, ntp, timestamp } = report;
        if !self.may_pass(stream) {
            self.refused = self.refused.saturating_add(1);
            return;
        }
        let key = (stream.source, stream.ssrc);
        let clock = self.clock_by_person.entry(stream.participant).or_default();
        clock.handle_report(key, self.timeline.us(arrival), ntp, timestamp);
        let dated_us = clock.date_of_us(key, timestamp).unwrap_or_default();
        self.heard.push_back(Heard::Report(Report {
            track: TrackName(stream.participant, stream.source),
            ssrc: stream.ssrc,
            arrival_ms: self.timeline.ms(arrival),
            ntp,
            timestamp,
            dated_ms: milliseconds(dated_us),
        }));
    }

    /// The second door.
    fn may_pass(&self, stream: Stream) -> bool {
        stream.room == self.room
            && self.door.as_ref().is_some_and(|door| {
                door.turn == stream.turn && door.people.contains(&stream.participant)
            })
    }

    fn tracks(&self) -> Vec<Track> {
        self.lane_by_track.keys().copied().collect()
    }

    fn with_lane(&mut self, track: Track, change: impl FnOnce(&mut Lane)) {
        if let Some(mut lane) = self.lane_by_track.remove(&track) {
            change(&mut lane);
            self.drain(track, &mut lane);
            self.lane_by_track.insert(track, lane);
        }
    }

    /// Dates what a lane has made.
    fn drain(&mut self, track: Track, lane: &mut Lane) {
        while let Some(made) = lane.poll() {
            let at_ms = self.date_ms(track, &made);
            let before_ms = self.last_ms_by_track.insert(track, at_ms);
            if let Some(hole) = made.hole {
                let span_ms =
                    hole.span.map(|span| u64::try_from(span.as_millis()).unwrap_or(u64::MAX));
                let from_ms = span_ms.map(|span| at_ms.saturating_sub(span)).or(before_ms);
                let told = |&from_ms: &u64| {
                    let still = Duration::from_millis(at_ms.saturating_sub(from_ms));
                    hole.span.is_some() || still >= STILL_TOLD
                };
                // Before the first frame nothing is missing: it is where the track begins.
                if let Some(from_ms) = from_ms.filter(|_| before_ms.is_some()).filter(told) {
                    let (track, why) = (TrackName(track.0, track.1), hole.why);
                    self.heard.push_back(Heard::Gap(Gap { track, from_ms, to_ms: at_ms, why }));
                }
            }
            let Made { codec, key, data, .. } = made;
            self.heard.push_back(Heard::Frame(Frame { track, codec, at_ms, key, data }));
        }
    }

    /// When a frame was sent: after the one before it, and not before anything could have been.
    fn date_ms(&self, track: Track, made: &Made) -> u64 {
        let arrival_us = self.timeline.us(made.arrival);
        let clock = self.clock_by_person.get(&track.0);
        let sent_us = clock.and_then(|clock| clock.date_us((track.1, made.ssrc), made.ticks));
        let oldest_us = arrival_us.saturating_sub(AGE_MAX_US);
        let latest_us = arrival_us.saturating_add(AGE_MAX_US);
        let at_ms = milliseconds(sent_us.unwrap_or(arrival_us).clamp(oldest_us, latest_us));
        let after = self.last_ms_by_track.get(&track).map_or(0, |last| last.saturating_add(1));
        at_ms.max(after)
    }

    /// Asks for a whole picture if one is needed and none was asked for just now.
    fn wish(&mut self, now: Instant, track: Track) {
        let needed = self.lane_by_track.get(&track).is_some_and(|lane| lane.wants_key(now));
        let asked = self.asked_by_track.get(&track);
        let waits = asked.is_some_and(|&at| now.saturating_duration_since(at) < REFRESH_EVERY);
        if needed && !waits {
            self.asked_by_track.insert(track, now);
            self.wishes.insert(track);
        }
    }
}

fn milliseconds(us: i64) -> u64 {
    u64::try_from(us / 1_000).unwrap_or_default()
}
