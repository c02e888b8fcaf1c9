//! The recorder at work on a real disk: it begins, rests, ends, goes on after a stop, breaks and
//! goes on by itself, and destroys.

use super::desk::{Desk, Ends, Over};
use super::*;
use crate::seal::{FreshIdentity, Opener, fresh_identity};
use crate::verify::{self, Asked, Folder, Report};
use bedside_config::SealingSuite;
use bedside_sfu_api::{Codec, ParticipantId, RoomId, Source, Stream, TappedPacket, Turn};
use bedside_signaling_api::recorder::{Labelled, Layout, Mode, RecordingFailure, Summary, Take};
use std::time::Instant;
use tempfile::TempDir;
use tokio::time::timeout;
use uuid::Uuid;

const VISIT: Uuid = Uuid::from_u128(1);
const RECORDING: Uuid = Uuid::from_u128(2);
const PATIENT: Uuid = Uuid::from_u128(3);
const STRANGER: Uuid = Uuid::from_u128(4);
/// Met only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// Samples of a packet of 20 ms.
const SAMPLES: u32 = 960;

struct House {
    folder: TempDir,
    keys: [FreshIdentity; 2],
}

impl House {
    fn new() -> Self {
        let key = || fresh_identity(SealingSuite::Age).unwrap();
        Self { folder: TempDir::new().unwrap(), keys: [key(), key()] }
    }

    fn settings() -> Recording {
        Recording { part_seconds: 1, ..Recording::default() }
    }

    fn recipients(&self) -> Vec<String> {
        self.keys.iter().map(|key| key.public.clone()).collect()
    }

    fn take(&self, turn: u64) -> RecorderCommand {
        RecorderCommand::Record(Box::new(Take {
            recording: RECORDING,
            visit: VISIT,
            turn,
            people: vec![Labelled { participant: PATIENT, label: "Maria".to_owned() }],
            mode: Mode::Tracks,
            layout: Layout::Speaker,
            recipients: self.recipients(),
        }))
    }

    /// The recorder, and where the media plane puts what it takes.
    fn start(&self) -> (Running, mpsc::Sender<Tapped>) {
        let (taps, tapped) = mpsc::channel(1_024);
        let (media, _commands) = mpsc::channel(16);
        (start(&Self::settings(), self.folder.path(), tapped, media).unwrap(), taps)
    }

    /// The whole recording as its key holder sees it.
    fn verified(&self) -> Report {
        let folder = self.folder.path().join("recordings").join(RECORDING.to_string());
        let opener = Opener::new([self.keys[1].secret.as_str()]).unwrap();
        let asked = Asked { signer: None, opener: Some(&opener) };
        let report = verify::verify(&Folder::new(&folder), asked, |_, _| ()).unwrap();
        assert_eq!(report.findings, []);
        report
    }
}

fn packet(turn: u64, who: Uuid, number: u32) -> Tapped {
    let (room, participant) = (RoomId(VISIT), ParticipantId(who));
    let (turn, source) = (Turn(turn), Source::Microphone);
    Tapped::Packet(TappedPacket {
        stream: Stream { room, turn, participant, source, ssrc: 7 },
        codec: Codec::Opus,
        seq: u64::from(number),
        timestamp: number * SAMPLES,
        marker: number == 0,
        arrival: Instant::now(),
        payload: vec![0xF8, 0xFF, 0xFE],
    })
}

/// Speaks until the recorder says something that was waited for.
async fn until(
    running: &mut Running,
    taps: &mpsc::Sender<Tapped>,
    turn: u64,
    wanted: impl Fn(&RecorderEvent) -> bool,
) -> RecorderEvent {
    let mut steps = tokio::time::interval(Duration::from_millis(20));
    let mut number = 0;
    let heard = async {
        loop {
            tokio::select! {
                event = running.events.recv() => {
                    let event = event.expect("the recorder is there");
                    if wanted(&event) {
                        return event;
                    }
                }
                _ = steps.tick() => {
                    for who in [PATIENT, STRANGER] {
                        taps.send(packet(turn, who, number)).await.unwrap();
                    }
                    number += 1;
                }
            }
        }
    };
    timeout(PATIENCE, heard).await.expect("it says so")
}

async fn sealed(running: &mut Running, taps: &mpsc::Sender<Tapped>) -> Summary {
    running.commands.send(RecorderCommand::Stop { recording: RECORDING }).await.unwrap();
    let is_sealed = |event: &RecorderEvent| matches!(event, RecorderEvent::Sealed { .. });
    let event = until(running, taps, 0, is_sealed).await;
    let RecorderEvent::Sealed { recording: RECORDING, summary } = event else {
        panic!("{event:?}");
    };
    summary
}

