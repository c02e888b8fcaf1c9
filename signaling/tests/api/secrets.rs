//! No secret is in the database, and neither secrets nor names are in the log.

use crate::server::{Server, behind_the_hash, config, id, link, problem, visit};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::fs;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Every row that a PostgreSQL keeps, as text with bytes in hexadecimal; none without one.
async fn rows(url: &str) -> Vec<Vec<u8>> {
    if url.is_empty() {
        return Vec::new();
    }
    let mut connection = PgConnection::connect(url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let text = AssertSqlSafe(format!("SELECT t::text FROM {table} t"));
        let found: Vec<String> = sqlx::query_scalar(text).fetch_all(&mut connection).await.unwrap();
        rows.extend(found.into_iter().map(String::into_bytes));
    }
    rows
}

#[tokio::test]
async fn secrets_and_names_stay_where_they_belong() {
    let log = Log::default();
    let to_log = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_ansi(false)
        .with_max_level(tracing::Level::DEBUG)
        .finish();
    // This thread's only: the server of this test runs on it, and no other does.
    let _guard = tracing::subscriber::set_default(to_log);
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let link = link(&made, 0);
    let session: Value = server.redeem(&link).await.json();
    let token = session["session"].as_str().unwrap().to_owned();
    let secret = behind_the_hash(&link).split_once('.').unwrap().1.to_owned();
    let key_secret = server.key.splitn(3, '_').nth(2).unwrap().to_owned();
    // Mistakes a person may make: the secret in the path or the query.
    let path = format!("/j/{secret}?link={secret}&name=Maria");
    server.get(&path).send().await;
    let wrong = server.get(&format!("/v1/visits?cursor={secret}")).send().await;
    let wrong = problem(wrong, 400, "invalid-query").await;
    assert!(!wrong.to_string().contains(&secret), "{wrong}");
    let visit_id = id(&made).to_string();
    server.get(&format!("/v1/visits/{visit_id}")).send().await;
    let folder = server.stop().await;

    let log = log.text();
    assert!(log.contains("/v1/links/redeem") && log.contains("status=200"), "{log}");
    for hidden in [&secret, &token, &key_secret, "Maria", "Osei", &visit_id] {
        assert!(!log.contains(hidden), "{hidden} is in the log:\n{log}");
    }
    let mut kept: Vec<Vec<u8>> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(kept.len() >= 2, "the keys");
    kept.extend(rows(&config(folder.path()).store.url).await);
    for bytes in &kept {
        for hidden in [&secret, &token, &key_secret] {
            let shown: String = hidden.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(!holds(bytes, hidden) && !holds(bytes, &shown), "{hidden} is kept");
        }
    }
    assert!(kept.iter().any(|bytes| holds(bytes, "Maria")), "it is looked at");
}
