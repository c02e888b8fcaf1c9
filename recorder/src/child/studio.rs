//! Has a film made by children behind walls, one after another when they do not survive it.
//!
//! In: a recording's frames in their order. Out: pictures and sounds of one film; which streams no
//! decoder survived.
//! Never: the same frame twice for a child that it ended; more in memory than what came since each
//! stream's last whole picture.

use super::keeper::{Keeper, Lost, Program};
use super::message::{Answer, Ask, sent};
use crate::film::{Coded, Plan};
use crate::take::Frame;
use bedside_sfu_api::{ParticipantId, Source};
use bedside_signaling_api::recorder::Labelled;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// How many children may be lost in one film. A recording that ends more of them was made to.
const LOST_MAX: usize = 12;

/// Most bytes kept of one stream since its last whole picture. Browsers asked for one every ten
/// seconds send a fifth of it; a stream with more begins anew after a loss.
const KEPT_MAX: usize = 16 << 20;

/// Asks that may be under way. The child is never idle, and few are to be gone through again.
const UNDER_WAY_MAX: usize = 256;

/// A stream: whose, and which.
pub(crate) type Track = (ParticipantId, Source);

/// The film cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum StudioFault {
    /// Children are lost whatever is left out.
    #[error("the process that decodes {0}")]
    Lost(#[source] Lost),
    /// The film itself.
    #[error("the film cannot be made: {0}")]
    Film(String),
}

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Made {
    /// Samples at the beginning of the sound that a player leaves out.
    Begun(u16),
    /// A picture.
    Picture(Coded),
    /// 20 ms of sound.
    Sound(Coded),
    /// A stream is left out from here to the end of its epoch.
    LeftOut {
        /// Which.
        track: Track,
        /// From when on.
        at_ms: u64,
        /// How the child was lost.
        how: String,
    },
    /// So many frames gave neither picture nor sound.
    Unseen(u64),
}

/// Pictures a second of a film, at which frames are decoded.
const FPS: u64 = 30;

/// Makes one film.
#[derive(Debug)]
pub(crate) struct Studio {
    program: Program,
    patience: Duration,
    plan: Plan,
    keeper: Keeper,
    /// What was asked and not answered yet.
    under_way: VecDeque<Doing>,
    people: Vec<Labelled>,
    /// Streams with frames that wait for the film's next picture to be decoded.
    waiting: BTreeSet<Track>,
    left_out: BTreeSet<Track>,
    kept_by_track: BTreeMap<Track, Kept>,
    lost: usize,
    /// Until when the film has been asked for, in the recording's time.
    clock_ms: u64,
    /// Until when there is sound, in the film's time: where another child goes on.
    sound_ms: u64,
    /// The last picture, in the film's time.
    picture_ms: Option<u64>,
    /// What to add to the moments of this child's film.
    offset_ms: u64,
    /// What to take from the recording's time to have the film's.
    cut_ms: u64,
    made: VecDeque<Made>,
}

/// What the child is doing.
#[derive(Debug, Clone, Copy)]
struct Doing {
    /// With which stream, if it is known to be one.
    track: Option<Track>,
    at_ms: u64,
}

/// What came since a stream's last whole picture.
#[derive(Debug, Default)]
struct Kept {
    frames: VecDeque<Frame>,
    bytes: usize,
}

/// Length of a packet of sound, in milliseconds.
const SOUND_MS: u64 = 20;

