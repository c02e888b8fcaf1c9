//! One person in a room: their grant, what they publish, what they receive.
//!
//! In: the answer to their offer, what signaling says of them, their datagrams, what is to be heard
//! and seen, time. Out: tracks and slots; into the outbox, what is sent to them and what was seen.
//! Never: learns the person's name or role.

use crate::allocate::Step;
use crate::arrivals::Arrivals;
use crate::bind::Play;
use crate::circle::Said;
use crate::egress::{Egress, Paced};
use crate::outbox::Outbox;
use crate::packet::{Datagram, Layer, LineId, Numbers};
use crate::peer::{Peer, PeerFault};
use crate::slots::{SlotState, Slots};
use crate::speech::Speech;
use crate::steady::Least;
use crate::track::Track;
use crate::uplink::Uplink;
use crate::voice::{
    Conditions, Copies, Listener, PacketTime, Planned, VoiceFrame, VoicePacket, plan, wire_cost,
};
use crate::worth::Could;
use bedside_sfu_api::{
    Bitrate, Cause, Circle, ConnectionId, Delivery, Grant, Kind, ParticipantId, Sound, Source,
    Sources, VideoHeight, View, VoiceWorth,
};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Height a picture is taken to be drawn at until the viewer's page has said.
const HEIGHT_UNTIL_TOLD: VideoHeight = VideoHeight(360);

/// A picture is not made better sooner than this after the viewer's last change for the worse,
/// and for the better.
const RAISE_AFTER_FALL: Duration = Duration::from_secs(2);
/// An estimate this much above that of a fall, in percent, is of another line.
const OTHER_LINE_PERCENT: u64 = 160;
/// A step up that was taken back within this was hasty: the wait doubles, up to this; and is
/// forgiven after so long without a fall.
const HASTY_WITHIN: Duration = Duration::from_secs(12);
const RAISE_AFTER_FALL_MAX: Duration = Duration::from_secs(45);
const CALM_AFTER: Duration = Duration::from_secs(60);
const RAISE_AFTER_RAISE: Duration = Duration::from_millis(400);
/// A budget has to last this long before a picture is made better with it.
const STEADY_FOR: Duration = Duration::from_millis(500);

/// Opus bits a second of a voice where all lines are good: full band, beyond which nobody hears
/// a difference in speech.
pub(crate) const VOICE_BEST: Bitrate = Bitrate::kbps(32);
/// How long a voice packet waits for another at most: no longer than the longest packet's sound.
const TWIN_WAITS: Duration = Duration::from_millis(65);
/// What a packet takes on an IPv4 wire beside its payload.
pub(crate) const HEADER_BYTES: usize = 68;
/// What a line is taken to have for the voices while nothing is heard of it.
const SILENT_SHARE: Bitrate = Bitrate::kbps(25);
/// On a line with less than this for a voice, the feedback we send on it is thinned out.
const FEEDBACK_THIN_BELOW: Bitrate = Bitrate::kbps(70);
/// A queue as long as this leaves the voices less than half of the line.
const QUEUE_GONE_IN: Duration = Duration::from_secs(1);
/// A queue from which nothing is added to the voices.
const CONGESTED_FROM: Duration = Duration::from_millis(80);
/// Slots of a visit of eight, beyond which a decision takes memory.
const SLOTS_FEW: usize = 16;
/// Size of a train's packets. Smaller ones measure a thin line with less.
const TRAIN_PACKET: usize = 850;

/// One person's connection.
#[derive(Debug)]
pub(crate) struct Participant {
    pub(crate) connection: ConnectionId,
    pub(crate) grant: Grant,
    /// With whom they share media.
    pub(crate) circle: Circle,
    /// From when on what comes of those they were apart from is for them; of the others, from
    /// their own admission.
    pub(crate) shared_from_by_publisher: BTreeMap<ParticipantId, Instant>,
    pub(crate) admitted_at: Instant,
    /// From when on their words are for those they are with now.
    pub(crate) speaks_here_from: Instant,
    pub(crate) sources: Sources,
    pub(crate) peer: Peer,
    pub(crate) connected: bool,
    /// When the client was last heard, in anything.
    pub(crate) heard_at: Instant,
    /// While it looks for another way: when it was last heard before.
    pub(crate) sought_since: Option<Instant>,
    pub(crate) track_by_source: BTreeMap<Source, Track>,
    pub(crate) slots: Slots,
    /// What the page shows; `None` until it has said.
    pub(crate) views: Option<Vec<View>>,
    /// Whether they have chosen to spend little data.
    pub(crate) saver: bool,
    pub(crate) path: Path,
    /// The ear for their voice, if they have a line for one.
    pub(crate) listener: Option<Listener>,
    pub(crate) arrivals: Arrivals,
    pub(crate) uplink: Uplink,
    /// What they were last asked to send of their voice.
    pub(crate) voice: VoiceWorth,
    /// Loss of their line in thousandths, smoothed over seconds, and bytes of this second.
    up_loss_permille: u16,
    up_bytes: usize,
    twin: Option<Twin>,
    /// Who they were last told speaks.
    pub(crate) told_speakers: Vec<ParticipantId>,
}

