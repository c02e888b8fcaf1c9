//! Writes the audit log: rows behind a tenant's head, and checkpoints of it.
//!
//! In: events of a visit, in the transaction that stores them; looks at records. Out: rows in the
//! tenant's chain.
//! Never: two writers at one head; a row changed or removed.
//!
//! The head's row is the lock. Whoever adds to several chains takes them in the order of their
//! tenants' names, so that no two wait for each other.

mod check;
mod read;

pub use read::AuditPage;

use super::db::{Tx, in_tx, rows};
use super::happened::Happened;
use super::visits::party;
use super::{SessionRow, Store, row};
use crate::Fault;
use crate::audit::Waiting;
use crate::audit::chain::{Head, Row};
use crate::audit::checkpoint::{self, Claim};
use crate::audit::entry::Entry;
use crate::audit::keys::Keys;
use crate::audit::told;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most rows in one statement. Each has twelve parameters, and SQLite takes 32,766 of them.
const ROWS_A_STATEMENT: usize = 200;

const ADD: &str = "add to an audit log";
const SIGN: &str = "sign an audit log";

/// A chain whose head this transaction holds.
#[derive(Debug, Clone, Copy)]
struct Held {
    head: Head,
    signed_seq: u64,
    signed_at: Timestamp,
}

/// Notes what happened in a visit in the log of its host and of each partner.
pub(super) async fn note(tx: &mut Tx, keys: &Keys, happened: &Happened<'_>) -> Result<(), Fault> {
    let entries = |tenant: &str| {
        let of_visit = (happened.visit, happened.actor);
        let events = happened.events.iter();
        events.map(|event| told::entry((keys, tenant), of_visit, event)).collect()
    };
    note_in_each(tx, keys, (happened.tenant, happened.partners), happened.at, entries).await
}

/// Notes that a device was let in by a personal link, in the same logs.
pub(super) async fn note_link(
    tx: &mut Tx,
    keys: &Keys,
    session: SessionRow,
    at: Timestamp,
) -> Result<(), Fault> {
    let (host, partners) = party::of(tx, session.visit).await?;
    let entries =
        |tenant: &str| vec![told::link((keys, tenant), session.visit, session.participant)];
    note_in_each(tx, keys, (&host, &partners), at, entries).await
}

/// Adds to the logs of a visit's host and partners what each is told.
async fn note_in_each(
    tx: &mut Tx,
    keys: &Keys,
    (host, partners): (&str, &[String]),
    at: Timestamp,
    entries: impl Fn(&str) -> Vec<Entry>,
) -> Result<(), Fault> {
    let tenants: BTreeSet<&str> = partners.iter().map(String::as_str).chain([host]).collect();
    for tenant in tenants {
        let entries = entries(tenant).into_iter().map(|entry| (at, entry));
        append(tx, keys, tenant, entries.collect()).await?;
    }
    Ok(())
}

/// Adds entries to a tenant's chain; signs it when that is due.
pub(super) async fn append(
    tx: &mut Tx,
    keys: &Keys,
    tenant: &str,
    entries: Vec<(Timestamp, Entry)>,
) -> Result<(), Fault> {
    let Some(now) = entries.last().map(|(at, _)| *at) else { return Ok(()) };
    let mut held = hold(tx, tenant, now).await?;
    let mut added = Vec::with_capacity(entries.len());
    for (at, entry) in entries {
        let next = keys.chain.next(tenant, held.head, row::millis(at), entry);
        held.head = next.head();
        added.push((row::kept(next.seq)?, next));
    }
    for some in added.chunks(ROWS_A_STATEMENT) {
        insert(tx, tenant, some).await?;
    }
    sign_if_due(tx, (keys, tenant), &mut held, now).await?;
    release(tx, tenant, held).await
}

/// Takes the head of a chain, made when the chain is new, until the transaction ends.
async fn hold(tx: &mut Tx, tenant: &str, now: Timestamp) -> Result<Held, Fault> {
    let (seq, hash, signed_seq, signed_at): (i64, Vec<u8>, i64, i64) = in_tx!(tx, c => {
        sqlx::query_as(
            "INSERT INTO audit_head (tenant, seq, hash, signed_seq, signed_at)
             VALUES ($1, 0, $2, 0, $3)
             ON CONFLICT (tenant) DO UPDATE SET seq = audit_head.seq
             RETURNING seq, hash, signed_seq, signed_at",
        )
        .bind(tenant)
        .bind(&Head::EMPTY.hash[..])
        .bind(row::millis(now))
        .fetch_one(c)
        .await
    })
    .map_err(Fault::database(ADD))?;
    Ok(Held {
        head: Head { seq: row::count(seq)?, hash: read::hash_of(hash)? },
        signed_seq: row::count(signed_seq)?,
        signed_at: row::instant(signed_at)?,
    })
}

