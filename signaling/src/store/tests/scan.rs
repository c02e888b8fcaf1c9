//! No list and no find reads a whole table.
//! In: every statement the store has sent while it listed and found. Out: what the engines
//! themselves plan to read for it. Never: a list of statements kept by hand.

use super::{Engine, House, NewVisitRow, Store, noon, on_each_engine, visit};
use crate::store::db::Db;
use crate::store::{Finding, Idempotency, RecordingsWanted, SessionRow};
use bedside_signaling_api::kept::KeptState;
use bedside_signaling_api::visit::VisitState;
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, PoisonError};
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;

on_each_engine! {
    lists_and_finds_use_an_index
    a_table_read_from_end_to_end_is_told
}

/// What sqlx has logged, a line of JSON each. SQLite works on threads of its own, so it is the
/// whole process's log.
static LOG: Log = Log(Mutex::new(Vec::new()));

struct Log(Mutex<Vec<u8>>);

impl io::Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for &'static Log {
    type Writer = &'static Log;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

/// From now on every statement is logged.
fn listen() {
    let log = tracing_subscriber::fmt().json().with_env_filter("sqlx::query=debug");
    let _set_before = log.with_writer(&LOG).try_init();
}

/// The statements logged so far that read a table, each once.
fn statements() -> BTreeSet<String> {
    let log = LOG.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let log = String::from_utf8(log).expect("JSON is UTF-8");
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let texts = lines.map(|line| {
        let whole = line["fields"]["db.statement"].as_str().unwrap_or_default().trim();
        let short = line["fields"]["summary"].as_str().unwrap_or_default();
        if whole.is_empty() { short } else { whole }.to_owned()
    });
    texts.filter(|text| reads_a_table(text)).collect()
}

fn reads_a_table(text: &str) -> bool {
    let starts = |word: &&str| text.starts_with(*word);
    ["SELECT", "UPDATE", "DELETE"].iter().any(starts)
        && TABLES.iter().any(|table| text.contains(table))
}

/// Tables that grow with the visits.
const TABLES: [&str; 10] = [
    "visit",
    "visit_party",
    "participant",
    "event",
    "session",
    "idempotency",
    "chat_line",
    "statement",
    "recording",
    "tutorial",
];

async fn lists_and_finds_use_an_index(house: House) {
    listen();
    let store = house.started().await;
    let made = visit(&store).await;
    find_everything(&store, &made).await;
    let statements = statements();
    let lists = statements.iter().filter(|text| text.contains("ORDER BY v.id DESC"));
    assert!(lists.count() >= 5, "the log has what was asked: {statements:#?}");
    for text in statements {
        let scans = scans(&store.db, &text).await;
        assert_eq!(scans, [""; 0], "{text}");
    }
}

async fn find_everything(store: &Store, made: &NewVisitRow) {
    let findings = [
        Finding::All,
        Finding::Reference("r".to_owned()),
        Finding::Series(Uuid::max()),
        Finding::Queue("q".to_owned()),
        Finding::State(VisitState::Live),
        Finding::Starting(noon(), noon()),
    ];
    for finding in findings {
        store.visits("clinic", &finding, Uuid::max(), 50).await.unwrap();
    }
    for (visit, state) in [
        (None, None),
        (Some(made.id), None),
        (None, Some(KeptState::Sealed)),
        (Some(made.id), Some(KeptState::Sealed)),
    ] {
        let wanted =
            RecordingsWanted { tenant: "clinic", visit, state, before: Uuid::max(), limit: 50 };
        store.recordings(wanted).await.unwrap();
    }
    store.recordings_due(noon()).await.unwrap();
    store.tutorials("clinic", Uuid::max(), 50).await.unwrap();
    let person = &made.participants[0];
    assert!(store.visit("clinic", made.id).await.unwrap().is_some());
    assert!(store.participant(person.id).await.unwrap().is_some());
    assert!(store.load_visit(made.id).await.unwrap().is_some());
    store.due_visits(noon()).await.unwrap();
    store.queue("clinic", "q").await.unwrap();
    store.chat(made.id, None).await.unwrap();
    store.statements(made.id).await.unwrap();
    let (visit, participant, generation) = (made.id, person.id, person.generation);
    let row = SessionRow { visit, participant, generation };
    let token = store.open_session(row, noon()).await.unwrap();
    assert!(store.session(&token).await.unwrap().is_some());
    let request = Idempotency { key: "k".to_owned(), request_hash: [1; 32] };
    store.create_visit(&super::planned(noon()), Some(&request)).await.unwrap();
    store.erase_due(noon()).await.unwrap();
}

