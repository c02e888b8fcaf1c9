//! Each check, on a machine made well and made ill.

use super::super::Standing;
use super::{clock, data_dir, media_addresses, media_ports, public_url, tcp};
use bedside_config::{Announce, Http, Media};
use std::fs::{self, Permissions};
use std::net::{IpAddr, TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn a_folder_has_to_be_ours_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("data");
    assert_eq!(data_dir(&path).standing, Standing::Well, "it can be made");
    assert!(!path.exists(), "looking makes nothing");
    fs::create_dir(&path).expect("the folder can be made");
    fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("ours");
    assert_eq!(data_dir(&path).standing, Standing::Well);
    fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("ours");
    assert!(data_dir(&path).text.contains("chmod 700"));
    fs::write(path.join("file"), "").expect("a file can be written");
    assert_eq!(data_dir(&path.join("file")).standing, Standing::Ill);
    assert_eq!(data_dir(&path.join("file/data")).standing, Standing::Ill);
}

#[test]
fn a_taken_port_is_told_with_the_flag_that_chooses_another() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    assert!(tcp("API", address, "--http").text.contains("--http"));
    drop(listener);
    assert_eq!(tcp("API", address, "--http").standing, Standing::Well);

    let socket = UdpSocket::bind("0.0.0.0:0").expect("a free port");
    let port = socket.local_addr().expect("it is bound").port();
    let media = Media { port, shards: 1, ..Media::default() };
    assert!(media_ports(&media).text.contains(&format!("UDP port {port} is not free")));
    drop(socket);
    assert_eq!(media_ports(&media).standing, Standing::Well);
}

#[test]
fn pages_want_https_or_this_machine() {
    let told =
        |url: &str| public_url(&Http { public_url: url.to_owned(), ..Http::default() }).standing;
    assert_eq!(told(""), Standing::Well);
    assert_eq!(told("http://localhost:8080"), Standing::Well);
    assert_eq!(told("https://visits.example.org"), Standing::Well);
    assert_eq!(told("http://visits.example.org"), Standing::Ill);
    assert_eq!(told("http://10.0.0.5:8080"), Standing::Ill);
}

#[test]
fn media_wants_an_address_people_can_reach() {
    let here = ip("127.0.0.1");
    let mut media = Media { addresses: vec![here], ..Media::default() };
    assert_eq!(media_addresses(&media).standing, Standing::Perhaps);
    media.announce = vec![Announce { local: here, public: ip("203.0.113.7") }];
    assert_eq!(media_addresses(&media).text, "media: people reach 203.0.113.7");
    // Reserved for documents, so no machine has it.
    media.addresses = vec![ip("198.51.100.77")];
    assert_eq!(media_addresses(&media).standing, Standing::Ill, "what is announced is not local");
    media.announce = Vec::new();
    assert!(
        media_addresses(&media).text.contains("198.51.100.77 is not an address of this machine")
    );
}

#[test]
fn a_clock_before_this_program_is_wrong() {
    let at = |text: &str| clock(text.parse().expect("a time")).standing;
    assert_eq!(at("1970-01-01T00:00:03Z"), Standing::Ill);
    assert_eq!(at("2026-06-01T00:00:00Z"), Standing::Well);
}
