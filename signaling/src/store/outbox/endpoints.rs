//! Endpoints: where messages go.
//!
//! In: a tenant, an endpoint of its own. Out: rows.
//! Never: an endpoint of another tenant; a secret, which is derived and not kept.

use super::super::db::{Tx, in_tx, on_db, rows};
use super::{NewMessage, WebhookState, WebhookType, keep, promote, queue, row};
use crate::Fault;
use crate::store::Store;
use bedside_signaling_api::webhook::{MessageFacts, SignatureScheme, WEBHOOKS_MAX};
use jiff::Timestamp;
use uuid::Uuid;

/// An endpoint as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: String,
    /// Where messages are sent.
    pub url: String,
    /// What its owner calls it.
    pub description: String,
    /// What it is sent; empty: everything.
    pub types: Vec<WebhookType>,
    /// How its messages are signed.
    pub signature: SignatureScheme,
    /// Whether it is sent anything.
    pub state: WebhookState,
    /// Counts its secrets.
    pub generation: u64,
    /// Until when the secret before this one signs too.
    pub previous_until: Option<Timestamp>,
    /// Since when a message had to be given up and none came through.
    pub failing_since: Option<Timestamp>,
    /// When it was last enabled.
    pub since: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What changes of an endpoint; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointChange {
    /// Where messages are sent.
    pub url: Option<String>,
    /// What its owner calls it.
    pub description: Option<String>,
    /// What it is sent; empty: everything.
    pub types: Option<Vec<WebhookType>>,
    /// Whether it is sent anything.
    pub enabled: Option<bool>,
}

impl EndpointChange {
    /// Sends to it again; whether it fails is to be seen anew.
    pub(crate) fn enable() -> Self {
        Self { enabled: Some(true), ..Self::default() }
    }

    fn state(&self) -> Option<WebhookState> {
        let named = |on| if on { WebhookState::Enabled } else { WebhookState::Disabled };
        self.enabled.map(named)
    }
}

/// What became of a new endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// It is kept.
    Now,
    /// The tenant has as many as it may have.
    Full,
}

/// An endpoint of a tenant, as far as the outbox has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listener {
    pub(super) id: Uuid,
    types: String,
    enabled: bool,
}

impl Listener {
    /// Whether it is sent messages of this type.
    pub(super) fn hears(&self, kind: WebhookType) -> bool {
        let named = || self.types.split(' ').any(|name| name == kind.name());
        self.enabled && (self.types.is_empty() || named())
    }
}

/// A row of `webhook_endpoint`, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    id: Uuid,
    tenant: String,
    url: String,
    description: String,
    types: String,
    signature: String,
    state: String,
    generation: i64,
    previous_until: Option<i64>,
    failing_since: Option<i64>,
    since: i64,
    created_at: i64,
}

impl TryFrom<Columns> for EndpointRow {
    type Error = Fault;

    fn try_from(found: Columns) -> Result<Self, Fault> {
        let types = found.types.split(' ').filter(|name| !name.is_empty());
        let types = types.map(|name| row::named(WebhookType::named(name), "webhook type"));
        let scheme = SignatureScheme::ALL.into_iter().find(|each| each.name() == found.signature);
        let state = WebhookState::ALL.into_iter().find(|each| each.name() == found.state);
        Ok(Self {
            id: found.id,
            tenant: found.tenant,
            url: found.url,
            description: found.description,
            types: types.collect::<Result<_, _>>()?,
            signature: row::named(scheme, "signature scheme")?,
            state: row::named(state, "webhook state")?,
            generation: row::count(found.generation)?,
            previous_until: found.previous_until.map(row::instant).transpose()?,
            failing_since: found.failing_since.map(row::instant).transpose()?,
            since: row::instant(found.since)?,
            created_at: row::instant(found.created_at)?,
        })
    }
}

fn names(types: &[WebhookType]) -> String {
    types.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ")
}

/// The endpoints of a tenant; also those that are sent nothing at present, because what happens
/// meanwhile may be replayed to them. They stay until the transaction ends: one that somebody
/// removes meanwhile must not make what happens fail.
pub(super) async fn listeners(tx: &mut Tx, tenant: &str) -> Result<Vec<Listener>, Fault> {
    let hold = match tx {
        // It has one writer, and that is us.
        Tx::Sqlite(_) => "",
        Tx::Postgres(_) => " FOR KEY SHARE",
    };
    let text = format!("SELECT id, types, state FROM webhook_endpoint WHERE tenant = $1{hold}");
    let text = sqlx::AssertSqlSafe(text);
    let found: Vec<(Uuid, String, String)> = in_tx!(tx, c => {
        sqlx::query_as(text).bind(tenant).fetch_all(c).await
    })
    .map_err(Fault::database("see who listens"))?;
    let listener =
        |(id, types, state)| Listener { id, types, enabled: state == WebhookState::Enabled.name() };
    Ok(found.into_iter().map(listener).collect())
}

/// The endpoint of that id, whoever asks.
pub(super) async fn endpoint(tx: &mut Tx, id: Uuid) -> Result<Option<EndpointRow>, Fault> {
    let found: Option<Columns> = in_tx!(tx, c => {
        sqlx::query_as("SELECT * FROM webhook_endpoint WHERE id = $1")
            .bind(id)
            .fetch_optional(c)
            .await
    })
    .map_err(Fault::database("look a webhook up"))?;
    found.map(EndpointRow::try_from).transpose()
}

