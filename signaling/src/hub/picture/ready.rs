//! What a person is asked, and what staff see of it.
//!
//! In: the visit, a seat, the texts of consent. Out: the list for the person's own page, and the
//! lights for staff.
//! Never: what somebody stated; only whether.

use crate::consent::ConsentTexts;
use crate::visit::{Seat, Visit};
use bedside_signaling_api::care::{ConsentAsk, GateAsk, Readiness};
use bedside_signaling_api::person::Method;
use bedside_signaling_api::policy::{Gate, Need, Point, Purpose};
use bedside_signaling_api::socket::ServerMessage;

/// Everything the person is asked.
pub(in crate::hub) fn asks(visit: &Visit, seat: &Seat, texts: &ConsentTexts) -> ServerMessage {
    let consents = Purpose::ALL.into_iter().filter_map(|purpose| {
        let need = visit.policy().consent(purpose, seat.role);
        let asked = need != Need::Off || seat.decision_by_purpose.contains_key(&purpose);
        let text = texts.text(purpose, &seat.language);
        asked.then(|| ConsentAsk {
            purpose,
            need,
            version: text.version.clone(),
            language: text.language.clone(),
            text: text.text.clone(),
            agreed: agreed(seat, purpose),
        })
    });
    let gates = Gate::ALL.into_iter().filter_map(|gate| {
        let rule = visit.policy().gate(gate, seat.role)?;
        let (need, point, through) = (rule.need, rule.point, seat.is_through(gate));
        let failures = seat.failures_by_gate.get(&gate).copied().unwrap_or_default();
        Some(GateAsk { gate, need, point, by: ways(gate), through, failures })
    });
    ServerMessage::Asks { consents: consents.collect(), gates: gates.collect() }
}

fn agreed(seat: &Seat, purpose: Purpose) -> Option<bool> {
    let said = seat.decision_by_purpose.contains_key(&purpose);
    said.then(|| seat.agrees(purpose))
}

/// How somebody can pass a gate by themselves.
fn ways(gate: Gate) -> Vec<Method> {
    match gate {
        Gate::Identity => vec![Method::TwoIdentifiers, Method::OneTimeCode],
        Gate::Location | Gate::Callback | Gate::Privacy => vec![Method::Stated],
        Gate::Device => vec![Method::Measured],
    }
}

/// What of a person is checked and agreed.
pub(super) fn readiness(visit: &Visit, seat: &Seat) -> Readiness {
    let purposes = |said: fn(&Seat, Purpose) -> bool| {
        Purpose::ALL.into_iter().filter(|purpose| said(seat, *purpose)).collect()
    };
    Readiness {
        passed: seat.passed.iter().copied().collect(),
        skipped: seat.skipped.iter().copied().collect(),
        failed: seat.failures_by_gate.keys().copied().collect(),
        before_admission: visit.gates_ahead(seat, Point::Admission),
        before_end: visit.gates_ahead(seat, Point::End),
        agreed: purposes(Seat::agrees),
        refused: purposes(Seat::objects),
        waiting_since: seat.waiting_since,
        waits_too_long: seat.wait_told,
        interpreter_needed: seat.interpreter_needed,
    }
}
