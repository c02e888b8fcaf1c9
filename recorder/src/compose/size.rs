//! How large a film is.
//!
//! In: `1280x720`. Out: two even numbers within reason.
//! Never: a film that no player shows, or that takes a machine's memory.

use crate::film;
use std::fmt;
use std::str::FromStr;

/// Smallest side. Below, no label can be read.
const SIDE_MIN: usize = 64;

/// Largest side: more than any screen of a clinic, and than most players decode.
const SIDE_MAX: usize = 3_840;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    width: usize,
    height: usize,
}

/// A text that is no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no size: write width and height as in 1280x720, both even and from {SIDE_MIN} to \
     {SIDE_MAX}"
)]
pub struct NoSize(String);

impl Size {
    pub(crate) const fn of_film(self) -> film::Size {
        film::Size::new(self.width, self.height)
    }
}

impl Default for Size {
    fn default() -> Self {
        Self { width: film::SIZE.width, height: film::SIZE.height }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for Size {
    type Err = NoSize;

    fn from_str(text: &str) -> Result<Self, NoSize> {
        let side = |text: &str| {
            let side: usize = text.parse().ok()?;
            ((SIDE_MIN..=SIDE_MAX).contains(&side) && side.is_multiple_of(2)).then_some(side)
        };
        let sides =
            text.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
        let (width, height) = sides.ok_or_else(|| NoSize(text.to_owned()))?;
        Ok(Self { width, height })
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn a_size_is_two_even_numbers_within_reason() {
        let size: Size = "1280x720".parse().expect("a size");
        assert_eq!(size, Size::default());
        assert_eq!(size.to_string(), "1280x720");
        for wrong in ["", "1280", "1281x720", "0x0", "99999x720", "1280x720x2", "axb", "-2x64"] {
            let told = wrong.parse::<Size>().expect_err(wrong).to_string();
            assert!(told.contains("1280x720"), "{told}");
        }
    }
}
