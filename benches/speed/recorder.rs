//! What a recording costs: processor time for a second of a visit, step by step, and memory.
//!
//! In: a minute of four people at 360 lines with 500 kbit/s and a voice each, made here. Out: a
//! table, and the same numbers in `target/bench/report.json`.
//! Never: a wall clock; processor time is what a shared machine leaves alone.

use bedside_benches::paper::{Sheet, say};
use bedside_benches::processor::processor_time;
use bedside_config::SealingSuite;
use bedside_recorder::dating::Timeline;
use bedside_recorder::part::PlainPart;
use bedside_recorder::seal::{Sealer, fresh_identity};
use bedside_recorder::take::frames::Frames;
use bedside_recorder::take::{Start, Taker};
use bedside_sfu_api::{Codec, ParticipantId, RoomId, Source, Stream, Tapped, TappedPacket, Turn};
use bedside_signaling_api::recorder::Labelled;
use jiff::Timestamp;
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

const VISIT: Uuid = Uuid::from_u128(1);
const PEOPLE: u32 = 4;
/// Length of the visit that is recorded again and again.
const SECONDS: u32 = 60;
/// How often, so that the processor's clock, which counts hundredths, is fine enough.
const ROUNDS: u32 = 20;
/// Recordings at once when memory is measured; one alone is smaller than what is measured in.
const AT_ONCE: u64 = 100;

/// Whatever went wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// Packets with the milliseconds at which they come.
type Minute = Vec<(u32, TappedPacket)>;

fn main() -> Outcome<()> {
    let origin = Instant::now();
    let minute = minute(origin);
    let copying = cost(|| drop(black_box(minute.clone())))?;
    let depacketise = cost(|| frames(origin, minute.clone()))? - copying;
    let take = cost(|| record(origin, minute.clone()))? - copying;
    let memory = memory(origin, &minute)?;
    let parts = parts(origin, &minute);

    say(&format!("recording {PEOPLE} people, 360 lines at 500 kbit/s and a voice each:"));
    let mut sheet = Sheet::new("recorder");
    let steps = [
        ("depacketise", depacketise),
        ("mux", take - depacketise),
        ("seal age", seal(SealingSuite::Age, &parts)?),
        ("seal aes", seal(SealingSuite::Aes256Gcm, &parts)?),
    ];
    for (name, us) in steps {
        sheet.number(&format!("{name}, a second of the visit"), "µs", us);
    }
    sheet.number("memory of a visit", "MB", memory / 1e6);
    sheet.close()?;
    Ok(())
}

/// Microseconds of processor time that a second of the visit takes.
fn cost(mut run: impl FnMut()) -> Outcome<f64> {
    let began = processor_time()?;
    for _ in 0..ROUNDS {
        run();
    }
    let took = processor_time()?.saturating_sub(began);
    Ok(took.as_secs_f64() * 1e6 / f64::from(SECONDS * ROUNDS))
}

/// Memory of this process that is really there.
fn resident_bytes() -> Outcome<f64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no size of this process")?.parse::<f64>()? * 1_024.0)
}

/// The most that one recording holds, its finished parts taken away at once as the seal does.
fn memory(origin: Instant, minute: &Minute) -> Outcome<f64> {
    let before = resident_bytes()?;
    let mut takers: Vec<Taker> = (0..AT_ONCE).map(|_| taker(origin)).collect();
    let mut most = before;
    for (at_ms, packet) in minute {
        for taker in &mut takers {
            feed(taker, origin + ms(*at_ms), packet.clone());
        }
        if at_ms % 500 == 0 {
            most = most.max(resident_bytes()?);
        }
        if *at_ms > 10_000 {
            break;
        }
    }
    drop(takers);
    #[expect(clippy::cast_precision_loss, reason = "a hundred")]
    Ok((most - before) / AT_ONCE as f64)
}

fn frames(origin: Instant, minute: Minute) {
    let mut frames = Frames::new(RoomId(VISIT), Timeline::new(origin, 0));
    frames.allow(Turn(1), (0..PEOPLE).map(person));
    for (at_ms, packet) in minute {
        frames.handle_tapped(origin + ms(at_ms), Tapped::Packet(packet));
        while let Some(heard) = frames.poll() {
            drop(black_box(heard));
        }
    }
}

