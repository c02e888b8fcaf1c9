//! A recording fetched over HTTP: sealed as it is, checked as it comes, gone on with after a break.

use super::super::process::bedside;
use super::recorded::record;
use super::{names, told};
use bedside_config::SealingSuite;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

const KEY: &str = "bds_a-key";

/// Answers as the API does, from a folder; each object is refused once first, as a server that
/// starts anew does. Says where it is.
fn server(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let mut refused = BTreeSet::new();
        for stream in listener.incoming() {
            answer(stream.expect("a connection"), &folder, &mut refused);
        }
    });
    format!("http://{address}")
}

fn answer(mut stream: TcpStream, folder: &Path, refused: &mut BTreeSet<String>) {
    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
    let asked = lines.next().expect("a request").expect("text");
    let headers: Vec<String> =
        lines.map(|line| line.expect("text")).take_while(|line| !line.is_empty()).collect();
    let path = asked.split(' ').nth(1).expect("a path").to_owned();
    let prefix = format!("/v1/recordings/{}/objects/", id(folder));
    let is_known = headers.iter().any(|line| line.ends_with(&format!("Bearer {KEY}")));
    let body = path.strip_prefix(&prefix).and_then(|name| fs::read(folder.join(name)).ok());
    let (status, body) = match body {
        _ if !is_known => ("401 Unauthorized", br#"{"title":"This key opens nothing"}"#.to_vec()),
        None => ("404 Not Found", b"{}".to_vec()),
        Some(_) if refused.len() < 2 && refused.insert(path) => ("503 Away", b"{}".to_vec()),
        Some(body) => ("200 OK", body),
    };
    let len = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {len}\r\nconnection: close\r\n\r\n");
    stream.write_all(&[head.as_bytes(), &body].concat()).expect("it is read");
}

fn id(folder: &Path) -> String {
    folder.file_name().and_then(|name| name.to_str()).expect("an id").to_owned()
}

fn fetch(url: &str, key: &Path, out: &Path, id: &str) -> Command {
    let mut command = bedside();
    command.args(["recording", "fetch", "--url", url, "--key-file"]).arg(key);
    command.arg("--out").arg(out).arg(id);
    command
}

#[test]
fn a_recording_is_fetched_as_it_is_and_gone_on_with_after_a_break() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let recorded = record(root.path(), SealingSuite::Age, true);
    let (url, id) = (server(recorded.folder.clone()), id(&recorded.folder));
    let (key, out) = (root.path().join("api.key"), root.path().join("fetched"));
    fs::write(&key, format!("{KEY}\n")).expect("the folder can be written");
    let (done, said) = told(&mut fetch(&url, &key, &out, &id));
    assert!(done, "{said}");
    let (fetched, there) = (out.join(&id), &recorded.folder);
    assert!(names(&fetched).contains(&"key.age".to_owned()));
    for name in names(&fetched) {
        assert_eq!(fs::read(fetched.join(&name)).ok(), fs::read(there.join(&name)).ok(), "{name}");
    }
    // One is gone, one is not what it was: both come again, the others do not.
    fs::remove_file(fetched.join("00000-000001.age")).expect("a part");
    fs::write(fetched.join("00000-000002.age"), "torn").expect("a part");
    let (done, said) = told(&mut fetch(&url, &key, &out, &id));
    assert!(done && said.contains(": 2 objects fetched"), "{said}");
    let film = root.path().join("visit.mp4");
    let mut command = bedside();
    command.args(["recording", "compose", "--identity"]).arg(&recorded.keys[1]);
    let (done, said) = told(command.arg(&fetched).arg("--out").arg(&film));
    assert!(done && film.is_file(), "{said}");
}

#[test]
fn what_the_server_has_not_or_does_not_give_is_told() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let recorded = record(root.path(), SealingSuite::Age, false);
    fs::remove_file(recorded.folder.join("00000-000001.age")).expect("a part");
    fs::write(recorded.folder.join("00000-000002.age"), "swapped").expect("a part");
    let (url, id) = (server(recorded.folder.clone()), id(&recorded.folder));
    let (key, out) = (root.path().join("api.key"), root.path().join("fetched"));
    fs::write(&key, "another").expect("the folder can be written");
    let (done, said) = told(&mut fetch(&url, &key, &out, &id));
    assert!(!done && said.contains("This key opens nothing"), "{said}");
    fs::write(&key, KEY).expect("the folder can be written");
    let (done, said) = told(&mut fetch(&url, &key, &out, "0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b"));
    assert!(!done && said.contains("has no recording"), "{said}");
    let (done, said) = told(&mut fetch(&url, &key, &out, &id));
    assert!(!done, "{said}");
    for sentence in [
        "00000-000001.age is not on the server any more",
        "00000-000002.age is not what the manifest says",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
    assert!(!out.join(&id).join("00000-000002.age").exists(), "what is wrong is not kept");
    let (done, said) = told(&mut fetch("http://visits.example.org", &key, &out, &id));
    assert!(!done && said.contains("not encrypted"), "{said}");
}
