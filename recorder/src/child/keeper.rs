//! The parent's side of a child: feeds it, hears it, and ends it when it is stuck.
//!
//! In: a program to start, messages for it. Out: its messages, or how it was lost.
//! Never: waits longer than it was told to; believes what it hears; passes on a file, a variable
//! of the environment or a key.

use super::wire::{Garbled, Inbox, put};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ffi::OsString;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Bytes that may wait for the child before whoever feeds it has to wait too. A second of a
/// visit of nine; less would leave the child idle while the parent decrypts.
const WAITING_MAX: usize = 4 << 20;

/// Bytes read at once. As much as a pipe holds.
const READ_MAX: usize = 64 << 10;

/// A program that understands what is said to it over its standard input.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its file.
    pub path: PathBuf,
    /// What makes it one.
    pub args: Vec<OsString>,
}

/// How a child was lost.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// It could not be started at all.
    #[error("cannot be started")]
    Start(#[source] io::Error),
    /// It ended in the middle.
    #[error("ended in the middle ({0})")]
    Ended(String),
    /// It did nothing for too long, and was ended.
    #[error("did nothing for {} seconds and was stopped", .0.as_secs())]
    Stuck(Duration),
    /// It said by itself that it cannot go on.
    #[error("cannot go on: {0}")]
    Refused(String),
    /// What it said was no message.
    #[error("said what nobody understands, and was stopped")]
    Garbled(#[from] Garbled),
}

/// A child process; it ends with this.
#[derive(Debug)]
pub(crate) struct Keeper {
    child: Child,
    /// Gone once the child reads no more.
    to: Option<ChildStdin>,
    from: ChildStdout,
    waiting: Vec<u8>,
    inbox: Inbox,
    patience: Duration,
}

impl Keeper {
    /// Starts a child that may be silent as long as `patience` while something is asked of it.
    ///
    /// # Errors
    /// The system does not start it.
    pub(crate) fn start(program: &Program, patience: Duration) -> Result<Self, Lost> {
        let mut child = Command::new(&program.path)
            .args(&program.args)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Lost::Start)?;
        let (to, from) = child.stdin.take().zip(child.stdout.take()).expect("both are piped");
        let keeper = Self {
            child,
            to: Some(to),
            from,
            waiting: Vec::new(),
            inbox: Inbox::default(),
            patience,
        };
        if let Some(to) = &keeper.to {
            never_wait_at(to).map_err(Lost::Start)?;
        }
        never_wait_at(&keeper.from).map_err(Lost::Start)?;
        Ok(keeper)
    }

    /// Sends a message; waits while too much is on its way.
    ///
    /// # Errors
    /// The child is lost.
    pub(crate) fn send<H: Serialize>(&mut self, head: &H, body: &[u8]) -> Result<(), Lost> {
        put(&mut self.waiting, head, body)?;
        while self.waiting.len() > WAITING_MAX {
            self.turn()?;
        }
        Ok(())
    }

    /// The next message, waited for.
    ///
    /// # Errors
    /// The child is lost.
    pub(crate) fn hear<H: DeserializeOwned>(&mut self) -> Result<(H, Vec<u8>), Lost> {
        loop {
            if let Some(message) = self.inbox.take()? {
                return Ok(message);
            }
            self.turn()?;
        }
    }

    /// Waits until the pipes move, and moves what they take and give.
    fn turn(&mut self) -> Result<(), Lost> {
        let begun = Instant::now();
        let (mut writable, mut readable) = (false, false);
        while !writable && !readable {
            let left = self.patience.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(Lost::Stuck(self.patience));
            }
            (writable, readable) = self.wait(left)?;
        }
        if readable {
            self.read()?;
        }
        if writable {
            self.write()?;
        }
        Ok(())
    }

    /// Whether the pipe to the child takes something, and the pipe from it has something.
    fn wait(&self, left: Duration) -> Result<(bool, bool), Lost> {
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        let mut files = vec![PollFd::new(self.from.as_fd(), PollFlags::POLLIN)];
        if let Some(to) = self.to.as_ref().filter(|_| !self.waiting.is_empty()) {
            files.push(PollFd::new(to.as_fd(), PollFlags::POLLOUT));
        }
        match poll(&mut files, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(Lost::Ended(errno.to_string())),
        }
        let moves = |at: usize| files.get(at).and_then(PollFd::any).unwrap_or(false);
        Ok((moves(1), moves(0)))
    }

    fn read(&mut self) -> Result<(), Lost> {
        let mut buffer = [0; READ_MAX];
        match self.from.read(&mut buffer) {
            Ok(0) => Err(self.ended()),
            Ok(read) => {
                self.inbox.push(buffer.get(..read).unwrap_or_default());
                Ok(())
            }
            Err(error) if waits(&error) => Ok(()),
            Err(_) => Err(self.ended()),
        }
    }

    fn write(&mut self) -> Result<(), Lost> {
        let Some(to) = &mut self.to else { return Ok(()) };
        match to.write(&self.waiting) {
            Ok(written) => {
                self.waiting.drain(..written);
                Ok(())
            }
            Err(error) if waits(&error) => Ok(()),
            // What it said before it went is still to be heard; the end of that tells how it went.
            Err(_) => {
                self.waiting.clear();
                self.to = None;
                Ok(())
            }
        }
    }

    /// How it ended. Its pipe is closed, so it has or is about to; a last push for one that
    /// only closed its pipe.
    fn ended(&mut self) -> Lost {
        let _ = self.child.kill();
        Lost::Ended(self.child.wait().map_or_else(|error| error.to_string(), |end| end.to_string()))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes reads and writes of a pipe return at once.
fn never_wait_at(pipe: &impl AsFd) -> io::Result<()> {
    fcntl(pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    Ok(())
}

fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
