//! One part, opened and read.
//!
//! In: a part's line and sealed bytes. Out: what is in it, and what is wrong with it.
//! Never: uses a part that is bound to another place.

use super::Recording;
use super::warning::{PartName, Warning};
use crate::binding::{self, Misbound};
use crate::hash;
use crate::manifest::Part;
use crate::matroska::Track;
use crate::matroska::read::{Item, items};
use crate::part::Binding;
use crate::seal::OpenRefusal;
use crate::take::Frame;
use crate::take::note::{EVENTS, Happened, PEOPLE, PersonNote, TrackName};
use bedside_sfu_api::{Codec, ParticipantId, Source};
use bedside_signaling_api::recorder::Labelled;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What an epoch's first part says.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Its tracks, by their number in it.
    pub track_by_number: BTreeMap<u8, (TrackName, Track)>,
    /// Who is in it.
    pub people: Vec<Labelled>,
}

/// What is in a part.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Where it says that it begins.
    pub(crate) from_ms: u64,
    /// What it says of its epoch, if it is the first one.
    pub(crate) head: Head,
    /// Its frames, by number of their track.
    pub(crate) frames: Vec<Numbered>,
    /// What happened.
    pub(crate) happened: Vec<Happened>,
    /// Whether nothing is cut off.
    pub(crate) whole: bool,
}

/// A frame of a track.
#[derive(Debug)]
pub(crate) struct Numbered {
    pub(crate) track: u8,
    pub(crate) at_ms: u64,
    pub(crate) key: bool,
    pub(crate) data: Vec<u8>,
}

impl Numbered {
    /// The frame, with whose it is.
    pub(crate) fn named(self, track: TrackName, codec: Codec) -> Frame {
        let Self { at_ms, key, data, .. } = self;
        Frame { track: (track.0, track.1), codec, at_ms, key, data }
    }
}

/// Opens and reads a part. What is wrong with it joins the warnings.
pub(crate) fn read(
    recording: &Recording,
    part: &Part,
    warnings: &mut Vec<Warning>,
) -> Option<Read> {
    let name = PartName { epoch: part.epoch, n: part.n };
    let sealed = match recording.objects.read(&part.object) {
        Ok(Some(sealed)) => sealed,
        Ok(None) => {
            let (from_ms, to_ms) = (part.from_ms, part.to_ms);
            warnings.push(Warning::Missing { part: name, from_ms, to_ms });
            return None;
        }
        Err(_) => {
            warnings.push(Warning::Unread(name));
            return None;
        }
    };
    let is_cut = u64::try_from(sealed.len()).is_ok_and(|len| len < part.len);
    if !part.sha256.is_empty() && hash::hex(&hash::sha256(&sealed)) != part.sha256 && !is_cut {
        warnings.push(Warning::Changed(name));
    }
    let opened = match recording.opener.open(&sealed) {
        Ok(opened) => opened,
        Err(OpenRefusal::OtherKey | OpenRefusal::Header) => {
            warnings.push(Warning::Sealed(name));
            return None;
        }
    };
    let Some(bound) = binding::find(&opened.plain) else {
        // A part that is cut before the place where it says so is nobody's attack.
        let cut = Warning::Cut { part: name, to_ms: part.to_ms };
        warnings.push(if opened.whole { Warning::Unbound(name) } else { cut });
        return None;
    };
    if let Some(wrong) = misbound(recording, &bound, part) {
        warnings.push(Warning::Foreign { part: name, wrong });
        return None;
    }
    let mut read = inside(&opened.plain);
    read.from_ms = bound.from_ms;
    read.whole &= opened.whole;
    if !read.whole {
        warnings.push(Warning::Cut { part: name, to_ms: part.to_ms });
    }
    Some(read)
}

fn misbound(recording: &Recording, bound: &Binding, part: &Part) -> Option<Misbound> {
    match &recording.manifest().begin {
        Some(begin) => binding::misbound(bound, begin, part),
        // Nothing but its own name says where it belongs.
        None => {
            let (epoch, n) = (bound.epoch, bound.n);
            ((epoch, n) != (part.epoch, part.n)).then_some(Misbound::Place { epoch, n })
        }
    }
}

/// What is in a part's plaintext.
fn inside(plain: &[u8]) -> Read {
    let mut read = Read::default();
    let mut found = items(plain);
    for item in found.by_ref() {
        match item {
            Item::Date(_) => {}
            Item::Track(track) => {
                if let Some(name) = name(&track.name) {
                    read.head.track_by_number.insert(track.number, (name, track));
                }
            }
            Item::Tag { name, text } => tag(&mut read, name, text),
            Item::Block(block) => read.frames.push(Numbered {
                track: block.track,
                at_ms: block.at_ms,
                key: block.key,
                data: block.data.to_vec(),
            }),
        }
    }
    read.whole = found.is_whole();
    // A film's tracks are nobody's, so nobody is named; it is shown as one person's would be.
    if read.head.people.is_empty()
        && read.head.track_by_number.values().any(|(name, _)| is_film(*name))
    {
        read.head.people.push(Labelled { participant: Uuid::nil(), label: String::new() });
    }
    read
}

fn tag(read: &mut Read, name: &str, text: &str) {
    if name == PEOPLE {
        let people: Vec<PersonNote> = serde_json::from_str(text).unwrap_or_default();
        let labelled = |PersonNote { participant, label }| Labelled { participant, label };
        read.head.people.extend(people.into_iter().map(labelled));
    } else if name == EVENTS {
        let happened: Vec<Happened> = serde_json::from_str(text).unwrap_or_default();
        read.happened.extend(happened);
    }
}

/// Whose track it is. A film that was mixed in the visit is nobody's.
fn name(text: &str) -> Option<TrackName> {
    let film = text.strip_prefix("film/").map(|kind| match kind {
        "sound" | "microphone" => Source::Microphone,
        _ => Source::Camera,
    });
    film.map(|source| TrackName(ParticipantId(Uuid::nil()), source)).or_else(|| text.parse().ok())
}

fn is_film(name: TrackName) -> bool {
    name.0 == ParticipantId(Uuid::nil())
}
