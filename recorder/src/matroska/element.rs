//! The elements Matroska is made of (RFC 8794): an id, a size, and what they hold.
//!
//! In: values. Out: their bytes; and from bytes the next element, if it is one.
//! Never: trusts a size.

/// The ids of this house's subset, with their length marker, as RFC 9559 lists them.
pub(crate) mod id {
    pub(crate) const EBML: u32 = 0x1A45_DFA3;
    pub(crate) const EBML_VERSION: u32 = 0x4286;
    pub(crate) const EBML_READ_VERSION: u32 = 0x42F7;
    pub(crate) const EBML_MAX_ID: u32 = 0x42F2;
    pub(crate) const EBML_MAX_SIZE: u32 = 0x42F3;
    pub(crate) const DOC_TYPE: u32 = 0x4282;
    pub(crate) const DOC_TYPE_VERSION: u32 = 0x4287;
    pub(crate) const DOC_TYPE_READ_VERSION: u32 = 0x4285;
    pub(crate) const SEGMENT: u32 = 0x1853_8067;
    pub(crate) const INFO: u32 = 0x1549_A966;
    pub(crate) const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
    pub(crate) const DATE_UTC: u32 = 0x4461;
    pub(crate) const MUXING_APP: u32 = 0x4D80;
    pub(crate) const WRITING_APP: u32 = 0x5741;
    pub(crate) const TRACKS: u32 = 0x1654_AE6B;
    pub(crate) const TRACK_ENTRY: u32 = 0xAE;
    pub(crate) const TRACK_NUMBER: u32 = 0xD7;
    pub(crate) const TRACK_UID: u32 = 0x73C5;
    pub(crate) const TRACK_TYPE: u32 = 0x83;
    pub(crate) const FLAG_LACING: u32 = 0x9C;
    pub(crate) const NAME: u32 = 0x536E;
    pub(crate) const CODEC_ID: u32 = 0x86;
    pub(crate) const CODEC_PRIVATE: u32 = 0x63A2;
    pub(crate) const SEEK_PRE_ROLL: u32 = 0x56BB;
    pub(crate) const VIDEO: u32 = 0xE0;
    pub(crate) const PIXEL_WIDTH: u32 = 0xB0;
    pub(crate) const PIXEL_HEIGHT: u32 = 0xBA;
    pub(crate) const AUDIO: u32 = 0xE1;
    pub(crate) const SAMPLING_FREQUENCY: u32 = 0xB5;
    pub(crate) const CHANNELS: u32 = 0x9F;
    pub(crate) const TAGS: u32 = 0x1254_C367;
    pub(crate) const TAG: u32 = 0x7373;
    pub(crate) const TARGETS: u32 = 0x63C0;
    pub(crate) const SIMPLE_TAG: u32 = 0x67C8;
    pub(crate) const TAG_NAME: u32 = 0x45A3;
    pub(crate) const TAG_STRING: u32 = 0x4487;
    pub(crate) const CLUSTER: u32 = 0x1F43_B675;
    pub(crate) const TIMESTAMP: u32 = 0xE7;
    pub(crate) const SIMPLE_BLOCK: u32 = 0xA3;
    pub(crate) const TITLE: u32 = 0x7BA9;
    pub(crate) const DURATION: u32 = 0x4489;
    pub(crate) const SEEK_HEAD: u32 = 0x114D_9B74;
    pub(crate) const SEEK: u32 = 0x4DBB;
    pub(crate) const SEEK_ID: u32 = 0x53AB;
    pub(crate) const SEEK_POSITION: u32 = 0x53AC;
    pub(crate) const VOID: u32 = 0xEC;
    pub(crate) const CUES: u32 = 0x1C53_BB6B;
    pub(crate) const CUE_POINT: u32 = 0xBB;
    pub(crate) const CUE_TIME: u32 = 0xB3;
    pub(crate) const CUE_TRACK_POSITIONS: u32 = 0xB7;
    pub(crate) const CUE_TRACK: u32 = 0xF7;
    pub(crate) const CUE_CLUSTER_POSITION: u32 = 0xF1;
}