/// Keeps where the chain stands now.
async fn release(tx: &mut Tx, tenant: &str, held: Held) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "UPDATE audit_head SET seq = $2, hash = $3, signed_seq = $4, signed_at = $5
             WHERE tenant = $1",
        )
        .bind(tenant)
        .bind(row::kept(held.head.seq)?)
        .bind(&held.head.hash[..])
        .bind(row::kept(held.signed_seq)?)
        .bind(row::millis(held.signed_at))
        .execute(c)
        .await
        .map(rows)
    })
    .map(drop)
    .map_err(Fault::database(ADD))
}

async fn insert(tx: &mut Tx, tenant: &str, added: &[(i64, Row)]) -> Result<(), Fault> {
    in_tx!(tx, c => {
        let mut query = sqlx::QueryBuilder::new(
            "INSERT INTO audit (tenant, seq, at, verb, actor_kind, actor, subject, visit,
                                outcome, detail, prev, hash) ",
        );
        query.push_values(added, |mut values, (seq, added)| {
            let entry = &added.entry;
            values
                .push_bind(tenant)
                .push_bind(*seq)
                .push_bind(added.at_ms)
                .push_bind(&*entry.verb)
                .push_bind(&*entry.actor_kind)
                .push_bind(entry.actor.as_ref().map(|tag| tag.as_bytes()))
                .push_bind(entry.subject.as_ref().map(|tag| tag.as_bytes()))
                .push_bind(entry.visit)
                .push_bind(&*entry.outcome)
                .push_bind(&*entry.detail)
                .push_bind(&added.prev[..])
                .push_bind(&added.hash[..]);
        });
        // One row at a time is the usual; other numbers of rows are not worth a prepared text.
        query.build().persistent(added.len() == 1).execute(c).await.map(rows)
    })
    .map(drop)
    .map_err(Fault::database(ADD))
}

/// Signs a held chain when enough rows or enough time have gone by since it last was.
async fn sign_if_due(
    tx: &mut Tx,
    (keys, tenant): (&Keys, &str),
    held: &mut Held,
    now: Timestamp,
) -> Result<(), Fault> {
    let unsigned = held.head.seq.saturating_sub(held.signed_seq);
    if !checkpoint::due(unsigned, now.duration_since(held.signed_at)) {
        return Ok(());
    }
    let line = keys.signer.sign(&Claim { tenant: tenant.to_owned(), head: held.head, at: now });
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO audit_checkpoint (tenant, seq, at, line) VALUES ($1, $2, $3, $4)",
        )
        .bind(tenant)
        .bind(row::kept(held.head.seq)?)
        .bind(row::millis(now))
        .bind(line)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database(SIGN))?;
    held.signed_seq = held.head.seq;
    held.signed_at = now;
    Ok(())
}

impl Store {
    /// The keys of the audit log.
    pub(crate) fn audit_keys(&self) -> Arc<Keys> {
        Arc::clone(&self.audit)
    }

    /// Notes looks at records, all of them or none.
    pub(crate) async fn note_access(
        &self,
        waiting_by_tenant: &BTreeMap<&str, Vec<&Waiting>>,
    ) -> Result<(), Fault> {
        let mut tx = self.db.begin().await.map_err(Fault::database(ADD))?;
        for (tenant, waiting) in waiting_by_tenant {
            let entries = waiting
                .iter()
                .flat_map(|waiting| waiting.entries.iter().map(|entry| (waiting.at, entry.clone())))
                .collect();
            append(&mut tx, &self.audit, tenant, entries).await?;
        }
        tx.commit().await.map_err(Fault::database(ADD))
    }

    /// Signs the logs that have new rows and were not signed for long enough.
    pub(crate) async fn sign_audit(&self, now: Timestamp) -> Result<(), Fault> {
        for tenant in self.audit_unsigned(now).await? {
            let mut tx = self.db.begin().await.map_err(Fault::database(SIGN))?;
            let mut held = hold(&mut tx, &tenant, now).await?;
            sign_if_due(&mut tx, (&self.audit, &tenant), &mut held, now).await?;
            release(&mut tx, &tenant, held).await?;
            tx.commit().await.map_err(Fault::database(SIGN))?;
        }
        Ok(())
    }
}
