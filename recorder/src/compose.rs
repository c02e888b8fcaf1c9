//! Makes one film of a recording.
//!
//! In: an open recording, how the film shall look. Out: pictures, sounds and captions for a sink,
//! and what is missing in it.
//! Never: decodes here (children do, behind walls), holds more than a few seconds, or leaves half
//! a film.

mod file;
mod size;

pub use file::{FileFault, Watch, compose_file};
pub use size::{NoSize, Size};

use crate::child::studio::{Made, Studio};
use crate::child::{Program, StudioFault};
use crate::film::{Caption, Coded, Plan, Rate};
use crate::open::{Event, Recording, Warning};
use crate::take::note::TrackName;
use bedside_signaling_api::recorder::{Labelled, Layout};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// How far before its beginning a recording is read for a film that begins in the middle. Senders
/// are asked for a whole picture at least every ten seconds.
const PREROLL_MS: u64 = 12_000;

/// How long a decoder may be silent over one frame. The slowest machine needs a tenth of a second;
/// one that swaps needs a while.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How the film shall look.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// How several pictures become one.
    pub layout: Layout,
    /// Its size.
    pub size: Size,
    /// From which moment of the recording.
    pub from_ms: u64,
    /// Until which.
    pub to_ms: Option<u64>,
}

/// Who does the work behind walls.
#[derive(Debug, Clone)]
pub struct Workshop {
    /// The program that decodes.
    pub program: Program,
    /// How long it may be silent.
    pub patience: Duration,
}

/// How far the film is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// So many milliseconds of the recording are in it.
    pub done_ms: u64,
    /// Of so many.
    pub of_ms: u64,
}

/// Where a film goes.
pub trait Sink {
    /// Samples at the beginning of the sound that a player leaves out; comes first.
    ///
    /// # Errors
    /// It cannot be written.
    fn begin(&mut self, pre_skip: u16) -> Result<(), FileFault>;
    /// The next picture.
    ///
    /// # Errors
    /// It cannot be written.
    fn picture(&mut self, picture: Coded) -> Result<(), FileFault>;
    /// The next sound.
    ///
    /// # Errors
    /// It cannot be written.
    fn sound(&mut self, sound: &Coded) -> Result<(), FileFault>;
    /// Something said in writing.
    fn caption(&mut self, caption: Caption);
    /// Something is missing.
    fn warn(&mut self, warning: &Warning);
    /// How far the film is; false to stop.
    fn goes_on(&mut self, progress: Progress) -> bool;
}