/// A voice packet that waits for another, so that both measure the line.
#[derive(Debug)]
struct Twin {
    line: LineId,
    packet: VoicePacket,
    numbers: Numbers,
    until: Instant,
}

/// What is known and decided of the way to this person.
#[derive(Debug)]
pub(crate) struct Path {
    pub(crate) egress: Egress,
    pub(crate) steady: Least<Bitrate>,
    /// The estimate the last decision was made with.
    pub(crate) decided_with: Bitrate,
    /// When a picture last became worse, and better.
    pub(crate) fell_at: Option<Instant>,
    pub(crate) rose_at: Option<Instant>,
    /// The estimate it fell with.
    pub(crate) fell_with: Bitrate,
    /// How long nothing is made better after a fall.
    pub(crate) patience: Duration,
    /// What the page wants, what it is given, and what the next useful step would take, with the
    /// voices and in all.
    pub(crate) wanted: Bitrate,
    pub(crate) given: Bitrate,
    pub(crate) needed: Bitrate,
    /// What could be sent of each picture.
    pub(crate) could: Vec<(Play, Could)>,
    pub(crate) told: Vec<Delivery>,
    pub(crate) told_sound: Sound,
    /// How the voices go, what they take in all, and what the line has for each.
    pub(crate) voices: Planned,
    pub(crate) voices_cost: Bitrate,
    pub(crate) voices_share: Bitrate,
}

impl Path {
    fn new(now: Instant) -> Self {
        Self {
            egress: Egress::new(now),
            steady: Least::new(STEADY_FOR),
            decided_with: Bitrate::ZERO,
            fell_at: None,
            rose_at: None,
            fell_with: Bitrate::ZERO,
            patience: RAISE_AFTER_FALL,
            wanted: Bitrate::ZERO,
            given: Bitrate::ZERO,
            needed: Bitrate::ZERO,
            could: Vec::new(),
            told: Vec::new(),
            told_sound: Sound::Plain,
            voices: Planned::default(),
            voices_cost: Bitrate::ZERO,
            voices_share: Bitrate::ZERO,
        }
    }
}

impl Path {
    /// The person is reached another way; what the former one did does not count.
    pub(crate) fn moved(&mut self, now: Instant) {
        self.egress.restart(now);
        self.patience = RAISE_AFTER_FALL;
    }

    /// A picture became worse. What falls soon after it rose has to wait longer each time.
    pub(crate) fn fell(&mut self, now: Instant) {
        let since = |at: Option<Instant>| at.map(|at| now.saturating_duration_since(at));
        if since(self.rose_at).is_some_and(|since| since < HASTY_WITHIN) {
            self.patience = (self.patience * 2).min(RAISE_AFTER_FALL_MAX);
        } else if since(self.fell_at).is_none_or(|since| since > CALM_AFTER) {
            self.patience = RAISE_AFTER_FALL;
        }
        self.fell_at = Some(now);
        self.fell_with = self.egress.reading().estimate;
    }
}

impl Participant {
    pub(crate) fn new(
        now: Instant,
        connection: ConnectionId,
        peer: Peer,
        grant: Grant,
        sources: Sources,
    ) -> Self {
        let (track_by_source, slots) = (tracks(now, &peer), Slots::of(now, &peer));
        let listener = peer.opus().map(Listener::new);
        Self {
            connection,
            grant,
            circle: Circle::MAIN,
            shared_from_by_publisher: BTreeMap::new(),
            admitted_at: now,
            speaks_here_from: now,
            sources,
            peer,
            connected: false,
            heard_at: now,
            sought_since: None,
            track_by_source,
            slots,
            views: None,
            saver: false,
            path: Path::new(now),
            listener,
            arrivals: Arrivals::default(),
            uplink: Uplink::default(),
            voice: VoiceWorth { rate: VOICE_BEST, packet_ms: 20, redundant: false },
            up_loss_permille: 0,
            up_bytes: 0,
            twin: None,
            told_speakers: Vec::new(),
        }
    }

