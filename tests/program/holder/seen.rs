//! What players find in a file: ffprobe and ffmpeg look, and flashes and beeps are timed.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

/// Brightness, of 255, between dark and flash. A tile of two people is half of the film at least.
const BRIGHT: f64 = 70.0;
/// Loudness, of 32767, that no silence reaches.
const LOUD: i16 = 2_000;
/// Milliseconds of silence before a sound begins anew.
const SILENCE_MS: usize = 400;

/// What ffprobe says of a file, a line a stream.
pub(crate) fn streams(file: &Path) -> Vec<String> {
    let entries = "stream=codec_type,codec_name:stream_tags=title";
    let said = probe(file, &["-show_entries", entries, "-of", "compact=p=0:nk=1"]);
    said.lines().map(str::to_owned).collect()
}

/// How long a file says it is.
pub(crate) fn seconds(file: &Path) -> f64 {
    let said = probe(file, &["-show_entries", "format=duration", "-of", "csv=p=0"]);
    said.trim().parse().unwrap_or_else(|_| panic!("{file:?} has no length: {said}"))
}

/// Decodes all of it; nothing may be said about it.
pub(crate) fn decodes_whole(file: &Path, from_seconds: u64) {
    let Output { status, stderr, .. } = Command::new("ffmpeg")
        .args(["-v", "warning", "-ss", &from_seconds.to_string(), "-i"])
        .arg(file)
        .args(["-map", "0:v?", "-map", "0:a?", "-f", "null", "-"])
        .output()
        .expect("ffmpeg is there");
    let said = String::from_utf8_lossy(&stderr);
    assert!(status.success() && said.trim().is_empty(), "{file:?}: {said}");
}

/// When the picture becomes bright, in milliseconds.
pub(crate) fn flashes(file: &Path) -> Vec<u64> {
    let shown = ["-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0"];
    let times: Vec<u64> = probe(file, &shown).lines().map(milliseconds).collect();
    let pixels = decoded(
        file,
        &[
            "-map",
            "0:v:0",
            "-vf",
            "scale=16:16,format=gray",
            "-fps_mode",
            "passthrough",
            "-f",
            "rawvideo",
        ],
    );
    let lights: Vec<f64> = pixels
        .chunks(256)
        .map(|frame| frame.iter().map(|pixel| f64::from(*pixel)).sum::<f64>() / 256.0)
        .collect();
    assert_eq!(lights.len(), times.len(), "each picture has its time");
    let mut was_bright = false;
    let mut flashes = Vec::new();
    for (light, at) in lights.into_iter().zip(times) {
        let is_bright = light > BRIGHT;
        if is_bright && !was_bright {
            flashes.push(at);
        }
        was_bright = is_bright;
    }
    flashes
}

/// When the sound begins, in milliseconds.
pub(crate) fn beeps(file: &Path) -> Vec<u64> {
    let bytes = decoded(file, &["-map", "0:a:0", "-ac", "1", "-ar", "48000", "-f", "s16le"]);
    let mut quiet = SILENCE_MS * 48;
    let mut beeps = Vec::new();
    for (at, sample) in bytes.chunks_exact(2).enumerate() {
        if i16::from_le_bytes([sample[0], sample[1]]).unsigned_abs() < LOUD.unsigned_abs() {
            quiet += 1;
            continue;
        }
        if quiet >= SILENCE_MS * 48 {
            beeps.push(u64::try_from(at / 48).expect("a short film"));
        }
        quiet = 0;
    }
    beeps
}

fn milliseconds(seconds: &str) -> u64 {
    let seconds: f64 = seconds.trim_end_matches(',').trim().parse().expect("a time");
    Duration::from_secs_f64(seconds).as_micros().div_ceil(1_000).try_into().expect("a short film")
}

fn probe(file: &Path, args: &[&str]) -> String {
    let output = Command::new("ffprobe").args(["-v", "error"]).args(args).arg(file).output();
    let output = output.expect("ffprobe is there");
    assert!(output.status.success(), "{file:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it says text")
}

fn decoded(file: &Path, args: &[&str]) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    let output = command.args(["-v", "error", "-i"]).arg(file).args(args).arg("-");
    let output = output.output().expect("ffmpeg is there");
    assert!(output.status.success(), "{file:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
