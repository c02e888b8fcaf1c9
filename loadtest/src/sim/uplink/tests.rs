//! What a browser finds out about lines of several kinds.

use super::*;
use crate::link::{Link, Profile};
use crate::sim::some_instant;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A sender that sends what it thinks the line carries, up to what it wants, over a real link.
struct Sender {
    uplink: Uplink,
    link: Link<(u64, usize)>,
    now: Instant,
    number: u64,
    fates: Vec<Fate>,
    wanted: Bitrate,
    debt: u64,
}

impl Sender {
    fn new(kbps: u64, wanted: u64) -> Self {
        let now = some_instant();
        Self {
            uplink: Uplink::new(),
            link: Link::new(profile(kbps), 1),
            now,
            number: 0,
            fates: Vec::new(),
            wanted: Bitrate::kbps(wanted),
            debt: 0,
        }
    }

    fn send(&mut self, bytes: usize, is_probe: bool) {
        self.number += 1;
        self.uplink.handle_sent(self.now, self.number, bytes, is_probe);
        self.link.put(self.now, bytes, (self.number, bytes));
    }

    fn run(&mut self, seconds: u64) -> Bitrate {
        for step in 0..seconds * 1_000 {
            self.now += ms(1);
            while let Some((number, _)) = self.link.take(self.now) {
                self.fates.push(Fate { number, arrived: Some(self.now) });
            }
            if step % 50 == 0 {
                let fates = std::mem::take(&mut self.fates);
                self.uplink.handle_report(self.now, &fates);
            }
            if let Some(probe) = self.uplink.poll_probe(self.now, self.wanted) {
                for _ in 0..probe.packets {
                    self.send(PACKET, true);
                    let gap = 8_000_000_000 * 1_000 / probe.rate.as_bps();
                    self.now += Duration::from_nanos(gap);
                }
            }
            self.debt += self.uplink.estimate().min(self.wanted).as_bps() / 1_000;
            while self.debt > 8 * 1_000 {
                self.debt -= 8 * 1_000;
                self.send(PACKET, false);
            }
        }
        self.uplink.estimate()
    }
}

const PACKET: usize = 1_000;

fn profile(kbps: u64) -> Profile {
    Profile {
        rate: Some(Bitrate::kbps(kbps)),
        buffer_bytes: 32 * 1_024,
        delay: ms(20),
        ..Profile::default()
    }
}

#[test]
fn a_wide_line_is_found_in_a_moment() {
    let mut sender = Sender::new(20_000, 2_000);
    let found = sender.run(2);
    assert!(found >= Bitrate::kbps(1_800), "{found}");
}

#[test]
fn a_narrow_line_is_found_and_kept_to() {
    for kbps in [100, 250, 1_000] {
        let mut sender = Sender::new(kbps, 2_000);
        sender.run(10);
        let mut sum = 0;
        for _ in 0..20 {
            sum += sender.run(1).as_bps() / 1_000;
        }
        let mean = sum / 20;
        assert!(mean > kbps * 65 / 100 && mean < kbps * 125 / 100, "{mean} of {kbps}");
    }
}

#[test]
fn a_cut_is_followed_within_two_seconds() {
    let mut sender = Sender::new(3_000, 2_000);
    sender.run(10);
    let now = sender.now;
    sender.link.set(now, profile(300));
    let found = sender.run(2);
    assert!(found < Bitrate::kbps(400), "{found}");
    // A buffer of 32 kB holds 0.9 s of such a line.
    sender.run(8);
    let now = sender.now;
    assert!(sender.link.queue_delay(now) < ms(250), "{:?}", sender.link.queue_delay(now));
}