async fn a_table_read_from_end_to_end_is_told(house: House) {
    let store = house.started().await;
    for text in [
        "SELECT id FROM visit WHERE duration_minutes = $1",
        "SELECT id FROM visit WHERE duration_minutes = $1 ORDER BY id LIMIT 1",
        "SELECT v.id FROM visit v JOIN visit_party y ON y.visit = v.id WHERE y.kind = $1",
    ] {
        assert_ne!(scans(&store.db, text).await, [""; 0], "{text}");
    }
}

/// Where an engine would read a whole table, or a whole index, to answer a statement.
async fn scans(db: &Db, text: &str) -> Vec<String> {
    match db {
        Db::Sqlite(pool) => scans_of_file(pool, text).await,
        Db::Postgres(pool) => scans_of_server(pool, text).await,
    }
}

async fn scans_of_file(pool: &SqlitePool, text: &str) -> Vec<String> {
    let text = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
    let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(text).fetch_all(pool).await.unwrap();
    assert!(!steps.is_empty());
    let steps = steps.into_iter().map(|(_, _, _, step)| step);
    steps.filter(|step| step.starts_with("SCAN") && !OF_ITS_OWN.contains(&step.as_str())).collect()
}

/// What a statement reads whole that is no table: values, and rows it has found itself.
const OF_ITS_OWN: [&str; 2] = ["SCAN CONSTANT ROW", "SCAN due"];

/// The tables are small here, so the planner is told to spare nothing to avoid reading one; what
/// it then still reads whole, it has no index for. It plans without knowing the values, as for
/// a statement that is kept.
async fn scans_of_server(pool: &PgPool, text: &str) -> Vec<String> {
    let places = (1..=99).take_while(|place| text.contains(&format!("${place}"))).count();
    let nothing = vec!["NULL"; places].join(", ");
    let values = if places == 0 { String::new() } else { format!("({nothing})") };
    let mut tx = pool.begin().await.unwrap();
    let asked = format!(
        "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
         SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashjoin = off;
         PREPARE looked_at AS {text}"
    );
    sqlx::raw_sql(AssertSqlSafe(asked)).execute(&mut *tx).await.unwrap();
    let explain = AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) EXECUTE looked_at {values}"));
    let plan: String = {
        use sqlx::Row as _;
        let row = sqlx::raw_sql(explain).fetch_one(&mut *tx).await.unwrap();
        row.try_get_unchecked(0).unwrap()
    };
    sqlx::raw_sql("DEALLOCATE looked_at").execute(&mut *tx).await.unwrap();
    let mut found = Vec::new();
    whole_reads(&serde_json::from_str(&plan).unwrap(), &mut found);
    found
}

/// Nodes of a plan that read a table or an index from end to end.
fn whole_reads(node: &Value, found: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let conditioned = node.get("Index Cond").is_some();
    let of_some_rows = node["Index Name"].as_str().is_some_and(|name| name.contains("wake"));
    if kind == "Seq Scan" || (kind.contains("Index") && !conditioned && !of_some_rows) {
        found.push(format!("{kind} of {}{}", node["Relation Name"], node["Index Name"]));
    }
    match node {
        Value::Array(nodes) => nodes.iter().for_each(|node| whole_reads(node, found)),
        Value::Object(fields) => fields.values().for_each(|node| whole_reads(node, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
