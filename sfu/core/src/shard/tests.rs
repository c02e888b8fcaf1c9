//! Proves the shard's doors with a real browser's offer: limits, hostile offers, a broken room.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for the event it is about")]

use super::*;
use crate::mangle::mangled;
use bedside_sfu_api::{Circle, Grant, IceCredentials, Precedence, Sources};
use proptest::prelude::*;
use uuid::Uuid;

/// Chromium's: microphone, camera in three layers, screen, three audio and four video slots.
const OFFER: &str = include_str!("offer.sdp");

fn shard() -> Shard {
    let announced = vec![SocketAddr::from(([192, 0, 2, 1], 7882))];
    Shard::new(
        crate::some_instant(),
        ShardConfig { shard: 0, announced, participants_max: SHARD_PARTICIPANTS_MAX },
    )
}

fn admit(room: u128, participant: u128, offer: &str) -> Command {
    Command::Admit {
        room: RoomId(Uuid::from_u128(room)),
        participant: ParticipantId(Uuid::from_u128(participant)),
        connection: ConnectionId(1),
        grant: Grant {
            publish: Sources::ALL,
            hear: true,
            see: true,
            precedence: Precedence::default(),
        },
        circle: Circle::MAIN,
        sources: Sources::ALL,
        offer: offer.to_owned(),
    }
}

fn restart(room: u128, participant: u128, connection: u64, ufrag: &str) -> Command {
    Command::RestartIce {
        room: RoomId(Uuid::from_u128(room)),
        participant: ParticipantId(Uuid::from_u128(participant)),
        connection: ConnectionId(connection),
        theirs: IceCredentials::new(ufrag.to_owned(), "theirs".repeat(4)).unwrap(),
    }
}

fn events(shard: &mut Shard) -> Vec<Event> {
    std::iter::from_fn(|| shard.poll_event()).collect()
}

fn refusals(shard: &mut Shard) -> Vec<MediaRefusal> {
    let refusals = events(shard).into_iter().filter_map(|event| match event {
        Event::Refused { refusal, .. } => Some(refusal),
        _ => None,
    });
    refusals.collect()
}

#[test]
fn a_browsers_offer_is_answered_as_decided() {
    let mut shard = shard();
    shard.handle_command(crate::some_instant(), admit(1, 1, OFFER));
    let events = events(&mut shard);
    let Some(Event::Admitted { answer, .. }) = events.first() else { panic!("{events:?}") };
    for line in [
        "a=ice-lite",
        "a=setup:passive",
        "192.0.2.1 7882 typ host",
        "a=simulcast:recv q;h;f",
        "usedtx=1",
        "useinbandfec=1",
        "VP8/90000",
        "H264/90000",
        "a=rtcp-fb:96 nack pli",
        "a=rtpmap:97 rtx/90000",
    ] {
        assert!(answer.contains(line), "{line} is missing in\n{answer}");
    }
    assert!(!answer.contains("VP9") && !answer.contains("G722"));
    let seats = answer.lines().filter(|line| line.starts_with("a=msid:seat-0 ")).count();
    assert_eq!(seats, 2, "a voice and a face in one stream");
    let vp8 = answer.find("VP8/90000").unwrap();
    assert!(vp8 < answer.find("H264/90000").unwrap(), "H.264 is the second choice");
}

#[test]
fn the_other_persons_tracks_get_slots_of_their_kind() {
    let mut shard = shard();
    shard.handle_command(crate::some_instant(), admit(1, 1, OFFER));
    shard.handle_command(crate::some_instant(), admit(1, 2, OFFER));
    let bound: Vec<_> = events(&mut shard)
        .into_iter()
        .filter_map(|event| match event {
            Event::Slots { participant, slots, .. } => Some((participant, slots)),
            _ => None,
        })
        .collect();
    assert_eq!(bound.len(), 2);
    for (viewer, slots) in bound {
        assert_eq!(slots.len(), 7);
        let plays: Vec<_> = slots.iter().filter_map(|slot| slot.bound).collect();
        assert_eq!(plays.len(), 3);
        assert!(plays.iter().all(|(publisher, _)| *publisher != viewer));
    }
}

#[test]
fn a_room_holds_so_many_and_no_more() {
    let mut shard = shard();
    let people = u128::try_from(crate::room::PARTICIPANTS_MAX).unwrap();
    for participant in 0..=people {
        shard.handle_command(crate::some_instant(), admit(1, participant, OFFER));
    }
    assert_eq!(refusals(&mut shard), [MediaRefusal::RoomFull]);
    shard.handle_command(crate::some_instant(), admit(1, 0, OFFER));
    assert_eq!(refusals(&mut shard), [], "coming back needs no new place");
    assert_eq!(shard.participants(), crate::room::PARTICIPANTS_MAX);
}

#[test]
fn a_shard_holds_so_many_and_no_more() {
    let mut shard = shard();
    shard.config.participants_max = 3;
    for room in 0..4 {
        shard.handle_command(crate::some_instant(), admit(room, 1, OFFER));
    }
    assert_eq!(refusals(&mut shard), [MediaRefusal::ServerFull]);
    assert_eq!((shard.participants(), shard.stats().rooms), (3, 3));
    shard.handle_command(crate::some_instant(), admit(0, 1, OFFER));
    assert_eq!(refusals(&mut shard), [], "coming back needs no new place");
}

