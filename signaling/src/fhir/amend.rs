//! An appointment written again: its visit is made as it says.
//!
//! In: a body over one that is kept. Out: the commands taken and then the body kept; or a
//! refusal, with nothing changed.
//! Never: a body kept before the visit is as it says. Each command is tried on the visit's log
//! first; if the server stops between two of them, the body that is kept still tells who was
//! asked for, and writing the new one again does the rest.

use super::change::{self, Changes};
use super::make::{self, refused};
use super::release::Release;
use super::seats::{self, Earlier, Present, pair};
use super::view::Kept;
use super::wanted::{self, Wanted};
use super::words::APPOINTMENT;
use crate::identifiers::Identifiers;
use crate::problem::{Kind, Rejection};
use crate::store::Actor;
use crate::store::fhir::{Held, Replaced, ResourceRow, Written};
use crate::visit::{Command, Visit};
use crate::{AppState, Fault, clock};
use jiff::Timestamp;
use serde_json::Value;

/// A body to be written over what is there.
#[derive(Debug, Clone)]
pub(super) struct Again {
    /// The release it is written in.
    pub(super) release: Release,
    /// The body.
    pub(super) body: Value,
    /// The id in its address.
    pub(super) id: String,
    /// The version it is to replace; any where none is said.
    pub(super) replaces: Option<u64>,
}

/// Makes the visit as the body says, and keeps the body. Tells whether the visit has changed.
pub(super) async fn amend(
    state: &AppState,
    (tenant, actor): (&str, Actor),
    held: &Held,
    again: Again,
) -> Result<bool, Rejection> {
    if again.replaces.is_some_and(|version| version != held.version()) {
        return Err(Rejection::new(Kind::VersionConflict)
            .detail(format!("It is at version {}.", held.version())));
    }
    let wanted = wanted::read(&again.body).map_err(refused)?;
    if wanted.id.as_ref().is_some_and(|id| *id != again.id) {
        let rejection = Rejection::new(Kind::InvalidBody);
        return Err(rejection.at(format!("{APPOINTMENT}.id"), "has to be the one in the address"));
    }
    let changes = changes(held, make::kept(held)?.as_ref(), (&wanted, &state.identifiers))?;
    let now = clock::now();
    tried(state, held, &changes.commands, now).await?;
    let written = written(held, &wanted, again, (&changes, now))?;
    let has_changed = !changes.commands.is_empty();
    for command in changes.commands {
        state.hub.command(held.visit.id, actor, command).await?;
    }
    if !is_kept(held, &written) {
        keep(state, tenant, &written).await?;
    }
    Ok(has_changed)
}

async fn keep(state: &AppState, tenant: &str, written: &Written) -> Result<(), Rejection> {
    match state.store.replace_resource(tenant, written).await? {
        Replaced::Done => return Ok(()),
        Replaced::Changed => {}
    }
    // Somebody was faster; with the same body they have done all that was to be done.
    let held = state.store.held(tenant, written.resource.visit).await?;
    if held.is_some_and(|held| is_kept(&held, written)) {
        return Ok(());
    }
    Err(Rejection::new(Kind::VersionConflict).detail("It has changed meanwhile; read it again."))
}

fn changes(
    held: &Held,
    kept: Option<&Kept>,
    (wanted, identifiers): (&Wanted, &Identifiers),
) -> Result<Changes, Rejection> {
    let visit = &held.visit;
    if visit.state.is_over() && change::last_word(wanted.status, visit.state).is_none() {
        return Err(Rejection::new(Kind::VisitState)
            .detail("The visit is over; make a new appointment for another."));
    }
    // Whom a partner has sent and taken back may still stand in a body that was read before.
    let present = visit.participants.iter().filter(|seat| seat.partner.is_some() || !seat.gone);
    let present: Vec<_> = present
        .map(|seat| Present {
            id: seat.id,
            role: seat.role,
            name: &seat.display_name,
            theirs: seat.partner.is_some(),
        })
        .collect();
    let pairing = pair(&wanted.people, &earlier(kept), &present);
    let place = (visit, revision(held));
    Ok(change::changes(wanted, visit, &pairing, |person| seats::id(identifiers, place, person)))
}

fn earlier(kept: Option<&Kept>) -> Vec<Earlier> {
    let Some(kept) = kept else { return Vec::new() };
    let entry = |index: usize| kept.body.get("participant")?.get(index);
    let actor = |entry: &Value| Some(entry.get("actor")?.get("reference")?.as_str()?.to_owned());
    let seated = kept.seated.iter().map(|seated| Earlier {
        participant: seated.participant,
        actor: seated.entry.and_then(entry).and_then(actor),
        unasked: seated.entry.is_none(),
    });
    seated.collect()
}

/// Whether the visit would take all of it, as its log stands.
async fn tried(
    state: &AppState,
    held: &Held,
    commands: &[Command],
    now: Timestamp,
) -> Result<(), Rejection> {
    if commands.is_empty() {
        return Ok(());
    }
    let stored = state.store.load_visit(held.visit.id).await?;
    let visit = stored.and_then(|stored| Visit::replay(&stored.events));
    let mut visit = visit.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    for command in commands {
        let events = visit.decide(command.clone(), now).map_err(crate::hub::HubError::from)?;
        events.iter().for_each(|event| visit.apply(now, event));
    }
    Ok(())
}

fn written(
    held: &Held,
    wanted: &Wanted,
    again: Again,
    (changes, now): (&Changes, Timestamp),
) -> Result<Written, Fault> {
    let resource = ResourceRow {
        id: again.id,
        visit: held.visit.id,
        release: again.release.name().to_owned(),
        body: make::text(again.body)?,
        seated: serde_json::to_string(&changes.seated).map_err(Fault::stored("seating"))?,
        revision: revision(held),
        updated_at: now,
    };
    Ok(Written { resource, identifiers: make::identifiers(wanted) })
}

/// Counts the writing that is going on.
fn revision(held: &Held) -> u64 {
    held.resource.as_ref().map_or(0, |row| row.revision).saturating_add(1)
}

/// Whether all of it is kept already.
fn is_kept(held: &Held, written: &Written) -> bool {
    let said = |row: &ResourceRow| (row.release.clone(), row.body.clone(), row.seated.clone());
    held.resource.as_ref().map(said) == Some(said(&written.resource))
}
