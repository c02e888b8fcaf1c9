//! Somebody's camera: VP8 in three simulcast layers of three temporal layers each, as libvpx makes
//! them in a browser.
//!
//! In: a rate a layer, requests for a keyframe, a tick a frame. Out: the pictures' packets.
//! Never: decides the rates; that is `uplink`.

use super::vp8::Picture;
use crate::link::chance::Chance;
use bedside_sfu_api::Bitrate;
use std::time::{Duration, Instant};

/// Simulcast layers, lowest first.
pub(crate) const LAYERS: usize = 3;
/// Temporal layers of a group of four pictures (L1T3), and the percent of a mean picture that each
/// takes: 40, 20 and 40 percent of the rate go to the three layers.
const PATTERN: [(u8, u64); 4] = [(0, 160), (2, 80), (1, 80), (2, 80)];
/// How much larger or smaller than that a picture may be, in percent.
const VARIES_PERCENT: u64 = 20;
/// A keyframe is so many mean pictures large, at least, and at most three more.
const KEY_PICTURES_MIN: u64 = 5;
const KEY_PICTURES_SPREAD: u64 = 3;
/// What a keyframe took too much is saved on the pictures after it, so many percent of each.
const SAVED_PERCENT: u64 = 25;
/// Requests sooner after a keyframe than this get no other (libwebrtc's `EncoderRtcpFeedback`).
const KEY_APART_MIN: Duration = Duration::from_millis(300);

/// What a camera gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lens {
    /// Simulcast layers that fit its size; browsers send no more.
    pub(crate) layers: usize,
    /// Pictures a second.
    pub(crate) rate: u32,
}

impl Lens {
    /// 1280 by 720, as most have.
    pub(crate) const LARGE: Self = Self { layers: 3, rate: 30 };
    /// 640 by 360, twenty a second: what headless Chromium is given in the tests.
    pub(crate) const SMALL: Self = Self { layers: 2, rate: 20 };

    /// From a picture to the next.
    pub(crate) fn interval(self) -> Duration {
        Duration::from_secs(1) / self.rate
    }
}

/// A picture of one layer, packed.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Which layer.
    pub(crate) layer: usize,
    /// RTP timestamp.
    pub(crate) timestamp: u32,
    /// Payloads, each with its extended sequence number.
    pub(crate) packets: Vec<(u64, Vec<u8>)>,
}

#[derive(Debug)]
struct Layer {
    rate: Option<Bitrate>,
    number: u32,
    picture: Picture,
    /// Bytes that keyframes took too much.
    debt: u64,
    seq: u64,
    clock: u32,
}

/// The camera.
#[derive(Debug)]
pub(crate) struct Camera {
    lens: Lens,
    chance: Chance,
    layers: [Layer; LAYERS],
    every: u32,
    key_due: bool,
    key_at: Option<Instant>,
}

impl Camera {
    pub(crate) fn new(origin: u8, lens: Lens, seed: u64) -> Self {
        let layer = |layer: u8| Layer {
            rate: None,
            number: 0,
            picture: Picture {
                origin,
                layer,
                id: 0x7f00 + u16::from(layer),
                tl0: 50 * layer,
                temporal: 0,
                sync: false,
                key: false,
            },
            debt: 0,
            seq: 60_000 + 2_000 * u64::from(layer),
            clock: u32::from(layer) * 0x4000_0000,
        };
        Self {
            lens,
            chance: Chance::new(seed),
            layers: [layer(0), layer(1), layer(2)],
            every: 1,
            key_due: false,
            key_at: None,
        }
    }

    /// What each layer is to take from now on; nothing switches it off. One that comes back begins
    /// with a keyframe.
    pub(crate) fn set_rates(&mut self, rates: [Option<Bitrate>; LAYERS]) {
        for (layer, rate) in self.layers.iter_mut().zip(rates) {
            self.key_due |= rate.is_some() && layer.rate.is_none();
            layer.rate = rate;
        }
    }

