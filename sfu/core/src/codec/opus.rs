//! How Opus frames lie in a packet (RFC 6716 section 3): telling them apart, joining packets.
//!
//! In: RTP payloads of Opus. Out: how long they sound, their frames, several of them as one.
//! Never: decodes a frame, or trusts a length.

/// Sound of one packet, in ticks of 48 kHz: 120 ms is the most a packet may hold.
const PACKET_TICKS_MAX: u32 = 5_760;

/// Most frames of one packet: 48 of the shortest make 120 ms.
const FRAMES_MAX: usize = 48;

/// Longest frame of a packet with one length for all, or with none (requirement 2).
const FRAME_BYTES_MAX: usize = 1_275;

/// A frame up to this long holds no voice: the encoder only says that it is quiet (DTX).
const SILENT_FRAME_BYTES_MAX: usize = 2;

/// Lengths from here on take two bytes (section 3.2.1).
const TWO_BYTE_LENGTH: usize = 252;

/// The first byte of a packet: how its frames are encoded, and how they are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Toc(u8);

impl Toc {
    /// Of a packet; an empty one has none.
    pub(crate) fn of(packet: &[u8]) -> Option<Self> {
        packet.first().copied().map(Self)
    }

    /// Mode, bandwidth and length of a frame, as one number below 32.
    const fn config(self) -> u8 {
        self.0 >> 3
    }

    /// How the frames are packed: 0 is one, 1 and 2 are two, 3 says how many.
    const fn code(self) -> u8 {
        self.0 & 0b11
    }

    /// Sound of one frame, in ticks of 48 kHz.
    pub(crate) const fn frame_ticks(self) -> u32 {
        let size = self.config() & 0b11;
        match self.config() {
            // SILK: 10, 20, 40, 60 ms.
            0..12 if size == 3 => 2_880,
            0..12 => 480 << size,
            // Hybrid: 10, 20 ms.
            12..16 => 480 << (size & 1),
            // CELT: 2.5, 5, 10, 20 ms.
            _ => 120 << size,
        }
    }

    /// Whether frames of both may lie in one packet: the same encoding and as many channels.
    pub(crate) const fn joins(self, other: Self) -> bool {
        self.0 & !0b11 == other.0 & !0b11
    }
}

/// The frames of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frames<'a> {
    /// The packet's first byte.
    pub(crate) toc: Toc,
    /// At least one, at most 120 ms in all; an empty one stands for sound that was not sent.
    pub(crate) data: Vec<&'a [u8]>,
}

/// Tells the frames of a packet apart; `None` if the packet is malformed.
pub(crate) fn frames(packet: &[u8]) -> Option<Frames<'_>> {
    let (toc, rest) = (Toc::of(packet)?, packet.get(1..)?);
    let data = match toc.code() {
        0 => equal(rest, 1)?,
        1 => equal(rest, 2)?,
        2 => of_own_lengths(rest, 2)?,
        _ => counted(toc, rest)?,
    };
    Some(Frames { toc, data })
}

/// How long a packet sounds, in ticks of 48 kHz; `None` if it cannot be told.
pub(crate) fn ticks(packet: &[u8]) -> Option<u32> {
    let toc = Toc::of(packet)?;
    let frames = match toc.code() {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(packet.get(1)? & 0x3f),
    };
    let ticks = frames * toc.frame_ticks();
    (1..=PACKET_TICKS_MAX).contains(&ticks).then_some(ticks)
}

/// Whether the packet holds no voice, only the word that it is quiet (DTX).
pub(crate) fn is_silence(packet: &[u8]) -> bool {
    let silent = |frame: &&[u8]| frame.len() <= SILENT_FRAME_BYTES_MAX;
    // Most packets are one voiced frame; their length says it without a look inside.
    let most = match Toc::of(packet).map_or(0, Toc::code) {
        0 => 1,
        1 | 2 => 2,
        _ => FRAMES_MAX,
    };
    let may_be = packet.len() <= 2 + most * (1 + SILENT_FRAME_BYTES_MAX);
    may_be && frames(packet).is_some_and(|frames| frames.data.iter().all(silent))
}

