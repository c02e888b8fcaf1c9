//! SRTP with AES-256-GCM (RFC 3711, RFC 7714): keys made of what DTLS exported, packets sealed and
//! opened where they lie.
//!
//! In: a master key and salt; packets. Out: session keys; the same packets, sealed or open.
//! Never: another suite. The media plane prefers this one, and a session that has another is refused.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

/// Bytes of a master key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a salt.
pub const SALT_BYTES: usize = 12;
/// Bytes of the tag at a packet's end.
pub const TAG_BYTES: usize = 16;
/// The index behind a sealed report, with its highest bit set.
const INDEX_BYTES: usize = 4;
const SEALED: u32 = 1 << 31;
/// The part of a report that stays readable.
const REPORT_HEAD_BYTES: usize = 8;

/// What to derive for (RFC 3711 section 4.3.1).
#[derive(Debug, Clone, Copy)]
enum Label {
    RtpKey = 0,
    RtpSalt = 2,
    RtcpKey = 3,
    RtcpSalt = 5,
}

/// What DTLS exported for one direction.
#[derive(Debug, Clone, Copy)]
pub struct Master {
    /// The key.
    pub key: [u8; KEY_BYTES],
    /// The salt.
    pub salt: [u8; SALT_BYTES],
}

/// The keys of one direction.
#[derive(Debug)]
pub struct Keys {
    rtp: LessSafeKey,
    rtp_salt: [u8; SALT_BYTES],
    rtcp: LessSafeKey,
    rtcp_salt: [u8; SALT_BYTES],
}

impl Master {
    /// Both directions of a connection, ours first, as RFC 5764 section 4.2 lays them out for the
    /// DTLS client.
    #[must_use]
    pub fn pair(exported: &[u8]) -> Option<(Self, Self)> {
        let (keys, salts) = exported.split_at_checked(2 * KEY_BYTES)?;
        let (ours, theirs) = keys.split_first_chunk::<KEY_BYTES>()?;
        let (our_salt, their_salt) = salts.split_first_chunk::<SALT_BYTES>()?;
        let ours = Self { key: *ours, salt: *our_salt };
        let theirs = Self { key: theirs.try_into().ok()?, salt: their_salt.try_into().ok()? };
        Some((ours, theirs))
    }

    /// The session keys made of it.
    #[must_use]
    pub fn keys(&self) -> Keys {
        Keys {
            rtp: key(self.derive(Label::RtpKey)),
            rtp_salt: self.derive(Label::RtpSalt),
            rtcp: key(self.derive(Label::RtcpKey)),
            rtcp_salt: self.derive(Label::RtcpSalt),
        }
    }

    /// So many bytes of the key stream that begins at the label.
    fn derive<const N: usize>(&self, label: Label) -> [u8; N] {
        let mut start = [0; 16];
        for (byte, salt) in start.iter_mut().zip(self.salt) {
            *byte = salt;
        }
        start[7] ^= label as u8;
        let mut stream = [0; KEY_BYTES];
        let cipher = UnboundCipherKey::new(&AES_256, &self.key).expect("32 bytes are a key");
        let cipher = DecryptingKey::ctr(cipher).expect("AES has a counter mode");
        let start = DecryptionContext::Iv128(FixedLength::from(start));
        cipher.decrypt(&mut stream, start).expect("any bytes can be decrypted");
        let mut derived = [0; N];
        for (byte, from) in derived.iter_mut().zip(stream) {
            *byte = from;
        }
        derived
    }
}

fn key(bytes: [u8; KEY_BYTES]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).expect("32 bytes are a key"))
}

fn nonce(salt: &[u8; SALT_BYTES], ssrc: u32, index: u64) -> Nonce {
    let mut nonce = *salt;
    let ssrc = ssrc.to_be_bytes();
    let [_, _, index @ ..] = index.to_be_bytes();
    for (byte, with) in nonce.iter_mut().skip(2).zip(ssrc.into_iter().chain(index)) {
        *byte ^= with;
    }
    Nonce::assume_unique_for_key(nonce)
}

impl Keys {
    /// Seals an RTP packet whose header is so long. `index` is the sequence number with the times
    /// it went round.
    pub fn seal_rtp(&self, packet: &mut Vec<u8>, header: usize, (ssrc, index): (u32, u64)) {
        let (head, payload) = packet.split_at_mut(header);
        let nonce = nonce(&self.rtp_salt, ssrc, index);
        let tag = self.rtp.seal_in_place_separate_tag(nonce, Aad::from(&*head), payload);
        packet.extend_from_slice(tag.expect("a packet is short enough").as_ref());
    }

    /// Opens an RTP packet; what was said, if it was said by whoever has the key.
    pub fn open_rtp<'a>(
        &self,
        packet: &'a mut [u8],
        header: usize,
        (ssrc, index): (u32, u64),
    ) -> Option<&'a mut [u8]> {
        let (head, payload) = packet.split_at_mut_checked(header)?;
        let nonce = nonce(&self.rtp_salt, ssrc, index);
        self.rtp.open_in_place(nonce, Aad::from(&*head), payload).ok()
    }

    /// Seals reports.
    pub fn seal_rtcp(&self, reports: &mut Vec<u8>, index: u32) {
        let Some(head) = reports.first_chunk::<REPORT_HEAD_BYTES>().copied() else { return };
        let trailer = (SEALED | index).to_be_bytes();
        let aad = Aad::from(report_aad(head, trailer));
        let nonce = nonce(&self.rtcp_salt, ssrc_of(head), u64::from(index));
        let body = reports.get_mut(REPORT_HEAD_BYTES..).unwrap_or_default();
        let tag = self.rtcp.seal_in_place_separate_tag(nonce, aad, body);
        reports.extend_from_slice(tag.expect("a report is short enough").as_ref());
        reports.extend_from_slice(&trailer);
    }

    /// Opens reports; what stands behind the head of the first.
    pub fn open_rtcp<'a>(&self, packet: &'a mut [u8]) -> Option<&'a mut [u8]> {
        let head = packet.first_chunk::<REPORT_HEAD_BYTES>().copied()?;
        let trailer = packet.last_chunk::<INDEX_BYTES>().copied()?;
        let end = packet.len() - INDEX_BYTES;
        let index = u64::from(u32::from_be_bytes(trailer) & !SEALED);
        let nonce = nonce(&self.rtcp_salt, ssrc_of(head), index);
        let aad = Aad::from(report_aad(head, trailer));
        self.rtcp.open_in_place(nonce, aad, packet.get_mut(REPORT_HEAD_BYTES..end)?).ok()
    }
}

fn ssrc_of(head: [u8; REPORT_HEAD_BYTES]) -> u32 {
    let [_, _, _, _, ssrc @ ..] = head;
    u32::from_be_bytes(ssrc)
}

fn report_aad(
    head: [u8; REPORT_HEAD_BYTES],
    trailer: [u8; INDEX_BYTES],
) -> [u8; REPORT_HEAD_BYTES + INDEX_BYTES] {
    let mut aad = [0; REPORT_HEAD_BYTES + INDEX_BYTES];
    for (byte, from) in aad.iter_mut().zip(head.into_iter().chain(trailer)) {
        *byte = from;
    }
    aad
}

#[cfg(test)]
mod tests;
