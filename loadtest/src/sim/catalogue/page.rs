//! What real browsers behind the relay live through too: the simulator's prediction beside which
//! their own numbers are read.
//!
//! In: nothing. Out: scenarios whose numbers are told in the words of getStats.
//! Never: a goal; the way up is the browser's own to manage.

use super::{Span, TAIL, WARM, both, change, seconds, way};
use crate::link::{Loss, Profile};
use crate::sim::camera::Lens;
use crate::sim::metric::What;
use crate::sim::scenario::{Bound, Goal, Line, Person, Scenario};
use std::time::Duration;

const CUT: Duration = seconds(20);
const LIFT: Duration = seconds(50);
const END: Duration = seconds(80);
/// What a page reads of a call.
const READ: [What; 6] = [
    What::Concealed,
    What::Freezes,
    What::Frozen,
    What::JitterBuffer,
    What::Height,
    What::FrameRate,
];

pub(super) fn all() -> Vec<Scenario> {
    vec![down(), up(), loss(), thin(), up_loss()]
}

fn read(span: Span, who: usize) -> impl Iterator<Item = Goal> {
    READ.into_iter().map(move |what| span.of(who, what, Bound::Told))
}

fn visit(name: &str, about: &str, line: Line) -> Scenario {
    Scenario {
        name: name.to_owned(),
        about: about.to_owned(),
        people: both(line).into_iter().map(small).collect(),
        changes: Vec::new(),
        lasts: END + TAIL,
        goals: read(Span::new(WARM, END), 0).collect(),
        seeds_min: 0,
    }
}

/// With the camera and the window that the browsers' run has.
fn small(person: Person) -> Person {
    Person { camera: Some(Lens::SMALL), shows: 360, ..person }
}

fn free() -> Line {
    Line::same(way(2_000, 32 * 1_024, 40))
}

fn down() -> Scenario {
    let cut = free().with_down(way(250, 32 * 1_024, 40));
    let after = Span::new(LIFT, END);
    let spans = [Span::new(WARM, CUT), Span::new(CUT, LIFT), after].into_iter();
    let back = after.goal(What::LayerBack { cut: CUT }, Bound::Told);
    Scenario {
        changes: vec![change(CUT, cut), change(LIFT, free())],
        goals: spans.flat_map(|span| read(span, 0)).chain([back]).collect(),
        ..visit("page-down", "the way down: 2 Mbit/s, 250 kbit/s, 2 Mbit/s", free())
    }
}

fn up() -> Scenario {
    let cut = Line { up: way(250, 32 * 1_024, 40), ..free() };
    let thin = Span::new(CUT, LIFT);
    let after = Span::new(LIFT, END);
    let mut goals: Vec<Goal> =
        [Span::new(WARM, CUT), thin, after].into_iter().flat_map(|span| read(span, 1)).collect();
    goals.extend([
        thin.goal(What::UplinkSettles, Bound::Told),
        thin.of(1, What::VoiceLate, Bound::Told),
        thin.of(1, What::VoiceLost, Bound::Told),
        after.of(1, What::LayerBack { cut: CUT }, Bound::Told),
    ]);
    Scenario {
        changes: vec![change(CUT, cut), change(LIFT, free())],
        goals,
        ..visit("page-up", "the way up: 2 Mbit/s, 250 kbit/s, 2 Mbit/s", free())
    }
}

fn loss() -> Scenario {
    let way = Profile { loss: Loss::Random { permille: 100 }, ..way(2_000, 32 * 1_024, 40) };
    visit("page-loss-10", "2 Mbit/s, one packet in ten is lost both ways", Line::same(way))
}

fn thin() -> Scenario {
    let line = Line::same(way(60, 16 * 1_024, 40));
    visit("page-60", "60 kbit/s both ways", line)
}

/// Words said twice by the browser itself, when the server hears that its way up loses them.
fn up_loss() -> Scenario {
    let up = Profile { loss: Loss::Random { permille: 100 }, ..way(2_000, 32 * 1_024, 40) };
    let span = Span::new(WARM, END);
    Scenario {
        goals: vec![
            span.of(1, What::VoiceResidual, Bound::Told),
            span.of(1, What::Concealed, Bound::Told),
        ],
        ..visit("up-loss-10", "the way up loses one packet in ten", Line { up, ..free() })
    }
}
