//! Sends and receives over real sockets of the loopback, both families.

use super::*;
use std::net::IpAddr;

fn pair(ip: &str) -> (Socket, Socket) {
    let ip: IpAddr = ip.parse().unwrap();
    let local = Local { local: ip, announced: ip };
    let mut sockets = bind(&[local], 0).unwrap();
    let other = bind(&[local], 0).unwrap().remove(0);
    (sockets.remove(0), other)
}

fn receive_all(
    arriving: &mut Arriving,
    socket: &Socket,
    count: usize,
) -> Vec<(SocketAddr, Vec<u8>)> {
    let mut got = Vec::new();
    while got.len() < count {
        let mut fds = [nix::poll::PollFd::new(
            std::os::fd::AsFd::as_fd(&socket.socket),
            nix::poll::PollFlags::POLLIN,
        )];
        assert_eq!(
            nix::poll::poll(&mut fds, 5_000_u16),
            Ok(1),
            "datagrams are missing: {}",
            got.len()
        );
        arriving.receive(socket, |source, payload| got.push((source, payload.to_vec())));
    }
    got
}

#[test]
fn trains_and_singles_arrive_whole_and_in_order() {
    // One thread serves both families with the same buffers.
    let (mut arriving, mut leaving) = (Arriving::new(), Leaving::new());
    for ip in ["127.0.0.1", "::1", "127.0.0.1", "::1"] {
        let (from, to) = pair(ip);
        let lengths = [1_200, 1_200, 1_200, 700, 90, 1_000, 1_000, 3];
        let transmits: Vec<Transmit> = (0_u8..)
            .zip(lengths)
            .map(|(mark, length)| Transmit {
                source: from.announced,
                destination: to.announced,
                payload: vec![mark; length].into(),
            })
            .collect();
        let expected: Vec<_> = transmits.iter().map(|t| t.payload.clone()).collect();
        assert_eq!(leaving.send(&from, &transmits), 0);
        let got = receive_all(&mut arriving, &to, expected.len());
        assert!(got.iter().all(|(source, _)| *source == from.announced));
        assert_eq!(got.into_iter().map(|(_, payload)| payload).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn more_than_a_batch_goes_through_and_a_bad_address_holds_nobody_up() {
    let (from, to) = pair("127.0.0.1");
    let (mut arriving, mut leaving) = (Arriving::new(), Leaving::new());
    let mut transmits: Vec<Transmit> = (0..100_usize)
        .map(|n| Transmit {
            source: from.announced,
            destination: to.announced,
            payload: vec![7; 100 + n].into(),
        })
        .collect();
    // An IPv4 socket cannot reach an IPv6 address.
    transmits.insert(
        50,
        Transmit { destination: "[2001:db8::1]:9".parse().unwrap(), ..transmits[0].clone() },
    );
    assert_eq!(leaving.send(&from, &transmits), 1);
    assert_eq!(receive_all(&mut arriving, &to, 100).len(), 100);
}

#[test]
fn a_port_in_use_is_named() {
    let (from, _) = pair("127.0.0.1");
    let ip = from.announced.ip();
    let fault = bind(&[Local { local: ip, announced: ip }], from.announced.port()).unwrap_err();
    assert!(fault.to_string().contains(&from.announced.to_string()), "{fault}");
}
