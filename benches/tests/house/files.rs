//! Laws about single files.

use super::tree::{hold_each, read, sources};
use bedside_benches::{head, name, size, word};

#[test]
fn every_file_says_what_comes_in_what_goes_out_and_what_it_never_does() {
    hold_each(head::check);
}

#[test]
fn no_file_is_too_long() {
    hold_each(size::check);
}

#[test]
fn functions_stay_small_by_a_lint_nobody_switches_off() {
    let root = read("clippy.toml").parse().expect("clippy.toml is TOML");
    let laws: Vec<_> =
        sources().into_iter().filter(|file| file.path.ends_with("clippy.toml")).collect();
    assert!(laws.iter().any(|file| file.path == "sfu/core/clippy.toml"), "the core has its own");
    super::tree::hold(
        &laws.iter().flat_map(|file| size::check_thresholds(file, &root)).collect::<Vec<_>>(),
    );
    hold_each(size::check_exceptions);
}

#[test]
fn the_core_cannot_read_a_clock_or_take_a_lock() {
    let law = read("sfu/core/clippy.toml");
    for banned in
        ["Instant::now", "SystemTime::now", "thread::spawn", "sync::Mutex", "HashMap::iter"]
    {
        assert!(law.contains(banned), "sfu/core/clippy.toml has to ban {banned}");
    }
}

#[test]
fn names_say_something() {
    hold_each(name::check);
}

#[test]
fn str0m_is_named_in_one_place() {
    hold_each(word::check_str0m);
}

#[test]
fn fhir_stays_at_its_edge() {
    hold_each(word::check_fhir);
}

#[test]
fn no_path_of_one_machine() {
    hold_each(word::check_machine_paths);
}

#[test]
fn no_test_is_skipped() {
    hold_each(word::check_skipped_tests);
}
