//! `bedside doctor`: what a first start trips over, and what to do about it.
//!
//! In: the settings as `serve` would read them. Out: a line a check, exit code 1 if any failed.
//! Never: changes anything it could not put back; a probe file is removed again.

mod probe;

use crate::cli::Doctor;
use crate::{output, settings};
use std::fmt;
use std::process::ExitCode;

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    /// How it stands.
    standing: Standing,
    /// What is so, and behind a line break what to do.
    text: String,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// As it should be.
    Well,
    /// Right for some and wrong for others; the operator knows.
    Perhaps,
    /// The server would not start, or not work.
    Ill,
}

impl Finding {
    fn well(what: impl Into<String>) -> Self {
        Self { standing: Standing::Well, text: what.into() }
    }

    fn perhaps(what: impl fmt::Display, advice: impl fmt::Display) -> Self {
        Self { standing: Standing::Perhaps, text: format!("{what}\n  → {advice}") }
    }

    fn ill(what: impl fmt::Display, advice: impl fmt::Display) -> Self {
        Self { standing: Standing::Ill, text: format!("{what}\n  → {advice}") }
    }
}

pub(crate) fn run(args: &Doctor) -> anyhow::Result<ExitCode> {
    let findings = match settings::load(&args.settings) {
        Err(error) => vec![Finding::ill(format!("{error:#}"), "correct that, then ask me again")],
        Ok(loaded) => {
            let source = loaded.file.map_or("no settings file, so defaults".to_owned(), |file| {
                format!("settings from {}", file.display())
            });
            let mut findings = vec![Finding::well(source)];
            findings.extend(probe::all(&loaded.config));
            findings
        }
    };
    output::say(&report(&findings));
    Ok(if ill(&findings) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn ill(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.standing == Standing::Ill).count()
}

/// The lines a person reads.
fn report(findings: &[Finding]) -> String {
    let mark = |standing| match standing {
        Standing::Well => '✓',
        Standing::Perhaps => '?',
        Standing::Ill => '✗',
    };
    let mut lines: Vec<String> = findings
        .iter()
        .map(|finding| format!("{} {}", mark(finding.standing), finding.text))
        .collect();
    lines.push(match ill(findings) {
        0 => "Ready to serve.".to_owned(),
        1 => "One thing to do.".to_owned(),
        more => format!("{more} things to do."),
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Finding, report};

    #[test]
    fn the_report_says_what_to_do() {
        let mut findings = vec![Finding::well("clock"), Finding::perhaps("private", "announce")];
        assert_eq!(report(&findings), "✓ clock\n? private\n  → announce\nReady to serve.");
        findings.push(Finding::ill("port taken", "choose another"));
        assert!(report(&findings).ends_with("✗ port taken\n  → choose another\nOne thing to do."));
        findings.push(Finding::ill("port taken", "choose another"));
        assert!(report(&findings).ends_with("2 things to do."));
    }
}
