//! A media section of an offer (RFC 8829 section 5.2.1).
//!
//! In: its lines. Out: its name, kind, directions, layers, streams, and what of it we can speak.
//! Never: judges one section by another.

use super::formats::{Formats, Offered};
use super::{BadOffer, is_name};
use crate::packet::LAYERS_MAX;
use bedside_rtp::header::{Extension, ExtensionMap};
use bedside_sfu_api::Kind;
use smallvec::SmallVec;

/// Numbers of header extensions that fit into each form of them (RFC 8285 section 4.2).
const EXTENSION_IDS: std::ops::RangeInclusive<u8> = 1..=14;

/// A stream that the client says it sends (RFC 5576), and the one that repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TheirStream {
    pub(crate) ssrc: u32,
    pub(crate) repairs: Option<u32>,
}

/// A media section.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    /// What stands behind `m=`: the medium, the protocol, the formats.
    pub(crate) medium: &'a str,
    pub(crate) protocol: &'a str,
    pub(crate) list: &'a str,
    /// Whether it is of a kind that we speak.
    pub(crate) kind: Option<Kind>,
    /// The client has given it up.
    pub(crate) off: bool,
    /// `a=mid`.
    pub(crate) mid: &'a str,
    /// The client sends on it, receives on it.
    pub(crate) sends: bool,
    pub(crate) receives: bool,
    pub(crate) extensions: ExtensionMap,
    /// Simulcast layers that the client sends, lowest first (RFC 8853).
    pub(crate) rids: SmallVec<[&'a str; LAYERS_MAX]>,
    pub(crate) stream: Option<TheirStream>,
    /// What of it we can speak; what we like best comes first.
    pub(crate) codecs: SmallVec<[Offered; 2]>,
}

impl<'a> Section<'a> {
    /// Begins with what stands behind `m=`.
    pub(super) fn new(description: &'a str) -> Option<Self> {
        let mut words = description.splitn(4, ' ');
        let (medium, port, protocol) = (words.next()?, words.next()?, words.next()?);
        let kind = match medium {
            "audio" => Some(Kind::Audio),
            "video" => Some(Kind::Video),
            _ => None,
        };
        Some(Self {
            medium,
            protocol,
            list: words.next()?,
            kind: kind.filter(|_| protocol == "UDP/TLS/RTP/SAVPF"),
            off: port.parse::<u16>().ok()? == 0,
            mid: "",
            sends: true,
            receives: true,
            extensions: ExtensionMap::default(),
            rids: SmallVec::new(),
            stream: None,
            codecs: SmallVec::new(),
        })
    }

    /// Takes an attribute; one that means nothing to us is left out.
    pub(super) fn take(
        &mut self,
        attribute: &'a str,
        formats: &mut Formats<'a>,
    ) -> Result<(), BadOffer> {
        let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
        match name {
            "mid" if self.mid.is_empty() && is_name(value) => self.mid = value,
            "mid" => return Err(BadOffer::Name),
            "sendonly" => (self.sends, self.receives) = (true, false),
            "recvonly" => (self.sends, self.receives) = (false, true),
            "inactive" => (self.sends, self.receives) = (false, false),
            "rtpmap" => formats.name(value)?,
            "fmtp" => formats.describe(value),
            "rtcp-fb" => formats.allow(value),
            "extmap" => self.extend(value),
            "simulcast" => self.layer(value),
            "ssrc" => self.stream(value),
            "ssrc-group" => self.group(value),
            _ => {}
        }
        Ok(())
    }

    /// All lines are read.
    pub(super) fn finish(&mut self, formats: &Formats<'a>) -> Result<(), BadOffer> {
        if let Some(kind) = self.kind {
            self.codecs = formats.offered(kind, self.list)?;
        }
        if self.kind != Some(Kind::Video) || !self.sends {
            self.rids.clear();
        }
        // A layer's packets say of which layer they are; streams do not come in their order.
        if !self.sends || !self.rids.is_empty() {
            self.stream = None;
        }
        Ok(())
    }

    /// A header extension: its number, perhaps a direction, its name.
    fn extend(&mut self, value: &str) {
        let mut words = value.split(' ');
        let (Some(number), Some(uri)) = (words.next(), words.next()) else { return };
        let number = number.split('/').next().and_then(|number| number.parse().ok());
        let extension = Extension::from_uri(uri).filter(|extension| match self.kind {
            Some(Kind::Audio) => *extension != Extension::Orientation,
            Some(Kind::Video) => *extension != Extension::AudioLevel,
            None => false,
        });
        let number = number.filter(|number| EXTENSION_IDS.contains(number));
        if let (Some(extension), Some(number)) = (extension, number) {
            self.extensions.set(extension, number);
        }
    }

    /// The layers that the client offers to send, lowest first. Of alternatives it means the first;
    /// one that rests for now is one like the others.
    fn layer(&mut self, value: &'a str) {
        let mut words = value.split(' ').skip_while(|word| *word != "send").skip(1);
        let Some(list) = words.next() else { return };
        let names = list.split(';').filter_map(|layer| layer.split(',').next());
        let names = names.map(|name| name.strip_prefix('~').unwrap_or(name));
        self.rids = names.filter(|name| is_name(name)).take(LAYERS_MAX).collect();
    }

    /// The first of the client's streams.
    fn stream(&mut self, value: &str) {
        if self.stream.is_none() {
            let ssrc = value.split(' ').next().and_then(|ssrc| ssrc.parse().ok());
            self.stream = ssrc.map(|ssrc| TheirStream { ssrc, repairs: None });
        }
    }

    /// The stream that repeats the first (RFC 4588).
    fn group(&mut self, value: &str) {
        let mut words = value.split(' ');
        if words.next() != Some("FID") {
            return;
        }
        let mut ssrc = || words.next().and_then(|ssrc| ssrc.parse().ok());
        let first = ssrc().filter(|first| self.stream.is_none_or(|known| known.ssrc == *first));
        if let Some(first) = first {
            self.stream = Some(TheirStream { ssrc: first, repairs: ssrc() });
        }
    }
}
