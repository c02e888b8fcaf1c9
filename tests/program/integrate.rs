//! The page for whoever connects a scheduling system, run as it is written.

use super::process::{Server, said, serve_to_try};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// The shell blocks of the page, one after another.
fn commands() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/integrate.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let blocks: Vec<&str> = page
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split_once("\n```").expect("a block has an end").0)
        .collect();
    assert!(blocks.len() >= 7, "{blocks:?}");
    blocks.join("\n")
}

/// A port that nobody listens on at the moment.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

/// As written, but for the address, the key and the receiver's port.
#[test]
fn the_page_runs_as_written() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let desk = tempfile::tempdir().expect("a temporary folder");
    let mut command = serve_to_try(data.path());
    let server =
        Server::spawn(command.env("BEDSIDE__OUTWARD__ALLOW", "127.0.0.1"), super::process::READY);
    let commands = commands();
    let placed = commands
        .replace("vk_…", &server.word("vk_"))
        .replace("http://127.0.0.1:8080", &server.address())
        .replace("RECEIVER_PORT=9000", &format!("RECEIVER_PORT={}", free_port()));
    assert!(!placed.contains("8080") && !placed.contains("9000"), "{placed}");
    let told =
        said(Command::new("bash").args(["-euo", "pipefail", "-c", &placed]).current_dir(&desk));
    for expected in [
        "patient: http",
        "\"2030-02-01T10:00:00Z\"",
        "scheduled 4711",
        "\"visit.rescheduled\"",
        "\"visit.cancelled\"",
        "delivered",
        "Dr. Okoye: http",
        "cancelled",
    ] {
        assert!(told.contains(expected), "{expected} is not in\n{told}");
    }
}
