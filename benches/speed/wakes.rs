//! How often a media thread wakes up for somebody who is there, and to whom nothing is sent.
//!
//! In: nothing. Out: wake-ups a second, checks of the way counted.
//! Never: the one a second in which a shard tells its counts, whoever is there.

use bedside_loadtest::light::Lines;
use bedside_loadtest::light::hall::Hall;
use std::time::Duration;

/// Until a room to which nobody sends is at rest, and how long it is looked at then.
const WARM: Duration = Duration::from_secs(8);
const COUNTED: Duration = Duration::from_secs(20);

/// Wake-ups a second.
pub(crate) fn idle() -> f64 {
    let mut hall = Hall::new(1);
    let lines = Lines { audio: 1, video: 1 };
    hall.admit(0, lines, &mut |shard, round, out| round.work(shard, out));
    hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
    let (mut wakes, until) = (0_u32, hall.now() + COUNTED);
    while hall.now() < until {
        hall.leap(&mut |shard, round, out| round.work(shard, out));
        wakes += 1;
    }
    f64::from(wakes) / COUNTED.as_secs_f64() - 1.0
}
