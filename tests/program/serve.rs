//! `serve --dev`, from the first line to the exit code.

use super::process::{Server, bedside, said};
use nix::sys::signal::Signal;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// The roles a developer gets a link for.
const ROLES: [&str; 5] = ["patient", "family", "clinician", "pharmacist", "interpreter"];

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Status and body of a request with a key.
fn ask(server: &Server, key: &str, path: &str) -> String {
    said(
        Command::new("curl")
            .args(["-sS", "-w", "\n%{http_code}", "-H", &format!("Authorization: Bearer {key}")])
            .arg(format!("{}{path}", server.address())),
    )
}

#[test]
fn a_start_prints_all_a_developer_needs_and_a_signal_ends_it_well() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let data = folder();
        let mut server = Server::start(&data.path().join("data"));
        for role in ROLES {
            let line = server.printed.lines().find(|line| line.contains(role));
            assert!(line.is_some_and(|line| line.contains("/j#")), "{role}: {}", server.printed);
        }
        assert!(server.printed.contains("vk_"), "{}", server.printed);
        assert!(said(Command::new("curl").args(["-sSL", &server.word("/docs")])).contains("html"));
        let metrics = said(Command::new("curl").args(["-sS", &server.word("/metrics")]));
        assert!(metrics.contains("# TYPE"), "{metrics}");
        let mode = fs::metadata(data.path().join("data")).expect("it was made").permissions();
        assert_eq!(mode.mode() & 0o777, 0o700);

        let (status, log) = server.stop(signal);
        assert_eq!(status.code(), Some(0), "{log}");
    }
}

#[test]
fn no_secret_and_no_name_is_in_the_log() {
    let data = folder();
    let mut server = Server::start(data.path());
    let key = server.word("vk_");
    assert!(ask(&server, &key, "/v1/visits").ends_with("\n200"));
    let link = server.word("/j#");
    let page = said(Command::new("curl").args(["-sS", &link]));
    assert!(page.contains("<html"), "{page}");
    let secret = link.rsplit('.').next().expect("a link ends in its secret").to_owned();
    let key_secret = secret_of(&key);
    let names: Vec<String> = server
        .printed
        .lines()
        .filter(|line| line.contains("/j#"))
        .filter_map(|line| line.split_whitespace().nth(1))
        .map(|name| name.trim_matches('.').to_owned())
        .collect();
    assert_eq!(names.len(), ROLES.len());
    let (_, log) = server.stop(Signal::SIGTERM);
    assert!(log.contains("/v1/visits"), "the log has a line for the request:\n{log}");
    for secret in [&secret, &key_secret] {
        assert!(!log.contains(secret.as_str()), "{secret} is in the log:\n{log}");
    }
    let mut words = log.split(|letter: char| !letter.is_alphanumeric());
    assert_eq!(words.find(|word| names.iter().any(|name| name == word)), None, "{log}");
}

#[test]
fn visits_outlive_the_process() {
    let data = folder();
    let mut first = Server::start(data.path());
    let key = first.word("vk_");
    let before = ask(&first, &key, "/v1/visits");
    let ids = ids(&before);
    assert!(!ids.is_empty(), "{before}");
    first.stop(Signal::SIGKILL);

    let second = Server::start(data.path());
    let after = ask(&second, &key, "/v1/visits");
    for id in ids {
        assert!(after.contains(&id), "{id} is gone:\n{after}");
    }
}

/// The last part of `vk_<id>_<secret>`.
fn secret_of(key: &str) -> String {
    let secret = key.splitn(3, '_').nth(2).expect("a key ends in its secret");
    assert!(secret.len() > 20, "{key}");
    secret.to_owned()
}

/// Ids of visits in a page of them.
fn ids(page: &str) -> Vec<String> {
    page.split("{\"id\":\"")
        .skip(1)
        .filter_map(|rest| Some((rest.split('"').next()?, rest)))
        .filter(|(_, rest)| rest.split('"').nth(2).is_some_and(|next| next == "state"))
        .map(|(id, _)| id.to_owned())
        .collect()
}

#[test]
fn a_key_works_from_its_making_to_its_revocation_beside_a_running_server() {
    let data = folder();
    let server = Server::start(data.path());
    let keys =
        |args: &[&str]| said(bedside().arg("keys").args(args).arg("--data-dir").arg(data.path()));
    let made = keys(&["create", "--name", "clinic", "--scope", "visits:read"]);
    let key = made.split_whitespace().find(|word| word.starts_with("vk_")).expect("a key");
    assert!(ask(&server, key, "/v1/visits").ends_with("\n200"));

    let list = keys(&["list"]);
    let line = list.lines().find(|line| line.contains("clinic")).expect("the key is listed");
    assert!(!list.contains(&secret_of(key)), "{list}");
    let id = line.split_whitespace().next().expect("the line begins with the id");
    assert!(line.ends_with("never    in force"), "{list}");
    keys(&["revoke", id]);
    assert!(ask(&server, key, "/v1/visits").ends_with("\n401"));
}

#[test]
fn a_key_can_be_made_for_some_days() {
    let data = folder();
    let keys =
        |args: &[&str]| said(bedside().arg("keys").args(args).arg("--data-dir").arg(data.path()));
    keys(&["create", "--name", "season", "--expires", "36500"]);
    let list = keys(&["list"]);
    let head = list.lines().next().expect("the list has a head");
    let line = list.lines().find(|line| line.contains("season")).expect("the key is listed");
    let from = head.find("EXPIRES").expect("the column is there");
    let expires = line.get(from..from + 4).expect("the column is filled");
    assert!(expires.parse::<u16>().expect("a year") > 2_100, "{list}");
}

/// The command of the README, as written but for the address and the key.
#[test]
fn the_readme_creates_a_visit() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let readme = readme.expect("the README is there");
    let command = readme
        .split("```sh\n")
        .filter_map(|rest| rest.split("\n```").next())
        .find(|block| block.contains("curl"))
        .expect("the README has a curl command");
    let data = folder();
    let server = Server::start(data.path());
    let command = command
        .replace("vk_…", &server.word("vk_"))
        .replace("http://127.0.0.1:8080", &server.address());
    let answer = said(Command::new("bash").args(["-euc", &command]));
    assert_eq!(answer.matches("/j#").count(), 3, "three people, three links: {answer}");
    assert!(answer.contains("\"state\":\"scheduled\""), "{answer}");
    assert_eq!(
        said(Command::new("bash").args(["-euc", &command])),
        answer,
        "sent twice, made once"
    );
}
