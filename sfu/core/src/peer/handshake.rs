//! The handshake of a connection (DTLS 1.2, as the server), and the keys that come of it
//! (RFC 5764).
//!
//! In: the fingerprint of the client's certificate, datagrams, time. Out: datagrams; keys, once;
//! that the client is gone.
//! Never: keys for somebody whose certificate is another; `dimpl` shakes hands, and what is checked
//! once is shared by all: its configuration, and our certificate.

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use bedside_rtp::srtp::{MasterKeys, Suite};
use bytes::Bytes;
use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Config, Dtls, DtlsCertificate, Error, Output, SrtpProfile};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

/// Longest datagram of a handshake, so that it passes every tunnel.
const DATAGRAM_BYTES: usize = 1_150;
/// Room for what a handshake tells of at once. A client's certificate is the longest; browsers'
/// have 300 bytes.
const TOLD_BYTES: usize = 4_096;

/// A handshake that came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandshakeFault {
    #[error("the handshake failed")]
    Failed(#[from] Error),
    #[error("the client's certificate is not the one it offered")]
    Stranger,
    #[error("the handshake told what it cannot tell")]
    Unexpected,
    #[error("the client broke the library")]
    Broke,
}

/// The digest of a certificate (RFC 8122).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; SHA256_OUTPUT_LEN]);

impl Fingerprint {
    /// Reads what stands behind `a=fingerprint:`, if it is SHA-256; each browser gives that.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (function, digits) = text.split_once(' ')?;
        if !function.eq_ignore_ascii_case("sha-256") {
            return None;
        }
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        let mut pairs = digits.trim_end().split(':');
        for byte in &mut bytes {
            let is_byte =
                |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
            let pair = pairs.next().filter(|pair| is_byte(pair))?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        pairs.next().is_none().then_some(Self(bytes))
    }

    fn of(certificate: &[u8]) -> Option<Self> {
        digest(&SHA256, certificate).as_ref().try_into().ok().map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha-256")?;
        for (byte, before) in self.0.iter().zip(" :::::::::::::::::::::::::::::::".chars()) {
            write!(f, "{before}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What all handshakes share. To check a configuration takes four times as long as a handshake, as
/// it tries every cipher; so one is checked, once.
struct Shared {
    config: Arc<Config>,
    certificate: DtlsCertificate,
    fingerprint: Fingerprint,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    // ICE has shown that the client is where it says; a cookie would ask again.
    let config = Config::builder().use_server_cookie(false).mtu(DATAGRAM_BYTES).build();
    let certificate = generate_self_signed_certificate().expect("a key pair needs chance alone");
    let fingerprint = Fingerprint::of(&certificate.certificate).expect("SHA-256 has its length");
    let config = Arc::new(config.expect("these settings are fine on each machine"));
    Shared { config, certificate, fingerprint }
});

/// The fingerprint of our certificate.
pub(super) fn fingerprint() -> Fingerprint {
    SHARED.fingerprint
}

/// What a handshake tells of.
#[derive(Debug)]
pub(super) enum Told {
    /// To be sent.
    Datagram(Bytes),
    /// It is done, with whom it should be.
    Agreed(Box<MasterKeys>),
    /// The client says goodbye.
    Closed,
}

/// How far it is.
#[derive(Debug)]
enum Progress {
    /// Nobody has shown a certificate.
    Unknown,
    /// The client has shown the one that it offered.
    Known,
    /// Keys are told.
    Done,
}

/// One handshake.
#[derive(Debug)]
pub(super) struct Handshake {
    dtls: Dtls,
    theirs: Fingerprint,
    progress: Progress,
    deadline: Instant,
}

impl Handshake {
    /// One that waits for a client with this certificate.
    pub(super) fn new(now: Instant, theirs: Fingerprint) -> Self {
        let dtls = Dtls::new_12(Arc::clone(&SHARED.config), SHARED.certificate.clone(), now);
        Self { dtls, theirs, progress: Progress::Unknown, deadline: now }
    }

    /// When `handle_timeout` is due.
    pub(super) const fn poll_timeout(&self) -> Instant {
        self.deadline
    }

    /// Time has come to `now`.
    pub(super) fn handle_timeout(&mut self, now: Instant) -> Result<(), HandshakeFault> {
        Ok(catch(|| self.dtls.handle_timeout(now))??)
    }

    /// A datagram. One that makes no sense is left out: anybody can send it.
    pub(super) fn handle_datagram(
        &mut self,
        now: Instant,
        datagram: &[u8],
    ) -> Result<(), HandshakeFault> {
        let dtls = &mut self.dtls;
        let read = catch(|| dtls.handle_timeout(now).and_then(|()| dtls.handle_packet(datagram)))?;
        if let Err(error) = read {
            tracing::debug!(%error, "datagram left out");
        }
        Ok(())
    }

    /// Says goodbye.
    pub(super) fn close(&mut self) {
        if let Err(error) = self.dtls.close() {
            tracing::debug!(%error, "closing");
        }
    }

    /// What it tells next; to be asked until there is nothing.
    pub(super) fn poll(&mut self) -> Result<Option<Told>, HandshakeFault> {
        catch(|| self.told())?
    }

    fn told(&mut self) -> Result<Option<Told>, HandshakeFault> {
        let mut room = [0; TOLD_BYTES];
        loop {
            match self.dtls.poll_output(&mut room) {
                Output::Packet(packet) => {
                    return Ok(Some(Told::Datagram(Bytes::copy_from_slice(packet))));
                }
                Output::Timeout(at) => {
                    self.deadline = at;
                    return Ok(None);
                }
                Output::PeerCert(certificate) => {
                    if Fingerprint::of(certificate) != Some(self.theirs) {
                        return Err(HandshakeFault::Stranger);
                    }
                    self.progress = Progress::Known;
                }
                Output::KeyingMaterial(material, profile) => {
                    let Progress::Known = self.progress else {
                        return Err(HandshakeFault::Stranger);
                    };
                    let keys = suite(profile)
                        .and_then(|suite| MasterKeys::from_exporter(suite, &material));
                    self.progress = Progress::Done;
                    return keys
                        .map(|keys| Some(Told::Agreed(Box::new(keys))))
                        .ok_or(HandshakeFault::Unexpected);
                }
                Output::CloseNotify => {
                    self.close();
                    return Ok(Some(Told::Closed));
                }
                // Keys tell that it is done, and nothing else is said by this way.
                Output::Connected | Output::ApplicationData(_) => {}
                Output::BufferTooSmall { .. } | _ => return Err(HandshakeFault::Unexpected),
            }
        }
    }
}

/// A client whom the library cannot bear ends its own connection and no other: a certificate
/// longer than there is room for is a panic there.
fn catch<T>(act: impl FnOnce() -> T) -> Result<T, HandshakeFault> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|_| HandshakeFault::Broke)
}

const fn suite(profile: SrtpProfile) -> Option<Suite> {
    match profile {
        SrtpProfile::AEAD_AES_256_GCM => Some(Suite::AeadAes256Gcm),
        SrtpProfile::AEAD_AES_128_GCM => Some(Suite::AeadAes128Gcm),
        SrtpProfile::AES128_CM_SHA1_80 => Some(Suite::Aes128CmHmacSha1_80),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
