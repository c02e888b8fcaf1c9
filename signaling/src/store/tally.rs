//! How often each kind of thing has happened in visits since this start.
//!
//! In: events as they are stored. Out: a count a kind, for the operator.
//! Never: whose visit it was.

use crate::visit::VisitEvent;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts of stored events. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Tally {
    /// These are on the disk now.
    pub(super) fn add(&self, events: &[VisitEvent]) {
        let mut count_by_name = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            let count = count_by_name.entry(event.name()).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// The counts.
    pub(super) fn read(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
