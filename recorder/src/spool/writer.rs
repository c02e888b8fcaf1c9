//! Writes one recording into the spool.
//!
//! In: plain parts, in their order. Out: each sealed and durable, or a fault, and then a gap in
//! the manifest where it is missing.
//! Never: a part whose epoch has lost its first one; two lines for one part.

use super::resume::{self, Settled};
use super::{Spool, SpoolFault, disk};
use crate::hash;
use crate::manifest::{Begin, Chain, End, Entry, Gap, MANIFEST, Part, Why, object};
use crate::part::PlainPart;
use crate::seal::Sealer;
use bedside_config::SealingSuite;
use bedside_signaling_api::recorder::{Mode, Summary};
use jiff::Timestamp;
use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Whom a recording without a key of its own is sealed to; it stays in the spool.
pub(super) const RECIPIENTS: &str = "recipients.json";
const VERSION: u8 = 1;
const FOLDER_MODE: u32 = 0o700;

/// A recording to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecording {
    /// The recording.
    pub recording: Uuid,
    /// The visit.
    pub visit: Uuid,
    /// What is made of it.
    pub mode: Mode,
    /// How it is sealed.
    pub suite: SealingSuite,
    /// The public keys it is sealed to.
    pub recipients: Vec<String>,
    /// Whether it gets a key of its own, which can be destroyed.
    pub shreddable: bool,
    /// When its clock stands at zero.
    pub at: Timestamp,
}

/// A part is on the disk, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durable {
    /// Its epoch.
    pub epoch: u32,
    /// Its number in it.
    pub n: u32,
    /// The turn its people were named in.
    pub turn: u64,
    /// Its name.
    pub object: String,
    /// Its sealed length.
    pub bytes: u64,
}

/// One recording in the spool.
#[derive(Debug)]
pub struct Writer {
    spool: Spool,
    folder: PathBuf,
    begin: Begin,
    sealer: Option<Sealer>,
    chain: Chain,
    manifest: disk::Growing,
    totals: Totals,
    /// Media that is missing and not yet named in the manifest.
    missing: Option<Missing>,
    /// The next number, if the epoch's first part is on the disk.
    next: Option<(u32, u32)>,
    next_epoch: u32,
    /// Parts that have their line and still stand beside their place.
    unplaced: Vec<String>,
    ended: bool,
}

/// What the end line will say.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    parts: u32,
    bytes: u64,
    epochs: u32,
    duration_ms: u64,
    missing_ms: u64,
}

#[derive(Debug, Clone, Copy)]
struct Missing {
    from_ms: u64,
    /// Unknown after a restart, until media comes again.
    to_ms: Option<u64>,
    why: Why,
}

