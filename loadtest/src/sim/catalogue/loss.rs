//! Lines that lose packets, whatever is sent.
//!
//! In: nothing. Out: scenarios.
//! Never: loss by a full buffer, but for the shallow one.

use super::{Noted, Span, TAIL, WARM, change, listener, seconds, way};
use crate::link::{Loss, Profile};
use crate::sim::metric::What;
use crate::sim::scenario::{Bound, Line, Person, Scenario, Speaks};
use std::time::Duration;

const END: Duration = seconds(72);

pub(super) fn all() -> Vec<Scenario> {
    vec![video(), voice_random(), voice_bursts(), five(), shallow()]
}

/// The same loss both ways: bad air is bad for both.
fn lossy(kbps: u64, loss: Loss) -> Line {
    Line::same(Profile { loss, ..way(kbps, 64 * 1_024, 60) })
}

fn video() -> Scenario {
    let span = Span::new(WARM, END - TAIL);
    let mut goals = vec![
        span.goal(What::VideoRate, Bound::AtLeast(500.0)).noted(
            "360 lines take 500 kbit/s at most, so it has to be 720, held to what the line carries",
        ),
        span.goal(What::VoiceResidual, Bound::AtMost(0.2)),
    ];
    goals.extend(span.told(&[What::Concealed, What::Freezes, What::Frozen, What::Switches]));
    Scenario {
        name: "loss-10".to_owned(),
        about: "1 Mbit/s, one packet in ten is lost; buffer 64 kB, round trip 60 ms".to_owned(),
        people: listener(lossy(1_000, Loss::Random { permille: 100 })),
        changes: Vec::new(),
        lasts: END,
        goals,
        seeds_min: 0,
    }
}

fn voice(name: &str, about: &str, loss: Loss, most: f64, note: &str) -> Scenario {
    let span = Span::new(WARM, END - TAIL);
    let mut goals = vec![span.goal(What::VoiceResidual, Bound::AtMost(most)).noted(note)];
    goals.extend(span.told(&[What::Concealed, What::LongestGap, What::VideoRate]));
    Scenario {
        name: name.to_owned(),
        about: about.to_owned(),
        people: listener(lossy(2_000, loss)),
        changes: Vec::new(),
        lasts: END,
        goals,
        seeds_min: 0,
    }
}

fn voice_random() -> Scenario {
    let loss = Loss::Random { permille: 200 };
    let note = "each word three times leaves 0.2³ = 0.8 %";
    voice("voice-loss-20", "one packet in five is lost, each by itself", loss, 1.0, note)
}

fn voice_bursts() -> Scenario {
    let loss = Loss::Gilbert { permille: 200, burst_tenths: 20 };
    let note =
        "each word three times, two and four packets apart, leaves 1.95 %; three and six 1.2";
    voice("voice-burst-20", "one packet in five is lost, two in a row on average", loss, 2.0, note)
}

fn five() -> Scenario {
    let span = Span::new(WARM, END - TAIL);
    let loss = Loss::Gilbert { permille: 100, burst_tenths: 20 };
    let down = Profile { loss, ..way(100, 32 * 1_024, 60) };
    let up = Profile { loss, ..way(500, 32 * 1_024, 60) };
    let talks = Person { speaks: Speaks::InTurn, shows: 0, ..Person::seen() };
    let mut people = vec![talks; 5];
    if let Some(first) = people.first_mut() {
        *first = Person { shows: 180, camera: None, ..talks.on(Line { up, down }) };
    }
    let mut goals = vec![
        span.goal(What::Concealed, Bound::AtMost(2.0)),
        span.goal(What::LongestGap, Bound::AtMost(300.0)),
    ];
    goals.extend(span.told(&[What::VoiceResidual, What::VoiceDelay, What::Used]));
    Scenario {
        name: "five-on-100".to_owned(),
        about: "five people talk; one hears them over 100 kbit/s that lose one packet in ten, \
                two in a row on average"
            .to_owned(),
        people,
        changes: Vec::new(),
        lasts: END,
        goals,
        seeds_min: 0,
    }
}

/// A buffer of 60 ms: at 300 kbit/s two pictures' packets fill it.
fn shallow() -> Scenario {
    let wide = way(3_000, 22_500, 40);
    let narrow = way(300, 2_250, 40);
    let free = Line::same(wide);
    let (cut, end) = (seconds(20), seconds(50));
    let span = Span::new(cut + seconds(3), end);
    let mut goals = vec![span.goal(What::VoiceResidual, Bound::AtMost(2.0))];
    goals.extend(span.told(&[What::Used, What::Concealed, What::Switches]));
    goals.extend(Span::new(cut, cut + seconds(3)).told(&[What::VoiceLost]));
    Scenario {
        name: "shallow".to_owned(),
        about: "3 Mbit/s falls to 300 kbit/s, and the buffer holds no more than 60 ms".to_owned(),
        people: listener(free),
        changes: vec![change(cut, free.with_down(narrow))],
        lasts: end + TAIL,
        goals,
        seeds_min: 0,
    }
}
