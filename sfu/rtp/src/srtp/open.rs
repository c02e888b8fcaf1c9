//! Opens what arrives, once.
//!
//! In: datagrams as they came. Out: the same in clear, with their whole number; or why not.
//! Never: learns anything from a packet before it has proved authentic.

use super::cipher::{Cipher, Purpose};
use super::seal::clear;
use super::{ENCRYPTED, INDEX_END, MasterKey, REPORT_CLEAR, REPORT_WORD, Suite};
use crate::bytes::{low_32, u16_at, u32_at};
use crate::header;
use crate::seq::extend;
use crate::window::{Seen, Window};

/// Most streams remembered, of media and of reports each. A client has a handful and as many again
/// after each new start of a sender; the one unheard the longest is forgotten.
const STREAMS_MAX: usize = 64;

/// A packet in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// The stream.
    pub ssrc: u32,
    /// Its sequence number, extended to 48 bits.
    pub index: u64,
    /// Where the payload begins.
    pub header_len: usize,
    /// Bytes of the payload, padding counted; after it comes nothing of use.
    pub payload_len: usize,
}

impl Opened {
    /// Where the packet in clear ends.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.header_len + self.payload_len
    }
}

/// Why a packet was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is none, or too short.
    #[error("no packet")]
    Malformed,
    /// It has come before.
    #[error("came before")]
    Replayed,
    /// It is so old that nobody knows whether it has come before.
    #[error("too old")]
    TooOld,
    /// It is not from whoever holds the key, or not whole.
    #[error("not authentic")]
    Forged,
}

/// Opens what one sender sends.
#[derive(Debug)]
pub struct Opener {
    suite: Suite,
    media: Cipher,
    reports: Cipher,
    media_streams: Streams,
    report_streams: Streams,
}

impl Opener {
    /// Opens with this key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            suite: master.suite(),
            media: Cipher::new(master, Purpose::Media),
            reports: Cipher::new(master, Purpose::Reports),
            media_streams: Streams::default(),
            report_streams: Streams::default(),
        }
    }

    /// How it was sealed.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// Opens a packet in place.
    ///
    /// # Errors
    /// It is not authentic, came before, or is none. Its bytes are of no more use then, and
    /// nothing else has changed.
    pub fn open_rtp(&mut self, packet: &mut [u8]) -> Result<Opened, Refused> {
        let header_len = header::length(packet).ok_or(Refused::Malformed)?;
        let (Some(seq), Some(ssrc)) = (u16_at(packet, 2), u32_at(packet, 8)) else {
            return Err(Refused::Malformed);
        };
        let end = packet.len().checked_sub(self.suite.tag_len()).ok_or(Refused::Malformed)?;
        let payload_len = end.checked_sub(header_len).ok_or(Refused::Malformed)?;
        let index = extend(self.media_streams.newest(ssrc).unwrap_or(0), seq);
        if index >= INDEX_END {
            return Err(Refused::TooOld);
        }
        self.media_streams.look(ssrc, index)?;
        let (whole, tag) = packet.split_at_mut(end);
        let opened = match &self.media {
            Cipher::Gcm(gcm) => {
                let (head, body) = whole.split_at_mut(header_len);
                gcm.open((ssrc, index), head, body, tag)
            }
            Cipher::Counter(counter) => {
                let turns = low_32(index >> 16).to_be_bytes();
                counter.check(whole, &turns, tag).map(|()| {
                    let (_, body) = whole.split_at_mut(header_len);
                    counter.turn(ssrc, index, body);
                })
            }
        };
        opened.map_err(|_| Refused::Forged)?;
        self.media_streams.mark(ssrc, index);
        Ok(Opened { ssrc, index, header_len, payload_len })
    }

    /// Opens a compound report in place. What is in clear of it begins at its beginning and is so
    /// long.
    ///
    /// # Errors
    /// It is not authentic, not encrypted, came before, or is none. Its bytes are of no more use
    /// then, and nothing else has changed.
    pub fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, Refused> {
        let tag_len = self.suite.tag_len();
        let end = packet.len().checked_sub(tag_len + REPORT_WORD).ok_or(Refused::Malformed)?;
        let ssrc = u32_at(packet, 4).ok_or(Refused::Malformed)?;
        let word_at = match self.reports {
            Cipher::Gcm(_) => end + tag_len,
            Cipher::Counter(_) => end,
        };
        let word = u32_at(packet, word_at).ok_or(Refused::Malformed)?;
        // What is not encrypted is of nobody who keeps to RFC 8827.
        if end < REPORT_CLEAR || word & ENCRYPTED == 0 {
            return Err(Refused::Malformed);
        }
        let index = u64::from(word & !ENCRYPTED);
        self.report_streams.look(ssrc, index)?;
        let (head, rest) = packet.split_at_mut(REPORT_CLEAR);
        let (body, tail) = rest.split_at_mut(end - REPORT_CLEAR);
        let opened = match &self.reports {
            Cipher::Gcm(gcm) => {
                let tag = tail.get(..tag_len).ok_or(Refused::Malformed)?;
                gcm.open((ssrc, index), &clear(head, word.to_be_bytes()), body, tag)
            }
            Cipher::Counter(counter) => {
                let (whole, tail) = packet.split_at_mut(end);
                let (word, tag) = tail.split_at_mut(REPORT_WORD);
                counter.check(whole, word, tag).map(|()| {
                    let (_, body) = whole.split_at_mut(REPORT_CLEAR);
                    counter.turn(ssrc, index, body);
                })
            }
        };
        opened.map_err(|_| Refused::Forged)?;
        self.report_streams.mark(ssrc, index);
        Ok(end)
    }
}

