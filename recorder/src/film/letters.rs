//! Names, drawn once and kept.
//!
//! In: a person's label and how high its letters shall be. Out: how much of each pixel is ink.
//! Never: a box in place of a letter the font does not have: such a word is left out.

use super::picture::Size;
use ab_glyph::{Font, FontRef, Glyph, GlyphId, InvalidFont, PxScale, ScaleFont, point};
use std::collections::BTreeMap;

/// DejaVu Sans, cut down to the letters of names: Latin, Greek, Cyrillic, Armenian, Georgian,
/// Hebrew. Its licence and how it was cut down lie beside it.
const FONT: &[u8] = include_bytes!("../../fonts/DejaVuSans-names.ttf");

/// Longest name that is drawn, in letters; longer ones end in "…".
const LETTERS_MAX: usize = 32;

/// Names kept. More than anybody invites; when it is reached all are drawn anew.
const KEPT_MAX: usize = 64;

/// Ink of a text: 0 none, 255 all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ink {
    pub(crate) size: Size,
    pub(crate) pixels: Vec<u8>,
}

/// What writes names.
pub(crate) struct Letters {
    font: FontRef<'static>,
    ink_by_text: BTreeMap<(String, usize), Ink>,
}

impl Letters {
    pub(crate) fn new() -> Result<Self, InvalidFont> {
        Ok(Self { font: FontRef::try_from_slice(FONT)?, ink_by_text: BTreeMap::new() })
    }

    /// What of a label can be written; `None` if nothing can.
    pub(crate) fn writable(&self, label: &str) -> Option<String> {
        let can = |letter: char| self.font.glyph_id(letter) != GlyphId(0);
        let words = label.split_whitespace().filter(|word| word.chars().all(can));
        let words: Vec<String> = words.map(str::to_owned).collect();
        let text = left_to_right(words).join(" ");
        match text.char_indices().nth(LETTERS_MAX) {
            _ if text.is_empty() => None,
            None => Some(text),
            Some((end, _)) => Some(format!("{}…", text.get(..end).unwrap_or(&text).trim_end())),
        }
    }

    /// The ink of a text with letters so high, no wider than there is room: if need be it is
    /// written smaller.
    pub(crate) fn ink(&mut self, text: &str, height: usize, room: usize) -> &Ink {
        let natural = width(&self.font, text, height).max(1);
        let height = if natural > room { (height * room / natural).max(1) } else { height };
        if self.ink_by_text.len() >= KEPT_MAX {
            self.ink_by_text.clear();
        }
        let font = &self.font;
        self.ink_by_text
            .entry((text.to_owned(), height))
            .or_insert_with(|| draw(font, text, height))
    }
}

/// Hebrew is written from right to left: in a name with Hebrew letters words change their order,
/// and letters theirs within each Hebrew word.
fn left_to_right(words: Vec<String>) -> Vec<String> {
    let is_hebrew =
        |word: &str| word.chars().any(|letter| ('\u{590}'..='\u{5ff}').contains(&letter));
    if !words.iter().any(|word| is_hebrew(word)) {
        return words;
    }
    let turned = words.into_iter().rev();
    turned.map(|word| if is_hebrew(&word) { word.chars().rev().collect() } else { word }).collect()
}

fn scale(height: usize) -> PxScale {
    #[expect(clippy::cast_precision_loss, reason = "letters are at most some hundred pixels high")]
    let height = height as f32;
    PxScale::from(height)
}

/// Places the glyphs of a text beside each other and says where the next would begin.
fn lay(font: &FontRef<'static>, text: &str, height: usize) -> (Vec<Glyph>, f32) {
    let scaled = font.as_scaled(scale(height));
    let mut glyphs = Vec::new();
    let mut x = 0.0;
    let mut before = None;
    for letter in text.chars() {
        let id = scaled.glyph_id(letter);
        x += before.map_or(0.0, |before| scaled.kern(before, id));
        glyphs.push(id.with_scale_and_position(scale(height), point(x, scaled.ascent())));
        x += scaled.h_advance(id);
        before = Some(id);
    }
    (glyphs, x)
}

fn width(font: &FontRef<'static>, text: &str, height: usize) -> usize {
    whole(lay(font, text, height).1.ceil())
}

fn draw(font: &FontRef<'static>, text: &str, height: usize) -> Ink {
    let (glyphs, end) = lay(font, text, height);
    let rows = whole(font.as_scaled(scale(height)).height().ceil());
    let size = Size::new(whole(end.ceil()).max(1), rows.max(1));
    let mut pixels = vec![0_u8; size.width * size.height];
    for outlined in glyphs.into_iter().filter_map(|glyph| font.outline_glyph(glyph)) {
        let corner = outlined.px_bounds().min;
        outlined.draw(|x, y, ink| {
            #[expect(clippy::cast_precision_loss, reason = "a place within one line of text")]
            let (x, y) = (corner.x + x as f32, corner.y + y as f32);
            if x < 0.0 || y < 0.0 || whole(x) >= size.width {
                return;
            }
            if let Some(pixel) = pixels.get_mut(whole(y) * size.width + whole(x)) {
                let ink = u8::try_from(whole(ink.clamp(0.0, 1.0) * 255.0)).unwrap_or(u8::MAX);
                *pixel = pixel.saturating_add(ink);
            }
        });
    }
    Ink { size, pixels }
}

/// A number of pixels without its fraction.
fn whole(value: f32) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the fraction is meant to go; `as` ends at 0 and at the largest number"
    )]
    let whole = value as usize;
    whole
}

#[cfg(test)]
mod tests;
