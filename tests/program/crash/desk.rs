//! A scheduling system that goes on working while the server dies under it.
//!
//! In: a server that may be gone at any moment, chance. Out: visits made and changed, and a
//! ledger of what was acknowledged.

use super::ledger::{Ledger, Maybe};
use super::wire::{Answer, Cut, Wire};
use bedside_signaling_api::visit::{DURATION_MINUTES_MAX, PARTICIPANTS_MAX};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Most visits of one desk. Each is compared after each start, so more would be a slower test
/// of the same.
const VISITS_MAX: usize = 150;

/// What the server lists, by the reference it was given.
pub(super) type Listed = BTreeMap<String, Vec<Value>>;

/// One scheduling system.
pub(super) struct Desk {
    name: String,
    chance: Rng,
    /// What it has asked to be scheduled, and the id where that was answered.
    plans: Vec<Plan>,
    pub(super) ledger: Ledger,
}

struct Plan {
    reference: String,
    body: Value,
    id: Option<String>,
}

impl Desk {
    pub(super) fn new(name: &str, seed: u64) -> Self {
        let (chance, ledger) = (Rng::with_seed(seed), Ledger::default());
        Self { name: name.to_owned(), chance, plans: Vec::new(), ledger }
    }

    /// Works until the server is gone.
    pub(super) async fn work(mut self, wire: Wire) -> Self {
        let Err(Cut) = self.keep_working(&wire).await;
        self
    }

    async fn keep_working(&mut self, wire: &Wire) -> Result<Infallible, Cut> {
        loop {
            match self.chance.u8(..10) {
                0..5 if self.plans.len() < VISITS_MAX => self.schedule(wire).await?,
                0..8 => self.change(wire).await?,
                _ => drop(list(wire).await?),
            }
        }
    }

    async fn schedule(&mut self, wire: &Wire) -> Result<(), Cut> {
        let reference = format!("{}-{}", self.name, self.plans.len());
        let minutes = self.chance.u16(5..=240);
        let body = json!({
            "starts_at": format!("2031-0{}-11T09:30:00Z", self.chance.u8(1..=9)),
            "duration_minutes": minutes,
            "reference": &reference,
            "queue": "team",
            "participants": [
                { "role": "patient", "display_name": "Maria", "language": "es" },
                { "role": "clinician", "display_name": "Dr. Osei" },
            ],
        });
        self.ledger.asks(&reference, Maybe::Anything);
        self.plans.push(Plan { reference, body, id: None });
        self.send_plan(wire, self.plans.len() - 1).await.map(drop)
    }

    /// Sends a plan with its own key; whether that key had made the visit before.
    async fn send_plan(&mut self, wire: &Wire, index: usize) -> Result<bool, Cut> {
        let plan = &mut self.plans[index];
        let answer = wire.create(&plan.reference, &plan.body).await?;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.body["id"].as_str().expect("a visit has an id").to_owned();
        plan.id = Some(id);
        let replayed = answer.headers.contains_key("idempotent-replayed");
        if !replayed {
            self.ledger.is(&plan.reference, without_links(answer.body).to_string());
        }
        Ok(replayed)
    }

    async fn change(&mut self, wire: &Wire) -> Result<(), Cut> {
        let known = |plan: &&Plan| {
            let body = self.ledger.known(&plan.reference);
            plan.id.is_some() && body.is_some_and(may_change)
        };
        let open: Vec<&Plan> = self.plans.iter().filter(known).collect();
        let (Some(plan), Some(change)) =
            (self.chance.choice(&open), self.chance.choice(&Change::ALL))
        else {
            return Ok(());
        };
        let (reference, id) = (plan.reference.clone(), plan.id.clone().unwrap_or_default());
        let before = self.ledger.known(&reference).expect("it is open, so it is known");
        let before: Value = serde_json::from_str(before).expect("it was JSON");
        let (path, body, after) = change.asks(before.clone());
        let maybe = after.map_or(Maybe::Anything, |after| Maybe::Becomes(after.to_string()));
        self.ledger.asks(&reference, maybe);
        let path = format!("/v1/visits/{id}/{path}");
        let Answer { status, body, .. } = wire.post(&path, &body).await?;
        let after = match (change, status) {
            (Change::Cancel | Change::Move | Change::Prolong, 200) => body,
            (Change::Invite, 201) => with(before, body),
            _ => panic!("{path}: {status} {body}"),
        };
        self.ledger.is(&reference, without_links(after).to_string());
        Ok(())
    }

