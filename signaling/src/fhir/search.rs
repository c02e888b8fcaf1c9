//! What somebody looks for.
//!
//! In: the parameters of a search. Out: a window of time, codes, identifiers, a place in the
//! list; or which parameter is wrong.
//! Never: a parameter ignored in silence; that would find too much.

use super::node::Issues;
use super::status::Status;
use crate::store::fhir::SoughtRow;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use uuid::Uuid;

/// Most entries on a page. Each holds a whole resource.
const COUNT_MAX: u16 = 100;
/// Entries on a page when nothing is asked for.
const COUNT_DEFAULT: u16 = 20;

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Search {
    /// Starts at this instant or later.
    pub(super) from: Timestamp,
    /// Starts before this instant.
    pub(super) until: Timestamp,
    /// Has one of these codes; any where there is none.
    pub(super) statuses: Vec<Status>,
    /// Has this identifier.
    pub(super) identifier: Option<SoughtRow>,
    /// Has this id.
    pub(super) id: Option<String>,
    /// Most entries on the page.
    pub(super) count: u16,
    /// Only what comes after this in the list.
    pub(super) after: Option<Cursor>,
}

/// A place in a list by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Start of the last visit seen.
    pub(super) starts_at: Timestamp,
    /// Its id.
    pub(super) visit: Uuid,
}

impl Search {
    /// Everything.
    fn all() -> Self {
        Self {
            from: Timestamp::MIN,
            until: Timestamp::MAX,
            statuses: Vec::new(),
            identifier: None,
            id: None,
            count: COUNT_DEFAULT,
            after: None,
        }
    }
}

/// Reads an identifier looked for: `system|value`, `|value` or `value`.
pub(super) fn sought(text: &str) -> Option<SoughtRow> {
    let (system, value) = match text.split_once('|') {
        Some((system, value)) => (Some(system.to_owned()), value),
        None => (None, text),
    };
    let readable = !text.chars().any(char::is_control);
    (readable && !value.is_empty()).then(|| SoughtRow { system, value: value.to_owned() })
}

impl Cursor {
    /// As it stands in an address.
    pub(super) fn text(self) -> String {
        let start = self.starts_at.as_millisecond().to_be_bytes();
        URL_SAFE_NO_PAD.encode([&start[..], self.visit.as_bytes()].concat())
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (start, visit) = bytes.split_at_checked(size_of::<i64>())?;
        let start = i64::from_be_bytes(start.try_into().ok()?);
        let starts_at = Timestamp::from_millisecond(start).ok()?;
        Some(Self { starts_at, visit: Uuid::from_slice(visit).ok()? })
    }
}

/// Reads the parameters.
pub(super) fn read(parameters: &[(String, String)]) -> Result<Search, Issues> {
    let mut search = Search::all();
    let mut issues = Issues::default();
    for (name, value) in parameters {
        let wrong = match name.as_str() {
            "date" => narrow(&mut search, value),
            "status" => statuses(&mut search, value),
            "identifier" => put(&mut search.identifier, sought(value)),
            "_id" => put(&mut search.id, super::wanted::is_id(value).then(|| value.clone())),
            "_count" => count(&mut search, value),
            "_cursor" => put(&mut search.after, Cursor::parse(value)),
            "_sort" if value == "date" => None,
            "_format" | "_pretty" => None,
            _ => Some("is not a parameter of this search"),
        };
        if let Some(wrong) = wrong {
            issues.note(name.clone(), wrong);
        }
    }
    if issues.is_empty() { Ok(search) } else { Err(issues) }
}

/// What is wrong, if anything is.
type Wrong = Option<&'static str>;

fn put<T>(place: &mut Option<T>, value: Option<T>) -> Wrong {
    if place.is_some() {
        return Some("is taken once");
    }
    *place = value;
    place.is_none().then_some("is not a value that this parameter takes")
}

fn count(search: &mut Search, value: &str) -> Wrong {
    let Ok(wanted) = value.parse::<u16>() else { return Some("has to be a whole number") };
    if wanted == 0 {
        return Some("has to be 1 or more");
    }
    search.count = wanted.min(COUNT_MAX);
    None
}

fn statuses(search: &mut Search, value: &str) -> Wrong {
    let codes = value.split(',').map(Status::of_code);
    let Some(statuses) = codes.collect::<Option<Vec<_>>>() else {
        return Some("has to be codes of Appointment.status, with commas between");
    };
    search.statuses = if search.statuses.is_empty() {
        statuses
    } else {
        // Twice the parameter means both.
        let both = search.statuses.iter().filter(|status| statuses.contains(status));
        let both: Vec<_> = both.copied().collect();
        if both.is_empty() {
            return Some("asks for two codes at once");
        }
        both
    };
    None
}

/// Narrows the window by one `date`: a prefix, and a date or an instant.
fn narrow(search: &mut Search, value: &str) -> Wrong {
    const WRONG: Wrong = Some("has to be a date or an instant, with eq, ge, gt, le or lt before");
    let prefix = value.get(..2).filter(|two| two.bytes().all(|b| b.is_ascii_lowercase()));
    let text = value.get(prefix.map_or(0, str::len)..).unwrap_or_default();
    let Some((from, until)) = span(text) else { return WRONG };
    let (lowest, highest) = match prefix {
        None | Some("eq") => (from, until),
        Some("ge") => (from, Timestamp::MAX),
        Some("gt" | "sa") => (until, Timestamp::MAX),
        Some("le") => (Timestamp::MIN, until),
        Some("lt" | "eb") => (Timestamp::MIN, from),
        Some(_) => return WRONG,
    };
    search.from = search.from.max(lowest);
    search.until = search.until.min(highest);
    None
}

/// The first instant of a date or of an instant.
pub(super) fn first_instant(text: &str) -> Option<Timestamp> {
    span(text).map(|(from, _)| from)
}

/// The time that a date or an instant covers; dates are days of UTC.
fn span(text: &str) -> Option<(Timestamp, Timestamp)> {
    const SECONDS_OF_AN_INSTANT: i64 = 1;
    let first_of = |text: &str| -> Option<Date> { text.parse().ok() };
    let (first, length) = match text.len() {
        4 => (first_of(&format!("{text}-01-01"))?, 1.year()),
        7 => (first_of(&format!("{text}-01"))?, 1.month()),
        10 => (first_of(text)?, 1.day()),
        _ => {
            // A `+` that was not escaped has become a space on its way here.
            let from: Timestamp = text.replace(' ', "+").parse().ok()?;
            let whole = from.subsec_nanosecond() == 0;
            let length = if whole { SECONDS_OF_AN_INSTANT.seconds() } else { 1.millisecond() };
            return Some((from, from.checked_add(length).ok()?));
        }
    };
    let start = |date: Date| Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp());
    Some((start(first)?, start(first.checked_add(length).ok()?)?))
}
