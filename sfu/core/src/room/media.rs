//! The way of a packet through a room: publisher's peer → grant → track → circle → each bound slot.
//!
//! In: what a peer has seen. Out: packets at other peers, keyframe requests at the publisher.
//! Never: forwards what a grant does not allow, to another circle, or to somebody who is not
//! connected.

use super::Room;
use crate::bind::Play;
use crate::egress::Paced;
use crate::forward::Arrival;
use crate::outbox::Outbox;
use crate::packet::{Fate, Layer, LineId, Packet};
use crate::participant::{HEADER_BYTES, Participant};
use crate::peer::PeerEvent;
use bedside_sfu_api::{Departure, Event, Kind, ParticipantId, Source};
use std::time::Instant;

impl Room {
    pub(super) fn handle_peer_event(&mut self, now: Instant, id: ParticipantId, event: PeerEvent) {
        self.stir(now);
        match event {
            PeerEvent::Packet(packet) => self.forward(now, id, &packet),
            PeerEvent::Connected(suite) => {
                let Some(participant) = self.participant_by_id.get_mut(&id) else { return };
                participant.connected = true;
                let connection = participant.connection;
                let room = self.id;
                self.events.push_back(Event::Connected {
                    room,
                    participant: id,
                    connection,
                    suite,
                });
                // A new connection begins plainly; what its page was told before is over.
                let voice = participant.voice;
                self.events.push_back(Event::VoiceWanted { room, participant: id, voice });
                self.decide(now);
            }
            PeerEvent::KeyframeWanted(line) => self.keyframe_wanted(now, id, line),
            PeerEvent::Fates(fates) => self.handle_fates(now, id, fates),
            PeerEvent::Moved => {
                if let Some(participant) = self.participant_by_id.get_mut(&id) {
                    participant.path.moved(now);
                }
            }
            PeerEvent::Reached => self.reached(now, id),
            PeerEvent::Closed => self.depart(now, id, Departure::Closed),
        }
    }

    /// A client that looked for another way is there again.
    fn reached(&mut self, now: Instant, id: ParticipantId) {
        let Some(person) = self.participant_by_id.get_mut(&id) else { return };
        let Some(since) = person.sought_since.take() else { return };
        let unheard_ms = u32::try_from((now - since).as_millis()).unwrap_or(u32::MAX);
        let (room, connection) = (self.id, person.connection);
        self.events.push_back(Event::Reached { room, participant: id, connection, unheard_ms });
    }

    /// Forwards a publisher's packet to every slot it plays in.
    fn forward(&mut self, now: Instant, from: ParticipantId, packet: &Packet) {
        self.counts.rtp_in += 1;
        let Some(publisher) = self.participant_by_id.get_mut(&from) else { return };
        let Some(source) = publisher.source_of(packet.line) else { return };
        if !publisher.publishes(source) {
            self.counts.rtp_not_granted += 1;
            if source == Source::Microphone {
                // The first words after a silence by order bring none from within it.
                publisher.listen_anew();
            }
            return;
        }
        publisher.handle_bytes(packet.payload.len());
        let arrival = packet.arrival();
        if let Some(track) = publisher.track_by_source.get_mut(&source) {
            track.handle_packet(now, &arrival, packet.payload.len() + HEADER_BYTES);
        }
        let said = publisher.said(now, source, packet.layer, packet.timestamp);
        if let Some(level) = packet.level.filter(|_| said.is_since(publisher.speaks_here_from)) {
            self.handle_level(from, level);
        }
        if source.kind() == Kind::Audio {
            self.forward_voice(now, from, packet);
        } else {
            self.forward_picture(now, (from, source), packet, &arrival);
        }
    }

    /// Passes a picture's packet on to everybody whose slots it plays in, at their lines' pace.
    fn forward_picture(&mut self, now: Instant, play: Play, packet: &Packet, arrival: &Arrival) {
        let (from, source) = play;
        let Some(publisher) = self.participant_by_id.get(&from) else { return };
        let said = publisher.said(now, source, packet.layer, packet.timestamp);
        self.take_picture(now, play, packet, (said, arrival));
        for (id, viewer) in &mut self.participant_by_id {
            if *id == from || !viewer.connected || !viewer.may_receive(source.kind()) {
                continue;
            }
            let Some(index) = viewer.slots.playing(play) else { continue };
            let Some(slot) = viewer.slots.get_mut(index) else { continue };
            if !said.may_reach(viewer.circle, slot.shared_from) {
                continue;
            }
            let Some(numbers) = slot.forwarder.forward(now, arrival) else { continue };
            self.counts.rtp_forwarded += 1;
            let paced = Paced { slot: index, packet: packet.clone(), numbers };
            viewer.see(now, paced, &mut self.out);
        }
    }

    /// A receiver has told what became of packets.
    fn handle_fates(&mut self, now: Instant, id: ParticipantId, fates: Vec<Fate>) {
        let Some(participant) = self.participant_by_id.get_mut(&id) else { return };
        participant.path.egress.handle_fates(now, &fates);
        participant.peer.take_back(fates);
        participant.handle_lost();
        participant.pump(now, &mut self.out);
        self.decide_if_worse(now, id);
    }

    /// Sends short trains to those whose next step needs more than their line is known to carry.
    pub(super) fn look_for_room(&mut self, now: Instant) {
        for participant in self.participant_by_id.values_mut() {
            participant.look_for_room(now, &mut self.out);
        }
    }

    /// A receiver lost too much to go on; its publisher is asked for a keyframe.
    fn keyframe_wanted(&mut self, now: Instant, viewer: ParticipantId, line: LineId) {
        self.counts.keyframe_requests_in += 1;
        let Some(viewer) = self.participant_by_id.get(&viewer) else { return };
        let Some(index) = viewer.slots.of_line(line) else { return };
        let layer = viewer.slots.get(index).and_then(|slot| slot.forwarder.current());
        let (Some((publisher, source)), Some(layer)) = (viewer.slots.bound(index), layer) else {
            return;
        };
        self.ask_keyframe(now, publisher, source, layer);
    }

    /// Asks the publisher, unless it was asked just now; then the request is held.
    pub(super) fn ask_keyframe(
        &mut self,
        now: Instant,
        publisher: ParticipantId,
        source: Source,
        layer: Layer,
    ) {
        let Some(participant) = self.participant_by_id.get_mut(&publisher) else { return };
        let Some(track) = participant.track_by_source.get_mut(&source) else { return };
        if track.request_keyframe(now, layer) {
            self.counts.keyframe_requests_out += 1;
            send_request(participant, (source, layer), &mut self.out);
        }
    }

    /// Sends the requests that were held and may go now.
    pub(super) fn release_keyframe_requests(&mut self, now: Instant) {
        for participant in self.participant_by_id.values_mut() {
            for source in [Source::Camera, Source::Screen] {
                let Some(track) = participant.track_by_source.get_mut(&source) else { continue };
                for layer in track.poll_keyframes(now) {
                    self.counts.keyframe_requests_out += 1;
                    send_request(participant, (source, layer), &mut self.out);
                }
            }
        }
    }
}

fn send_request(participant: &mut Participant, (source, layer): (Source, Layer), out: &mut Outbox) {
    if let Some(track) = participant.track_by_source.get(&source) {
        participant.peer.request_keyframe(track.line, layer, out);
    }
}
