//! Shuts the process it runs in away from everything but the two pipes it was given.
//!
//! In: how much memory and time is allowed. Out: a process that can compute, read its standard
//! input and write its standard output, and nothing else.
//! Never: opened again; whoever runs behind the walls has no way back.

use nix::errno::Errno;
use nix::libc;
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::{Gid, Uid, chdir, chroot, close, geteuid, getpid, setgid, setgroups, setuid};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, apply_filter,
};
use std::collections::BTreeMap;
use std::fs;

/// `nobody` and `nogroup` wherever Linux is.
const NOBODY: u32 = 65_534;

/// The files a process is given when it starts: standard input, output and error.
const STANDARD_FILES: u64 = 3;

/// What may be used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Address space, in bytes. A picture that claims to be enormous fails at it.
    pub memory: u64,
    /// Seconds of computing. The parent sees a stuck decoder much sooner; this ends one whose
    /// parent does not look any more.
    pub seconds: u64,
}

/// The walls cannot be put up, so nothing must be decoded here.
#[derive(Debug, thiserror::Error)]
pub enum WallFault {
    /// The kernel refused one.
    #[error("the kernel does not {wall}")]
    Refused {
        /// What it does not do.
        wall: &'static str,
        /// Why.
        #[source]
        source: Errno,
    },
    /// The filter of system calls.
    #[error("the kernel does not filter system calls (seccomp)")]
    Filter(#[from] seccompiler::Error),
    /// The filter of system calls does not exist for this processor.
    #[error("there is no filter of system calls for this processor")]
    Processor(#[from] BackendError),
}

/// Puts up the walls around this process, which must have no second thread.
///
/// The filter of system calls is the wall that has to hold: behind it nothing is opened,
/// connected, started or signalled. The others are for the day a hole is found in it, and stand
/// where the system allows them.
///
/// # Errors
/// The kernel does not take a limit, or has no filter.
pub fn enter(allowance: Allowance) -> Result<(), WallFault> {
    close_inherited();
    let is_root = geteuid().is_root();
    leave_namespaces(is_root);
    if is_root {
        become_nobody().map_err(refused("let root become nobody"))?;
    }
    prctl::set_no_new_privs().map_err(refused("forbid new privileges"))?;
    prctl::set_dumpable(false).map_err(refused("forbid dumps of memory"))?;
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(refused("end a child with its parent"))?;
    let limits = [
        (Resource::RLIMIT_AS, allowance.memory),
        (Resource::RLIMIT_CPU, allowance.seconds),
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_NOFILE, STANDARD_FILES),
    ];
    for (resource, limit) in limits {
        setrlimit(resource, limit, limit).map_err(refused("take a limit"))?;
    }
    apply_filter(&filter()?)?;
    Ok(())
}

fn refused(wall: &'static str) -> impl Fn(Errno) -> WallFault {
    move |source| WallFault::Refused { wall, source }
}

/// Whoever started our parent may have left files open that are passed on from child to child.
fn close_inherited() {
    let Ok(open) = fs::read_dir("/proc/self/fd") else { return };
    let standard = i32::try_from(STANDARD_FILES).unwrap_or(i32::MAX);
    // All are listed before one is closed: the list itself is one of them.
    let numbers: Vec<i32> =
        open.filter_map(|file| file.ok()?.file_name().to_str()?.parse().ok()).collect();
    for number in numbers.into_iter().filter(|number| *number >= standard) {
        let _ = close(number);
    }
}

/// A network, a file tree and a table of processes that have nothing in them. Many containers
/// forbid it, and then the filter stands alone.
fn leave_namespaces(is_root: bool) {
    let mut spaces = CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS;
    if !is_root {
        spaces |= CloneFlags::CLONE_NEWUSER;
    }
    if unshare(spaces).is_ok() {
        // A folder without a file in it that nobody can write to, on every Linux.
        let _ = chroot("/proc/self/fdinfo").and_then(|()| chdir("/"));
    }
}

fn become_nobody() -> Result<(), Errno> {
    setgroups(&[])?;
    setgid(Gid::from_raw(NOBODY))?;
    setuid(Uid::from_raw(NOBODY))
}

/// Calls that need nothing but memory and time of our own.
const HARMLESS: [i64; 27] = [
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_ppoll,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
];

/// Everything that is not listed is answered with "not permitted", which the libraries take as
/// any other refusal of a system.
fn filter() -> Result<BpfProgram, BackendError> {
    let itself = u64::try_from(getpid().as_raw()).unwrap_or(0);
    let mut rules_by_call: BTreeMap<i64, Vec<SeccompRule>> =
        HARMLESS.into_iter().map(|call| (call, Vec::new())).collect();
    for (call, first) in [
        (libc::SYS_read, vec![0]),
        (libc::SYS_readv, vec![0]),
        (libc::SYS_write, vec![1, 2]),
        (libc::SYS_writev, vec![1, 2]),
        // How a process ends itself when it runs into a wall (abort).
        (libc::SYS_tgkill, vec![itself]),
        (libc::SYS_kill, vec![itself]),
    ] {
        let rules = first.into_iter().map(first_is).collect::<Result<_, _>>()?;
        rules_by_call.insert(call, rules);
    }
    let not_permitted = SeccompAction::Errno(u32::try_from(libc::EPERM).unwrap_or(1));
    let processor = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules_by_call, not_permitted, SeccompAction::Allow, processor)?.try_into()
}

/// A call whose first argument is this number.
fn first_is(number: u64) -> Result<SeccompRule, BackendError> {
    let condition = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, number)?;
    SeccompRule::new(vec![condition])
}
