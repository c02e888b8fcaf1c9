//! Opens and closes the database: the embedded one, or a PostgreSQL.
//!
//! In: the settings. Out: a store in this version's shape.
//! Never: answers "stored" before the disk has it (`synchronous = FULL`; PostgreSQL's own
//! default is the same); a password in a message.

use super::Store;
use super::db::{Db, Tx, on_db, rows};
use super::lease::{self, Node};
use super::tally::Tally;
use crate::audit::keys::Keys;
use crate::{Fault, secret};
use bedside_config::Store as Settings;
use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// File of the embedded database in the data folder.
const FILE: &str = "bedside.db";
/// Connections to the embedded database. SQLite has one writer at a time, so more would only
/// wait in line; readers do not wait for the writer.
const FILE_CONNECTIONS_MAX: u32 = 4;
/// Connections to PostgreSQL. A write waits for the server's disk, so a few at once are
/// worth it; each costs the server memory, and many nodes share its hundred.
const SERVER_CONNECTIONS_MAX: u32 = 8;
/// How long a writer waits for the one before it. Longer than any of our transactions takes
/// on a slow disk, shorter than the request's own time limit.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// How long a request waits for a free connection before it fails.
const ACQUIRE_WAIT: Duration = Duration::from_secs(5);

static FILE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static SERVER_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

impl Store {
    /// Opens the database that the settings name for `node`. Until it is started it can own
    /// no visit, so that a command line beside a running server disturbs nothing.
    pub async fn open(settings: &Settings, node: Uuid) -> Result<Self, Fault> {
        let db = if settings.url.is_empty() {
            Db::Sqlite(file(&settings.data_dir).await?)
        } else {
            Db::Postgres(server(settings).await?)
        };
        let audit = Arc::new(Keys::open(&settings.data_dir)?);
        Ok(Self {
            db,
            node: Node::not_started(node),
            tally: Tally::default(),
            audit,
            outbox: Arc::default(),
        })
    }

    /// Starts this node: what an earlier start of it owned, it owns no more.
    pub async fn start(self, now: Timestamp) -> Result<Self, Fault> {
        let node = lease::start(&self.db, self.node.id, now).await?;
        Ok(Self { node, ..self })
    }

    /// Whether the database answers; for readiness.
    pub async fn reachable(&self) -> Result<(), Fault> {
        on_db!(&self.db, c => { sqlx::query("SELECT 1").execute(c).await.map(rows) })
            .map_err(Fault::database("answer a probe"))?;
        Ok(())
    }

    /// Ends all work; what this node owned, any other may have at once. The embedded database folds its write-ahead log into its file, so that
    /// a copy of the one file is a whole backup.
    pub async fn close(&self) -> Result<(), Fault> {
        let ended = lease::end(&self.db, self.node).await;
        match &self.db {
            Db::Sqlite(pool) => {
                let folded = checkpoint(pool).await;
                pool.close().await;
                ended.and(folded)
            }
            Db::Postgres(pool) => {
                pool.close().await;
                ended
            }
        }
    }

    /// Begins a transaction that writes.
    pub(super) async fn begin_write(&self, operation: &'static str) -> Result<Tx, Fault> {
        self.db.begin().await.map_err(Fault::database(operation))
    }
}

/// The embedded database in `folder`, made when missing.
async fn file(folder: &Path) -> Result<SqlitePool, Fault> {
    let file = folder.join(FILE);
    // The folder is closed already where we made it; one the operator brought may be open
    // to others.
    secret::make_file(&file)?;
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_WAIT);
    let pool = SqlitePoolOptions::new()
        .max_connections(FILE_CONNECTIONS_MAX)
        .acquire_timeout(ACQUIRE_WAIT)
        // A file does not move. A new connection would read it, and prepare its statements, anew.
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
        .map_err(Fault::database("open its file"))?;
    FILE_MIGRATIONS.run(&pool).await.map_err(Fault::Migrate)?;
    Ok(pool)
}

/// The PostgreSQL of the settings.
async fn server(settings: &Settings) -> Result<PgPool, Fault> {
    let address: PgConnectOptions = settings.url.parse().map_err(Fault::StoreUrl)?;
    let mut options = address.application_name("bedside");
    if !settings.password_file.as_os_str().is_empty() {
        options = options.password(&secret::password(&settings.password_file)?);
    }
    let pool = PgPoolOptions::new()
        .max_connections(SERVER_CONNECTIONS_MAX)
        .acquire_timeout(ACQUIRE_WAIT)
        .connect_with(options)
        .await
        .map_err(Fault::database("let us in"))?;
    SERVER_MIGRATIONS.run(&pool).await.map_err(Fault::Migrate)?;
    Ok(pool)
}

async fn checkpoint(pool: &SqlitePool) -> Result<(), Fault> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(pool)
        .await
        .map_err(Fault::database("fold its log into its file"))?;
    Ok(())
}
