//! What a crash left of a recording in the spool, and how it is made whole.
//!
//! In: a recording's folder. Out: the same without what was never durable, and with everything
//! that was.
//! Never: removes a sealed part that has a line, or that stood in its place.

use super::SpoolFault;
use super::disk::{self, BESIDE};
use super::writer::RECIPIENTS;
use crate::hash;
use crate::manifest::{Begin, Flaw, MANIFEST, Manifest, Part, object};
use crate::seal::Sealer;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use uuid::Uuid;

/// How many of the newest parts are read again after a crash; of the older ones only the length is
/// looked at. A crash tears what was written last, and a spool of a long outage takes minutes to read.
const READ_AGAIN: usize = 16;

/// What was found, and done.
#[derive(Debug)]
pub struct Settled {
    /// What the manifest says, up to its last whole line.
    pub manifest: Manifest,
    /// Parts in their place that have no line: a crash took it.
    pub found: Vec<Part>,
    /// Parts on the disk that are not what had been written.
    pub damaged: Vec<Part>,
    /// Parts that had their line and were moved to their place.
    pub placed: u32,
    /// Beginnings of parts that were never durable, and were removed.
    pub dropped: u32,
    /// Whether the manifest's last line was cut, and is cut off.
    pub cut: bool,
}

/// Makes a recording whole after a crash. Does nothing to one that is.
pub(crate) fn settle(folder: &Path, recording: Uuid) -> Result<Settled, SpoolFault> {
    let text = read_manifest(folder)?;
    let whole = Manifest::read(&text).whole_bytes();
    let manifest = Manifest::read(text.get(..whole).unwrap_or_default());
    if let Some(flaw) = manifest.flaws.iter().find(|flaw| **flaw != Flaw::NoEnd) {
        return Err(SpoolFault::Damaged { recording, flaw: flaw.to_string() });
    }
    let (mut placed, mut dropped) = (0_u32, 0_u32);
    let names = names(folder)?;
    for name in names.iter().filter_map(|name| name.strip_suffix(BESIDE)) {
        let line = manifest.parts.iter().find(|part| part.object == name);
        let is_whole = line.is_some_and(|line| is_as_written(&folder.join(beside(name)), line));
        if is_whole {
            disk::place(folder, name)?;
            placed = placed.saturating_add(1);
        } else {
            fs::remove_file(folder.join(beside(name)))
                .map_err(|source| SpoolFault::io("remove a cut part", source))?;
            dropped = dropped.saturating_add(1);
        }
    }
    let damaged = damaged(folder, &manifest);
    let found = found(folder, &names, &manifest)?;
    Ok(Settled { manifest, found, damaged, placed, dropped, cut: whole < text.len() })
}

fn beside(name: &str) -> String {
    format!("{name}{BESIDE}")
}

/// The manifest's bytes; none if it is not there.
pub(crate) fn read_manifest(folder: &Path) -> Result<Vec<u8>, SpoolFault> {
    match fs::read(folder.join(MANIFEST)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|source| SpoolFault::io("read the manifest", source)),
    }
}

fn names(folder: &Path) -> Result<BTreeSet<String>, SpoolFault> {
    let fault = |source| SpoolFault::io("list parts", source);
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        names.extend(entry.map_err(fault)?.file_name().into_string().ok());
    }
    Ok(names)
}

fn is_as_written(path: &Path, line: &Part) -> bool {
    fs::read(path).is_ok_and(|bytes| hash::hex(&hash::sha256(&bytes)) == line.sha256)
}

/// Parts that are here and not what their line says. What is not here is in the store.
fn damaged(folder: &Path, manifest: &Manifest) -> Vec<Part> {
    let named: BTreeSet<(u64, u64)> =
        manifest.gaps.iter().map(|gap| (gap.from_ms, gap.to_ms)).collect();
    let old = manifest.parts.len().saturating_sub(READ_AGAIN);
    let is_damaged = |(at, part): &(usize, &Part)| {
        let path = folder.join(&part.object);
        let Ok(metadata) = fs::metadata(&path) else { return false };
        metadata.len() != part.len || (*at >= old && !is_as_written(&path, part))
    };
    let parts = manifest.parts.iter().enumerate().filter(is_damaged).map(|(_at, part)| part);
    parts
        // Named at an earlier start.
        .filter(|part| !named.contains(&(part.from_ms, part.to_ms)))
        .cloned()
        .collect()
}

/// Parts in their place that come after the last line.
fn found(
    folder: &Path,
    names: &BTreeSet<String>,
    manifest: &Manifest,
) -> Result<Vec<Part>, SpoolFault> {
    let last = manifest.parts.iter().map(|part| (part.epoch, part.n)).max();
    let at_ms = manifest.summary().duration_ms;
    let mut parts = Vec::new();
    for name in names {
        let Some((epoch, n)) = object::place(name).filter(|place| Some(*place) > last) else {
            continue;
        };
        let bytes =
            fs::read(folder.join(name)).map_err(|source| SpoolFault::io("read a part", source))?;
        parts.push(Part {
            epoch,
            n,
            from_ms: at_ms,
            to_ms: at_ms,
            object: name.clone(),
            len: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            sha256: hash::hex(&hash::sha256(&bytes)),
            last: false,
            missing_ms: 0,
            found: true,
        });
    }
    parts.sort_by_key(|part| (part.epoch, part.n));
    Ok(parts)
}

/// What seals the recording's further parts; nothing, if whom it was sealed to is not known here.
pub(super) fn sealer(folder: &Path, begin: &Begin) -> Result<Option<Sealer>, SpoolFault> {
    if let Some(own) = &begin.own {
        return Ok(Some(Sealer::to_own(begin.suite, own)?));
    }
    let text = match fs::read(folder.join(RECIPIENTS)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|source| SpoolFault::io("read whom it is sealed to", source))?,
    };
    let Ok(recipients) = serde_json::from_slice::<Vec<String>>(&text) else { return Ok(None) };
    let sealer = Sealer::new(begin.suite, &recipients)?;
    Ok((sealer.fingerprints() == begin.recipients).then_some(sealer))
}