    /// What it gives.
    pub(crate) const fn lens(&self) -> Lens {
        self.lens
    }

    /// One picture of so many is encoded from now on; each may then be so many times as large.
    pub(crate) const fn set_every(&mut self, every: u32) {
        self.every = every;
    }

    /// What each layer takes.
    pub(crate) fn rates(&self) -> [Option<Bitrate>; LAYERS] {
        self.layers.each_ref().map(|layer| layer.rate)
    }

    /// Somebody cannot go on without a keyframe.
    pub(crate) fn request_keyframe(&mut self, now: Instant) {
        self.key_due |= self.key_at.is_none_or(|at| now >= at + KEY_APART_MIN);
    }

    /// A picture has been taken, so long after the beginning. Layers in `full` are left out: what
    /// was made before still waits to be sent.
    pub(crate) fn handle_frame(
        &mut self,
        now: Instant,
        since: Duration,
        full: [bool; LAYERS],
    ) -> Vec<Frame> {
        let number = since.as_nanos() / self.lens.interval().as_nanos();
        if !number.is_multiple_of(self.every.max(1).into()) {
            return Vec::new();
        }
        // libvpx encodes all layers in one encoder: a keyframe of one is a keyframe of all.
        let key = std::mem::take(&mut self.key_due);
        if key {
            self.key_at = Some(now);
        }
        let mut frames = Vec::new();
        for (index, (layer, full)) in self.layers.iter_mut().zip(full).enumerate() {
            let Some(rate) = layer.rate else { continue };
            if full {
                self.key_due |= key;
                continue;
            }
            let ticks = since.as_micros() * 9 / 100;
            let timestamp = layer.clock.wrapping_add(u32::try_from(ticks).unwrap_or_default());
            let pictures = u64::from(self.lens.rate);
            let mean = rate.as_bps() * u64::from(self.every) / 8 / pictures.max(1);
            let packets = layer.picture(&mut self.chance, mean, key);
            frames.push(Frame { layer: index, timestamp, packets });
        }
        frames
    }
}

impl Layer {
    /// The next picture, where a mean one takes so many bytes.
    fn picture(&mut self, chance: &mut Chance, mean: u64, key: bool) -> Vec<(u64, Vec<u8>)> {
        self.number = if key { 0 } else { self.number.wrapping_add(1) };
        let place = usize::try_from(self.number % 4).unwrap_or_default();
        let (temporal, percent) = PATTERN.get(place).copied().unwrap_or_default();
        self.picture.id = (self.picture.id + 1) & 0x7fff;
        if temporal == 0 {
            self.picture.tl0 = self.picture.tl0.wrapping_add(1);
        }
        self.picture.temporal = temporal;
        // Only the last of the four needs the one between.
        self.picture.sync = temporal > 0 && place != 3;
        self.picture.key = key;
        let bytes = self.bytes(chance, mean, (!key).then_some(percent));
        let bytes = usize::try_from(bytes).unwrap_or_default();
        let packets = self.picture.packets(bytes);
        packets
            .into_iter()
            .map(|payload| {
                self.seq += 1;
                (self.seq, payload)
            })
            .collect()
    }

