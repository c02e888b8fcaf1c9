//! The audit log for the command line.
//!
//! In: a tenant, checkpoints kept elsewhere. Out: a report a tenant; the public key.
//! Never: a whole log in memory; a change of it. It works beside a running server.

use super::Service;
use crate::Fault;
use crate::audit::Report;
use crate::audit::checkpoint::{Claim, Forged};
use bedside_signaling_api::audit::AuditKey;

impl Service {
    /// What checkpoints can be checked with.
    #[must_use]
    pub fn audit_public_key(&self) -> AuditKey {
        self.store.audit_keys().signer.public_key()
    }

    /// What a checkpoint kept elsewhere claims, when it is one of this installation.
    ///
    /// # Errors
    /// When it is not, or was changed.
    pub fn audit_claim(&self, line: &str) -> Result<Claim, Forged> {
        self.store.audit_keys().signer.open(line)
    }

    /// Every tenant that has a log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_tenants(&self) -> Result<Vec<String>, Fault> {
        self.store.audit_tenants().await
    }

    /// Reads a tenant's log from its first row and says what is wrong with it. `read` is told
    /// now and then how many rows were read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_audit(
        &self,
        tenant: &str,
        kept_elsewhere: &[Claim],
        read: impl FnMut(u64),
    ) -> Result<Report, Fault> {
        self.store.verify_audit(tenant, kept_elsewhere, read).await
    }
}
