//! What the answer to an offer agreed on, as far as media is concerned.
//!
//! In: our own answer. Out: lines, payload types, extensions, streams by the names they have on
//! the wire.
//! Never: reads the client's text.

use super::streams::{Carries, Place};
use crate::answer::{self, AnswerLine, Ours};
use crate::packet::{Codec, Layer, LineId};
use bedside_rtp::header::{Elements, Extension, ExtensionMap};
use bedside_sfu_api::Kind;

/// Most simulcast layers of a line.
const LAYERS_MAX: usize = 3;

/// A media line of the offer.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    mid: String,
    /// Audio or video.
    pub(crate) kind: Kind,
    /// The client sends on it.
    pub(crate) sends: bool,
    /// The client receives on it.
    pub(crate) receives: bool,
    /// Simulcast layers, lowest first; empty without simulcast.
    rids: Vec<String>,
    /// The stream that we send on it.
    pub(super) ours: Option<OurStream>,
}

/// A stream of ours.
#[derive(Debug, Clone)]
pub(super) struct OurStream {
    pub(super) ssrc: u32,
    /// The stream of its retransmissions.
    pub(super) repairs: Option<u32>,
    pub(super) cname: String,
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

    fn layer(&self, rid: Option<&[u8]>) -> Option<Layer> {
        let index = match rid {
            Some(rid) => self.rids.iter().position(|known| known.as_bytes() == rid)?,
            None => 0,
        };
        u8::try_from(index).ok().map(Layer)
    }
}

impl From<AnswerLine<'_>> for Line {
    fn from(line: AnswerLine<'_>) -> Self {
        let ours = |Ours { ssrc, repairs, cname }: Ours<'_>| OurStream {
            ssrc,
            repairs,
            cname: cname.to_owned(),
        };
        Self {
            mid: line.mid.to_owned(),
            kind: line.kind,
            sends: line.sends,
            receives: line.receives,
            rids: line.rids.into_iter().take(LAYERS_MAX).map(str::to_owned).collect(),
            ours: line.ours.map(ours),
        }
    }
}

/// The agreement of one connection.
#[derive(Debug)]
pub(super) struct Agreement {
    pub(super) lines: Vec<Line>,
    pub(super) extensions: ExtensionMap,
    codecs: Vec<(Codec, u8)>,
    red: Option<u8>,
    /// Which payload type repeats which.
    repairs: Vec<(u8, u8)>,
}

impl Agreement {
    pub(super) fn read(answer: &str) -> Self {
        let mut extensions = ExtensionMap::default();
        for (id, name) in answer::extensions(answer) {
            if let Some(extension) = Extension::from_uri(name) {
                extensions.set(extension, id);
            }
        }
        let named = answer::payload_types(answer);
        let codec = |(number, name): &(u8, &str)| Some((Codec::named(name)?, *number));
        Self {
            lines: answer::lines(answer).into_iter().map(Line::from).collect(),
            extensions,
            codecs: named.iter().filter_map(codec).collect(),
            red: named.iter().find(|(_, name)| *name == "red").map(|(number, _)| *number),
            repairs: answer::repairs(answer),
        }
    }

    /// What the client calls a codec.
    pub(super) fn payload_type(&self, codec: Codec) -> Option<u8> {
        self.codecs.iter().find(|(ours, _)| *ours == codec).map(|(_, number)| *number)
    }

    /// What the client calls RED.
    pub(super) const fn red(&self) -> Option<u8> {
        self.red
    }

    /// What the client calls retransmissions of a payload type.
    pub(super) fn repair_of(&self, payload_type: u8) -> Option<u8> {
        self.repairs.iter().find(|(_, of)| *of == payload_type).map(|(repair, _)| *repair)
    }

    /// What a payload type stands for, and whether it is RED.
    pub(super) fn carries(&self, payload_type: u8) -> Option<(Carries, bool)> {
        if let Some((_, repeated)) = self.repairs.iter().find(|(repair, _)| *repair == payload_type)
        {
            let codec = self.codec(*repeated)?;
            return Some((Carries { codec, repairs: true }, false));
        }
        let red = self.red == Some(payload_type);
        let codec = self.codec(payload_type).or(red.then_some(Codec::Opus))?;
        Some((Carries { codec, repairs: false }, red))
    }

    fn codec(&self, payload_type: u8) -> Option<Codec> {
        self.codecs.iter().find(|(_, number)| *number == payload_type).map(|(codec, _)| *codec)
    }

    /// The line and layer that a packet says it is of.
    pub(super) fn place(&self, elements: &Elements<'_>) -> Option<Place> {
        let mid = elements.mid?;
        let index = self.lines.iter().position(|line| line.mid.as_bytes() == mid)?;
        let layer = self.lines.get(index)?.layer(elements.rid.or(elements.repaired_rid))?;
        Some(Place { line: LineId(u8::try_from(index).ok()?), layer })
    }
}
