//! Handshakes with clients that are who they say, and with others.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it is about")]

use super::*;

fn client(now: Instant, certificate: DtlsCertificate) -> Dtls {
    let config = Config::builder().build().unwrap();
    let mut client = Dtls::new_12(Arc::new(config), certificate, now);
    client.set_active(true);
    client.handle_timeout(now).unwrap();
    client
}

/// What a client has to say.
fn said(client: &mut Dtls) -> (Vec<Vec<u8>>, bool) {
    let (mut said, mut done) = (Vec::new(), false);
    let mut room = [0; 8_192];
    loop {
        match client.poll_output(&mut room) {
            Output::Packet(packet) => said.push(packet.to_vec()),
            Output::Connected => done = true,
            Output::Timeout(_) => return (said, done),
            _ => {}
        }
    }
}

/// Lets the two talk until neither says anything. What ours told, and whether the client is done.
fn talk(
    now: Instant,
    ours: &mut Handshake,
    client: &mut Dtls,
) -> Result<(Vec<Told>, bool), HandshakeFault> {
    let (mut told, mut done) = (Vec::new(), false);
    loop {
        let (from_client, is_done) = said(client);
        done |= is_done;
        for datagram in &from_client {
            assert!(datagram.len() <= TOLD_BYTES);
            ours.handle_datagram(now, datagram)?;
        }
        let mut quiet = from_client.is_empty();
        while let Some(next) = ours.poll()? {
            match next {
                Told::Datagram(datagram) => {
                    assert!(datagram.len() <= DATAGRAM_BYTES);
                    let _ = client.handle_packet(&datagram);
                    quiet = false;
                }
                next @ (Told::Agreed(_) | Told::Closed) => told.push(next),
            }
        }
        if quiet {
            return Ok((told, done));
        }
    }
}

#[test]
fn keys_are_told_once_and_so_is_a_goodbye() {
    let now = crate::some_instant();
    let certificate = generate_self_signed_certificate().unwrap();
    let theirs = Fingerprint::of(&certificate.certificate).unwrap();
    let (mut ours, mut client) = (Handshake::new(now, theirs), client(now, certificate));
    let (told, done) = talk(now, &mut ours, &mut client).unwrap();
    assert!(matches!(told[..], [Told::Agreed(_)]) && done, "{told:?}");
    client.close().unwrap();
    let (told, _) = talk(now, &mut ours, &mut client).unwrap();
    assert!(matches!(told[..], [Told::Closed]), "{told:?}");
}

#[test]
fn we_say_goodbye() {
    let now = crate::some_instant();
    let certificate = generate_self_signed_certificate().unwrap();
    let theirs = Fingerprint::of(&certificate.certificate).unwrap();
    let (mut ours, mut client) = (Handshake::new(now, theirs), client(now, certificate));
    talk(now, &mut ours, &mut client).unwrap();
    ours.close();
    assert!(matches!(ours.poll(), Ok(Some(Told::Datagram(_)))));
}

#[test]
fn a_client_with_another_certificate_gets_no_keys() {
    let now = crate::some_instant();
    let [offered, shown] = [0, 1].map(|_| generate_self_signed_certificate().unwrap());
    let theirs = Fingerprint::of(&offered.certificate).unwrap();
    let (mut ours, mut client) = (Handshake::new(now, theirs), client(now, shown));
    let told = talk(now, &mut ours, &mut client);
    assert!(matches!(told, Err(HandshakeFault::Stranger)), "{told:?}");
}

#[test]
fn a_certificate_beyond_measure_ends_its_own_handshake() {
    let now = crate::some_instant();
    let mut certificate = generate_self_signed_certificate().unwrap();
    certificate.certificate.resize(TOLD_BYTES + 1, 0);
    let theirs = Fingerprint::of(&certificate.certificate).unwrap();
    let (mut ours, mut client) = (Handshake::new(now, theirs), client(now, certificate));
    let told = talk(now, &mut ours, &mut client);
    assert!(matches!(told, Err(HandshakeFault::Broke | HandshakeFault::Failed(_))), "{told:?}");
}

#[test]
fn bytes_that_mean_nothing_are_left_out() {
    let now = crate::some_instant();
    let certificate = generate_self_signed_certificate().unwrap();
    let theirs = Fingerprint::of(&certificate.certificate).unwrap();
    let (mut ours, mut client) = (Handshake::new(now, theirs), client(now, certificate));
    for datagram in [&[][..], &[22], &[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 1], &[20; 60]]
    {
        ours.handle_datagram(now, datagram).unwrap();
    }
    let (told, done) = talk(now, &mut ours, &mut client).unwrap();
    assert!(matches!(told[..], [Told::Agreed(_)]) && done, "{told:?}");
}

#[test]
fn a_fingerprint_is_written_as_it_is_read() {
    let text = format!("sha-256 {}", ["0A", "FF"].repeat(16).join(":"));
    assert_eq!(Fingerprint::read(&text).unwrap().to_string(), text);
    assert_eq!(Fingerprint::read(&text.to_lowercase()).unwrap().to_string(), text);
    for other in [
        text.replace("sha-256", "sha-1"),
        text.replace("0A", "0"),
        text.replace("0A", "+A"),
        text.clone() + ":00",
        text[..90].to_owned(),
        String::new(),
    ] {
        assert_eq!(Fingerprint::read(&other), None, "{other}");
    }
}
