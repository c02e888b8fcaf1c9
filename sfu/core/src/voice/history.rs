//! What was sent of a voice, as long as RED can still carry it.
//!
//! In: what leaves, what was lost, what came late. Out: the earlier sound worth carrying again.
//! Never: keeps more than RED reaches back.

use super::clock::{MediaTime, TICKS_PER_SECOND};
use super::held::Sound;
use crate::codec::red;
use bytes::Bytes;
use std::collections::VecDeque;

/// Most pieces of sound remembered: 341 ms in pieces of 5 ms.
const SOUNDS_MAX: usize = 68;

/// Most pieces a packet carries because they were lost or late. After a burst, the next packet
/// repairs four of the lost; a longer burst takes more packets, not a bigger one.
const OWED_MAX: usize = 4;

/// Farthest back of such a piece: 300 ms. RED reaches 341. On a line that loses so much a decoder
/// that waits a third of a second serves better than holes in the words.
const OWED_REACH: u32 = TICKS_PER_SECOND * 3 / 10;

/// Names a packet of one voice to one receiver. The numbers have no holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PacketId(pub(crate) u64);

/// Why a piece is to be carried by the next packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owed {
    /// It need not be.
    Nothing,
    /// It came when its packet had left.
    Late,
    /// Every packet that carried it was lost.
    Lost,
}

#[derive(Debug)]
struct Piece {
    sound: Sound,
    /// Whether it was the newest of its packet.
    primary: bool,
    /// How many packets carried it and are not known to be lost.
    carried: u8,
    owed: Owed,
}

#[derive(Debug)]
struct Sent {
    id: PacketId,
    /// When its newest piece begins, and the earlier ones that went along; nothing, once it is
    /// known to be lost.
    own: Option<MediaTime>,
    earlier: Vec<MediaTime>,
}

/// An earlier piece for the packet that leaves.
#[derive(Debug)]
pub(super) struct Earlier {
    at: MediaTime,
    /// How many ticks before the packet it begins.
    pub(super) offset: u32,
    /// Opus.
    pub(super) payload: Bytes,
}

/// The history.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Earliest first.
    pieces: VecDeque<Piece>,
    /// Oldest first.
    packets: VecDeque<Sent>,
    /// When the last of all sound is over; what begins then is new, as nearly everything is.
    end: Option<MediaTime>,
    /// Whether a piece may be owed.
    owes: bool,
}

impl History {
    /// Whether this time was sent or is owed.
    pub(super) fn covers(&self, at: MediaTime) -> bool {
        let is_new = self.end.is_none_or(|end| at >= end);
        !is_new && self.pieces.iter().rev().any(|piece| piece.sound.covers(at))
    }

    /// When the newest packet begins.
    pub(super) fn newest(&self) -> Option<MediaTime> {
        self.pieces.iter().rev().find(|piece| piece.primary).map(|piece| piece.sound.at)
    }

    /// A piece came when later ones had left; the next packet is to carry it.
    pub(super) fn handle_late(&mut self, sound: Sound) {
        self.owes = true;
        self.insert(Piece { sound, primary: false, carried: 0, owed: Owed::Late });
    }

    /// A packet was lost. What no other packet carried is owed.
    pub(super) fn handle_lost(&mut self, id: PacketId) {
        let Some(sent) = self.packets.iter_mut().find(|sent| sent.id == id) else { return };
        let earlier = std::mem::take(&mut sent.earlier);
        for at in earlier.into_iter().chain(sent.own.take()) {
            let Some(piece) = self.pieces.iter_mut().find(|piece| piece.sound.at == at) else {
                continue;
            };
            piece.carried = piece.carried.saturating_sub(1);
            if piece.carried == 0 {
                piece.owed = Owed::Lost;
                self.owes = true;
            }
        }
    }

    /// Lost pieces are not owed any more: the line has no room for them.
    pub(super) fn forgive_lost(&mut self) {
        if self.owes {
            for piece in self.pieces.iter_mut().filter(|piece| piece.owed == Owed::Lost) {
                piece.owed = Owed::Nothing;
            }
        }
    }

