//! The two releases of FHIR spoken here.
//!
//! In: the first part of the path. Out: what differs by release.
//! Never: a third one guessed; `/fhir/r6` is an address where nothing is.

/// A release of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// 4.0.1.
    R4,
    /// 5.0.0.
    R5,
}

impl Release {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::R4, Self::R5];

    /// Its part of the path, and its name in the store.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::R4 => "r4",
            Self::R5 => "r5",
        }
    }

    /// The release of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|release| release.name() == name)
    }

    /// Its number, as resources spell it.
    pub(super) const fn version(self) -> &'static str {
        match self {
            Self::R4 => "4.0.1",
            Self::R5 => "5.0.0",
        }
    }

    /// What its bodies are.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::R4 => "application/fhir+json; fhirVersion=4.0",
            Self::R5 => "application/fhir+json; fhirVersion=5.0",
        }
    }
}
