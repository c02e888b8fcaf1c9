//! Whether players open what is recorded: real streams of every codec browsers send, taken apart
//! into packets by somebody else's packetisers, and the parts given to ffprobe and ffmpeg.

use super::reading::Reading;
use bedside_recorder::matroska::{Shape, Size};
use bedside_recorder::take::{Start, Taker};
use bedside_sfu_api::{Codec, ParticipantId, RoomId, Source, Stream, Tapped, TappedPacket, Turn};
use bedside_signaling_api::recorder::Labelled;
use openh264::encoder::{Encoder, EncoderConfig, FrameType, UsageType};
use openh264::formats::YUVBuffer;
use rtc_rtp::codec::{
    av1::Av1Payloader, h264::H264Payloader, vp8::Vp8Payloader, vp9::Vp9Payloader,
};
use rtc_rtp::packetizer::Payloader;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Frames of each picture: four seconds at 15 a second.
const FRAMES: u64 = 60;
const WIDTH: usize = 320;
const HEIGHT: usize = 180;
const VISIT: Uuid = Uuid::from_u128(5);
/// Largest payload, as browsers make them.
const MTU: usize = 1_100;

/// A test picture that moves, in a codec ffmpeg has an encoder for.
fn ffmpeg_frames(folder: &Path, encoder: &[&str]) -> Vec<Vec<u8>> {
    let file = folder.join("picture.ivf");
    let source = format!("testsrc2=size={WIDTH}x{HEIGHT}:rate=15");
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-f", "lavfi", "-i", &source]);
    command.args(["-frames:v", &FRAMES.to_string(), "-pix_fmt", "yuv420p", "-g", "30"]);
    run(command.args(encoder).arg(&file));
    let bytes = std::fs::read(&file).unwrap();
    let mut frames = Vec::new();
    let mut rest = &bytes[32..];
    while !rest.is_empty() {
        let len = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
        frames.push(rest[12..12 + len].to_vec());
        rest = &rest[12 + len..];
    }
    frames
}

fn run(command: &mut Command) -> Output {
    let output = command.output().expect("ffmpeg is installed: make need-test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The same in H.264, made here.
fn h264_frames() -> Vec<Vec<u8>> {
    let config = EncoderConfig::new().usage_type(UsageType::CameraVideoRealTime);
    let mut encoder =
        Encoder::with_api_config(openh264::OpenH264API::from_source(), config).unwrap();
    (0..usize::try_from(FRAMES).unwrap())
        .map(|n| {
            let mut yuv = vec![128_u8; WIDTH * HEIGHT * 3 / 2];
            for (index, pixel) in yuv[..WIDTH * HEIGHT].iter_mut().enumerate() {
                let shade = (index % WIDTH) * 3 + index / WIDTH + n * 5;
                *pixel = u8::try_from(shade % 256).unwrap();
            }
            if n % 30 == 0 {
                encoder.force_intra_frame();
            }
            let picture = YUVBuffer::from_vec(yuv, WIDTH, HEIGHT);
            let frame = encoder.encode(&picture).unwrap();
            assert!(n > 0 || frame.frame_type() == FrameType::IDR);
            frame.to_vec()
        })
        .collect()
}

/// Four seconds of a tone, 20 ms a packet.
fn opus_packets() -> Vec<Vec<u8>> {
    let mut encoder =
        opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
    (0..FRAMES * 1_000 / 15 / 20)
        .map(|n| {
            let sample = |index: u64| {
                let at = (n * 960 + index) as f32 / 48_000.0;
                (at * 440.0 * std::f32::consts::TAU).sin() * 0.3
            };
            let sound: Vec<f32> = (0..960).map(sample).collect();
            encoder.encode_vec_float(&sound, 1_000).unwrap()
        })
        .collect()
}

/// A stream that is to be recorded.
struct Recorded {
    person: u128,
    source: Source,
    codec: Codec,
    /// Between two frames, in microseconds.
    every_us: u64,
    packets: Vec<Vec<Vec<u8>>>,
}

fn picture(
    person: u128,
    codec: Codec,
    frames: Vec<Vec<u8>>,
    mut payloader: impl Payloader,
) -> Recorded {
    let payloads = |frame: Vec<u8>| {
        let payloads = payloader.payload(MTU, &frame.into()).unwrap();
        payloads.into_iter().map(|payload| payload.to_vec()).collect()
    };
    let packets = frames.into_iter().map(payloads).collect();
    Recorded { person, source: Source::Camera, codec, every_us: 66_667, packets }
}

fn voice(person: u128) -> Recorded {
    let packets = opus_packets().into_iter().map(|packet| vec![packet]).collect();
    Recorded { person, source: Source::Microphone, codec: Codec::Opus, every_us: 20_000, packets }
}

/// Everything that arrives, with its time, packets of one frame in the wrong order.
fn arrivals(origin: Instant, sources: &[Recorded]) -> Vec<(u64, TappedPacket)> {
    let mut arrivals = Vec::new();
    for (ssrc, source) in (1..).zip(sources) {
        let mut seq = 1_000;
        for (n, frame) in (0..).zip(&source.packets) {
            let at_us = n * source.every_us;
            let rate = u64::from(source.codec.clock_rate());
            for (index, payload) in frame.iter().enumerate() {
                let late_us = if index == 0 && n > 0 { 1_500 } else { 200 * index as u64 };
                seq += 1;
                let stream = Stream {
                    room: RoomId(VISIT),
                    turn: Turn(1),
                    participant: ParticipantId(Uuid::from_u128(source.person)),
                    source: source.source,
                    ssrc,
                };
                let packet = TappedPacket {
                    stream,
                    codec: source.codec,
                    seq,
                    timestamp: u32::try_from(at_us * rate / 1_000_000).unwrap(),
                    marker: index + 1 == frame.len(),
                    arrival: origin + Duration::from_micros(at_us + late_us),
                    payload: payload.clone(),
                };
                arrivals.push((at_us + late_us, packet));
            }
        }
    }
    arrivals.sort_by_key(|&(at_us, _)| at_us);
    arrivals
}

/// Records the sources and gives the parts of the one epoch, each with its size.
fn record(sources: &[Recorded]) -> (Vec<u8>, Reading, u64) {
    let origin = Instant::now();
    let start = Start {
        visit: VISIT,
        recording: Uuid::from_u128(6),
        at: "2026-11-22T10:00:00Z".parse().unwrap(),
        part: Duration::from_secs(2),
        first_epoch: 3,
        from_ms: 0,
    };
    let mut taker = Taker::new(origin, start);
    let people: Vec<Labelled> = (1..=4)
        .map(|person| Labelled {
            participant: Uuid::from_u128(person),
            label: format!("P{person}"),
        })
        .collect();
    taker.allow(origin, Turn(1), &people);
    let mut end = origin;
    for (at_us, packet) in arrivals(origin, sources) {
        end = origin + Duration::from_micros(at_us);
        taker.handle_tapped(end, Tapped::Packet(packet));
    }
    taker.rest(end);
    let (mut whole, mut reading, mut blocks) = (Vec::new(), Reading::default(), 0);
    while let Some(part) = taker.poll_part() {
        assert_eq!(part.epoch, 3);
        reading.read(&part, |_, _| blocks += 1);
        whole.extend_from_slice(&part.plain);
    }
    (whole, reading, blocks)
}

/// What ffprobe counts of each stream: codec, frames that decode, width.
fn probe(file: &Path) -> Vec<(String, u64, u64)> {
    let mut command = Command::new("ffprobe");
    command.args(["-v", "error", "-count_frames", "-of", "json", "-show_streams"]).arg(file);
    let output = run(&mut command);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let streams = told["streams"].as_array().unwrap();
    streams
        .iter()
        .map(|stream| {
            let frames = stream["nb_read_frames"].as_str().unwrap_or("0").parse().unwrap();
            let width = stream["width"].as_u64().unwrap_or_default();
            (stream["codec_name"].as_str().unwrap().to_owned(), frames, width)
        })
        .collect()
}

/// Decodes every stream; any warning is one too many.
fn decode(file: &Path) {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "warning", "-i"]).arg(file).args(["-map", "0", "-f", "null", "-"]);
    assert_eq!(String::from_utf8_lossy(&run(&mut command).stderr), "");
}

