//! Closes recordings that a crash left open: at a start for those whose visits are over, and by
//! hand for a folder.
//!
//! In: a spool, or a folder of it. Out: manifests closed as aborted, and what was done.
//! Never: closes what still runs; loses a sealed part.

use crate::manifest::Signer;
use crate::spool::{self, Bounds, Settled, Spool, SpoolFault, Writer};
use bedside_signaling_api::recorder::Summary;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What became of a recording.
#[derive(Debug)]
pub struct Recovered {
    /// The recording.
    pub recording: Uuid,
    /// Beginnings of parts that were never durable, and were removed.
    pub dropped: u32,
    /// Parts that were moved to their place, or whose line was lost and written anew.
    pub saved: u32,
    /// Parts that the disk did not keep as they were written.
    pub damaged: u32,
    /// How it was closed, or why not.
    pub closed: Result<Summary, SpoolFault>,
}

/// Closes every recording of a spool but those that go on, so that the uploader may take them.
///
/// # Errors
/// The spool cannot be read.
pub fn close_orphans(spool: &Spool, going_on: &[Uuid]) -> Result<Vec<Recovered>, SpoolFault> {
    let orphans = spool.recordings()?;
    let orphans = orphans.into_iter().filter(|recording| !going_on.contains(recording));
    Ok(orphans.filter_map(|recording| close(spool, recording)).collect())
}

/// Closes one; nothing, if it was closed already.
fn close(spool: &Spool, recording: Uuid) -> Option<Recovered> {
    let settled = spool::settle(&spool.folder(recording), recording);
    let counted = settled.as_ref().map(counted).unwrap_or_default();
    let closed = Writer::resume(spool, recording).and_then(|mut writer| writer.end(true));
    if matches!(closed, Err(SpoolFault::Ended(_))) {
        return None;
    }
    let Counted { dropped, saved, damaged } = counted;
    Some(Recovered { recording, dropped, saved, damaged, closed })
}

#[derive(Default)]
struct Counted {
    dropped: u32,
    saved: u32,
    damaged: u32,
}

fn counted(settled: &Settled) -> Counted {
    let many = |parts: usize| u32::try_from(parts).unwrap_or(u32::MAX);
    Counted {
        dropped: settled.dropped,
        saved: settled.placed.saturating_add(many(settled.found.len())),
        damaged: many(settled.damaged.len()),
    }
}

/// The spool a path means, and the recordings in it: of the whole spool, or of one folder of it.
#[must_use]
pub fn recordings(path: &Path) -> Option<(PathBuf, Vec<Uuid>)> {
    let path = std::fs::canonicalize(path).ok()?;
    let name = path.file_name().and_then(|name| name.to_str()?.parse::<Uuid>().ok());
    if let Some(recording) = name {
        return Some((path.parent()?.to_owned(), vec![recording]));
    }
    let mut recordings: Vec<Uuid> = std::fs::read_dir(&path)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    recordings.sort_unstable();
    Some((path, recordings))
}

/// Closes recordings by hand.
///
/// # Errors
/// A server uses the spool, or it cannot be read.
pub fn recover(
    root: &Path,
    recordings: &[Uuid],
    signer: Signer,
) -> Result<Vec<Recovered>, SpoolFault> {
    // Nothing is added that a bound could refuse.
    let bounds = Bounds { bytes_max: u64::MAX, floor_bytes: 0 };
    let spool = Spool::open(root, bounds, signer)?;
    Ok(recordings.iter().filter_map(|recording| close(&spool, *recording)).collect())
}
