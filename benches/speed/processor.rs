//! What a thread has used of a processor.
//!
//! In: nothing but the thread that asks. Out: its processor time so far.
//! Never: a wall clock, or what other threads did.

use std::error::Error;
use std::time::Duration;

/// What this thread has used of a processor; Linux counts it in nanoseconds.
pub(crate) fn processor_time() -> Result<Duration, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split_whitespace().next().ok_or("no times of this thread")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}
