//! Tutorials of an organisation: titles, where each film's file is, captions.
//!
//! In: a tutorial, a film that is whole on the disk, captions that were checked. Out: rows.
//! Never: a film's bytes; a tutorial of another tenant; a change without its audit entry.

mod read;

use super::db::{Tx, in_tx, rows};
use super::keys::note_tenant;
use super::{Actor, Store, audit, row};
use crate::Fault;
use crate::audit::entry::Entry;
use crate::visit::Material;
use bedside_signaling_api::tutorial::{FilmKind, LANGUAGES_MAX, Tutorial};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A tutorial as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TutorialRow {
    /// Its id.
    pub id: Uuid,
    /// Its titles, by language.
    pub title_by_language: BTreeMap<String, String>,
    /// The language for people who have none of the others.
    pub language: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its films, by language.
    pub films: Vec<FilmRow>,
    /// The languages it has captions in.
    pub captions: Vec<String>,
}

/// A film that is whole on a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmRow {
    /// The language spoken in it.
    pub language: String,
    /// What kind of file it is.
    pub kind: FilmKind,
    /// Its size.
    pub bytes: u64,
    /// How long it is, in milliseconds.
    pub length_ms: u32,
    /// The name of its file in the data folder; another whenever the film is replaced.
    pub file: Uuid,
}

/// Who changes a tutorial, of which organisation, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    /// Whose tutorials.
    pub tenant: String,
    /// Who.
    pub actor: Actor,
    /// The visit that gives them the right, where a person does it.
    pub visit: Option<Uuid>,
    /// When.
    pub at: Timestamp,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is stored; the files of these films are of no more use.
    Done(Vec<Uuid>),
    /// There is no such tutorial.
    Unknown,
    /// It has as many as there may be.
    Full,
}

impl TutorialRow {
    /// The tutorial as a visit goes on with it.
    #[must_use]
    pub fn into_material(self) -> Material {
        Material {
            tutorial: self.id,
            length_ms: self.length_ms(),
            title_by_language: self.title_by_language,
            language: self.language,
            films: self.films.into_iter().map(|film| film.language).collect(),
            captions: self.captions,
        }
    }

    /// How long its longest film is.
    #[must_use]
    pub fn length_ms(&self) -> u32 {
        self.films.iter().map(|film| film.length_ms).max().unwrap_or_default()
    }
}

impl Store {
    /// Keeps a new tutorial, unless its tenant has `most` already.
    pub async fn create_tutorial(
        &self,
        editor: &Editor,
        tutorial: &Tutorial,
        most: u16,
    ) -> Result<Changed, Fault> {
        const OPERATION: &str = "keep a tutorial";
        let titles =
            serde_json::to_string(&tutorial.title_by_language).map_err(Fault::stored("titles"))?;
        let mut tx = self.begin_write(OPERATION).await?;
        // Of two at once neither would see the other.
        tx.lock(&format!("tutorials:{}", editor.tenant)).await?;
        note_tenant(&mut tx, &editor.tenant, editor.at).await?;
        let had: i64 = in_tx!(&mut tx, c => {
            sqlx::query_scalar("SELECT COUNT(*) FROM tutorial WHERE tenant = $1")
                .bind(&editor.tenant)
                .fetch_one(c)
                .await
        })
        .map_err(Fault::database(OPERATION))?;
        if had >= i64::from(most) {
            return Ok(Changed::Full);
        }
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO tutorial (id, tenant, titles, language, created_at)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(tutorial.id)
            .bind(&editor.tenant)
            .bind(titles)
            .bind(&tutorial.language)
            .bind(row::millis(editor.at))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        self.done(tx, editor, "tutorial_created", OPERATION).await?;
        Ok(Changed::Done(Vec::new()))
    }

    /// Keeps a film in the place of the one there was in its language.
    pub async fn keep_film(
        &self,
        editor: &Editor,
        tutorial: Uuid,
        film: &FilmRow,
    ) -> Result<Changed, Fault> {
        const OPERATION: &str = "keep a film";
        let mut tx = self.begin_write(OPERATION).await?;
        if !held(&mut tx, editor, tutorial).await? {
            return Ok(Changed::Unknown);
        }
        let films = files(&mut tx, tutorial).await?;
        let before: Vec<Uuid> =
            films.iter().filter(|(tag, _)| *tag == film.language).map(|(_, file)| *file).collect();
        if before.is_empty() && films.len() >= LANGUAGES_MAX {
            return Ok(Changed::Full);
        }
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO tutorial_film
                   (tutorial, language, kind, bytes, length_ms, node, file, stored_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (tutorial, language) DO UPDATE SET kind = $3, bytes = $4,
                   length_ms = $5, node = $6, file = $7, stored_at = $8",
            )
            .bind(tutorial)
            .bind(&film.language)
            .bind(film.kind.name())
            .bind(row::kept(film.bytes)?)
            .bind(i64::from(film.length_ms))
            .bind(self.node.id)
            .bind(film.file)
            .bind(row::millis(editor.at))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        self.done(tx, editor, "tutorial_film_stored", OPERATION).await?;
        Ok(Changed::Done(before))
    }

