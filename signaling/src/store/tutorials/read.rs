//! Tutorials as kept, for the API and for visits.
//!
//! In: a tenant, ids, a place in the list. Out: rows.
//! Never: a tutorial of another tenant.

use super::{FilmRow, TutorialRow};
use crate::Fault;
use crate::store::db::on_db;
use crate::store::{Store, row};
use bedside_signaling_api::tutorial::FilmKind;
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is read of a tutorial.
const COLUMNS: &str = "id, titles, language, created_at";

/// A row of the table, as either engine gives it.
type Columns = (Uuid, String, String, i64);

/// A film's row, as either engine gives it.
#[derive(sqlx::FromRow)]
struct FilmColumns {
    tutorial: Uuid,
    language: String,
    kind: String,
    bytes: i64,
    length_ms: i64,
    file: Uuid,
}

impl TryFrom<FilmColumns> for FilmRow {
    type Error = Fault;

    fn try_from(found: FilmColumns) -> Result<Self, Fault> {
        let kind = FilmKind::ALL.into_iter().find(|kind| kind.name() == found.kind);
        Ok(Self {
            language: found.language,
            kind: row::named(kind, "kind of film")?,
            bytes: row::count(found.bytes)?,
            length_ms: u32::try_from(found.length_ms).map_err(Fault::stored("length"))?,
            file: found.file,
        })
    }
}

impl Store {
    /// A tenant's tutorial of that id.
    pub async fn tutorial(&self, tenant: &str, id: Uuid) -> Result<Option<TutorialRow>, Fault> {
        let text = format!("SELECT {COLUMNS} FROM tutorial WHERE tenant = $1 AND id = $2");
        let text = AssertSqlSafe(text);
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(text).bind(tenant).bind(id).fetch_all(c).await
        })
        .map_err(Fault::database("look a tutorial up"))?;
        Ok(self.whole(found).await?.pop())
    }

    /// A tenant's tutorials with ids under `before`, newest first, at most `most`.
    pub async fn tutorials(
        &self,
        tenant: &str,
        before: Uuid,
        most: u16,
    ) -> Result<Vec<TutorialRow>, Fault> {
        let text = AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM tutorial WHERE tenant = $1 AND id < $2
             ORDER BY id DESC LIMIT $3"
        ));
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(text).bind(tenant).bind(before).bind(i64::from(most)).fetch_all(c).await
        })
        .map_err(Fault::database("list tutorials"))?;
        self.whole(found).await
    }

    /// The captions of a tutorial in one language.
    pub async fn captions(&self, tutorial: Uuid, language: &str) -> Result<Option<String>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT text FROM tutorial_captions WHERE tutorial = $1 AND language = $2",
            )
            .bind(tutorial)
            .bind(language)
            .fetch_optional(c)
            .await
        })
        .map_err(Fault::database("look captions up"))
    }

    /// The files of every film there is, of every tenant.
    pub(crate) async fn film_files(&self) -> Result<BTreeSet<Uuid>, Fault> {
        let files: Vec<Uuid> = on_db!(&self.db, c => {
            sqlx::query_scalar("SELECT file FROM tutorial_film").fetch_all(c).await
        })
        .map_err(Fault::database("list the films"))?;
        Ok(files.into_iter().collect())
    }

    /// Rows with what belongs to each.
    async fn whole(&self, found: Vec<Columns>) -> Result<Vec<TutorialRow>, Fault> {
        let mut whole = Vec::with_capacity(found.len());
        for (id, titles, language, created_at) in found {
            let title_by_language =
                serde_json::from_str(&titles).map_err(Fault::stored("titles"))?;
            let (films, captions) = (Vec::new(), Vec::new());
            let created_at = row::instant(created_at)?;
            whole.push(TutorialRow {
                id,
                title_by_language,
                language,
                created_at,
                films,
                captions,
            });
        }
        if whole.is_empty() {
            return Ok(whole);
        }
        let places = row::places(whole.len());
        let films = AssertSqlSafe(format!(
            "SELECT tutorial, language, kind, bytes, length_ms, file FROM tutorial_film
             WHERE tutorial IN ({places}) ORDER BY language"
        ));
        let films: Vec<FilmColumns> = on_db!(&self.db, c => {
            let query = sqlx::query_as(films);
            whole.iter().fold(query, |query, row| query.bind(row.id)).fetch_all(c).await
        })
        .map_err(Fault::database("list the films of tutorials"))?;
        let captions = AssertSqlSafe(format!(
            "SELECT tutorial, language FROM tutorial_captions
             WHERE tutorial IN ({places}) ORDER BY language"
        ));
        let captions: Vec<(Uuid, String)> = on_db!(&self.db, c => {
            let query = sqlx::query_as(captions);
            whole.iter().fold(query, |query, row| query.bind(row.id)).fetch_all(c).await
        })
        .map_err(Fault::database("list the captions of tutorials"))?;
        for film in films {
            if let Some(row) = whole.iter_mut().find(|row| row.id == film.tutorial) {
                row.films.push(film.try_into()?);
            }
        }
        for (tutorial, language) in captions {
            if let Some(row) = whole.iter_mut().find(|row| row.id == tutorial) {
                row.captions.push(language);
            }
        }
        Ok(whole)
    }
}
