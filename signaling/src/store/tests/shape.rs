//! Both engines end with the same tables and columns.

use super::{Engine, House};
use crate::store::db::Db;
use std::collections::BTreeSet;

/// A column: its table, its name, whether it may be empty.
type Column = (String, String, bool);

async fn columns(house: &House) -> BTreeSet<Column> {
    let found: Vec<Column> = match &house.opened().await.db {
        Db::Sqlite(pool) => sqlx::query_as(
            "SELECT t.name, c.name, c.\"notnull\" = 0 FROM sqlite_schema t
             JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx_%'",
        )
        .fetch_all(pool)
        .await
        .unwrap(),
        Db::Postgres(pool) => sqlx::query_as(
            "SELECT table_name::text, column_name::text, is_nullable = 'YES'
             FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_sqlx\\_%'",
        )
        .fetch_all(pool)
        .await
        .unwrap(),
    };
    found.into_iter().collect()
}

#[tokio::test]
async fn both_engines_end_with_the_same_tables_and_columns() {
    let embedded = columns(&House::new(Engine::Sqlite)).await;
    let server = columns(&House::new(Engine::Postgres)).await;
    assert!(embedded.iter().any(|(table, ..)| table == "visit"), "{embedded:?}");
    let only = |here: &BTreeSet<Column>, there| here.difference(there).cloned().collect::<Vec<_>>();
    assert_eq!(only(&embedded, &server), [], "only in the embedded database");
    assert_eq!(only(&server, &embedded), [], "only in PostgreSQL");
}
