//! How often memory is taken on a packet's way, on the steady path of a visit of four.
//!
//! In: nothing. Out: allocations for each packet delivered.
//! Never: those of the people before the shard, or of the first seconds, when tables grow.

use allocation_counter::measure;
use bedside_loadtest::light::Lines;
use bedside_loadtest::light::hall::{Hall, hand, pass};
use std::time::Duration;

const FOUR: usize = 4;
/// Until the tables of some seconds have grown as large as they become.
const WARM: Duration = Duration::from_secs(12);
const COUNTED: Duration = Duration::from_secs(20);

/// Allocations for each packet delivered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allocations {
    /// On its way, from coming in to leaving for everybody, with all that time brings.
    pub(crate) way: f64,
    /// For what listeners tell of arrivals, and checks of the way.
    pub(crate) beside: f64,
}

/// Counts them.
#[expect(clippy::cast_precision_loss, reason = "thousands")]
pub(crate) fn a_packet() -> Allocations {
    let mut hall = Hall::new(FOUR);
    for _ in 0..FOUR {
        let lines = Lines { audio: FOUR - 1, video: FOUR - 1 };
        hall.admit(1, lines, &mut |shard, round, out| round.work(shard, out));
    }
    for person in 0..FOUR {
        hall.send(person, true);
    }
    hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
    let (before, mut way, mut beside) = (hall.delivered_packets(), 0, 0);
    hall.run(COUNTED, &mut |shard, round, out| {
        beside += measure(|| hand(shard, round.now, &round.beside)).count_total;
        let passes = measure(|| {
            hand(shard, round.now, &round.media);
            pass(shard, round.now, out);
        });
        way += passes.count_total;
    });
    let delivered = (hall.delivered_packets() - before) as f64;
    Allocations { way: way as f64 / delivered, beside: beside as f64 / delivered }
}