impl Store {
    /// Keeps a new endpoint.
    pub async fn add_webhook(&self, new: &EndpointRow) -> Result<Registered, Fault> {
        const OPERATION: &str = "keep a webhook";
        let mut tx = self.begin_write(OPERATION).await?;
        tx.lock(&format!("webhooks:{}", new.tenant)).await?;
        if listeners(&mut tx, &new.tenant).await?.len() >= usize::from(WEBHOOKS_MAX) {
            return Ok(Registered::Full);
        }
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO webhook_endpoint
                   (id, tenant, url, description, types, signature, state, generation, since,
                    created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(new.id)
            .bind(&new.tenant)
            .bind(&new.url)
            .bind(&new.description)
            .bind(names(&new.types))
            .bind(new.signature.name())
            .bind(new.state.name())
            .bind(row::kept(new.generation)?)
            .bind(row::millis(new.since))
            .bind(row::millis(new.created_at))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        Ok(Registered::Now)
    }

    /// A tenant's endpoints, oldest first.
    pub async fn webhooks(&self, tenant: &str) -> Result<Vec<EndpointRow>, Fault> {
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as("SELECT * FROM webhook_endpoint WHERE tenant = $1 ORDER BY id")
                .bind(tenant)
                .fetch_all(c)
                .await
        })
        .map_err(Fault::database("list webhooks"))?;
        found.into_iter().map(EndpointRow::try_from).collect()
    }

    /// A tenant's endpoint.
    pub async fn webhook(&self, tenant: &str, id: Uuid) -> Result<Option<EndpointRow>, Fault> {
        let found: Option<Columns> = on_db!(&self.db, c => {
            sqlx::query_as("SELECT * FROM webhook_endpoint WHERE tenant = $1 AND id = $2")
                .bind(tenant)
                .bind(id)
                .fetch_optional(c)
                .await
        })
        .map_err(Fault::database("look a webhook up"))?;
        found.map(EndpointRow::try_from).transpose()
    }

    /// Changes of an endpoint what is given, and says how it stands then; `None` when there is
    /// none. One that is sent nothing, and then is, gets what has waited, as if it were new.
    pub async fn change_webhook(
        &self,
        (tenant, id): (&str, Uuid),
        change: &EndpointChange,
        now: Timestamp,
    ) -> Result<Option<EndpointRow>, Fault> {
        const OPERATION: &str = "change a webhook";
        let mut tx = self.begin_write(OPERATION).await?;
        let changed: Option<Columns> = in_tx!(&mut tx, c => {
            sqlx::query_as(
                "UPDATE webhook_endpoint
                 SET url = COALESCE($3, url), description = COALESCE($4, description),
                     types = COALESCE($5, types), state = COALESCE($6, state),
                     since = CASE WHEN $6 = 'enabled' AND state <> 'enabled' THEN $7
                             ELSE since END,
                     failing_since = CASE WHEN $6 = 'enabled' THEN NULL ELSE failing_since END
                 WHERE tenant = $1 AND id = $2
                 RETURNING *",
            )
            .bind(tenant)
            .bind(id)
            .bind(change.url.as_deref())
            .bind(change.description.as_deref())
            .bind(change.types.as_deref().map(names))
            .bind(change.state().map(WebhookState::name))
            .bind(row::millis(now))
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database(OPERATION))?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        self.outbox.notify_one();
        changed.map(EndpointRow::try_from).transpose()
    }

    /// Gives an endpoint its next secret, and says how it stands then; `None` when there is none.
    /// The secret before signs too until then.
    pub async fn rotate_webhook(
        &self,
        (tenant, id): (&str, Uuid),
        previous_until: Option<Timestamp>,
    ) -> Result<Option<EndpointRow>, Fault> {
        const OPERATION: &str = "rotate the secret of a webhook";
        let mut tx = self.begin_write(OPERATION).await?;
        let rotated: Option<Columns> = in_tx!(&mut tx, c => {
            sqlx::query_as(
                "UPDATE webhook_endpoint SET generation = generation + 1, previous_until = $3
                 WHERE tenant = $1 AND id = $2
                 RETURNING *",
            )
            .bind(tenant)
            .bind(id)
            .bind(previous_until.map(row::millis))
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database(OPERATION))?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        rotated.map(EndpointRow::try_from).transpose()
    }

    /// Forgets an endpoint and what was to be sent to it; false when there is none.
    pub async fn remove_webhook(&self, tenant: &str, id: Uuid) -> Result<bool, Fault> {
        let removed = on_db!(&self.db, c => {
            sqlx::query("DELETE FROM webhook_endpoint WHERE tenant = $1 AND id = $2")
                .bind(tenant)
                .bind(id)
                .execute(c)
                .await
                .map(rows)
        })
        .map_err(Fault::database("forget a webhook"))?;
        Ok(removed == 1)
    }

    /// Writes a message that tells of nothing, for this endpoint alone.
    pub async fn ping_webhook(&self, to: &EndpointRow, now: Timestamp) -> Result<Uuid, Fault> {
        const OPERATION: &str = "queue a test message";
        let facts = MessageFacts::default();
        let message = NewMessage::new(WebhookType::Ping, (None, 0), facts, now)?;
        let mut tx = self.begin_write(OPERATION).await?;
        keep(&mut tx, &to.tenant, &message).await?;
        queue(&mut tx, to.id, &message).await?;
        promote(&mut tx, (to.id, message.lane()), now).await?;
        tx.commit().await.map_err(Fault::database(OPERATION))?;
        self.outbox.notify_one();
        Ok(message.id)
    }
}
