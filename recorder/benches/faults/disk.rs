//! A disk for the spool that is small enough to be full.
//!
//! In: a folder, a size. Out: a file system of that size there, for whoever may mount one; others
//! have the spool's own bound only.
//! Never: outlives its run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a disk is made as large as when somebody has made room.
const ROOMY: &str = "remount,size=64m";

/// A small disk, gone when it is dropped.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Mounts one; nothing, for who may not.
    pub(crate) fn mount(folder: &Path, kilobytes: u32) -> Option<Self> {
        let options = format!("size={kilobytes}k,mode=700");
        mount(&["-t", "tmpfs", "-o", &options, "bedside-faults"], folder)
            .then(|| Self { folder: folder.to_owned() })
    }

    /// Makes room.
    pub(crate) fn grow(&self) {
        assert!(mount(&["-o", ROOMY], &self.folder), "who mounts may mount again");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What cannot be unmounted now, the folder's removal names.
        let _status = Command::new("umount").arg(&self.folder).status();
    }
}

fn mount(options: &[&str], folder: &Path) -> bool {
    let status = Command::new("mount").args(options).arg(folder).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
