//! The payload types of a media section, and which of them we speak.
//!
//! In: `a=rtpmap`, `a=fmtp`, `a=rtcp-fb`. Out: codecs with their numbers and feedback.
//! Never: reads a payload type that the section does not list.

use super::BadOffer;
use crate::packet::Codec;
use bedside_sfu_api::Kind;
use smallvec::SmallVec;

/// Payload types have seven bits (RFC 3550).
const NUMBERS: usize = 128;
/// What the receiver may tell or ask for, in the order of our answers (RFC 4585, RFC 5104).
pub(in crate::peer) const FEEDBACK: [&str; 5] =
    ["transport-cc", "goog-remb", "ccm fir", "nack", "nack pli"];

/// What a payload type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Codec(Codec),
    /// Opus, and copies of it (RFC 2198).
    Red,
    /// Repeats of another (RFC 4588).
    Repair,
    /// What we do not speak.
    Other,
}

impl Named {
    fn read(codec: &str) -> Self {
        let is = |known: &str| codec.eq_ignore_ascii_case(known);
        match codec {
            _ if is("opus/48000/2") => Self::Codec(Codec::Opus),
            _ if is("VP8/90000") => Self::Codec(Codec::Vp8),
            _ if is("H264/90000") => Self::Codec(Codec::H264),
            _ if is("red/48000/2") => Self::Red,
            _ if is("rtx/90000") => Self::Repair,
            _ => Self::Other,
        }
    }
}

/// A codec of an offer that we speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::peer) struct Offered {
    pub(in crate::peer) codec: Codec,
    pub(in crate::peer) number: u8,
    /// The number of its copies, of its repeats.
    pub(in crate::peer) red: Option<u8>,
    pub(in crate::peer) repair: Option<u8>,
    /// What feedback it comes with, a bit for each of `FEEDBACK`.
    pub(in crate::peer) feedback: u8,
}

/// What is said of the payload types of one section.
#[derive(Debug)]
pub(super) struct Formats<'a> {
    named: [Option<Named>; NUMBERS],
    parameters: [&'a str; NUMBERS],
    feedback: [u8; NUMBERS],
}

impl Default for Formats<'_> {
    fn default() -> Self {
        Self { named: [None; NUMBERS], parameters: [""; NUMBERS], feedback: [0; NUMBERS] }
    }
}

/// A number, and what is said of it.
fn numbered(value: &str) -> Option<(usize, &str)> {
    let (number, rest) = value.split_once(' ')?;
    Some((number.parse().ok()?, rest))
}

impl<'a> Formats<'a> {
    /// `a=rtpmap`.
    pub(super) fn name(&mut self, value: &str) -> Result<(), BadOffer> {
        let Some((number, codec)) = numbered(value) else { return Ok(()) };
        let Some(named) = self.named.get_mut(number) else { return Ok(()) };
        match named.replace(Named::read(codec)) {
            None => Ok(()),
            Some(_) => Err(BadOffer::Formats),
        }
    }

    /// `a=fmtp`.
    pub(super) fn describe(&mut self, value: &'a str) {
        let Some((number, parameters)) = numbered(value) else { return };
        if let Some(told) = self.parameters.get_mut(number) {
            *told = parameters;
        }
    }

    /// `a=rtcp-fb`; of a star it counts for all.
    pub(super) fn allow(&mut self, value: &str) {
        let Some((number, feedback)) = value.split_once(' ') else { return };
        let bit = FEEDBACK.iter().position(|known| *known == feedback).map_or(0, |at| 1 << at);
        if number == "*" {
            self.feedback.iter_mut().for_each(|bits| *bits |= bit);
        } else if let Some(bits) =
            number.parse().ok().and_then(|at: usize| self.feedback.get_mut(at))
        {
            *bits |= bit;
        }
    }

    fn is(&self, number: u8, named: Named) -> bool {
        self.named.get(usize::from(number)).copied().flatten() == Some(named)
    }

    fn parameters(&self, number: u8) -> &'a str {
        self.parameters.get(usize::from(number)).copied().unwrap_or_default()
    }

    /// The codecs we speak of those that the section lists, what we like best first. Of one codec
    /// it is the first that fits.
    pub(super) fn offered(
        &self,
        kind: Kind,
        list: &str,
    ) -> Result<SmallVec<[Offered; 2]>, BadOffer> {
        let ours: &[Codec] = match kind {
            Kind::Audio => &[Codec::Opus],
            Kind::Video => &[Codec::Vp8, Codec::H264],
        };
        let mut numbers: SmallVec<[u8; 32]> = SmallVec::new();
        for word in list.split(' ').take(NUMBERS) {
            let number = word.parse().ok().filter(|number| usize::from(*number) < NUMBERS);
            numbers.push(number.ok_or(BadOffer::Formats)?);
        }
        let fits = |number: u8, codec: Codec| {
            self.is(number, Named::Codec(codec))
                && (codec != Codec::H264 || is_ours(self.parameters(number)))
        };
        let with = |named: Named, of: u8| {
            let of = |number: u8| match named {
                Named::Red => primary(self.parameters(number)) == Some(of),
                Named::Repair => repeated(self.parameters(number)) == Some(of),
                Named::Codec(_) | Named::Other => false,
            };
            numbers.iter().copied().find(|number| self.is(*number, named) && of(*number))
        };
        let offered = ours.iter().filter_map(|codec| {
            let number = numbers.iter().copied().find(|number| fits(*number, *codec))?;
            let feedback = self.feedback.get(usize::from(number)).copied().unwrap_or_default();
            let (red, repair) = (with(Named::Red, number), with(Named::Repair, number));
            Some(Offered { codec: *codec, number, red, repair, feedback })
        });
        Ok(offered.collect())
    }
}

/// What a packet of copies begins with: `111/111`.
fn primary(parameters: &str) -> Option<u8> {
    parameters.split('/').next()?.parse().ok()
}

/// The value of a parameter.
fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let pairs = parameters.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
}

/// What is repeated: `apt=96`.
fn repeated(parameters: &str) -> Option<u8> {
    parameter(parameters, "apt")?.parse().ok()
}

/// Whether it is H.264 in the one way that every browser has: several units a packet, Constrained
/// Baseline of any level (RFC 6184 section 8.1, table 5).
fn is_ours(parameters: &str) -> bool {
    let profile = parameter(parameters, "profile-level-id").filter(|profile| profile.len() == 6);
    let profile = profile.and_then(|profile| u32::from_str_radix(profile, 16).ok());
    let Some([_, profile, constraints, _]) = profile.map(u32::to_be_bytes) else { return false };
    let is_constrained = match profile {
        0x42 => constraints & 0x4f == 0x40,
        0x4d => constraints & 0x8f == 0x80,
        0x58 => constraints & 0xcf == 0xc0,
        _ => false,
    };
    is_constrained && parameter(parameters, "packetization-mode") == Some("1")
}
