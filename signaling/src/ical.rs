//! An invitation for a calendar (RFC 5545, 5546, 7986).
//!
//! In: one person's seat in a visit, their link, the time. Out: the text of a `.ics` file.
//! Never: a name, a reason or a clinic's word; whoever looks over a shoulder at a calendar
//! learns that there is a video visit and when.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use uuid::Uuid;

/// Longest line in bytes, without its end (RFC 5545, 3.1).
const LINE_BYTES_MAX: usize = 75;

/// What an invitation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invitation<'a> {
    /// Whose it is; also what it is known by in a calendar, whatever happens to the visit.
    pub(crate) participant: Uuid,
    /// Where people's browsers find this server.
    pub(crate) public_url: &'a str,
    /// Their personal link; none in an invitation that is taken back.
    pub(crate) link: Option<String>,
    /// When the visit starts.
    pub(crate) starts_at: Timestamp,
    /// When it is planned to end.
    pub(crate) ends_at: Timestamp,
    /// How often it was moved, and called off.
    pub(crate) sequence: u64,
    /// When this text was made.
    pub(crate) now: Timestamp,
}

impl Invitation<'_> {
    /// What a calendar is to do with it.
    pub(crate) const fn method(&self) -> &'static str {
        if self.link.is_some() { "REQUEST" } else { "CANCEL" }
    }

    /// The text.
    pub(crate) fn text(&self) -> String {
        let id = self.participant;
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Bedside//Video visits//EN".to_owned(),
            format!("METHOD:{}", self.method()),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{id}@{}", host(self.public_url)),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", utc(self.now)),
            format!("DTSTART:{}", utc(self.starts_at)),
            format!("DTEND:{}", utc(self.ends_at)),
            "SUMMARY:Video visit".to_owned(),
            "CLASS:PRIVATE".to_owned(),
            format!("ORGANIZER:{}", self.public_url),
            format!("ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE:urn:uuid:{id}"),
        ];
        match &self.link {
            Some(link) => lines.extend(self.how_to_come(link)),
            None => lines.push("STATUS:CANCELLED".to_owned()),
        }
        lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
        lines.iter().map(|line| folded(line)).collect()
    }

    fn how_to_come(&self, link: &str) -> [String; 5] {
        let words = format!(
            "Open your personal link at the time of the visit: {link}\nIt is for you only."
        );
        [
            "STATUS:CONFIRMED".to_owned(),
            "TRANSP:OPAQUE".to_owned(),
            format!("LOCATION:{}", escaped(link)),
            format!("DESCRIPTION:{}", escaped(&words)),
            format!("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join the video visit:{link}"),
        ]
    }
}

/// The host of an address, for an id that is unique in the world.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}

/// An instant in UTC, in the calendar's form.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text with what would end it written otherwise (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            _ => out.push(letter),
        }
    }
    out
}

/// A line in pieces that are short enough, each with its end; never cut inside a letter.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 2);
    let mut used = 0;
    for letter in line.chars() {
        if used + letter.len_utf8() > LINE_BYTES_MAX {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(letter);
        used += letter.len_utf8();
    }
    out.push_str("\r\n");
    out
}
