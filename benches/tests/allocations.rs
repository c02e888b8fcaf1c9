//! A packet's way takes no memory; what is told beside takes it for answers to checks of the way.

#[path = "../speed/allocations.rs"]
mod allocations;

use allocations::{Allocations, a_packet};

/// Allocations beside each packet delivered: a check takes four, and each person sends one every two
/// and a half seconds.
const BESIDE_MAX: f64 = 0.004;

#[test]
fn a_packets_way_takes_no_memory() {
    let Allocations { way, beside } = a_packet();
    assert!(way <= 0.0, "{way:.4} allocations a packet");
    assert!(beside <= BESIDE_MAX, "{beside:.4} beside a packet, at most {BESIDE_MAX}");
}
