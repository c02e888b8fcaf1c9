//! The memory of the service.

/// The memory of the service.
#[derive(Debug, Clone)]
pub struct Store;
