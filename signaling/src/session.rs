//! A device's session.