impl Studio {
    /// Begins a film.
    ///
    /// # Errors
    /// The child cannot be started, or the film cannot begin.
    pub(crate) fn begin(
        program: &Program,
        patience: Duration,
        plan: Plan,
    ) -> Result<Self, StudioFault> {
        let keeper = Keeper::start(program, patience).map_err(StudioFault::Lost)?;
        let mut studio = Self {
            program: program.clone(),
            patience,
            plan,
            keeper,
            under_way: VecDeque::new(),
            people: Vec::new(),
            waiting: BTreeSet::new(),
            left_out: BTreeSet::new(),
            kept_by_track: BTreeMap::new(),
            lost: 0,
            clock_ms: plan.from_ms,
            sound_ms: 0,
            picture_ms: None,
            offset_ms: 0,
            cut_ms: plan.from_ms,
            made: VecDeque::new(),
        };
        studio.start(plan.from_ms).map_err(StudioFault::Lost)?;
        Ok(studio)
    }

    /// A moment of the recording in the film's time.
    pub(crate) const fn film_ms(&self, recording_ms: u64) -> u64 {
        recording_ms.saturating_sub(self.cut_ms)
    }

    /// What has been made.
    pub(crate) fn poll(&mut self) -> Option<Made> {
        self.made.pop_front()
    }

    /// From here on these are there; a stream that was left out may come again.
    pub(crate) fn people(&mut self, at_ms: u64, people: &[Labelled]) -> Result<(), StudioFault> {
        self.mark(at_ms)?;
        self.people = people.to_vec();
        self.left_out.clear();
        self.kept_by_track.clear();
        self.ask(&Ask::People { at_ms, people: sent(people) }, &[], None)
    }

    /// The next frame. One before the film begins is decoded, for those that follow it.
    pub(crate) fn frame(&mut self, frame: Frame) -> Result<(), StudioFault> {
        if self.left_out.contains(&frame.track) {
            return Ok(());
        }
        // First the time before it, so that a child that is lost in it was lost by its decoder.
        self.mark(frame.at_ms)?;
        let is_sound = frame.track.1 == Source::Microphone;
        if is_sound && frame.at_ms < self.plan.from_ms {
            return Ok(());
        }
        let (ask, track) = (asked(&frame, self.plan.from_ms), frame.track);
        if !is_sound {
            self.waiting.insert(track);
        }
        let data = frame.data.clone();
        self.keep(frame);
        self.ask(&ask, &data, Some(track))
    }

    /// Everything before this moment has come.
    pub(crate) fn mark(&mut self, at_ms: u64) -> Result<(), StudioFault> {
        if at_ms <= self.clock_ms {
            return Ok(());
        }
        let before = self.picture_of(self.clock_ms);
        self.clock_ms = at_ms;
        // Frames are decoded for the next picture. If one stream alone waits for it, a child that is
        // lost there was lost by that one.
        let alone = if self.waiting.len() == 1 { self.waiting.first().copied() } else { None };
        if self.picture_of(at_ms) > before {
            self.waiting.clear();
        }
        self.ask(&Ask::Mark { at_ms }, &[], alone)
    }

    /// Which picture of the film a moment of the recording belongs to.
    const fn picture_of(&self, recording_ms: u64) -> u64 {
        self.film_ms(recording_ms).saturating_mul(FPS).div_ceil(1_000)
    }

    /// Nothing was recorded from where the film is until this moment.
    pub(crate) fn cut(&mut self, to_ms: u64) -> Result<(), StudioFault> {
        let film_ms = self.film_ms(self.clock_ms);
        self.ask(&Ask::Cut { to_ms }, &[], None)?;
        self.settle()?;
        self.cut_ms = to_ms.saturating_sub(film_ms).max(self.cut_ms);
        self.clock_ms = self.clock_ms.max(to_ms);
        self.kept_by_track.clear();
        Ok(())
    }

    /// Nothing comes any more.
    pub(crate) fn end(&mut self, at_ms: u64) -> Result<(), StudioFault> {
        self.ask(&Ask::End { at_ms }, &[], None)?;
        self.settle()?;
        match self.keeper.hear::<Answer>() {
            Ok((Answer::Ended { undecodable }, _)) => {
                self.made.push_back(Made::Unseen(undecodable));
                Ok(())
            }
            Ok(_) => Err(StudioFault::Film("its end was not told".to_owned())),
            Err(lost) => Err(StudioFault::Lost(lost)),
        }
    }

