//! Draws people into the film's picture.
//!
//! In: a picture or none, a name, a place. Out: the canvas with them on it.
//! Never: decides who stands where.

use super::enlarge::Enlarger;
use super::layout::letterbox;
use super::letters::{Ink, Letters};
use super::picture::{Picture, Plane, Rect, Size, rows_mut};
use ab_glyph::InvalidFont;
use bedside_sfu_api::ParticipantId;
use fast_image_resize::images::{TypedCroppedImageMut, TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

/// One colour: luma and the two chromas (BT.601, limited range).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour([u8; 3]);

/// Behind everything.
pub(crate) const GROUND: Colour = rgb(20, 22, 26);

/// Around whoever is heard.
const HEARD: Colour = rgb(64, 200, 160);

/// Behind the names of people without a picture: calm, and apart from each other.
const PLATES: [Colour; 6] = [
    rgb(52, 73, 102),
    rgb(84, 62, 92),
    rgb(46, 86, 82),
    rgb(98, 72, 54),
    rgb(66, 70, 104),
    rgb(72, 84, 54),
];

/// Letters on everything.
const WHITE: u8 = 235;

/// How much of a picture shines through behind a name, of 256.
const SHADE: u16 = 90;

/// Pixels of the frame around whoever is heard.
const FRAME: usize = 4;

/// Pixels that part a place from its neighbours, on each side.
const EDGE: usize = 2;

/// A place is so many times as high as the letters of a name in it.
const NAME_PART: usize = 16;

/// A place is so many times as high as the letters of a name that stands there alone.
const PLATE_PART: usize = 6;

/// Least height of letters that people can read in the small places.
const LETTERS_MIN: usize = 15;

/// Most height of letters below a picture: a name is no headline.
const LETTERS_MAX: usize = 26;

const fn rgb(red: i32, green: i32, blue: i32) -> Colour {
    let y = (66 * red + 129 * green + 25 * blue + 128) / 256 + 16;
    let u = (-38 * red - 74 * green + 112 * blue + 128 + (128 << 8)) / 256;
    let v = (112 * red - 94 * green - 18 * blue + 128 + (128 << 8)) / 256;
    Colour([byte(y), byte(u), byte(v)])
}

const fn byte(value: i32) -> u8 {
    assert!(value >= 0 && value <= 255, "a colour is within a byte");
    value.to_le_bytes()[0]
}

/// What draws.
pub(crate) struct Painter {
    resizer: Resizer,
    /// To make smaller: every pixel counts.
    shrink: ResizeOptions,
    enlarger: Enlarger,
    letters: Letters,
}

impl Painter {
    pub(crate) fn new() -> Result<Self, InvalidFont> {
        let shrink = ResizeAlg::Convolution(FilterType::Bilinear);
        Ok(Self {
            resizer: Resizer::new(),
            shrink: ResizeOptions::new().resize_alg(shrink).use_alpha(false),
            enlarger: Enlarger::default(),
            letters: Letters::new()?,
        })
    }

    /// What of a label can be written; else the person's number.
    pub(crate) fn name(&self, label: &str, number: usize) -> String {
        self.letters.writable(label).unwrap_or_else(|| number.to_string())
    }

    /// A picture as large as its place allows, with bars where it has another shape.
    pub(crate) fn picture(&mut self, canvas: &mut Picture, cell: Rect, picture: &Picture) {
        let at = letterbox(picture.size(), cell);
        for bar in bars(cell, at) {
            fill(canvas, bar, GROUND);
        }
        let from = picture.size();
        let from = [from, from.halved(), from.halved()];
        let planes = picture.planes().into_iter().zip(from);
        for ((plane, from), to) in planes.zip(canvas.parts_mut(at)) {
            self.scale(plane, from, to);
        }
    }

    fn scale(&mut self, plane: Plane<'_>, from: Size, to: (&mut [u8], Size, Rect)) {
        let (target, size, at) = to;
        if from == at.size {
            for (row, source) in rows_mut(target, size, at).zip(plane.rows(from)) {
                row.copy_from_slice(source);
            }
            return;
        }
        if at.size.width > from.width {
            self.enlarger.enlarge(plane, from, rows_mut(target, size, at), at.size);
            return;
        }
        let resized =
            view(plane, from).zip(view_mut(target, size, at)).and_then(|(from, mut to)| {
                self.resizer.resize_typed(&from, &mut to, &self.shrink).ok()
            });
        debug_assert!(resized.is_some(), "the layout keeps places within the canvas");
    }

    /// A name at the foot of a place.
    pub(crate) fn caption(&mut self, canvas: &mut Picture, cell: Rect, name: &str) {
        let height = (cell.size.height / NAME_PART).clamp(LETTERS_MIN, LETTERS_MAX);
        let pad = height / 2;
        let room = cell.size.width.saturating_sub(4 * pad).max(1);
        let ink = self.letters.ink(name, height, room);
        let width = even(ink.size.width + 2 * pad).min(cell.size.width);
        let rows = even(ink.size.height + pad / 2).min(cell.size.height);
        let foot = cell.y + cell.size.height - rows;
        let plate = Rect::new(cell.x, foot, width, rows);
        shade(canvas, plate);
        let top = foot + (rows.saturating_sub(ink.size.height)) / 2;
        write(canvas, ink, plate.x + pad, top);
    }

    /// A place without a picture: the name stands there large.
    pub(crate) fn plate(
        &mut self,
        canvas: &mut Picture,
        cell: Rect,
        who: ParticipantId,
        name: &str,
    ) {
        let hue = who.0.as_bytes().iter().map(|byte| usize::from(*byte)).sum::<usize>();
        fill(canvas, cell, PLATES.get(hue % PLATES.len()).copied().unwrap_or(GROUND));
        let height = (cell.size.height / PLATE_PART).max(LETTERS_MIN);
        let ink = self.letters.ink(name, height, cell.size.width * 4 / 5);
        let x = cell.x + cell.size.width.saturating_sub(ink.size.width) / 2;
        let y = cell.y + cell.size.height.saturating_sub(ink.size.height) / 2;
        write(canvas, ink, x, y);
    }
}

/// Everything in one colour.
pub(crate) fn fill(canvas: &mut Picture, at: Rect, colour: Colour) {
    for ((plane, size, at), value) in canvas.parts_mut(at).into_iter().zip(colour.0) {
        for row in rows_mut(plane, size, at) {
            row.fill(value);
        }
    }
}

/// A bright frame around whoever is heard; around everybody else a line that parts them.
pub(crate) fn frame(canvas: &mut Picture, cell: Rect, is_heard: bool) {
    let (thick, colour) = if is_heard { (FRAME, HEARD) } else { (EDGE, GROUND) };
    let Size { width, height } = cell.size;
    let inner = Size::new(width.saturating_sub(2 * thick), height.saturating_sub(2 * thick));
    let hole = Rect { x: cell.x + thick, y: cell.y + thick, size: inner };
    for bar in bars(cell, hole) {
        fill(canvas, bar, colour);
    }
}

/// What is left of a place around a smaller one within it: above, below, left, right.
fn bars(cell: Rect, inner: Rect) -> [Rect; 4] {
    let Size { width, height } = cell.size;
    let above = inner.y - cell.y;
    let below = height - above - inner.size.height;
    let left = inner.x - cell.x;
    let right = width - left - inner.size.width;
    let rows = inner.size.height;
    [
        Rect::new(cell.x, cell.y, width, above),
        Rect::new(cell.x, inner.y + rows, width, below),
        Rect::new(cell.x, inner.y, left, rows),
        Rect::new(inner.x + inner.size.width, inner.y, right, rows),
    ]
}

/// Darkens a place, so that letters stand out from any picture.
fn shade(canvas: &mut Picture, at: Rect) {
    for ((plane, size, at), ground) in canvas.parts_mut(at).into_iter().zip(GROUND.0) {
        for pixel in rows_mut(plane, size, at).flatten() {
            *pixel = blend(ground, *pixel, SHADE);
        }
    }
}

/// Writes in white.
fn write(canvas: &mut Picture, ink: &Ink, x: usize, y: usize) {
    let whole = canvas.size();
    let size = Size::new(
        ink.size.width.min(whole.width.saturating_sub(x)),
        ink.size.height.min(whole.height.saturating_sub(y)),
    );
    let [(luma, whole, at), ..] = canvas.parts_mut(Rect { x, y, size });
    let lines = ink.pixels.chunks(ink.size.width.max(1));
    for (row, line) in rows_mut(luma, whole, at).zip(lines) {
        for (pixel, ink) in row.iter_mut().zip(line) {
            *pixel = blend(*pixel, WHITE, u16::from(*ink) + u16::from(*ink > 127));
        }
    }
}

/// So many 256ths of one value over another.
fn blend(under: u8, over: u8, part: u16) -> u8 {
    let part = part.min(256);
    let mixed = u16::from(under) * (256 - part) + u16::from(over) * part;
    u8::try_from(mixed / 256).unwrap_or(u8::MAX)
}

const fn even(value: usize) -> usize {
    value - value % 2
}

type View<'a> = fast_image_resize::images::TypedCroppedImage<'a, TypedImageRef<'a, U8>>;

/// A plane as the scaler sees it: as wide as its stride, cut to its width.
fn view(plane: Plane<'_>, size: Size) -> Option<View<'_>> {
    let sides =
        |size: Size| Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?));
    let (stride, height) = sides(Size::new(plane.stride, size.height))?;
    let (width, _) = sides(size)?;
    let whole = TypedImageRef::<U8>::from_buffer(stride, height, plane.bytes).ok()?;
    View::new(whole, 0, 0, width, height).ok()
}

/// A place in a plane as the scaler sees it.
fn view_mut(
    plane: &mut [u8],
    size: Size,
    at: Rect,
) -> Option<TypedCroppedImageMut<'_, TypedImage<'_, U8>>> {
    let side = |value: usize| u32::try_from(value).ok();
    let whole = TypedImage::<U8>::from_buffer(side(size.width)?, side(size.height)?, plane).ok()?;
    let (width, height) = (side(at.size.width)?, side(at.size.height)?);
    TypedCroppedImageMut::new(whole, side(at.x)?, side(at.y)?, width, height).ok()
}
