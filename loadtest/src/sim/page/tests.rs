//! The page's rungs, by the cases that `web/src/sdk/uplink.ts` is made for.

use super::*;
use crate::sim::some_instant;
use crate::sim::uplink::share::ALL;
use crate::sim::voice::USUAL;

fn second(kbps: u64, limited: bool) -> Second {
    Second {
        line: Bitrate::kbps(kbps),
        limited,
        loss_percent: 0,
        rtt: Some(Duration::from_millis(40)),
        voice: cost(USUAL),
        spoken: cost(USUAL),
        sent: Bitrate::kbps(kbps),
        worth: ALL.to_vec(),
    }
}

pub(super) struct Days {
    page: Page,
    now: Instant,
}

impl Days {
    pub(super) fn new() -> Self {
        Self { page: Page::new(), now: some_instant() }
    }

    pub(super) fn pass(&mut self, seconds: u32, second: &Second) -> Rung {
        for _ in 0..seconds {
            self.now += Duration::from_secs(1);
            self.page = self.page.step(second, self.now);
        }
        self.page.rung
    }
}

#[test]
fn a_good_line_sends_all() {
    assert_eq!(Days::new().pass(60, &second(3_000, false)), Rung::All);
}

#[test]
fn a_poor_line_goes_down_to_what_fits_and_the_voice_is_thinned_last() {
    let rung = |kbps| Days::new().pass(6, &second(kbps, true));
    assert_eq!(
        [900, 400, 150, 100].map(rung),
        [Rung::WithoutTop, Rung::WithoutTop, Rung::Lowest, Rung::Slow]
    );
    let mut days = Days::new();
    let thin = Second { loss_percent: 5, ..second(40, true) };
    assert_eq!(days.pass(2, &thin), Rung::Voice, "soon, where the voice suffers");
    assert_eq!(days.pass(2, &thin), Rung::Thin);
}

#[test]
fn a_low_estimate_of_a_voice_that_arrives_is_no_reason() {
    let mut days = Days::new();
    days.pass(6, &second(60, true));
    assert_eq!(days.page.rung, Rung::Voice);
    assert_eq!(days.pass(20, &second(45, false)), Rung::Voice);
}

#[test]
fn it_climbs_step_by_step_and_at_once_where_there_is_plenty() {
    let mut days = Days::new();
    days.pass(6, &second(60, true));
    assert_eq!(days.pass(4, &second(5_000, false)), Rung::All);
    let mut days = Days::new();
    days.pass(6, &second(150, true));
    assert_eq!(days.page.rung, Rung::Lowest);
    assert_eq!(days.pass(3, &second(330, false)), Rung::Lowest);
    assert_eq!(days.pass(2, &second(330, false)), Rung::WithoutTop);
}

#[test]
fn a_climb_that_was_a_mistake_waits_longer_next_time() {
    let mut days = Days::new();
    days.pass(6, &second(150, true));
    let mut tries = 0;
    for _ in 0..60 {
        let before = days.page.rung;
        let rung = days.pass(1, &second(300, before < Rung::Lowest));
        tries += u32::from(rung < before);
        if rung < Rung::Lowest {
            days.pass(6, &second(150, true));
        }
    }
    assert!((1..=6).contains(&tries), "{tries}");
}

#[test]
fn who_watched_a_layer_that_is_given_up_gets_the_next() {
    let watched = |flags: [bool; 3]| flags.map(|watched| LayerWorth { watched, rate_max: None });
    let sent = |rung: Rung, flags| -> Vec<bool> {
        rung.camera(&watched(flags)).iter().map(|layer| layer.watched).collect()
    };
    assert_eq!(sent(Rung::WithoutTop, [false, false, true]), [false, true, false]);
    assert_eq!(sent(Rung::Lowest, [false, true, true]), [true, false, false]);
    assert_eq!(sent(Rung::Lowest, [false, false, false]), [false; 3]);
    assert_eq!(sent(Rung::Voice, [true, true, true]), [false; 3]);
    let small = Rung::WithoutTop.camera(&watched([false, true, false])[..2]);
    assert_eq!(small.iter().map(|layer| layer.watched).collect::<Vec<_>>(), [true, false]);
}