    fn keep(&mut self, frame: Frame) {
        let kept = self.kept_by_track.entry(frame.track).or_default();
        // What came before a whole picture is not needed again once the film is beyond it.
        let sure_ms = self.sound_ms.saturating_add(self.cut_ms);
        let is_sound = frame.track.1 == Source::Microphone;
        if is_sound {
            while kept.frames.front().is_some_and(|first| first.at_ms < sure_ms) {
                kept.drop_first();
            }
        } else if frame.key && frame.at_ms <= sure_ms {
            *kept = Kept::default();
        } else {
            kept.drop_before_key(sure_ms);
        }
        kept.bytes = kept.bytes.saturating_add(frame.data.len());
        kept.frames.push_back(frame);
        if kept.bytes > KEPT_MAX {
            *kept = Kept::default();
        }
    }

    fn ask(&mut self, ask: &Ask, body: &[u8], track: Option<Track>) -> Result<(), StudioFault> {
        self.under_way.push_back(Doing { track, at_ms: self.clock_ms });
        let mut sent = self.keeper.send(ask, body);
        while sent.is_ok() && self.under_way.len() > UNDER_WAY_MAX {
            sent = self.hear();
        }
        sent.or_else(|lost| self.begin_again(lost))
    }

    /// Waits for the answers to all that was asked.
    fn settle(&mut self) -> Result<(), StudioFault> {
        while !self.under_way.is_empty() {
            if let Err(lost) = self.hear() {
                self.begin_again(lost)?;
            }
        }
        Ok(())
    }

    fn hear(&mut self) -> Result<(), Lost> {
        let (answer, body) = self.keeper.hear()?;
        match answer {
            Answer::Done => {
                self.under_way.pop_front();
            }
            Answer::Begun { pre_skip } => self.made.push_back(Made::Begun(pre_skip)),
            Answer::Picture { at_ms, key } => self.picture(at_ms, key, body),
            Answer::Sound { at_ms } => self.sound(at_ms, body),
            Answer::Fault { what } => return Err(Lost::Refused(what)),
            Answer::Ended { .. } => return Err(Lost::Garbled(super::wire::Garbled)),
        }
        Ok(())
    }

    fn picture(&mut self, at_ms: u64, key: bool, data: Vec<u8>) {
        // A child that goes on after another makes the last pictures once more; they cannot be left
        // out, for those that follow need them, and so they come close together.
        let after = self.picture_ms.map_or(0, |last| last.saturating_add(1));
        let at_ms = at_ms.saturating_add(self.offset_ms).max(after);
        self.picture_ms = Some(at_ms);
        self.made.push_back(Made::Picture(Coded { at_ms, key, data }));
    }

    fn sound(&mut self, at_ms: u64, data: Vec<u8>) {
        let at_ms = at_ms.saturating_add(self.offset_ms);
        self.sound_ms = at_ms.saturating_add(SOUND_MS);
        self.made.push_back(Made::Sound(Coded { at_ms, key: true, data }));
    }

    /// Starts another child after one was lost, without the stream that it was lost with.
    fn begin_again(&mut self, lost: Lost) -> Result<(), StudioFault> {
        let mut lost = lost;
        loop {
            self.lost += 1;
            let culprit = self.culprit();
            if self.lost > LOST_MAX || matches!(lost, Lost::Start(_) | Lost::Refused(_)) {
                return Err(StudioFault::Lost(lost));
            }
            if let Some((track, at_ms)) = culprit {
                self.left_out.insert(track);
                self.kept_by_track.remove(&track);
                let how = lost.to_string();
                self.made.push_back(Made::LeftOut { track, at_ms, how });
            }
            // A loss that nobody is known to have caused is gone through again stream by stream.
            match self.go_on(culprit.is_none()) {
                Ok(()) => return Ok(()),
                Err(next) => lost = next,
            }
        }
    }

