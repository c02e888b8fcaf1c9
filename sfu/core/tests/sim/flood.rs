//! Hostile datagrams at full rate leave a visit undisturbed.

use crate::chance::Chance;
use crate::link::Line;
use crate::world::World;
use bedside_sfu_core::Datagram;
use std::net::SocketAddr;
use std::time::Duration;

/// Bytes of chance, some of them with a head that looks like STUN, DTLS or RTP.
fn junk(chance: &mut Chance) -> Vec<u8> {
    let length = chance.below(200);
    let mut bytes: Vec<u8> =
        (0..length).map(|_| u8::try_from(chance.next() & 0xff).unwrap()).collect();
    let heads: [&[u8]; 5] = [
        &[],
        &[0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42],
        &[22, 0xfe, 0xfd, 0, 0],
        &[0x90, 96, 0, 1],
        &[0x80, 200, 0, 6],
    ];
    let head = heads[chance.below(heads.len())];
    for (slot, byte) in bytes.iter_mut().zip(head) {
        *slot = *byte;
    }
    bytes
}

#[test]
fn a_flood_from_strangers_and_from_known_addresses_disturbs_nobody() {
    let mut world = World::new(1);
    world.admit((1, 1), Line::GOOD);
    world.admit((1, 2), Line::GOOD);
    world.check_against_model();
    let known: Vec<SocketAddr> = world.seat_by_person.values().map(|seat| seat.address).collect();
    let server = SocketAddr::from(([192, 0, 2, 1], 7882));
    let mut chance = Chance::new(7);
    let (before, flooded) = (world.shard.stats(), world.now);
    for round in 0..200_u16 {
        for _ in 0..100 {
            let stranger = SocketAddr::from(([198, 51, 100, 7], 1_000 + round));
            let forged = known[chance.below(known.len())];
            let source = if chance.permille(500) { stranger } else { forged };
            let payload = junk(&mut chance);
            let datagram = Datagram { source, destination: server, payload: &payload };
            world.shard.handle_datagram(world.now, datagram);
            world.drain_shard();
        }
        world.run(Duration::from_millis(10));
    }
    let pictures = world.received((1, 1), flooded);
    let pictures = pictures.iter().filter(|packet| packet.descriptor.is_some());
    let frames: std::collections::BTreeSet<u32> = pictures.map(|packet| packet.tag.frame).collect();
    assert!(frames.len() >= 35, "only {} pictures of 40 came through the flood", frames.len());
    let after = world.shard.stats();
    assert!(after.datagrams_unknown > before.datagrams_unknown + 5_000, "strangers are unknown");
    assert_eq!(after.participants, 2);
    world.check_against_model();
    assert_eq!(world.shard.stats().rooms_failed, 0);
}
