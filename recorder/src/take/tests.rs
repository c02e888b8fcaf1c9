//! A recording from the first packet to the last part.
