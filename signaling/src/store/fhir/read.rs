//! One resource with its visit.
//!
//! In: an id of either. Out: both, and how often anything of them has changed.
//! Never: those of another tenant; and not those of a visit that another organisation holds.

use super::ResourceRow;
use crate::Fault;
use crate::store::db::on_db;
use crate::store::{Store, VisitRow, row};
use jiff::Timestamp;
use uuid::Uuid;

/// A visit and the resource it was planned by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// The visit.
    pub(crate) visit: VisitRow,
    /// How many events its log holds.
    pub(crate) events: u64,
    /// When the last of them happened.
    pub(crate) changed_at: Timestamp,
    /// What was written of it; none where it was planned in another way.
    pub(crate) resource: Option<ResourceRow>,
}

impl Held {
    /// Counts everything that has happened to either; only ever grows.
    pub(crate) fn version(&self) -> u64 {
        let revision = self.resource.as_ref().map_or(0, |resource| resource.revision);
        self.events.saturating_add(revision)
    }

    /// When the last of it happened.
    pub(crate) fn updated_at(&self) -> Timestamp {
        let written = self.resource.as_ref().map(|resource| resource.updated_at);
        written.map_or(self.changed_at, |written| written.max(self.changed_at))
    }
}

/// A row of `fhir_resource`, as either engine gives it.
#[derive(sqlx::FromRow)]
pub(super) struct ResourceColumns {
    id: String,
    visit: Uuid,
    release: String,
    body: String,
    seated: String,
    revision: i64,
    updated_at: i64,
}

impl ResourceColumns {
    pub(super) fn row(self) -> Result<ResourceRow, Fault> {
        Ok(ResourceRow {
            id: self.id,
            visit: self.visit,
            release: self.release,
            body: self.body,
            seated: self.seated,
            revision: row::count(self.revision)?,
            updated_at: row::instant(self.updated_at)?,
        })
    }
}

const READ: &str = "read a resource";

impl Store {
    /// The visit that a tenant's resource of this id is of; a visit that was planned in another
    /// way goes by its own id.
    pub(crate) async fn visit_of_resource(
        &self,
        tenant: &str,
        id: &str,
    ) -> Result<Option<Uuid>, Fault> {
        let named: Option<Uuid> = on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT visit FROM fhir_resource WHERE tenant = $1 AND id = $2")
                .bind(tenant)
                .bind(id)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database(READ))?;
        let Some(own) = Uuid::try_parse(id).ok().filter(|_| named.is_none()) else {
            return Ok(named);
        };
        let unnamed: Option<Uuid> = on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT v.id FROM visit v WHERE v.tenant = $1 AND v.id = $2
                 AND NOT EXISTS (SELECT 1 FROM fhir_resource f WHERE f.visit = v.id)",
            )
            .bind(tenant)
            .bind(own)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database(READ))?;
        Ok(unnamed)
    }

    /// A tenant's visit with the resource it was planned by.
    pub(crate) async fn held(&self, tenant: &str, visit: Uuid) -> Result<Option<Held>, Fault> {
        let log: Option<(i64, i64)> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT v.version, e.at FROM visit v
                 JOIN event e ON e.visit = v.id AND e.seq = v.version
                 WHERE v.tenant = $1 AND v.id = $2",
            )
            .bind(tenant)
            .bind(visit)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database(READ))?;
        let Some((events, changed_at)) = log else { return Ok(None) };
        let resource: Option<ResourceColumns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, visit, release, body, seated, revision, updated_at
                 FROM fhir_resource WHERE visit = $1",
            )
            .bind(visit)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database(READ))?;
        let Some(visit) = self.visit(tenant, visit).await? else { return Ok(None) };
        Ok(Some(Held {
            visit,
            events: row::count(events)?,
            changed_at: row::instant(changed_at)?,
            resource: resource.map(ResourceColumns::row).transpose()?,
        }))
    }
}