#[test]
fn every_codec_that_browsers_send_is_opened_by_players() {
    let folder = tempfile::tempdir().unwrap();
    let vp8 = ffmpeg_frames(folder.path(), &["-c:v", "libvpx", "-deadline", "realtime"]);
    let vp9 = ffmpeg_frames(folder.path(), &["-c:v", "libvpx-vp9", "-deadline", "realtime"]);
    let av1 = ["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8"];
    let av1 = ffmpeg_frames(folder.path(), &av1);
    let mut with_numbers = Vp8Payloader::default();
    with_numbers.enable_picture_id = true;
    let sources = [
        picture(1, Codec::Vp8, vp8, with_numbers),
        picture(2, Codec::Vp9, vp9, Vp9Payloader::default()),
        picture(3, Codec::H264, h264_frames(), H264Payloader::default()),
        picture(4, Codec::Av1, av1, Av1Payloader {}),
        voice(1),
        voice(2),
    ];
    let sent: u64 = sources.iter().map(|source| source.packets.len() as u64).sum();
    let (whole, reading, blocks) = record(&sources);
    assert_eq!((blocks, reading.missing_ms), (sent, 0));
    let size = Size { width: 320, height: 180 };
    for track in &reading.tracks_by_epoch[&3] {
        let is_voice = track.codec == Codec::Opus;
        assert!(is_voice || track.shape == Shape::Picture(size), "{track:?}");
    }
    let file = folder.path().join("epoch.mkv");
    std::fs::write(&file, &whole).unwrap();
    decode(&file);
    let mut told = probe(&file);
    told.sort();
    let width = WIDTH as u64;
    let expected = [
        ("av1", FRAMES, width),
        ("h264", FRAMES, width),
        ("opus", FRAMES * 10 / 3, 0),
        ("opus", FRAMES * 10 / 3, 0),
        ("vp8", FRAMES, width),
        ("vp9", FRAMES, width),
    ];
    assert_eq!(told, expected.map(|(name, frames, width)| (name.to_owned(), frames, width)));
}

#[test]
fn a_file_cut_anywhere_plays_up_to_the_cut() {
    let folder = tempfile::tempdir().unwrap();
    let sources = [picture(3, Codec::H264, h264_frames(), H264Payloader::default()), voice(1)];
    let (whole, ..) = record(&sources);
    let file = folder.path().join("cut.mkv");
    std::fs::write(&file, &whole[..whole.len() * 3 / 4]).unwrap();
    let streams = probe(&file);
    let frames = |name: &str| streams.iter().find(|(codec, ..)| codec == name).unwrap().1;
    assert!((FRAMES / 2..FRAMES).contains(&frames("h264")), "{streams:?}");
    assert!(frames("opus") > 60, "{streams:?}");
}

#[test]
fn a_voice_alone_is_a_film_too() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, ..) = record(&[voice(4)]);
    let file = folder.path().join("voice.mkv");
    std::fs::write(&file, &whole).unwrap();
    decode(&file);
    assert_eq!(probe(&file), [("opus".to_owned(), FRAMES * 10 / 3, 0)]);
}