    /// Which source a line of this person carries.
    pub(crate) fn source_of(&self, line: LineId) -> Option<Source> {
        self.track_by_source.iter().find(|(_, track)| track.line == line).map(|(source, _)| *source)
    }

    /// What is known of something of theirs that came just now.
    pub(crate) fn said(&self, now: Instant, source: Source, layer: Layer, timestamp: u32) -> Said {
        let track = self.track_by_source.get(&source);
        let earliest = track.and_then(|track| track.earliest(layer, timestamp));
        Said { circle: self.circle, earliest: earliest.unwrap_or(now) }
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

    /// How this person's page draws a picture; of no height when it does not.
    pub(crate) fn view_of(&self, play: Play) -> View {
        let (publisher, source) = play;
        let drawn = |height| View { publisher, source, height, pinned: false, signing: false };
        match &self.views {
            None => drawn(HEIGHT_UNTIL_TOLD),
            Some(views) => views
                .iter()
                .find(|view| (view.publisher, view.source) == play)
                .copied()
                .unwrap_or_else(|| drawn(VideoHeight(0))),
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
        // A line that has become another one since is not the one it fell on.
        let estimate = self.path.egress.reading().estimate;
        let other = estimate > self.path.fell_with.percent(OTHER_LINE_PERCENT);
        let patience = if other { RAISE_AFTER_FALL } else { self.path.patience };
        let fell = self.path.fell_at.is_some_and(|at| now < at + patience);
        let rose = self.path.rose_at.is_some_and(|at| now < at + RAISE_AFTER_RAISE);
        let calm = !fell && !rose;
        newcomer || (calm && !self.path.egress.reading().held)
    }

    /// When something of theirs is due.
    pub(crate) fn deadline(&self) -> Instant {
        let twin = self.twin.as_ref().map(|twin| twin.until);
        let others = [self.path.egress.poll_timeout(), self.slots.first_due(), twin];
        others.into_iter().flatten().fold(self.peer.deadline(), Instant::min)
    }

    /// A datagram of theirs.
    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        datagram: Datagram<'_>,
        out: &mut Outbox,
    ) -> Result<(), PeerFault> {
        self.heard_at = now;
        let handled = self.peer.handle_datagram(now, datagram, out);
        self.note_departures(now, out);
        handled
    }

    /// Time has come to `now`.
    pub(crate) fn handle_timeout(
        &mut self,
        now: Instant,
        out: &mut Outbox,
    ) -> Result<(), PeerFault> {
        if self.peer.deadline() <= now {
            let handled = self.peer.handle_timeout(now, out);
            self.note_departures(now, out);
            handled?;
        }
        self.path.egress.handle_timeout(now);
        if self.twin.as_ref().is_some_and(|twin| twin.until <= now) {
            self.send_twin(now, out);
        }
        if self.slots.first_due().is_some_and(|at| at <= now) {
            self.handle_voice_due(now, out);
        }
        while let Some(slot) = self.path.egress.overdue(now) {
            self.flush(slot);
        }
        self.pump(now, out);
        Ok(())
    }

    fn handle_voice_due(&mut self, now: Instant, out: &mut Outbox) {
        for index in 0..self.slots.len() {
            if self.slots.is_due(index, now)
                && let Some(speech) = self.speech_mut(index)
            {
                speech.handle_timeout(now);
                self.speak(now, index, out);
                self.slots.note_due(index);
            }
        }
    }

    /// Another track plays in a slot from now on. What waits there, and what was said before, is
    /// not for whoever looks and listens now.
    pub(crate) fn rebind(&mut self, index: usize, bound: Option<Play>) {
        self.flush(index);
        let opus_in_red = self.peer.opus_in_red();
        let Some(slot) = self.slots.get_mut(index) else { return };
        self.peer.forget_repairs(slot.line);
        if self.twin.as_ref().is_some_and(|twin| twin.line == slot.line) {
            self.twin = None;
        }
        let since = bound.and_then(|play| self.shared_from_by_publisher.get(&play.0));
        slot.shared_from = since.copied().unwrap_or(self.admitted_at);
        slot.forwarder.rebind();
        if let Some(speech) = &mut slot.speech {
            **speech = Speech::new(opus_in_red);
        }
        self.slots.bind(index, bound);
        self.slots.note_due(index);
    }

    /// Throws away what waits for a slot: it is of a track, or a layer, that is over.
    pub(crate) fn flush(&mut self, index: usize) {
        if let Some(first) = self.path.egress.flush(index)
            && let Some(slot) = self.slots.get_mut(index)
        {
            slot.forwarder.rewind(first);
        }
    }

    /// A frame of a voice for one of the slots.
    pub(crate) fn hear(&mut self, now: Instant, index: usize, frame: VoiceFrame, out: &mut Outbox) {
        if let Some(speech) = self.speech_mut(index) {
            speech.handle_frame(now, frame);
        }
        self.speak(now, index, out);
        self.slots.note_due(index);
    }

    fn speech_mut(&mut self, index: usize) -> Option<&mut Speech> {
        self.slots.get_mut(index)?.speech.as_deref_mut()
    }

    /// Sends what a slot's voice has ready: at once, past the pictures.
    fn speak(&mut self, now: Instant, index: usize, out: &mut Outbox) {
        while let Some(slot) = self.slots.get_mut(index)
            && let Some(speech) = &mut slot.speech
            && let Some((packet, numbers)) = speech.poll_packet(now, &mut slot.forwarder)
        {
            let twin = Twin { line: slot.line, packet, numbers, until: now + TWIN_WAITS };
            if self.twin.is_none() && self.path.egress.poll_twins(now) {
                self.twin = Some(twin);
                continue;
            }
            self.send_twin(now, out);
            self.peer.send_voice(now, (twin.line, twin.numbers), twin.packet, out);
        }
        self.note_departures(now, out);
    }

    /// Sends the voice packet that waited for another.
    fn send_twin(&mut self, now: Instant, out: &mut Outbox) {
        if let Some(Twin { line, packet, numbers, .. }) = self.twin.take() {
            self.peer.send_voice(now, (line, numbers), packet, out);
            self.note_departures(now, out);
        }
    }

    /// The receiver has told of packets that it did not get.
    pub(crate) fn handle_lost(&mut self) {
        for (line, seq) in self.path.egress.lost() {
            let slot = self.slots.of_line(*line).and_then(|index| self.slots.get_mut(index));
            if let Some(speech) = slot.and_then(|slot| slot.speech.as_mut()) {
                speech.handle_lost(*seq);
            }
        }
    }

    /// Decides how the voices go: `speaking` of them are loud now, encoded at `opus`.
    pub(crate) fn plan_voices(&mut self, now: Instant, speaking: usize, opus: Bitrate) {
        let reading = self.path.egress.reading();
        let voices = u64::try_from(speaking.max(1)).unwrap_or(1);
        // A queue is to be gone within about a second; until then the line has less for a voice.
        let queue = reading.queue.min(QUEUE_GONE_IN).as_millis();
        let queue = u64::try_from(queue * 60 / QUEUE_GONE_IN.as_millis()).unwrap_or(60);
        let budget = reading.budget.percent(100 - queue);
        let budget = if reading.silent { budget.min(SILENT_SHARE) } else { budget };
        let conditions = Conditions {
            loss_permille: reading.loss_permille,
            burst_tenths: reading.burst_tenths,
            share: Bitrate::bps(budget.as_bps() / voices),
            opus,
            // While pictures flow they give way, and the voices keep their copies.
            congested: reading.queue > CONGESTED_FROM && self.path.given <= self.path.voices_cost,
            rtt: reading.rtt,
            red: self.peer.opus_in_red().is_some(),
        };
        self.path.voices = plan(now, &conditions, self.path.voices);
        self.peer.thin_feedback(conditions.share < FEEDBACK_THIN_BELOW);
        self.path.voices_cost = wire_cost(self.path.voices.plan, opus) * voices;
        self.path.voices_share = conditions.share;
        let plan = self.path.voices.plan;
        for index in 0..self.slots.len() {
            if let Some(speech) = self.speech_mut(index) {
                speech.set_plan(plan);
                self.slots.note_due(index);
            }
        }
    }

    /// A picture's packet for one of the slots: it is sent when the line has room.
    pub(crate) fn see(&mut self, now: Instant, paced: Paced, out: &mut Outbox) {
        let goes = self.path.egress.offer(now, paced);
        match goes {
            Some(paced) => self.send_paced(now, &paced, out),
            None => self.pump(now, out),
        }
    }

    fn send_paced(&mut self, now: Instant, paced: &Paced, out: &mut Outbox) {
        let Some(slot) = self.slots.get_mut(paced.slot) else { return };
        slot.forwarder.handle_left(paced.numbers.seq);
        self.peer.send(now, (slot.line, paced.numbers), &paced.packet, out);
        self.note_departures(now, out);
    }

    /// Sends of the pictures what may go now.
    pub(crate) fn pump(&mut self, now: Instant, out: &mut Outbox) {
        while let Some(paced) = self.path.egress.poll_paced(now) {
            self.send_paced(now, &paced, out);
        }
    }

    /// Sends a short train in a slot where nothing plays, if it is time to look for room.
    pub(crate) fn look_for_room(&mut self, now: Instant, out: &mut Outbox) {
        let free = |(bound, slot): &(Option<Play>, &mut SlotState)| {
            slot.kind == Kind::Video && bound.is_none()
        };
        if !self.connected {
            return;
        }
        let Some((_, slot)) = self.slots.iter_mut().rev().find(free) else { return };
        let Some(train) = self.path.egress.poll_train(now, self.path.needed) else { return };
        for _ in 0..train.div_ceil(TRAIN_PACKET) {
            let numbers = slot.forwarder.fill();
            self.peer.fill(now, (slot.line, numbers), TRAIN_PACKET, out);
        }
        self.note_departures(now, out);
    }

    fn note_departures(&mut self, now: Instant, out: &mut Outbox) {
        while let Some(departure) = out.departures.pop_front() {
            self.path.egress.handle_departure(now, departure);
        }
    }

    /// Forgets what was heard of them, and what copies their next packets bring.
    pub(crate) fn listen_anew(&mut self) {
        self.listener = self.peer.opus().map(Listener::new);
    }

    /// A packet of theirs has come.
    pub(crate) fn handle_bytes(&mut self, bytes: usize) {
        self.up_bytes += bytes + HEADER_BYTES;
    }

    /// Loss of their own line in thousandths, smoothed.
    pub(crate) const fn up_loss_permille(&self) -> u16 {
        self.up_loss_permille
    }

    /// Whether their own line is jammed or loses words, so that no more should be asked of it.
    pub(crate) fn uplink_is_poor(&self) -> bool {
        !self.uplink.is_clear() || self.voice.redundant
    }

    /// The last second of the way from them: loss in thousandths, jitter in milliseconds, rate.
    pub(crate) fn take_up_second(&mut self) -> (u16, u16, Bitrate) {
        let (loss, jitter) = self.arrivals.take();
        self.up_loss_permille = (3 * self.up_loss_permille + loss).div_ceil(4);
        let bits = 8 * u64::try_from(std::mem::take(&mut self.up_bytes)).unwrap_or(u64::MAX / 8);
        (loss, jitter, Bitrate::bps(bits))
    }

    /// What is kept free for the voices.
    pub(crate) fn voices_cost(&self) -> Bitrate {
        let mut slots = self.slots.iter();
        let any = slots.any(|(bound, slot)| slot.kind == Kind::Audio && bound.is_some());
        if any { self.path.voices_cost } else { Bitrate::ZERO }
    }

    /// How the voices are sent.
    pub(crate) fn sound(&self) -> Sound {
        let plan = self.path.voices.plan;
        if plan.packet > PacketTime::Short {
            Sound::Thin
        } else if plan.copies > Copies::None {
            Sound::Protected
        } else {
            Sound::Plain
        }
    }

    /// The step each slot aims for, for comparison before and after a decision.
    pub(crate) fn targets(&self) -> SmallVec<[Option<Step>; SLOTS_FEW]> {
        self.slots.iter().map(|(_, slot)| slot.forwarder.target()).collect()
    }
}

/// Send lines become tracks by their order: microphone; camera, then screen.
fn tracks(now: Instant, peer: &Peer) -> BTreeMap<Source, Track> {
    let mut free = Source::ALL.to_vec();
    let mut track_by_source = BTreeMap::new();
    for (index, line) in (0_u8..).zip(peer.lines()) {
        if line.sends
            && let Some(position) = free.iter().position(|source| source.kind() == line.kind)
        {
            let source = free.remove(position);
            track_by_source.insert(source, Track::new(now, LineId(index), line.layers()));
        }
    }
    track_by_source
}
