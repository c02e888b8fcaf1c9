//! Who looked at what is on the disk before it is shown, in a chain that tells of every change.

use super::recordings;
use crate::engine::Engine;
use crate::server::{Server, TENANT, config, engine, id, problem, visit};
use bedside_signaling::Service;
use bedside_signaling::audit::Report;
use bedside_signaling::key::Scope;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A way past the service, into its database.
enum Past {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs one query there.
macro_rules! past {
    ($past:expr, $c:ident => $query:expr) => {
        match $past {
            Past::Sqlite($c) => $query,
            Past::Postgres($c) => $query,
        }
    };
}

async fn past(server: &Server) -> Past {
    let store = config(server.folder.path()).store;
    match engine() {
        Engine::Sqlite => {
            let file = SqliteConnectOptions::new().filename(store.data_dir.join("bedside.db"));
            Past::Sqlite(SqliteConnection::connect_with(&file).await.unwrap())
        }
        Engine::Postgres => Past::Postgres(PgConnection::connect(&store.url).await.unwrap()),
    }
}

pub(crate) async fn sql(server: &Server, text: &'static str) -> Result<(), sqlx::Error> {
    past!(&mut past(server).await, c => sqlx::raw_sql(text).execute(c).await.map(drop))
}

/// Every entry, oldest first, with the pages in between.
async fn log(server: &Server, key: &str) -> Vec<Value> {
    let mut path = "/v1/audit?limit=200".to_owned();
    let mut entries = Vec::new();
    loop {
        let answer = server.client.get(server.url(&path)).bearer(key).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page: Value = answer.json();
        entries.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { return entries };
        path = format!("/v1/audit?limit=200&cursor={cursor}");
    }
}

/// The entries that somebody's look at `visit` has made.
fn looks(entries: &[Value], visit: Uuid) -> Vec<(&str, &str, &str)> {
    let word = |entry: &'_ Value, name: &str| -> &'static str {
        ["read", "list", "visit", "visits", "quality", "audit", "done", "not_found"]
            .into_iter()
            .find(|word| entry[name] == *word)
            .unwrap_or("another")
    };
    let about = entries.iter().filter(|entry| entry["visit"] == visit.to_string());
    about
        .filter(|entry| entry["verb"] == "read" || entry["verb"] == "list")
        .map(|entry| (word(entry, "verb"), word(entry, "detail"), word(entry, "outcome")))
        .collect()
}

async fn verified(server: &Server) -> Report {
    let service = Service::open(&config(server.folder.path())).await.unwrap();
    service.verify_audit(TENANT, &[], |_| ()).await.unwrap()
}

#[tokio::test]
async fn every_look_at_a_visit_is_an_entry_of_it() {
    let server = Server::start().await;
    let (one, other) = (server.schedule(&visit()).await, server.schedule(&visit()).await);
    let (one, other) = (id(&one), id(&other));
    assert_eq!(server.get("/v1/visits").send().await.status, 200);
    assert_eq!(server.get(&format!("/v1/visits/{one}")).send().await.status, 200);
    assert_eq!(server.get(&format!("/v1/visits/{one}/quality")).send().await.status, 200);
    assert_eq!(server.get(&format!("/v1/audit?visit={other}")).send().await.status, 200);
    let nobodys = Uuid::from_u128(77);
    assert_eq!(server.get(&format!("/v1/visits/{nobodys}")).send().await.status, 404);
    let entries = log(&server, &server.key).await;
    let listed = ("list", "visits", "done");
    assert_eq!(
        looks(&entries, one),
        [listed, ("read", "visit", "done"), ("read", "quality", "done")]
    );
    assert_eq!(looks(&entries, other), [listed, ("list", "audit", "done")]);
    assert_eq!(looks(&entries, nobodys), [("read", "visit", "not_found")]);
    // Whoever may read the log can tell which key it was.
    let key = server.key.split('_').nth(1).unwrap();
    let key: Uuid = key.parse().unwrap();
    for entry in &entries {
        assert_eq!(entry["actor"]["kind"], "key", "{entry}");
        assert_eq!(entry["actor"]["id"], key.to_string(), "{entry}");
    }
    let again = log(&server, &server.key).await;
    assert_eq!(again.len(), entries.len() + 1, "the reading is an entry too");
    server.stop().await;
}

/// What shows no record of anybody: the profiles of rules are the same for all, and public keys are
/// nobody's secret.
const NO_RECORDS: [&str; 2] = ["/v1/policies", "/v1/recording-keys"];

/// Guards against an operation that shows records and is not noted: each one the document knows
/// is called.
#[tokio::test]
async fn every_get_that_shows_records_makes_an_entry() {
    let mut server = recordings::server().await;
    let recorded = recordings::sealed(&mut server).await;
    let (visit, recording) = (recorded.visit.to_string(), recorded.id.to_string());
    let document: Value = server.get("/v1/openapi.json").send().await.json();
    let mut called = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let scopes = item["get"]["security"].to_string();
        if NO_RECORDS.contains(&path.as_str()) {
            continue;
        }
        if !["visits:read", "audit:read", "recordings:read"].iter().any(|s| scopes.contains(s)) {
            continue;
        }
        let before = log(&server, &server.key).await.len();
        let one = if path.starts_with("/v1/recordings") { &recording } else { &visit };
        let called_path = path.replace("{id}", one).replace("{queue}", "day");
        let answer = server.get(&called_path.replace("{name}", "manifest.jsonl")).send().await;
        assert_eq!(answer.status, 200, "{path}: {}; call it here as it wants", answer.text());
        let after = log(&server, &server.key).await.len();
        assert!(after >= before + 2, "GET {path} shows records and notes nothing");
        called.insert(path.as_str());
    }
    assert!(called.len() >= 13, "{called:?}");
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_noted_is_not_shown() {
    let server = Server::start().await;
    let path = format!("/v1/visits/{}", id(&server.schedule(&visit()).await));
    sql(&server, "ALTER TABLE audit RENAME TO elsewhere").await.unwrap();
    for path in [path.as_str(), "/v1/visits", &format!("{path}/quality"), "/v1/audit/checkpoints"] {
        let answer = server.get(path).send().await;
        assert_eq!(answer.headers["retry-after"], "1", "{path}");
        let told = problem(answer, 503, "not-audited").await;
        assert!(!told.to_string().contains("Maria"), "{told}");
    }
    sql(&server, "ALTER TABLE elsewhere RENAME TO audit").await.unwrap();
    assert_eq!(server.get(&path).send().await.status, 200, "it mends by itself");
    assert!(verified(&server).await.clean());
    server.stop().await;
}

#[tokio::test]
async fn a_tenant_reads_its_own_log_only() {
    let server = Server::start().await;
    let made = id(&server.schedule(&visit()).await);
    server.get(&format!("/v1/visits/{made}")).send().await;
    let foreign = server.key("pharmacy", &Scope::ALL).await;
    let about_it = server.client.get(server.url(&format!("/v1/audit?visit={made}")));
    let page: Value = about_it.bearer(&foreign).send().await.json();
    assert_eq!(page["data"].as_array().unwrap().len(), 0, "{page}");
    let entries = log(&server, &foreign).await;
    assert_eq!(entries.len(), 1, "its own look: {entries:?}");
    assert_eq!(entries[0]["seq"], 1, "a chain of its own");
    let checkpoints = server.client.get(server.url("/v1/audit/checkpoints")).bearer(&foreign);
    let page: Value = checkpoints.send().await.json();
    assert_eq!(page["data"].as_array().unwrap().len(), 0);

    let reader = server.key(TENANT, &[Scope::VisitsRead, Scope::VisitsWrite]).await;
    for path in ["/v1/audit", "/v1/audit/checkpoints"] {
        let denied = server.client.get(server.url(path)).bearer(&reader).send().await;
        problem(denied, 403, "missing-scope").await;
        problem(server.client.get(server.url(path)).send().await, 401, "unauthorized").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn pages_hold_every_entry_once_oldest_first() {
    let server = Server::start().await;
    let made = id(&server.schedule(&visit()).await);
    for _ in 0..7 {
        server.get(&format!("/v1/visits/{made}")).send().await;
    }
    let mut path = format!("/v1/audit?visit={made}&since=2020-01-01T00:00:00Z&limit=3");
    let mut seen = Vec::new();
    loop {
        let answer = server.get(&path).send().await;
        let page: Value = answer.json();
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 3);
        seen.extend(data.iter().map(|entry| entry["seq"].as_u64().unwrap()));
        let Some(link) = answer.headers.get("link") else {
            assert!(page.get("next_cursor").is_none(), "{page}");
            break;
        };
        let (next, rel) = link.to_str().unwrap().split_once('>').unwrap();
        assert_eq!(rel, "; rel=\"next\"");
        path = next.trim_start_matches('<').to_owned();
    }
    // The looks at the first pages are entries of this visit too, and stand on the last ones.
    let every = 1..=u64::try_from(seen.len()).unwrap();
    assert_eq!(seen, every.collect::<Vec<_>>());
    assert!(seen.len() > 8, "{seen:?}");
    let late = server.get("/v1/audit?since=2999-01-01T00:00:00Z").send().await;
    assert_eq!(late.json::<Value>()["data"].as_array().unwrap().len(), 0);
    for wrong in ["limit=0", "limit=201", "cursor=1", "since=yesterday", "visit=Maria", "who=me"] {
        let answer = server.get(&format!("/v1/audit?{wrong}")).send().await;
        problem(answer, 400, "invalid-query").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn forty_looks_at_once_are_one_chain() {
    let server = Server::start().await;
    let path = format!("/v1/visits/{}", id(&server.schedule(&visit()).await));
    let looks = (0..40).map(|_| tokio::spawn(server.get(&path).send())).collect::<Vec<_>>();
    for look in looks {
        assert_eq!(look.await.unwrap().status, 200);
    }
    let report = verified(&server).await;
    assert!(report.clean(), "{report:?}");
    assert!(report.rows >= 40);
    server.stop().await;
}

#[tokio::test]
async fn who_past_the_service_changes_a_row_is_found() {
    let server = Server::start().await;
    let path = format!("/v1/visits/{}", id(&server.schedule(&visit()).await));
    for _ in 0..6 {
        server.get(&path).send().await;
    }
    assert!(verified(&server).await.clean());
    const EDIT: &str = "UPDATE audit SET detail = 'visits' WHERE seq = 4";
    for asked in [EDIT, "DELETE FROM audit WHERE seq = 4"] {
        let refused = sql(&server, asked).await.unwrap_err().to_string();
        assert!(refused.contains("never"), "{refused}");
    }
    let disarm = match engine() {
        Engine::Sqlite => "DROP TRIGGER audit_is_not_changed",
        Engine::Postgres => "DROP TRIGGER audit_stays ON audit",
    };
    sql(&server, disarm).await.unwrap();
    sql(&server, EDIT).await.unwrap();
    let told: Vec<String> =
        verified(&server).await.findings.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["row 4 was edited"]);
    server.stop().await;
}

#[tokio::test]
async fn no_name_no_secret_and_no_id_of_a_person_is_in_the_log() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let opened: Value = server.redeem(&crate::server::link(&made, 0)).await.json();
    server.get(&format!("/v1/visits/{}", id(&made))).send().await;
    server.get("/v1/visits").send().await;
    let text = match engine() {
        Engine::Sqlite => {
            "SELECT verb || ' ' || actor_kind || ' ' || outcome || ' ' || detail || ' ' || tenant
               || lower(hex(coalesce(actor, ''))) || lower(hex(coalesce(subject, ''))) FROM audit"
        }
        Engine::Postgres => {
            "SELECT verb || ' ' || actor_kind || ' ' || outcome || ' ' || detail || ' ' || t::text
             FROM audit t"
        }
    };
    let rows: Vec<String> =
        past!(&mut past(&server).await, c => sqlx::query_scalar(text).fetch_all(c).await.unwrap());
    for word in ["scheduled key", "link_opened person", "read key", "list key"] {
        assert!(rows.iter().any(|row| row.starts_with(word)), "{word}: {rows:?}");
    }
    let person = made["participants"][0]["id"].as_str().unwrap().replace('-', "");
    let key = server.key.split('_').nth(1).unwrap();
    let hidden = [
        "Maria",
        "Osei",
        opened["session"].as_str().unwrap(),
        server.key.as_str(),
        &person,
        key,
        made["participants"][0]["id"].as_str().unwrap(),
    ];
    for row in &rows {
        assert!(hidden.iter().all(|hidden| !row.contains(hidden)), "{row}");
    }
    let words: BTreeSet<&str> =
        rows.iter().flat_map(|row| row.split(' ').take(4)).filter(|w| !w.is_empty()).collect();
    let code = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    assert!(words.iter().all(code), "{words:?}");
    server.stop().await;
}
