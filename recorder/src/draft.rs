//! A file that nobody sees before it is whole.
//!
//! In: where it shall be. Out: a file to write, and at the end the file in its place.
//! Never: half a file left behind, not even by `kill -9`, where the file system can help it; a
//! file written over; a file that others on this machine can read.

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::linkat;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Read and written by whoever made it.
const MODE: u32 = 0o600;

/// A file cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DraftFault {
    /// Something is there already.
    #[error("{} exists already, and nothing is written over", .0.display())]
    Exists(PathBuf),
    /// The system does not let us.
    #[error("{} cannot be written", path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A file on its way.
#[derive(Debug)]
pub struct Draft {
    file: File,
    path: PathBuf,
    /// Its name meanwhile, on a file system that knows no file without one.
    named: Option<Named>,
}

/// A name that is taken back when the file is not finished.
#[derive(Debug)]
struct Named(PathBuf);

impl Drop for Named {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Draft {
    /// Begins a file; its folder has to exist.
    ///
    /// # Errors
    /// Something has its name, or the folder cannot be written to.
    pub fn begin(path: &Path) -> Result<Self, DraftFault> {
        if path.symlink_metadata().is_ok() {
            return Err(DraftFault::Exists(path.to_owned()));
        }
        let folder = folder(path);
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(MODE);
        let unnamed = options.clone().custom_flags(nix::libc::O_TMPFILE).open(folder);
        if let Ok(file) = unnamed {
            return Ok(Self { file, path: path.to_owned(), named: None });
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let named = folder.join(name);
        let file = options.create_new(true).open(&named).map_err(write(path))?;
        Ok(Self { file, path: path.to_owned(), named: Some(Named(named)) })
    }

    /// A file beside another that never gets a name.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn scratch(path: &Path) -> Result<File, DraftFault> {
        tempfile::tempfile_in(folder(path)).map_err(write(path))
    }

    /// The file, to be written.
    #[must_use]
    pub const fn file(&self) -> &File {
        &self.file
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// It is not all on the disk, or something has taken its name meanwhile.
    pub fn finish(self) -> Result<(), DraftFault> {
        self.file.sync_all().map_err(write(&self.path))?;
        match &self.named {
            // A link, unlike a move, fails when the name is taken.
            Some(named) => fs::hard_link(&named.0, &self.path),
            None => {
                let itself = format!("/proc/self/fd/{}", self.file.as_raw_fd());
                let flags = AtFlags::AT_SYMLINK_FOLLOW;
                linkat(AT_FDCWD, itself.as_str(), AT_FDCWD, &self.path, flags)
                    .map_err(|errno: Errno| io::Error::from(errno))
            }
        }
        .map_err(|source| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                DraftFault::Exists(self.path.clone())
            } else {
                DraftFault::Write { path: self.path.clone(), source }
            }
        })
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn write(path: &Path) -> impl Fn(io::Error) -> DraftFault {
    move |source| DraftFault::Write { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests;
