//! Laws about crates and what is built in.

use super::tree::{hold, read, root, sources};
use bedside_benches::{arrow, lock, manifest};
use serde_json::Value;
use std::process::Command;

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs, since it runs this test");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {said}");
    serde_json::from_slice(&output.stdout).expect("cargo metadata answers in JSON")
}

#[test]
fn arrows_between_crates_run_one_way() {
    let metadata = metadata();
    let crates = arrow::crates(&metadata).expect("the shape cargo documents");
    let arrows = arrow::arrows(&metadata).expect("the shape cargo documents");
    assert!(crates.len() >= 8, "{crates:?}");
    hold(&arrow::check(&crates, &arrows));
}

#[test]
fn one_crypto_provider_and_one_copy_of_each_big_crate() {
    hold(&lock::check(&read("Cargo.lock")).expect("a lock file"));
}

#[test]
fn every_crate_lives_under_the_same_law() {
    let manifests: Vec<_> =
        sources().into_iter().filter(|file| file.path.ends_with("Cargo.toml")).collect();
    assert!(manifests.len() >= 8, "{manifests:?}");
    hold(&manifests.iter().flat_map(manifest::check).collect::<Vec<_>>());
    let workspace = read("Cargo.toml").parse().expect("Cargo.toml is TOML");
    hold(&manifest::check_workspace_lints(&workspace));
}

/// Only what holds the program together may let errors lose their type.
#[test]
fn anyhow_stays_in_the_program() {
    let named: Vec<String> = sources()
        .iter()
        .filter(|file| file.is_rust() && !file.path.starts_with("src/") && !file.is_test())
        .filter(|file| file.code().any(|(_, line)| line.contains(concat!("anyhow", "::"))))
        .map(|file| format!("{}: give the error a type (thiserror)", file.path))
        .collect();
    hold(&named);
}