async fn stopped(running: Running) {
    let Running { commands, events, archive, work } = running;
    drop((commands, events, archive));
    work.end().await;
}

const DURABLE: fn(&RecorderEvent) -> bool =
    |event| matches!(event, RecorderEvent::Durable { recording: RECORDING, .. });

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_begins_rests_ends_and_is_erased() {
    let house = House::new();
    let (mut running, taps) = house.start();
    running.commands.send(house.take(5)).await.unwrap();
    let durable = until(&mut running, &taps, 5, DURABLE).await;
    assert_eq!(durable, RecorderEvent::Durable { recording: RECORDING, turn: 5 });
    running.commands.send(RecorderCommand::Pause { recording: RECORDING }).await.unwrap();
    let rested = RecorderEvent::Rested { recording: RECORDING };
    until(&mut running, &taps, 5, |event| *event == rested).await;
    let summary = sealed(&mut running, &taps).await;
    assert!(summary.parts > 0 && !summary.aborted, "{summary:?}");
    assert_eq!(summary.epochs, 1, "what came while it rested is in none");
    let report = house.verified();
    assert_eq!(report.opened, summary.parts);
    assert_eq!(report.manifest.summary(), summary);
    assert_eq!(sealed(&mut running, &taps).await, summary, "a second stop is answered too");
    running.commands.send(RecorderCommand::Erase { recording: RECORDING }).await.unwrap();
    let gone = |event: &RecorderEvent| matches!(event, RecorderEvent::Erased { .. });
    let erased = until(&mut running, &taps, 0, gone).await;
    // The parts and the manifest.
    let objects = summary.parts + 1;
    assert_eq!(erased, RecorderEvent::Erased { recording: RECORDING, objects });
    assert_eq!(running.archive.objects(RECORDING).await.unwrap(), []);
    stopped(running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_the_middle_costs_nothing_that_was_taken() {
    let house = House::new();
    let (mut running, taps) = house.start();
    running.commands.send(house.take(5)).await.unwrap();
    until(&mut running, &taps, 5, DURABLE).await;
    stopped(running).await;
    let (mut running, taps) = house.start();
    running.commands.send(house.take(6)).await.unwrap();
    let durable = until(&mut running, &taps, 6, DURABLE).await;
    assert_eq!(durable, RecorderEvent::Durable { recording: RECORDING, turn: 6 });
    let summary = sealed(&mut running, &taps).await;
    assert_eq!((summary.epochs, summary.aborted), (2, false));
    house.verified();
    stopped(running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_cannot_be_used_are_told_at_once() {
    let house = House::new();
    let (mut running, taps) = house.start();
    let RecorderCommand::Record(mut take) = house.take(5) else { panic!("a record") };
    take.recipients.truncate(1);
    running.commands.send(RecorderCommand::Record(take)).await.unwrap();
    let failed = |event: &RecorderEvent| matches!(event, RecorderEvent::Failed { .. });
    let (recording, failure) = (RECORDING, RecordingFailure::Keys);
    assert_eq!(
        until(&mut running, &taps, 5, failed).await,
        RecorderEvent::Failed { recording, failure, over: true }
    );
    stopped(running).await;
}

#[test]
fn a_recorder_that_broke_goes_on_in_a_new_epoch() {
    let house = House::new();
    let settings = House::settings();
    let archive = open(&settings, house.folder.path()).unwrap();
    let (media, _commands) = mpsc::channel(16);
    let mut desk = Desk::new(Arc::new(settings), archive.spool().clone(), media);
    let mut open_epochs = Vec::new();
    for life in 0..3 {
        let (wish, wishes) = mpsc::channel(16);
        let (_taps, taps) = mpsc::channel(16);
        let (events, mut told) = mpsc::channel(16);
        let (chores, _to_do) = mpsc::channel(16);
        let (_stop, stopping) = oneshot::channel();
        let mut ends = Ends { stopping, wishes, taps, events, chores };
        if life == 0 {
            wish.blocking_send(house.take(5)).unwrap();
        }
        let listener = std::thread::spawn(move || {
            let durable = std::iter::from_fn(|| told.blocking_recv()).find(DURABLE);
            drop(wish);
            durable.is_some()
        });
        // It was at work on it to the end; what breaks now has to be gone on with.
        assert_eq!(desk.run(&mut ends), Over::Wanted);
        assert!(listener.join().unwrap(), "life {life}");
        open_epochs.push(archive.spool().waiting(RECORDING).unwrap().len());
        desk.begin_anew(&ends);
    }
    assert!(open_epochs.is_sorted_by(|a, b| a < b), "{open_epochs:?}");
}
