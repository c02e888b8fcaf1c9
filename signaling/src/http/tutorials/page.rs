//! Pages of tutorials, by keyset: a cursor is the id of the last tutorial seen.
//!
//! In: limit and cursor. Out: what to ask the store for, and the page made of its rows.
//! Never: a page that shifts because tutorials were made meanwhile.

use super::view;
use crate::http::keyset;
use crate::store::TutorialRow;
use bedside_signaling_api::tutorial::TutorialPage;
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
    /// Most tutorials on the page.
    #[garde(range(min = 1, max = PAGE_MAX))]
    #[serde(default = "keyset::page_default")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    #[serde(default, deserialize_with = "keyset::cursor")]
    #[param(value_type = Option<String>)]
    cursor: Option<Uuid>,
}

impl Paging {
    /// Only tutorials with ids under this one.
    pub(super) fn before(&self) -> Uuid {
        self.cursor.unwrap_or(Uuid::max())
    }

    /// One row more than a page, to know whether there is a next one.
    pub(super) const fn rows(&self) -> u16 {
        keyset::wanted(self.limit)
    }

    /// The page made of the store's rows.
    pub(super) fn page(&self, mut rows: Vec<TutorialRow>) -> TutorialPage {
        let last = keyset::cut(&mut rows, self.limit);
        let next_cursor = last.map(|row| keyset::text(row.id));
        TutorialPage { data: rows.into_iter().map(view).collect(), next_cursor }
    }

    /// The `Link` header to the next page (RFC 8288).
    pub(super) fn link(&self, cursor: &str) -> String {
        format!("</v1/tutorials?limit={}&cursor={cursor}>; rel=\"next\"", self.limit)
    }
}
