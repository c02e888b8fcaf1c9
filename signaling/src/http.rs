//! The routes on one page.
