//! What an appointment asks of the visit service.
//!
//! In: an `Appointment` of either release, which may be anything. Out: a time, people and what
//! is to become of the visit; or every issue, each with its place.
//! Never: reads more than it needs; what is not read here is kept as it is.

use super::node::{Issues, Node};
use super::person::{self, Person};
use super::status::Status;
use super::words::{APPOINTMENT, VISIT_SYSTEM};
use bedside_signaling_api::visit::{DURATION_MINUTES_MAX, DURATION_MINUTES_MIN, PARTICIPANTS_MAX};
use jiff::Timestamp;
use serde_json::Value;

/// Longest part of an identifier, in bytes. Longer ones are no keys of a scheduling system.
const IDENTIFIER_BYTES_MAX: usize = 255;
/// Most identifiers of one appointment by which it can be found.
const IDENTIFIERS_MAX: usize = 16;

/// What an appointment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The id it has on the scheduling system, or is to have here.
    pub(super) id: Option<String>,
    /// Its code.
    pub(super) status: Status,
    /// When; none where it is called off and says no time.
    pub(super) time: Option<Time>,
    /// Who is expected.
    pub(super) people: Vec<Person>,
    /// How the scheduling system finds it again.
    pub(super) identifiers: Vec<Identifier>,
}

/// When, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    /// When it starts.
    pub(super) starts_at: Timestamp,
    /// How long it is planned to take.
    pub(super) minutes: u16,
}

/// A business identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identifier {
    /// Whose; empty where it is not said.
    pub(super) system: String,
    /// The identifier.
    pub(super) value: String,
}

/// Reads an appointment.
pub(super) fn read(body: &Value) -> Result<Wanted, Issues> {
    let mut issues = Issues::default();
    let root = Node::root(body, APPOINTMENT);
    if root.fields().is_none() || root.text("resourceType", &mut issues) != Some(APPOINTMENT) {
        issues.note(root.at("resourceType"), "has to be Appointment");
        return Err(issues);
    }
    let id = root.text("id", &mut issues);
    if id.is_some_and(|id| !is_id(id)) {
        issues.note(root.at("id"), "has to be 1 to 64 letters, digits, `-` or `.`");
    }
    let code = root.text("status", &mut issues);
    let status = code.and_then(Status::of_code);
    if status.is_none() {
        let codes: Vec<_> = Status::ALL.iter().map(|status| status.code()).collect();
        issues.note(root.at("status"), format!("has to be one of: {}", codes.join(", ")));
    }
    let calls_off = status.is_some_and(Status::calls_off);
    let time = time(&root, calls_off, &mut issues);
    let people = people(&root, calls_off, &mut issues);
    let identifiers = identifiers(&root, &mut issues);
    root.object("meta", &mut issues);
    root.list("extension", &mut issues);
    root.list("virtualService", &mut issues);
    match status {
        Some(status) if issues.is_empty() => {
            Ok(Wanted { id: id.map(str::to_owned), status, time, people, identifiers })
        }
        Some(_) | None => Err(issues),
    }
}

/// The time a body says, if it says one that can be read.
pub(super) fn time_of(body: &serde_json::Map<String, Value>) -> Option<Time> {
    let instant = |name: &str| body.get(name)?.as_str()?.parse::<Timestamp>().ok();
    let starts_at = instant("start")?;
    let minutes = match instant("end") {
        Some(end) => whole_minutes(starts_at, end),
        None => u16::try_from(body.get("minutesDuration")?.as_u64()?).ok(),
    };
    Some(Time { starts_at: crate::clock::to_millisecond(starts_at), minutes: minutes? })
}

/// Whether a text can be the id of a resource.
pub(super) fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

fn time(root: &Node<'_>, calls_off: bool, issues: &mut Issues) -> Option<Time> {
    let start = root.instant("start", issues);
    let end = root.instant("end", issues);
    let minutes = root.positive("minutesDuration", issues);
    let Some(starts_at) = start else {
        if !calls_off && root.get("start").is_none() {
            issues.note(root.at("start"), "is needed: a visit has a time");
        }
        return None;
    };
    // The planned window is what people see in a calendar; a shorter `minutesDuration` in it is
    // the scheduling system's own affair.
    let (minutes, place) = match (end, minutes) {
        (Some(end), _) => (whole_minutes(starts_at, end), "end"),
        (None, Some(minutes)) => (u16::try_from(minutes).ok(), "minutesDuration"),
        (None, None) => (None, "end"),
    };
    let fits = |minutes: &u16| (DURATION_MINUTES_MIN..=DURATION_MINUTES_MAX).contains(minutes);
    let minutes = minutes.filter(fits);
    if minutes.is_none() && !calls_off {
        let range = format!("{DURATION_MINUTES_MIN} to {DURATION_MINUTES_MAX}");
        issues.note(root.at(place), format!("has to make the visit {range} minutes long"));
    }
    Some(Time { starts_at: crate::clock::to_millisecond(starts_at), minutes: minutes? })
}

/// From start to end, a begun minute counted as one.
fn whole_minutes(start: Timestamp, end: Timestamp) -> Option<u16> {
    const SECONDS: i64 = 60;
    let seconds = end.as_second().checked_sub(start.as_second())?;
    let minutes = seconds.checked_add(SECONDS - 1)?.div_euclid(SECONDS);
    u16::try_from(minutes).ok()
}

fn people(root: &Node<'_>, calls_off: bool, issues: &mut Issues) -> Vec<Person> {
    let entries = root.list("participant", issues);
    let read = entries.iter().enumerate();
    let read = read.filter_map(|entry| person::read(entry, root, issues));
    let mut people: Vec<_> = read.collect();
    people.extend(person::interpreter(&people));
    if people.is_empty() && !calls_off {
        let text = "has to name at least one person: a patient, a relative, a practitioner";
        issues.note(root.at("participant"), text);
    }
    if people.len() > PARTICIPANTS_MAX {
        let text = format!("has to name at most {PARTICIPANTS_MAX} people, interpreter included");
        issues.note(root.at("participant"), text);
    }
    people
}

fn identifiers(root: &Node<'_>, issues: &mut Issues) -> Vec<Identifier> {
    let mut identifiers = Vec::new();
    for element in root.list("identifier", issues) {
        let system = element.text("system", issues).unwrap_or_default();
        let Some(value) = element.text("value", issues) else { continue };
        if system.len() > IDENTIFIER_BYTES_MAX || value.len() > IDENTIFIER_BYTES_MAX {
            let text = format!("has to be at most {IDENTIFIER_BYTES_MAX} bytes a part");
            issues.note(element.expression(), text);
        }
        if system.chars().chain(value.chars()).any(char::is_control) {
            issues.note(element.expression(), "must not hold control characters");
        }
        let found = Identifier { system: system.to_owned(), value: value.to_owned() };
        if system != VISIT_SYSTEM && !identifiers.contains(&found) {
            identifiers.push(found);
        }
    }
    if identifiers.len() > IDENTIFIERS_MAX {
        issues.note(root.at("identifier"), format!("has to hold at most {IDENTIFIERS_MAX}"));
    }
    identifiers
}
