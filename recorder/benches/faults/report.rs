//! What all runs came to.
//!
//! In: outcomes. Out: `report.json`; the same in a few lines.
//! Never: an average; one lost recording is one.

use super::check::Outcome;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Most media one kill may cost: a part.
const LOSS_MS_MAX: u64 = 2_000;
/// Most cases told one by one.
const CASES_MAX: usize = 20;

/// The report.
#[derive(Debug)]
pub(crate) struct Report {
    seed: u64,
    runs: u32,
    runs_by_kind: BTreeMap<&'static str, u32>,
    recordings: u32,
    played: u32,
    promised: u32,
    unplayable: Vec<String>,
    undetected: Vec<String>,
    flawed: Vec<String>,
    worst_loss_ms: u64,
    stated_ms: u64,
}

impl Report {
    pub(crate) const fn new(seed: u64) -> Self {
        Self {
            seed,
            runs: 0,
            runs_by_kind: BTreeMap::new(),
            recordings: 0,
            played: 0,
            promised: 0,
            unplayable: Vec::new(),
            undetected: Vec::new(),
            flawed: Vec::new(),
            worst_loss_ms: 0,
            stated_ms: 0,
        }
    }

    pub(crate) fn add(&mut self, outcome: &Outcome) {
        let case = |text: &String| format!("seed {}: {text}", outcome.seed);
        self.runs = self.runs.saturating_add(1);
        let runs = self.runs_by_kind.entry(outcome.kind.name()).or_default();
        *runs = runs.saturating_add(1);
        self.recordings = self.recordings.saturating_add(outcome.recordings);
        self.played = self.played.saturating_add(outcome.played);
        self.promised = self.promised.saturating_add(outcome.promised);
        self.unplayable.extend(outcome.unplayable.iter().map(case));
        self.undetected.extend(outcome.undetected.iter().map(case));
        self.flawed.extend(outcome.flawed.iter().map(case));
        self.worst_loss_ms = self.worst_loss_ms.max(outcome.worst_loss_ms);
        self.stated_ms = self.stated_ms.saturating_add(outcome.stated_ms);
    }

    /// Whether nothing was lost that may not be, and something was promised at all.
    pub(crate) fn is_clean(&self) -> bool {
        let wrong = [&self.unplayable, &self.undetected, &self.flawed];
        wrong.iter().all(|cases| cases.is_empty())
            && self.worst_loss_ms <= LOSS_MS_MAX
            && self.promised > self.runs
    }

    pub(crate) fn write(&self, path: &Path) {
        let shown = |cases: &[String]| cases.iter().take(CASES_MAX).cloned().collect::<Vec<_>>();
        let report = json!({
            "runs": self.runs,
            "seed": self.seed,
            "kinds": self.runs_by_kind,
            "recordings": self.recordings,
            "played": self.played,
            "parts_promised": self.promised,
            "unplayable": self.unplayable.len(),
            "undetected": self.undetected.len(),
            "flawed": self.flawed.len(),
            "worst_loss_seconds": seconds(self.worst_loss_ms),
            "stated_gap_seconds": seconds(self.stated_ms),
            "cases": {
                "unplayable": shown(&self.unplayable),
                "undetected": shown(&self.undetected),
                "flawed": shown(&self.flawed),
            },
        });
        let text = serde_json::to_string_pretty(&report).expect("numbers and texts are JSON");
        let folder = path.parent().expect("a file stands in a folder");
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(path, format!("{text}\n")).expect("a report can be written");
    }

    pub(crate) fn summary(&self) -> String {
        let mut lines = vec![format!(
            "{} runs, {} recordings, {} parts promised: {} unplayable, {} lost undetected, {} \
             flawed, worst loss {} s",
            self.runs,
            self.recordings,
            self.promised,
            self.unplayable.len(),
            self.undetected.len(),
            self.flawed.len(),
            seconds(self.worst_loss_ms)
        )];
        for cases in [&self.unplayable, &self.undetected, &self.flawed] {
            lines.extend(cases.iter().take(CASES_MAX).map(|case| format!("  {case}")));
        }
        lines.join("\n")
    }
}

fn seconds(ms: u64) -> f64 {
    // Hours of milliseconds are far below what a f64 holds exactly.
    u32::try_from(ms).map_or(f64::MAX, f64::from) / 1_000.0
}
