//! A packet's way takes no more memory than it did. The goal is none; what is kept here goes down
//! with every step towards it, and never up without a word why.

#[path = "../speed/allocations.rs"]
mod allocations;

/// Allocations for each packet delivered, of which each packet that came is three. What is left are
/// reports once a second, and tables that happen to grow.
const ALLOCATIONS_MAX: f64 = 0.03;

#[test]
fn a_packet_takes_memory_no_more_often_than_it_did() {
    let allocations = allocations::a_packet();
    assert!(allocations <= ALLOCATIONS_MAX, "{allocations:.2} a packet, at most {ALLOCATIONS_MAX}");
}
