//! Laws about crates and what is built in.

use super::tree::{hold, read, root, sources};
use bedside_benches::{arrow, built, manifest};
use serde_json::Value;
use std::process::Command;

fn metadata() -> Value {
    let metadata = cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    serde_json::from_str(&metadata).expect("cargo metadata answers in JSON")
}

/// What cargo says; it has all it needs, since it has just built this test.
fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(root())
        .output()
        .expect("cargo runs, since it runs this test");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {args:?}: {said}");
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
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
    let tree = cargo(&[
        "tree",
        "--workspace",
        "--offline",
        "-e",
        "normal,build",
        "--prefix",
        "none",
        "-f",
        "{p}",
    ]);
    hold(&built::check(&tree).expect("cargo tree lists packages"));
}

#[test]
fn every_crate_lives_under_the_same_law() {
    let manifests: Vec<_> =
        sources().into_iter().filter(|file| file.path.ends_with("Cargo.toml")).collect();
    assert!(manifests.len() >= 8, "{manifests:?}");
    hold(&manifests.iter().flat_map(manifest::check).collect::<Vec<_>>());
    let workspace = read("Cargo.toml").parse().expect("Cargo.toml is TOML");
    hold(&manifest::check_workspace_lints(&workspace));
    let own = manifests.iter().flat_map(|file| manifest::check_own_lints(file, &workspace));
    hold(&own.collect::<Vec<_>>());
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
