//! `bedside audit` beside a running server.

use super::process::{Server, bedside, said};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn verify(folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    let mut command = bedside();
    command.args(["audit", "verify", "--data-dir"]).arg(folder).args(more);
    let Output { status, stdout, stderr } = command.output().expect("the program can be started");
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

#[test]
fn a_log_is_verified_beside_the_server_and_a_wrong_one_ends_with_1() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(data.path());
    let bearer = format!("Authorization: Bearer {}", server.word("vk_"));
    let visits = format!("{}/v1/visits", server.address());
    assert!(said(Command::new("curl").args(["-sS", "-H", &bearer, &visits])).contains("data"));
    let (code, told) = verify(data.path(), &[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("nothing is wrong; not signed yet"), "{told}");
    let (code, told) = verify(data.path(), &["--tenant", "nobody"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("there is no tenant nobody"), "{told}");

    let key = said(bedside().args(["audit", "key", "--data-dir"]).arg(data.path()));
    assert!(key.starts_with(r#"{"kty":"OKP","crv":"Ed25519","#), "{key}");
    let file = data.path().join("elsewhere.jws");
    fs::write(&file, "\nnothing of ours\n").expect("the file can be written");
    let (code, told) = verify(data.path(), &["--checkpoint", &file.to_string_lossy()]);
    assert_eq!(code, Some(1));
    assert!(told.contains("elsewhere.jws:2: this is no checkpoint"), "{told}");

    // With another key file no row is as this installation would have written it.
    fs::remove_file(data.path().join("audit.key")).expect("the key is there");
    let (code, told) = verify(data.path(), &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("  row 1 was edited"), "{told}");
}
