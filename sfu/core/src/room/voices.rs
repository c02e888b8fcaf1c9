//! The voices of a room: who is heard, how each line carries them, what is worth sending.
//!
//! In: a publisher's voice packets, who speaks, each line. Out: frames to each listener's slots,
//! plans, and what publishers are asked to send.
//! Never: keeps a voice from somebody of a small visit.

use super::Room;
use crate::circle::Said;
use crate::packet::Packet;
use crate::participant::{Participant, VOICE_BEST};
use crate::voice::{
    Copies, Listener, VoiceCandidate, VoiceFrame, all_are_heard, copies_for, heard, opus_rate_for,
};
use bedside_sfu_api::{Bitrate, Event, Kind, ParticipantId, Source, VoiceWorth};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// A line as thin as one listener's does not take more from the others than this: wide band.
const VOICE_GOOD: Bitrate = Bitrate::kbps(20);
/// What that takes with its headers at the least; where a line has less room for a voice than
/// that, it is lowered further for all: one who cannot hear at all is worse.
const GOOD_NEEDS: Bitrate = Bitrate::kbps(33);
/// And no more than this is encoded: with its copies it is a voice and a half.
const VOICE_LOSSY: Bitrate = Bitrate::kbps(24);
/// Share of the room that voices with copies are encoded for: what is left keeps the copies when
/// the estimate wavers.
const COPIES_SHARE_PERCENT: u64 = 85;
/// Room of a publisher's own line below which it carries its voice only in long packets.
const JAMMED_BELOW: Bitrate = Bitrate::kbps(60);
/// Loss of a publisher's own line, in thousandths, from which words are worth sending twice, and
/// below which they are not any more.
const REDUNDANT_FROM: u16 = 30;
const REDUNDANT_UNTIL: u16 = 8;

impl Room {
    /// Passes a publisher's voice packet on, frame by frame.
    pub(super) fn forward_voice(&mut self, now: Instant, from: ParticipantId, packet: &Packet) {
        let Some(publisher) = self.participant_by_id.get_mut(&from) else { return };
        publisher.arrivals.handle(now, packet.seq, packet.timestamp);
        let Some(listener) = publisher.listener.as_mut() else { return };
        listener.handle_packet(
            packet.red,
            VoiceFrame {
                timestamp: packet.timestamp,
                sequence: packet.seq,
                marker: packet.marker,
                level: packet.level,
                payload: packet.payload.clone(),
            },
        );
        let mut frames = std::mem::take(&mut self.frames);
        while let Some(frame) = publisher.listener.as_mut().and_then(Listener::poll_frame) {
            // Each by its own time: a packet may bring copies of words said before a move.
            let said = publisher.said(now, Source::Microphone, packet.layer, frame.timestamp);
            frames.push((said, frame));
        }
        self.take_voice(now, from, packet, &frames);
        let play = (from, Source::Microphone);
        for (id, viewer) in &mut self.participant_by_id {
            if *id == from || !viewer.connected || !viewer.may_receive(Kind::Audio) {
                continue;
            }
            if self.unheard_by_listener.get(id).is_some_and(|unheard| unheard.contains(&from)) {
                continue;
            }
            let Some(index) = viewer.slots.playing(play) else { continue };
            let Some(slot) = viewer.slots.get(index) else { continue };
            let (circle, shared_from) = (viewer.circle, slot.shared_from);
            let spell = self.silences.spell(*id, from);
            let for_them =
                |said: Said| said.may_reach(circle, shared_from) && spell.holds(said.earliest);
            for (_, frame) in frames.iter().filter(|(said, _)| for_them(*said)) {
                self.counts.rtp_forwarded += 1;
                viewer.hear(now, index, frame.clone(), &mut self.out);
            }
        }
        frames.clear();
        self.frames = frames;
    }

    /// Who is heard, how, and what is worth sending; at each tick.
    pub(super) fn decide_voices(&mut self, now: Instant) {
        self.unheard_by_listener = self.choose_unheard();
        for id in self.everybody() {
            let speaking = self.speaking_to(id);
            let others = speaking.filter(|speaker| self.is_sent(id, *speaker)).count();
            let opus = self.loudest_rate(id);
            if let Some(listener) = self.participant_by_id.get_mut(&id) {
                listener.plan_voices(now, others, opus);
            }
        }
        for publisher in self.participant_by_id.values_mut() {
            publisher.uplink.handle_queue(now, publisher.arrivals.queue());
        }
        self.tell_voices();
    }

