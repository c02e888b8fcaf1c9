//! Header extensions (RFC 8285), in their form of one byte and of two.
//!
//! In: the bytes of the extensions and what their numbers were negotiated to mean, or values. Out:
//! the values by name, or bytes.
//! Never: sends what was not negotiated.

use crate::bytes::u16_at;
use ::bytes::{BufMut as _, BytesMut};

/// Profile of one-byte heads, and of two-byte heads without their four free bits.
const ONE_BYTE: u16 = 0xbede;
const TWO_BYTE: u16 = 0x1000;
/// Highest number, and most bytes, of an element with a one-byte head.
const ONE_BYTE_ID_MAX: u8 = 14;
const ONE_BYTE_LENGTH_MAX: usize = 16;

/// What an extension can mean here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// The media line (RFC 9143).
    Mid,
    /// The simulcast layer (RFC 8852).
    Rid,
    /// The layer that a retransmission repeats.
    RepairedRid,
    /// How loud it is (RFC 6464).
    AudioLevel,
    /// The number that transport-wide feedback speaks of.
    Transport,
    /// When it left, by the sender's clock; read by nobody here.
    AbsSendTime,
    /// How the camera is turned (3GPP TS 26.114).
    Orientation,
}

impl Extension {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::Mid,
        Self::Rid,
        Self::RepairedRid,
        Self::AudioLevel,
        Self::Transport,
        Self::AbsSendTime,
        Self::Orientation,
    ];

    /// Its name in a session description.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Mid => "urn:ietf:params:rtp-hdrext:sdes:mid",
            Self::Rid => "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            Self::RepairedRid => "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            Self::AudioLevel => "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            Self::Transport => {
                "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
            }
            Self::AbsSendTime => "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            Self::Orientation => "urn:3gpp:video-orientation",
        }
    }

    /// The extension of that name.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extension| extension.uri() == uri)
    }
}

/// Which number stands for which extension, as negotiated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExtensionMap {
    /// By the place in `Extension::ALL`; zero stands for nothing.
    ids: [u8; Extension::ALL.len()],
}

impl ExtensionMap {
    /// A number is to mean an extension; zero takes it out. What it meant before is forgotten.
    pub fn set(&mut self, extension: Extension, id: u8) {
        for (slot, known) in self.ids.iter_mut().zip(Extension::ALL) {
            if known == extension {
                *slot = id;
            } else if *slot == id {
                *slot = 0;
            }
        }
    }

    /// The number of an extension, if it was negotiated.
    #[must_use]
    pub fn id(&self, extension: Extension) -> Option<u8> {
        self.ids.get(extension as usize).copied().filter(|id| *id != 0)
    }

    fn extension(&self, id: u8) -> Option<Extension> {
        let place = self.ids.iter().position(|known| *known == id)?;
        Extension::ALL.get(place).copied()
    }

    /// The values of a packet's extensions.
    #[must_use]
    pub fn read<'a>(&self, extensions: Extensions<'a>) -> Elements<'a> {
        let mut elements = Elements::default();
        for (id, bytes) in extensions {
            match (self.extension(id), bytes) {
                (Some(Extension::Mid), bytes) => elements.mid = Some(bytes),
                (Some(Extension::Rid), bytes) => elements.rid = Some(bytes),
                (Some(Extension::RepairedRid), bytes) => elements.repaired_rid = Some(bytes),
                (Some(Extension::AudioLevel), [byte, ..]) => {
                    elements.audio_level = Some(AudioLevel::from_byte(*byte));
                }
                (Some(Extension::Transport), bytes) => elements.transport = u16_at(bytes, 0),
                (Some(Extension::Orientation), [byte, ..]) => elements.orientation = Some(*byte),
                (
                    Some(Extension::AudioLevel | Extension::AbsSendTime | Extension::Orientation)
                    | None,
                    _,
                ) => {}
            }
        }
        elements
    }
}

/// How loud a packet's sound is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AudioLevel {
    /// dBov, 0 is the loudest and −127 is silence.
    pub dbov: i8,
    /// Whether the sender hears a voice in it.
    pub voice: bool,
}

impl AudioLevel {
    const fn from_byte(byte: u8) -> Self {
        Self { dbov: -(byte & 0x7f).cast_signed(), voice: byte & 0x80 != 0 }
    }

