//! The rows of the people of a visit, kept as its log says.
//!
//! In: events on their way into the log. Out: rows added and changed in the same transaction.
//! Never: a person whom the log does not know.

use crate::Fault;
use crate::store::ParticipantRow;
use crate::store::db::{Tx, in_tx, rows};
use crate::store::row;
use crate::visit::VisitEvent;
use uuid::Uuid;

const OPERATION: &str = "change who is expected";

/// Takes in what events say of who is expected. The many events that say nothing of it cost
/// nothing.
pub(super) async fn note(tx: &mut Tx, visit: Uuid, events: &[VisitEvent]) -> Result<(), Fault> {
    for event in events {
        if let VisitEvent::Invited { participant, .. } = event {
            let place = next_place(tx, visit).await?;
            insert(tx, (visit, place), &ParticipantRow::expected(participant), None).await?;
        } else if let VisitEvent::Amended { participant, language, display_name } = event {
            amend(tx, *participant, (language, display_name)).await?;
        } else if let VisitEvent::LinkRenewed { participant } = event {
            void_links(tx, *participant, false).await?;
        } else if let VisitEvent::Uninvited { participant } = event {
            void_links(tx, *participant, true).await?;
        }
    }
    Ok(())
}

/// Adds one person at a place, with the hash of what tells that it is them.
pub(super) async fn insert(
    tx: &mut Tx,
    (visit, place): (Uuid, i64),
    person: &ParticipantRow,
    identifier_hash: Option<&[u8]>,
) -> Result<(), Fault> {
    let relationship = person.relationship.as_ref().map(row::word).transpose()?;
    let authority = person.authority.as_ref().map(row::word).transpose()?;
    in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO participant
               (id, visit, ordinal, role, language, display_name, generation, partner,
                relationship, authority, interpreter_needed, identifier_hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(person.id)
        .bind(visit)
        .bind(place)
        .bind(person.role.name())
        .bind(&person.language)
        .bind(&person.display_name)
        .bind(row::kept(person.generation)?)
        .bind(&person.partner)
        .bind(relationship)
        .bind(authority)
        .bind(i64::from(person.interpreter_needed))
        .bind(identifier_hash)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("store a participant"))?;
    Ok(())
}

async fn next_place(tx: &mut Tx, visit: Uuid) -> Result<i64, Fault> {
    in_tx!(tx, c => {
        sqlx::query_scalar("SELECT COUNT(*) FROM participant WHERE visit = $1")
            .bind(visit)
            .fetch_one(c)
            .await
    })
    .map_err(Fault::database(OPERATION))
}

async fn amend(
    tx: &mut Tx,
    participant: Uuid,
    (language, display_name): (&str, &str),
) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query("UPDATE participant SET language = $2, display_name = $3 WHERE id = $1")
            .bind(participant)
            .bind(language)
            .bind(display_name)
            .execute(c)
            .await
            .map(rows)
    })
    .map_err(Fault::database(OPERATION))?;
    Ok(())
}

async fn void_links(tx: &mut Tx, participant: Uuid, gone: bool) -> Result<(), Fault> {
    in_tx!(tx, c => {
        sqlx::query(
            "UPDATE participant SET generation = generation + 1, gone = $2 WHERE id = $1",
        )
        .bind(participant)
        .bind(i64::from(gone))
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database(OPERATION))?;
    Ok(())
}