    /// Compares what is listed with what was acknowledged, and sends again what was not
    /// answered.
    pub(super) async fn look(&mut self, wire: &Wire, listed: &Listed) -> Result<Vec<String>, Cut> {
        let mut lost = Vec::new();
        let mut there = BTreeMap::new();
        let prefix = format!("{}-", self.name);
        for (reference, bodies) in listed.iter().filter(|(name, _)| name.starts_with(&prefix)) {
            if bodies.len() > 1 {
                lost.push(format!("{reference}: made {} times", bodies.len()));
            }
            there.extend(bodies.first().map(|body| (reference.clone(), body.to_string())));
        }
        lost.extend(self.ledger.compare(there));
        for index in 0..self.plans.len() {
            let Plan { reference, id: None, .. } = &self.plans[index] else { continue };
            let was_made = self.ledger.known(reference).map(str::to_owned);
            if self.send_plan(wire, index).await? != was_made.is_some() {
                lost.push(format!("plan {index} is forgotten by one of visit and key"));
            }
            let id = self.plans[index].id.as_deref().expect("it was answered");
            if was_made.is_some_and(|body| !body.contains(id)) {
                lost.push(format!("plan {index} was made twice"));
            }
        }
        Ok(lost)
    }
}

/// What can be changed in a visit.
#[derive(Debug, Clone, Copy)]
enum Change {
    Cancel,
    Move,
    Prolong,
    Invite,
}

impl Change {
    const ALL: [Self; 4] = [Self::Cancel, Self::Move, Self::Prolong, Self::Invite];

    /// Path, body, and how the visit looks once it is done, where that can be told.
    fn asks(self, mut visit: Value) -> (&'static str, Value, Option<Value>) {
        match self {
            Self::Cancel => {
                visit["state"] = json!("cancelled");
                ("cancel", Value::Null, Some(visit))
            }
            Self::Move => {
                let (starts_at, ends_at) = (later(&visit["starts_at"]), later(&visit["ends_at"]));
                (visit["starts_at"], visit["ends_at"]) = (json!(&starts_at), json!(ends_at));
                ("reschedule", json!({ "starts_at": starts_at }), Some(visit))
            }
            Self::Prolong => {
                let minutes = visit["duration_minutes"].as_u64().expect("a number");
                visit["duration_minutes"] = json!(minutes + 1);
                visit["ends_at"] = json!(later(&visit["ends_at"]));
                ("extend", json!({ "minutes": 1 }), Some(visit))
            }
            // Their id is chosen by the server.
            Self::Invite => {
                ("participants", json!({ "role": "family", "display_name": "Ana" }), None)
            }
        }
    }
}

/// Whether a visit can still be changed in every way: open, and neither full nor too long.
fn may_change(visit: &str) -> bool {
    let visit: Value = serde_json::from_str(visit).expect("it was JSON");
    let people = visit["participants"].as_array().map_or(0, Vec::len);
    let minutes = visit["duration_minutes"].as_u64().unwrap_or_default();
    visit["state"] == "scheduled"
        && people < PARTICIPANTS_MAX
        && minutes < DURATION_MINUTES_MAX.into()
}

/// A minute later.
fn later(instant: &Value) -> Timestamp {
    let instant: Timestamp = instant.as_str().and_then(|text| text.parse().ok()).expect("one");
    instant + SignedDuration::from_mins(1)
}

/// The visit with one person more.
fn with(mut visit: Value, person: Value) -> Value {
    visit["participants"].as_array_mut().expect("a visit has people").push(person);
    visit
}

fn without_links(mut visit: Value) -> Value {
    for person in visit["participants"].as_array_mut().into_iter().flatten() {
        person.as_object_mut().expect("a person is an object").remove("link");
    }
    visit
}

/// Every visit the key may see.
pub(super) async fn list(wire: &Wire) -> Result<Listed, Cut> {
    let mut listed = Listed::new();
    let mut path = "/v1/visits?limit=200".to_owned();
    loop {
        let Answer { status, mut body, .. } = wire.get(&path).await?;
        assert_eq!(status, 200, "{body}");
        for visit in body["data"].as_array_mut().expect("a page has visits").drain(..) {
            let reference = visit["reference"].as_str().expect("each has one").to_owned();
            listed.entry(reference).or_default().push(visit);
        }
        match body["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/visits?limit=200&cursor={cursor}"),
            None => return Ok(listed),
        }
    }
}
