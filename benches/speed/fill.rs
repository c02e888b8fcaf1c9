//! Very many visits at once.
//!
//! In: a server that has made one visit by its API, and how many there are to be. Out: as many
//! copies of its rows, each with ids, time, state, queue and reference of its own.
//! Never: the shape of a table; a copy is made of whatever columns there are, so that a new
//! column is in it too.

use crate::Outcome;
use crate::engine::{Engine, Place};
use crate::server::Server;
use crate::wire::Wire;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Rows of a visit, by table, parents first.
const TABLES: [&str; 4] = ["visit", "visit_party", "participant", "event"];
/// Unix milliseconds of the first copy's id; each later copy is a millisecond younger.
const FIRST_ID_MS: u64 = 1_700_000_000_000;

/// What is stored.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) visits: u32,
    pub(crate) took: Duration,
}

impl Filled {
    /// Id of a copy.
    pub(crate) fn visit(number: u32) -> Uuid {
        let number = u64::from(number);
        let text = format!("{:012x}7{:03x}8{number:015x}", FIRST_ID_MS + number, number % 4096);
        Uuid::parse_str(&text).unwrap_or_default()
    }
}

/// A visit as scheduling systems make them.
pub(crate) fn new_visit(reference: &str) -> Value {
    json!({
        "starts_at": "2031-01-31T09:30:00Z",
        "duration_minutes": 30,
        "queue": "team",
        "reference": reference,
        "participants": [
            { "role": "patient", "display_name": "Maria", "language": "pt" },
            { "role": "clinician", "display_name": "Dr. Osei" },
        ],
    })
}

/// Makes the first visit, and copies it until there are enough.
pub(crate) async fn fill(place: &Place, server: &Server, visits: u32) -> Outcome<Filled> {
    let mut wire = Wire::open(server.address, &server.key).await?;
    wire.post("/v1/visits", &new_visit("first")).await?;
    let began = Instant::now();
    match place.engine {
        Engine::Sqlite => file(place, visits).await?,
        Engine::Postgres => database(place, visits).await?,
    }
    Ok(Filled { visits, took: began.elapsed() })
}

async fn file(place: &Place, visits: u32) -> Outcome<()> {
    let options = SqliteConnectOptions::new()
        .filename(place.folder.path().join("bedside.db"))
        .busy_timeout(Duration::from_secs(5));
    let mut connection = SqliteConnection::connect_with(&options).await?;
    // A run that breaks off begins anew, so nothing here has to survive.
    let ease = "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = OFF";
    sqlx::raw_sql(ease).execute(&mut connection).await?;
    for table in TABLES {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(table)
            .fetch_all(&mut connection)
            .await?;
        let numbers = format!(
            "WITH RECURSIVE counted (n) AS
               (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < {visits}) "
        );
        let text = copy(Engine::Sqlite, table, &columns, ("counted", &numbers));
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    }
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

async fn database(place: &Place, visits: u32) -> Outcome<()> {
    let mut connection = PgConnection::connect(&place.url).await?;
    for table in TABLES {
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT column_name::text FROM information_schema.columns
             WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position",
        )
        .bind(table)
        .fetch_all(&mut connection)
        .await?;
        let counted = format!("generate_series(0, {}) AS counted (n)", i64::from(visits) - 1);
        let text = copy(Engine::Postgres, table, &columns, (&counted, ""));
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    }
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// The text that copies the first visit's rows of a table once for each `n` of `counted`.
fn copy(engine: Engine, table: &str, columns: &[String], counted: (&str, &str)) -> String {
    let (counted, with) = counted;
    let values: Vec<String> = columns.iter().map(|column| value(engine, table, column)).collect();
    let first = if table == "visit" {
        "t.reference = 'first'".to_owned()
    } else {
        "t.visit = (SELECT id FROM visit WHERE reference = 'first')".to_owned()
    };
    format!(
        "INSERT INTO {table} ({}) {with}SELECT {} FROM {counted}, {table} t WHERE {first}",
        columns.join(", "),
        values.join(", ")
    )
}

/// What stands in a column of the copy `n`.
fn value(engine: Engine, table: &str, column: &str) -> String {
    let id = |tail: &str| id_text(engine, tail);
    // Of ten visits one is to come, as in a system that has been in use.
    let to_come = |yes: &str, no: &str| format!("CASE WHEN n % 10 = 0 THEN {yes} ELSE {no} END");
    match (table, column) {
        ("visit", "id") | ("visit_party" | "participant" | "event", "visit") => id("n"),
        ("participant", "id") => id("(n * 16 + t.ordinal + 140737488355328)"),
        ("visit", "starts_at" | "created_at") => format!("t.{column} + n * 60000"),
        ("visit", "reference") => "'ref-' || n".to_owned(),
        ("visit", "queue") => "'queue-' || (n % 100)".to_owned(),
        ("visit", "state") => to_come("t.state", "'ended'"),
        ("visit", "wakes_at") => to_come("t.wakes_at + n * 60000", "NULL"),
        _ => format!("t.{column}"),
    }
}

/// The id of `Filled::visit`, in SQL; `tail` tells the ids of one copy apart.
fn id_text(engine: Engine, tail: &str) -> String {
    match engine {
        Engine::Sqlite => {
            format!("unhex(printf('%012x7%03x8%015x', {FIRST_ID_MS} + n, n % 4096, {tail}))")
        }
        Engine::Postgres => format!(
            "(lpad(to_hex({FIRST_ID_MS} + n::bigint), 12, '0') || '7' ||
              lpad(to_hex(n % 4096), 3, '0') || '8' ||
              lpad(to_hex(({tail})::bigint), 15, '0'))::uuid"
        ),
    }
}
