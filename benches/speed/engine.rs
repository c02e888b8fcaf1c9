//! A database of the bench's own, on either engine.
//!
//! In: the name of an engine. Out: settings of a server that nobody else uses.
//! Never: a database that holds anything already.

use crate::Outcome;
use bedside_config::Config;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

/// Where the PostgreSQL is; `scripts/with-postgres.sh` says so.
const ADDRESS: &str = "BEDSIDE_TEST_POSTGRES";

/// What keeps the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The embedded database.
    Sqlite,
    /// A server.
    Postgres,
}

/// A data folder, and the address of a schema where there is one. The folder goes with it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) engine: Engine,
    pub(crate) folder: TempDir,
    pub(crate) url: String,
}

impl Engine {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    pub(crate) fn named(name: &str) -> Outcome<Self> {
        let all = [Self::Sqlite, Self::Postgres];
        let found = all.into_iter().find(|engine| engine.name() == name);
        found.ok_or_else(|| format!("{name} is no engine").into())
    }

    /// A place of its own.
    pub(crate) fn place(self) -> Outcome<Place> {
        let folder = tempfile::tempdir()?;
        let url = match self {
            Self::Sqlite => String::new(),
            Self::Postgres => schema()?,
        };
        Ok(Place { engine: self, folder, url })
    }
}

impl Place {
    /// The settings of a server on loopback.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::default();
        config.http.listen = ([127, 0, 0, 1], 0).into();
        config.metrics.listen = ([127, 0, 0, 1], 0).into();
        config.store.data_dir = self.folder.path().to_owned();
        config.store.url.clone_from(&self.url);
        // The server is measured, not its patience.
        config.limits.key_per_second = 0;
        config.limits.address_per_second = 0;
        config
    }
}

/// A schema that nothing is in.
fn schema() -> Outcome<String> {
    let address = std::env::var(ADDRESS)
        .map_err(|_| format!("{ADDRESS} says nothing: put scripts/with-postgres.sh in front"))?;
    let name = format!("bench_{}", std::process::id());
    let make = async {
        let mut connection = PgConnection::connect(&address).await?;
        let text = AssertSqlSafe(format!("CREATE SCHEMA {name}"));
        sqlx::raw_sql(text).execute(&mut connection).await?;
        connection.close().await
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(make)?;
    let joint = if address.contains('?') { '&' } else { '?' };
    Ok(format!("{address}{joint}options=-c%20search_path%3D{name}"))
}