/// The size of an element nobody knows the end of: a live segment.
const UNKNOWN_SIZE: [u8; 8] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
/// Marks a size that takes eight bytes, the longest there is.
pub(crate) const LONG_SIZE: u64 = 0x0100_0000_0000_0000;

/// An id's bytes, without leading zeros.
fn put_id(out: &mut Vec<u8>, id: u32) {
    let bytes = id.to_be_bytes();
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    out.extend(bytes.iter().skip(zeros));
}

/// A size in four bytes if it fits, else in eight.
fn put_size(out: &mut Vec<u8>, size: usize) {
    match u32::try_from(size) {
        Ok(short) if short < 0x0FFF_FFFF => {
            out.extend_from_slice(&(short | 0x1000_0000).to_be_bytes());
        }
        _ => out.extend_from_slice(&(LONG_SIZE | size as u64).to_be_bytes()),
    }
}

/// An element and its bytes.
pub(crate) fn put(out: &mut Vec<u8>, id: u32, bytes: &[u8]) {
    put_head(out, id, bytes.len());
    out.extend_from_slice(bytes);
}

/// The beginning of an element whose bytes follow.
pub(crate) fn put_head(out: &mut Vec<u8>, id: u32, size: usize) {
    put_id(out, id);
    put_size(out, size);
}

/// The beginning of an element that never ends.
pub(crate) fn put_endless(out: &mut Vec<u8>, id: u32) {
    put_id(out, id);
    out.extend_from_slice(&UNKNOWN_SIZE);
}

/// A number, as short as it goes.
pub(crate) fn put_number(out: &mut Vec<u8>, id: u32, number: u64) {
    let bytes = number.to_be_bytes();
    let zeros = bytes.iter().take(7).take_while(|&&byte| byte == 0).count();
    put(out, id, bytes.get(zeros..).unwrap_or_default());
}

/// A text.
pub(crate) fn put_text(out: &mut Vec<u8>, id: u32, text: &str) {
    put(out, id, text.as_bytes());
}

/// An element that holds what `fill` writes.
pub(crate) fn put_nested(out: &mut Vec<u8>, id: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let mut inside = Vec::new();
    fill(&mut inside);
    put(out, id, &inside);
}

/// What stands at the front of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Which element.
    pub(crate) id: u32,
    /// How many bytes it holds; `None` if nobody knew when it was written.
    pub(crate) size: Option<usize>,
    /// How many bytes id and size take themselves.
    pub(crate) len: usize,
}

/// The element at the front, or `None` where there is no whole id and size.
pub(crate) fn head(bytes: &[u8]) -> Option<Head> {
    let first = *bytes.first()?;
    let id_len = usize::try_from(first.leading_zeros()).ok()? + 1;
    if id_len > 4 {
        return None;
    }
    let id = bytes.get(..id_len)?.iter().fold(0_u32, |id, &byte| id << 8 | u32::from(byte));
    let marker = *bytes.get(id_len)?;
    let size_len = usize::try_from(marker.leading_zeros()).ok()? + 1;
    if size_len > 8 {
        return None;
    }
    let coded = bytes.get(id_len..id_len + size_len)?;
    let value_bits = 7 * size_len;
    let all = coded.iter().fold(0_u64, |size, &byte| size << 8 | u64::from(byte));
    let most = (1_u64 << value_bits) - 1;
    let value = all & most;
    let size = if value == most { None } else { Some(usize::try_from(value).ok()?) };
    Some(Head { id, size, len: id_len + size_len })
}

/// The elements inside an element, up to where they stop being some.
pub(crate) fn inside(mut bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let head = head(bytes)?;
        let end = head.len.checked_add(head.size?)?;
        let held = bytes.get(head.len..end)?;
        bytes = bytes.get(end..)?;
        Some((head.id, held))
    })
}

/// A number of at most eight bytes.
pub(crate) fn number(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
}
