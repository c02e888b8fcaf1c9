//! Pages of a list, by keyset: a cursor is the id of the last visit seen.
//!
//! In: limit and cursor. Out: what to ask the store for, and the page made of its rows.
//! Never: a page that shifts because visits were added meanwhile.

use super::view;
use crate::http::keyset;
use crate::problem::{Kind, Rejection};
use crate::store::{Finding, VisitRow};
use bedside_signaling_api::visit::{
    PAGE_MAX, REFERENCE_CHARS_MAX, VisitPage, VisitState, WORD_CHARS_MAX,
};
use garde::Validate;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// Most visits on the page.
    #[garde(range(min = 1, max = PAGE_MAX))]
    #[serde(default = "keyset::page_default")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    #[serde(default, deserialize_with = "keyset::cursor")]
    #[param(value_type = Option<String>)]
    cursor: Option<Uuid>,
    /// Only visits that the scheduling system calls so.
    #[garde(inner(length(chars, min = 1, max = REFERENCE_CHARS_MAX)))]
    reference: Option<String>,
    /// Only visits of this series.
    #[garde(skip)]
    series: Option<Uuid>,
    /// Only visits of this queue that are not over.
    #[garde(inner(length(chars, min = 1, max = WORD_CHARS_MAX)))]
    queue: Option<String>,
    /// Only visits in this state.
    #[garde(skip)]
    state: Option<VisitState>,
    /// Only visits that start then or later (RFC 3339); with `to`.
    #[garde(skip)]
    from: Option<Timestamp>,
    /// Only visits that start earlier (RFC 3339); with `from`.
    #[garde(skip)]
    to: Option<Timestamp>,
}

impl Paging {
    /// Only visits with ids under this one.
    pub(super) fn before(&self) -> Uuid {
        self.cursor.unwrap_or(Uuid::max())
    }

    /// Which visits; one question at a time, each of which an index answers.
    pub(super) fn finding(&self) -> Result<Finding, Rejection> {
        let starting = match (self.from, self.to) {
            (Some(from), Some(to)) if from < to => Some(Finding::Starting(from, to)),
            (None, None) => None,
            (_, _) => return Err(wrong("from", "goes with a later `to`")),
        };
        let asked = [
            self.reference.clone().map(Finding::Reference),
            self.series.map(Finding::Series),
            self.queue.clone().map(Finding::Queue),
            self.state.map(Finding::State),
            starting,
        ];
        let mut asked = asked.into_iter().flatten();
        let first = asked.next();
        if asked.next().is_some() {
            return Err(wrong("reference", "ask by one of them at a time"));
        }
        Ok(first.unwrap_or(Finding::All))
    }

    /// One row more than a page, to know whether there is a next one.
    pub(super) const fn rows(&self) -> u16 {
        keyset::wanted(self.limit)
    }

    /// The page made of the store's rows.
    pub(super) fn page(&self, mut rows: Vec<VisitRow>, viewer: &str) -> VisitPage {
        let last = keyset::cut(&mut rows, self.limit);
        let next_cursor = last.map(|row| keyset::text(row.id));
        VisitPage { data: rows.iter().map(|row| view::visit(row, viewer)).collect(), next_cursor }
    }

    /// The `Link` header to the next page (RFC 8288).
    pub(super) fn link(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", &self.limit.to_string()).append_pair("cursor", cursor);
        let words = [
            ("reference", self.reference.clone()),
            ("series", self.series.map(|series| series.to_string())),
            ("queue", self.queue.clone()),
            ("state", self.state.map(|state| state.name().to_owned())),
            ("from", self.from.map(|from| from.to_string())),
            ("to", self.to.map(|to| to.to_string())),
        ];
        for (name, value) in words {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        format!("</v1/visits?{}>; rel=\"next\"", query.finish())
    }
}

fn wrong(name: &str, why: &str) -> Rejection {
    Rejection::new(Kind::InvalidQuery).at(name, why)
}
