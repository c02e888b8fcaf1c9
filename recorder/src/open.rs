//! Opens a recording for whoever holds a key.
//!
//! In: a recording's objects, private keys. Out: its frames on its one clock, its people, what was
//! said in writing, and a sentence for each thing that is missing.
//! Never: gives up the rest for a part that is missing, cut or foreign; decodes.

mod part;
mod reading;
mod shelved;
mod warning;

pub use part::Head;
pub(crate) use reading::heads;
pub use reading::{Event, Reading};
pub use shelved::Shelved;
pub use warning::{Moment, PartName, Warning};

use crate::manifest::{MANIFEST, Manifest, Part, object};
use crate::seal::{OpenRefusal, Opener};
use crate::verify::Objects;
use bedside_signaling_api::recorder::Mode;
use std::fmt;
use std::io;
use uuid::Uuid;

/// Why nothing of a recording can be opened.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is nothing of a recording there.
    #[error("there is no recording here: neither a manifest.jsonl nor a part")]
    NoRecording,
    /// None of the keys fits.
    #[error(
        "none of these keys opens this recording. It is sealed to the keys with these \
         fingerprints: {0}"
    )]
    OtherKey(String),
    /// The recording had a key of its own, which is gone.
    #[error("this recording was shredded: its own key is destroyed, and nobody can open it")]
    Shredded,
    /// Its own key is not what it was.
    #[error("the recording's own key ({0}) is damaged, and without it nothing can be opened")]
    OwnKey(String),
    /// Its objects cannot be read.
    #[error("the recording cannot be read")]
    Read(#[source] io::Error),
}

/// A recording that is open.
pub struct Recording {
    objects: Box<dyn Objects + Send>,
    opener: Opener,
    manifest: Manifest,
    /// In the order of the clock.
    parts: Vec<Part>,
    warnings: Vec<Warning>,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

impl Recording {
    /// Opens a recording.
    ///
    /// # Errors
    /// There is none, or none of the keys opens it.
    pub fn open(objects: Box<dyn Objects + Send>, opener: Opener) -> Result<Self, Refusal> {
        let text = objects.read(MANIFEST).map_err(Refusal::Read)?;
        let mut warnings = Vec::new();
        if text.is_none() {
            warnings.push(Warning::NoManifest);
        }
        let manifest = Manifest::read(&text.unwrap_or_default());
        if warnings.is_empty() {
            warnings.extend(manifest.flaws.iter().cloned().map(Warning::Manifest));
        }
        if manifest.end.as_ref().is_some_and(|end| end.aborted) {
            warnings.push(Warning::Aborted);
        }
        let parts = parts(&*objects, &manifest, &mut warnings).map_err(Refusal::Read)?;
        if parts.is_empty() && manifest.begin.is_none() {
            return Err(Refusal::NoRecording);
        }
        let opener = with_own_key(&*objects, &manifest, opener)?;
        let recording = Self { objects, opener, manifest, parts, warnings };
        recording.try_key()?;
        Ok(recording)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        Some(self.manifest.begin.as_ref()?.recording)
    }

    /// The visit it is of.
    #[must_use]
    pub fn visit(&self) -> Option<Uuid> {
        Some(self.manifest.begin.as_ref()?.visit)
    }

    /// When its clock stood at zero, in milliseconds of Unix time.
    #[must_use]
    pub fn began_ms(&self) -> Option<i64> {
        Some(self.manifest.begin.as_ref()?.at_ms)
    }

    /// What was made of the visit's media.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.manifest.begin.as_ref().map(|begin| begin.mode).unwrap_or_default()
    }

    /// Where it ends on its clock.
    #[must_use]
    pub fn duration_ms(&self) -> u64 {
        self.parts.iter().map(|part| part.to_ms).max().unwrap_or_default()
    }

    /// What is wrong with it as a whole; what is wrong with a part comes with its reading.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Reads it from a moment on.
    #[must_use]
    pub fn read(&self, from_ms: u64) -> Reading<'_> {
        Reading::new(self, from_ms)
    }

    /// The parts that begin epochs.
    pub(crate) fn firsts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.n == 0)
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Says at once that the key is a wrong one, instead of once for each part.
    fn try_key(&self) -> Result<(), Refusal> {
        for part in &self.parts {
            let Some(sealed) = self.objects.read(&part.object).map_err(Refusal::Read)? else {
                continue;
            };
            match self.opener.open(&sealed) {
                Ok(_) => return Ok(()),
                Err(OpenRefusal::OtherKey) => {
                    return Err(Refusal::OtherKey(fingerprints(&self.manifest)));
                }
                // This one is damaged; another one tells.
                Err(OpenRefusal::Header) => {}
            }
        }
        Ok(())
    }
}

fn fingerprints(manifest: &Manifest) -> String {
    let recipients = manifest.begin.as_ref().map(|begin| begin.recipients.join(", "));
    recipients.unwrap_or_else(|| "not known, for the manifest is missing".to_owned())
}

/// The parts, as the manifest lists them; without a manifest, as they are there.
fn parts(
    objects: &dyn Objects,
    manifest: &Manifest,
    warnings: &mut Vec<Warning>,
) -> io::Result<Vec<Part>> {
    let mut parts = manifest.parts.clone();
    let named = |name: &str| manifest.parts.iter().any(|part| part.object == name);
    for kept in objects.list()? {
        let Some((epoch, n)) = object::place(&kept.name).filter(|_| !named(&kept.name)) else {
            continue;
        };
        if manifest.begin.is_some() {
            warnings.push(Warning::NotListed(PartName { epoch, n }));
            continue;
        }
        parts.push(Part {
            epoch,
            n,
            from_ms: 0,
            to_ms: 0,
            object: kept.name,
            len: kept.bytes,
            sha256: String::new(),
            last: false,
            missing_ms: 0,
            found: true,
        });
    }
    parts.sort_by_key(|part| (part.epoch, part.n));
    parts.dedup_by_key(|part| (part.epoch, part.n));
    Ok(parts)
}

fn with_own_key(
    objects: &dyn Objects,
    manifest: &Manifest,
    opener: Opener,
) -> Result<Opener, Refusal> {
    let Some(begin) = manifest.begin.as_ref().filter(|begin| begin.shreddable) else {
        return Ok(opener);
    };
    let name = object::own_key(begin.suite);
    let sealed = objects.read(&name).map_err(Refusal::Read)?.ok_or(Refusal::Shredded)?;
    opener.with_own_key(&sealed).map_err(|refusal| match refusal {
        OpenRefusal::OtherKey => Refusal::OtherKey(fingerprints(manifest)),
        OpenRefusal::Header => Refusal::OwnKey(name),
    })
}
