//! `bedside recording keygen`: a key pair to seal recordings to.
//!
//! In: where the private key goes. Out: the file, readable by its owner alone; the public key on
//! standard output, and what to do with both beside it.
//! Never: overwrites a file; prints the private key.

use crate::cli::{Keygen, Suite};
use crate::output;
use anyhow::{Context as _, bail};
use bedside_config::SealingSuite;
use bedside_recorder::seal;
use jiff::Timestamp;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::ExitCode;

/// Its owner alone may read it.
const FILE_MODE: u32 = 0o600;

pub(crate) fn run(args: &Keygen) -> anyhow::Result<ExitCode> {
    let path = args.out.display();
    let opened = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&args.out);
    let mut file = match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!(
            "{path} exists, and may be the only key to some recording: it is left alone; give \
             another --out"
        ),
        opened => opened.with_context(|| format!("cannot make {path}"))?,
    };
    let suite = match args.suite {
        Suite::Age => SealingSuite::Age,
        Suite::Aes256gcm => SealingSuite::Aes256Gcm,
    };
    let fresh = seal::fresh_identity(suite)?;
    let wrote = writeln!(file, "# created: {}", Timestamp::now())
        .and_then(|()| writeln!(file, "# public key: {}", fresh.public))
        .and_then(|()| file.write_all(fresh.secret.as_bytes()))
        .and_then(|()| writeln!(file))
        .and_then(|()| file.sync_all());
    wrote.with_context(|| format!("cannot write {path}"))?;
    output::complain(&format!(
        "The private key is in {path}. Whoever has it can see every recording sealed to it:\n\
         keep it away from the server, where it cannot be lost, and make a second one to keep\n\
         elsewhere. The public key goes into `recording.recipients` of the server's settings.\n\
         Its fingerprint, as manifests show it, is {}.",
        seal::fingerprint(&fresh.public)
    ));
    output::say(&fresh.public);
    Ok(ExitCode::SUCCESS)
}
