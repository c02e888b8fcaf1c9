//! A connection from its offer to its keys, with a client that does one thing after the other.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it is about")]

use super::*;
use crate::some_instant;
use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Config, Dtls, Output};
use std::sync::Arc;
use stun::tests::check;

const OFFER: &str = include_str!("../shard/offer.sdp");

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], port))
}

struct Client {
    dtls: Dtls,
    peer: Peer,
    out: Outbox,
    now: Instant,
}

impl Client {
    fn new() -> Self {
        let now = some_instant();
        let certificate = generate_self_signed_certificate().unwrap();
        let theirs = OFFER.replace(
            "AB:08:72:7C:9E:51:64:16:47:E0:8A:72:1D:93:00:03:1C:43:F0:7D:5E:8A:A3:21:18:E0:BD:61:DD:EC:C3:15",
            &certificate.fingerprint_str(),
        );
        let config = Arc::new(Config::builder().build().unwrap());
        let mut dtls = Dtls::new_12(config, certificate, now);
        dtls.set_active(true);
        dtls.handle_timeout(now).unwrap();
        let (peer, _) = Peer::accept(now, &theirs, &[address(1)]).unwrap();
        Self { dtls, peer, out: Outbox::default(), now }
    }

    fn send(&mut self, from: u16, payload: &[u8]) {
        let datagram = Datagram { source: address(from), destination: address(1), payload };
        self.peer.handle_datagram(self.now, datagram, &mut self.out).unwrap();
    }

    fn check(&mut self, from: u16, chooses: bool) {
        let ours = self.peer.way.ours().clone();
        self.send(from, &check(&format!("{}:xl6O", ours.ufrag()), ours.password(), chooses));
    }

    /// Says what the handshake has to say.
    fn shake(&mut self, from: u16) {
        let mut room = [0; 2_048];
        let mut packets = Vec::new();
        loop {
            match self.dtls.poll_output(&mut room) {
                Output::Packet(packet) => packets.push(packet.to_vec()),
                Output::Timeout(_) => break,
                _ => {}
            }
        }
        packets.iter().for_each(|packet| self.send(from, packet));
    }

    /// What comes back: answers to checks, and parts of the handshake, by where they went.
    fn received(&mut self) -> (usize, Vec<u16>) {
        let (mut answers, mut ports) = (0, Vec::new());
        while let Some(transmit) = self.out.transmits.pop_front() {
            match kind(&transmit.payload) {
                Datagrams::Stun => answers += 1,
                Datagrams::Dtls => {
                    self.dtls.handle_packet(&transmit.payload).unwrap();
                    ports.push(transmit.destination.port());
                }
                other @ (Datagrams::Rtp | Datagrams::Rtcp | Datagrams::Unknown) => {
                    panic!("{other:?} leaves")
                }
            }
        }
        ports.dedup();
        (answers, ports)
    }
}

#[test]
fn a_handshake_waits_for_a_way_and_takes_the_one_chosen() {
    let mut client = Client::new();
    client.check(2, false);
    client.shake(2);
    assert_eq!(client.received(), (1, vec![]), "no way is chosen");
    client.check(3, true);
    assert_eq!(client.received(), (1, vec![3]), "what waited goes there");
    client.shake(3);
    assert_eq!(client.received(), (0, vec![3]));
    let events: Vec<_> = client.out.events.drain(..).collect();
    assert!(matches!(events[..], [PeerEvent::Connected(_)]), "{events:?}");
    assert!(client.peer.deadline() > client.now);
}

#[test]
fn nobody_shakes_hands_who_has_not_shown_where_they_are() {
    let mut client = Client::new();
    client.check(2, true);
    client.received();
    client.shake(4);
    assert_eq!(client.received(), (0, vec![]));
}

#[test]
fn what_waits_comes_to_an_end() {
    let mut client = Client::new();
    client.check(2, false);
    client.shake(2);
    for _ in 0..100 {
        client.now = client.peer.deadline().max(client.now);
        if client.peer.handle_timeout(client.now, &mut client.out).is_err() {
            break;
        }
    }
    assert!((1..=WAITING_MAX).contains(&client.peer.waiting.len()));
}
