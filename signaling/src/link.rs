//! Personal links.

/// Makes and checks personal links.
#[derive(Debug, Clone)]
pub struct Links;
