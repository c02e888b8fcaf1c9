//! Somebody shows who they are, says where they are, or what their device can do.
//!
//! In: evidence from a page. Out: the visit's command with passed or not; statements to the
//! store, beside the log.
//! Never: a statement in the log of events, or said back to anybody's page.

use super::live::Live;
use super::wishes::is_line;
use crate::clock;
use crate::store::Statement;
use crate::visit::{By, Command};
use bedside_signaling_api::care::{Evidence, STATEMENT_CHARS_MAX};
use bedside_signaling_api::person::Method;
use bedside_signaling_api::policy::Gate;
use bedside_signaling_api::socket::RefusalCode;
use uuid::Uuid;

/// What a piece of evidence comes to.
struct Found {
    gate: Gate,
    method: Method,
    passed: bool,
    /// What is to be kept of it.
    statement: Option<String>,
}

impl Live {
    pub(super) async fn check(
        &mut self,
        from: Uuid,
        participant: Uuid,
        evidence: Evidence,
    ) -> Result<(), RefusalCode> {
        // Nobody tries codes and identifiers for somebody else.
        let tries =
            matches!(evidence, Evidence::TwoIdentifiers { .. } | Evidence::OneTimeCode { .. });
        if tries && from != participant {
            return Err(RefusalCode::NotAllowed);
        }
        let found = self.weigh(participant, evidence).await?;
        let Found { gate, method, passed, statement } = found;
        let command = Command::Check { by: By::Person(from), participant, gate, method, passed };
        // Refused before anything is kept; decided again with the events.
        self.visit.decide(command.clone(), clock::now()).map_err(|refusal| refusal.code())?;
        let days = self.visit.policy().keep.answer_days;
        if let Some(value) = statement.filter(|_| days > 0) {
            let statement =
                Statement { visit: self.id, participant, gate, value, at: clock::now() };
            let kept = self.rooms.store.keep_statement(&statement, days).await;
            kept.map_err(|fault| self.failed(&fault))?;
        }
        self.wish(from, command).await
    }

    async fn weigh(&self, participant: Uuid, evidence: Evidence) -> Result<Found, RefusalCode> {
        let stated = |gate, passed, statement: Option<String>| Found {
            gate,
            method: Method::Stated,
            passed,
            statement,
        };
        Ok(match evidence {
            Evidence::TwoIdentifiers { birth_date, second } => {
                let claimed =
                    crate::identifiers::Claim { birth_date: &birth_date, second: &second };
                let passed = self.identified(participant, claimed).await?;
                identity(Method::TwoIdentifiers, passed)
            }
            Evidence::OneTimeCode { code } => {
                let passed = self.code_matches(participant, &code).await?;
                identity(Method::OneTimeCode, passed)
            }
            Evidence::ByStaff { checked, looked, passed } => {
                let method = if looked { Method::Visual } else { Method::Staff };
                Found { gate: checked, method, passed, statement: None }
            }
            Evidence::Location { place } if is_line(&place, STATEMENT_CHARS_MAX) => {
                stated(Gate::Location, true, Some(place))
            }
            Evidence::Callback { number } if is_line(&number, STATEMENT_CHARS_MAX) => {
                stated(Gate::Callback, true, Some(number))
            }
            Evidence::Location { .. } | Evidence::Callback { .. } => {
                return Err(RefusalCode::BadMessage);
            }
            Evidence::Privacy { alone } => stated(Gate::Privacy, alone, None),
            Evidence::Device { camera, microphone, line } => Found {
                gate: Gate::Device,
                method: Method::Measured,
                // A voice is enough for a visit; a camera that fails is no reason to be kept out.
                passed: microphone && line,
                statement: Some(device_words(camera, microphone, line)),
            },
        })
    }

    async fn identified(
        &self,
        participant: Uuid,
        claimed: crate::identifiers::Claim<'_>,
    ) -> Result<bool, RefusalCode> {
        if !self.visit.may_try_identity(participant) {
            return Err(RefusalCode::TooManyTries);
        }
        let kept = self.rooms.store.identifiers(participant).await;
        let kept = kept.map_err(|fault| self.failed(&fault))?;
        Ok(kept.is_some_and(|kept| self.rooms.identifiers.matches(participant, &claimed, &kept)))
    }

    async fn code_matches(&self, participant: Uuid, code: &str) -> Result<bool, RefusalCode> {
        if !self.visit.may_try_identity(participant) {
            return Err(RefusalCode::TooManyTries);
        }
        let hash = self.rooms.identifiers.code(participant, code);
        let used = self.rooms.store.use_code(participant, &hash, clock::now()).await;
        used.map_err(|fault| self.failed(&fault))
    }

    fn failed(&self, fault: &crate::Fault) -> RefusalCode {
        let fault: &dyn std::error::Error = fault;
        tracing::error!(visit = %self.id, fault, "a check could not be looked up or stored");
        RefusalCode::Fault
    }
}

const fn identity(method: Method, passed: bool) -> Found {
    Found { gate: Gate::Identity, method, passed, statement: None }
}

/// What of the device works, in code words.
fn device_words(camera: bool, microphone: bool, line: bool) -> String {
    let parts = [("camera", camera), ("microphone", microphone), ("line", line)];
    let word = |(name, works): (&str, bool)| format!("{name}={}", if works { "ok" } else { "no" });
    parts.map(word).join(" ")
}
