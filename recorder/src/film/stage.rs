//! What is to be seen: everybody's pictures, put onto one canvas.
//!
//! In: encoded frames of cameras and screens, and who is heard. Out: the canvas, and whether it
//! is another than before.
//! Never: decodes what is not shown, or draws what has not changed.

use super::decode::PictureDecoder;
use super::encode::FilmFault;
use super::floor::Floor;
use super::layout::{self, Place, Scene, Tile};
use super::paint::{self, Painter};
use super::picture::{Picture, Rect, Size};
use crate::composite::FILM;
use bedside_sfu_api::Codec;
use bedside_sfu_api::{ParticipantId, Source};
use bedside_signaling_api::recorder::{Labelled, Layout};
use std::collections::BTreeMap;

/// A camera from which nothing came for so long is off. Pictures that freeze on a bad line come
/// back sooner.
const CAMERA_GONE_MS: u64 = 4_000;

/// A screen from which nothing came for so long is no longer shared. A page that stands still is
/// sent again about once a second.
const SCREEN_GONE_MS: u64 = 8_000;

/// Most that waits of a stream that is not shown, in bytes: ten seconds from its last keyframe at
/// 3 Mbit/s. Beyond, it waits for its next keyframe.
const WAITING_BYTES_MAX: usize = 4 << 20;

/// A place at most this part of the picture's width is drawn anew every other time: nobody sees
/// thirty pictures a second in it, and it costs as much to scale as a large one.
const SMALL_PART: usize = 4;

/// Somebody in the film.
struct Person {
    id: ParticipantId,
    name: String,
}

/// One camera or screen.
struct Face {
    decoder: PictureDecoder,
    /// Frames since the last keyframe that nobody has needed yet.
    waiting: Vec<Waiting>,
    waiting_bytes: usize,
    /// More waited than may; only a keyframe mends it.
    is_lost: bool,
    /// When its first and its last frame came.
    began: u64,
    seen: u64,
    /// There is a picture that is not on the canvas.
    is_new: bool,
}

struct Waiting {
    is_key: bool,
    data: Vec<u8>,
}

/// What was last drawn in a place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Drawn {
    place: Place,
    has_picture: bool,
    is_heard: bool,
}

/// Everybody's pictures.
pub(crate) struct Stage {
    layout: Layout,
    people: Vec<Person>,
    face_by_tile: BTreeMap<Tile, Face>,
    painter: Painter,
    canvas: Picture,
    drawn: Vec<Drawn>,
    /// How often the canvas has been brought to a moment.
    paints: u64,
    /// Frames that gave no picture though they should have.
    undecodable: u64,
}

impl Stage {
    pub(crate) fn new(layout: Layout, size: Size) -> Result<Self, FilmFault> {
        Ok(Self {
            layout,
            people: Vec::new(),
            face_by_tile: BTreeMap::new(),
            painter: Painter::new().map_err(FilmFault::Letters)?,
            canvas: Picture::black(size),
            drawn: Vec::new(),
            paints: 0,
            undecodable: 0,
        })
    }

    pub(crate) const fn canvas(&self) -> &Picture {
        &self.canvas
    }

    pub(crate) const fn undecodable(&self) -> u64 {
        self.undecodable
    }

    pub(crate) fn has(&self, participant: ParticipantId) -> bool {
        self.people.iter().any(|person| person.id == participant)
    }

    /// Only these are seen from now on. Those who stay keep their order.
    pub(crate) fn keep(&mut self, people: &[Labelled]) {
        let before: Vec<ParticipantId> = self.people.iter().map(|person| person.id).collect();
        let mut people: Vec<&Labelled> = people.iter().collect();
        people.sort_by_key(|labelled| {
            let place = before.iter().position(|id| id.0 == labelled.participant);
            place.unwrap_or(before.len())
        });
        let painter = &self.painter;
        let named = people.into_iter().enumerate().map(|(place, labelled)| Person {
            id: ParticipantId(labelled.participant),
            name: name(painter, labelled, place + 1),
        });
        self.people = named.collect();
        let people = &self.people;
        self.face_by_tile
            .retain(|tile, _| people.iter().any(|person| person.id == tile.participant));
        self.drawn.clear();
    }

    /// No picture from before is shown any more.
    pub(crate) fn cut(&mut self) {
        self.face_by_tile.clear();
        self.drawn.clear();
    }

    /// Takes in a frame of a camera or a screen.
    pub(crate) fn handle_frame(
        &mut self,
        at_ms: u64,
        tile: Tile,
        codec: Codec,
        frame: (bool, &[u8]),
    ) {
        let (is_key, data) = frame;
        let is_other = |face: &Face| face.decoder.codec() != codec;
        if self.face_by_tile.get(&tile).is_some_and(is_other) {
            self.face_by_tile.remove(&tile);
        }
        let face = self.face_by_tile.entry(tile).or_insert_with(|| Face {
            decoder: PictureDecoder::new(codec),
            waiting: Vec::new(),
            waiting_bytes: 0,
            is_lost: false,
            began: at_ms,
            seen: at_ms,
            is_new: false,
        });
        face.seen = at_ms;
        face.wait(is_key, data);
    }

