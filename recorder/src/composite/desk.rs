//! The work of a film's thread, without the thread: frames of several people into one order, and
//! as many pictures as can be afforded.
//!
//! In: turns, frames and moments. Out: the film's frames.
//! Never: a clock.

use super::pace::{Change, Pace};
use super::{Composed, FILM, Track};
use crate::film::{Coded, Film, FilmFault, Plan, h264};
use crate::take::Frame;
use bedside_sfu_api::{Codec, Turn};
use bedside_sfu_api::{ParticipantId, Source};
use bedside_signaling_api::recorder::Labelled;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How long frames wait for others of the same moment: what repair of lost packets takes.
pub(crate) const HOLD_MS: u64 = 500;

/// What makes one film.
#[derive(Debug)]
pub(super) struct Desk {
    plan: Plan,
    /// None while nobody is in it.
    film: Option<Film>,
    turn: Turn,
    /// Until when frames have been given to the film, in the recording's clock.
    given_ms: u64,
    /// Frames that wait, by moment and number.
    frame_by_moment: BTreeMap<(u64, u64), Frame>,
    frames: u64,
    /// Pictures that wait for a keyframe.
    lost: BTreeSet<Track>,
    pace: Pace,
    composed: VecDeque<Composed>,
}

impl Desk {
    /// A desk at rest; a film is begun to see that it can be.
    pub(super) fn new(plan: Plan) -> Result<Self, FilmFault> {
        Film::new(plan)?;
        Ok(Self {
            plan,
            film: None,
            turn: Turn::default(),
            given_ms: 0,
            frame_by_moment: BTreeMap::new(),
            frames: 0,
            lost: BTreeSet::new(),
            pace: Pace::default(),
            composed: VecDeque::new(),
        })
    }

    pub(super) fn poll(&mut self) -> Option<Composed> {
        self.composed.pop_front()
    }

    /// These are in the film from now on. What waits of anybody else goes.
    pub(super) fn handle_turn(
        &mut self,
        turn: Turn,
        at_ms: u64,
        people: &[Labelled],
    ) -> Result<(), FilmFault> {
        // What came before was said under the turn before.
        self.give(at_ms)?;
        let is_in = |id: ParticipantId| people.iter().any(|labelled| labelled.participant == id.0);
        self.frame_by_moment.retain(|_, frame| is_in(frame.track.0));
        self.lost.retain(|track| is_in(track.0));
        let film = match &mut self.film {
            Some(film) => film,
            none @ None => {
                self.given_ms = at_ms;
                none.insert(Film::new(Plan { from_ms: at_ms, ..self.plan })?)
            }
        };
        film.handle_people(self.given_ms, people)?;
        film.ask_key();
        self.turn = turn;
        Ok(())
    }

    /// Nobody is in the film from this moment on.
    pub(super) fn handle_rest(&mut self, at_ms: u64) -> Result<(), FilmFault> {
        self.give(at_ms)?;
        if let Some(mut film) = self.film.take() {
            film.handle_end(at_ms)?;
            self.take(&mut film);
            self.composed.push_back(Composed::Rested(self.turn));
        }
        self.frame_by_moment.clear();
        self.lost.clear();
        Ok(())
    }

    /// A frame, in any order within `HOLD_MS`.
    pub(super) fn handle_frame(&mut self, frame: Frame) {
        if self.film.is_some() {
            self.frames += 1;
            self.frame_by_moment.insert((frame.at_ms, self.frames), frame);
        }
    }

    /// A frame of this picture did not come through.
    pub(super) fn handle_lost(&mut self, track: Track) {
        self.lost.insert(track);
        self.composed.push_back(Composed::Refresh(track.0, track.1));
    }

    /// It is so late for whoever gives orders; `newest_ms` is what they have said last.
    pub(super) fn handle_now(&mut self, at_ms: u64, newest_ms: u64) -> Result<(), FilmFault> {
        match self.pace.handle_behind(at_ms, newest_ms.saturating_sub(at_ms)) {
            None => {}
            Some(Change::Rate(rate)) => {
                if let Some(film) = &mut self.film {
                    film.set_rate(rate);
                }
                self.plan.rate = rate;
            }
            Some(Change::TooSlow) => self.composed.push_back(Composed::TooSlow),
            Some(Change::KeepsUp) => {
                self.composed.push_back(Composed::KeepsUp);
                let wanted = self.lost.iter();
                self.composed.extend(wanted.map(|(who, what)| Composed::Refresh(*who, *what)));
            }
        }
        self.give(at_ms.saturating_sub(HOLD_MS))
    }

    /// Gives the film everything before a moment, and takes what it makes of it.
    fn give(&mut self, until_ms: u64) -> Result<(), FilmFault> {
        let Some(mut film) = self.film.take() else {
            return Ok(());
        };
        let later = self.frame_by_moment.split_off(&(until_ms, 0));
        for frame in std::mem::replace(&mut self.frame_by_moment, later).into_values() {
            if self.is_usable(&frame) {
                film.handle_frame(&frame)?;
            }
        }
        film.handle_mark(until_ms)?;
        self.given_ms = self.given_ms.max(until_ms);
        self.take(&mut film);
        self.film = Some(film);
        Ok(())
    }

    /// Sound always is. A picture is, unless there is no time for it, or one is missing before it.
    fn is_usable(&mut self, frame: &Frame) -> bool {
        if frame.track.1 == Source::Microphone {
            return true;
        }
        if self.pace.is_too_slow() {
            self.lost.insert(frame.track);
            return false;
        }
        if frame.key {
            self.lost.remove(&frame.track);
        }
        !self.lost.contains(&frame.track)
    }

    fn take(&mut self, film: &mut Film) {
        while let Some(picture) = film.poll_picture() {
            let data = h264::lengths(&picture.data);
            let at_ms = film.recording_ms(picture.at_ms);
            self.tell(Source::Camera, Codec::H264, Coded { at_ms, data, ..picture });
        }
        while let Some(sound) = film.poll_sound() {
            let at_ms = film.recording_ms(sound.at_ms);
            self.tell(Source::Microphone, Codec::Opus, Coded { at_ms, ..sound });
        }
    }

    fn tell(&mut self, source: Source, codec: Codec, coded: Coded) {
        let Coded { at_ms, key, data } = coded;
        let frame = Frame { track: (FILM, source), codec, at_ms, key, data };
        self.composed.push_back(Composed::Frame(self.turn, frame));
    }
}
