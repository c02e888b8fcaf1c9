//! RTP headers as far as a packet of ours needs them (RFC 3550, one-byte extensions of RFC 8285).
//!
//! In: the fields of a header; a packet. Out: its bytes; what a receiver looks at.
//! Never: reads an extension that nobody here uses.

const EXTENDED: u8 = 0x10;
const VERSION: u8 = 0x80;
const PROFILE: [u8; 2] = [0xbe, 0xde];
/// Reports on the same port (RFC 5761).
const REPORTS: std::ops::RangeInclusive<u8> = 192..=223;

/// What a datagram is, by its first bytes (RFC 7983, RFC 5761).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rtp,
    Rtcp,
    Other,
}

pub(super) fn kind(datagram: &[u8]) -> Kind {
    match datagram.first_chunk::<2>() {
        Some([first, second]) if first & 0xc0 == VERSION => {
            if REPORTS.contains(second) {
                Kind::Rtcp
            } else {
                Kind::Rtp
            }
        }
        Some(_) | None => Kind::Other,
    }
}

/// The header of a packet to be sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) marker: bool,
    pub(super) payload_type: u8,
    pub(super) seq: u16,
    pub(super) timestamp: u32,
    pub(super) ssrc: u32,
}

impl Header {
    /// Writes it with these extensions; its length.
    pub(super) fn write(self, packet: &mut Vec<u8>, extensions: &[(u8, &[u8])]) -> usize {
        let start = packet.len();
        let marker = if self.marker { 0x80 } else { 0 };
        packet.extend([VERSION | EXTENDED, marker | self.payload_type]);
        packet.extend(self.seq.to_be_bytes());
        packet.extend(self.timestamp.to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        packet.extend(PROFILE);
        let bytes: usize = extensions.iter().map(|(_, value)| 1 + value.len()).sum();
        let words = u16::try_from(bytes.div_ceil(4)).expect("a handful of extensions");
        packet.extend(words.to_be_bytes());
        let body = packet.len();
        for (id, value) in extensions {
            let length = u8::try_from(value.len()).expect("at most sixteen bytes") - 1;
            packet.push(id << 4 | length);
            packet.extend_from_slice(value);
        }
        packet.resize(body + 4 * usize::from(words), 0);
        packet.len() - start
    }
}

/// What a receiver looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Where the payload begins.
    pub header_bytes: usize,
    /// What it carries.
    pub payload_type: u8,
    /// Its number in its stream.
    pub seq: u16,
    /// Its stream.
    pub ssrc: u32,
    /// The number across all streams, by which arrivals are told of.
    pub transport: Option<u16>,
}

/// Reads a packet, of which the extension `transport` holds the number across all streams.
#[must_use]
pub fn read(packet: &[u8], transport: u8) -> Option<Seen> {
    let [first, second, seq_high, seq_low, _, _, _, _, ssrc @ ..] = packet.first_chunk::<12>()?;
    let mut seen = Seen {
        header_bytes: 12 + 4 * usize::from(first & 0x0f),
        payload_type: second & 0x7f,
        seq: u16::from_be_bytes([*seq_high, *seq_low]),
        ssrc: u32::from_be_bytes(*ssrc),
        transport: None,
    };
    if first & EXTENDED != 0 {
        let extension = packet.get(seen.header_bytes..)?;
        let [_, _, high, low] = extension.first_chunk::<4>()?;
        let bytes = 4 * usize::from(u16::from_be_bytes([*high, *low]));
        seen.header_bytes += 4 + bytes;
        seen.transport = number(extension.get(4..4 + bytes)?, transport);
    }
    Some(seen)
}

fn number(mut elements: &[u8], wanted: u8) -> Option<u16> {
    while let Some((head, rest)) = elements.split_first() {
        if *head == 0 {
            elements = rest;
            continue;
        }
        let (value, next) = rest.split_at_checked(usize::from(head & 0x0f) + 1)?;
        if head >> 4 == wanted {
            return Some(u16::from_be_bytes(value.try_into().ok()?));
        }
        elements = next;
    }
    None
}

/// The number next to the last that ends in these 16 bits.
pub(super) fn extended(last: u64, low: u16) -> u64 {
    let here = (last & !0xffff) + u64::from(low);
    if here + 0x8000 < last {
        here + 0x1_0000
    } else if here > last + 0x8000 && here >= 0x1_0000 {
        here - 0x1_0000
    } else {
        here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_back() {
        let header =
            Header { marker: true, payload_type: 96, seq: 65_535, timestamp: 7, ssrc: 0xdead_beef };
        let mut packet = Vec::new();
        let length = header.write(&mut packet, &[(4, b"1"), (3, &[1, 2]), (1, &[30])]);
        packet.extend([9; 40]);
        let seen = read(&packet, 3).unwrap();
        assert_eq!(length, 12 + 4 + 8);
        assert_eq!(seen.header_bytes, length);
        assert_eq!((seen.payload_type, seen.seq, seen.ssrc), (96, 65_535, 0xdead_beef));
        assert_eq!(seen.transport, Some(258));
        assert_eq!(read(&packet, 5).unwrap().transport, None);
        assert_eq!(read(&packet[..20], 3), None, "cut off");
    }

    #[test]
    fn datagrams_are_told_apart() {
        assert_eq!(kind(&[0x90, 96, 0]), Kind::Rtp);
        assert_eq!(kind(&[0x90, 0x80 | 96, 0]), Kind::Rtp);
        assert_eq!(kind(&[0x80, 200]), Kind::Rtcp);
        assert_eq!(kind(&[0x8f, 205]), Kind::Rtcp);
        assert_eq!([kind(&[0, 1]), kind(&[22, 254]), kind(&[0x80])], [Kind::Other; 3]);
    }

    #[test]
    fn numbers_go_round() {
        assert_eq!(extended(65_530, 3), 65_539);
        assert_eq!(extended(65_539, 65_530), 65_530);
        assert_eq!(extended(10, 20), 20);
        assert_eq!(extended(5, 65_000), 65_000);
    }
}