    /// `percent` of a mean picture; without it, a keyframe.
    fn bytes(&mut self, chance: &mut Chance, mean: u64, percent: Option<u64>) -> u64 {
        let varied = 100 - VARIES_PERCENT + chance.below(2 * VARIES_PERCENT + 1);
        let Some(percent) = percent else {
            let pictures = 100 * KEY_PICTURES_MIN + chance.below(100 * KEY_PICTURES_SPREAD + 1);
            let bytes = mean * pictures / 100;
            self.debt += bytes.saturating_sub(mean);
            return bytes;
        };
        let bytes = mean * percent * varied / 10_000;
        let saved = self.debt.min(bytes * SAVED_PERCENT / 100);
        self.debt -= saved;
        bytes - saved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::some_instant;
    use crate::sim::vp8::Part;

    fn kbps(kbps: u64) -> Option<Bitrate> {
        Some(Bitrate::kbps(kbps))
    }

    fn run(camera: &mut Camera, start: Instant, frames: std::ops::Range<u32>) -> Vec<Frame> {
        let interval = camera.lens().interval();
        let picture = |n| camera.handle_frame(start + interval * n, interval * n, [false; 3]);
        frames.flat_map(picture).collect()
    }

    fn bits(frames: &[Frame], layer: usize) -> usize {
        let of_layer = frames.iter().filter(|frame| frame.layer == layer);
        of_layer.flat_map(|frame| &frame.packets).map(|(_, payload)| 8 * payload.len()).sum()
    }

    #[test]
    fn each_layer_takes_its_rate_keyframes_included() {
        let (mut camera, start) = (Camera::new(1, Lens::LARGE, 1), some_instant());
        camera.set_rates([kbps(150), kbps(500), kbps(1_500)]);
        let frames = run(&mut camera, start, 0..600);
        for (layer, kbps) in [(0, 150), (1, 500), (2, 1_500)] {
            let took = bits(&frames, layer) / 20_000;
            assert!(took * 100 > kbps * 93 && took * 100 < kbps * 107, "{took} of {kbps}");
        }
        camera.set_rates([kbps(60), None, kbps(700)]);
        let frames = run(&mut camera, start, 600..900);
        assert_eq!(bits(&frames, 1), 0);
        let took = bits(&frames, 2) / 10_000;
        assert!((650..750).contains(&took), "{took}");
    }

    #[test]
    fn a_camera_of_fewer_pictures_makes_them_larger() {
        let (mut camera, start) = (Camera::new(1, Lens::SMALL, 1), some_instant());
        camera.set_rates([kbps(150), None, None]);
        let frames = run(&mut camera, start, 0..400);
        assert_eq!(frames.len(), 400);
        let took = bits(&frames, 0) / 20_000;
        assert!((140..160).contains(&took), "{took}");
        camera.set_every(4);
        let frames = run(&mut camera, start, 400..800);
        assert_eq!(frames.len(), 100);
        let took = bits(&frames, 0) / 20_000;
        assert!((140..160).contains(&took), "{took}");
    }

    #[test]
    fn temporal_layers_share_as_libvpx_does() {
        let (mut camera, start) = (Camera::new(1, Lens::LARGE, 1), some_instant());
        camera.set_rates([kbps(400), None, None]);
        run(&mut camera, start, 0..200);
        let frames = run(&mut camera, start, 200..1_000);
        let mut bytes = [0_usize; 3];
        for (_, payload) in frames.iter().flat_map(|frame| &frame.packets) {
            let picture = Part::read(payload).unwrap().picture;
            bytes[usize::from(picture.temporal)] += payload.len();
        }
        let percent = bytes.map(|part| part * 100 / bytes.iter().sum::<usize>());
        for (found, expected) in percent.into_iter().zip([40_usize, 20, 40]) {
            assert!(found.abs_diff(expected) <= 1, "{percent:?}");
        }
    }

    #[test]
    fn a_keyframe_is_for_all_layers_and_not_too_often() {
        let (mut camera, start) = (Camera::new(1, Lens::LARGE, 1), some_instant());
        camera.set_rates([kbps(150), kbps(500), None]);
        let keys = |frames: &[Frame]| {
            let first = frames.iter().filter_map(|frame| frame.packets.first());
            first.filter(|(_, payload)| Part::read(payload).unwrap().picture.key).count()
        };
        assert_eq!(keys(&run(&mut camera, start, 0..1)), 2);
        camera.request_keyframe(start + Duration::from_millis(200));
        assert_eq!(keys(&run(&mut camera, start, 1..9)), 0, "too soon");
        camera.request_keyframe(start + Duration::from_millis(300));
        assert_eq!(keys(&run(&mut camera, start, 9..20)), 2);
        camera.set_rates([kbps(150), kbps(500), kbps(1_500)]);
        assert_eq!(keys(&run(&mut camera, start, 20..30)), 3, "a layer comes back");
    }
}
