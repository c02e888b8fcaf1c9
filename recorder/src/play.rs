//! Shows a film while it is still being made.
//!
//! In: an open recording, how the film shall look. Out: pieces that a browser plays one by one, and
//! how far they are.
//! Never: plaintext under a name; a socket (who serves it has that).

mod cutter;
mod reel;
mod secret;

pub use reel::{Reel, Segment, Shown, State};
pub use secret::{NoChance, Secret};

use crate::compose::{ComposeFault, Order, Workshop, compose};
use crate::open::Recording;
use cutter::Cutter;

/// Makes the film into the reel, piece by piece, as long as it goes on.
///
/// # Errors
/// It cannot be made, or was stopped. The reel says so too.
pub fn fill(
    recording: &Recording,
    order: Order,
    workshop: &Workshop,
    reel: &Reel,
    goes_on: &mut dyn FnMut() -> bool,
) -> Result<(), ComposeFault> {
    let mut cutter = Cutter::new(reel, order.size, goes_on);
    let made = compose(recording, order, workshop, &mut cutter).and_then(|lasts_ms| {
        cutter.finish(lasts_ms)?;
        Ok(lasts_ms)
    });
    match made {
        Ok(lasts_ms) => {
            reel.update(|state| {
                state.duration_ms = lasts_ms;
                state.ready_ms = lasts_ms;
                state.done = true;
            });
            Ok(())
        }
        Err(fault) => {
            let told = format!("The film ends here: {fault}.");
            reel.update(|state| state.fault = Some(told));
            Err(fault)
        }
    }
}
