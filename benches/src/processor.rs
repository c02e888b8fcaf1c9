//! What a thread has used of a processor.
//!
//! In: the thread that asks, or the number of another one. Out: its processor time so far.
//! Never: a wall clock, or what other threads did.

use nix::sched::{CpuSet, sched_setaffinity};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;
use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

const NAMED_WITHIN: Duration = Duration::from_secs(5);

/// What this thread has used of a processor, to the nanosecond.
///
/// # Errors
///
/// Where the kernel does not say.
pub fn processor_time() -> Result<Duration, Box<dyn Error>> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?))
}

/// What another thread of this process has used; Linux counts it in nanoseconds, and brings it up
/// to date at least at every tick.
///
/// # Errors
///
/// Where the thread has ended, or is of another process.
pub fn processor_time_of(thread: u32) -> Result<Duration, Box<dyn Error>> {
    let text = fs::read_to_string(format!("/proc/self/task/{thread}/schedstat"))?;
    let nanoseconds = text.split_whitespace().next().ok_or("no times of this thread")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

/// The thread of this process that has this name, which it takes a moment after it was started.
///
/// # Errors
///
/// Where nobody has taken the name in five seconds.
pub fn thread_named(name: &str) -> Result<u32, Box<dyn Error>> {
    let began = Instant::now();
    while began.elapsed() < NAMED_WITHIN {
        for task in fs::read_dir("/proc/self/task")? {
            let task = task?;
            if fs::read_to_string(task.path().join("comm"))?.trim() == name {
                return Ok(task.file_name().to_string_lossy().parse()?);
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Err(format!("no thread is called {name}").into())
}

/// Keeps this thread on one core, where there is more than one.
pub fn pin(core: usize) {
    let mut set = CpuSet::new();
    // On a machine with one core everything shares it, and ratios are worth less.
    let _free = set.set(core).and_then(|()| sched_setaffinity(Pid::from_raw(0), &set));
}