fn record(origin: Instant, minute: Minute) {
    let mut taker = taker(origin);
    for (at_ms, packet) in minute {
        feed(&mut taker, origin + ms(at_ms), packet);
    }
}

/// The minute's parts, as they go to the seal.
fn parts(origin: Instant, minute: &Minute) -> Vec<PlainPart> {
    let mut taker = taker(origin);
    let mut parts = Vec::new();
    for (at_ms, packet) in minute {
        taker.handle_tapped(origin + ms(*at_ms), Tapped::Packet(packet.clone()));
        while let Some(part) = taker.poll_part() {
            parts.push(part);
        }
    }
    parts
}

/// What sealing to two recipients costs.
fn seal(suite: SealingSuite, parts: &[PlainPart]) -> Outcome<f64> {
    let keys = [fresh_identity(suite)?.public, fresh_identity(suite)?.public];
    let sealer = Sealer::new(suite, &keys)?;
    let seal = || -> Outcome<()> {
        for part in parts {
            drop(black_box(sealer.seal(&part.plain)?));
        }
        Ok(())
    };
    seal()?;
    cost(|| drop(black_box(seal())))
}

fn feed(taker: &mut Taker, now: Instant, packet: TappedPacket) {
    taker.handle_tapped(now, Tapped::Packet(packet));
    while let Some(part) = taker.poll_part() {
        drop(black_box(part));
    }
}

fn taker(origin: Instant) -> Taker {
    let start = Start {
        visit: VISIT,
        recording: Uuid::from_u128(2),
        at: Timestamp::UNIX_EPOCH,
        part: Duration::from_secs(2),
        first_epoch: 0,
        from_ms: 0,
    };
    let mut taker = Taker::new(origin, start);
    let label = |n| Labelled { participant: person(n).0, label: "Dr. Osei".to_owned() };
    taker.allow(origin, Turn(1), &(0..PEOPLE).map(label).collect::<Vec<_>>());
    taker
}

fn person(n: u32) -> ParticipantId {
    ParticipantId(Uuid::from_u128(u128::from(n) + 10))
}

fn ms(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms))
}

/// Everything that comes in a minute.
fn minute(origin: Instant) -> Minute {
    let mut minute = Vec::new();
    for n in 0..PEOPLE {
        for index in 0..SECONDS * 50 {
            let at_ms = index * 20 + n;
            // 32 kbit/s.
            let mut payload = vec![0x78];
            payload.resize(80, 7);
            let packet = packet(origin, (n, Source::Microphone), (index, index * 960), payload);
            minute.push((at_ms, packet));
        }
        let mut seq = 0;
        for index in 0..SECONDS * 30 {
            // 500 kbit/s in all; a whole picture every ten seconds.
            let packets = if index % 300 == 0 { 20 } else { 2 };
            for piece in 0..packets {
                let mut payload = vec![if piece == 0 { 0x10 } else { 0 }];
                if piece == 0 && index % 300 == 0 {
                    payload.extend_from_slice(&[0x10, 0, 0, 0x9D, 1, 0x2A, 0x80, 2, 0x68, 1]);
                } else {
                    payload.push(1);
                }
                payload.resize(1_020, 9);
                let mut packet = packet(origin, (n, Source::Camera), (seq, index * 3_000), payload);
                packet.marker = piece + 1 == packets;
                minute.push((index * 1_000 / 30 + n, packet));
                seq += 1;
            }
        }
    }
    minute.sort_by_key(|&(at_ms, _)| at_ms);
    for (at_ms, packet) in &mut minute {
        packet.arrival = origin + ms(*at_ms);
    }
    minute
}

fn packet(
    arrival: Instant,
    (n, source): (u32, Source),
    (seq, timestamp): (u32, u32),
    payload: Vec<u8>,
) -> TappedPacket {
    let codec = if source == Source::Microphone { Codec::Opus } else { Codec::Vp8 };
    let stream = Stream {
        room: RoomId(VISIT),
        turn: Turn(1),
        participant: person(n),
        source,
        ssrc: n * 10 + u32::from(source == Source::Camera),
    };
    TappedPacket {
        stream,
        codec,
        seq: u64::from(seq) + 1,
        timestamp,
        marker: false,
        arrival,
        payload,
    }
}
