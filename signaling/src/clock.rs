//! The one place of the service that reads the clock.