/// Why there is no film.
#[derive(Debug, thiserror::Error)]
pub enum ComposeFault {
    /// The film cannot be made.
    #[error(transparent)]
    Studio(#[from] StudioFault),
    /// It cannot be written.
    #[error(transparent)]
    File(#[from] FileFault),
    /// Somebody stopped it.
    #[error("stopped; nothing is left of the film")]
    Stopped,
    /// The recording has nothing in the time that is wanted.
    #[error("the recording has nothing in that time; it lasts {0}")]
    Nothing(String),
}

/// Makes a film; says how long it is, in milliseconds.
///
/// # Errors
/// It cannot be made or written, or the sink stopped it.
pub fn compose(
    recording: &Recording,
    order: Order,
    workshop: &Workshop,
    sink: &mut impl Sink,
) -> Result<u64, ComposeFault> {
    let ends_ms = order.to_ms.unwrap_or(u64::MAX).min(recording.duration_ms());
    if order.from_ms >= ends_ms {
        let lasts = crate::open::Moment(recording.duration_ms()).to_string();
        return Err(ComposeFault::Nothing(lasts));
    }
    let plan = Plan {
        layout: order.layout,
        size: order.size.of_film(),
        rate: Rate::Thirty,
        from_ms: order.from_ms,
    };
    recording.warnings().iter().for_each(|warning| sink.warn(warning));
    let studio = Studio::begin(&workshop.program, workshop.patience, plan)?;
    let mut film =
        Film { studio, order, ends_ms, epoch: 0, label_by_person: BTreeMap::new(), sink };
    let mut reading = recording.read(order.from_ms.saturating_sub(PREROLL_MS));
    while let Some(event) = reading.next() {
        let is_over = !film.take(event)?;
        reading.take_warnings().iter().for_each(|warning| film.sink.warn(warning));
        if is_over {
            break;
        }
    }
    film.studio.mark(ends_ms)?;
    film.studio.end(ends_ms)?;
    film.drain()?;
    Ok(film.studio.film_ms(ends_ms))
}

/// A film in the making.
struct Film<'a, S> {
    studio: Studio,
    order: Order,
    ends_ms: u64,
    epoch: u32,
    label_by_person: BTreeMap<Uuid, String>,
    sink: &'a mut S,
}

impl<S: Sink> Film<'_, S> {
    /// What comes next in the recording. False: the film ends before it.
    fn take(&mut self, event: Event) -> Result<bool, ComposeFault> {
        match event {
            Event::People { at_ms, epoch, people } => {
                self.epoch = epoch;
                self.studio.people(at_ms, &people)?;
                let labels =
                    people.into_iter().map(|Labelled { participant, label }| (participant, label));
                self.label_by_person.extend(labels);
            }
            Event::Frame(frame) if frame.at_ms >= self.ends_ms => return Ok(false),
            Event::Frame(frame) => self.studio.frame(frame)?,
            Event::Caption { at_ms, participant, language, text } => {
                self.caption(at_ms, participant, language, &text);
            }
            // A picture that stands still says it; the list of what is missing goes with `export`.
            Event::Gap(_) => {}
            Event::Paused { from_ms, to_ms } => {
                if to_ms > self.order.from_ms && from_ms < self.ends_ms {
                    self.studio.mark(from_ms)?;
                    self.studio.cut(to_ms.min(self.ends_ms))?;
                }
            }
            Event::Mark(at_ms) => {
                self.studio.mark(at_ms.min(self.ends_ms))?;
                return self.progress(at_ms);
            }
        }
        self.drain()?;
        Ok(true)
    }

    fn progress(&mut self, at_ms: u64) -> Result<bool, ComposeFault> {
        self.drain()?;
        let progress = Progress {
            done_ms: at_ms.min(self.ends_ms).saturating_sub(self.order.from_ms),
            of_ms: self.ends_ms.saturating_sub(self.order.from_ms),
        };
        if !self.sink.goes_on(progress) {
            return Err(ComposeFault::Stopped);
        }
        Ok(at_ms < self.ends_ms)
    }

    fn caption(&mut self, at_ms: u64, participant: Uuid, language: String, text: &str) {
        if at_ms < self.order.from_ms || at_ms >= self.ends_ms {
            return;
        }
        let text = match self.label_by_person.get(&participant).filter(|label| !label.is_empty()) {
            Some(label) => format!("{label}: {text}"),
            None => text.to_owned(),
        };
        let at_ms = self.studio.film_ms(at_ms);
        self.sink.caption(Caption { at_ms, language, text });
    }

    fn drain(&mut self) -> Result<(), ComposeFault> {
        while let Some(made) = self.studio.poll() {
            match made {
                Made::Begun(pre_skip) => self.sink.begin(pre_skip)?,
                Made::Picture(picture) => self.sink.picture(picture)?,
                Made::Sound(sound) => self.sink.sound(&sound)?,
                Made::LeftOut { track, at_ms, how } => {
                    let label = self.label_by_person.get(&track.0.0).cloned().unwrap_or_default();
                    let (track, epoch) = (TrackName(track.0, track.1), self.epoch);
                    let left_out = Warning::Undecodable { track, label, epoch, at_ms, how };
                    self.sink.warn(&left_out);
                }
                Made::Unseen(0) => {}
                Made::Unseen(frames) => self.sink.warn(&Warning::Unseen(frames)),
            }
        }
        Ok(())
    }
}
