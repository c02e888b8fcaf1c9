//! Is a recording what was sealed? Everything that is not is named.
//!
//! In: a recording's objects; if they are at hand, the signer's public key and a private key. Out:
//! findings, each by what was done; what the recording is.
//! Never: needs a key to say that something was removed, put in, swapped, edited or cut; changes
//! anything.

mod finding;
mod folder;
mod picture;

pub use finding::Finding;
pub use folder::Folder;
pub use picture::{picture, size};

use crate::binding;
use crate::hash;
use crate::manifest::{Begin, MANIFEST, Manifest, Part, object};
use crate::seal::Opener;
use crate::shelf::Kept;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Where a recording's objects are.
pub trait Objects {
    /// What is there.
    ///
    /// # Errors
    /// It cannot be listed.
    fn list(&self) -> io::Result<Vec<Kept>>;

    /// An object's bytes; nothing, if it is not there.
    ///
    /// # Errors
    /// It cannot be read.
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>>;

    /// Where else a part with this hash belongs, if that is known here: the names of the recording
    /// and of the part.
    fn elsewhere(&self, sha256: &str) -> Option<(String, String)>;
}

/// What is asked beside the objects themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The public key that has to have signed, in hex.
    pub signer: Option<&'a str>,
    /// Private keys with which each part is opened and its binding checked.
    pub opener: Option<&'a Opener>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the manifest says.
    pub manifest: Manifest,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The recording's own key is gone: destroyed on purpose, as far as anybody can tell. Nobody
    /// can open its parts.
    pub shredded: bool,
    /// How many parts were opened.
    pub opened: u32,
}

impl Report {
    /// Whether everything is as it was sealed.
    #[must_use]
    pub const fn clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks a recording. `progress` is told how many of how many parts were looked at.
///
/// # Errors
/// The objects cannot be read.
pub fn verify(
    objects: &impl Objects,
    asked: Asked<'_>,
    mut progress: impl FnMut(usize, usize),
) -> io::Result<Report> {
    let text = objects.read(MANIFEST)?;
    let manifest = Manifest::read(text.as_deref().unwrap_or_default());
    let mut findings = Vec::new();
    if text.is_none() {
        findings.push(Finding::NoManifest);
    } else {
        findings.extend(manifest.flaws.iter().cloned().map(Finding::Manifest));
    }
    findings.extend(other_signer(&manifest, asked.signer));
    let there: BTreeSet<String> = objects.list()?.into_iter().map(|object| object.name).collect();
    let named: BTreeSet<&str> = manifest.parts.iter().map(|part| part.object.as_str()).collect();
    let shredded = own_key(objects, &manifest, &mut findings)?;
    let mut opened = 0_u32;
    let total = manifest.parts.len();
    for (part, done) in manifest.parts.iter().zip(1_usize..) {
        match objects.read(&part.object)? {
            None => findings.push(Finding::Removed { object: part.object.clone() }),
            Some(bytes) => {
                let changed = changed(objects, &manifest, part, &bytes);
                if let (Some(opener), false) = (asked.opener, shredded) {
                    let inside = inside(opener, &manifest, part, &bytes);
                    opened = opened.saturating_add(u32::from(inside.is_none()));
                    // Known to be changed, it needs to be told only what that did inside.
                    findings.extend(changed.or(inside));
                } else {
                    findings.extend(changed);
                }
            }
        }
        progress(done, total);
    }
    let inserted = there
        .iter()
        .filter(|name| object::place(name).is_some() && !named.contains(name.as_str()))
        .map(|name| Finding::Inserted { object: name.clone() });
    findings.extend(inserted);
    Ok(Report { manifest, findings, shredded, opened })
}

fn other_signer(manifest: &Manifest, expected: Option<&str>) -> Option<Finding> {
    let signer = &manifest.begin.as_ref()?.signer;
    let expected = expected?;
    let other = !expected.eq_ignore_ascii_case(signer);
    other.then(|| Finding::OtherSigner { signer: signer.clone(), expected: expected.to_owned() })
}

/// Whether the recording's own key is gone, if it has one.
fn own_key(
    objects: &impl Objects,
    manifest: &Manifest,
    findings: &mut Vec<Finding>,
) -> io::Result<bool> {
    let Some(begin) = manifest.begin.as_ref().filter(|begin| begin.shreddable) else {
        return Ok(false);
    };
    let name = object::own_key(begin.suite);
    let Some(bytes) = objects.read(&name)? else { return Ok(true) };
    if begin.own_sha256.as_deref() != Some(&hash::hex(&hash::sha256(&bytes))) {
        findings.push(Finding::Changed { object: name });
    }
    Ok(false)
}

/// What was done to a part's bytes.
fn changed(
    objects: &impl Objects,
    manifest: &Manifest,
    part: &Part,
    bytes: &[u8],
) -> Option<Finding> {
    let hash = hash::hex(&hash::sha256(bytes));
    if hash == part.sha256 {
        return None;
    }
    let object = part.object.clone();
    if let Some(other) = manifest.parts.iter().find(|other| other.sha256 == hash) {
        return Some(Finding::Swapped { object, of: other.object.clone() });
    }
    if let Some((recording, of)) = objects.elsewhere(&hash) {
        return Some(Finding::Foreign { object, recording, of });
    }
    let is = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if is < part.len {
        return Some(Finding::Cut { object, is, was: part.len });
    }
    Some(Finding::Changed { object })
}

/// What is wrong inside a part.
fn inside(opener: &Opener, manifest: &Manifest, part: &Part, bytes: &[u8]) -> Option<Finding> {
    let object = part.object.clone();
    let opened = match opener.open(bytes) {
        Ok(opened) => opened,
        Err(refusal) => return Some(Finding::Unopened { object, refusal }),
    };
    if !opened.whole {
        return Some(Finding::NotWhole { object });
    }
    let begin: &Begin = manifest.begin.as_ref()?;
    let Some(binding) = binding::find(&opened.plain) else {
        return Some(Finding::Unbound { object });
    };
    binding::misbound(&binding, begin, part).map(|wrong| Finding::Misbound { object, wrong })
}

/// The findings of one kind together, for counting.
#[must_use]
pub fn by_kind(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut count_by_kind = BTreeMap::new();
    for finding in findings {
        let count: &mut usize = count_by_kind.entry(finding.kind()).or_default();
        *count = count.saturating_add(1);
    }
    count_by_kind
}

#[cfg(test)]
mod tests;
