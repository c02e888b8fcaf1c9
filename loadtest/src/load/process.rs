//! What a server costs this machine: time of its cores, memory, threads, open files.
//!
//! In: process ids, or the port a server listens on. Out: samples, from the kernel's accounting.
//! Never: another machine; a server elsewhere costs nothing that could be read here.

use nix::unistd::{SysconfVar, sysconf};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// Where the kernel tells of processes.
const PROC: &str = "/proc";
/// A listening socket in `/proc/net/tcp`.
const LISTENS: &str = "0A";

/// What one or several processes have used together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Used {
    /// Time of cores, for the program and for the system on its behalf.
    pub(crate) cpu: Duration,
    /// Resident memory.
    pub(crate) rss_bytes: u64,
    pub(crate) threads: u64,
    pub(crate) open_files: u64,
}

/// The sum over these processes; nothing when one of them is gone.
pub(crate) fn used(pids: &[u32]) -> Option<Used> {
    let mut sum = Used::default();
    for pid in pids {
        let one = used_by(*pid)?;
        sum.cpu += one.cpu;
        sum.rss_bytes += one.rss_bytes;
        sum.threads += one.threads;
        sum.open_files += one.open_files;
    }
    (!pids.is_empty()).then_some(sum)
}

fn used_by(pid: u32) -> Option<Used> {
    let folder = Path::new(PROC).join(pid.to_string());
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    let per_second = u64::try_from(sysconf(SysconfVar::CLK_TCK).ok()??).ok()?;
    let page = u64::try_from(sysconf(SysconfVar::PAGE_SIZE).ok()??).ok()?;
    let open_files = fs::read_dir(folder.join("fd")).map_or(0, Iterator::count);
    let Stat { ticks, threads, pages } = read_stat(&stat)?;
    Some(Used {
        cpu: Duration::from_micros(ticks * 1_000_000 / per_second.max(1)),
        rss_bytes: pages * page,
        threads,
        open_files: u64::try_from(open_files).unwrap_or_default(),
    })
}

#[derive(Debug, PartialEq, Eq)]
struct Stat {
    ticks: u64,
    threads: u64,
    pages: u64,
}

/// Fields of `/proc/PID/stat` behind the name, which may hold anything but its last bracket.
fn read_stat(stat: &str) -> Option<Stat> {
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // Numbered from one with pid and name before these (proc(5)).
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    Some(Stat { ticks: field(14)? + field(15)?, threads: field(20)?, pages: field(24)? })
}

/// The process that listens on this TCP port of this machine.
pub(crate) fn listening(at: SocketAddr) -> Option<u32> {
    let tables = ["net/tcp", "net/tcp6"];
    let texts =
        tables.into_iter().filter_map(|name| fs::read_to_string(Path::new(PROC).join(name)).ok());
    let inodes: Vec<String> = texts.filter_map(|table| inode(&table, at.port())).collect();
    let sockets: Vec<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    let pids = fs::read_dir(PROC).ok()?.filter_map(Result::ok);
    pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .find(|pid| holds(*pid, &sockets))
}

fn holds(pid: u32, sockets: &[String]) -> bool {
    let Ok(files) = fs::read_dir(Path::new(PROC).join(pid.to_string()).join("fd")) else {
        return false;
    };
    files
        .filter_map(Result::ok)
        .filter_map(|file| fs::read_link(file.path()).ok())
        .any(|link| link.to_str().is_some_and(|link| sockets.iter().any(|socket| socket == link)))
}

/// The inode of the socket that listens on this port, out of a table of the kernel.
fn inode(table: &str, port: u16) -> Option<String> {
    let suffix = format!(":{port:04X}");
    let line = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>()).find(
        |fields| {
            fields.get(1).is_some_and(|local| local.ends_with(&suffix))
                && fields.get(3) == Some(&LISTENS)
        },
    )?;
    line.get(9).map(|inode| (*inode).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let mut fields: Vec<String> = (3..=52).map(|number| number.to_string()).collect();
        fields[0] = "S".to_owned();
        let stat = format!("7 (be) d (side) {}\n", fields.join(" "));
        assert_eq!(read_stat(&stat), Some(Stat { ticks: 29, threads: 20, pages: 24 }));
        assert_eq!(read_stat("7 (x"), None);
    }

    #[test]
    fn this_process_is_found_by_its_port_and_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let me = std::process::id();
        assert_eq!(listening(address), Some(me));
        let used = used(&[me]).unwrap();
        assert!(
            used.rss_bytes > 1_000_000 && used.threads >= 1 && used.open_files >= 3,
            "{used:?}"
        );
        drop(listener);
        assert_eq!(listening(address), None);
        assert_eq!(super::used(&[]), None);
    }
}
