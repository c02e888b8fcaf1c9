//! Reads a client's offer (RFC 8829, RFC 8866).
//!
//! In: its text. Out: who the client is on the wire, and its media sections in their order, with
//! what of them we can speak.
//! Never: keeps anything; all points into the text. It reads each line once, so that a long offer
//! costs as much as its length.

mod formats;
mod section;

use super::handshake::Fingerprint;
use bedside_sfu_api::IceCredentials;
pub(super) use formats::{FEEDBACK, Offered};
pub(super) use section::{Section, TheirStream};

/// Most media sections. Sixteen people need 3 + 15 + 16; twice that is no visit.
const SECTIONS_MAX: usize = 64;
/// Longest name of a section or layer: what fits into a packet's shortest extension (RFC 8285).
const NAME_BYTES_MAX: usize = 16;

/// An offer that cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadOffer {
    #[error("it is no session description")]
    NotSdp,
    #[error("it has no media section, or more than {SECTIONS_MAX}")]
    Sections,
    #[error("nothing in it is anything that we speak")]
    Nothing,
    #[error("a section has no name, or one that others have")]
    Name,
    #[error("a section is not bundled with the others")]
    NotBundled,
    #[error("a payload type means two things")]
    Formats,
    #[error("it has no credentials")]
    NoCredentials,
    #[error("it has no fingerprint of SHA-256")]
    NoFingerprint,
    #[error("the client answers handshakes or checks only, as we do")]
    Passive,
}

/// An offer.
#[derive(Debug)]
pub(super) struct Offer<'a> {
    pub(super) theirs: IceCredentials,
    pub(super) fingerprint: Fingerprint,
    /// Packets with long and with short extensions may be mixed (RFC 8285 section 6).
    pub(super) mixes: bool,
    pub(super) sections: Vec<Section<'a>>,
}

/// What stands at the session or in a section, and counts for all: they share one way.
#[derive(Debug, Clone, Copy, Default)]
struct Transport<'a> {
    ufrag: Option<&'a str>,
    password: Option<&'a str>,
    fingerprint: Option<Fingerprint>,
    setup: Option<&'a str>,
}

impl<'a> Transport<'a> {
    /// Takes the attribute if it is one of these.
    fn take(&mut self, attribute: &'a str) -> bool {
        let Some((name, value)) = attribute.split_once(':') else { return false };
        match name {
            "ice-ufrag" => self.ufrag = self.ufrag.or(Some(value)),
            "ice-pwd" => self.password = self.password.or(Some(value)),
            "setup" => self.setup = self.setup.or(Some(value)),
            "fingerprint" => {
                self.fingerprint = self.fingerprint.or_else(|| Fingerprint::read(value));
            }
            _ => return false,
        }
        true
    }

    /// Those who may be answered.
    fn read(self) -> Result<(IceCredentials, Fingerprint), BadOffer> {
        let (Some(ufrag), Some(password)) = (self.ufrag, self.password) else {
            return Err(BadOffer::NoCredentials);
        };
        if !matches!(self.setup, None | Some("actpass" | "active")) {
            return Err(BadOffer::Passive);
        }
        let theirs = IceCredentials::new(ufrag.to_owned(), password.to_owned());
        let theirs = theirs.ok_or(BadOffer::NoCredentials)?;
        Ok((theirs, self.fingerprint.ok_or(BadOffer::NoFingerprint)?))
    }
}

impl<'a> Offer<'a> {
    /// Reads an offer.
    pub(super) fn read(text: &'a str) -> Result<Self, BadOffer> {
        let mut lines = text.lines();
        if lines.next() != Some("v=0") {
            return Err(BadOffer::NotSdp);
        }
        let (mut transport, mut bundle, mut mixes) = (Transport::default(), "", false);
        let mut sections: Vec<Section<'a>> = Vec::new();
        let mut formats = formats::Formats::default();
        for line in lines {
            if let Some(description) = line.strip_prefix("m=") {
                finish(&mut sections, &mut formats)?;
                if sections.len() == SECTIONS_MAX {
                    return Err(BadOffer::Sections);
                }
                sections.push(Section::new(description).ok_or(BadOffer::NotSdp)?);
                continue;
            }
            let Some(attribute) = line.strip_prefix("a=") else { continue };
            if transport.take(attribute) {
                continue;
            }
            match sections.last_mut() {
                Some(section) => section.take(attribute, &mut formats)?,
                None if attribute == "ice-lite" => return Err(BadOffer::Passive),
                None if attribute == "extmap-allow-mixed" => mixes = true,
                None => bundle = attribute.strip_prefix("group:BUNDLE").unwrap_or(bundle),
            }
        }
        finish(&mut sections, &mut formats)?;
        check(&mut sections, bundle)?;
        let (theirs, fingerprint) = transport.read()?;
        Ok(Self { theirs, fingerprint, mixes, sections })
    }
}

/// What is known of a section once all its lines are read.
fn finish<'a>(
    sections: &mut [Section<'a>],
    formats: &mut formats::Formats<'a>,
) -> Result<(), BadOffer> {
    if let Some(section) = sections.last_mut() {
        section.finish(formats)?;
        *formats = formats::Formats::default();
    }
    Ok(())
}

/// Whether sections can be told from each other, and go one way.
fn check(sections: &mut [Section<'_>], bundle: &str) -> Result<(), BadOffer> {
    if sections.is_empty() {
        return Err(BadOffer::Sections);
    }
    for (index, section) in sections.iter().enumerate() {
        let before = sections.iter().take(index);
        if section.mid.is_empty() || before.clone().any(|other| other.mid == section.mid) {
            return Err(BadOffer::Name);
        }
    }
    let bundle = || bundle.split(' ').filter(|mid| !mid.is_empty());
    let is_section = |mid: &str| sections.iter().any(|section| section.mid == mid);
    if bundle().count() > SECTIONS_MAX || !bundle().all(is_section) {
        return Err(BadOffer::NotBundled);
    }
    for section in sections {
        let bundled = bundle().any(|mid| mid == section.mid);
        // A section with port zero is bundled, or it was given up (RFC 8843 section 7.3).
        if !bundled && !section.off {
            return Err(BadOffer::NotBundled);
        }
        section.off = !bundled;
    }
    Ok(())
}

/// Whether a text can name a section, a layer: a token (RFC 8866) that fits into a packet.
fn is_name(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]".contains(&byte);
    (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_token)
}

#[cfg(test)]
mod tests;