/// What has come of each stream.
#[derive(Debug, Default)]
struct Streams {
    list: Vec<Stream>,
    /// Packets so far.
    heard: u64,
}

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    /// After how many packets of all it was heard last.
    heard: u64,
    window: Window,
}

impl Streams {
    fn window(&self, ssrc: u32) -> Option<&Window> {
        self.list.iter().find(|stream| stream.ssrc == ssrc).map(|stream| &stream.window)
    }

    fn newest(&self, ssrc: u32) -> Option<u64> {
        self.window(ssrc).and_then(Window::newest)
    }

    fn look(&self, ssrc: u32, index: u64) -> Result<(), Refused> {
        match self.window(ssrc).map_or(Seen::New, |window| window.look(index)) {
            Seen::New => Ok(()),
            Seen::Before => Err(Refused::Replayed),
            Seen::TooOld => Err(Refused::TooOld),
        }
    }

    fn mark(&mut self, ssrc: u32, index: u64) {
        self.heard += 1;
        let place = self.list.iter().position(|stream| stream.ssrc == ssrc);
        let place = place.unwrap_or_else(|| self.seat(ssrc));
        if let Some(stream) = self.list.get_mut(place) {
            stream.heard = self.heard;
            stream.window.mark(index);
        }
    }

    /// A place for a new stream; where there is none, that of the one unheard the longest.
    fn seat(&mut self, ssrc: u32) -> usize {
        let stream = Stream { ssrc, heard: self.heard, window: Window::default() };
        let unheard = (0..).zip(&self.list).min_by_key(|(_, stream)| stream.heard);
        match unheard.filter(|_| self.list.len() >= STREAMS_MAX) {
            Some((place, _)) => {
                if let Some(slot) = self.list.get_mut(place) {
                    *slot = stream;
                }
                place
            }
            None => {
                self.list.push(stream);
                self.list.len() - 1
            }
        }
    }
}

#[cfg(test)]
impl Opener {
    /// Opens with the keys of a session, as the RFC's examples have them.
    pub(super) fn with_session(suite: Suite, key: &[u8], salt: &[u8]) -> Self {
        let session = || Cipher::session(suite, key, salt);
        Self {
            suite,
            media: session(),
            reports: session(),
            media_streams: Streams::default(),
            report_streams: Streams::default(),
        }
    }

    /// How many streams are remembered.
    pub(super) fn streams(&self) -> (usize, usize) {
        (self.media_streams.list.len(), self.report_streams.list.len())
    }
}
