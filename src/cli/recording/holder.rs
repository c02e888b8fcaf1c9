//! `bedside recording fetch | export | compose | play`: the words of whoever holds a key.
//!
//! In: what was typed. Out: typed arguments, or help that teaches.
//! Never: does anything.

use bedside_recorder::compose::Size;
use bedside_signaling_api::recorder::Layout;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use uuid::Uuid;

/// What `bedside recording export --help` teaches.
pub(crate) const EXPORT: &str = "\
Examples:
  bedside recording export --identity clinic.key --out visit/ \\
      recordings/0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b
      One .mkv for each person, with all they said and showed on the one clock of the visit.
  bedside recording export --identity clinic.key --out visit/ \\
      s3://clinic-recordings/visits/0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b

Nothing is decoded or made worse. The folder also gets captions (.vtt), and recording.json, which
says what is where and what is missing. Files are readable for you alone; none is written over.";

/// What `bedside recording compose --help` teaches.
pub(crate) const COMPOSE: &str = "\
Examples:
  bedside recording compose --identity clinic.key --out visit.mp4 \\
      recordings/0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b
  bedside recording compose --identity clinic.key --out minute.mp4 --layout grid \\
      --from 12:00 --to 13:00 recordings/0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b

The film keeps the clock of the recording: where it was paused or something is missing, the film
says so by standing still. Ctrl-C leaves no half film. What came over the network is decoded in a
process of its own that can reach neither files nor network.";

/// What `bedside recording play --help` teaches.
pub(crate) const PLAY: &str = "\
Example:
  bedside recording play --identity clinic.key \\
      recordings/0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b

Open the link it prints in a browser on this machine; it works until Ctrl-C. Nobody who does not
have the link can see the film, and nothing of it is left on the disk.";

/// What `bedside recording decode --help` says.
pub(crate) const DECODE: &str = "\
Example:
  bedside recording decode < frames > film
      What `compose` and `play` start for what came over the network. Not for people.";

/// What `bedside recording fetch --help` teaches.
pub(crate) const FETCH: &str = "\
Example:
  bedside recording fetch --url https://visits.example.org --key-file api.key \\
      --out recordings/ 0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b

The key needs the scope recordings:read; its file holds the key's text and nothing else. What is
fetched is sealed: it can be kept anywhere and is opened with `bedside recording export`,
`compose` or `play`. Started again after an interruption, it goes on where it was.";

/// What is opened, and with what.
#[derive(Debug, Clone, Args)]
pub(crate) struct Opened {
    /// File of a private key, as `bedside recording keygen` makes it; may be given again
    #[arg(long = "identity", value_name = "FILE", required = true)]
    pub(crate) identities: Vec<PathBuf>,
    /// The recording: its folder, or its address in a store (`s3://…`, `az://…`, `gs://…`)
    #[arg(value_name = "RECORDING")]
    pub(crate) recording: String,
}

/// `bedside recording export`
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Folder to write to; made when it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) opened: Opened,
}

/// How the film looks.
#[derive(Debug, Args)]
pub(crate) struct Look {
    /// Whoever speaks large and the others small beside, or all of one size
    #[arg(long, value_enum, default_value = "speaker")]
    pub(crate) layout: LayoutWord,
    /// Width and height in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720")]
    pub(crate) size: Size,
    /// Where to begin: minutes and seconds (12:30), or hours too (1:02:30)
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) from: Option<u64>,
    /// Where to end
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) to: Option<u64>,
}

/// How several pictures are put into one.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LayoutWord {
    /// Whoever speaks is large
    Speaker,
    /// All of one size
    Grid,
}

impl From<LayoutWord> for Layout {
    fn from(word: LayoutWord) -> Self {
        match word {
            LayoutWord::Speaker => Self::Speaker,
            LayoutWord::Grid => Self::Grid,
        }
    }
}

/// `bedside recording compose`
#[derive(Debug, Args)]
pub(crate) struct Compose {
    /// The film to make
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) look: Look,
    #[command(flatten)]
    pub(crate) opened: Opened,
}

/// `bedside recording play`
#[derive(Debug, Args)]
pub(crate) struct Play {
    #[command(flatten)]
    pub(crate) look: Look,
    #[command(flatten)]
    pub(crate) opened: Opened,
}

/// `bedside recording fetch`
#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// The server: https:// and its host
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    /// File with an API key of the scope recordings:read
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: PathBuf,
    /// Folder in which the recording's own folder is made
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// PEM file of certificate authorities to believe besides the system's
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The recording's id
    #[arg(value_name = "RECORDING")]
    pub(crate) recording: Uuid,
}

/// `bedside recording decode`
#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// Try to read this file from behind the walls
    #[arg(long, value_name = "FILE")]
    pub(crate) try_file: Option<PathBuf>,
    /// Try to connect to this server from behind them
    #[arg(long, value_name = "ADDR")]
    pub(crate) try_server: Option<SocketAddr>,
}

/// Milliseconds out of `ss`, `mm:ss` or `hh:mm:ss`.
fn time(typed: &str) -> Result<u64, String> {
    let wrong = || format!("`{typed}` is no time; write minutes and seconds, as in 12:30");
    let parts: Vec<&str> = typed.split(':').collect();
    if parts.len() > 3 {
        return Err(wrong());
    }
    let seconds = parts.iter().enumerate().try_fold(0_u64, |seconds, (at, part)| {
        let part: u64 = part.parse().ok()?;
        // Only the first may be more than a clock shows: 90 minutes are 90:00.
        (at == 0 || part < 60).then_some(())?;
        seconds.checked_mul(60)?.checked_add(part)
    });
    seconds.and_then(|seconds| seconds.checked_mul(1000)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_are_read_as_people_write_them() {
        let cases = [("0", 0), ("45", 45_000), ("12:30", 750_000), ("1:02:30", 3_750_000)];
        for (typed, ms) in cases {
            assert_eq!(time(typed), Ok(ms), "{typed}");
        }
        assert_eq!(time("90:00"), Ok(5_400_000));
        for wrong in ["", "x", "1:60", "1:2:3:4", "-1", ":", "99999999999999999999"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
