//! Pages of recordings, by keyset: a cursor is the id of the last one seen.
//!
//! In: limit, cursor and filters. Out: what to ask the store for, and the page made of its rows.
//! Never: a page that shifts because recordings were added meanwhile.

use super::view;
use crate::http::keyset;
use crate::store::{RecordingRow, RecordingsWanted};
use bedside_signaling_api::kept::{KeptState, RecordingPage};
use bedside_signaling_api::visit::PAGE_MAX;
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// Most recordings on the page.
    #[garde(range(min = 1, max = PAGE_MAX))]
    #[serde(default = "keyset::page_default")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    #[serde(default, deserialize_with = "keyset::cursor")]
    #[param(value_type = Option<String>)]
    cursor: Option<Uuid>,
    /// Only recordings of this visit.
    #[garde(skip)]
    visit: Option<Uuid>,
    /// Only recordings in this state.
    #[garde(skip)]
    state: Option<KeptState>,
}

impl Paging {
    /// What to ask the store for: one row more than a page, to know whether there is a next one.
    pub(super) fn wanted<'a>(&self, tenant: &'a str) -> RecordingsWanted<'a> {
        RecordingsWanted {
            tenant,
            visit: self.visit,
            state: self.state,
            before: self.cursor.unwrap_or(Uuid::max()),
            limit: keyset::wanted(self.limit),
        }
    }

    /// The page made of the store's rows.
    pub(super) fn page(&self, mut rows: Vec<RecordingRow>) -> RecordingPage {
        let last = keyset::cut(&mut rows, self.limit);
        let next_cursor = last.map(|row| keyset::text(row.id));
        RecordingPage { data: rows.into_iter().map(view::recording).collect(), next_cursor }
    }

    /// The `Link` header to the next page (RFC 8288).
    pub(super) fn link(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", &self.limit.to_string()).append_pair("cursor", cursor);
        if let Some(visit) = self.visit {
            query.append_pair("visit", &visit.to_string());
        }
        if let Some(state) = self.state {
            query.append_pair("state", state.name());
        }
        format!("</v1/recordings?{}>; rel=\"next\"", query.finish())
    }
}
