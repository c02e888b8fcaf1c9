//! One visit of a script: planned, lived by its people, judged.
//!
//! In: a script, a number, when it ends. Out: what came of it.
//! Never: the same voice or the same losses in two visits.

use super::crew::Reins;
use super::life::{self, Place, World};
use super::script::{Person, Script, Speaks, is_staff};
use super::stay::{Outcome, judge};
use crate::sim::voice::{Talk, conversation};
use bedside_signaling_api::visit::{DURATION_MINUTES_MAX, DURATION_MINUTES_MIN, NewParticipant};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

/// What is said of one visit's chance is mixed with this, so that no two visits are alike.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Nobody comes for less.
const STAY_MIN: Duration = Duration::from_millis(500);

/// Which visit, and until when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    pub(crate) visit: u32,
    pub(crate) ends_at: Instant,
    pub(crate) seed: u64,
}

/// The end of a test: its time, or somebody's wish.
#[derive(Debug, Clone)]
pub(crate) struct Curtain(pub(crate) watch::Receiver<bool>);

impl Curtain {
    /// Ends when it falls, and at that time at the latest.
    pub(crate) async fn falls(&self, at: Instant) {
        let mut wish = self.0.clone();
        tokio::select! {
            // Whoever could wish is gone only with the test.
            _ = wish.wait_for(|is_wished| *is_wished) => {}
            () = sleep_until(at.into()) => {}
        }
    }

    /// Whether somebody comes then, and not only after the end.
    pub(crate) async fn opens(&self, at: Instant) -> bool {
        let mut wish = self.0.clone();
        tokio::select! {
            _ = wish.wait_for(|is_wished| *is_wished) => false,
            () = sleep_until(at.into()) => true,
        }
    }

    pub(crate) fn has_fallen(&self) -> bool {
        *self.0.borrow()
    }
}

/// Lives a visit of Bedside.
pub(crate) async fn hold(
    world: World,
    reins: Vec<Reins>,
    script: Arc<Script>,
    number: Number,
) -> Outcome {
    let began = Instant::now();
    let lasts = number.ends_at.saturating_duration_since(began);
    let planned = world.desk.plan(minutes(lasts), participants(&script.people)).await;
    let invited = match planned {
        Ok(invited) => invited,
        Err(fault) => {
            let _ = world.troubles.send(format!("no visit could be planned: {}", fault.word()));
            return Outcome::default();
        }
    };
    let seed = number.seed ^ u64::from(number.visit).wrapping_mul(MIX);
    let talks = talks(&script.people, lasts, seed);
    let ender =
        script.people.iter().position(|person| is_staff(person.role) && person.goes.is_none());
    let mut lives = JoinSet::new();
    let people = script.people.iter().zip(talks).zip(invited);
    for (index, ((person, talk), invited)) in people.enumerate() {
        // All of a visit on one thread: what it costs to play them is shared evenly by many visits.
        let place = usize::try_from(number.visit).unwrap_or_default().checked_rem(reins.len());
        let Some(reins) = place.and_then(|place| reins.get(place)).cloned() else { continue };
        let origin = u8::try_from(index).unwrap_or(u8::MAX);
        let goes_at = person.goes.map_or(number.ends_at, |goes| began + goes).min(number.ends_at);
        let place = Place {
            visit: number.visit,
            origin,
            link: invited.link,
            began,
            goes_at,
            ends_it: ender == Some(index),
            talk,
            seed: seed ^ (u64::from(origin) << 8),
        };
        let (world, person) = (world.clone(), Arc::new(person.clone()));
        lives.spawn(async move {
            // Who would come when the others go stays away.
            let is_late = began + person.comes + STAY_MIN > place.goes_at;
            if !is_late && world.curtain.opens(began + person.comes).await {
                life::live(world, reins, person, place).await
            } else {
                Vec::new()
            }
        });
    }
    let stays = lives.join_all().await.concat();
    judge(&stays)
}

fn participants(people: &[Person]) -> Vec<NewParticipant> {
    let named = people.iter().enumerate().map(|(index, person)| NewParticipant {
        role: person.role,
        language: "en".to_owned(),
        display_name: format!("Person {}", index + 1),
        relationship: None,
        authority: None,
        interpreter_needed: false,
        identifiers: None,
    });
    named.collect()
}

/// A visit as long as the test, within what the API takes.
fn minutes(lasts: Duration) -> u16 {
    let minutes = u16::try_from(lasts.as_secs().div_ceil(60)).unwrap_or(DURATION_MINUTES_MAX);
    minutes.clamp(DURATION_MINUTES_MIN, DURATION_MINUTES_MAX)
}

/// When each speaks.
pub(crate) fn talks(people: &[Person], lasts: Duration, seed: u64) -> Vec<Talk> {
    let in_turn = people.iter().filter(|person| person.speaks == Speaks::InTurn).count();
    let mut turns = conversation(in_turn, lasts, seed).into_iter();
    let talk = |person: &Person| match person.speaks {
        Speaks::Always => Talk::Always,
        Speaks::Never => Talk::Turns(Vec::new()),
        Speaks::InTurn => turns.next().unwrap_or(Talk::Turns(Vec::new())),
    };
    people.iter().map(talk).collect()
}