#[test]
fn a_broken_room_ends_alone() {
    let mut shard = shard();
    let start = crate::some_instant();
    shard.handle_command(start, admit(1, 1, OFFER));
    shard.handle_command(start, admit(2, 1, OFFER));
    events(&mut shard);
    let broken = RoomId(Uuid::from_u128(1));
    shard.break_room(broken);
    shard.handle_timeout(start + Duration::from_millis(200));
    let failed = Event::RoomFailed { room: broken };
    assert_eq!(events(&mut shard), [failed]);
    assert_eq!((shard.stats().rooms, shard.stats().rooms_failed), (1, 1));
    shard.handle_command(start, admit(1, 1, OFFER));
    assert!(matches!(events(&mut shard).first(), Some(Event::Admitted { .. })), "it opens again");
}

#[test]
fn an_offer_that_is_none_is_refused_and_the_room_is_not_kept() {
    let mut shard = shard();
    let too_long = format!("{OFFER}{}", "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(64));
    for offer in
        ["", "v=0", "hello", "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", &too_long]
    {
        shard.handle_command(crate::some_instant(), admit(1, 1, offer));
        assert_eq!(refusals(&mut shard), [MediaRefusal::BadOffer]);
    }
    assert_eq!(shard.stats().rooms, 0);
}

#[test]
fn another_way_is_looked_for_on_the_connection_there_is_and_no_other() {
    let mut shard = shard();
    shard.handle_command(crate::some_instant(), admit(1, 1, OFFER));
    events(&mut shard);
    for (room, participant, connection) in [(2, 1, 1), (1, 2, 1), (1, 1, 2)] {
        let other = restart(room, participant, connection, "lost");
        shard.handle_command(crate::some_instant(), other);
        assert_eq!(events(&mut shard), []);
    }
    let mut ufrags = Vec::new();
    for ufrag in ["once", "twice"] {
        shard.handle_command(crate::some_instant(), restart(1, 1, 1, ufrag));
        let events = events(&mut shard);
        let [Event::IceRestarted { theirs, ours, connection, .. }] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!((theirs.ufrag(), *connection), (ufrag, ConnectionId(1)));
        ufrags.push(ours.ufrag().to_owned());
    }
    assert_ne!(ufrags[0], ufrags[1]);
    assert_eq!((shard.participants(), shard.stats().rooms), (1, 1));
}

#[test]
fn a_bad_offer_leaves_the_connection_one_has() {
    let mut shard = shard();
    shard.handle_command(crate::some_instant(), admit(1, 1, OFFER));
    shard.handle_command(crate::some_instant(), admit(1, 1, "v=0"));
    assert_eq!(refusals(&mut shard), [MediaRefusal::BadOffer]);
    assert_eq!(shard.participants(), 1);
}

#[test]
fn an_offer_that_breaks_the_library_is_a_bad_offer_and_nothing_else() {
    let mut shard = shard();
    shard.handle_command(crate::some_instant(), admit(1, 1, OFFER));
    events(&mut shard);
    // One payload type for two codecs, where the library takes it for locked.
    let head: String = OFFER.split_inclusive("m=").take(1).collect();
    let section = |kind, rtpmap: &str| {
        format!(
            "{kind} 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\n\
             a=ice-pwd:w1aebgL2jUZoyNuPd+aMrrnL\r\na=fingerprint:sha-256 {}\r\na=setup:actpass\r\n\
             a=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 {rtpmap}\r\n",
            ["AB"; 32].join(":"),
        )
    };
    let head = head.trim_end_matches("m=").replace("0 1 2 3 4 5 6 7 8 9", "0 1");
    let offer = format!(
        "{head}m={}a=mid:0\r\nm={}a=mid:1\r\n",
        section("audio", "opus/48000/2"),
        section("video", "VP8/90000"),
    );
    shard.handle_command(crate::some_instant(), admit(1, 2, &offer));
    assert_eq!(refusals(&mut shard), [MediaRefusal::BadOffer]);
    assert_eq!((shard.participants(), shard.stats().rooms_failed), (1, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A real offer with lines dropped, doubled, cut or overwritten: an answer or a refusal,
    /// never the end of the room.
    #[test]
    fn hostile_offers_are_answered_or_refused(offer in mangled(OFFER)) {
        let mut shard = shard();
        shard.handle_command(crate::some_instant(), admit(1, 1, &offer));
        let events = events(&mut shard);
        prop_assert!(
            matches!(events.first(), Some(Event::Admitted { .. } | Event::Refused { .. })),
            "{events:?}"
        );
        // Whoever was answered may look for another way, as often as they like.
        for ufrag in ["once", "twice"] {
            shard.handle_command(crate::some_instant(), restart(1, 1, 1, ufrag));
        }
        prop_assert_eq!(shard.stats().rooms_failed, 0);
    }
}
