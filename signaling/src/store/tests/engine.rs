//! A database of one's own for each test, on either engine.
//!
//! In: a test's folder. Out: the settings of a store that nobody else uses.
//! Never: a PostgreSQL test that passes because there was no PostgreSQL, unless that was
//! asked for.

use bedside_config::Store as Settings;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::env;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::process;
use std::thread;

/// Where tests find a PostgreSQL in which they may do what they like.
const ADDRESS: &str = "BEDSIDE_TEST_POSTGRES";

/// What keeps the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The embedded database.
    Sqlite,
    /// A server; `make unit` runs one.
    Postgres,
}

impl Engine {
    /// The settings of a store in `folder`; the same folder means the same rows.
    pub(crate) fn store(self, folder: &Path) -> Settings {
        let url = match self {
            Self::Sqlite => String::new(),
            Self::Postgres => schema(folder),
        };
        Settings { data_dir: folder.to_owned(), url, ..Settings::default() }
    }
}

/// The address of a schema that stands for `folder`. A schema holds the same tables as a
/// database of its own would, and is made at no cost.
fn schema(folder: &Path) -> String {
    let address = address();
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    let name = format!("test_{:016x}", hasher.finish());
    run(&address, format!("CREATE SCHEMA IF NOT EXISTS {name}"));
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}options=-c%20search_path%3D{name}")
}

/// Where the PostgreSQL of the tests is.
///
/// # Panics
/// When nobody said where, or that there is to be none.
pub(crate) fn address() -> String {
    match env::var(ADDRESS) {
        Ok(word) if word == "skip" => {
            eprintln!("skipped, since {ADDRESS}=skip");
            process::exit(0);
        }
        Ok(address) => address,
        Err(_) => panic!(
            "this test wants a PostgreSQL: use `make unit`, or scripts/with-postgres.sh before \
             your command, or {ADDRESS}=skip to do without"
        ),
    }
}

/// Does something at that address that a test cannot do as a client of the store. On a thread
/// of its own, so that it can be asked for anywhere.
pub(crate) fn run(address: &str, sql: String) {
    let done = thread::scope(|scope| {
        let work = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let mut connection = PgConnection::connect(address).await?;
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
                connection.close().await
            })
        });
        work.join().unwrap()
    });
    done.expect("the PostgreSQL of the tests answers");
}
