//! A set of scopes, and what follows from having one.
//!
//! In: scopes, or their names between spaces as the store keeps them. Out: whether something
//! is allowed.
//! Never: more than was given; a name that is no scope gives nothing.

#[cfg(test)]
mod tests;

use bedside_signaling_api::key::Scope;
use std::collections::BTreeSet;

/// What a caller may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// As kept: names between spaces.
    #[must_use]
    pub fn from_kept(names: &str) -> Self {
        names.split(' ').filter_map(Scope::named).collect()
    }

    /// To be kept.
    #[must_use]
    pub fn kept(&self) -> String {
        let names: Vec<_> = self.iter().map(Scope::name).collect();
        names.join(" ")
    }

    /// Whether this is allowed. An administrator may do everything.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope) || self.0.contains(&Scope::Admin)
    }

    /// The first of `wanted` that is not allowed. Nobody may hand out what they do not have.
    #[must_use]
    pub fn lacking(&self, wanted: &Self) -> Option<Scope> {
        wanted.iter().find(|scope| !self.allow(*scope))
    }

    /// Each of them, in the order of the manual.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    /// Whether nothing at all is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}
