//! How often memory is taken on a packet's way, on the steady path of a visit of four.
//!
//! In: nothing. Out: allocations for each packet delivered.
//! Never: those of the people before the shard, or of the first seconds, when tables grow.

use allocation_counter::measure;
use bedside_loadtest::light::Lines;
use bedside_loadtest::light::hall::Hall;
use std::time::Duration;

const FOUR: usize = 4;
const WARM: Duration = Duration::from_secs(6);
const COUNTED: Duration = Duration::from_secs(5);

/// Allocations for each packet delivered.
pub(crate) fn a_packet() -> f64 {
    let mut hall = Hall::new(FOUR);
    for _ in 0..FOUR {
        let lines = Lines { audio: FOUR - 1, video: FOUR - 1 };
        hall.admit(1, lines, &mut |shard, round, out| round.work(shard, out));
    }
    for person in 0..FOUR {
        hall.send(person, true);
    }
    hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
    let (before, mut count) = (hall.delivered_packets(), 0);
    hall.run(COUNTED, &mut |shard, round, out| {
        count += measure(|| round.work(shard, out)).count_total;
    });
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let each = count as f64 / (hall.delivered_packets() - before) as f64;
    each
}
