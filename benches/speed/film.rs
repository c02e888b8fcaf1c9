//! What making a film costs: four people at 640 by 360, and their voices.
//!
//! In: pictures that ffmpeg draws, encoded before the clock starts. Out: how much faster than real
//! time one core makes a film of them; a table, and the same in `target/bench/report.json`.
//! Never: a wall clock; processor time is what a shared machine leaves alone.

use bedside_benches::paper::{Sheet, say};
use bedside_benches::processor::processor_time;
use bedside_recorder::film::{Film, Plan};
use bedside_recorder::take::Frame;
use bedside_sfu_api::{Codec, ParticipantId, Source};
use bedside_signaling_api::recorder::{Labelled, Layout};
use std::error::Error;
use std::process::Command;
use uuid::Uuid;

/// A film of so many seconds is long enough that starting it is nothing.
const SECONDS: u32 = 10;

/// Four faces: a picture that moves, with the noise of a camera.
const SOURCE: &str = "testsrc2=size=640x360:rate=30,noise=alls=6:allf=t";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Encoded frames, 30 a second; whether each needs none before it.
type Encoded = Vec<(bool, Vec<u8>)>;

fn main() -> Outcome<()> {
    let mut sheet = Sheet::new("film");
    say("a film of four people, 640 by 360 each, to 1280 by 720, on one core:");
    for (codec, of) in [(Codec::Vp8, "vp8"), (Codec::H264, "h264")] {
        let pictures = encoded(codec)?;
        for (name, layout) in [("grid", Layout::Grid), ("speaker", Layout::Speaker)] {
            let seconds = film(codec, &pictures, layout)?;
            let times = f64::from(SECONDS) / seconds;
            sheet.number(&format!("{of}, {name}"), "x real time", times);
        }
    }
    sheet.close()?;
    Ok(())
}

/// Processor time of a film, in seconds.
fn film(codec: Codec, pictures: &Encoded, layout: Layout) -> Outcome<f64> {
    let ids: Vec<ParticipantId> =
        (1..=4).map(|number| ParticipantId(Uuid::from_u128(number))).collect();
    let label =
        |id: &ParticipantId| Labelled { participant: id.0, label: "Anna Müller".to_owned() };
    let people: Vec<Labelled> = ids.iter().map(label).collect();
    let voice = voice()?;
    let mut frames = Vec::new();
    for id in &ids {
        let mut push = |source, codec, nth: usize, of: u64, (key, data): &(bool, Vec<u8>)| {
            let (key, data, at_ms) = (*key, data.clone(), nth as u64 * 1_000 / of);
            frames.push(Frame { track: (*id, source), codec, at_ms, key, data });
        };
        for (nth, picture) in pictures.iter().enumerate() {
            push(Source::Camera, codec, nth, 30, picture);
        }
        for (nth, packet) in voice.iter().enumerate() {
            push(Source::Microphone, Codec::Opus, nth, 50, packet);
        }
    }
    frames.sort_by_key(|frame| frame.at_ms);
    let began = processor_time()?;
    let mut film = Film::new(Plan::new(layout))?;
    film.handle_people(0, &people)?;
    let mut bytes = 0;
    for frame in &frames {
        film.handle_frame(frame)?;
        bytes += film.poll_picture().map_or(0, |picture| picture.data.len());
        bytes += film.poll_sound().map_or(0, |sound| sound.data.len());
    }
    film.handle_end(u64::from(SECONDS) * 1_000)?;
    let took = processor_time()?.saturating_sub(began).as_secs_f64();
    if bytes == 0 || film.undecodable() > 0 {
        return Err("the film is not whole".into());
    }
    Ok(took)
}

fn ffmpeg(source: &str, to: &[&str]) -> Outcome<Vec<u8>> {
    let seconds = SECONDS.to_string();
    let mut ask = Command::new("ffmpeg");
    ask.args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", source, "-t", &seconds]).args(to);
    let said = ask.output()?;
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into());
    }
    Ok(said.stdout)
}

fn encoded(codec: Codec) -> Outcome<Encoded> {
    let common = ["-pix_fmt", "yuv420p", "-b:v", "700k", "-g", "300"];
    if codec == Codec::H264 {
        let x264 = ["-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency"];
        let baseline = ["-profile:v", "baseline", "-x264-params", "sliced-threads=0"];
        let split = ["-bsf:v", "h264_metadata=aud=insert", "-f", "h264", "-"];
        let stream = ffmpeg(SOURCE, &[&common[..], &x264, &baseline, &split].concat())?;
        return Ok(access_units(&stream));
    }
    let vpx = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-f", "ivf", "-"];
    let file = ffmpeg(SOURCE, &[&common[..], &vpx].concat())?;
    Ok(ivf(&file, 32, |frame| frame.first().is_some_and(|first| first & 1 == 0)))
}

/// Frames behind a header: a length of four bytes, eight of time, then the frame.
fn ivf(file: &[u8], header: usize, is_key: impl Fn(&[u8]) -> bool) -> Encoded {
    let mut rest = file.get(header..).unwrap_or_default();
    let mut frames = Encoded::new();
    while let Some((len, after)) = rest.split_first_chunk::<4>() {
        let len = u32::from_le_bytes(*len) as usize;
        let Some((frame, next)) = after.get(8..).and_then(|after| after.split_at_checked(len))
        else {
            break;
        };
        frames.push((is_key(frame), frame.to_vec()));
        rest = next;
    }
    frames
}

/// What stands between access unit delimiters.
fn access_units(stream: &[u8]) -> Encoded {
    let mark = [0, 0, 0, 1, 9];
    let starts = stream.windows(5).enumerate().filter(|(_, bytes)| *bytes == mark);
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let units = starts.iter().zip(ends).filter_map(|(start, end)| stream.get(*start..end));
    let is_key = |unit: &[u8]| {
        unit.windows(4).any(|bytes| matches!(bytes, [0, 0, 1, kind] if kind & 31 == 5))
    };
    units.map(|unit| (is_key(unit), unit.to_vec())).collect()
}

/// A voice in Opus, out of an Ogg file with one packet a page.
fn voice() -> Outcome<Encoded> {
    let to = ["-c:a", "libopus", "-b:a", "32k", "-page_duration", "20000", "-f", "ogg", "-"];
    let file = ffmpeg("anoisesrc=amplitude=0.05:color=pink", &to)?;
    let mut packets = Encoded::new();
    let mut rest = file.as_slice();
    while let Some(page) = rest.strip_prefix(b"OggS") {
        // Version, flags, position, stream, number and checksum; then how many sizes follow.
        let Some((&segments, after)) = page.get(22..).and_then(<[u8]>::split_first) else { break };
        let Some((sizes, body)) = after.split_at_checked(usize::from(segments)) else { break };
        let len = sizes.iter().map(|size| usize::from(*size)).sum();
        let Some((packet, next)) = body.split_at_checked(len) else { break };
        if !packet.starts_with(b"Opus") {
            packets.push((true, packet.to_vec()));
        }
        rest = next;
    }
    Ok(packets)
}
