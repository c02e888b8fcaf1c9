//! Proves that another implementation understands what we write, and we what it writes: sealing in
//! each suite, heads, reports, feedback, repetitions, over a real handshake and in virtual time.

mod listen;
mod pair;
mod speak;
