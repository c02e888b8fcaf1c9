//! How much of a stream may be repetitions.
//!
//! In: bytes of media, bytes to repeat. Out: whether these may go.
//! Never: a queue; what may not go now is asked for again, or done without.

use crate::moment::Micros;
use std::time::Duration;

/// Largest share of a stream that may be retransmissions, in percent. A line that loses 20 % needs
/// a quarter; one that needs more is overfull, and repeating makes it worse.
const REPAIR_PERCENT_MAX: u64 = 25;
/// After how long what was sent counts half.
const HALVED_AFTER: Duration = Duration::from_secs(1);
/// After how many halves nothing is left of a number of 64 bits.
const HALVES_MAX: u32 = 63;

/// What was sent of late.
#[derive(Debug, Default)]
pub(super) struct Share {
    media: u64,
    repairs: u64,
    halved: Micros,
}

impl Share {
    pub(super) fn handle_media(&mut self, now: Micros, bytes: u32) {
        self.fade(now);
        self.media += u64::from(bytes);
    }

    /// Whether so many bytes may be repeated; then they count.
    pub(super) fn take_repair(&mut self, now: Micros, bytes: u32) -> bool {
        self.fade(now);
        let repairs = self.repairs + u64::from(bytes);
        let may = repairs * 100 <= (self.media + repairs) * REPAIR_PERCENT_MAX;
        if may {
            self.repairs = repairs;
        }
        may
    }

    fn fade(&mut self, now: Micros) {
        let since = now.since(self.halved);
        if since >= HALVED_AFTER {
            let halves = since.as_micros() / HALVED_AFTER.as_micros();
            let halves = u32::try_from(halves).unwrap_or(HALVES_MAX).min(HALVES_MAX);
            self.media >>= halves;
            self.repairs >>= halves;
            self.halved = now;
        }
    }
}
