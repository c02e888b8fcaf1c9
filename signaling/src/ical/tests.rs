//! Invitations as calendars read them.

use super::{Invitation, folded};
use proptest::prelude::*;
use uuid::Uuid;

fn invitation(link: Option<&str>) -> Invitation<'static> {
    Invitation {
        participant: Uuid::from_u128(7),
        public_url: "https://visits.example.org:8443",
        link: link.map(str::to_owned),
        starts_at: "2026-12-01T09:30:00+01:00".parse().unwrap(),
        ends_at: "2026-12-01T10:00:00+01:00".parse().unwrap(),
        sequence: 2,
        now: "2026-11-22T08:00:00Z".parse().unwrap(),
    }
}

/// A calendar's lines, put together again.
fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

#[test]
fn an_invitation_says_when_and_how_and_nothing_else() {
    let link = "https://visits.example.org:8443/j#0.secret";
    let lines = lines(&invitation(Some(link)).text());
    let has = |line: &str| assert!(lines.iter().any(|found| found == line), "{line}: {lines:?}");
    has("METHOD:REQUEST");
    has("UID:00000000-0000-0000-0000-000000000007@visits.example.org");
    has("SEQUENCE:2");
    has("DTSTART:20261201T083000Z");
    has("DTEND:20261201T090000Z");
    has("SUMMARY:Video visit");
    has(&format!("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join the video visit:{link}"));
    assert_eq!(lines.first().unwrap(), "BEGIN:VCALENDAR");
    assert_eq!(lines.last().unwrap(), "END:VCALENDAR");
}

#[test]
fn one_taken_back_has_the_same_id_and_no_link() {
    let text = invitation(None).text();
    assert!(text.contains("METHOD:CANCEL\r\n") && text.contains("STATUS:CANCELLED\r\n"), "{text}");
    assert!(text.contains("UID:00000000-0000-0000-0000-000000000007@visits.example.org\r\n"));
    assert!(!text.contains("/j"), "{text}");
}

proptest! {
    #[test]
    fn no_line_is_too_long_and_nothing_is_lost_by_folding(line in "[^\r\n]{0,300}") {
        let text = folded(&line);
        for piece in text.split_terminator("\r\n") {
            prop_assert!(piece.len() <= 75, "{}", piece.len());
        }
        prop_assert_eq!(text.replace("\r\n ", ""), format!("{line}\r\n"));
    }
}
