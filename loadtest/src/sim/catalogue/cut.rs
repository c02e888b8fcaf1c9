//! A line that collapses for half a minute, and comes back.
//!
//! In: nothing. Out: scenarios over a grid of rates, buffers and distances.
//! Never: a cut of the way up; that is `page`.

use super::{Noted, Span, TAIL, both, change, listener, seconds, way};
use crate::sim::metric::What;
use crate::sim::scenario::{Bound, Goal, Line, Scenario};
use std::time::Duration;

const CUT: Duration = seconds(20);
const LIFT: Duration = seconds(50);
const END: Duration = seconds(90);
const RATES: [u64; 3] = [500, 250, 100];
const BUFFERS_KB: [usize; 3] = [16, 32, 64];
const RTTS: [u64; 3] = [40, 100, 200];
/// The line before and after.
const FREE_KBPS: u64 = 2_000;
/// What flows before the cut: 720 lines at 1,500 kbit/s and a voice at 32, with all headers.
const FLOWS_KBPS: f64 = 1_655.0;
/// The thinnest voice: 16 kbit/s in packets of 60 ms.
const VOICE_KBPS: f64 = 25.0;
/// From a packet's arrival to the browser's word of it, at the shortest.
const FEEDBACK_S: f64 = 0.05;
/// A voice's way beside the line that is cut.
const ELSEWHERE_S: f64 = 0.01;
/// What reacting may cost beyond what physics takes, where a goal of the table cannot be met.
const REACTION_S: f64 = 0.5;

pub(super) fn all() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for kbps in RATES {
        for kb in BUFFERS_KB {
            for rtt in RTTS {
                scenarios.push(cell(kbps, kb, rtt));
            }
        }
    }
    scenarios.push(Scenario {
        name: "cut-250-both".to_owned(),
        about: "the same with both cameras on, so that feedback shares the way up".to_owned(),
        people: both(Line::same(way(FREE_KBPS, 32 * 1_024, 40))),
        ..cell(250, 32, 40)
    });
    scenarios
}

fn cell(kbps: u64, kb: usize, rtt: u64) -> Scenario {
    let free = Line::same(way(FREE_KBPS, kb * 1_024, rtt));
    let cut = free.with_down(way(kbps, kb * 1_024, rtt));
    Scenario {
        name: format!("cut-{kbps}-{kb}k-{rtt}ms"),
        about: format!(
            "2 Mbit/s falls to {kbps} kbit/s for 30 s; buffer {kb} kB, round trip {rtt} ms"
        ),
        people: listener(free),
        changes: vec![change(CUT, cut), change(LIFT, free)],
        lasts: END,
        goals: goals(Physics::new(kbps, kb, rtt), kbps),
        seeds_min: 0,
    }
}

fn goals(physics: Physics, kbps: u64) -> Vec<Goal> {
    let thin = Span::new(CUT, LIFT);
    let after = Span::new(LIFT, END - TAIL);
    let settles = match kbps {
        500 => 1.5,
        250 => 2.0,
        _ => 6.0,
    };
    let late = if kbps >= 250 { Some(1.2) } else { None };
    let mut goals = vec![
        possible(thin, What::QueueSettles, Some(settles), physics.settles()),
        possible(thin, What::VoiceLate, late, physics.late()),
        thin.goal(What::VoiceLost, Bound::AtMost(0.0)),
        after.goal(What::LayerBack { cut: CUT }, Bound::AtMost(8.0)),
        after.goal(What::SwitchesDown { cut: CUT }, Bound::AtMost(1.0)),
    ];
    let settled = Span::new(CUT + seconds(10), LIFT);
    goals.extend(settled.told(&[What::Used, What::FrameRate, What::Switches]));
    goals
}

