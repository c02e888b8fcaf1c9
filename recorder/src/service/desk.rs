//! The thread that takes: every open recording of this node, and the clock they live by.
//!
//! In: wishes of the visit service, packets of the media plane. Out: parts for the disk, whole
//! pictures asked for.
//! Never: waits for a disk. Parts that the disk cannot follow are left out, and it is said.

use super::chores::Chore;
use super::disk::{self, Headless, Says, Work};
use super::out::Out;
use super::session::Session;
use crate::recover;
use crate::spool::Spool;
use crate::take::filmed::Keeping;
use bedside_config::Recording;
use bedside_sfu_api::{Command, ParticipantId, RoomId, Tapped};
use bedside_signaling_api::recorder::{RecorderCommand, RecorderEvent, RecordingFailure, Take};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Parts that may wait for the disk. At two seconds each, a node with twenty visits rides out a
/// stall of twelve seconds; more would hold more plaintext in memory.
const WORK_MAX: usize = 128;
/// Packets taken in before anything else is looked at.
const TAPS_A_ROUND: usize = 256;
/// Longest wait of the loop: what has no deadline of its own is looked at this often.
const IDLE: Duration = Duration::from_millis(500);
/// Until an epoch that lost its first part is tried again. Sooner, a full disk is asked all the
/// time; later, more is missing once there is room.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// A recording that a crash left open, and that no visit goes on with for so long, is closed as
/// aborted. People who lost the server come back within a minute or two; half an hour leaves room
/// for a machine that has to be started by hand.
const ORPHAN_AFTER: Duration = Duration::from_secs(30 * 60);

/// How a run of the desk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// It was told to stop, or nobody asks anything any more.
    Wanted,
    /// The thread beside it is gone.
    Broken,
}

/// Where things come from and go to.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) stopping: oneshot::Receiver<()>,
    pub(super) wishes: mpsc::Receiver<RecorderCommand>,
    pub(super) taps: mpsc::Receiver<Tapped>,
    pub(super) events: mpsc::Sender<RecorderEvent>,
    pub(super) chores: mpsc::Sender<Chore>,
}

/// Every open recording.
#[derive(Debug)]
pub(super) struct Desk {
    settings: Arc<Recording>,
    spool: Spool,
    media: mpsc::Sender<Command>,
    session_by_recording: BTreeMap<Uuid, Session>,
    /// What is to be gone on with after the recorder broke.
    left_open: Vec<Take>,
    orphans_at: Option<Instant>,
}

impl Desk {
    pub(super) fn new(
        settings: Arc<Recording>,
        spool: Spool,
        media: mpsc::Sender<Command>,
    ) -> Self {
        let orphans_at = Instant::now().checked_add(ORPHAN_AFTER);
        let session_by_recording = BTreeMap::new();
        Self { settings, spool, media, session_by_recording, left_open: Vec::new(), orphans_at }
    }

    /// What was open is to be opened again, in new epochs.
    pub(super) fn begin_anew(&mut self, ends: &Ends) {
        let sessions = std::mem::take(&mut self.session_by_recording);
        for (recording, session) in sessions {
            self.left_open.push(session.take);
            let failure = RecordingFailure::Restarted;
            let failed = RecorderEvent::Failed { recording, failure, over: false };
            let _stopping = ends.events.blocking_send(failed);
        }
    }

    /// Works until it is told to stop.
    pub(super) fn run(&mut self, ends: &mut Ends) -> Over {
        let (work, queue) = sync_channel(WORK_MAX);
        let (headless, mut broken) = mpsc::channel(WORK_MAX);
        let says = Says { events: ends.events.clone(), headless, chores: ends.chores.clone() };
        let body = move || disk::run(&queue, &says);
        let Ok(thread) = std::thread::Builder::new().name("recorder-disk".to_owned()).spawn(body)
        else {
            return Over::Broken;
        };
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build()
        else {
            return Over::Broken;
        };
        let mut out = Out::new(work, ends.events.clone());
        for take in std::mem::take(&mut self.left_open) {
            self.record(Instant::now(), take, &mut out);
        }
        let over = runtime.block_on(self.serve(ends, &mut broken, &mut out));
        // The disk ends once nobody gives it work; until then everything given is written.
        out.finish();
        if thread.join().is_err() { Over::Broken } else { over }
    }

    async fn serve(
        &mut self,
        ends: &mut Ends,
        broken: &mut mpsc::Receiver<Headless>,
        out: &mut Out,
    ) -> Over {
        let mut taps = Vec::with_capacity(TAPS_A_ROUND);
        loop {
            let due = self.due();
            tokio::select! {
                biased;
                _ = &mut ends.stopping => {
                    self.rest_all(Instant::now(), out);
                    return Over::Wanted;
                }
                wish = ends.wishes.recv() => {
                    let now = Instant::now();
                    let Some(wish) = wish else {
                        self.rest_all(now, out);
                        return Over::Wanted;
                    };
                    self.handle_command(now, wish, out);
                }
                lost = broken.recv() => {
                    // The disk's thread holds the other end; without it nothing can go on.
                    let Some(Headless { recording }) = lost else { return Over::Broken };
                    if let Some(session) = self.session_by_recording.get_mut(&recording) {
                        session.again_at = Instant::now().checked_add(AGAIN_AFTER);
                    }
                }
                count = ends.taps.recv_many(&mut taps, TAPS_A_ROUND), if !ends.taps.is_closed() => {
                    let now = Instant::now();
                    for tapped in taps.drain(..count) {
                        self.handle_tapped(now, tapped);
                    }
                }
                () = tokio::time::sleep_until(due.into()) => {}
            }
            self.handle_timeout(Instant::now());
            self.collect(out);
            if !out.give() {
                return Over::Broken;
            }
        }
    }

