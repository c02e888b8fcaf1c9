//! Reads a tenant's log from its first row to its last, for `verify` to judge.
//!
//! In: a tenant, what checkpoints kept elsewhere claim. Out: a report.
//! Never: a whole log in memory; a lock, so that it runs beside whoever adds rows.

use super::AuditPage;
use crate::Fault;
use crate::audit::Report;
use crate::audit::checkpoint::Claim;
use crate::audit::verify::Verifier;
use crate::store::Store;

/// Rows read at once; about a megabyte.
const ROWS: u16 = 4_000;
/// Checkpoints read at once.
const CHECKPOINTS: u16 = 4_000;

impl Store {
    /// What is wrong with a tenant's log. `read` is told now and then how many rows were read.
    pub async fn verify_audit(
        &self,
        tenant: &str,
        kept_elsewhere: &[Claim],
        mut read: impl FnMut(u64),
    ) -> Result<Report, Fault> {
        let keys = self.audit_keys();
        let mut verifier = Verifier::new(&keys, tenant);
        for claim in kept_elsewhere.iter().filter(|claim| claim.tenant == tenant) {
            verifier.handle_claim(claim);
        }
        let mut before = u64::MAX;
        loop {
            let some = self.audit_checkpoints(tenant, before, CHECKPOINTS).await?;
            let Some((oldest, ..)) = some.last() else { break };
            before = *oldest;
            some.iter().for_each(|(seq, _, line)| verifier.handle_checkpoint(*seq, line));
        }
        // Behind the checkpoints: what they are of is there now, also while a server adds rows.
        let (head, last) = self.audit_end(tenant).await?;
        let mut after = 0;
        while after < last {
            let page = AuditPage { tenant, visit: None, since: None, after, limit: ROWS };
            let rows = self.audit_rows(page).await?;
            let Some(newest) = rows.last() else { break };
            after = newest.seq;
            rows.iter().take_while(|row| row.seq <= last).for_each(|row| verifier.handle_row(row));
            read(after.min(last));
        }
        Ok(verifier.finish(head))
    }
}
