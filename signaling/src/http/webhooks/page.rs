//! Pages of deliveries, by keyset: a cursor is the id of the last message seen.
//!
//! In: limit and cursor. Out: what to ask the store for, and the page made of its rows.
//! Never: a page that shifts because messages came meanwhile.

use super::view;
use crate::http::keyset;
use crate::store::DeliveryRow;
use crate::webhook::{message_id, message_uuid};
use bedside_signaling_api::visit::PAGE_MAX;
use bedside_signaling_api::webhook::DeliveryPage;
use garde::Validate;
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// Most deliveries on the page.
    #[garde(range(min = 1, max = PAGE_MAX))]
    #[serde(default = "keyset::page_default")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    #[serde(default, deserialize_with = "cursor")]
    #[param(value_type = Option<String>)]
    cursor: Option<Uuid>,
}

fn cursor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Uuid>, D::Error> {
    let id = message_uuid(&String::deserialize(deserializer)?);
    id.map(Some).ok_or_else(keyset::no_cursor)
}

impl Paging {
    /// Only messages with ids under this one.
    pub(super) fn before(&self) -> Uuid {
        self.cursor.unwrap_or(Uuid::max())
    }

    /// One row more than a page, to know whether there is a next one.
    pub(super) const fn rows(&self) -> u16 {
        keyset::wanted(self.limit)
    }

    /// The page made of the store's rows.
    pub(super) fn page(&self, mut rows: Vec<DeliveryRow>) -> DeliveryPage {
        let next_cursor = keyset::cut(&mut rows, self.limit).map(|row| message_id(row.message));
        DeliveryPage { data: rows.iter().map(view::delivery).collect(), next_cursor }
    }

    /// The `Link` header to the next page (RFC 8288).
    pub(super) fn link(&self, webhook: Uuid, cursor: &str) -> String {
        let limit = self.limit;
        format!("</v1/webhooks/{webhook}/deliveries?limit={limit}&cursor={cursor}>; rel=\"next\"")
    }
}
