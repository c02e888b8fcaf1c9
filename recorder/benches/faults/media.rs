//! Media to be recorded, whose every byte is known again.
//!
//! In: a place in a recording. Out: a part of a Matroska file with its binding and a voice whose
//! packets follow from its place.
//! Never: chance that is not the place's own.

use bedside_recorder::binding::TAG;
use bedside_recorder::matroska::{Block, Shape, Track, write};
use bedside_recorder::part::{Binding, PlainPart};
use bedside_sfu_api::Codec;
use fastrand::Rng;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Length of a part.
pub(crate) const PART_MS: u64 = 2_000;
/// Length of a packet of the voice.
const PACKET_MS: u64 = 20;
/// Packets of a part.
pub(crate) const PACKETS: u64 = PART_MS / PACKET_MS;
/// Twenty milliseconds of Opus in a packet of code 3 (RFC 6716 section 3.2.5): one frame, and
/// padding, in which what is to be known again travels past every decoder.
const OPUS_HEAD: [u8; 2] = [0xfb, 0x41];
const OPUS_SILENCE: [u8; 2] = [0xff, 0xfe];
const PADDING_MAX: u8 = 250;

/// Where a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) recording: Uuid,
    pub(crate) epoch: u32,
    pub(crate) n: u32,
    pub(crate) from_ms: u64,
}

/// The visit of a recording.
pub(crate) const fn visit(recording: Uuid) -> Uuid {
    Uuid::from_u128(recording.as_u128() ^ 0xffff)
}

/// The plaintext of a part.
pub(crate) fn plain(place: Place) -> Vec<u8> {
    let Place { recording, epoch, n, from_ms } = place;
    let binding = Binding { visit: visit(recording), recording, epoch, n, from_ms };
    let text = serde_json::to_string(&binding).expect("ids and numbers can be written as JSON");
    let mut plain = Vec::new();
    if n == 0 {
        write::header(&mut plain, 0, &[voice(recording)]);
    }
    write::tags(&mut plain, &[(TAG, &text)]);
    let mut rng = Rng::with_seed(u64::from(epoch) << 32 ^ u64::from(n) << 16 ^ from_ms);
    let packets: Vec<(u64, Vec<u8>)> =
        (0..PACKETS).map(|at| (from_ms + at * PACKET_MS, packet(&mut rng))).collect();
    let blocks: Vec<Block<'_>> = packets
        .iter()
        .map(|(at_ms, data)| Block { track: 1, at_ms: *at_ms, key: true, data })
        .collect();
    write::clusters(&mut plain, &blocks);
    plain
}

fn voice(recording: Uuid) -> Track {
    Track {
        number: 1,
        uid: 1,
        codec: Codec::Opus,
        name: format!("{recording}/microphone"),
        shape: Shape::Sound { channels: 1 },
        private: write::opus_head(1),
    }
}

fn packet(rng: &mut Rng) -> Vec<u8> {
    let padding = rng.u8(1..PADDING_MAX);
    let mut packet = [OPUS_HEAD.as_slice(), &[padding], &OPUS_SILENCE].concat();
    packet.extend((0..padding).map(|_| rng.u8(..)));
    packet
}

/// A part, as the muxer would give it.
pub(crate) fn part(place: Place, last_of_epoch: bool) -> PlainPart {
    PlainPart {
        epoch: place.epoch,
        n: place.n,
        turn: u64::from(place.epoch),
        from_ms: place.from_ms,
        to_ms: place.from_ms.saturating_add(PART_MS),
        last_of_epoch,
        plain: Zeroizing::new(plain(place)),
        missing_ms: 0,
    }
}
