//! What a recorder takes of a room: the voices and pictures of those who are named in its turn.
//!
//! In: the turn that signaling decided, packets as the room has measured and dated them, a tick.
//! Out: copies of packets with the reports that date them, keyframe requests, layers kept awake.
//! Never: media of somebody who is not named, that was said outside the common circle, or said
//! before they were named in it. Never holds up a packet of the visit.

use super::Room;
use crate::bind::Play;
use crate::circle::{Said, shared_from};
use crate::forward::Arrival;
use crate::packet::{self, Packet, SenderReport};
use crate::participant::Participant;
use crate::tap::TakenPicture;
use crate::voice::VoiceFrame;
use bedside_sfu_api::{
    Circle, Codec, ParticipantId, Source, Stream, Tap, Tapped, TappedPacket, TappedReport, Turn,
};
use std::collections::BTreeMap;
use std::time::Instant;

/// A recorder's place in the room.
#[derive(Debug)]
pub(super) struct Tapping {
    turn: Turn,
    taken_by_person: BTreeMap<ParticipantId, Taken>,
}

/// What is taken of one person.
#[derive(Debug)]
struct Taken {
    /// What they said before is not for the recorder.
    from: Instant,
    picture_by_source: BTreeMap<Source, TakenPicture>,
    /// The report that was handed on last, and the stream (SSRC) it dates.
    report_by_source: BTreeMap<Source, (u32, SenderReport)>,
}

impl Taken {
    const fn since(from: Instant) -> Self {
        Self { from, picture_by_source: BTreeMap::new(), report_by_source: BTreeMap::new() }
    }

    /// Whether something of this person is for the recorder: said in the common circle, since
    /// they were named, and since they are there.
    fn may_take(&self, said: Said, person: &Participant) -> bool {
        said.may_reach(Circle::MAIN, self.from.max(person.speaks_here_from))
    }

    /// The sender report that dates a packet, if it was not handed on yet.
    fn report(&mut self, stream: Stream, report: Option<SenderReport>) -> Option<Tapped> {
        let report = report?;
        let told = self.report_by_source.insert(stream.source, (stream.ssrc, report));
        let SenderReport { ntp, timestamp, arrival } = report;
        let news = told != Some((stream.ssrc, report));
        news.then_some(Tapped::Report(TappedReport { stream, arrival, ntp, timestamp }))
    }
}

impl Room {
    /// Whose media a recorder takes from now on. Who was named before goes on without a word
    /// missing; of anybody else nothing counts that they may have said before they were named.
    pub(crate) fn tap(&mut self, now: Instant, tap: Option<Tap>) {
        self.stir(now);
        let former = self.tapping.take();
        let Some(Tap { turn, people }) = tap else { return };
        let from = |id: &ParticipantId| {
            let former = former.as_ref().and_then(|former| former.taken_by_person.get(id));
            let person = self.participant_by_id.get(id);
            let round_trip = person.and_then(|person| person.path.egress.round_trip());
            former.map_or_else(|| shared_from(now, round_trip), |taken| taken.from)
        };
        let taken_by_person = people.iter().map(|id| (*id, Taken::since(from(id)))).collect();
        self.tapping = Some(Tapping { turn, taken_by_person });
        self.tend_tap(now);
    }

    /// The recorder needs a whole picture of somebody.
    pub(crate) fn refresh(&mut self, now: Instant, id: ParticipantId, source: Source) {
        self.stir(now);
        let taken = self.tapping.as_ref().and_then(|tapping| tapping.taken_by_person.get(&id));
        let picture = taken.and_then(|taken| taken.picture_by_source.get(&source));
        if let Some(layer) = picture.and_then(TakenPicture::handle_refresh) {
            self.ask_keyframe(now, id, source, layer);
        }
    }

    /// Nothing of this person is taken any more, should they come back either.
    pub(super) fn untap(&mut self, id: ParticipantId) {
        if let Some(tapping) = &mut self.tapping {
            tapping.taken_by_person.remove(&id);
        }
    }

