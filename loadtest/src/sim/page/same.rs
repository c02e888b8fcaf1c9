//! The page and its model take the same steps.
//!
//! In: a seed. Out: `web/test/ladder.json`, lines of every kind and the rungs that the model takes
//! on them, which `web/test/ladder.test.ts` has the page take.
//! Never: writes the file, unless `BEDSIDE_GENERATE=1` asks for it (`make generate`).

use super::tests::Days;
use super::*;
use crate::link::chance::Chance;
use serde::Serialize;

const LINES: usize = 120;
/// A line is as it is for so many seconds at most.
const LASTS_MAX: u64 = 45;

/// A line for a while, in the words of the page's `Sample`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Stretch {
    line_kbps: u64,
    limited: bool,
    loss_percent: u64,
    rtt_ms: u64,
    voice_kbps: u64,
    spoken_kbps: u64,
    sent_kbps: u64,
    watched: [bool; 3],
    rungs: Vec<Rung>,
}

impl Stretch {
    fn new(chance: &mut Chance) -> Self {
        let mut one_of = |of: &[u64]| {
            let index = usize::try_from(chance.below(of.len() as u64)).unwrap_or_default();
            of.get(index).copied().unwrap_or_default()
        };
        let line_kbps = one_of(&[35, 47, 61, 73, 97, 151, 401, 907, 3_001]);
        let voice_kbps = one_of(&[21, 43, 59]);
        Self {
            line_kbps,
            limited: one_of(&[0, 1]) == 1,
            loss_percent: one_of(&[0, 0, 0, 5]),
            rtt_ms: one_of(&[41, 41, 41, 83, 203, 503, 1_501]),
            voice_kbps,
            spoken_kbps: one_of(&[5, voice_kbps, 101]),
            sent_kbps: one_of(&[11, line_kbps, line_kbps, 3 * line_kbps]),
            watched: [true, one_of(&[0, 1]) == 1, one_of(&[0, 1]) == 1],
            rungs: Vec::new(),
        }
    }

    fn second(&self) -> Second {
        let worth = self.watched.map(|watched| LayerWorth { watched, rate_max: None });
        Second {
            line: Bitrate::kbps(self.line_kbps),
            limited: self.limited,
            loss_percent: self.loss_percent,
            rtt: Some(Duration::from_millis(self.rtt_ms)),
            voice: Bitrate::kbps(self.voice_kbps),
            spoken: Bitrate::kbps(self.spoken_kbps),
            sent: Bitrate::kbps(self.sent_kbps),
            worth: worth.to_vec(),
        }
    }
}

#[test]
fn the_steps_are_current() {
    let (mut chance, mut days) = (Chance::new(7), Days::new());
    let walk = (0..LINES).map(|_| {
        let mut stretch = Stretch::new(&mut chance);
        let second = stretch.second();
        let lasts = 1 + chance.below(LASTS_MAX);
        stretch.rungs = (0..lasts).map(|_| days.pass(1, &second)).collect();
        serde_json::to_string(&stretch).unwrap()
    });
    let text = format!("[\n{}\n]\n", walk.collect::<Vec<_>>().join(",\n"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/test/ladder.json");
    if std::env::var_os("BEDSIDE_GENERATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text, "`make generate` writes it");
}
