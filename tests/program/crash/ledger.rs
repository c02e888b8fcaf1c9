//! What the load knows for certain, and what it cannot know because nobody answered.
//!
//! In: what is about to be asked, what was acknowledged, what is there after a restart. Out:
//! what is lost, in words.
//! Never: forgives; something acknowledged is there, and something nobody asked for is not.

use std::collections::BTreeMap;

/// What may have become of something that was asked for and not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Maybe {
    /// It stands as before, or it is this.
    Becomes(String),
    /// It stands as before, or it is there, however it looks.
    Anything,
}

/// Facts by their name.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    sure: BTreeMap<String, String>,
    doubt: BTreeMap<String, Maybe>,
    /// How many things were acknowledged.
    pub(super) acknowledged: u64,
    /// How many acknowledged facts were compared with what was there.
    pub(super) compared: u64,
}

impl Ledger {
    /// Something is about to be asked for.
    pub(super) fn asks(&mut self, fact: impl Into<String>, maybe: Maybe) {
        self.doubt.insert(fact.into(), maybe);
    }

    /// It was acknowledged, or seen.
    pub(super) fn is(&mut self, fact: impl Into<String>, value: impl Into<String>) {
        let fact = fact.into();
        self.doubt.remove(&fact);
        self.sure.insert(fact, value.into());
        self.acknowledged += 1;
    }

    /// What is known of a fact.
    pub(super) fn known(&self, fact: &str) -> Option<&str> {
        self.sure.get(fact).map(String::as_str)
    }

    /// What is known of all others.
    pub(super) fn all_but(&self, facts: &[&str]) -> BTreeMap<String, String> {
        let others = self.sure.iter().filter(|(fact, _)| !facts.contains(&fact.as_str()));
        others.map(|(fact, value)| (fact.clone(), value.clone())).collect()
    }

    /// Begins anew; the counts stay.
    pub(super) fn forget(&mut self) {
        self.sure.clear();
        self.doubt.clear();
    }

    /// What is there differs from what was acknowledged. Afterwards what is there is known.
    pub(super) fn compare(&mut self, there: BTreeMap<String, String>) -> Vec<String> {
        let mut lost = Vec::new();
        for (fact, value) in &self.sure {
            self.compared += 1;
            let found = there.get(fact);
            let maybe = self.doubt.get(fact);
            let may_be = match (found, maybe) {
                (Some(found), Some(Maybe::Becomes(other))) => found == other,
                (Some(_), Some(Maybe::Anything)) => true,
                (None, _) | (Some(_), None) => false,
            };
            if found != Some(value) && !may_be {
                lost.push(format!("{fact}: acknowledged {value}, found {found:?} ({maybe:?})"));
            }
        }
        for (fact, value) in &there {
            if !self.sure.contains_key(fact) && !self.doubt.contains_key(fact) {
                lost.push(format!("{fact}: nobody asked for {value}"));
            }
        }
        self.doubt.clear();
        self.sure = there;
        lost
    }
}

#[test]
fn what_is_lost_or_was_never_asked_for_is_told() {
    let there = |facts: &[(&str, &str)]| {
        facts.iter().map(|(fact, value)| ((*fact).to_owned(), (*value).to_owned())).collect()
    };
    let mut ledger = Ledger::default();
    ledger.is("a", "1");
    assert_eq!(ledger.compare(there(&[("a", "1")])), [""; 0]);
    assert_eq!(ledger.compare(there(&[])).len(), 1);

    ledger.is("a", "1");
    ledger.asks("a", Maybe::Becomes("2".to_owned()));
    assert_eq!(ledger.compare(there(&[("a", "3")])).len(), 1);
    ledger.asks("a", Maybe::Becomes("4".to_owned()));
    assert_eq!(ledger.compare(there(&[("a", "4")])), [""; 0]);
    assert_eq!(ledger.known("a"), Some("4"));

    assert_eq!(ledger.compare(there(&[("a", "4"), ("b", "1")])).len(), 1);
    assert_eq!(ledger.all_but(&["a"]), there(&[("b", "1")]));
    ledger.forget();
    ledger.asks("b", Maybe::Anything);
    assert_eq!(ledger.compare(there(&[("b", "1")])), [""; 0]);
    assert_eq!((ledger.acknowledged, ledger.compared), (2, 5));
}
