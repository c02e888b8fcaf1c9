//! Whether the walls hold, tried from inside.
//!
//! In: a file and an address that this process can reach. Out: for each way out, whether it is
//! open, before the walls are up and behind them.
//! Never: part of anything but a test of the walls.

use super::walls::{Allowance, WallFault, enter};
use nix::sys::signal::kill;
use nix::unistd::{Pid, getppid};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::thread;

/// A way out, and whether it is open.
pub type Way = (&'static str, bool);

/// Tries every way out, puts up the walls, and tries them again.
///
/// # Errors
/// The walls cannot be put up.
pub fn run(
    allowance: Allowance,
    file: &Path,
    server: SocketAddr,
) -> Result<(Vec<Way>, Vec<Way>), WallFault> {
    let before = ways(file, server);
    enter(allowance)?;
    Ok((before, ways(file, server)))
}

fn ways(file: &Path, server: SocketAddr) -> Vec<Way> {
    let beside = file.with_extension("written");
    vec![
        ("read a file", fs::read(file).is_ok()),
        ("write a file", File::create(beside).is_ok()),
        ("list a folder", fs::read_dir("/").is_ok()),
        ("connect", TcpStream::connect(server).is_ok()),
        ("send", UdpSocket::bind("127.0.0.1:0").is_ok()),
        ("start a program", Command::new("/bin/true").status().is_ok()),
        ("start a thread", thread::Builder::new().spawn(|| ()).is_ok()),
        // Signal 0 goes nowhere; it says whether one could be sent.
        ("signal its parent", kill(getppid(), None).is_ok()),
        ("signal others", kill(Pid::from_raw(1), None).is_ok()),
    ]
}
