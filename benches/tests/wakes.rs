//! Nobody is woken for nothing: whoever is there and is sent nothing costs next to nothing.

#[path = "../speed/wakes.rs"]
mod wakes;

/// Wake-ups a second for one who is idle: a look a second, checks of the way and their answers.
const WAKES_MAX: f64 = 5.0;

#[test]
fn an_idle_viewer_wakes_a_shard_a_few_times_a_second_at_most() {
    let wakes = wakes::idle();
    assert!(wakes <= WAKES_MAX, "{wakes:.1} a second, at most {WAKES_MAX}");
}
