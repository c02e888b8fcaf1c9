//! Proves that another implementation understands what we write, and we what it writes: sealing in
//! each suite, heads, reports, feedback, repetitions, over a real handshake and in virtual time.

#[cfg(test)]
mod listen;
#[cfg(test)]
mod pair;
#[cfg(test)]
mod speak;
