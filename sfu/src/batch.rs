//! Orders datagrams for sending, so that one system call carries many.
//!
//! In: datagrams of one socket in the order they were made. Out: trains of datagrams to one
//! receiver, which the kernel splits (UDP_SEGMENT), and the rest one by one.
//! Never: changes the order of what one receiver gets.

use bedside_sfu_core::Transmit;
use std::net::SocketAddr;
use std::ops::Range;

/// Most segments of a train; the kernel's own limit is 64 (UDP_MAX_SEGMENTS before 6.9).
pub(crate) const SEGMENTS_MAX: usize = 64;
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

/// Datagrams in the order they leave in: by receiver, then as they were made. Used again for each
/// batch.
#[derive(Debug, Default)]
pub(crate) struct Order(Vec<(u64, usize)>);

impl Order {
    /// Brings what goes to one receiver together; the order of each receiver's own stays.
    pub(crate) fn gather<'a>(&'a mut self, transmits: &'a [Transmit]) -> Gathered<'a> {
        self.0.clear();
        let receivers = transmits.iter().map(|transmit| receiver(transmit.destination));
        self.0.extend(receivers.zip(0..));
        self.0.sort_unstable();
        Gathered { transmits, order: &self.0 }
    }
}

/// Datagrams, gathered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gathered<'a> {
    transmits: &'a [Transmit],
    order: &'a [(u64, usize)],
}

impl<'a> Gathered<'a> {
    /// How many there are.
    pub(crate) const fn len(self) -> usize {
        self.order.len()
    }

    /// The one at a place.
    pub(crate) fn get(self, place: usize) -> Option<&'a Transmit> {
        self.transmits.get(self.order.get(place)?.1)
    }

    /// Those from a place on, up to another.
    pub(crate) fn part(self, range: Range<usize>) -> Self {
        Self { order: self.order.get(range).unwrap_or_default(), ..self }
    }

    /// One after the other.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'a Transmit> + Clone {
        self.order.iter().filter_map(move |(_, index)| self.transmits.get(*index))
    }

    /// Cut into runs.
    pub(crate) const fn runs(self) -> Runs<'a> {
        Runs { gathered: self, at: 0 }
    }
}

/// What is left to be cut.
#[derive(Debug, Clone)]
pub(crate) struct Runs<'a> {
    gathered: Gathered<'a>,
    at: usize,
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let (start, end) = (self.at, self.gathered.len());
        while self.at < end {
            let length = train(self.gathered.part(self.at..end));
            if length > 1 {
                if start < self.at {
                    return Some(Run::Singles(start..self.at));
                }
                self.at += length;
                return Some(Run::Train(start..self.at));
            }
            self.at += 1;
        }
        (start < end).then_some(Run::Singles(start..end))
    }
}

/// A receiver as a number, quick to compare. Of two IPv6 addresses it may be the same: what goes to
/// them is then not gathered, and still leaves in its order.
fn receiver(address: SocketAddr) -> u64 {
    let port = u64::from(address.port());
    match address {
        SocketAddr::V4(v4) => u64::from(v4.ip().to_bits()) << 16 | port,
        SocketAddr::V6(v6) => {
            let [.., e, f, g, h] = v6.ip().segments();
            let low = [e, f, g, h].iter().fold(0, |low, part| low << 16 | u64::from(*part));
            low.rotate_left(16) ^ port
        }
    }
}

/// How many datagrams from the first on make a train.
fn train(gathered: Gathered<'_>) -> usize {
    let Some(first) = gathered.get(0) else { return 0 };
    let size = first.payload.len();
    let mut bytes = 0;
    for (count, transmit) in gathered.iter().enumerate() {
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
    gathered.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transmit(port: u16, length: usize) -> Transmit {
        let source = SocketAddr::from(([127, 0, 0, 1], 1));
        let destination = SocketAddr::from(([127, 0, 0, 1], port));
        Transmit { source, destination, payload: vec![0; length].into() }
    }

    fn runs(transmits: &[Transmit]) -> Vec<Run> {
        Order::default().gather(transmits).runs().collect()
    }

    #[test]
    fn equal_sizes_to_one_receiver_make_a_train() {
        let transmits = [(1, 100), (2, 90), (1, 100), (2, 80), (1, 40), (1, 100)]
            .map(|(port, length)| transmit(port, length));
        let mut order = Order::default();
        let gathered = order.gather(&transmits);
        let lengths: Vec<_> = gathered.iter().map(|transmit| transmit.payload.len()).collect();
        assert_eq!(lengths, [100, 100, 40, 100, 90, 80]);
        let runs: Vec<_> = gathered.runs().collect();
        assert_eq!(runs, [Run::Train(0..3), Run::Singles(3..4), Run::Train(4..6)]);
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
