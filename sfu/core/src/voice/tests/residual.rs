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

/// What a jitter buffer on such a line waits for at most after a packet's sound is over; later
/// is as good as lost.
const PLAYED_AFTER: Duration = Duration::from_millis(180);

/// Losses by a seed (SplitMix64, public domain by its authors; Gilbert's two states).
struct Line {
    state: u64,
    /// Chance, of 2^32, to lose the next packet after one that came, and after one that did not.
    lose: [u64; 2],
    losing: usize,
}

impl Line {
    /// So many of a thousand, by chance alone.
    fn random(seed: u64, permille: u64) -> Self {
        Self { state: seed, lose: [chance(permille, 1_000); 2], losing: 0 }
    }

    /// So many of a thousand, in bursts of so many on average.
    fn bursts(seed: u64, permille: u64, burst: u64) -> Self {
        let begins = chance(permille, burst * (1_000 - permille));
        Self { state: seed, lose: [begins, chance(burst - 1, burst)], losing: 0 }
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

fn chance(part: u64, of: u64) -> u64 {
    (part << 32) / of
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
    let played =
        |number| start + number * 20 * MS + plan.packet.duration() - 20 * MS + PLAYED_AFTER;
    let in_time = |(number, at): (&u32, &Instant)| *at <= played(*number);
    let heard = first_heard.iter().filter(|entry| in_time(*entry)).count();
    Outcome {
        residual: 1.0 - f64::from(u32::try_from(heard).unwrap()) / f64::from(FRAMES),
        lost: f64::from(lost) / f64::from(packets),
        bytes: bytes as f64 / f64::from(FRAMES),
    }
}

/// The mean of all seeds, and of what was left the worst.
fn outcomes(plan: Plan, line: impl Fn(u64) -> Line) -> (Outcome, f64) {
    let outcomes: Vec<_> = (0..SEEDS).map(|seed| run(plan, line(seed))).collect();
    let mean = |of: fn(&Outcome) -> f64| outcomes.iter().map(of).sum::<f64>() / SEEDS as f64;
    let mean = Outcome {
        residual: mean(|outcome| outcome.residual),
        lost: mean(|outcome| outcome.lost),
        bytes: mean(|outcome| outcome.bytes),
    };
    (mean, outcomes.iter().map(|outcome| outcome.residual).fold(0.0, f64::max))
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

/// Fails if for any seed more of the frames is missing than so many of a thousand.
#[track_caller]
fn leaves(at_most: f64, plan: Plan, line: impl Fn(u64) -> Line) -> Outcome {
    let (mean, worst) = outcomes(plan, line);
    let permille = worst * 1_000.0;
    assert!(permille <= at_most, "{plan:?} leaves {permille:.2} of a thousand");
    mean
}

#[test]
fn the_lines_lose_what_they_say() {
    let lost = |line: fn(u64) -> Line| outcomes(Plan::default(), line).0.lost;
    assert!((lost(|seed| Line::random(seed, 100)) - 0.1).abs() < 0.003);
    assert!((lost(|seed| Line::bursts(seed, 200, 2)) - 0.2).abs() < 0.006);
}

#[test]
fn ten_in_a_hundred_at_random_leave_two_in_a_thousand() {
    leaves(2.0, planned(100, 11), |seed| Line::random(seed, 100));
}

#[test]
fn twenty_in_a_hundred_at_random_leave_half_of_one() {
    leaves(5.0, planned(200, 12), |seed| Line::random(seed, 200));
}

#[test]
fn twenty_in_a_hundred_in_bursts_of_two_leave_two() {
    leaves(20.0, planned(200, 20), |seed| Line::bursts(seed, 200, 2));
}

#[test]
fn ten_in_a_hundred_in_bursts_leave_half_of_one_and_more_in_long_packets() {
    leaves(5.0, planned(100, 20), |seed| Line::bursts(seed, 100, 2));
    let long = Plan { packet: PacketTime::Long, ..planned(100, 20) };
    let mean = leaves(30.0, long, |seed| Line::bursts(seed, 100, 2));
    assert!(mean.residual < 0.015, "{} of the frames", mean.residual);
}

#[test]
fn repair_alone_leaves_little_of_little_for_little() {
    let plan = planned(15, 10);
    assert_eq!((plan.copies, plan.repair), (Copies::None, true));
    let repaired = leaves(1.0, plan, |seed| Line::random(seed, 15));
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
        let payload = run(plan, Line::random(1, 0)).bytes;
        let headers = 68.0 * 20.0 / f64::from(packet.millis());
        let sent = (payload + headers) * 8.0 * 50.0;
        let told = wire_cost(plan, Bitrate::kbps(32)).as_bps() as f64;
        assert!((sent / told - 1.0).abs() < 0.02, "{plan:?}: {sent} is not {told}");
    }
}
