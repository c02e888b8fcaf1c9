//! What a browser sends: pictures by layer, a voice, and nothing where that finds something out.
//!
//! In: what is due, what the uplink is thought to carry. Out: packets on the lines of the offer.
//! Never: receives anything.

use super::{Client, RIDS, SHARE_INTERVAL, WIRE_BYTES};
use crate::sim::outbox::Outgoing;
use crate::sim::page::{self, Second};
use crate::sim::uplink::{Probe, share};
use crate::sim::voice::VoicePacket;
use bedside_sfu_api::{Bitrate, LayerWorth};
use std::collections::VecDeque;
use std::time::Instant;
use str0m::media::{Pt, Rid};
use str0m::rtp::{ExtensionValues, RtpWrite, SeqNo};

/// Bytes of a packet that carries nothing.
const PADDING_BYTES: usize = 250;
/// What a voice's packet has beside Opus: RTP with its extensions included.
const VOICE_HEADERS_BYTES: usize = 20 + WIRE_BYTES;
/// The share of a camera's part of the line that its payload may take; the rest is headers.
const PAYLOAD_PERCENT: u64 = 93;

impl Client {
    pub(super) fn send_frames(&mut self, now: Instant) {
        let full = self.outbox.full(now);
        let since = now.saturating_duration_since(self.begins);
        let Some(camera) = &mut self.persona.camera else { return };
        for frame in camera.handle_frame(now, since, full) {
            self.outbox.push_frame(now, frame);
        }
    }

    pub(super) fn send(&mut self, now: Instant, outgoing: Outgoing) {
        let Some(pt) = self.vp8 else { return };
        let Outgoing { layer, seq, timestamp, marker, payload } = outgoing;
        let (mid, rid) = match layer {
            Some(layer) => (self.camera, RIDS.get(layer).copied().map(Rid::from)),
            None => (self.screen, None),
        };
        let write = RtpWrite::new(pt, SeqNo::from(seq), timestamp, now, payload)
            .marker(marker)
            .nackable(layer.is_some());
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            stream.write_rtp(write);
        }
        self.run(now);
    }

    /// Looks whether the uplink carries more, where more would be sent.
    pub(super) fn probe(&mut self, now: Instant) {
        let worth = self.camera_worth();
        if self.persona.camera.is_none() || !worth.iter().any(|layer| layer.watched) {
            return;
        }
        let wanted = share::wanted(page::cost(self.voice_worth), &worth);
        let Some(Probe { rate, packets }) = self.uplink.poll_probe(now, wanted) else { return };
        for _ in 0..packets {
            self.void_seq += 1;
            self.outbox.push_probe(now, rate, self.void_seq);
        }
    }

    /// Fills the line with nothing until the next share, where a layer does not fit yet.
    pub(super) fn pad(&mut self, now: Instant) {
        let worth = self.camera_worth();
        let Some(camera) = &self.persona.camera else { return };
        let voice = page::cost(self.persona.voice.worth);
        let rates = camera.rates();
        let is_held_back =
            rates.iter().zip(&worth).any(|(rate, layer)| layer.watched && rate.is_none());
        let mut padding = VecDeque::new();
        if is_held_back {
            let sent: Bitrate = rates.into_iter().flatten().sum();
            let up_to = share::look(voice, &worth).min(self.uplink.estimate());
            let millis = u64::try_from(SHARE_INTERVAL.as_millis()).unwrap_or_default();
            let bits = up_to.saturating_sub(sent + voice).as_bps() * millis / 1_000;
            let bytes = usize::try_from(bits / 8).unwrap_or_default();
            for _ in 0..bytes / PADDING_BYTES {
                self.void_seq += 1;
                padding.push_back(Outgoing::void(self.void_seq, PADDING_BYTES));
            }
        }
        self.outbox.set_padding(now, padding);
    }

    pub(super) fn send_voice(&mut self, now: Instant, packet: VoicePacket) {
        let pt =
            if packet.redundant { self.types.red.unwrap_or_default() } else { self.types.opus };
        let values = ExtensionValues {
            audio_level: Some(packet.dbov),
            voice_activity: Some(packet.speaks),
            ..ExtensionValues::default()
        };
        let seq = SeqNo::from(packet.seq);
        self.voice_bytes += packet.payload.len() + VOICE_HEADERS_BYTES;
        let write = RtpWrite::new(Pt::from(pt), seq, packet.timestamp, now, packet.payload)
            .marker(packet.marker)
            .ext_vals(values);
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(self.microphone, None) {
            stream.write_rtp(write);
        }
        self.run(now);
    }

    /// What is worth sending of the camera on this line.
    fn camera_worth(&self) -> Vec<LayerWorth> {
        self.page.rung.camera(&self.worth)
    }

    /// Shares the uplink's estimate out anew.
    pub(super) fn share(&mut self) {
        let voice = self.page.rung.voice(self.voice_worth);
        self.persona.voice.worth = voice;
        let worth = self.camera_worth();
        let Some(camera) = &mut self.persona.camera else { return };
        let payload = self.uplink.estimate().percent(PAYLOAD_PERCENT);
        camera.set_rates(share::share(payload, page::cost(voice), &worth, camera.rates()));
        camera.set_every(self.page.rung.every());
    }

    /// The page looks at its uplink once a second.
    pub(super) fn look_at_uplink(&mut self, now: Instant) {
        let worth = self.camera_worth();
        let (limited, worth) = match &self.persona.camera {
            None => (false, Vec::new()),
            Some(camera) => {
                let flows = camera.rates().into_iter().zip(&worth);
                let limited = { flows }.any(|(rate, layer)| layer.watched && rate.is_none());
                (limited, self.worth.clone())
            }
        };
        let second = Second {
            line: self.uplink.estimate(),
            limited,
            loss_percent: self.uplink.loss_percent(),
            rtt: self.round_trip,
            voice: page::cost(self.voice_worth),
            spoken: a_second(std::mem::take(&mut self.voice_bytes)),
            sent: a_second(std::mem::take(&mut self.sent_bytes)),
            worth,
        };
        self.page = self.page.step(&second, now);
    }
}

/// So many bytes in a second.
fn a_second(bytes: usize) -> Bitrate {
    Bitrate::bps(8 * u64::try_from(bytes).unwrap_or_default())
}
