//! Orders datagrams for sending, so that one system call carries many.
//!
//! In: datagrams of one socket in the order they were made. Out: trains of datagrams to one
//! receiver, which the kernel splits (UDP_SEGMENT), and the rest one by one.
//! Never: changes the order of what one receiver gets.

use bedside_sfu_core::Transmit;
use std::ops::Range;

/// Most segments of a train; the kernel's own limit is 64 (UDP_MAX_SEGMENTS before 6.9).
const SEGMENTS_MAX: usize = 64;
/// Most bytes of a train; an IP datagram ends at 65,535 with its headers.
const TRAIN_BYTES_MAX: usize = 60_000;

/// Datagrams that leave together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Run {
    /// To one receiver, all as long as the first but the last, which may be shorter.
    Train(Range<usize>),
    /// To any receivers.
    Singles(Range<usize>),
}

/// Brings what goes to one receiver together; the order of each receiver's own stays.
pub(crate) fn gather(transmits: &mut [Transmit]) {
    transmits.sort_by_key(|transmit| transmit.destination);
}

/// Cuts gathered datagrams into runs.
pub(crate) fn runs(transmits: &[Transmit]) -> Vec<Run> {
    let mut runs = Vec::new();
    let (mut singles, mut at) = (0, 0);
    while at < transmits.len() {
        let length = train(transmits.get(at..).unwrap_or_default());
        if length > 1 {
            if singles < at {
                runs.push(Run::Singles(singles..at));
            }
            runs.push(Run::Train(at..at + length));
            singles = at + length;
        }
        at += length.max(1);
    }
    if singles < transmits.len() {
        runs.push(Run::Singles(singles..transmits.len()));
    }
    runs
}

/// How many datagrams from the first on make a train.
fn train(transmits: &[Transmit]) -> usize {
    let Some(first) = transmits.first() else { return 0 };
    let size = first.payload.len();
    let mut bytes = 0;
    for (count, transmit) in transmits.iter().enumerate() {
        let length = transmit.payload.len();
        bytes += length;
        let fits = count < SEGMENTS_MAX && bytes <= TRAIN_BYTES_MAX && length <= size;
        if !fits || transmit.destination != first.destination {
            return count.max(1);
        }
        if length < size {
            return count + 1; // only the last may be shorter
        }
    }
    transmits.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    fn transmit(port: u16, length: usize) -> Transmit {
        let source = SocketAddr::from(([127, 0, 0, 1], 1));
        let destination = SocketAddr::from(([127, 0, 0, 1], port));
        Transmit { source, destination, payload: vec![0; length].into() }
    }

    #[test]
    fn equal_sizes_to_one_receiver_make_a_train() {
        let mut transmits: Vec<_> = [(1, 100), (2, 90), (1, 100), (2, 80), (1, 40), (1, 100)]
            .map(|(port, length)| transmit(port, length))
            .into();
        gather(&mut transmits);
        let lengths: Vec<_> = transmits.iter().map(|transmit| transmit.payload.len()).collect();
        assert_eq!(lengths, [100, 100, 40, 100, 90, 80]);
        assert_eq!(runs(&transmits), [Run::Train(0..3), Run::Singles(3..4), Run::Train(4..6)]);
    }

    #[test]
    fn a_longer_one_or_another_receiver_ends_a_train_and_limits_hold() {
        let transmits = [transmit(1, 50), transmit(1, 60), transmit(2, 60)];
        assert_eq!(runs(&transmits), [Run::Singles(0..3)]);
        let many: Vec<_> = (0..130).map(|_| transmit(1, 10)).collect();
        assert_eq!(runs(&many), [Run::Train(0..64), Run::Train(64..128), Run::Train(128..130)]);
        let large: Vec<_> = (0..60).map(|_| transmit(1, 1_200)).collect();
        assert_eq!(runs(&large), [Run::Train(0..50), Run::Train(50..60)]);
        assert_eq!(runs(&[]), []);
    }
}
