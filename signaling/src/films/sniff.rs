//! What kind of film a file is, by its own first bytes.
//!
//! In: the beginning of a file. Out: its kind, where every browser plays that.
//! Never: a name, or what somebody said it is.

use bedside_signaling_api::tutorial::FilmKind;

/// How an EBML file begins (RFC 8794).
const EBML: &[u8] = &[0x1a, 0x45, 0xdf, 0xa3];
/// The element that says what an EBML file is: its id, and `webm` with its length.
const DOCTYPE_WEBM: &[u8] = &[0x42, 0x82, 0x84, b'w', b'e', b'b', b'm'];
/// The first element of an MP4 (ISO 14496-12), behind its length.
const FTYP: &[u8] = b"ftyp";
/// An EBML head is some forty bytes; whatever comes later says nothing of the kind.
const HEAD_BYTES: usize = 128;

/// The kind of a film that begins so.
pub(super) fn sniff(beginning: &[u8]) -> Option<FilmKind> {
    let head = beginning.get(..HEAD_BYTES).unwrap_or(beginning);
    if head.get(4..8) == Some(FTYP) {
        return Some(FilmKind::Mp4);
    }
    let is_webm = || head.windows(DOCTYPE_WEBM.len()).any(|window| window == DOCTYPE_WEBM);
    (head.starts_with(EBML) && is_webm()).then_some(FilmKind::Webm)
}
