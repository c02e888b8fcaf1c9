//! Small planes whose larger selves are known.

use super::Enlarger;
use crate::film::picture::{Plane, Size};

fn enlarge(bytes: &[u8], from: Size, to: Size) -> Vec<u8> {
    let mut enlarger = Enlarger::default();
    let mut large = vec![0; to.width * to.height];
    // Twice: what is kept from the first must not be seen in the second.
    for _ in 0..2 {
        let plane = Plane { bytes, stride: from.width };
        enlarger.enlarge(plane, from, large.chunks_mut(to.width), to);
    }
    large
}

#[test]
fn one_colour_stays_one_colour() {
    for to in [Size::new(7, 5), Size::new(64, 36), Size::new(9, 3)] {
        let large = enlarge(&[200; 15], Size::new(5, 3), to);
        assert!(large.iter().all(|pixel| *pixel == 200), "{large:?}");
    }
}

#[test]
fn what_lies_between_two_pixels_is_between_them() {
    assert_eq!(enlarge(&[0, 100], Size::new(2, 1), Size::new(4, 1)), [0, 25, 75, 100]);
    let large = enlarge(&[0, 100, 100, 200], Size::new(2, 2), Size::new(4, 4));
    assert_eq!(large[..4], [0, 25, 75, 100]);
    assert_eq!(large[12..], [100, 125, 175, 200]);
    let columns: Vec<u8> = large.iter().step_by(4).copied().collect();
    assert_eq!(columns, [0, 25, 75, 100]);
}

#[test]
fn one_pixel_fills_everything() {
    assert_eq!(enlarge(&[9], Size::new(1, 1), Size::new(3, 3)), [9; 9]);
}
