//! The two engines under the store: SQLite, built in, and PostgreSQL.
//!
//! In: one SQL text with `$1` parameters that both engines understand. Out: the same values
//! from either; what differs between them (who waits for whom) is said here once.
//! Never: a decision about what is kept; a text of one engine only.

use crate::Fault;
use sqlx::postgres::PgQueryResult;
use sqlx::sqlite::SqliteQueryResult;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

/// The engine that keeps everything. Clones share its connections.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// Built in; one file, one process that writes.
    Sqlite(SqlitePool),
    /// A server of its own, for one node or many.
    Postgres(PgPool),
}

/// A transaction; it changes nothing unless it is committed.
///
/// On SQLite it is the only writer until it ends. On PostgreSQL others write beside it: who
/// reads and then writes by what was read takes a `lock` first, or locks the rows it read.
#[derive(Debug)]
pub(crate) enum Tx {
    /// Of the file.
    Sqlite(Transaction<'static, Sqlite>),
    /// Of the server.
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one query on the engine there is, outside a transaction:
/// `on_db!(&self.db, c => sqlx::query("…").bind(x).execute(c).await.map(rows))`.
///
/// The text is the same; it is expanded once an engine, so that types stay exact.
macro_rules! on_db {
    ($db:expr, $c:ident => $query:expr) => {
        match $db {
            $crate::store::db::Db::Sqlite($c) => $query,
            $crate::store::db::Db::Postgres($c) => $query,
        }
    };
}

/// Runs one query inside a transaction, a `&mut Tx`:
/// `in_tx!(tx, c => sqlx::query("…").bind(x).execute(c).await.map(rows))`.
macro_rules! in_tx {
    ($tx:expr, $c:ident => $query:expr) => {
        match $tx {
            $crate::store::db::Tx::Sqlite(open) => {
                let $c = &mut **open;
                $query
            }
            $crate::store::db::Tx::Postgres(open) => {
                let $c = &mut **open;
                $query
            }
        }
    };
}

pub(crate) use {in_tx, on_db};

/// What an engine says of a query that answers no rows.
pub(crate) trait Done {
    /// How many rows it changed.
    fn rows_changed(&self) -> u64;
}

impl Done for SqliteQueryResult {
    fn rows_changed(&self) -> u64 {
        self.rows_affected()
    }
}

impl Done for PgQueryResult {
    fn rows_changed(&self) -> u64 {
        self.rows_affected()
    }
}

/// How many rows a query changed, from either engine; for `map` behind `execute`.
pub(crate) fn rows(done: impl Done) -> u64 {
    done.rows_changed()
}

impl Db {
    /// The time by the database's own clock, in the unit of kept instants, for use inside a
    /// query.
    pub(crate) const fn clock(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
            Self::Postgres(_) => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Tx, sqlx::Error> {
        match self {
            // A reader that turns writer may fail at once where another writes; a writer from
            // the start waits its turn.
            Self::Sqlite(pool) => pool.begin_with("BEGIN IMMEDIATE").await.map(Tx::Sqlite),
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
    }
}

impl Tx {
    /// Keeps what was done; from here on it survives a crash.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(open) => open.commit().await,
            Self::Postgres(open) => open.commit().await,
        }
    }

    /// Waits until no other transaction holds that name, and holds it until the end. The name
    /// says what for: `idempotency:tenant:key`.
    pub(crate) async fn lock(&mut self, name: &str) -> Result<(), Fault> {
        match self {
            // It has one writer, and that is us.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(open) => {
                sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                    .bind(name)
                    .execute(&mut **open)
                    .await
                    .map_err(Fault::database("wait for its turn"))?;
                Ok(())
            }
        }
    }

    /// The end of a `SELECT` whose rows stay as they are until the transaction ends.
    pub(crate) const fn for_update(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " FOR UPDATE",
        }
    }

    /// The same, passing over rows that another transaction is at work on.
    pub(crate) const fn skip_locked(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " FOR UPDATE SKIP LOCKED",
        }
    }
}
