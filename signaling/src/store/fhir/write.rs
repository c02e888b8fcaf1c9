//! Writing resources: with the visits they make, or over what was written before.
//!
//! In: planned visits with their resources; or a resource and which one it replaces. Out: that
//! all of it is stored, or that nothing is and why.
//! Never: one of several; a resource over another that the writer has not seen.

use super::find::IDENTIFIED;
use super::{IdentifierRow, ResourceRow, SoughtRow};
use crate::Fault;
use crate::store::db::{Tx, in_tx, rows};
use crate::store::{NewVisitRow, Store, row, visits};
use uuid::Uuid;

/// A visit to be made, with the resource it is planned by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewResource {
    /// The visit.
    pub(crate) visit: NewVisitRow,
    /// Its resource.
    pub(crate) written: Written,
    /// It is made only if there is none with this identifier.
    pub(crate) unless: Option<SoughtRow>,
}

/// A resource and how it is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The resource.
    pub(crate) resource: ResourceRow,
    /// Its identifiers.
    pub(crate) identifiers: Vec<IdentifierRow>,
}

/// What became of several new resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Made {
    /// All are stored; for each its visit, and whether it was there before.
    All(Vec<(Uuid, bool)>),
    /// This one has an id that is taken; nothing was stored.
    Taken(usize),
    /// More than one visit has the identifier that this one asked for; nothing was stored.
    Ambiguous(usize),
}

/// What became of a resource that was to replace another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// It is stored.
    Done,
    /// Somebody has written the other again since it was read; nothing was stored.
    Changed,
}

const MAKE: &str = "store a resource";

impl Store {
    /// Stores visits with their resources: all of them or none.
    pub(crate) async fn create_resources(&self, new: &[NewResource]) -> Result<Made, Fault> {
        let mut tx = self.begin_write(MAKE).await?;
        let mut made = Vec::with_capacity(new.len());
        for (index, new) in new.iter().enumerate() {
            let tenant = &new.visit.tenant;
            // Of two requests for the same the second sees what the first has stored.
            tx.lock(&format!("fhir:{tenant}")).await?;
            if let Some(sought) = &new.unless {
                match *identified(&mut tx, tenant, sought).await? {
                    [] => {}
                    [before] => {
                        made.push((before, true));
                        continue;
                    }
                    [..] => return Ok(Made::Ambiguous(index)),
                }
            }
            if is_taken(&mut tx, tenant, &new.written.resource.id).await? {
                return Ok(Made::Taken(index));
            }
            visits::add(&mut tx, &self.audit, &new.visit).await?;
            put(&mut tx, tenant, &new.written).await?;
            made.push((new.visit.id, false));
        }
        tx.commit().await.map_err(Fault::database(MAKE))?;
        let stored = new.iter().zip(&made).filter(|(_, (_, before))| !before);
        stored.for_each(|(new, _)| self.tally.add(&new.visit.events));
        self.outbox.notify_one();
        Ok(Made::All(made))
    }

    /// Stores a resource over the one of the revision before.
    pub(crate) async fn replace_resource(
        &self,
        tenant: &str,
        written: &Written,
    ) -> Result<Replaced, Fault> {
        let resource = &written.resource;
        let mut tx = self.begin_write(MAKE).await?;
        tx.lock(&format!("fhir:{tenant}")).await?;
        let seen: Option<(Option<i64>,)> = in_tx!(&mut tx, c => {
            sqlx::query_as(
                "SELECT f.revision FROM visit v
                 LEFT JOIN fhir_resource f ON f.visit = v.id WHERE v.tenant = $1 AND v.id = $2",
            )
            .bind(tenant)
            .bind(resource.visit)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database(MAKE))?;
        let revision = row::kept(resource.revision)?;
        let before = (revision > 1).then(|| revision.saturating_sub(1));
        if seen != Some((before,)) {
            return Ok(Replaced::Changed);
        }
        for table in ["DELETE FROM fhir_identifier WHERE visit = $1", FORGET] {
            in_tx!(&mut tx, c => sqlx::query(table).bind(resource.visit).execute(c).await.map(rows))
                .map_err(Fault::database(MAKE))?;
        }
        put(&mut tx, tenant, written).await?;
        tx.commit().await.map_err(Fault::database(MAKE))?;
        Ok(Replaced::Done)
    }
}

const FORGET: &str = "DELETE FROM fhir_resource WHERE visit = $1";

async fn identified(tx: &mut Tx, tenant: &str, sought: &SoughtRow) -> Result<Box<[Uuid]>, Fault> {
    const ENOUGH_TO_BE_UNSURE: i64 = 2;
    let found: Vec<Uuid> = in_tx!(tx, c => {
        sqlx::query_scalar(IDENTIFIED)
            .bind(tenant)
            .bind(&sought.value)
            .bind(sought.system.as_deref().unwrap_or_default())
            .bind(i64::from(sought.system.is_none()))
            .bind(ENOUGH_TO_BE_UNSURE)
            .fetch_all(c)
            .await
    })
    .map_err(Fault::database("find visits by an identifier"))?;
    Ok(found.into_boxed_slice())
}

async fn is_taken(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool, Fault> {
    let found: Option<Uuid> = in_tx!(tx, c => {
        sqlx::query_scalar("SELECT visit FROM fhir_resource WHERE tenant = $1 AND id = $2")
            .bind(tenant)
            .bind(id)
            .fetch_optional(c)
            .await
    })
    .map_err(Fault::database(MAKE))?;
    Ok(found.is_some())
}

async fn put(tx: &mut Tx, tenant: &str, written: &Written) -> Result<(), Fault> {
    let resource = &written.resource;
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO fhir_resource
               (tenant, id, visit, release, body, seated, revision, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(tenant)
        .bind(&resource.id)
        .bind(resource.visit)
        .bind(&resource.release)
        .bind(&resource.body)
        .bind(&resource.seated)
        .bind(row::kept(resource.revision)?)
        .bind(row::millis(resource.updated_at))
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database(MAKE))?;
    for identifier in &written.identifiers {
        in_tx!(tx, c => {
            sqlx::query(
                "INSERT INTO fhir_identifier (visit, tenant, system, value)
                 VALUES ($1, $2, $3, $4)",
            )
            .bind(resource.visit)
            .bind(tenant)
            .bind(&identifier.system)
            .bind(&identifier.value)
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(MAKE))?;
    }
    Ok(())
}
