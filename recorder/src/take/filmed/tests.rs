//! A film out of packets, read by ffmpeg out of its parts.

use super::{FilmTaker, Start};
use crate::film::Plan;
use crate::film::tests::material::{ffmpeg, person, pictures, tone};
use crate::part::PlainPart;
use bedside_sfu_api::Source::{Camera, Microphone};
use bedside_sfu_api::{Codec, RoomId, Stream, Tapped, TappedPacket, Turn};
use bedside_signaling_api::recorder::{Labelled, Layout};
use jiff::Timestamp;
use std::time::{Duration, Instant};
use uuid::Uuid;

const VISIT: Uuid = Uuid::from_u128(77);

/// VP8 in packets (RFC 7741), and Opus, of one person in a turn; moment and packet.
fn packets(began: Instant, turn: u64, seconds: u64) -> Vec<(u64, Tapped)> {
    let red = pictures(Codec::Vp8, "color=red:size=320x180:rate=30", &seconds.to_string());
    let mut packets = Vec::new();
    let mut push = |at: u64, codec: Codec, payload: Vec<u8>, marker, seq| {
        let source = if codec == Codec::Opus { Microphone } else { Camera };
        let (room, turn, ssrc) = (RoomId(VISIT), Turn(turn), source as u32 + 1);
        let ticks = at * u64::from(codec.clock_rate()) / 1_000;
        let packet = TappedPacket {
            stream: Stream { room, turn, participant: person(1), source, ssrc },
            codec,
            seq,
            timestamp: u32::try_from(ticks).expect("a short film"),
            marker,
            arrival: began + Duration::from_millis(at),
            payload,
        };
        packets.push((at, Tapped::Packet(packet)));
    };
    let mut seq = 0;
    for (at, _, frame) in red {
        let last = frame.chunks(1_100).count() - 1;
        for (nth, chunk) in frame.chunks(1_100).enumerate() {
            let descriptor = if nth == 0 { 0x10 } else { 0 };
            push(at, Codec::Vp8, [&[descriptor], chunk].concat(), nth == last, seq);
            seq += 1;
        }
    }
    for (nth, (at, _, packet)) in
        tone(400.0, 0, seconds * 1_000, seconds * 1_000).into_iter().enumerate()
    {
        push(at, Codec::Opus, packet, false, nth as u64);
    }
    packets.sort_by_key(|(at, _)| *at);
    packets
}

fn film(parts: &[PlainPart], epoch: u32) -> Vec<u8> {
    let of_epoch = parts.iter().filter(|part| part.epoch == epoch);
    of_epoch.flat_map(|part| part.plain.iter().copied()).collect()
}

#[test]
fn parts_of_a_film_are_one_file_that_others_read() {
    let began = Instant::now();
    let start = Start {
        visit: VISIT,
        recording: Uuid::from_u128(78),
        at: Timestamp::UNIX_EPOCH,
        part: Duration::from_secs(1),
        first_epoch: 4,
        from_ms: 0,
    };
    let plan = Plan::new(Layout::Grid);
    let mut taker = FilmTaker::new(began, start, plan, &[]).expect("a thread");
    let people = [Labelled { participant: person(1).0, label: "Anna".to_owned() }];
    taker.allow(began, Turn(9), &people);
    let mut parts = Vec::new();
    for (at, packet) in packets(began, 9, 4) {
        let now = began + Duration::from_millis(at);
        taker.handle_tapped(now, packet);
        if taker.poll_timeout().is_some_and(|due| due <= now) {
            taker.handle_timeout(now);
        }
        parts.extend(std::iter::from_fn(|| taker.poll_part()));
    }
    let end = began + Duration::from_secs(4);
    taker.allow(end, Turn(10), &[]);
    parts.extend(taker.finish(end + Duration::from_millis(500)));
    assert!(parts.iter().all(|part| part.epoch == 4 && part.turn == 9 || part.epoch == 5));
    let last = parts.iter().rposition(|part| part.epoch == 4).expect("parts");
    assert!(parts[last].last_of_epoch);

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mkv");
    std::fs::write(&path, film(&parts, 4)).expect("a disk");
    let path = path.to_str().expect("a path in UTF-8");
    let raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-vf", "scale=1:1", "-vsync", "0", "-"];
    let pictures = ffmpeg(&[&["-i", path, "-map", "0:v"][..], &raw].concat());
    let red = pictures.chunks_exact(3).filter(|pixel| pixel[0] > 180 && pixel[1] < 60).count();
    assert!(red >= 2, "{red} of {}", pictures.len() / 3);
    let pcm = ffmpeg(&["-i", path, "-map", "0:a", "-f", "s16le", "-ar", "48000", "-"]);
    let ms = pcm.len() as u64 / 96;
    // The last 60 ms wait for what might still fill a hole, and stand in the next epoch.
    assert!((3_900..=4_000).contains(&ms), "{ms}");
}
