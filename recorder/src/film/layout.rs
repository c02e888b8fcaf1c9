//! Where everybody stands in the film.
//!
//! In: who is there, who speaks, what is shared. Out: a place for each picture that is shown.
//! Never: looks at a picture or keeps a state: the same people give the same places.

use super::picture::{Rect, Size};
use bedside_sfu_api::{ParticipantId, Source};
use bedside_signaling_api::recorder::Layout;

/// Most pictures at once. More would be too small to know a face in 1280 by 720; those who spoke
/// last are shown.
pub(crate) const TILES_MAX: usize = 12;

/// Most small pictures beside a large one: five of a fifth of the height fill the side.
const SIDE_TILES_MAX: usize = 5;

/// Part of the width that small pictures take beside a large one.
const SIDE_PART: usize = 5;

/// One picture that may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tile {
    /// Whose.
    pub(crate) participant: ParticipantId,
    /// Camera or screen.
    pub(crate) source: Source,
}

/// Where a picture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which picture.
    pub(crate) tile: Tile,
    /// Its place; the picture is fitted into it.
    pub(crate) cell: Rect,
}

/// Who is there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scene {
    /// Everybody, in the order they came.
    pub(crate) people: Vec<ParticipantId>,
    /// The same, those who spoke last first.
    pub(crate) recent: Vec<ParticipantId>,
    /// Whose screen is shared, the latest first.
    pub(crate) screens: Vec<ParticipantId>,
    /// Who speaks, or spoke last.
    pub(crate) speaker: Option<ParticipantId>,
}

/// A place for each picture that is shown.
#[must_use]
pub(crate) fn arrange(layout: Layout, size: Size, scene: &Scene) -> Vec<Place> {
    let large = match (scene.screens.first(), layout) {
        (Some(sharer), _) => Some(Tile { participant: *sharer, source: Source::Screen }),
        (None, Layout::Grid) => None,
        (None, Layout::Speaker) => {
            let speaker = scene.speaker.filter(|speaker| scene.people.contains(speaker));
            let speaker = speaker.or_else(|| scene.people.first().copied());
            speaker.map(|participant| Tile { participant, source: Source::Camera })
        }
    };
    let others = |most: usize| -> Vec<Tile> {
        let screens = scene.screens.iter().skip(1);
        let screens = screens.map(|sharer| Tile { participant: *sharer, source: Source::Screen });
        let seen = screens.chain(faces(scene, most, large)).take(most);
        seen.collect()
    };
    match large {
        None => grid(size, &others(TILES_MAX)),
        Some(large) => beside(size, large, &others(SIDE_TILES_MAX)),
    }
}

/// The faces of those who spoke last, in the order people came, so that nobody moves without need.
fn faces(scene: &Scene, most: usize, large: Option<Tile>) -> impl Iterator<Item = Tile> {
    let face = |participant| Tile { participant, source: Source::Camera };
    let is_beside = |participant: &ParticipantId| large != Some(face(*participant));
    let recent = scene.recent.iter().copied().filter(is_beside).take(most);
    let recent: Vec<ParticipantId> = recent.collect();
    let seen = scene.people.iter().copied().filter(move |person| recent.contains(person));
    seen.map(face)
}

/// All of one size.
fn grid(size: Size, tiles: &[Tile]) -> Vec<Place> {
    let (columns, rows) = shape(tiles.len());
    let cell = fit(Size::new(16, 9), Size::new(size.width / columns, size.height / rows));
    let top = even(size.height.saturating_sub(rows * cell.height) / 2);
    let mut places = Vec::with_capacity(tiles.len());
    for (row, line) in tiles.chunks(columns).enumerate() {
        let left = even(size.width.saturating_sub(line.len() * cell.width) / 2);
        for (column, tile) in line.iter().enumerate() {
            let at = Rect { x: left + column * cell.width, y: top + row * cell.height, size: cell };
            places.push(Place { tile: *tile, cell: at });
        }
    }
    places
}

/// Columns and rows for so many pictures.
const fn shape(tiles: usize) -> (usize, usize) {
    match tiles {
        0 | 1 => (1, 1),
        2 => (2, 1),
        3 | 4 => (2, 2),
        5 | 6 => (3, 2),
        7..=9 => (3, 3),
        _ => (4, 3),
    }
}

/// One large, the others small at its right.
fn beside(size: Size, large: Tile, small: &[Tile]) -> Vec<Place> {
    if small.is_empty() {
        return vec![Place { tile: large, cell: Rect { x: 0, y: 0, size } }];
    }
    let side = even(size.width / SIDE_PART);
    let room = Size::new(size.width - side, size.height);
    let main = fit(Size::new(16, 9), room);
    let cell = fit(Size::new(16, 9), Size::new(side, size.height / SIDE_TILES_MAX));
    let mut places = vec![Place { tile: large, cell: centred(main, room) }];
    let top = even(size.height.saturating_sub(small.len() * cell.height) / 2);
    let left = room.width + even((side - cell.width) / 2);
    for (row, tile) in small.iter().enumerate() {
        let at = Rect { x: left, y: top + row * cell.height, size: cell };
        places.push(Place { tile: *tile, cell: at });
    }
    places
}

/// Where a picture of this size stands in a place, as large as it can, not distorted.
#[must_use]
pub(crate) fn letterbox(picture: Size, cell: Rect) -> Rect {
    let fitted = fit(picture, cell.size);
    let within = centred(fitted, cell.size);
    Rect { x: cell.x + within.x, y: cell.y + within.y, size: fitted }
}

/// The largest even size of this shape that fits, at least two by two.
fn fit(shape: Size, room: Size) -> Size {
    let (width, height) = (shape.width.max(1), shape.height.max(1));
    let is_wide = width * room.height >= room.width * height;
    let fitted = if is_wide {
        Size::new(room.width, nearest_even(room.width * height, width).min(room.height))
    } else {
        Size::new(nearest_even(room.height * width, height).min(room.width), room.height)
    };
    Size::new(even(fitted.width).max(2), even(fitted.height).max(2))
}

fn centred(size: Size, room: Size) -> Rect {
    let x = even(room.width.saturating_sub(size.width) / 2);
    let y = even(room.height.saturating_sub(size.height) / 2);
    Rect { x, y, size }
}

const fn even(value: usize) -> usize {
    value - value % 2
}

/// The even number nearest to a fraction.
const fn nearest_even(numerator: usize, denominator: usize) -> usize {
    2 * ((numerator + denominator) / (2 * denominator))
}

#[cfg(test)]
mod tests;
