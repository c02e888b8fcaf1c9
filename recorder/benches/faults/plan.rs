//! What happens in a run: which fault, when, to how many recordings.
//!
//! In: a seed. Out: the same plan each time.
//! Never: does anything.

use bedside_config::SealingSuite;
use bedside_recorder::spool::Bounds;
use fastrand::Rng;

/// The main fault of a run; each run is killed besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Killed, and nothing else.
    Kill,
    /// The spool may take a few parts only, and the store takes none for a while.
    DiskFull,
    /// The store is away for a while.
    StoreDown,
    /// What was being written when it was killed is torn, as when the power fails.
    Torn,
    /// Killed again and again, and gone on with in another order.
    Restarts,
}

impl Kind {
    const ALL: [Self; 5] =
        [Self::Kill, Self::DiskFull, Self::StoreDown, Self::Torn, Self::Restarts];

    /// Its name in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::DiskFull => "disk_full",
            Self::StoreDown => "store_down",
            Self::Torn => "torn_write",
            Self::Restarts => "reordered_restart",
        }
    }
}

/// A run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) kind: Kind,
    pub(crate) suite: SealingSuite,
    pub(crate) shreddable: bool,
    /// How many recordings are made at once.
    pub(crate) recordings: u8,
    /// How often it is started, and killed.
    pub(crate) rounds: u8,
    /// What the spool may take, in bytes.
    pub(crate) spool_bytes: u64,
    /// How large its disk is, in kilobytes, if it has a small one of its own.
    pub(crate) disk_kilobytes: Option<u32>,
}

impl Plan {
    /// The plan of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let kind = rng.choice(Kind::ALL).unwrap_or(Kind::Kill);
        let gcm = rng.u8(0..4) == 0;
        Self {
            seed,
            kind,
            suite: if gcm { SealingSuite::Aes256Gcm } else { SealingSuite::Age },
            shreddable: rng.u8(0..4) == 0,
            recordings: rng.u8(1..=3),
            rounds: if kind == Kind::Restarts { rng.u8(3..=5) } else { rng.u8(1..=2) },
            spool_bytes: if kind == Kind::DiskFull { rng.u64(20_000..200_000) } else { u64::MAX },
            disk_kilobytes: (kind == Kind::DiskFull && rng.bool()).then(|| rng.u32(48..160)),
        }
    }

    /// The same as the spool is told.
    pub(crate) const fn bounds(&self) -> Bounds {
        Bounds { bytes_max: self.spool_bytes, floor_bytes: 0 }
    }

    /// Chance of one round, the same in the one who kills and the one who is killed.
    pub(crate) fn rng(&self, round: u8) -> Rng {
        Rng::with_seed(self.seed.wrapping_mul(31).wrapping_add(u64::from(round)))
    }
}
