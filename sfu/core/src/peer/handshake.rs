//! The handshake of a connection (DTLS 1.2), and the keys that come of it (RFC 5764).
//!
//! In: the library's wish for one. Out: handshakes that share one configuration, checked once, and
//! one certificate; what each agreed on, for media that passes the library by, and not for the
//! library.
//! Never: a handshake of its own; `dimpl` does it.

use bedside_rtp::srtp::{MasterKeys, Suite};
use std::cell::Cell;
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Instant;
use str0m::config::{CryptoProvider, DtlsCert, DtlsVersion};
use str0m::crypto::dtls::{
    DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion, SrtpProfile,
};
use str0m::crypto::{CryptoError, from_feature_flags};

/// What a handshake agrees on, once it has.
pub(super) type Agreed = Arc<OnceLock<MasterKeys>>;

/// The library's crypto with these handshakes.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| {
        let provider = from_feature_flags();
        Arc::new(CryptoProvider { dtls_provider: &HANDSHAKES, ..provider })
    });
    Arc::clone(&PROVIDER)
}

/// What the handshake that was begun last on this thread will agree on. The library knows its
/// providers for the whole life of the program, so that a connection cannot give it one of its own.
pub(super) fn newest() -> Option<Agreed> {
    NEWEST.take()
}

thread_local! {
    static NEWEST: Cell<Option<Agreed>> = const { Cell::new(None) };
}

static HANDSHAKES: Handshakes =
    Handshakes { config: OnceLock::new(), certificate: OnceLock::new() };

/// Begins handshakes. To check a configuration takes four times as long as a handshake, as it tries
/// every cipher; so one is checked, once.
#[derive(Debug)]
struct Handshakes {
    config: OnceLock<Arc<dimpl::Config>>,
    certificate: OnceLock<Option<DtlsCert>>,
}

impl Handshakes {
    fn config(&self, mtu: Option<usize>) -> Result<Arc<dimpl::Config>, CryptoError> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        // ICE has shown that the client is where it says; a cookie would ask again.
        let mut builder = dimpl::Config::builder().use_server_cookie(false);
        if let Some(mtu) = mtu {
            builder = builder.mtu(mtu);
        }
        let config = builder.build().map_err(|error| CryptoError::Other(error.to_string()))?;
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }
}

impl DtlsProvider for Handshakes {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        let made = || from_feature_flags().dtls_provider.generate_certificate();
        self.certificate.get_or_init(made).clone()
    }

    fn new_dtls(
        &self,
        certificate: &DtlsCert,
        now: Instant,
        _: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let agreed = Agreed::default();
        NEWEST.set(Some(Arc::clone(&agreed)));
        let dtls = dimpl::Dtls::new_12(self.config(mtu)?, certificate.clone(), now);
        Ok(Box::new(Handshake { dtls, agreed }))
    }
}

/// One handshake, overheard.
#[derive(Debug)]
struct Handshake {
    dtls: dimpl::Dtls,
    agreed: Agreed,
}

impl DtlsInstance for Handshake {
    fn set_active(&mut self, active: bool) {
        self.dtls.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.dtls.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        let output = self.dtls.poll_output(buffer);
        let DtlsOutput::KeyingMaterial(material, profile) = &output else { return output };
        if let Some(suite) = suite(*profile)
            && let Some(keys) = MasterKeys::from_exporter(suite, material)
        {
            // It agrees once.
            let _ = self.agreed.set(keys);
        }
        // The library opens and seals nothing, so it needs no keys; that the handshake is done it
        // was told before, and may be told again.
        DtlsOutput::Connected
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.dtls.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.dtls.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.dtls.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.dtls.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.dtls.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.dtls.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.dtls.close()
    }
}

const fn suite(profile: SrtpProfile) -> Option<Suite> {
    match profile {
        SrtpProfile::AEAD_AES_256_GCM => Some(Suite::AeadAes256Gcm),
        SrtpProfile::AEAD_AES_128_GCM => Some(Suite::AeadAes128Gcm),
        SrtpProfile::AES128_CM_SHA1_80 => Some(Suite::Aes128CmHmacSha1_80),
        _ => None,
    }
}
