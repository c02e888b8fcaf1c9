//! The streams that a client sends, each in its place.
//!
//! In: SSRCs, and what packets and the offer say of them. Out: the stream of a packet.
//! Never: a place that the client was not granted by the answer; no more than it can need.

use super::agreement::Line;
use crate::packet::{Codec, Layer, LineId, SenderReport};
use bedside_rtp::receive::Incoming;

/// Most streams remembered. A client has five, and five more after each new start of a sender; the
/// oldest is forgotten and, should it come again, learnt again.
const STREAMS_MAX: usize = 64;

/// Where a stream belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: LineId,
    pub(super) layer: Layer,
}

/// What a packet's payload type says of its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Carries {
    pub(super) codec: Codec,
    /// It repeats what another stream of its place sent.
    pub(super) repairs: bool,
}

/// A stream of media.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) place: Place,
    pub(super) incoming: Incoming,
    /// The last report of its sender.
    pub(super) report: Option<SenderReport>,
    /// The stream that repeats it, once it has come.
    repairs: Option<u32>,
}

/// All streams of a client; the newest last.
#[derive(Debug, Default)]
pub(super) struct Streams(Vec<Stream>);

impl Streams {
    /// The stream that a packet of `ssrc` is of, or repeats. One that is new is learnt where
    /// `place` says.
    pub(super) fn find(
        &mut self,
        ssrc: u32,
        carries: Carries,
        place: impl FnOnce() -> Option<Place>,
    ) -> Option<&mut Stream> {
        let known = self.0.iter().position(|stream| match carries.repairs {
            true => stream.repairs == Some(ssrc),
            false => stream.incoming.ssrc() == ssrc,
        });
        let index = match known {
            Some(index) => index,
            None => self.learn(ssrc, carries, place()?)?,
        };
        self.0.get_mut(index)
    }

    fn learn(&mut self, ssrc: u32, carries: Carries, place: Place) -> Option<usize> {
        if carries.repairs {
            let index = self.0.iter().rposition(|stream| stream.place == place)?;
            self.0.get_mut(index)?.repairs = Some(ssrc);
            return Some(index);
        }
        if self.0.len() >= STREAMS_MAX {
            self.0.remove(0);
        }
        let asks = carries.codec != Codec::Opus;
        let incoming = Incoming::new(ssrc, carries.codec.clock_rate(), asks);
        self.0.push(Stream { place, incoming, report: None, repairs: None });
        Some(self.0.len() - 1)
    }

    /// The stream of that name.
    pub(super) fn named(&mut self, ssrc: u32) -> Option<&mut Stream> {
        self.0.iter_mut().find(|stream| stream.incoming.ssrc() == ssrc)
    }

    /// The newest stream.
    pub(super) fn newest(&self) -> Option<u32> {
        self.0.last().map(|stream| stream.incoming.ssrc())
    }

    /// The newest stream of a place.
    pub(super) fn at(&self, place: Place) -> Option<&Stream> {
        self.0.iter().rfind(|stream| stream.place == place)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Stream> {
        self.0.iter_mut()
    }
}

impl Place {
    /// Whether the client may send there.
    pub(super) fn is_of(self, lines: &[Line]) -> bool {
        let line = lines.get(usize::from(self.line.0));
        line.is_some_and(|line| line.sends && self.layer.index() < line.layers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIDEO: Carries = Carries { codec: Codec::Vp8, repairs: false };
    const REPAIRS: Carries = Carries { codec: Codec::Vp8, repairs: true };

    fn place(line: u8, layer: u8) -> Place {
        Place { line: LineId(line), layer: Layer(layer) }
    }

    fn ssrc(stream: Option<&mut Stream>) -> Option<u32> {
        stream.map(|stream| stream.incoming.ssrc())
    }

    #[test]
    fn a_stream_is_learnt_once_and_its_repairs_after_it() {
        let mut streams = Streams::default();
        assert_eq!(ssrc(streams.find(2, REPAIRS, || Some(place(1, 0)))), None);
        assert_eq!(ssrc(streams.find(1, VIDEO, || Some(place(1, 0)))), Some(1));
        assert_eq!(ssrc(streams.find(1, VIDEO, || None)), Some(1));
        assert_eq!(ssrc(streams.find(2, REPAIRS, || Some(place(1, 0)))), Some(1));
        assert_eq!(ssrc(streams.find(2, REPAIRS, || None)), Some(1));
        assert_eq!(ssrc(streams.find(3, VIDEO, || None)), None);
        assert_eq!(ssrc(streams.find(4, VIDEO, || Some(place(1, 0)))), Some(4), "a new start");
        assert_eq!(streams.at(place(1, 0)).map(|stream| stream.incoming.ssrc()), Some(4));
        assert_eq!(ssrc(streams.find(5, REPAIRS, || Some(place(1, 0)))), Some(4));
    }

    #[test]
    fn streams_come_to_an_end() {
        let mut streams = Streams::default();
        for number in 0..1_000 {
            streams.find(number, VIDEO, || Some(place(1, 0)));
        }
        assert_eq!(streams.iter_mut().count(), STREAMS_MAX);
        assert_eq!(ssrc(streams.named(999)), Some(999));
        assert!(streams.named(0).is_none());
    }
}
