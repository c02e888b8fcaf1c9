//! Lines of the lobby: whose they are, how many, and what a repeated request finds.

use super::{Earlier, LINES_MAX, Lobby};
use crate::hub::chat::Note;
use bedside_signaling_api::care::{ChatLine, ChatTo, ReadyMade};
use jiff::Timestamp;
use uuid::Uuid;

const READER: Uuid = Uuid::from_u128(1);
const REQUEST: Option<[u8; 32]> = Some([7; 32]);

fn line(text: &str, ready: Option<ReadyMade>) -> ChatLine {
    ChatLine {
        id: Uuid::nil(),
        from: Uuid::nil(),
        role: None,
        to: ChatTo::Waiting,
        at: Timestamp::UNIX_EPOCH,
        text: text.to_owned(),
        ready,
    }
}

fn note(text: &str, ready: Option<ReadyMade>, request: Option<[u8; 32]>) -> Note {
    Note { text: text.to_owned(), ready, request }
}

#[test]
fn a_reader_is_given_their_own_lines_and_the_newest_of_them() {
    let mut lobby = Lobby::default();
    lobby.keep(line("for another", None), vec![Uuid::from_u128(2)]);
    for number in 0..=LINES_MAX {
        lobby.keep(line(&number.to_string(), None), vec![READER]);
    }
    let texts: Vec<_> = lobby.lines_of(READER).into_iter().map(|line| line.text).collect();
    assert_eq!(texts.len(), LINES_MAX);
    assert_eq!(texts.first().map(String::as_str), Some("1"));
    assert_eq!(lobby.lines_of(Uuid::from_u128(2)), [], "what is too old makes room");
}

#[test]
fn a_repeated_request_is_known_and_another_under_its_name_too() {
    let mut lobby = Lobby::default();
    let soon = Some(ReadyMade::Soon);
    assert_eq!(lobby.earlier(&note("", soon, REQUEST)), Earlier::None);
    lobby.keep_note(line("", soon), vec![READER], (REQUEST, 3));
    assert_eq!(lobby.earlier(&note("", soon, REQUEST)), Earlier::Same(3));
    assert_eq!(lobby.earlier(&note("", Some(ReadyMade::Call), REQUEST)), Earlier::Other);
    assert_eq!(lobby.earlier(&note("hello", None, REQUEST)), Earlier::Other);
    assert_eq!(lobby.earlier(&note("", soon, None)), Earlier::None, "unnamed, each is a new one");
}