/// A goal of the table, or what physics leaves of it; and the arithmetic.
fn possible(span: Span, what: What, table: Option<f64>, best: Best) -> Goal {
    let Some(table) = table else { return span.goal(what, Bound::Told).noted(best.note) };
    if best.seconds <= table {
        return span.goal(what, Bound::AtMost(table)).noted(best.note);
    }
    let goal = ((best.seconds + REACTION_S) * 10.0).ceil() / 10.0;
    let note = format!("{table} s cannot be: {}", best.note);
    span.goal(what, Bound::AtMost(goal)).noted(note)
}

/// The best that anybody could do, and why.
struct Best {
    seconds: f64,
    note: String,
}

/// What the line itself dictates at the cut.
#[derive(Clone, Copy)]
struct Physics {
    kbps: f64,
    rtt_s: f64,
    /// Seconds in which nobody at the server can know.
    blind_s: f64,
    /// Kilobits in the queue by then.
    peak_kbit: f64,
}

impl Physics {
    fn new(kbps: u64, kb: usize, rtt_ms: u64) -> Self {
        let number = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let kbps = number(kbps);
        let rtt_s = number(rtt_ms) / 1_000.0;
        let blind_s = rtt_s + FEEDBACK_S;
        let buffer_kbit = number(u64::try_from(kb).unwrap_or(u64::MAX)) * 1.024 * 8.0;
        let peak_kbit = ((FLOWS_KBPS - kbps) * blind_s).min(buffer_kbit);
        Self { kbps, rtt_s, blind_s, peak_kbit }
    }

    /// Seconds to drain from the peak to a queue of `to_s`, if only the thinnest voice flows.
    fn drain_s(self, to_s: f64) -> f64 {
        ((self.peak_kbit - to_s * self.kbps) / (self.kbps - VOICE_KBPS)).max(0.0)
    }

    fn settles(self) -> Best {
        let drain = self.drain_s(0.15);
        let seconds = self.blind_s + drain;
        let Self { blind_s, peak_kbit, .. } = self;
        let note = format!(
            "at best {seconds:.1} s: {blind_s:.2} s until the server can know, by then \
             {peak_kbit:.0} kbit wait, and all but a thin voice stopped they take {drain:.1} s"
        );
        Best { seconds, note }
    }

    fn late(self) -> Best {
        // A voice is late behind a queue of what is left of 400 ms.
        let late_s = 0.4 - ELSEWHERE_S - self.rtt_s / 2.0;
        let grows_s = late_s * self.kbps / (FLOWS_KBPS - self.kbps);
        let drain = self.drain_s(late_s);
        let over = if self.peak_kbit > late_s * self.kbps { self.blind_s - grows_s } else { 0.0 };
        let seconds = over.max(0.0) + drain;
        let note = format!(
            "at best {seconds:.1} s: the queue is longer than the {:.0} ms that are left of 400 \
             for so long, if all but a thin voice stops when the server can know",
            1_000.0 * late_s
        );
        Best { seconds, note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arithmetic_of_a_cut_by_hand() {
        // 90 ms of 1,405 kbit/s too much are 126 kbit; 37.5 may stay, 225 kbit/s drain.
        let physics = Physics::new(250, 32, 40);
        assert!((physics.settles().seconds - (0.09 + (126.45 - 37.5) / 225.0)).abs() < 0.01);
        // The buffer of 16 kB ends the growth: 131 kbit.
        let full = Physics::new(250, 16, 200);
        assert!((full.peak_kbit - 131.07).abs() < 0.1);
        assert!(Physics::new(500, 16, 40).late().seconds < 0.01, "never late at all");
    }

    #[test]
    fn a_goal_that_cannot_be_says_so() {
        let late = |kb, rtt| {
            let goals = goals(Physics::new(250, kb, rtt), 250);
            goals.into_iter().find(|goal| goal.metric.what == What::VoiceLate).unwrap()
        };
        assert_eq!(late(32, 40).bound, Bound::AtMost(1.2));
        let hard = late(64, 200);
        let Bound::AtMost(most) = hard.bound else { panic!("{:?}", hard.bound) };
        assert!(most > 1.5 && most < 2.5, "{most}");
        assert!(hard.note.unwrap().starts_with("1.2 s cannot be"));
    }
}