    /// Brings the canvas to a moment. True: something on it is new.
    pub(crate) fn paint(&mut self, at_ms: u64, floor: &Floor) -> bool {
        self.face_by_tile
            .retain(|tile, face| at_ms.saturating_sub(face.seen) < gone_after(tile.source));
        let places = layout::arrange(self.layout, self.canvas.size(), &self.scene(floor));
        for place in &places {
            if let Some(face) = self.face_by_tile.get_mut(&place.tile) {
                self.undecodable += face.decode();
            }
        }
        let drawn: Vec<Drawn> = places.iter().map(|place| self.drawn(*place, floor)).collect();
        let is_same = |(a, b): (&Drawn, &Drawn)| a.place == b.place;
        let is_rearranged =
            drawn.len() != self.drawn.len() || !drawn.iter().zip(&self.drawn).all(is_same);
        if is_rearranged {
            let everything = Rect { x: 0, y: 0, size: self.canvas.size() };
            paint::fill(&mut self.canvas, everything, paint::GROUND);
            self.drawn.clear();
        }
        self.paints += 1;
        let before = std::mem::take(&mut self.drawn);
        let mut is_new = is_rearranged;
        for (at, now) in drawn.iter().enumerate() {
            if before.get(at) != Some(now) || self.is_new(now) && self.is_turn(now) {
                self.draw(now);
                is_new = true;
            }
        }
        self.drawn = drawn;
        is_new
    }

    fn scene(&self, floor: &Floor) -> Scene {
        let people: Vec<ParticipantId> = self.people.iter().map(|person| person.id).collect();
        let spoke = floor.recent().iter().copied();
        let silent = people.iter().copied().filter(|person| !floor.recent().contains(person));
        let shared = self.face_by_tile.iter().filter(|(tile, _)| tile.source == Source::Screen);
        let mut screens: Vec<(u64, ParticipantId)> =
            shared.map(|(tile, face)| (face.began, tile.participant)).collect();
        screens.sort_unstable();
        Scene {
            recent: spoke.chain(silent).collect(),
            screens: screens.into_iter().rev().map(|(_, sharer)| sharer).collect(),
            speaker: floor.speaker(),
            people,
        }
    }

    fn drawn(&self, place: Place, floor: &Floor) -> Drawn {
        let face = self.face_by_tile.get(&place.tile);
        Drawn {
            place,
            has_picture: face.is_some_and(|face| face.decoder.picture().is_some()),
            is_heard: self.people.len() > 1
                && place.tile.source == Source::Camera
                && floor.is_heard(place.tile.participant),
        }
    }

    fn is_turn(&self, drawn: &Drawn) -> bool {
        let is_small = drawn.place.cell.size.width * SMALL_PART <= self.canvas.size().width;
        !is_small || self.paints.is_multiple_of(2)
    }

    fn is_new(&self, drawn: &Drawn) -> bool {
        self.face_by_tile.get(&drawn.place.tile).is_some_and(|face| face.is_new)
    }

    fn draw(&mut self, drawn: &Drawn) {
        let Place { tile, cell } = drawn.place;
        let person = self.people.iter().find(|person| person.id == tile.participant);
        let name = person.map_or("", |person| person.name.as_str());
        let face = self.face_by_tile.get_mut(&tile);
        match face.as_ref().and_then(|face| face.decoder.picture()) {
            Some(picture) => {
                self.painter.picture(&mut self.canvas, cell, picture);
                if !name.is_empty() {
                    self.painter.caption(&mut self.canvas, cell, name);
                }
            }
            None => self.painter.plate(&mut self.canvas, cell, tile.participant, name),
        }
        if cell.size != self.canvas.size() {
            paint::frame(&mut self.canvas, cell, drawn.is_heard);
        }
        if let Some(face) = face {
            face.is_new = false;
        }
    }
}

/// What is written under somebody; a film has no name.
fn name(painter: &Painter, labelled: &Labelled, number: usize) -> String {
    if ParticipantId(labelled.participant) == FILM {
        return String::new();
    }
    painter.name(&labelled.label, number)
}

const fn gone_after(source: Source) -> u64 {
    match source {
        Source::Screen => SCREEN_GONE_MS,
        Source::Camera | Source::Microphone => CAMERA_GONE_MS,
    }
}

impl Face {
    fn wait(&mut self, is_key: bool, data: &[u8]) {
        if is_key {
            self.waiting.clear();
            self.waiting_bytes = 0;
            self.is_lost = false;
        }
        self.waiting_bytes += data.len();
        if self.waiting_bytes > WAITING_BYTES_MAX {
            self.waiting.clear();
            self.waiting_bytes = 0;
            self.is_lost = true;
        }
        if !self.is_lost {
            self.waiting.push(Waiting { is_key, data: data.to_vec() });
        }
    }

    /// Decodes what waits, and counts what could not be.
    fn decode(&mut self) -> u64 {
        let mut undecodable = 0;
        self.waiting_bytes = 0;
        for Waiting { is_key, data } in std::mem::take(&mut self.waiting) {
            match self.decoder.handle_frame(is_key, &data) {
                Ok(is_new) => self.is_new |= is_new,
                Err(_) => undecodable += 1,
            }
        }
        undecodable
    }
}
