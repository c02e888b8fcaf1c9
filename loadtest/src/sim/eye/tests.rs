//! Which pictures are shown, and when one is asked for.

use super::*;
use crate::sim::camera::{Camera, Lens};
use crate::sim::some_instant;
use bedside_sfu_api::Bitrate;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

struct Stage {
    camera: Camera,
    eye: Eye,
    start: Instant,
    frame: u32,
}

impl Stage {
    fn new(kbps: u64) -> Self {
        let mut camera = Camera::new(1, Lens::LARGE, 1);
        camera.set_rates([Some(Bitrate::kbps(kbps)), None, None]);
        Self { camera, eye: Eye::default(), start: some_instant(), frame: 0 }
    }

    fn since(&self) -> Duration {
        Lens::LARGE.interval() * self.frame
    }

    fn now(&self) -> Instant {
        self.start + self.since()
    }

    /// Sends pictures; `lost` says of a picture's number and a packet's place which do not arrive.
    fn send(
        &mut self,
        frames: u32,
        lost: impl Fn(u32, usize) -> bool,
    ) -> Vec<(u64, bool, Vec<u8>)> {
        let mut held = Vec::new();
        for _ in 0..frames {
            let now = self.now();
            let since = self.since();
            for frame in self.camera.handle_frame(now, since, [false; 3]) {
                let last = frame.packets.len() - 1;
                for (place, (seq, payload)) in frame.packets.into_iter().enumerate() {
                    if lost(self.frame, place) {
                        held.push((seq, place == last, payload));
                    } else {
                        self.eye.handle_packet(now, seq, place == last, &payload);
                    }
                }
            }
            self.frame += 1;
        }
        held
    }
}

#[test]
fn a_whole_stream_is_shown_whole() {
    let mut stage = Stage::new(1_500);
    stage.send(2_000, |_, _| false);
    assert_eq!(stage.eye.shown().len(), 2_000);
    let bytes: usize = stage.eye.shown().iter().map(|shown| shown.bytes).sum();
    assert!((11_500_000..13_500_000).contains(&bytes), "{bytes}");
    let now = stage.now();
    assert!(!stage.eye.poll_keyframe(now));
}

#[test]
fn a_lost_top_picture_costs_itself_and_a_middle_one_also_the_next() {
    // The group of four: base, top, middle, top.
    for (place, cost) in [(1, 1), (2, 2), (3, 1)] {
        let mut stage = Stage::new(300);
        stage.send(100, |frame, _| frame == 40 + place);
        assert_eq!(stage.eye.shown().len(), 100 - cost, "{place}");
    }
}

#[test]
fn after_a_lost_base_all_wait_until_it_is_sent_again() {
    let mut stage = Stage::new(1_500);
    let held = stage.send(50, |frame, place| frame == 40 && place == 1);
    assert_eq!(stage.eye.shown().len(), 40);
    for (seq, marker, payload) in held {
        let now = stage.now();
        stage.eye.handle_packet(now, seq, marker, &payload);
    }
    assert_eq!(stage.eye.shown().len(), 50);
}

#[test]
fn a_keyframe_is_asked_for_after_the_patience_of_libwebrtc() {
    let mut stage = Stage::new(300);
    stage.send(30, |_, _| false);
    stage.send(1, |_, _| true);
    stage.camera.set_rates([Some(Bitrate::kbps(300)), None, None]);
    // Let the next base be lost too.
    stage.send(4, |_, _| true);
    let since = stage.now();
    let asked = (0..200).find(|_| {
        stage.send(1, |_, _| false);
        let now = stage.now();
        stage.eye.poll_keyframe(now)
    });
    let waited = stage.now() - since;
    assert!(asked.is_some() && waited > ms(2_700) && waited < ms(3_100), "{waited:?}");
    let now = stage.now();
    stage.camera.request_keyframe(now);
    let before = stage.eye.shown().len();
    stage.send(5, |_, _| false);
    assert_eq!(stage.eye.shown().len(), before + 5);
}

#[test]
fn who_comes_in_the_middle_asks_soon() {
    let mut stage = Stage::new(300);
    stage.send(2, |_, _| true);
    stage.send(5, |_, _| false);
    let now = stage.now();
    assert!(!stage.eye.poll_keyframe(now), "it may be on its way");
    stage.send(3, |_, _| false);
    let now = stage.now();
    assert!(stage.eye.poll_keyframe(now));
    assert!(!stage.eye.poll_keyframe(now));
}

#[test]
fn freezes_are_counted_as_browsers_do() {
    let start = some_instant();
    let mut times: Vec<Instant> = (0..60).map(|n| start + ms(33 * n)).collect();
    let resumed = *times.last().unwrap() + ms(400);
    times.extend((0..30).map(|n| resumed + ms(33 * n)));
    let end = *times.last().unwrap();
    let found = freezes(&times, end + ms(100));
    assert_eq!(found, [(resumed - ms(400), resumed)]);
    assert_eq!(freezes(&times, end + ms(3_000)).last(), Some(&(end, end + ms(3_000))));
    assert_eq!(freezes(&[], end), []);
}
