//! The words of `bedside recording`.
//!
//! In: what was typed. Out: typed arguments, or help that teaches.
//! Never: does anything.

mod holder;

pub(crate) use holder::{Compose, Decode, Export, Fetch, Look, Opened, Play};

use super::Settings;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `bedside recording`
#[derive(Debug, Args)]
pub(crate) struct Recording {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: RecordingCommand,
}

impl Recording {
    /// Examples of the group.
    pub(crate) const EXAMPLES: &str = "\
A recording is sealed to public keys as it is made; the server that makes it cannot read it.
Whoever holds one of the private keys opens it, with these commands, anywhere.

Examples:
  bedside recording keygen --out first.key       a key pair; the public key is printed
  bedside recording keygen --out second.key      another, so that one can be lost
  bedside recording verify recordings/0199a3b2…  was anything removed, swapped, edited, cut?
  bedside recording recover bedside-data/spool   close what a crash left open
  bedside recording play --identity first.key recordings/0199a3b2…
      see it in a browser; `compose` makes a film of it, `export` a file for each person";
}

/// What to do with recordings.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordingCommand {
    /// Make a key pair to seal recordings to; do it away from the server
    #[command(after_help = "\
Examples:
  bedside recording keygen --out first.key
  bedside recording keygen --out second.key
  bedside recording keygen --out third.key --suite aes256gcm

Do this on a machine that is not the server, and twice: a recording is sealed to at least two
keys, and any one of them opens it, so that one lost key is not a lost recording. Keep the files
in different places (a safe, a second clinic, an encrypted stick); whoever has one can see every
recording. Only the printed public keys go to the server, as `recording.recipients`:

  [recording]
  recipients = [\"age1…\", \"age1…\"]

A file of the suite `age` opens with every other `age` too: age -d -i first.key PART.age")]
    Keygen(Keygen),
    /// Check that a recording is what was sealed; no key is needed
    #[command(after_help = "\
Examples:
  bedside recording verify recordings/0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b
  bedside recording verify DIR --signer 3b6a27bc…
      Also whether this server signed it. Its key is printed without --signer, and stands in what
      the API says of the recording: keep it elsewhere.
  bedside recording verify DIR --identity first.key
      Also opens each part, and checks that it belongs where it is.

Each thing that is wrong is named: parts removed, put in, swapped, edited or cut; manifest lines
removed, moved, edited; a missing end. Exits with 0 when nothing is wrong, with 1 when something is.")]
    Verify(Verify),
    /// Close recordings that a crash left open in the spool
    #[command(after_help = "\
Examples:
  bedside recording recover bedside-data/spool
  bedside recording recover bedside-data/spool/0199a3b2-c4d5-7e6f-8a9b-0c1d2e3f4a5b
  bedside recording recover /mnt/rescued/spool --key /mnt/rescued/recording.key

A server does this by itself when it starts. By hand it is for a disk taken out of a machine that
does not start any more. What was sealed is kept; the manifest is closed as aborted, which needs
the server's `recording.key`. Without it nothing is changed, and each recording is only checked.

Exits with 1 when a recording could not be closed or is not what was sealed.")]
    Recover(Recover),
    /// Fetch a sealed recording from a server
    #[command(after_help = holder::FETCH)]
    Fetch(Fetch),
    /// Open a recording into a file for each person
    #[command(after_help = holder::EXPORT)]
    Export(Export),
    /// Make one film of a recording
    #[command(after_help = holder::COMPOSE)]
    Compose(Compose),
    /// Show a recording in a browser on this machine
    #[command(after_help = holder::PLAY)]
    Play(Play),
    /// Decode behind walls; for `compose` and `play`
    #[command(hide = true, after_help = holder::DECODE)]
    Decode(Decode),
}

/// `bedside recording keygen`
#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// File for the private key; only its owner can read it, and one that exists is left alone
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// For which suite (`recording.suite` of the server)
    #[arg(long, value_enum, default_value_t = Suite::Age)]
    pub(crate) suite: Suite,
}

/// How parts are sealed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Suite {
    /// X25519 and ChaCha20-Poly1305; every `age` opens it
    Age,
    /// P-256 and AES-256-GCM, where nothing else is allowed
    Aes256gcm,
}

/// `bedside recording verify`
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The recording's folder
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The public key that has to have signed it, in hex
    #[arg(long, value_name = "HEX")]
    pub(crate) signer: Option<String>,
    /// File with a private key; may be given again
    #[arg(long = "identity", value_name = "FILE")]
    pub(crate) identities: Vec<PathBuf>,
}

/// `bedside recording recover`
#[derive(Debug, Args)]
pub(crate) struct Recover {
    /// The spool, or the folder of one recording in it
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The server's signing key [default: recording.key in the data folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}