    /// Chooses layers, keeps them awake and asks for the keyframes that are needed.
    pub(super) fn tend_tap(&mut self, now: Instant) {
        let Some(tapping) = &mut self.tapping else { return };
        let mut needed = Vec::new();
        for (id, taken) in &mut tapping.taken_by_person {
            let Some(person) = self.participant_by_id.get_mut(id) else { continue };
            let from = taken.from.max(person.speaks_here_from);
            let there = person.connected && person.circle == Circle::MAIN;
            let poor = person.uplink_is_poor();
            for source in [Source::Camera, Source::Screen] {
                if !there || !person.publishes(source) {
                    // Whoever comes back, or shows something again, begins with a keyframe.
                    taken.picture_by_source.remove(&source);
                    continue;
                }
                let Some(track) = person.track_by_source.get_mut(&source) else { continue };
                let picture = taken.picture_by_source.entry(source).or_default();
                for layer in picture.handle_layers(now, &track.sights(now)) {
                    // A line that is poor sends what the visit looks at; that is taken, and
                    // nothing more is asked of it.
                    if !poor {
                        track.keep(now, layer);
                    }
                }
                // A keyframe of what may not be taken yet would come too soon.
                if from <= now
                    && let Some(layer) = picture.ask_keyframe(now)
                {
                    needed.push((*id, source, layer));
                }
            }
        }
        for (id, source, layer) in needed {
            self.ask_keyframe(now, id, source, layer);
        }
    }

    /// Takes what a voice packet brought, each word by its own time.
    pub(super) fn take_voice(
        &mut self,
        now: Instant,
        from: ParticipantId,
        packet: &Packet,
        frames: &[(Said, VoiceFrame)],
    ) {
        let Some(tapping) = &mut self.tapping else { return };
        let Some(taken) = tapping.taken_by_person.get_mut(&from) else { return };
        let Some(person) = self.participant_by_id.get(&from) else { return };
        let (room, turn, source) = (self.id, tapping.turn, Source::Microphone);
        let stream = Stream { room, turn, participant: from, source, ssrc: packet.stream };
        for (said, frame) in frames {
            if !taken.may_take(*said, person) {
                continue;
            }
            self.tapped.extend(taken.report(stream, packet.report));
            self.tapped.push_back(Tapped::Packet(TappedPacket {
                stream,
                codec: named(packet.codec),
                seq: frame.sequence,
                timestamp: frame.timestamp,
                marker: frame.marker,
                arrival: now,
                payload: frame.payload.to_vec(),
            }));
        }
    }

    /// Takes a packet of a picture, if it is of the layer that is taken.
    pub(super) fn take_picture(
        &mut self,
        now: Instant,
        play: Play,
        packet: &Packet,
        (said, arrival): (Said, &Arrival),
    ) {
        let Some(tapping) = &mut self.tapping else { return };
        let (participant, source) = play;
        let Some(taken) = tapping.taken_by_person.get_mut(&participant) else { return };
        let Some(person) = self.participant_by_id.get(&participant) else { return };
        if !taken.may_take(said, person) {
            return;
        }
        let picture = taken.picture_by_source.get_mut(&source);
        if !picture.is_some_and(|picture| picture.handle_packet(now, arrival)) {
            return;
        }
        let (room, turn) = (self.id, tapping.turn);
        let stream = Stream { room, turn, participant, source, ssrc: packet.stream };
        self.tapped.extend(taken.report(stream, packet.report));
        self.tapped.push_back(Tapped::Packet(TappedPacket {
            stream,
            codec: named(packet.codec),
            seq: packet.seq,
            timestamp: packet.timestamp,
            marker: packet.marker,
            arrival: now,
            payload: packet.payload.to_vec(),
        }));
    }

    /// The next thing for the recorder.
    pub(crate) fn poll_tapped(&mut self) -> Option<Tapped> {
        self.tapped.pop_front()
    }
}

/// A codec by the name the recorder knows it by.
const fn named(codec: packet::Codec) -> Codec {
    match codec {
        packet::Codec::Opus => Codec::Opus,
        packet::Codec::Vp8 => Codec::Vp8,
        packet::Codec::H264 => Codec::H264,
    }
}