    /// Whether a listener is sent what a speaker of their circle says now.
    fn is_sent(&self, listener: ParticipantId, speaker: ParticipantId) -> bool {
        let unheard = self.unheard_by_listener.get(&listener);
        self.silences.hears(listener, speaker)
            && unheard.is_none_or(|unheard| !unheard.contains(&speaker))
    }

    /// The voices that are not worth sending, by listener: of those that are for them, all but the
    /// loudest and the kept.
    fn choose_unheard(&self) -> BTreeMap<ParticipantId, BTreeSet<ParticipantId>> {
        let mut unheard_by_listener = BTreeMap::new();
        if all_are_heard(self.len()) {
            return unheard_by_listener;
        }
        for (circle, people) in self.people_by_circle() {
            let voices: Vec<_> = people
                .iter()
                .filter(|(_, publisher)| publisher.publishes(Source::Microphone))
                .map(|(id, publisher)| VoiceCandidate {
                    id: *id,
                    kept: publisher.grant.precedence.voice_kept,
                    rank: self.rank(circle, *id),
                })
                .collect();
            for (listener, _) in &people {
                let for_them =
                    |voice: &&VoiceCandidate<_>| self.silences.hears(*listener, voice.id);
                let voices: Vec<_> = voices.iter().filter(for_them).copied().collect();
                let heard = heard(&voices, people.len());
                let unheard: BTreeSet<_> =
                    voices.iter().map(|voice| voice.id).filter(|id| !heard.contains(id)).collect();
                if !unheard.is_empty() {
                    unheard_by_listener.insert(*listener, unheard);
                }
            }
        }
        unheard_by_listener
    }

    /// What the voices that a person hears are encoded at, the most of them.
    fn loudest_rate(&self, listener: ParticipantId) -> Bitrate {
        let others = self.others_with(listener);
        let heard = others.filter(|(publisher, _)| self.silences.hears(listener, *publisher));
        heard.map(|(_, publisher)| publisher.voice.rate).max().unwrap_or(VOICE_BEST)
    }

    /// Tells each publisher what is worth sending of their voice, when that has changed.
    fn tell_voices(&mut self) {
        for id in self.everybody() {
            let listeners = || {
                let others = self.others_with(id);
                let listen = others.filter(|(other, listener)| {
                    listener.connected && self.silences.hears(*other, id)
                });
                listen.map(|(_, listener)| listener)
            };
            let Some(before) = self.participant_by_id.get(&id).map(|publisher| publisher.voice)
            else {
                continue;
            };
            let rate = listeners().map(|listener| rate_for(listener, before.rate)).min();
            let packet_ms = listeners().map(|l| l.path.voices.plan.packet.millis()).min();
            let Some(publisher) = self.participant_by_id.get_mut(&id) else { continue };
            let own = opus_rate_for(publisher.uplink.room(), Copies::None, before.rate);
            let jammed = publisher.uplink.room() < JAMMED_BELOW;
            let limit = if before.redundant { REDUNDANT_UNTIL } else { REDUNDANT_FROM };
            let voice = VoiceWorth {
                rate: rate.unwrap_or(VOICE_BEST).min(own),
                packet_ms: if jammed { 60 } else { packet_ms.unwrap_or(20) },
                redundant: !jammed && publisher.up_loss_permille() > limit,
            };
            if voice != before {
                publisher.voice = voice;
                self.events.push_back(Event::VoiceWanted { room: self.id, participant: id, voice });
            }
        }
    }
}

/// The bit rate that suits one listener's line.
fn rate_for(listener: &Participant, before: Bitrate) -> Bitrate {
    let reading = listener.path.egress.reading();
    let share = listener.path.voices_share;
    let copies = copies_for(reading.loss_permille, reading.burst_tenths);
    if copies > Copies::None {
        // A word that arrives is worth more than a brilliant one.
        return opus_rate_for(share.percent(COPIES_SHARE_PERCENT), copies, before).min(VOICE_LOSSY);
    }
    let suits = opus_rate_for(share, copies, before);
    if share < GOOD_NEEDS { suits } else { suits.max(VOICE_GOOD) }
}
