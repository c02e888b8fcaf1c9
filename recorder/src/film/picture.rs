//! A picture in memory: luma, and chroma of half the size (I420), 8 bits, limited range.
//!
//! In: planes borrowed from a decoder. Out: planes that last, and places within them.
//! Never: scales, decodes, or a picture without pixels.

/// Luma of black.
pub(crate) const BLACK: u8 = 16;

/// Chroma of grey.
pub(crate) const GREY: u8 = 128;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size {
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Size {
    /// A size by its two sides.
    #[must_use]
    pub const fn new(width: usize, height: usize) -> Self {
        Self { width, height }
    }

    /// The size of a chroma plane.
    #[must_use]
    pub(crate) const fn halved(self) -> Self {
        Self::new(self.width.div_ceil(2), self.height.div_ceil(2))
    }
}

/// A place in a picture. All four numbers are even, so that chroma falls on whole pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Rect {
    /// From the left.
    pub(crate) x: usize,
    /// From the top.
    pub(crate) y: usize,
    /// How large.
    pub(crate) size: Size,
}

impl Rect {
    /// A place by corner and size.
    #[must_use]
    pub(crate) const fn new(x: usize, y: usize, width: usize, height: usize) -> Self {
        Self { x, y, size: Size::new(width, height) }
    }

    /// The same place in a chroma plane.
    pub(crate) const fn halved(self) -> Self {
        Self { x: self.x / 2, y: self.y / 2, size: self.size.halved() }
    }
}

/// One plane of a picture, borrowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane<'a> {
    /// From the first pixel to the last; rows may be padded.
    pub(crate) bytes: &'a [u8],
    /// Bytes from one row to the next; not less than the width.
    pub(crate) stride: usize,
}

impl<'a> Plane<'a> {
    /// Its rows, without padding.
    pub(crate) fn rows(self, size: Size) -> impl Iterator<Item = &'a [u8]> {
        let rows = self.bytes.chunks(self.stride.max(1)).take(size.height);
        rows.filter_map(move |row| row.get(..size.width))
    }
}

/// A picture. Rows are not padded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    size: Size,
    planes: [Vec<u8>; 3],
}

impl Picture {
    /// All black.
    #[must_use]
    pub(crate) fn black(size: Size) -> Self {
        let half = size.halved();
        let plane = |size: Size, value| vec![value; size.width * size.height];
        Self { size, planes: [plane(size, BLACK), plane(half, GREY), plane(half, GREY)] }
    }

    /// How large it is.
    #[must_use]
    pub(crate) const fn size(&self) -> Size {
        self.size
    }

    /// Y, U and V.
    #[must_use]
    pub(crate) fn planes(&self) -> [Plane<'_>; 3] {
        let half = self.size.halved().width;
        let [y, u, v] = &self.planes;
        [
            Plane { bytes: y, stride: self.size.width },
            Plane { bytes: u, stride: half },
            Plane { bytes: v, stride: half },
        ]
    }

    /// Becomes a copy of what a decoder lends; memory is kept from one to the next.
    pub(crate) fn copy(&mut self, size: Size, planes: [Plane<'_>; 3]) {
        self.size = size;
        let sizes = [size, size.halved(), size.halved()];
        for ((own, plane), size) in self.planes.iter_mut().zip(planes).zip(sizes) {
            own.clear();
            for row in plane.rows(size) {
                own.extend_from_slice(row);
            }
            // A decoder that lends too little has a defect; grey is what is left then.
            own.resize(size.width * size.height, GREY);
        }
    }

    /// The planes, to be written to, each with its size and the part of it that a place is.
    pub(crate) fn parts_mut(&mut self, at: Rect) -> [(&mut [u8], Size, Rect); 3] {
        let (whole, half) = (self.size, self.size.halved());
        let [y, u, v] = &mut self.planes;
        [(y, whole, at), (u, half, at.halved()), (v, half, at.halved())]
    }
}

/// The rows of a place in a plane, to be written to.
pub(crate) fn rows_mut(plane: &mut [u8], size: Size, at: Rect) -> impl Iterator<Item = &mut [u8]> {
    let rows = plane.chunks_mut(size.width.max(1)).skip(at.y).take(at.size.height);
    rows.filter_map(move |row| row.get_mut(at.x..at.x + at.size.width))
}