    /// The stream of the frame that the child was busy with.
    fn culprit(&self) -> Option<(Track, u64)> {
        let doing = self.under_way.front()?;
        Some((doing.track?, doing.at_ms))
    }

    /// Another child goes on where there is sound, with what each decoder has to know.
    fn go_on(&mut self, stream_by_stream: bool) -> Result<(), Lost> {
        let from_ms = self.sound_ms.saturating_add(self.cut_ms);
        self.keeper = Keeper::start(&self.program, self.patience)?;
        self.under_way.clear();
        self.waiting.clear();
        self.offset_ms = self.sound_ms;
        self.start(from_ms)?;
        let again = self.kept_by_track.values().flat_map(|kept| kept.frames.iter());
        let mut again: Vec<Frame> =
            again.filter(|frame| is_needed(frame, from_ms)).cloned().collect();
        if stream_by_stream {
            again.sort_by_key(|frame| (frame.track.1 != Source::Microphone, frame.track));
        } else {
            again.sort_by_key(|frame| frame.at_ms);
        }
        let mut pictures = from_ms;
        let mut again = again.into_iter().peekable();
        while let Some(frame) = again.next() {
            let (track, at_ms) = (frame.track, frame.at_ms);
            self.under_way.push_back(Doing { track: Some(track), at_ms });
            self.keeper.send(&asked(&frame, from_ms), &frame.data)?;
            let is_last = again.peek().is_none_or(|next| next.track != track);
            if stream_by_stream && is_last {
                // The next picture, for which this stream alone is decoded.
                pictures = pictures.max(at_ms).saturating_add(1_000 / FPS + 1);
                self.under_way.push_back(Doing { track: Some(track), at_ms });
                self.keeper.send(&Ask::Mark { at_ms: pictures }, &[])?;
            }
            while self.under_way.len() > UNDER_WAY_MAX {
                self.hear()?;
            }
        }
        self.under_way.push_back(Doing { track: None, at_ms: self.clock_ms });
        self.keeper.send(&Ask::Mark { at_ms: self.clock_ms }, &[])
    }

    fn start(&mut self, from_ms: u64) -> Result<(), Lost> {
        let Plan { layout, size, .. } = self.plan;
        let (width, height) = (size.width, size.height);
        let doing = Doing { track: None, at_ms: from_ms };
        self.under_way.push_back(doing);
        self.keeper.send(&Ask::Begin { layout, width, height, from_ms }, &[])?;
        self.under_way.push_back(doing);
        let people = sent(&self.people);
        self.keeper.send(&Ask::People { at_ms: from_ms, people }, &[])
    }
}

impl Kept {
    fn drop_first(&mut self) {
        if let Some(first) = self.frames.pop_front() {
            self.bytes = self.bytes.saturating_sub(first.data.len());
        }
    }

    /// Lets go of what comes before the last whole picture that is before a moment.
    fn drop_before_key(&mut self, at_ms: u64) {
        let last = self.frames.iter().rposition(|frame| frame.key && frame.at_ms <= at_ms);
        for _ in 0..last.unwrap_or_default() {
            self.drop_first();
        }
    }
}

/// Whether a child that begins at a moment has to be given a frame: of pictures those too that
/// came before it.
fn is_needed(frame: &Frame, from_ms: u64) -> bool {
    frame.track.1 != Source::Microphone || frame.at_ms >= from_ms
}

/// A picture from before the film begins is given as one of its beginning: it is decoded then, and
/// shown until the next.
fn asked(frame: &Frame, from_ms: u64) -> Ask {
    let (ParticipantId(participant), source) = frame.track;
    let at_ms = frame.at_ms.max(from_ms);
    Ask::Frame { participant, source, codec: frame.codec, at_ms, key: frame.key }
}

#[cfg(test)]
mod tests;
