//! Pages of the audit log, by keyset: a cursor is the place of the last row seen.
//!
//! In: what is wanted and a cursor. Out: what to ask the store for, and the page of its rows.
//! Never: a page that shifts because rows were added meanwhile.

use crate::audit::chain::Row;
use crate::http::keyset;
use crate::store::AuditPage;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bedside_signaling_api::audit::AUDIT_PAGE_MAX;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which entries.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Entries {
    /// Only those about this visit.
    #[garde(skip)]
    #[serde(default)]
    visit: Option<Uuid>,
    /// Only those written from then on (RFC 3339).
    #[garde(skip)]
    #[serde(default)]
    #[param(example = "2026-12-01T09:30:00Z")]
    since: Option<Timestamp>,
    /// Most entries on the page.
    #[garde(range(min = 1, max = AUDIT_PAGE_MAX))]
    #[serde(default = "keyset::page_default")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    #[serde(default, deserialize_with = "cursor")]
    #[param(value_type = Option<String>)]
    cursor: Option<u64>,
}

/// Which checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Checkpoints {
    /// Most checkpoints on the page.
    #[garde(range(min = 1, max = AUDIT_PAGE_MAX))]
    #[serde(default = "keyset::page_default")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    #[serde(default, deserialize_with = "cursor")]
    #[param(value_type = Option<String>)]
    cursor: Option<u64>,
}

fn cursor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let place: Option<[u8; 8]> =
        URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    let place = place.map(u64::from_be_bytes).filter(|place| i64::try_from(*place).is_ok());
    place.map(Some).ok_or_else(keyset::no_cursor)
}

/// The page of the rows found, which are one more when there is a next page, and its cursor.
fn cut<T>(mut found: Vec<T>, limit: u16, place: impl Fn(&T) -> u64) -> (Vec<T>, Option<String>) {
    let last = keyset::cut(&mut found, limit).map(place);
    (found, last.map(|place| URL_SAFE_NO_PAD.encode(place.to_be_bytes())))
}

impl Entries {
    /// What to ask the store for: one row more than a page, to know whether there is a next.
    pub(super) const fn rows<'a>(&self, tenant: &'a str) -> AuditPage<'a> {
        let after = match self.cursor {
            Some(after) => after,
            None => 0,
        };
        let limit = keyset::wanted(self.limit);
        AuditPage { tenant, visit: self.visit, since: self.since, after, limit }
    }

    /// The page of the rows found, and the cursor of the next one.
    pub(super) fn page(&self, found: Vec<Row>) -> (Vec<Row>, Option<String>) {
        cut(found, self.limit, |row| row.seq)
    }

    /// The visit whose entries are looked at, for the entry of this look.
    pub(super) fn visits(&self) -> Vec<Uuid> {
        self.visit.into_iter().collect()
    }

    /// The `Link` header to the next page (RFC 8288).
    pub(super) fn link(&self, cursor: &str) -> String {
        let visit = self.visit.map(|visit| format!("visit={visit}&")).unwrap_or_default();
        let since = self.since.map(|since| format!("since={since}&")).unwrap_or_default();
        let limit = self.limit;
        format!("</v1/audit?{visit}{since}limit={limit}&cursor={cursor}>; rel=\"next\"")
    }
}

impl Checkpoints {
    /// Only checkpoints of rows before this place.
    pub(super) fn before(&self) -> u64 {
        self.cursor.unwrap_or(u64::MAX)
    }

    /// One more than a page, to know whether there is a next one.
    pub(super) const fn rows(&self) -> u16 {
        keyset::wanted(self.limit)
    }

    /// The page of the checkpoints found, and the cursor of the next one.
    pub(super) fn page(
        &self,
        found: Vec<(u64, Timestamp, String)>,
    ) -> (Vec<(u64, Timestamp, String)>, Option<String>) {
        cut(found, self.limit, |(seq, ..)| *seq)
    }

    /// The `Link` header to the next page (RFC 8288).
    pub(super) fn link(&self, cursor: &str) -> String {
        format!("</v1/audit/checkpoints?limit={}&cursor={cursor}>; rel=\"next\"", self.limit)
    }
}
