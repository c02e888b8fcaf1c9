//! One person in a room: their grant, what they publish, what they receive.
//!
//! In: the answer to their offer, and what signaling says of them. Out: tracks and slots.
//! Never: learns the person's name or role.

use crate::allocate::Step;
use crate::bind::Play;
use crate::forward::Forwarder;
use crate::guard::{Guard, INITIAL_BUDGET};
use crate::packet::LineId;
use crate::peer::Peer;
use crate::track::Track;
use bedside_sfu_api::{
    Bitrate, Cause, ConnectionId, Delivery, Grant, Kind, Source, Sources, VideoHeight, View,
};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Height a picture is taken to be drawn at until the viewer's page has said.
const HEIGHT_UNTIL_TOLD: VideoHeight = VideoHeight(360);

/// A picture is not made better sooner than this after the viewer's last change.
const RAISE_AFTER: Duration = Duration::from_secs(1);

/// A receive slot of a viewer.
#[derive(Debug)]
pub(crate) struct SlotState {
    pub(crate) line: LineId,
    pub(crate) kind: Kind,
    pub(crate) bound: Option<Play>,
    pub(crate) forwarder: Forwarder,
}

/// One person's connection.
#[derive(Debug)]
pub(crate) struct Participant {
    pub(crate) connection: ConnectionId,
    pub(crate) grant: Grant,
    pub(crate) sources: Sources,
    pub(crate) peer: Peer,
    pub(crate) connected: bool,
    /// When the client was last heard, in anything.
    pub(crate) heard_at: Instant,
    pub(crate) track_by_source: BTreeMap<Source, Track>,
    pub(crate) slots: Vec<SlotState>,
    /// What the page shows; `None` until it has said.
    pub(crate) views: Option<Vec<View>>,
    /// Whether they have chosen to spend little data.
    pub(crate) saver: bool,
    pub(crate) path: Path,
}

/// What is known and decided of the way to this person.
#[derive(Debug)]
pub(crate) struct Path {
    pub(crate) guard: Guard,
    pub(crate) budget: Bitrate,
    pub(crate) draining: bool,
    /// Pictures are wanted and none fits.
    pub(crate) starved: bool,
    pub(crate) switched_at: Option<Instant>,
    pub(crate) told: Vec<Delivery>,
}

impl Participant {
    pub(crate) fn new(
        now: Instant,
        connection: ConnectionId,
        peer: Peer,
        grant: Grant,
        sources: Sources,
    ) -> Self {
        let (track_by_source, slots) = layout(now, &peer);
        Self {
            connection,
            grant,
            sources,
            peer,
            connected: false,
            heard_at: now,
            track_by_source,
            slots,
            views: None,
            saver: false,
            path: Path {
                guard: Guard::default(),
                budget: INITIAL_BUDGET,
                draining: false,
                starved: false,
                switched_at: None,
                told: Vec::new(),
            },
        }
    }

    /// Which source a line of this person carries.
    pub(crate) fn source_of(&self, line: LineId) -> Option<Source> {
        self.track_by_source.iter().find(|(_, track)| track.line == line).map(|(source, _)| *source)
    }

    /// What others may be shown of this person now. A microphone stays bound while muted: its
    /// owner's client sends silence, and a word must not wait for a message.
    pub(crate) fn publishes(&self, source: Source) -> bool {
        let on = source == Source::Microphone || self.sources.has(source);
        on && self.grant.publish.has(source) && self.track_by_source.contains_key(&source)
    }

    /// Whether this person may receive the kind of media.
    pub(crate) const fn may_receive(&self, kind: Kind) -> bool {
        match kind {
            Kind::Audio => self.grant.hear,
            Kind::Video => self.grant.see,
        }
    }

    /// How tall this person's page draws a picture; zero when it does not.
    pub(crate) fn height_of(&self, play: Play) -> VideoHeight {
        match &self.views {
            None => HEIGHT_UNTIL_TOLD,
            Some(views) => views
                .iter()
                .find(|view| (view.publisher, view.source) == play)
                .map_or(VideoHeight(0), |view| view.height),
        }
    }

    /// Whether a picture may be made better now. A queue in the way, or a change a moment ago,
    /// holds back every one but a newcomer's, which was neither sent nor paused before: it comes
    /// in with what the braked budget leaves.
    pub(crate) fn may_raise(&self, now: Instant, play: Play, absent: bool) -> bool {
        let paused = |told: &&Delivery| {
            let paused = told.given.is_none() && told.cause == Cause::YourLine;
            paused && (told.publisher, told.source) == play
        };
        let newcomer = absent && self.path.told.iter().find(paused).is_none();
        let calm = self.path.switched_at.is_none_or(|at| now >= at + RAISE_AFTER);
        newcomer || (calm && !self.path.draining)
    }

    /// The step each slot aims for, for comparison before and after a decision.
    pub(crate) fn targets(&self) -> Vec<Option<Step>> {
        self.slots.iter().map(|slot| slot.forwarder.target()).collect()
    }
}

/// Send lines become tracks by their order (microphone; camera, then screen), receive lines
/// become slots.
fn layout(now: Instant, peer: &Peer) -> (BTreeMap<Source, Track>, Vec<SlotState>) {
    let mut free = Source::ALL.to_vec();
    let (mut track_by_source, mut slots) = (BTreeMap::new(), Vec::new());
    for (index, line) in (0_u8..).zip(peer.lines()) {
        if line.sends
            && let Some(position) = free.iter().position(|source| source.kind() == line.kind)
        {
            let source = free.remove(position);
            track_by_source.insert(source, Track::new(now, LineId(index), line.layers()));
        }
        if line.receives {
            slots.push(SlotState {
                line: LineId(index),
                kind: line.kind,
                bound: None,
                forwarder: Forwarder::default(),
            });
        }
    }
    (track_by_source, slots)
}
