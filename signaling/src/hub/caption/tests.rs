//! Which line is for whom: those who were there before it was begun, and with the writer since.

use super::{CAPTION_CHARS_MAX, CAPTIONS_AT_ONCE, Captions, fits};
use crate::visit::Circle;
use bedside_signaling_api::socket::RefusalCode;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

const WRITER: Uuid = Uuid::from_u128(1);
const READER: Uuid = Uuid::from_u128(2);
const PAIR: (Uuid, Uuid) = (WRITER, READER);
const LAG: Duration = Duration::from_secs(5);
const SECOND: Duration = Duration::from_secs(1);

fn arranged(captions: &mut Captions, circles: [Circle; 2], now: Instant) {
    let [writers, readers] = circles;
    let circles = [(WRITER, writers), (READER, readers)];
    captions.arrange(&circles, &BTreeSet::from([WRITER]), now);
}

#[test]
fn a_line_is_for_whoever_was_there_before_what_it_tells_of() {
    let (mut captions, start) = (Captions::new(), Instant::now());
    arranged(&mut captions, [Circle::Main, Circle::Main], start);
    assert!(!captions.is_for(PAIR, start, LAG), "it may be of what was said before");
    assert!(captions.is_for(PAIR, start + LAG, LAG));
    assert!(captions.is_for((WRITER, WRITER), start, LAG), "the writer knows what they write");
    assert!(!captions.is_for((READER, WRITER), start + LAG, LAG), "they do not write");
}

#[test]
fn whoever_was_away_in_the_middle_of_a_line_reads_nothing_more_of_it() {
    let (mut captions, start) = (Captions::new(), Instant::now());
    arranged(&mut captions, [Circle::Main, Circle::Main], start);
    let begun = captions.write(WRITER, (1, false), start + LAG).expect("it is taken");
    assert!(captions.is_for(PAIR, begun, Duration::ZERO));
    arranged(&mut captions, [Circle::Main, Circle::Alone(1)], begun + SECOND);
    assert!(!captions.is_for(PAIR, begun, Duration::ZERO), "on hold");
    arranged(&mut captions, [Circle::Main, Circle::Main], begun + 2 * SECOND);
    let goes_on = captions.write(WRITER, (1, true), begun + 3 * SECOND);
    assert_eq!(goes_on, Ok(begun), "the same line");
    assert!(!captions.is_for(PAIR, begun, Duration::ZERO), "it tells of the time on hold");
    let next = captions.write(WRITER, (2, false), begun + 4 * SECOND).expect("it is taken");
    assert!(captions.is_for(PAIR, next, Duration::ZERO));
}

#[test]
fn those_who_go_into_another_circle_together_read_on() {
    let (mut captions, start) = (Captions::new(), Instant::now());
    arranged(&mut captions, [Circle::Sidebar, Circle::Sidebar], start);
    arranged(&mut captions, [Circle::Main, Circle::Main], start + LAG);
    assert!(captions.is_for(PAIR, start + LAG, LAG));
    arranged(&mut captions, [Circle::Alone(0), Circle::Alone(1)], start + 2 * LAG);
    assert!(!captions.is_for(PAIR, start + 9 * LAG, LAG));
}

#[test]
fn a_finished_line_stays_as_it_is_and_a_flood_is_refused() {
    let (mut captions, now) = (Captions::new(), Instant::now());
    assert_eq!(captions.write(WRITER, (7, true), now), Ok(now));
    assert_eq!(captions.write(WRITER, (7, false), now), Err(RefusalCode::NotNow));
    let more = (3..CAPTIONS_AT_ONCE + 1).map(|number| (number, true));
    assert!(more.into_iter().all(|line| captions.write(WRITER, line, now).is_ok()));
    assert_eq!(captions.write(WRITER, (99, false), now), Err(RefusalCode::TooMany));
    assert!(captions.write(READER, (1, false), now).is_ok(), "another captioner is not slowed");
    assert!(captions.write(WRITER, (99, false), now + SECOND).is_ok());
}

#[test]
fn a_recording_keeps_what_was_begun_while_it_took_everybody() {
    let (mut captions, start) = (Captions::new(), Instant::now());
    let recording = Uuid::from_u128(9);
    captions.record(Some(recording), start);
    assert_eq!(captions.kept_in(start, LAG), None, "what was said before it began");
    captions.record(Some(recording), start + SECOND);
    assert_eq!(captions.kept_in(start + LAG, LAG), Some(recording));
    captions.record(None, start + LAG);
    assert_eq!(captions.kept_in(start + LAG, LAG), None);
    captions.record(Some(recording), start + 2 * LAG);
    assert_eq!(captions.kept_in(start + 2 * LAG, LAG), None, "what was said while it rested");
}

#[test]
fn a_line_is_one_line_and_has_an_end() {
    let letters = |count| "ü".repeat(count);
    assert!(fits("Good morning, Maria."));
    assert!(fits(""), "a line that is taken back");
    assert!(fits(&letters(CAPTION_CHARS_MAX)));
    assert!(!fits(&letters(CAPTION_CHARS_MAX + 1)));
    assert!(!fits("two\nlines"));
}
