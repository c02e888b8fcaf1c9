//! What an offer and our answer to it agree on.
//!
//! In: the offer. Out: lines, payload types, extensions, streams by the names they have on the
//! wire.
//! Never: gives a number another meaning than the first section that has it; all go one way.

use super::offer::{BadOffer, Offer, Offered, Section, TheirStream};
use super::streams::{Carries, Place};
use crate::packet::{Codec, Layer, LineId};
use bedside_rtp::header::{Elements, Extension, ExtensionMap};
use bedside_sfu_api::Kind;
use smallvec::SmallVec;

/// A media line of the offer.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    mid: Box<str>,
    /// Audio or video.
    pub(crate) kind: Kind,
    /// The client sends on it.
    pub(crate) sends: bool,
    /// The client receives on it.
    pub(crate) receives: bool,
    /// Simulcast layers, lowest first; empty without simulcast.
    rids: Box<[Box<str>]>,
    /// The stream that the client sends on it, if its packets do not say of which line they are.
    theirs: Option<TheirStream>,
    /// The stream that we send on it.
    pub(super) ours: Option<OurStream>,
}

/// A stream of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OurStream {
    pub(super) ssrc: u32,
    /// The stream of its retransmissions.
    pub(super) repairs: Option<u32>,
}

impl Line {
    /// How the client calls it (`a=mid`).
    pub(crate) fn mid(&self) -> &str {
        &self.mid
    }

    /// How many layers it carries.
    pub(crate) fn layers(&self) -> usize {
        self.rids.len().max(1)
    }

    /// Their names.
    pub(super) fn rids(&self) -> &[Box<str>] {
        &self.rids
    }

    fn layer(&self, rid: Option<&[u8]>) -> Option<Layer> {
        let index = match rid {
            Some(rid) => self.rids.iter().position(|known| known.as_bytes() == rid)?,
            None => 0,
        };
        u8::try_from(index).ok().map(Layer)
    }
}

/// The agreement of one connection.
#[derive(Debug)]
pub(super) struct Agreement {
    pub(super) lines: Vec<Line>,
    pub(super) extensions: ExtensionMap,
    codecs: SmallVec<[Offered; 3]>,
}

impl Agreement {
    /// What we take of an offer. Our streams are named from `first_name` on.
    pub(super) fn of(offer: &Offer<'_>, first_name: u32) -> Result<Self, BadOffer> {
        let mut agreement = Self {
            lines: Vec::new(),
            extensions: ExtensionMap::default(),
            codecs: SmallVec::new(),
        };
        let live = || offer.sections.iter().filter(|section| !section.off);
        for section in live() {
            agreement.agree(section)?;
        }
        if !live().any(|section| agreement.takes(section)) {
            return Err(BadOffer::Nothing);
        }
        let mut names = first_name..;
        for section in &offer.sections {
            if let Some(kind) = section.kind {
                let line = agreement.line(kind, section, &mut names);
                agreement.lines.push(line);
            }
        }
        Ok(agreement)
    }

    /// Takes what is new in a section.
    fn agree(&mut self, section: &Section<'_>) -> Result<(), BadOffer> {
        for offered in &section.codecs {
            if self.codecs.iter().any(|known| known.codec == offered.codec) {
                continue;
            }
            let numbers = |of: &Offered| [Some(of.number), of.red, of.repair];
            let known = || self.codecs.iter().flat_map(numbers).flatten();
            let clashes = |number: u8| known().any(|known| known == number);
            if numbers(offered).into_iter().flatten().any(clashes) {
                return Err(BadOffer::Formats);
            }
            self.codecs.push(*offered);
        }
        for extension in Extension::ALL {
            let is_new = self.extensions.id(extension).is_none();
            let taken =
                |id: &u8| Extension::ALL.iter().any(|e| self.extensions.id(*e) == Some(*id));
            if let Some(id) = section.extensions.id(extension).filter(|id| is_new && !taken(id)) {
                self.extensions.set(extension, id);
            }
        }
        Ok(())
    }

    fn line(
        &self,
        kind: Kind,
        section: &Section<'_>,
        names: &mut impl Iterator<Item = u32>,
    ) -> Line {
        let takes = self.takes(section);
        let repairs = self.taken(section).any(|codec| codec.repair.is_some());
        let receives = takes && section.receives;
        let ours = receives
            .then(|| names.next())
            .flatten()
            .map(|ssrc| OurStream { ssrc, repairs: repairs.then(|| names.next()).flatten() });
        Line {
            mid: section.mid.into(),
            kind,
            sends: takes && section.sends,
            receives,
            rids: section.rids.iter().map(|rid| Box::from(*rid)).collect(),
            theirs: section.stream.filter(|_| takes),
            ours,
        }
    }

    /// Whether we take anything of a section.
    pub(super) fn takes(&self, section: &Section<'_>) -> bool {
        !section.off && self.taken(section).next().is_some()
    }

    /// The codecs of a section that have the numbers agreed on.
    pub(super) fn taken(&self, section: &Section<'_>) -> impl Iterator<Item = Offered> {
        section.codecs.iter().filter_map(|offered| {
            let is =
                |known: &&Offered| (known.codec, known.number) == (offered.codec, offered.number);
            let known = self.codecs.iter().find(is)?;
            let red = offered.red.filter(|red| known.red == Some(*red));
            let repair = offered.repair.filter(|repair| known.repair == Some(*repair));
            Some(Offered { red, repair, ..*offered })
        })
    }

    /// What the client calls a codec.
    pub(super) fn payload_type(&self, codec: Codec) -> Option<u8> {
        self.codecs.iter().find(|known| known.codec == codec).map(|known| known.number)
    }

    /// What the client calls RED.
    pub(super) fn red(&self) -> Option<u8> {
        self.codecs.iter().find_map(|known| known.red)
    }

    /// What the client calls retransmissions of a payload type.
    pub(super) fn repair_of(&self, payload_type: u8) -> Option<u8> {
        self.codecs.iter().find(|known| known.number == payload_type)?.repair
    }

    /// What a payload type stands for, and whether it is RED.
    pub(super) fn carries(&self, payload_type: u8) -> Option<(Carries, bool)> {
        self.codecs.iter().find_map(|known| {
            let repairs = known.repair == Some(payload_type);
            let red = known.red == Some(payload_type);
            let is_it = repairs || red || known.number == payload_type;
            is_it.then_some((Carries { codec: known.codec, repairs }, red))
        })
    }

    /// The line and layer that a packet says it is of.
    pub(super) fn place(&self, elements: &Elements<'_>) -> Option<Place> {
        let mid = elements.mid?;
        let index = self.lines.iter().position(|line| line.mid.as_bytes() == mid)?;
        let layer = self.lines.get(index)?.layer(elements.rid.or(elements.repaired_rid))?;
        Some(Place { line: LineId(u8::try_from(index).ok()?), layer })
    }

    /// Where the offer has a stream of that name.
    pub(super) fn declared(&self, ssrc: u32) -> Option<Place> {
        let index = self.lines.iter().position(|line| {
            line.theirs.is_some_and(|theirs| theirs.ssrc == ssrc || theirs.repairs == Some(ssrc))
        })?;
        Some(Place { line: LineId(u8::try_from(index).ok()?), layer: Layer(0) })
    }
}
