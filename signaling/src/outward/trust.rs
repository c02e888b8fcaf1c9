//! Whose certificates are believed.
//!
//! In: the system's certificate authorities, or those of a file. Out: what TLS needs to call.
//! Never: a call without a certificate checked; a second crypto provider.
//!
//! The system's, not a list built in: an organisation's own authority, which its internal hosts
//! have their certificates from, is found where every other program finds it, and one that is
//! no longer to be trusted goes with an update of the system and not of this program.

use crate::Fault;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// TLS as a client, believing the authorities of `file`, or the system's where that is empty.
pub(super) fn client(file: &Path) -> Result<Arc<ClientConfig>, Fault> {
    let roots = if file.as_os_str().is_empty() { of_the_system() } else { of_file(file)? };
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A machine without any can still serve visits; its calls fail with `tls_failed`.
fn of_the_system() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (taken, _not_understood) = roots.add_parsable_certificates(found.certs);
    if taken == 0 {
        tracing::warn!("this system has no certificate authorities: https:// calls will fail");
    }
    roots
}

fn of_file(file: &Path) -> Result<RootCertStore, Fault> {
    let fault = |source| Fault::Authorities { path: file.to_owned(), source };
    let invalid = |error: &dyn std::error::Error| {
        fault(io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
    };
    let text = std::fs::read(file).map_err(fault)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| invalid(&error))?;
        roots.add(certificate).map_err(|error| invalid(&error))?;
    }
    if roots.is_empty() {
        return Err(fault(io::Error::new(io::ErrorKind::InvalidData, "it holds no certificate")));
    }
    Ok(roots)
}
