//! Who was in a visit when, from its log.
//!
//! In: what happened, in order. Out: for the visit and for each person the times they were in.
//! Never: the lobby counted; who waits is not in the visit.

use crate::visit::VisitEvent;
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One thing that happened, and when.
pub(super) type Line = (Timestamp, VisitEvent);

/// From when to when; open where it has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// From when.
    pub(super) from: Timestamp,
    /// To when.
    pub(super) until: Option<Timestamp>,
}

/// Who was in when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Presence {
    /// The visit itself: from the moment staff was in it; none before.
    pub(super) visit: Option<Span>,
    /// Each person's times, in order.
    pub(super) spans_by_person: BTreeMap<Uuid, Vec<Span>>,
}

/// Reads the log.
pub(super) fn presence(log: &[Line]) -> Presence {
    let mut presence = Presence::default();
    for (at, event) in log {
        if let VisitEvent::WentLive = event {
            presence.visit.get_or_insert(Span { from: *at, until: None });
        }
        if let VisitEvent::Admitted { participant, .. } | VisitEvent::Returned { participant } =
            event
        {
            presence.begin(*participant, *at);
        }
        if let VisitEvent::Left { participant }
        | VisitEvent::Lost { participant }
        | VisitEvent::Removed { participant, .. } = event
        {
            presence.end(*participant, *at);
        }
        if let VisitEvent::Ended { .. } = event {
            presence.end_all(*at);
        }
    }
    presence
}

impl Presence {
    fn begin(&mut self, person: Uuid, at: Timestamp) {
        let spans = self.spans_by_person.entry(person).or_default();
        if spans.last().is_none_or(|span| span.until.is_some()) {
            spans.push(Span { from: at, until: None });
        }
    }

    fn end(&mut self, person: Uuid, at: Timestamp) {
        let spans = self.spans_by_person.get_mut(&person);
        if let Some(open) = spans.and_then(|spans| spans.last_mut()) {
            open.until.get_or_insert(at);
        }
    }

    fn end_all(&mut self, at: Timestamp) {
        if let Some(visit) = &mut self.visit {
            visit.until.get_or_insert(at);
        }
        let people: Vec<_> = self.spans_by_person.keys().copied().collect();
        people.into_iter().for_each(|person| self.end(person, at));
    }
}
