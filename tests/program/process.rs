//! Runs the real program, and curl beside it.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::thread::{self, JoinHandle};

/// The last line that a start with `--dev` prints.
pub(crate) const READY: &str = "Press Ctrl-C to stop";

/// A server started with `--dev` on ports of the system's choice; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// What it printed on standard output up to being ready.
    pub(crate) printed: String,
    log: Option<JoinHandle<String>>,
}

impl Server {
    pub(crate) fn start(data_dir: &Path) -> Self {
        Self::spawn(&mut serve_to_try(data_dir), READY)
    }

    /// Starts it by that command, and reads what it prints up to a line that holds `ready`.
    pub(crate) fn spawn(command: &mut Command, ready: &str) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let log = child.stderr.take().map(|log| thread::spawn(|| read_all(log)));
        let printed = child.stdout.take().map(|stdout| read_until(stdout, ready));
        let mut server = Self { child, printed: printed.unwrap_or_default(), log };
        if !server.printed.contains(ready) {
            let (_, log) = server.stop(Signal::SIGKILL);
            panic!("the server did not get ready:\n{log}");
        }
        server
    }

    /// The first word of the printed text that holds `part`.
    pub(crate) fn word(&self, part: &str) -> String {
        let word = self.printed.split_whitespace().find(|word| word.contains(part));
        word.unwrap_or_else(|| panic!("no {part} in\n{}", self.printed)).to_owned()
    }

    /// The word behind some words of the printed text.
    pub(crate) fn word_after(&self, words: &str) -> &str {
        let rest = self.printed.split_once(words).map(|(_, rest)| rest);
        let word = rest.and_then(|rest| rest.split_whitespace().next());
        word.unwrap_or_else(|| panic!("no {words} in\n{}", self.printed))
    }

    /// Where its API and pages are.
    pub(crate) fn address(&self) -> String {
        let link = self.word("/j#");
        link.split_once("/j#").expect("the word holds it").0.to_owned()
    }

    /// Sends a signal and waits for the end; gives back how it ended and its whole log.
    pub(crate) fn stop(&mut self, signal: Signal) -> (ExitStatus, String) {
        let pid = i32::try_from(self.child.id()).expect("a process id fits");
        kill(Pid::from_raw(pid), signal).expect("the server runs");
        let status = self.child.wait().expect("the server ends");
        let log = self.log.take().map(|log| log.join().expect("the log was read"));
        (status, log.unwrap_or_default())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, in an environment that sets nothing.
pub(crate) fn bedside() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Standard output of a command that has to end well.
pub(crate) fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the command can be started");
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {status}\n{stderr}");
    String::from_utf8(stdout).expect("the output is UTF-8")
}

/// The command that serves from a folder, on ports of the system's choice.
pub(crate) fn serve(data_dir: &Path) -> Command {
    let mut command = bedside();
    command
        .args(["serve", "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0"])
        .args(["--media-port", "0", "--data-dir"])
        .arg(data_dir);
    command
}

/// The same with a visit to try, a key, and links that are printed.
pub(crate) fn serve_to_try(data_dir: &Path) -> Command {
    let mut command = serve(data_dir);
    command.arg("--dev");
    command
}

fn read_until(stdout: ChildStdout, ready: &str) -> String {
    let mut printed = String::new();
    let mut lines = BufReader::new(stdout);
    while !printed.contains(ready) && lines.read_line(&mut printed).is_ok_and(|read| read > 0) {}
    printed
}

fn read_all(mut log: ChildStderr) -> String {
    let mut text = String::new();
    let _ = log.read_to_string(&mut text);
    text
}
