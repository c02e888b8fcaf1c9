//! Runs this program below callgrind and reads what it counted.
//!
//! In: how many people. Out: instructions by what they were for, packets.
//! Never: the instructions of this machine's processor: valgrind shows programs one of its own, with
//! AES-NI and AVX2 and without VAES or AVX-512, so that the count is the same wherever it has both.

use crate::{CIPHER, Outcome};
use std::fs;
use std::process::Command;

/// What functions of `steady.rs` are called there; only what happens below them is counted.
const MEDIA: &str = "counted_media";
const BESIDE: &str = "counted_beside";
const TIME: &str = "counted_time";
/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Packets that came in, and that were delivered.
    pub(crate) came: u64,
    pub(crate) delivered: u64,
    /// Instructions for voices and pictures that come, for what is told beside, for time.
    pub(crate) media: u64,
    pub(crate) beside: u64,
    pub(crate) time: u64,
    /// Of all these, instructions of the cipher.
    pub(crate) cipher: u64,
}

/// Counts a visit of so many people.
pub(crate) fn run(people: usize) -> Outcome<Counts> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("callgrind.out");
    let said = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--compress-strings=no", "--compress-pos=no"])
        .args([MEDIA, BESIDE, TIME].map(|name| format!("--toggle-collect=*{name}*")))
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe()?)
        .args(["--people", &people.to_string()])
        // The environment lies on the stack, and its length would move what is aligned there.
        .env_clear()
        .output()?;
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into());
    }
    let packets = String::from_utf8(said.stdout)?;
    let (came, delivered) = packets.trim().split_once(' ').ok_or("no count of packets")?;
    let counts = Counts { came: came.parse()?, delivered: delivered.parse()?, ..Counts::default() };
    Ok(read(&fs::read_to_string(&file)?, counts))
}

/// Reads callgrind's own format: a function's line, then lines of its own cost; after `calls=` a
/// line with the cost of what it called.
fn read(text: &str, mut counts: Counts) -> Counts {
    let (mut function, mut is_call) = ("", false);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            function = name;
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit()) {
            let cost = line.rsplit(' ').next().and_then(|cost| cost.parse::<u64>().ok());
            let cost = cost.unwrap_or_default();
            if function.contains(MEDIA) {
                counts.media += cost;
            } else if function.contains(BESIDE) {
                counts.beside += cost;
            } else if function.contains(TIME) {
                counts.time += cost;
            }
            if !is_call && CIPHER.iter().any(|part| function.contains(part)) {
                counts.cipher += cost;
            }
            is_call = false;
        }
    }
    counts
}
