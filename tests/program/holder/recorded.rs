//! A real recording, by the recorder's own hands: packets in, a sealed folder out.

use super::flash::Person;
use bedside_config::SealingSuite;
use bedside_recorder::manifest::Signer;
use bedside_recorder::seal::fresh_identity;
use bedside_recorder::spool::{Bounds, NewRecording, Spool, Writer};
use bedside_recorder::take::{Start, Taker};
use bedside_sfu_api::{ParticipantId, Tapped, Turn};
use bedside_signaling_api::recorder::{Labelled, Mode};
use jiff::Timestamp;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The recording is paused between these seconds.
pub(crate) const PAUSED: Range<u64> = 8..12;
/// And ends here.
pub(crate) const ENDS: u64 = 16;
/// What Anna says in writing, and when.
pub(crate) const SAID: (u64, &str) = (2_500, "Good <morning>");

/// A recording in a folder, and the keys it is sealed to.
pub(crate) struct Recorded {
    pub(crate) folder: PathBuf,
    pub(crate) keys: [PathBuf; 2],
    pub(crate) people: [Uuid; 2],
}

/// Anna and Ben flash and beep for eight seconds, pause for four, and go on for four.
pub(crate) fn record(root: &Path, suite: SealingSuite, shreddable: bool) -> Recorded {
    let (visit, recording) = (Uuid::now_v7(), Uuid::now_v7());
    let mut recipients = Vec::new();
    let keys = ["first.key", "second.key"].map(|name| {
        let fresh = fresh_identity(suite).expect("a key");
        recipients.push(fresh.public.clone());
        let file = root.join(name);
        fs::write(&file, fresh.secret.as_bytes()).expect("the folder can be written");
        file
    });
    let signer = Signer::of(&[7; 32]).expect("a seed");
    let bounds = Bounds { bytes_max: 1 << 30, floor_bytes: 0 };
    let spool = Spool::open(&root.join("spool"), bounds, signer).expect("a spool");
    let at = Timestamp::now();
    let new =
        NewRecording { recording, visit, mode: Mode::Tracks, suite, recipients, shreddable, at };
    let mut writer = Writer::begin(&spool, &new).expect("a recording");
    let start = Instant::now();
    let part = Duration::from_secs(2);
    let begin = Start { visit, recording, at, part, first_epoch: 0, from_ms: 0 };
    let mut taker = Taker::new(start, begin);
    let (mut anna, mut ben) = (Person::new(visit), Person::new(visit));
    let label =
        |person: &Person, label: &str| Labelled { participant: person.id, label: label.into() };
    let people = [label(&anna, "Anna Klein"), label(&ben, "Dr Ben")];
    for (turn, seconds) in [(1, 0..PAUSED.start), (2, PAUSED.end..ENDS)] {
        let at = |ms: u64| start + Duration::from_millis(ms);
        taker.allow(at(seconds.start * 1_000), Turn(turn), &people);
        for ms in (seconds.start * 1_000..seconds.end * 1_000).step_by(20) {
            let mut sent = anna.send(start, turn, ms..ms + 20);
            sent.extend(ben.send(start, turn, ms..ms + 20));
            sent.sort_by_key(arrival);
            for tapped in sent {
                taker.handle_timeout(arrival(&tapped));
                taker.handle_tapped(arrival(&tapped), tapped);
            }
            if ms <= SAID.0 && SAID.0 < ms + 20 {
                let (language, text) = ("en".to_owned(), SAID.1.to_owned());
                taker.handle_say(at(SAID.0 + 30), ParticipantId(anna.id), language, text);
            }
            seal(&mut taker, &mut writer);
        }
        taker.rest(at(seconds.end * 1_000 + 60));
        seal(&mut taker, &mut writer);
    }
    writer.end(false).expect("an end");
    Recorded { folder: writer.folder().to_owned(), keys, people: [anna.id, ben.id] }
}

fn seal(taker: &mut Taker, writer: &mut Writer) {
    while let Some(part) = taker.poll_part() {
        writer.write(part).expect("the disk takes it");
    }
}

fn arrival(tapped: &Tapped) -> Instant {
    match tapped {
        Tapped::Packet(packet) => packet.arrival,
        Tapped::Report(report) => report.arrival,
        Tapped::Missed { .. } => panic!("nothing is missed here"),
    }
}
