//! What each role may do.
//!
//! In: a role. Out: its capabilities.
//! Never: an exception for one person.