    /// Forgets what a packet that begins now cannot carry any more.
    pub(super) fn forget_before(&mut self, at: MediaTime) {
        let reach = at.minus(red::OFFSET_MAX);
        while self.pieces.front().is_some_and(|piece| piece.sound.at < reach) {
            self.pieces.pop_front();
        }
        let earliest = self.pieces.front().map(|piece| piece.sound.at);
        // With its newest piece gone, nothing of a packet is left.
        while self.packets.front().is_some_and(|sent| sent.own < earliest) {
            self.packets.pop_front();
        }
    }

    /// The earlier pieces worth carrying in a packet that begins then and has room for so many
    /// bytes, earliest first. What is owed goes before the copies that lie so many packets back,
    /// near copies before far ones.
    pub(super) fn choose(
        &self,
        distances: &[usize],
        at: MediaTime,
        mut room: usize,
    ) -> Vec<Earlier> {
        if !self.owes && distances.is_empty() {
            return Vec::new();
        }
        let reach = at.minus(OWED_REACH);
        let owed = self
            .pieces
            .iter()
            .rev()
            .filter(|piece| piece.owed != Owed::Nothing && piece.sound.at >= reach);
        let primaries = self.pieces.iter().rev().filter(|piece| piece.primary);
        let copied =
            distances.iter().filter_map(|back| primaries.clone().nth(back.checked_sub(1)?));
        let mut chosen: Vec<Earlier> = Vec::new();
        for piece in owed.take(OWED_MAX).chain(copied) {
            let sound = &piece.sound;
            let Some(offset) = at.since(sound.at) else { continue };
            let bytes = sound.payload.len() + red::OLDER_HEAD_BYTES;
            let again = chosen.iter().any(|earlier| earlier.at == sound.at);
            if again || bytes > room || !red::fits(offset, sound.payload.len()) {
                continue;
            }
            room -= bytes;
            chosen.push(Earlier { at: sound.at, offset, payload: sound.payload.clone() });
        }
        chosen.sort_by_key(|earlier| earlier.at);
        chosen
    }

    /// A packet leaves with a new piece and earlier ones.
    pub(super) fn handle_sent(&mut self, id: PacketId, sound: Sound, earlier: &[Earlier]) {
        let own = sound.at;
        let earlier: Vec<MediaTime> = earlier.iter().map(|earlier| earlier.at).collect();
        if self.owes || !earlier.is_empty() {
            for piece in self.pieces.iter_mut().filter(|piece| earlier.contains(&piece.sound.at)) {
                piece.carried = piece.carried.saturating_add(1);
                piece.owed = Owed::Nothing;
            }
            self.owes = self.pieces.iter().any(|piece| piece.owed != Owed::Nothing);
        }
        self.insert(Piece { sound, primary: true, carried: 1, owed: Owed::Nothing });
        self.packets.push_back(Sent { id, own: Some(own), earlier });
    }

    fn insert(&mut self, piece: Piece) {
        self.end = self.end.max(Some(piece.sound.end()));
        if self.pieces.back().is_none_or(|last| last.sound.at < piece.sound.at) {
            self.pieces.push_back(piece);
        } else {
            let place = self.pieces.partition_point(|other| other.sound.at < piece.sound.at);
            self.pieces.insert(place, piece);
        }
        if self.pieces.len() > SOUNDS_MAX {
            self.pieces.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::{Clock, Reading};
    use super::*;

    #[test]
    fn what_red_does_not_reach_is_forgotten() {
        let (mut history, mut clock) = (History::default(), Clock::default());
        for number in 0..100_u32 {
            let at = match clock.read(u64::from(number), number * 960) {
                Reading::At(at) | Reading::Anew(at) => at,
                Reading::Stale => panic!("in order"),
            };
            let sound =
                Sound { at, ticks: 960, marker: false, payload: Bytes::from_static(&[0; 80]) };
            history.forget_before(at);
            history.handle_sent(PacketId(u64::from(number)), sound, &[]);
            history.handle_lost(PacketId(u64::from(number).saturating_sub(3)));
            assert!(history.pieces.len() <= 18, "341 ms");
            assert!(history.packets.len() <= 18, "nor their packets");
        }
        assert_eq!(history.pieces.len(), 18);
    }
}