/// Packets that follow each other as one packet. `None` if they are encoded differently, sound
/// longer than 120 ms together, or one is malformed. A single one stays as it is.
pub(crate) fn join(packets: &[&[u8]]) -> Option<Vec<u8>> {
    if let [single] = packets {
        return Some(single.to_vec());
    }
    let parts: Vec<_> = packets.iter().map(|packet| frames(packet)).collect::<Option<_>>()?;
    let toc = parts.first()?.toc;
    if !parts.iter().all(|part| part.toc.joins(toc)) {
        return None;
    }
    let data: Vec<&[u8]> = parts.into_iter().flat_map(|part| part.data).collect();
    let count = u8::try_from(data.len()).ok().filter(|count| usize::from(*count) <= FRAMES_MAX)?;
    if u32::from(count) * toc.frame_ticks() > PACKET_TICKS_MAX {
        return None;
    }
    let (last, others) = data.split_last()?;
    let of_one_length = others.iter().all(|frame| frame.len() == last.len());
    let mut joined = vec![toc.0 | 0b11];
    if of_one_length {
        joined.push(count);
    } else {
        joined.push(count | 0x80);
        for frame in others {
            write_length(&mut joined, frame.len())?;
        }
    }
    joined.extend(data.into_iter().flatten());
    Some(joined)
}

/// So many frames of one length.
fn equal(bytes: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    let length = bytes.len() / count;
    if length * count != bytes.len() || length > FRAME_BYTES_MAX {
        return None;
    }
    if length == 0 {
        return Some(vec![bytes; count]);
    }
    Some(bytes.chunks_exact(length).collect())
}

/// So many frames, the length of each but the last written in front.
fn of_own_lengths(mut bytes: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    let mut lengths = Vec::with_capacity(count);
    for _ in 1..count {
        lengths.push(read_length(&mut bytes)?);
    }
    let mut frames = Vec::with_capacity(count);
    for length in lengths {
        let (frame, rest) = bytes.split_at_checked(length)?;
        frames.push(frame);
        bytes = rest;
    }
    frames.push(bytes);
    (bytes.len() <= FRAME_BYTES_MAX).then_some(frames)
}

/// Code 3: a byte that counts the frames, then perhaps padding.
fn counted(toc: Toc, bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let (&head, mut rest) = bytes.split_first()?;
    let count = head & 0x3f;
    if count == 0 || u32::from(count) * toc.frame_ticks() > PACKET_TICKS_MAX {
        return None;
    }
    if head & 0x40 != 0 {
        let mut padding = 0;
        loop {
            let (&byte, after) = rest.split_first()?;
            rest = after;
            // 255 means 254 bytes and another such byte.
            padding += usize::from(byte.min(254));
            if byte < 255 {
                break;
            }
        }
        rest = rest.get(..rest.len().checked_sub(padding)?)?;
    }
    let count = usize::from(count);
    if head & 0x80 != 0 { of_own_lengths(rest, count) } else { equal(rest, count) }
}

fn read_length(bytes: &mut &[u8]) -> Option<usize> {
    let (&first, rest) = bytes.split_first()?;
    *bytes = rest;
    let first = usize::from(first);
    if first < TWO_BYTE_LENGTH {
        return Some(first);
    }
    let (&second, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(first + 4 * usize::from(second))
}

/// `None` if the length is beyond what two bytes can say.
fn write_length(to: &mut Vec<u8>, length: usize) -> Option<()> {
    if length < TWO_BYTE_LENGTH {
        to.push(u8::try_from(length).ok()?);
        return Some(());
    }
    let first = TWO_BYTE_LENGTH + (length & 0b11);
    to.push(u8::try_from(first).ok()?);
    to.push(u8::try_from((length - first) / 4).ok()?);
    Some(())
}

#[cfg(test)]
mod tests;
