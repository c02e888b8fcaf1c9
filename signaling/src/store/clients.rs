//! Software with keys of its own, and the assertions it has used up.
//!
//! In: public keys, or where they are; the hash of an assertion's name. Out: a client by its
//! id; whether an assertion comes for the first time.
//! Never: a private key; one assertion taken twice; a client of another tenant.

use super::db::{in_tx, on_db, rows};
use super::keys::{KeyKept, note_tenant};
use super::{Store, row};
use crate::Fault;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How exact "last used" is. Coarser spares a disk write on each request.
const LAST_USED_STEP: SignedDuration = SignedDuration::from_mins(1);

/// Where the public keys of a client are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientKeys {
    /// Here, as a JWK Set.
    Here(String),
    /// At this URL.
    At(String),
}

/// A client to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClientRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: String,
    /// What the operator calls it.
    pub name: String,
    /// What it may ask for: scope names between spaces.
    pub scopes: String,
    /// Its public keys.
    pub keys: ClientKeys,
    /// The key or client that registered it; none for the command line.
    pub made_by: Option<Uuid>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// A client as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: String,
    /// What the operator calls it.
    pub name: String,
    /// What it may ask for: scope names between spaces.
    pub scopes: String,
    /// Its public keys.
    pub keys: ClientKeys,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to about a minute.
    pub last_used: Option<Timestamp>,
}

/// A row of the table, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    id: Uuid,
    tenant: String,
    name: String,
    scopes: String,
    jwks: Option<String>,
    jwks_url: Option<String>,
    created_at: i64,
    revoked_at: Option<i64>,
    last_used: Option<i64>,
}

impl TryFrom<Columns> for ClientRow {
    type Error = Fault;

    fn try_from(found: Columns) -> Result<Self, Fault> {
        let keys = match (found.jwks, found.jwks_url) {
            (Some(jwks), _) => ClientKeys::Here(jwks),
            (None, Some(url)) => ClientKeys::At(url),
            (None, None) => return Err("it has no keys").map_err(Fault::stored("client")),
        };
        Ok(Self {
            id: found.id,
            tenant: found.tenant,
            name: found.name,
            scopes: found.scopes,
            keys,
            created_at: row::instant(found.created_at)?,
            revoked_at: found.revoked_at.map(row::instant).transpose()?,
            last_used: found.last_used.map(row::instant).transpose()?,
        })
    }
}

/// What is read of a client.
const COLUMNS: &str = "id, tenant, name, scopes, jwks, jwks_url, created_at, revoked_at, last_used";

impl Store {
    /// Keeps a client, and its tenant when that is new, unless the tenant has `most` already.
    pub async fn create_client(&self, client: &NewClientRow, most: u16) -> Result<KeyKept, Fault> {
        const OPERATION: &str = "keep a client";
        let (jwks, url) = match &client.keys {
            ClientKeys::Here(jwks) => (Some(jwks), None),
            ClientKeys::At(url) => (None, Some(url)),
        };
        let mut tx = self.begin_write(OPERATION).await?;
        // Of two at once neither would see the other.
        tx.lock(&format!("clients:{}", client.tenant)).await?;
        note_tenant(&mut tx, &client.tenant, client.created_at).await?;
        let had: i64 = in_tx!(&mut tx, c => {
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM client WHERE tenant = $1 AND revoked_at IS NULL",
            )
            .bind(&client.tenant)
            .fetch_one(c)
            .await
        })
        .map_err(Fault::database(OPERATION))?;
        if had >= i64::from(most) {
            return Ok(KeyKept::Full);
        }
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO client
                   (id, tenant, name, scopes, jwks, jwks_url, made_by, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(client.id)
            .bind(&client.tenant)
            .bind(&client.name)
            .bind(&client.scopes)
            .bind(jwks)
            .bind(url)
            .bind(client.made_by)
            .bind(row::millis(client.created_at))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(KeyKept::Kept)
    }

    /// The client of that id.
    pub async fn client(&self, id: Uuid) -> Result<Option<ClientRow>, Fault> {
        let text = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM client WHERE id = $1"));
        let found: Option<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(text).bind(id).fetch_optional(c).await
        })
        .map_err(Fault::database("look a client up"))?;
        found.map(ClientRow::try_from).transpose()
    }

    /// Every client, oldest first; for the command line.
    pub async fn clients(&self) -> Result<Vec<ClientRow>, Fault> {
        let text = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM client ORDER BY id"));
        let found: Vec<Columns> =
            on_db!(&self.db, c => { sqlx::query_as(text).fetch_all(c).await })
                .map_err(Fault::database("list the clients"))?;
        found.into_iter().map(ClientRow::try_from).collect()
    }

    /// A tenant's clients that were not revoked, oldest first. They are as few as
    /// `create_client` lets there be.
    pub async fn clients_of(&self, tenant: &str) -> Result<Vec<ClientRow>, Fault> {
        let text = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM client WHERE tenant = $1 AND revoked_at IS NULL ORDER BY id"
        ));
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(text).bind(tenant).fetch_all(c).await
        })
        .map_err(Fault::database("list a tenant's clients"))?;
        found.into_iter().map(ClientRow::try_from).collect()
    }

    /// Revokes a client; false when there is no such client, or it was revoked before.
    pub async fn revoke_client(&self, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
        let done = on_db!(&self.db, c => {
            sqlx::query("UPDATE client SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
                .bind(id)
                .bind(row::millis(now))
                .execute(c)
                .await
                .map(rows)
        })
        .map_err(Fault::database("revoke a client"))?;
        Ok(done == 1)
    }

    /// Notes that a client was used now, unless that was noted a moment ago.
    pub async fn note_client_used(&self, client: &ClientRow, now: Timestamp) -> Result<(), Fault> {
        let stale = client.last_used.is_none_or(|last| now.duration_since(last) >= LAST_USED_STEP);
        if !stale {
            return Ok(());
        }
        on_db!(&self.db, c => {
            sqlx::query("UPDATE client SET last_used = $2 WHERE id = $1")
                .bind(client.id)
                .bind(row::millis(now))
                .execute(c)
                .await
                .map(rows)
        })
        .map_err(Fault::database("note the use of a client"))?;
        Ok(())
    }

    /// Uses an assertion up; false when it was used before. Of two at once, one is the first.
    pub async fn use_assertion(
        &self,
        client: Uuid,
        jti_hash: &[u8],
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        const OPERATION: &str = "use an assertion up";
        let mut tx = self.begin_write(OPERATION).await?;
        let text = sqlx::AssertSqlSafe(format!(
            "DELETE FROM assertion WHERE (client, jti_hash) IN
               (SELECT client, jti_hash FROM assertion WHERE until < $1{})",
            tx.skip_locked()
        ));
        in_tx!(&mut tx, c => {
            sqlx::query(text).bind(row::millis(now)).execute(c).await.map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        let noted = in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO assertion (client, jti_hash, until) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
            )
            .bind(client)
            .bind(jti_hash)
            .bind(row::millis(until))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(noted == 1)
    }
}
