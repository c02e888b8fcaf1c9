//! Errors as people's software sees them.
