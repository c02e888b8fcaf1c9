//! One film out of everybody's streams: pictures in a layout with names, voices mixed.
//!
//! In: encoded frames of cameras, screens and microphones in the order of time, and who is there.
//! Out: H.264 access units and Opus packets of one film.
//! Never: a clock, a thread or a file of its own; a picture or voice of somebody who is not among
//! the people of the moment; a panic for what a frame holds.

use crate::composite::FILM;
use crate::take::Frame;
use bedside_sfu_api::{ParticipantId, Source};
use bedside_signaling_api::recorder::{Labelled, Layout};
use layout::Tile;
use sound::Sound;
use stage::Stage;
use std::collections::VecDeque;

pub mod captions;
mod decode;
mod encode;
mod enlarge;
mod floor;
pub(crate) mod h264;
mod layout;
mod letters;
pub(crate) mod mix;
pub mod mp4;
mod paint;
mod picture;
mod sound;
mod stage;
mod voice;

pub use captions::Caption;
pub use decode::PIXELS_MAX;
pub use encode::{Coded, FilmFault};
pub use mp4::{Mp4Fault, Mp4Writer};
pub use picture::Size;

#[cfg(test)]
pub(crate) mod tests;

/// What a film is unless somebody asks for another size.
pub const SIZE: Size = Size::new(1280, 720);

/// Longest film: a day. A moment beyond it is a defect of whoever wrote the recording, and would
/// otherwise be a day's work for nothing.
const FILM_MS_MAX: u64 = 24 * 60 * 60 * 1_000;

/// A picture comes at least so often, changed or not: players that seek, and parts of a
/// recording, want one.
const STILL_MS: u64 = 1_000;

/// Pictures a second at most; other rates leave out whole ones of these.
const FPS: u64 = 30;

/// Pictures a second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rate {
    /// As cameras send.
    #[default]
    Thirty,
    /// Half of it: enough to read a face.
    Fifteen,
    /// 7.5: enough to see that somebody nods.
    Eight,
    /// A slide show.
    One,
}

impl Rate {
    /// Each so-manieth of the pictures that are possible is made.
    const fn step(self) -> u64 {
        match self {
            Self::Thirty => 1,
            Self::Fifteen => 2,
            Self::Eight => 4,
            Self::One => FPS,
        }
    }
}

/// What film is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How several pictures become one.
    pub layout: Layout,
    /// Its size; both sides even.
    pub size: Size,
    /// Pictures a second at most.
    pub rate: Rate,
    /// The moment of the recording's clock with which the film begins.
    pub from_ms: u64,
}

impl Plan {
    /// A film in the usual size that begins with the recording.
    #[must_use]
    pub const fn new(layout: Layout) -> Self {
        Self { layout, size: SIZE, rate: Rate::Thirty, from_ms: 0 }
    }
}

/// A film in the making. Give it who is there, then frames and marks in the order of time; after
/// each, take what it has made. Moments given are of the recording's clock, moments of what it
/// makes are the film's: it begins at 0 and leaves out what is cut.
pub struct Film {
    stage: Stage,
    sound: Sound,
    encoder: encode::PictureEncoder,
    rate: Rate,
    /// What to take from a moment of the recording to have one of the film.
    cut_ms: u64,
    /// Until when the film has been made.
    clock: u64,
    /// The next possible picture.
    slot: u64,
    /// When the last picture was made.
    coded_at: Option<u64>,
    /// What comes is itself a film.
    is_of_film: bool,
    /// Packets of voices that could not be decoded.
    unheard: u64,
    pictures: VecDeque<Coded>,
    sounds: VecDeque<Coded>,
}

impl Film {
    /// A film of nobody yet.
    ///
    /// # Errors
    /// An encoder does not start.
    pub fn new(plan: Plan) -> Result<Self, FilmFault> {
        let size = Size::new(plan.size.width & !1, plan.size.height & !1);
        Ok(Self {
            stage: Stage::new(plan.layout, size)?,
            sound: Sound::new()?,
            encoder: encode::PictureEncoder::new(30.0)?,
            rate: plan.rate,
            cut_ms: plan.from_ms,
            clock: 0,
            slot: 0,
            coded_at: None,
            is_of_film: false,
            unheard: 0,
            pictures: VecDeque::new(),
            sounds: VecDeque::new(),
        })
    }

    /// Until when the film has been made.
    #[must_use]
    pub const fn clock_ms(&self) -> u64 {
        self.clock
    }

    /// A moment of the recording in the film's time; one that is cut is where the film goes on.
    #[must_use]
    pub const fn at_ms(&self, recording_ms: u64) -> u64 {
        recording_ms.saturating_sub(self.cut_ms)
    }

    /// A moment of the film in the recording's time, since the last cut.
    #[must_use]
    pub const fn recording_ms(&self, at_ms: u64) -> u64 {
        at_ms.saturating_add(self.cut_ms)
    }

    /// Frames that should have given a picture or a sound and did not.
    #[must_use]
    pub const fn undecodable(&self) -> u64 {
        self.stage.undecodable() + self.unheard
    }

