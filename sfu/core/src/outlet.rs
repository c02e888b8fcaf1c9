//! What waits for the recorder: so much, and what finds no room is counted.
//!
//! In: what was tapped. Out: the same in its order, and how many packets are missing where.
//! Never: grows with a recorder that does not listen, or waits for it.

use bedside_sfu_api::{RoomId, Tapped, Turn};
use std::collections::{BTreeMap, VecDeque};

/// How much waits in a shard. It is emptied after each batch of datagrams, so this is what the
/// recorder's own queue does not hold any more: a second of two visits of four, two megabytes.
/// More rides out a longer stall of the recorder, less leaves the media plane its memory.
pub(crate) const WAITING_MAX: usize = 2_048;

/// The way out.
#[derive(Debug, Default)]
pub(crate) struct Outlet {
    waiting: VecDeque<Tapped>,
    /// Packets that found no room and are not told of yet: one line a turn.
    missed_by_turn: BTreeMap<(RoomId, Turn), u64>,
    missed: u64,
}

impl Outlet {
    /// How many packets found no room, since the start.
    pub(crate) const fn missed(&self) -> u64 {
        self.missed
    }

    /// Something was tapped.
    pub(crate) fn put(&mut self, tapped: Tapped) {
        let room = match &tapped {
            Tapped::Packet(packet) => packet.stream.room,
            Tapped::Report(report) => report.stream.room,
            Tapped::Missed { room, .. } => *room,
        };
        if self.waiting.len() >= WAITING_MAX {
            if let Tapped::Packet(packet) = tapped {
                let turn = (room, packet.stream.turn);
                *self.missed_by_turn.entry(turn).or_default() += 1;
                self.missed += 1;
            }
            return; // of a report the sender soon makes another
        }
        self.tell_missed(room);
        self.waiting.push_back(tapped);
    }

    /// What is next for the recorder.
    pub(crate) fn poll(&mut self) -> Option<Tapped> {
        if self.waiting.is_empty()
            && let Some(((room, _), _)) = self.missed_by_turn.first_key_value()
        {
            self.tell_missed(*room);
        }
        self.waiting.pop_front()
    }

    /// Says how many packets of a room are missing before what comes next.
    fn tell_missed(&mut self, room: RoomId) {
        let turns = (room, Turn(0))..=(room, Turn(u64::MAX));
        while let Some((&(room, turn), &packets)) = self.missed_by_turn.range(turns.clone()).next()
        {
            self.missed_by_turn.remove(&(room, turn));
            self.waiting.push_back(Tapped::Missed { room, turn, packets });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bedside_sfu_api::{Codec, ParticipantId, Source, Stream, TappedPacket};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn room(number: u8) -> RoomId {
        RoomId(Uuid::from_u128(u128::from(number)))
    }

    fn packet(room: RoomId, turn: u64, seq: u64) -> Tapped {
        let participant = ParticipantId(Uuid::from_u128(1));
        let source = Source::Microphone;
        Tapped::Packet(TappedPacket {
            stream: Stream { room, turn: Turn(turn), participant, source, ssrc: 1 },
            codec: Codec::Opus,
            seq,
            timestamp: 0,
            marker: false,
            arrival: crate::some_instant(),
            payload: Vec::new(),
        })
    }

    #[test]
    fn what_is_missing_is_told_where_it_is_missing() {
        let mut outlet = Outlet::default();
        let kept = u64::try_from(WAITING_MAX).unwrap();
        (0..kept + 3).for_each(|seq| outlet.put(packet(room(1), 7, seq)));
        assert!(matches!(outlet.poll(), Some(Tapped::Packet(first)) if first.seq == 0));
        outlet.put(packet(room(1), 7, 9_999));
        let rest: Vec<_> = std::iter::from_fn(|| outlet.poll()).collect();
        let hole = Tapped::Missed { room: room(1), turn: Turn(7), packets: 3 };
        assert_eq!(rest.len(), WAITING_MAX + 1);
        assert_eq!(rest[WAITING_MAX - 1], hole, "between the last that fits and the next");
        assert!(matches!(&rest[WAITING_MAX], Tapped::Packet(last) if last.seq == 9_999));
        assert_eq!((outlet.missed(), outlet.poll()), (3, None));
    }

    #[test]
    fn what_nothing_comes_after_is_told_too() {
        let mut outlet = Outlet::default();
        (0..WAITING_MAX).for_each(|_| outlet.put(packet(room(1), 7, 0)));
        outlet.put(packet(room(2), 3, 0));
        let rest: Vec<_> = std::iter::from_fn(|| outlet.poll()).collect();
        let hole = Tapped::Missed { room: room(2), turn: Turn(3), packets: 1 };
        assert_eq!(rest.last(), Some(&hole));
    }

    proptest! {
        /// However it is filled and emptied: every packet comes out or is counted, once, in the
        /// order of its turn, and no more waits than may.
        #[test]
        fn every_packet_comes_out_or_is_counted(
            steps in proptest::collection::vec((0_u8..3, 0_u64..2, 0_usize..900, 0_usize..900), 1..40),
        ) {
            let mut outlet = Outlet::default();
            let (mut put, mut out) = (BTreeMap::new(), BTreeMap::new());
            let mut take = |outlet: &mut Outlet, most: usize| {
                for _ in 0..most {
                    let (turn, from, packets) = match outlet.poll() {
                        Some(Tapped::Packet(packet)) => {
                            ((packet.stream.room, packet.stream.turn), Some(packet.seq), 1)
                        }
                        Some(Tapped::Missed { room, turn, packets }) => ((room, turn), None, packets),
                        Some(Tapped::Report(_)) | None => return,
                    };
                    let next: &mut u64 = out.entry(turn).or_default();
                    assert!(from.is_none_or(|seq| seq == *next), "a hole that nobody told of");
                    *next += packets;
                }
            };
            for (number, turn, puts, takes) in steps {
                for _ in 0..puts {
                    let seq: &mut u64 = put.entry((room(number), Turn(turn))).or_default();
                    outlet.put(packet(room(number), turn, *seq));
                    *seq += 1;
                }
                assert!(outlet.waiting.len() <= WAITING_MAX + 2, "two turns of a room are told of");
                take(&mut outlet, takes);
            }
            take(&mut outlet, usize::MAX);
            put.retain(|_, packets| *packets > 0);
            prop_assert_eq!(put, out);
        }
    }
}