    fn to_byte(self) -> u8 {
        self.dbov.unsigned_abs().min(127) | if self.voice { 0x80 } else { 0 }
    }
}

/// The values of one packet's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Elements<'a> {
    /// The media line.
    pub mid: Option<&'a [u8]>,
    /// The simulcast layer.
    pub rid: Option<&'a [u8]>,
    /// The simulcast layer that a retransmission repeats.
    pub repaired_rid: Option<&'a [u8]>,
    /// How loud it is.
    pub audio_level: Option<AudioLevel>,
    /// Its number among all packets of the association.
    pub transport: Option<u16>,
    /// How the camera is turned, as it is on the wire.
    pub orientation: Option<u8>,
}

/// The elements of a packet, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extensions<'a> {
    two_bytes: bool,
    rest: &'a [u8],
}

impl<'a> Extensions<'a> {
    pub(super) const fn new(profile: u16, bytes: &'a [u8]) -> Self {
        match profile {
            ONE_BYTE => Self { two_bytes: false, rest: bytes },
            _ if profile & 0xfff0 == TWO_BYTE => Self { two_bytes: true, rest: bytes },
            _ => Self { two_bytes: false, rest: &[] },
        }
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (&head, rest) = self.rest.split_first()?;
            self.rest = rest;
            if head == 0 {
                continue;
            }
            let (id, length) = if self.two_bytes {
                let (&length, rest) = self.rest.split_first()?;
                self.rest = rest;
                (head, usize::from(length))
            } else {
                (head >> 4, usize::from(head & 0x0f) + 1)
            };
            let whole = self.rest.split_at_checked(length);
            let ends = !self.two_bytes && (id == 15 || id == 0);
            let Some((bytes, rest)) = whole.filter(|_| !ends) else {
                self.rest = &[];
                return None;
            };
            self.rest = rest;
            return Some((id, bytes));
        }
    }
}

/// Appends the negotiated elements. Whether there were any.
pub(super) fn write(out: &mut BytesMut, map: &ExtensionMap, elements: &Elements<'_>) -> bool {
    let transport = elements.transport.map(u16::to_be_bytes);
    let level = elements.audio_level.map(|level| [level.to_byte()]);
    let orientation = elements.orientation.map(|byte| [byte]);
    let values: [(Extension, Option<&[u8]>); 6] = [
        (Extension::Transport, transport.as_ref().map(|bytes| bytes.as_slice())),
        (Extension::AudioLevel, level.as_ref().map(|bytes| bytes.as_slice())),
        (Extension::Orientation, orientation.as_ref().map(|bytes| bytes.as_slice())),
        (Extension::Mid, elements.mid),
        (Extension::Rid, elements.rid),
        (Extension::RepairedRid, elements.repaired_rid),
    ];
    let sent = values.into_iter().filter_map(|(extension, bytes)| {
        let bytes = bytes.filter(|bytes| !bytes.is_empty())?;
        Some((map.id(extension)?, u8::try_from(bytes.len()).ok()?, bytes))
    });
    let (mut any, mut two_bytes) = (false, false);
    for (id, _, bytes) in sent.clone() {
        any = true;
        two_bytes |= id > ONE_BYTE_ID_MAX || bytes.len() > ONE_BYTE_LENGTH_MAX;
    }
    if !any {
        return false;
    }
    let [high, low] = if two_bytes { TWO_BYTE } else { ONE_BYTE }.to_be_bytes();
    out.extend_from_slice(&[high, low, 0, 0]);
    let start = out.len();
    for (id, length, bytes) in sent {
        if two_bytes {
            out.extend_from_slice(&[id, length]);
        } else {
            out.put_u8(id << 4 | (length - 1));
        }
        out.extend_from_slice(bytes);
    }
    while !(out.len() - start).is_multiple_of(4) {
        out.put_u8(0);
    }
    // Six elements of at most 257 bytes.
    let words = u16::try_from((out.len() - start) / 4).unwrap_or(u16::MAX);
    if let Some(place) = out.get_mut(start - 2..start) {
        place.copy_from_slice(&words.to_be_bytes());
    }
    true
}
