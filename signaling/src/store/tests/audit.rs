//! The audit log in a real database: one chain however many write it, and whatever is done to
//! its rows past the service is found by name.

use super::{Engine, House, on_each_engine};
use crate::audit::chain::Row;
use crate::audit::checkpoint::Claim;
use crate::audit::entry::Entry;
use crate::audit::{Access, Audit};
use crate::store::audit::note;
use crate::store::db::{Db, on_db, rows};
use crate::store::happened::Happened;
use crate::store::{Actor, AuditPage, Store};
use crate::visit::VisitEvent;
use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

on_each_engine! {
    what_happens_in_a_visit_is_in_its_host_s_log_and_in_its_partner_s
    forty_writers_on_two_nodes_keep_one_chain
    a_log_longer_than_a_page_is_read_to_its_end
    whatever_is_done_to_a_row_is_found_by_name
    a_log_is_signed_by_rows_and_by_time
    a_look_that_cannot_be_noted_is_refused
}

const TENANT: &str = "clinic";

fn noon() -> Timestamp {
    super::noon()
}

/// A visit's events as they would be noted with the visit itself.
async fn happen(store: &Store, at: Timestamp, events: &[VisitEvent]) {
    let mut tx = store.begin_write("note events").await.unwrap();
    let happened = Happened {
        tenant: TENANT,
        partners: &["pharmacy".to_owned()],
        visit: Uuid::from_u128(5),
        at,
        first_seq: 1,
        events,
        actor: &Actor::Person(Uuid::from_u128(9)),
    };
    note(&mut tx, &store.audit_keys(), &happened).await.unwrap();
    tx.commit().await.unwrap();
}

async fn opened(store: &Store, times: usize) {
    happen(store, noon(), &vec![VisitEvent::Opened; times]).await;
}

async fn log(store: &Store, tenant: &str) -> Vec<Row> {
    let page = AuditPage { tenant, visit: None, since: None, after: 0, limit: 1_000 };
    store.audit_rows(page).await.unwrap()
}

async fn findings(store: &Store, elsewhere: &[Claim]) -> Vec<String> {
    let report = store.verify_audit(TENANT, elsewhere, |_| ()).await.unwrap();
    report.findings.iter().map(ToString::to_string).collect()
}

/// Does something to the rows that the service never does.
async fn tamper(store: &Store, sql: &str) {
    let armed = match &store.db {
        Db::Sqlite(_) => {
            "DROP TRIGGER IF EXISTS audit_is_not_changed;
             DROP TRIGGER IF EXISTS audit_is_not_shortened;"
        }
        Db::Postgres(_) => "DROP TRIGGER IF EXISTS audit_stays ON audit;",
    };
    let sql = AssertSqlSafe(format!("{armed} {sql}"));
    on_db!(&store.db, c => { sqlx::raw_sql(sql).execute(c).await.map(rows) }).unwrap();
}

async fn what_happens_in_a_visit_is_in_its_host_s_log_and_in_its_partner_s(house: House) {
    let store = house.started().await;
    let patient = Uuid::from_u128(8);
    let events = [VisitEvent::Opened, VisitEvent::Arrived { participant: patient }];
    happen(&store, noon(), &events).await;
    let keys = store.audit_keys();
    for tenant in [TENANT, "pharmacy"] {
        let rows = log(&store, tenant).await;
        let verbs: Vec<&str> = rows.iter().map(|row| &*row.entry.verb).collect();
        assert_eq!(verbs, ["opened", "arrived"]);
        assert_eq!(rows[1].entry.subject, Some(keys.tag(tenant, patient)));
        assert_eq!(rows[1].entry.actor, Some(keys.tag(tenant, Uuid::from_u128(9))));
        assert_eq!(rows[1].entry.visit, Some(Uuid::from_u128(5)));
        assert_eq!(store.audit_row(tenant, 2).await.unwrap().as_ref(), Some(&rows[1]));
        assert!(store.verify_audit(tenant, &[], |_| ()).await.unwrap().clean());
    }
    assert_eq!(store.audit_row(TENANT, 3).await.unwrap(), None);
    assert!(log(&store, "another clinic").await.is_empty());
}

