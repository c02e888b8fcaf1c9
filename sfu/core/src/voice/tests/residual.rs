//! What copies and repair leave of a lossy line's losses, over many seeds.

use super::sound::{MS, deliver, frame, index_of};
use super::*;
use crate::voice::plan::plan as decide;
use bedside_sfu_api::Bitrate;
use std::collections::{BTreeMap, VecDeque};

/// Frames of one run: 100 s.
const FRAMES: u32 = 5_000;
const SEEDS: u64 = 20;

/// Between a loss and its report: TWCC's interval and a round trip of 80 ms.
const REPORT_AFTER: Duration = Duration::from_millis(130);

/// What a jitter buffer on such a line waits for at most; later is as good as lost.
const PLAYED_AFTER: Duration = Duration::from_millis(200);

/// Losses by a seed (SplitMix64, public domain by its authors; Gilbert's two states).
struct Line {
    state: u64,
    /// Chance, of 2^32, to lose the next packet after one that came, and after one that did not.
    lose: [u64; 2],
    losing: usize,
}

impl Line {
    /// By chance alone.
    fn random(seed: u64, loss: f64) -> Self {
        Self { state: seed, lose: [chance(loss); 2], losing: 0 }
    }

    /// In bursts of so many packets on average.
    fn bursts(seed: u64, loss: f64, burst: f64) -> Self {
        let begins = loss / (burst * (1.0 - loss));
        Self { state: seed, lose: [chance(begins), chance(1.0 - 1.0 / burst)], losing: 0 }
    }

    fn loses(&mut self) -> bool {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let lost = (z ^ (z >> 31)) >> 32 < self.lose[self.losing];
        self.losing = usize::from(lost);
        lost
    }
}

fn chance(part: f64) -> u64 {
    (part * f64::from(u32::MAX)) as u64
}

/// One run: the part of the frames that did not come in time, and bytes sent a frame.
struct Outcome {
    residual: f64,
    lost: f64,
    bytes: f64,
}

fn run(plan: Plan, mut line: Line) -> Outcome {
    let start = crate::some_instant();
    let mut voice = voice(plan.packet, plan.copies, plan.repair);
    let mut first_heard = BTreeMap::new();
    let mut reports = VecDeque::new();
    let (mut packets, mut lost, mut bytes) = (0_u32, 0_u32, 0_usize);
    for number in 0..FRAMES {
        let now = start + number * 20 * MS;
        while let Some((_, id)) = reports.pop_front_if(|(at, _)| *at <= now) {
            voice.handle_lost(id);
        }
        voice.handle_timeout(now);
        voice.handle_frame(now, frame(number));
        for packet in drain(&mut voice) {
            packets += 1;
            bytes += packet.payload.len();
            if line.loses() {
                lost += 1;
                reports.push_back((now + REPORT_AFTER, packet.id));
                continue;
            }
            for heard in deliver(&packet) {
                first_heard.entry(index_of(&heard)).or_insert(now);
            }
        }
    }
    let in_time = |(number, at): (&u32, &Instant)| *at <= start + *number * 20 * MS + PLAYED_AFTER;
    let heard = first_heard.iter().filter(|entry| in_time(*entry)).count();
    Outcome {
        residual: 1.0 - f64::from(u32::try_from(heard).unwrap()) / f64::from(FRAMES),
        lost: f64::from(lost) / f64::from(packets),
        bytes: bytes as f64 / f64::from(FRAMES),
    }
}

/// The mean of all seeds.
fn mean(plan: Plan, line: impl Fn(u64) -> Line) -> Outcome {
    let outcomes: Vec<_> = (0..SEEDS).map(|seed| run(plan, line(seed))).collect();
    let mean = |of: fn(&Outcome) -> f64| outcomes.iter().map(of).sum::<f64>() / SEEDS as f64;
    Outcome { residual: mean(|o| o.residual), lost: mean(|o| o.lost), bytes: mean(|o| o.bytes) }
}

/// The plan that the line's own loss leads to, with room enough.
fn planned(loss_permille: u16, burst_tenths: u16) -> Plan {
    let conditions = Conditions {
        loss_permille,
        burst_tenths,
        share: Bitrate::kbps(500),
        opus: Bitrate::kbps(32),
        congested: false,
        rtt: Some(80 * MS),
        red: true,
    };
    decide(crate::some_instant(), &conditions, Planned::default()).plan
}

#[track_caller]
fn leaves(plan: Plan, line: impl Fn(u64) -> Line, loss: f64, at_most: f64) -> Outcome {
    let outcome = mean(plan, line);
    assert!((outcome.lost - loss).abs() < 0.1 * loss, "the line lost {}", outcome.lost);
    let residual = outcome.residual;
    assert!(residual <= at_most, "{plan:?} leaves {:.3} %", residual * 100.0);
    outcome
}

#[test]
fn ten_in_a_hundred_at_random_leave_two_in_a_thousand() {
    leaves(planned(100, 11), |seed| Line::random(seed, 0.1), 0.1, 0.002);
}

#[test]
fn twenty_in_a_hundred_at_random_leave_one() {
    leaves(planned(200, 12), |seed| Line::random(seed, 0.2), 0.2, 0.01);
}

#[test]
fn twenty_in_a_hundred_in_bursts_of_two_leave_two() {
    leaves(planned(200, 20), |seed| Line::bursts(seed, 0.2, 2.0), 0.2, 0.02);
}

#[test]
fn ten_in_a_hundred_in_bursts_leave_one_also_in_long_packets() {
    leaves(planned(100, 20), |seed| Line::bursts(seed, 0.1, 2.0), 0.1, 0.01);
    let long = Plan { packet: PacketTime::Long, ..planned(100, 20) };
    leaves(long, |seed| Line::bursts(seed, 0.1, 2.0), 0.1, 0.03);
}

#[test]
fn repair_alone_leaves_little_of_little_for_little() {
    let plan = planned(15, 10);
    assert_eq!((plan.copies, plan.repair), (Copies::None, true));
    let repaired = leaves(plan, |seed| Line::random(seed, 0.015), 0.015, 0.001);
    assert!(repaired.bytes < 81.0 * 1.03, "{} bytes a frame", repaired.bytes);
}

#[test]
fn the_cost_is_what_the_plan_says() {
    for (packet, copies) in [
        (PacketTime::Short, Copies::None),
        (PacketTime::Short, Copies::TwoFar),
        (PacketTime::Long, Copies::None),
        (PacketTime::Long, Copies::One),
    ] {
        let plan = Plan { packet, copies, repair: false };
        let payload = run(plan, Line::random(1, 0.0)).bytes;
        let headers = 68.0 * 20.0 / f64::from(packet.millis());
        let sent = (payload + headers) * 8.0 * 50.0;
        let told = wire_cost(plan, Bitrate::kbps(32)).as_bps() as f64;
        assert!((sent / told - 1.0).abs() < 0.02, "{plan:?}: {sent} is not {told}");
    }
}