    /// Keeps captions in the place of those there were in their language.
    pub async fn keep_captions(
        &self,
        editor: &Editor,
        tutorial: Uuid,
        (language, text): (&str, &str),
    ) -> Result<Changed, Fault> {
        const OPERATION: &str = "keep captions";
        let mut tx = self.begin_write(OPERATION).await?;
        if !held(&mut tx, editor, tutorial).await? {
            return Ok(Changed::Unknown);
        }
        let others: i64 = in_tx!(&mut tx, c => {
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM tutorial_captions WHERE tutorial = $1 AND language <> $2",
            )
            .bind(tutorial)
            .bind(language)
            .fetch_one(c)
            .await
        })
        .map_err(Fault::database(OPERATION))?;
        if usize::try_from(others).unwrap_or(usize::MAX) >= LANGUAGES_MAX {
            return Ok(Changed::Full);
        }
        in_tx!(&mut tx, c => {
            sqlx::query(
                "INSERT INTO tutorial_captions (tutorial, language, text, stored_at)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tutorial, language) DO UPDATE SET text = $3, stored_at = $4",
            )
            .bind(tutorial)
            .bind(language)
            .bind(text)
            .bind(row::millis(editor.at))
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database(OPERATION))?;
        self.done(tx, editor, "tutorial_captions_stored", OPERATION).await?;
        Ok(Changed::Done(Vec::new()))
    }

    /// Forgets a tutorial with all that belongs to it.
    pub async fn delete_tutorial(&self, editor: &Editor, tutorial: Uuid) -> Result<Changed, Fault> {
        const OPERATION: &str = "forget a tutorial";
        let mut tx = self.begin_write(OPERATION).await?;
        if !held(&mut tx, editor, tutorial).await? {
            return Ok(Changed::Unknown);
        }
        let files = files(&mut tx, tutorial).await?.into_iter().map(|(_, file)| file).collect();
        for (table, id) in
            [("tutorial_film", "tutorial"), ("tutorial_captions", "tutorial"), ("tutorial", "id")]
        {
            let text = AssertSqlSafe(format!("DELETE FROM {table} WHERE {id} = $1"));
            in_tx!(&mut tx, c => {
                sqlx::query(text).bind(tutorial).execute(c).await.map(rows)
            })
            .map_err(Fault::database(OPERATION))?;
        }
        self.done(tx, editor, "tutorial_deleted", OPERATION).await?;
        Ok(Changed::Done(files))
    }

    /// Notes who did it, and commits both.
    async fn done(
        &self,
        mut tx: Tx,
        editor: &Editor,
        verb: &'static str,
        operation: &'static str,
    ) -> Result<(), Fault> {
        let keys = &self.audit;
        let entry = Entry::new(keys, &editor.tenant, &editor.actor, verb);
        let entry = Entry { visit: editor.visit, ..entry };
        audit::append(&mut tx, keys, &editor.tenant, vec![(editor.at, entry)]).await?;
        tx.commit().await.map_err(Fault::database(operation))
    }
}

/// Whether the editor's tenant has that tutorial; its row is then held until the end.
async fn held(tx: &mut Tx, editor: &Editor, tutorial: Uuid) -> Result<bool, Fault> {
    let text = format!("SELECT id FROM tutorial WHERE id = $1 AND tenant = $2{}", tx.for_update());
    let text = AssertSqlSafe(text);
    let found: Option<Uuid> = in_tx!(tx, c => {
        sqlx::query_scalar(text).bind(tutorial).bind(&editor.tenant).fetch_optional(c).await
    })
    .map_err(Fault::database("look a tutorial up"))?;
    Ok(found.is_some())
}

/// The files of a tutorial's films, by language.
async fn files(tx: &mut Tx, tutorial: Uuid) -> Result<Vec<(String, Uuid)>, Fault> {
    in_tx!(tx, c => {
        sqlx::query_as("SELECT language, file FROM tutorial_film WHERE tutorial = $1")
            .bind(tutorial)
            .fetch_all(c)
            .await
    })
    .map_err(Fault::database("look the films of a tutorial up"))
}
