//! What lists that are read by keyset have in common: how long a page is, and where the next begins.
//!
//! In: rows, one more than the page holds. Out: the page's, and a cursor if more follow.
//! Never: a page that shifts because rows were added meanwhile.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize as _, Deserializer, de};
use uuid::Uuid;

/// Rows on a page when nothing is asked for.
const PAGE_DEFAULT: u16 = 50;

pub(super) const fn page_default() -> u16 {
    PAGE_DEFAULT
}

/// A cursor of a list in the order of ids: the last one seen.
pub(super) fn cursor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Uuid>, D::Error> {
    let bytes = URL_SAFE_NO_PAD.decode(String::deserialize(deserializer)?).ok();
    let id = bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    id.map(Some).ok_or_else(no_cursor)
}

/// What is said of a cursor that came from elsewhere.
pub(super) fn no_cursor<E: de::Error>() -> E {
    E::custom("is not a `next_cursor` of this list")
}

/// The text of such a cursor.
pub(super) fn text(last: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(last.as_bytes())
}

/// Rows to ask for: one more than a page, to know whether there is a next one.
pub(super) const fn wanted(limit: u16) -> u16 {
    limit.saturating_add(1)
}

/// Cuts them to the page; the last of it, if more follow.
pub(super) fn cut<Row>(rows: &mut Vec<Row>, limit: u16) -> Option<&Row> {
    let limit = usize::from(limit);
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more)
}
