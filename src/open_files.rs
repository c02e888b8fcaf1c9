//! The limit of open files. A browser takes one, and so does a synthetic person.
//!
//! In: the system's soft limit, which is for desktops. Out: the hard one in force.
//! Never: a failure. A limit that cannot be raised is the operator's wish, and `bedside doctor`
//! tells when it is low.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises it as far as it may be.
pub(crate) fn raise() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
        && let Err(error) = setrlimit(Resource::RLIMIT_NOFILE, hard, hard)
    {
        tracing::warn!(%error, soft, hard, "the limit of open files could not be raised");
    }
}