    /// Samples at the beginning of the sound that a player leaves out.
    pub fn pre_skip(&mut self) -> u16 {
        self.sound.pre_skip()
    }

    /// From this moment on these are there, and nobody else is seen or heard.
    ///
    /// # Errors
    /// An encoder fails.
    pub fn handle_people(&mut self, at_ms: u64, people: &[Labelled]) -> Result<(), FilmFault> {
        self.advance(at_ms)?;
        if self.is_of_film {
            return Ok(());
        }
        self.stage.keep(people);
        let ids: Vec<ParticipantId> =
            people.iter().map(|labelled| ParticipantId(labelled.participant)).collect();
        self.sound.keep(&ids);
        Ok(())
    }

    /// The next frame.
    ///
    /// # Errors
    /// An encoder fails. A frame that cannot be decoded is counted, and the film goes on.
    pub fn handle_frame(&mut self, frame: &Frame) -> Result<(), FilmFault> {
        self.advance(frame.at_ms)?;
        let (participant, source) = frame.track;
        if participant == FILM && !self.is_of_film {
            // A recording that is one film already: there is nobody else to be put beside it.
            self.is_of_film = true;
            self.stage.keep(&[Labelled { participant: FILM.0, label: String::new() }]);
        }
        if !self.stage.has(participant) {
            return Ok(());
        }
        let at_ms = self.at_ms(frame.at_ms);
        match source {
            Source::Microphone if frame.at_ms < self.cut_ms => {}
            Source::Microphone => {
                let is_heard = self.sound.handle_packet(at_ms, participant, &frame.data)?;
                self.unheard += u64::from(!is_heard);
            }
            // Pictures from before the film's beginning are what its first ones build on.
            Source::Camera | Source::Screen => {
                let tile = Tile { participant, source };
                self.stage.handle_frame(at_ms, tile, frame.codec, (frame.key, &frame.data));
            }
        }
        Ok(())
    }

    /// Everything before this moment has been given.
    ///
    /// # Errors
    /// An encoder fails.
    pub fn handle_mark(&mut self, at_ms: u64) -> Result<(), FilmFault> {
        self.advance(at_ms)
    }

    /// Nothing was recorded until this moment; the film goes on with it, right after what it has.
    ///
    /// # Errors
    /// An encoder fails.
    pub fn handle_cut(&mut self, to_ms: u64) -> Result<(), FilmFault> {
        self.sounds(true)?;
        self.stage.cut();
        self.sound.cut();
        self.cut_ms = to_ms.saturating_sub(self.clock).max(self.cut_ms);
        Ok(())
    }

    /// Nothing comes any more.
    ///
    /// # Errors
    /// An encoder fails.
    pub fn handle_end(&mut self, at_ms: u64) -> Result<(), FilmFault> {
        self.advance(at_ms)?;
        self.sounds(true)
    }

    /// So many pictures a second from now on.
    pub const fn set_rate(&mut self, rate: Rate) {
        self.rate = rate;
    }

    /// The next picture needs none before it.
    pub const fn ask_key(&mut self) {
        self.encoder.ask_key();
        self.coded_at = None;
    }

    /// The next picture that has been made.
    pub fn poll_picture(&mut self) -> Option<Coded> {
        self.pictures.pop_front()
    }

    /// The next sound that has been made.
    pub fn poll_sound(&mut self) -> Option<Coded> {
        self.sounds.pop_front()
    }

    /// Makes everything before a moment.
    fn advance(&mut self, recording_ms: u64) -> Result<(), FilmFault> {
        let until = self.at_ms(recording_ms);
        if until > FILM_MS_MAX || until <= self.clock {
            return Ok(());
        }
        self.clock = until;
        while self.slot * 1_000 < until * FPS {
            // Whoever is heard in a picture was heard until it.
            let at_ms = self.slot * 1_000 / FPS;
            self.sounds_until(at_ms, false)?;
            if self.slot.is_multiple_of(self.rate.step()) {
                self.picture(at_ms)?;
            }
            self.slot += 1;
        }
        self.sounds(false)
    }

    fn picture(&mut self, at_ms: u64) -> Result<(), FilmFault> {
        let is_new = self.stage.paint(at_ms, self.sound.floor());
        let is_still = |coded_at: u64| at_ms.saturating_sub(coded_at) < STILL_MS;
        if !is_new && self.coded_at.is_some_and(is_still) {
            return Ok(());
        }
        if let Some(coded) = self.encoder.encode(at_ms, self.stage.canvas())? {
            self.coded_at = Some(at_ms);
            self.pictures.push_back(coded);
        } else {
            // Left out to stay within the bit rate; the next one shows what is new now.
            self.coded_at = None;
        }
        Ok(())
    }

    fn sounds(&mut self, is_end: bool) -> Result<(), FilmFault> {
        self.sounds_until(self.clock, is_end)
    }

    fn sounds_until(&mut self, at_ms: u64, is_end: bool) -> Result<(), FilmFault> {
        while let Some(sound) = self.sound.poll(at_ms, is_end)? {
            self.sounds.push_back(sound);
        }
        Ok(())
    }
}

impl std::fmt::Debug for Film {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Film").field("clock", &self.clock).finish_non_exhaustive()
    }
}
