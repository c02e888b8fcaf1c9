//! The media plane as it runs: threads, real sockets, two shards that never meet.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at what is wrong")]

use bedside_config::Media;
use bedside_sfu::{Running, start};
use bedside_sfu_api::{
    Circle, Command, ConnectionId, Event, Grant, ParticipantId, Precedence, RoomId, ShardStats,
    Sources,
};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use uuid::Uuid;

/// A browser's offer, as the core's own tests use it.
const OFFER: &str = include_str!("../core/src/shard/offer.sdp");

fn plane() -> Running {
    let addresses = vec![Ipv4Addr::LOCALHOST.into()];
    start(&Media { port: 0, shards: 2, pin: false, addresses, announce: Vec::new() }).unwrap()
}

fn admit(room: u64) -> Command {
    Command::Admit {
        room: RoomId(Uuid::from_u64_pair(7, room)),
        participant: ParticipantId(Uuid::from_u128(1)),
        connection: ConnectionId(1),
        grant: Grant {
            publish: Sources::ALL,
            hear: true,
            see: true,
            precedence: Precedence::default(),
        },
        circle: Circle::MAIN,
        sources: Sources::ALL,
        offer: OFFER.to_owned(),
    }
}

/// Where an answer says to send, and the user fragment to send with.
fn door(answer: &str) -> (SocketAddr, String) {
    let value = |prefix| answer.lines().find_map(|line| line.strip_prefix(prefix));
    let candidate: Vec<&str> = value("a=candidate:").unwrap().split(' ').collect();
    let address = SocketAddr::new(candidate[4].parse().unwrap(), candidate[5].parse().unwrap());
    (address, value("a=ice-ufrag:").unwrap().to_owned())
}

fn answer(running: &mut Running) -> String {
    loop {
        if let Event::Admitted { answer, .. } = running.events.blocking_recv().unwrap() {
            return answer;
        }
    }
}

/// The next counts of one shard that satisfy a condition.
fn stats(running: &mut Running, shard: u16, until: impl Fn(&ShardStats) -> bool) -> ShardStats {
    loop {
        if let Event::Stats(stats) = running.events.blocking_recv().unwrap()
            && stats.shard == shard
            && until(&stats)
        {
            return stats;
        }
    }
}

/// A STUN binding request that names a connection (RFC 8489).
fn binding_request(ufrag: &str) -> Vec<u8> {
    let username = format!("{ufrag}:them");
    let length = u16::try_from(username.len()).unwrap();
    let padded = username.len().next_multiple_of(4);
    let mut message = vec![0, 1];
    message.extend(u16::try_from(4 + padded).unwrap().to_be_bytes());
    message.extend([0x21, 0x12, 0xa4, 0x42]);
    message.extend([5; 12]);
    message.extend([0, 6]);
    message.extend(length.to_be_bytes());
    message.extend(username.as_bytes());
    message.resize(20 + 4 + padded, 0);
    message
}

#[test]
fn two_visits_on_two_shards_have_doors_of_their_own() {
    let mut running = plane();
    let mut doors = Vec::new();
    for room in [0, 1] {
        running.commands.blocking_send(admit(room)).unwrap();
        let answer = answer(&mut running);
        doors.push(door(&answer));
    }
    assert_ne!(doors[0].0, doors[1].0, "each shard has its own port");
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.send_to(&binding_request(&doors[0].1), doors[0].0).unwrap();
    let home = stats(&mut running, 0, |stats| stats.datagrams_in > 0);
    assert_eq!(home.datagrams_unknown, 0, "its own shard knows the name");
    socket.send_to(&binding_request(&doors[0].1), doors[1].0).unwrap();
    let other = stats(&mut running, 1, |stats| stats.datagrams_in > 0);
    assert_eq!(other.datagrams_unknown, 1, "the other shard does not");
    running.threads.stop();
}

#[test]
fn visits_that_come_at_once_are_spread_over_the_shards() {
    let mut running = plane();
    // Whatever their ids are: a visit goes where the fewest people are.
    for room in [2, 4, 6, 8] {
        running.commands.blocking_send(admit(room)).unwrap();
        answer(&mut running);
    }
    for shard in [0, 1] {
        assert_eq!(stats(&mut running, shard, |stats| stats.participants > 0).participants, 2);
    }
    running.threads.stop();
}

#[test]
fn stopping_ends_the_threads_and_closes_the_queues() {
    let Running { commands, mut events, threads, .. } = plane();
    commands.blocking_send(admit(0)).unwrap();
    threads.stop();
    drop(commands);
    while let Some(event) = events.blocking_recv() {
        assert!(!matches!(event, Event::RoomFailed { .. }));
    }
}

/// What is taken off or put on a thread's claim to a core, field 19 of its line in `/proc`.
fn nice_of(name: &str) -> i32 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let stats = tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("stat")));
    let named = |stat: &String| stat.contains(&format!("({name})"));
    let stat = stats.filter_map(Result::ok).find(named).unwrap();
    let (_, behind) = stat.rsplit_once(") ").unwrap();
    behind.split(' ').nth(16).unwrap().parse().unwrap()
}

#[test]
fn media_goes_before_other_work_where_that_is_permitted() {
    let inherited = rustix::process::getpriority_process(None).unwrap();
    let wanted = inherited.min(-10);
    let ask = move || rustix::process::setpriority_process(None, wanted).is_ok();
    let permitted = std::thread::spawn(ask).join().unwrap();
    let mut running = plane();
    // Whoever counts has begun.
    stats(&mut running, 0, |_| true);
    assert_eq!(nice_of("media-0"), if permitted { wanted } else { inherited });
    assert_eq!(nice_of("media-router"), inherited);
    running.threads.stop();
}
