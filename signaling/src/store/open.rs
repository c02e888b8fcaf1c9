//! Opens and closes the embedded database.
//!
//! In: the data folder. Out: a store in this version's shape.
//! Never: answers "stored" before the disk has it (`synchronous = FULL`).

use super::Store;
use super::lease::{self, Node};
use super::tally::Tally;
use crate::{Fault, secret};
use jiff::Timestamp;
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// File of the database in the data folder.
const FILE: &str = "bedside.db";
/// Connections held open. SQLite has one writer at a time, so more would only wait in line;
/// readers do not wait for the writer.
const CONNECTIONS_MAX: u32 = 4;
/// How long a writer waits for the one before it. Longer than any of our transactions takes
/// on a slow disk, shorter than the request's own time limit.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// How long a request waits for a free connection before it fails.
const ACQUIRE_WAIT: Duration = Duration::from_secs(5);

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

impl Store {
    /// Opens the database in `folder`, made when missing, for `node`. Until it is started it
    /// can own no visit, so that a command line beside a running server disturbs nothing.
    pub async fn open(folder: &Path, node: Uuid) -> Result<Self, Fault> {
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
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_WAIT)
            .connect_with(options)
            .await
            .map_err(Fault::database("open its file"))?;
        MIGRATIONS.run(&pool).await.map_err(Fault::Migrate)?;
        Ok(Self { pool, node: Node::not_started(node), tally: Tally::default() })
    }

    /// Starts this node: what an earlier start of it owned, it owns no more.
    pub async fn start(self, now: Timestamp) -> Result<Self, Fault> {
        let node = lease::start(&self.pool, self.node.id, now).await?;
        Ok(Self { node, ..self })
    }

    /// Whether the database answers; for readiness.
    pub async fn reachable(&self) -> Result<(), Fault> {
        sqlx::query("SELECT 1")
            .execute(&self.pool)
            .await
            .map_err(Fault::database("answer a probe"))?;
        Ok(())
    }

    /// Ends all work and folds the write-ahead log into the file, so that a copy of the one
    /// file is a whole backup.
    pub async fn close(&self) -> Result<(), Fault> {
        let folded = checkpoint(&self.pool).await;
        self.pool.close().await;
        folded
    }

    /// Begins a transaction that is the only writer until it ends.
    pub(super) async fn begin_write(
        &self,
        operation: &'static str,
    ) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, Fault> {
        self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(Fault::database(operation))
    }
}

async fn checkpoint(pool: &SqlitePool) -> Result<(), Fault> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(pool)
        .await
        .map_err(Fault::database("fold its log into its file"))?;
    Ok(())
}
