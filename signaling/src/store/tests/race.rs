//! Of those who race, one is first, and the others are told so.

use super::{Engine, House, noon, on_each_engine, ours, planned, visit};
use crate::store::{Created, Finding, Idempotency, NewVisitRow, Store};
use std::collections::BTreeSet;
use uuid::Uuid;

/// More than there are connections, so that some wait for one and all meet in the database.
const RACERS: u8 = 16;

on_each_engine! {
    racing_claimers_get_an_epoch_each
    of_racing_requests_with_one_key_one_makes_the_visit
    of_racing_requests_with_one_key_another_is_refused
    nobody_keeps_a_session_too_many_by_racing
}

/// All at once.
async fn race<T: Send + 'static, F>(racer: impl Fn(u8) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let racers: Vec<_> = (0..RACERS).map(|number| tokio::spawn(racer(number))).collect();
    let mut ended = Vec::new();
    for racer in racers {
        ended.push(racer.await.unwrap());
    }
    ended
}

/// Opens every connection, so that those who race start at once.
async fn warm(store: &Store) {
    let made = visit(store).await;
    race(|_| {
        let store = store.clone();
        async move { ours(&store, made.id).await }
    })
    .await;
}

async fn racing_claimers_get_an_epoch_each(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let epochs = race(|_| {
        let store = store.clone();
        async move { ours(&store, made.id).await }
    });
    let epochs: BTreeSet<_> = epochs.await.into_iter().collect();
    assert_eq!(epochs.len(), usize::from(RACERS), "an epoch has one owner");
    let last = *epochs.last().unwrap();
    for epoch in epochs {
        let write = crate::store::QualityWrite { visit: made.id, epoch, at: noon(), body: "" };
        assert_eq!(store.keep_quality(write).await.unwrap(), epoch == last);
    }
}

async fn create(store: Store, planned: NewVisitRow, hash: u8) -> (Uuid, Created) {
    let request = Idempotency { key: "k".to_owned(), request_hash: [hash; 32] };
    (planned.id, store.create_visit(&planned, Some(&request)).await.unwrap())
}

async fn of_racing_requests_with_one_key_one_makes_the_visit(house: House) {
    let store = house.started().await;
    let other = visit(&store).await;
    warm(&store).await;
    let answers = race(|_| create(store.clone(), planned(noon()), 1)).await;
    let made: Vec<Uuid> =
        answers.iter().filter(|(_, created)| *created == Created::Now).map(|(id, _)| *id).collect();
    assert_eq!(made.len(), 1, "{answers:?}");
    for (_, created) in answers {
        assert!(matches!(created, Created::Now) || created == Created::Before(made[0]));
    }
    let stored = store.visits("clinic", &Finding::All, Uuid::max(), 100).await.unwrap();
    let stored: BTreeSet<Uuid> = stored.iter().map(|visit| visit.id).collect();
    assert!(stored.contains(&made[0]) && stored.contains(&other.id));
    assert_eq!(stored.len(), 3, "theirs, the one before, and the one that warmed up");
}

async fn of_racing_requests_with_one_key_another_is_refused(house: House) {
    let store = house.started().await;
    visit(&store).await;
    warm(&store).await;
    let answers = race(|number| create(store.clone(), planned(noon()), number)).await;
    let count = |wanted| answers.iter().filter(|(_, created)| *created == wanted).count();
    assert_eq!((count(Created::Now), count(Created::KeyTaken)), (1, usize::from(RACERS) - 1));
}

async fn nobody_keeps_a_session_too_many_by_racing(house: House) {
    let store = house.started().await;
    let made = visit(&store).await;
    let row = crate::store::SessionRow {
        visit: made.id,
        participant: made.participants[0].id,
        generation: 1,
    };
    for _ in 0..2 {
        let tokens = race(|_| {
            let store = store.clone();
            async move { store.open_session(row, noon()).await.unwrap() }
        });
        let mut known = 0;
        for token in tokens.await {
            known += usize::from(store.session(&token).await.unwrap().is_some());
        }
        assert!(known <= 16, "{known}");
    }
    let kept: i64 = crate::store::db::on_db!(&store.db, c => {
        sqlx::query_scalar("SELECT COUNT(*) FROM session").fetch_one(c).await
    })
    .unwrap();
    assert_eq!(kept, 16);
}