impl Writer {
    /// Begins a recording.
    ///
    /// # Errors
    /// The keys cannot be used, the spool does not take it, or it exists already.
    pub fn begin(spool: &Spool, new: &NewRecording) -> Result<Self, SpoolFault> {
        let recipients = Sealer::new(new.suite, &new.recipients)?;
        let folder = spool.folder(new.recording);
        match DirBuilder::new().mode(FOLDER_MODE).create(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(SpoolFault::Exists(new.recording));
            }
            made => made.map_err(|source| SpoolFault::io("make a recording's folder", source))?,
        }
        Self::begin_in(spool, new, &recipients).inspect_err(|_fault| {
            // Nobody was told that it began. What cannot be removed now, the next start removes.
            let _left = std::fs::remove_dir_all(&folder);
        })
    }

    fn begin_in(
        spool: &Spool,
        new: &NewRecording,
        recipients: &Sealer,
    ) -> Result<Self, SpoolFault> {
        let folder = spool.folder(new.recording);
        let (sealer, own, own_sha256) = if new.shreddable {
            let own = recipients.own_key()?;
            spool.take(u64::try_from(own.sealed.len()).unwrap_or(u64::MAX))?;
            disk::write(&folder, &object::own_key(new.suite), &own.sealed)?;
            let hash = hash::hex(&hash::sha256(&own.sealed));
            (Sealer::to_own(new.suite, &own.public)?, Some(own.public), Some(hash))
        } else {
            let texts = serde_json::to_vec(recipients.recipients())
                .expect("a list of texts can be written as JSON");
            disk::write(&folder, RECIPIENTS, &texts)?;
            (recipients.clone(), None, None)
        };
        let begin = Begin {
            v: VERSION,
            recording: new.recording,
            visit: new.visit,
            suite: new.suite,
            mode: new.mode,
            signer: spool.signer().public().to_owned(),
            recipients: recipients.fingerprints(),
            shreddable: new.shreddable,
            own,
            own_sha256,
            at_ms: new.at.as_millisecond(),
        };
        let mut writer = Self {
            spool: spool.clone(),
            manifest: disk::Growing::open(&folder.join(MANIFEST), 0)?,
            folder,
            begin,
            sealer: Some(sealer),
            chain: Chain::new(),
            totals: Totals::default(),
            missing: None,
            next: None,
            next_epoch: 0,
            unplaced: Vec::new(),
            ended: false,
        };
        writer.add(&[Entry::Begin(writer.begin.clone())])?;
        disk::sync_folder(&writer.folder)?;
        disk::sync_folder(spool.root())?;
        spool.settled(new.recording);
        Ok(writer)
    }

    /// Goes on with a recording that a crash left open: what was durable is there, and a new epoch
    /// may begin.
    ///
    /// # Errors
    /// There is no such recording, it has ended, its manifest is damaged beyond its last line, or
    /// it was begun with another signing key.
    pub fn resume(spool: &Spool, recording: Uuid) -> Result<Self, SpoolFault> {
        let folder = spool.folder(recording);
        if !folder.is_dir() {
            return Err(SpoolFault::Unknown(recording));
        }
        let settled = resume::settle(&folder, recording);
        if matches!(settled, Err(SpoolFault::Damaged { .. })) {
            // Nothing more can be mended here; what there is goes to the store as it is.
            spool.settled(recording);
        }
        let Settled { manifest, found, damaged, .. } = settled?;
        let begin = manifest.begin.clone().ok_or(SpoolFault::Unknown(recording))?;
        if begin.signer != spool.signer().public() {
            spool.settled(recording);
            return Err(SpoolFault::OtherSigner(recording));
        }
        let whole = u64::try_from(manifest.whole_bytes()).unwrap_or(u64::MAX);
        if manifest.end.is_some() {
            // What follows the end is the beginning of a line that was never whole.
            disk::Growing::open(&folder.join(MANIFEST), whole)?;
            spool.settled(recording);
            return Err(SpoolFault::Ended(recording));
        }
        let summary = manifest.summary();
        let mut writer = Self {
            spool: spool.clone(),
            manifest: disk::Growing::open(&folder.join(MANIFEST), whole)?,
            sealer: resume::sealer(&folder, &begin)?,
            folder,
            begin,
            chain: manifest.chain(),
            totals: Totals {
                parts: summary.parts,
                bytes: summary.bytes,
                epochs: summary.epochs,
                duration_ms: summary.duration_ms,
                missing_ms: summary.missing_ms,
            },
            missing: None,
            next: None,
            next_epoch: manifest
                .parts
                .iter()
                .map(|part| part.epoch.saturating_add(1))
                .max()
                .unwrap_or_default(),
            unplaced: Vec::new(),
            ended: false,
        };
        for part in found {
            writer.count(&part);
            writer.add(&[Entry::Part(part)])?;
        }
        for part in damaged {
            let gap = Gap { from_ms: part.from_ms, to_ms: part.to_ms, why: Why::Damaged };
            writer.add(&[Entry::Gap(gap)])?;
        }
        spool.settled(recording);
        let from_ms = writer.totals.duration_ms;
        writer.missing = Some(Missing { from_ms, to_ms: None, why: Why::Restarted });
        Ok(writer)
    }

    /// How it began.
    #[must_use]
    pub const fn recording(&self) -> &Begin {
        &self.begin
    }

    /// The epoch that may begin next.
    #[must_use]
    pub const fn next_epoch(&self) -> u32 {
        self.next_epoch
    }

    /// Where the last part ends. What comes next must not begin before it, also when the clock of
    /// the machine was set back.
    #[must_use]
    pub const fn at_ms(&self) -> u64 {
        self.totals.duration_ms
    }

    /// Seals a part and puts it on the disk. One that cannot be written is lost, and the manifest
    /// says so with the next line it takes; the caller is told at once.
    ///
    /// # Errors
    /// The spool is full, the disk fails, or the part comes out of order.
    pub fn write(&mut self, part: PlainPart) -> Result<Durable, SpoolFault> {
        self.try_write(&part).inspect_err(|fault| {
            self.miss(part.from_ms, part.to_ms, fault.why());
        })
    }

    /// Says that media is missing for another reason, such as a recorder that did not keep up.
    pub fn miss(&mut self, from_ms: u64, to_ms: u64, why: Why) {
        let missing = self.missing.get_or_insert(Missing { from_ms, to_ms: Some(to_ms), why });
        missing.from_ms = missing.from_ms.min(from_ms);
        missing.to_ms = Some(missing.to_ms.unwrap_or_default().max(to_ms));
    }

    fn try_write(&mut self, part: &PlainPart) -> Result<Durable, SpoolFault> {
        let PlainPart { epoch, n, .. } = *part;
        if self.ended {
            return Err(SpoolFault::Ended(self.begin.recording));
        }
        match self.next {
            // An epoch begins with its first part.
            _ if epoch >= self.next_epoch && n == 0 => {}
            Some((running, next)) if running == epoch && n >= next => {}
            _ if epoch >= self.next_epoch => return Err(SpoolFault::Headless { epoch }),
            Some(_) | None => return Err(SpoolFault::Order { epoch, n }),
        }
        let sealer = self.sealer.as_ref().ok_or(SpoolFault::Unknown(self.begin.recording))?;
        let sealed = sealer.seal(&part.plain)?;
        let bytes = u64::try_from(sealed.len()).unwrap_or(u64::MAX);
        let line = Part {
            epoch,
            n,
            from_ms: part.from_ms,
            to_ms: part.to_ms,
            object: object::part(epoch, n, self.begin.suite),
            len: bytes,
            sha256: hash::hex(&hash::sha256(&sealed)),
            last: part.last_of_epoch,
            missing_ms: part.missing_ms,
            found: false,
        };
        self.spool.take(bytes)?;
        if let Err(fault) = self.put(&sealed, &line) {
            self.spool.freed(bytes);
            return Err(fault);
        }
        self.count(&line);
        self.next = Some((epoch, n.saturating_add(1)));
        Ok(Durable { epoch, n, turn: part.turn, object: line.object, bytes })
    }

    /// Sealed bytes beside their place, their line, and then to their place.
    fn put(&mut self, sealed: &[u8], line: &Part) -> Result<(), SpoolFault> {
        disk::write_beside(&self.folder, &line.object, sealed)?;
        let gap = self.missing.map(|missing| missing.gap(line.from_ms));
        let entries: Vec<Entry> =
            gap.into_iter().map(Entry::Gap).chain([Entry::Part(line.clone())]).collect();
        if let Err(fault) = self.add(&entries) {
            // Without a line it would be removed at the next start.
            let _gone = std::fs::remove_file(disk::beside(&self.folder, &line.object));
            return Err(fault);
        }
        self.missing = None;
        // From here on the part is durable: if the move fails, it is made later, or by the next
        // start.
        self.unplaced.push(line.object.clone());
        let _later = self.place();
        Ok(())
    }

    fn place(&mut self) -> Result<(), SpoolFault> {
        while let Some(name) = self.unplaced.last() {
            disk::place(&self.folder, name)?;
            self.unplaced.pop();
        }
        Ok(())
    }

    /// Ends the recording: its manifest is closed.
    ///
    /// # Errors
    /// The disk fails; the recording stays open and may be ended again.
    pub fn end(&mut self, aborted: bool) -> Result<Summary, SpoolFault> {
        if self.ended {
            return Err(SpoolFault::Ended(self.begin.recording));
        }
        self.place()?;
        // How much is missing at the end of an aborted recording is not known: `aborted` says so.
        let open = |missing: &Missing| missing.to_ms.is_none() && aborted;
        let gap = self.missing.filter(|missing| !open(missing));
        let gap = gap.map(|missing| missing.gap(self.totals.duration_ms));
        let lost = gap.as_ref().map_or(0, |gap| gap.to_ms.saturating_sub(gap.from_ms));
        let end = End {
            aborted,
            parts: self.totals.parts,
            bytes: self.totals.bytes,
            epochs: self.totals.epochs,
            duration_ms: self.totals.duration_ms,
            missing_ms: self.totals.missing_ms.saturating_add(lost),
        };
        let entries: Vec<Entry> =
            gap.into_iter().map(Entry::Gap).chain([Entry::End(end.clone())]).collect();
        self.add(&entries)?;
        self.ended = true;
        Ok(Summary {
            parts: end.parts,
            bytes: end.bytes,
            epochs: end.epochs,
            duration_ms: end.duration_ms,
            head: self.chain.head().to_owned(),
            signer: self.begin.signer.clone(),
            aborted,
            missing_ms: end.missing_ms,
        })
    }

    /// Adds lines to the manifest, all or none.
    fn add(&mut self, entries: &[Entry]) -> Result<(), SpoolFault> {
        let mut chain = self.chain.clone();
        let lines: String =
            entries.iter().map(|entry| chain.add(entry.clone(), self.spool.signer())).collect();
        self.manifest.add(&lines)?;
        self.chain = chain;
        for entry in entries {
            if let Entry::Gap(gap) = entry {
                let missing = gap.to_ms.saturating_sub(gap.from_ms);
                self.totals.missing_ms = self.totals.missing_ms.saturating_add(missing);
            }
        }
        Ok(())
    }

    fn count(&mut self, part: &Part) {
        let totals = &mut self.totals;
        totals.parts = totals.parts.saturating_add(1);
        totals.bytes = totals.bytes.saturating_add(part.len);
        totals.duration_ms = totals.duration_ms.max(part.to_ms);
        totals.missing_ms = totals.missing_ms.saturating_add(part.missing_ms);
        if part.epoch >= self.next_epoch {
            totals.epochs = totals.epochs.saturating_add(1);
            self.next_epoch = part.epoch.saturating_add(1);
        }
    }

    /// Its folder in the spool.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Missing {
    /// As a line, when media comes again at this moment.
    fn gap(self, again_ms: u64) -> Gap {
        let to_ms = self.to_ms.unwrap_or(again_ms).max(self.from_ms);
        Gap { from_ms: self.from_ms, to_ms, why: self.why }
    }
}