async fn forty_writers_on_two_nodes_keep_one_chain(house: House) {
    let nodes = [house.started().await, house.opened_by(Uuid::from_u128(8)).await];
    let writers: Vec<_> = (0..40)
        .map(|number| {
            let store = nodes[number % 2].clone();
            tokio::spawn(async move { opened(&store, 1 + number % 3).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let report = nodes[0].verify_audit(TENANT, &[], |_| ()).await.unwrap();
    assert!(report.clean(), "{report:?}");
    let written: u64 = (0..40).map(|number| 1 + number % 3).sum();
    assert_eq!(report.rows, written);
}

async fn a_log_longer_than_a_page_is_read_to_its_end(house: House) {
    let store = house.started().await;
    opened(&store, 4_500).await;
    let mut told = Vec::new();
    let report = store.verify_audit(TENANT, &[], |rows| told.push(rows)).await.unwrap();
    assert!(report.clean(), "{report:?}");
    assert_eq!((report.rows, report.checkpoints), (4_500, 1));
    assert_eq!(told, [4_000, 4_500]);
    tamper(&store, "UPDATE audit SET verb = 'ended' WHERE tenant = 'clinic' AND seq = 4321").await;
    assert_eq!(findings(&store, &[]).await, ["row 4321 was edited"]);
}

async fn whatever_is_done_to_a_row_is_found_by_name(house: House) {
    let cases: [(&str, &[&str]); 9] = [
        (
            "UPDATE audit SET at = at - 60000 WHERE tenant = 'clinic' AND seq = 7",
            &["row 7 was edited"],
        ),
        (
            "UPDATE audit SET actor = NULL WHERE tenant = 'clinic' AND seq = 1",
            &["row 1 was edited"],
        ),
        (
            "UPDATE audit SET actor_kind = 'clock' WHERE tenant = 'clinic' AND seq = 12",
            &["row 12 was edited"],
        ),
        ("DELETE FROM audit WHERE tenant = 'clinic' AND seq = 5", &["row 5 was removed"]),
        (
            "DELETE FROM audit WHERE tenant = 'clinic' AND seq IN (5, 6)",
            &["rows 5 to 6 were removed"],
        ),
        (
            "UPDATE audit SET seq = 99 WHERE tenant = 'clinic' AND seq = 4;
             UPDATE audit SET seq = 4 WHERE tenant = 'clinic' AND seq = 9;
             UPDATE audit SET seq = 9 WHERE tenant = 'clinic' AND seq = 99",
            &[
                "row 4 was reordered: it was written as row 9",
                "row 9 was reordered: it was written as row 4",
            ],
        ),
        (
            "UPDATE audit SET tenant = 'other' WHERE tenant = 'clinic' AND seq = 3",
            &["row 3 was removed"],
        ),
        (
            "DELETE FROM audit WHERE tenant = 'clinic' AND seq > 10",
            &["the end was cut off: rows 11 to 12 are not there"],
        ),
        (
            "DELETE FROM audit_head WHERE tenant = 'clinic'",
            &["the head of the log was removed; its last row is 12"],
        ),
    ];
    for (sql, expected) in cases {
        let house = House::new(house.engine);
        let store = house.started().await;
        opened(&store, 12).await;
        assert_eq!(findings(&store, &[]).await, [""; 0], "before {sql}");
        tamper(&store, sql).await;
        assert_eq!(findings(&store, &[]).await, expected, "{sql}");
    }
    // Whoever cuts the end off and puts the head back is told by a line kept elsewhere.
    let store = house.started().await;
    opened(&store, 12).await;
    let head = log(&store, TENANT).await.last().unwrap().head();
    let kept = Claim { tenant: TENANT.to_owned(), head, at: noon() };
    tamper(
        &store,
        "UPDATE audit_head SET seq = 10, hash = (SELECT hash FROM audit WHERE tenant = 'clinic'
           AND seq = 10) WHERE tenant = 'clinic';
         DELETE FROM audit WHERE tenant = 'clinic' AND seq > 10",
    )
    .await;
    assert_eq!(findings(&store, &[]).await, [""; 0]);
    let cut = ["the end was cut off: rows 11 to 12 are not there"];
    assert_eq!(findings(&store, &[kept]).await, cut);
}

async fn a_log_is_signed_by_rows_and_by_time(house: House) {
    let store = house.started().await;
    let checkpoints = async || store.audit_checkpoints(TENANT, u64::MAX, 10).await.unwrap();
    opened(&store, 999).await;
    assert!(checkpoints().await.is_empty());
    opened(&store, 1).await;
    let by_rows = checkpoints().await;
    assert_eq!((by_rows.len(), by_rows[0].0), (1, 1_000));
    let later = |minutes| noon() + SignedDuration::from_mins(minutes);
    opened(&store, 1).await;
    store.sign_audit(later(9)).await.unwrap();
    assert_eq!(checkpoints().await, by_rows, "not yet");
    store.sign_audit(later(10)).await.unwrap();
    let by_time = checkpoints().await;
    assert_eq!((by_time.len(), by_time[0].0, by_time[0].1), (2, 1_001, later(10)));
    store.sign_audit(later(60)).await.unwrap();
    assert_eq!(checkpoints().await, by_time, "nothing new");
    let claim = store.audit_keys().signer.open(&by_time[0].2).unwrap();
    assert_eq!(claim.head, log_end(&store).await);
    let report = store.verify_audit(TENANT, &[claim], |_| ()).await.unwrap();
    assert!(report.clean(), "{report:?}");
    assert_eq!(report.checkpoints, 3, "two here, one from elsewhere");
    tamper(&store, "UPDATE audit_checkpoint SET seq = 998 WHERE seq = 1000").await;
    assert_eq!(findings(&store, &[]).await, ["the checkpoint of row 998 is none of this log"]);
}

async fn log_end(store: &Store) -> crate::audit::chain::Head {
    store.audit_end(TENANT).await.unwrap().0.unwrap()
}

async fn a_look_that_cannot_be_noted_is_refused(house: House) {
    let store = house.started().await;
    let audit = Audit::start(store.clone());
    let look = Access::read(Actor::Operator, "visit", Uuid::from_u128(5));
    audit.access(TENANT, &look).await.unwrap();
    tamper(&store, "ALTER TABLE audit RENAME TO elsewhere").await;
    audit.access(TENANT, &look).await.unwrap_err();
    tamper_back(&store).await;
    audit.access(TENANT, &look).await.unwrap();
    let rows = log(&store, TENANT).await;
    assert_eq!(rows.len(), 2);
    let entry: &Entry = &rows[1].entry;
    assert_eq!((&*entry.verb, &*entry.detail, &*entry.actor_kind), ("read", "visit", "operator"));
    assert!(store.verify_audit(TENANT, &[], |_| ()).await.unwrap().clean());
}

async fn tamper_back(store: &Store) {
    let sql = "ALTER TABLE elsewhere RENAME TO audit";
    on_db!(&store.db, c => { sqlx::raw_sql(sql).execute(c).await.map(rows) }).unwrap();
}