    fn due(&self) -> Instant {
        let soon = Instant::now() + IDLE;
        let sessions = self.session_by_recording.values();
        sessions.filter_map(Session::poll_timeout).min().map_or(soon, |due| due.min(soon))
    }

    fn handle_command(&mut self, now: Instant, command: RecorderCommand, out: &mut Out) {
        match command {
            RecorderCommand::Record(take) => self.record(now, *take, out),
            RecorderCommand::Pause { recording } => {
                match self.session_by_recording.get_mut(&recording) {
                    Some(session) => {
                        session.take.people.clear();
                        session.allow(now);
                        session.owes_rest = true;
                    }
                    None => out.put(Work::Rest(recording)),
                }
            }
            RecorderCommand::Stop { recording } => {
                // One that does not run here was closed before, or by a crash.
                let runs = self.session_by_recording.contains_key(&recording);
                self.close(now, recording, out);
                let settle = Work::Then(Chore::Settle(recording));
                out.put(if runs { Work::End(recording) } else { settle });
            }
            RecorderCommand::Say { recording, participant, language, text } => {
                if let Some(session) = self.session_by_recording.get_mut(&recording) {
                    session.taker.handle_say(now, ParticipantId(participant), language, text);
                }
            }
            RecorderCommand::Shred { recording } => {
                self.close(now, recording, out);
                out.put(Work::Then(Chore::Shred(recording)));
            }
            RecorderCommand::Erase { recording } => {
                self.close(now, recording, out);
                out.put(Work::Then(Chore::Erase(recording)));
            }
        }
    }

    fn record(&mut self, now: Instant, take: Take, out: &mut Out) {
        let recording = take.recording;
        if let Some(session) = self.session_by_recording.get_mut(&recording) {
            session.take = take;
            session.owes_rest = false;
            session.allow(now);
            return;
        }
        match Session::open(now, &self.settings, &self.spool, take) {
            Ok((session, writer)) => {
                out.put(Work::Open(Box::new(writer)));
                self.session_by_recording.insert(recording, session);
            }
            Err(fault) => {
                let failure = fault.failure();
                let cause: &dyn std::error::Error = &fault;
                tracing::error!(%recording, cause, "a recording could not begin");
                out.say(RecorderEvent::Failed { recording, failure, over: true });
            }
        }
    }

    /// Takes nobody of it any more and gives the rest to the disk.
    fn close(&mut self, now: Instant, recording: Uuid, out: &mut Out) {
        self.collect(out);
        let Some(session) = self.session_by_recording.remove(&recording) else { return };
        for part in session.taker.finish(now) {
            out.part(recording, part);
        }
    }

    /// The program ends: what was taken is written, and the recordings stay open for the next.
    fn rest_all(&mut self, now: Instant, out: &mut Out) {
        self.collect(out);
        for (recording, session) in std::mem::take(&mut self.session_by_recording) {
            self.left_open.push(session.take);
            for part in session.taker.finish(now) {
                out.part(recording, part);
            }
        }
    }

    fn handle_tapped(&mut self, now: Instant, tapped: Tapped) {
        let room = room_of(&tapped);
        let mut sessions = self.session_by_recording.values_mut();
        if let Some(session) = sessions.find(|session| session.take.visit == room.0) {
            session.taker.handle_tapped(now, tapped);
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        for session in self.session_by_recording.values_mut() {
            if session.poll_timeout().is_some_and(|due| due <= now) {
                session.handle_timeout(now);
            }
        }
        if self.orphans_at.is_some_and(|at| at <= now) {
            self.orphans_at = None;
            self.close_orphans();
        }
    }

    /// What comes of them is told by the uploader, which takes them from now on.
    fn close_orphans(&self) {
        let going_on: Vec<Uuid> = self.session_by_recording.keys().copied().collect();
        match recover::close_orphans(&self.spool, &going_on) {
            Ok(closed) => {
                for recovered in closed {
                    let recording = recovered.recording;
                    tracing::warn!(%recording, "a recording that a crash left open was closed");
                }
            }
            Err(fault) => {
                let cause: &dyn std::error::Error = &fault;
                tracing::error!(cause, "recordings that a crash left open could not be closed");
            }
        }
    }

    /// Puts out what is ready, and asks for whole pictures.
    fn collect(&mut self, out: &mut Out) {
        for (recording, session) in &mut self.session_by_recording {
            while let Some((participant, source)) = session.taker.poll_refresh() {
                let room = RoomId(session.take.visit);
                // A media plane with a full queue has more urgent things; it asks every 10 s.
                let _asked = self.media.try_send(Command::Refresh { room, participant, source });
            }
            while let Some(part) = session.taker.poll_part() {
                out.part(*recording, part);
            }
            if session.owes_rest && session.taker.is_resting() {
                session.owes_rest = false;
                out.put(Work::Rest(*recording));
            }
            while let Some(keeping) = session.taker.poll_keeping() {
                out.say(told(*recording, keeping));
            }
        }
    }
}

/// What the visit is told of a film.
const fn told(recording: Uuid, keeping: Keeping) -> RecorderEvent {
    let failure = RecordingFailure::TooSlow;
    match keeping {
        Keeping::TooSlow => RecorderEvent::Failed { recording, failure, over: false },
        Keeping::KeepsUp => RecorderEvent::Recovered { recording },
        Keeping::Ended => RecorderEvent::Failed { recording, failure, over: true },
    }
}

fn room_of(tapped: &Tapped) -> RoomId {
    match tapped {
        Tapped::Packet(packet) => packet.stream.room,
        Tapped::Report(report) => report.stream.room,
        Tapped::Missed { room, .. } => *room,
    }
}
