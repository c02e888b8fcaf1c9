//! Frames out of packets, and what hostile packets cannot do.
