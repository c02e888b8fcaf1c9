//! Reports and requests to be sent.
//!
//! In: their fields, and a buffer. Out: the buffer, longer by one packet of a compound.
//! Never: the order in a compound; the first has to be a report (RFC 3550 section 6.1).

use super::feedback::{Status, TICK_MICROS, TICKS_PER_REFERENCE};
use super::{
    ARRIVALS, BYE, Block, DESCRIPTION, FIR, NACK, PAYLOAD_FEEDBACK, PLI, RECEIVER_REPORT,
    SENDER_REPORT, SenderReport, TRANSPORT_FEEDBACK,
};
use crate::moment::Micros;

/// Most parts a packet's five bits can count.
const PARTS_MAX: usize = 31;
/// Longest run a chunk tells of, and from where a run is told as one.
const RUN_MAX: usize = 0x1fff;
const RUN_FROM: usize = 14;

/// Appends a sender's report; what does not fit into it goes into a receiver's behind it.
pub fn sender_report(out: &mut Vec<u8>, report: &SenderReport, blocks: &[Block]) {
    let (first, rest) = blocks.split_at(blocks.len().min(PARTS_MAX));
    packet(out, SENDER_REPORT, first.len(), |out| {
        out.extend_from_slice(&report.ssrc.to_be_bytes());
        out.extend_from_slice(&report.ntp.0.to_be_bytes());
        for word in [report.timestamp, report.packets, report.octets] {
            out.extend_from_slice(&word.to_be_bytes());
        }
        first.iter().for_each(|one| block(out, one));
    });
    if !rest.is_empty() {
        receiver_report(out, report.ssrc, rest);
    }
}

/// Appends a receiver's report, or as many as the blocks need; without blocks an empty one.
pub fn receiver_report(out: &mut Vec<u8>, ssrc: u32, blocks: &[Block]) {
    let mut rest = blocks;
    loop {
        let (first, after) = rest.split_at(rest.len().min(PARTS_MAX));
        packet(out, RECEIVER_REPORT, first.len(), |out| {
            out.extend_from_slice(&ssrc.to_be_bytes());
            first.iter().for_each(|one| block(out, one));
        });
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
}

fn block(out: &mut Vec<u8>, block: &Block) {
    let lost = block.lost.clamp(-0x80_0000, 0x7f_ffff).cast_unsigned() & 0xff_ffff;
    let words = [
        block.ssrc,
        u32::from(block.fraction_lost) << 24 | lost,
        block.newest,
        block.jitter,
        block.last_report,
        block.since_report,
    ];
    words.iter().for_each(|word| out.extend_from_slice(&word.to_be_bytes()));
}

/// Appends the name that holds the streams of one sender together (RFC 7022); the first 255 bytes
/// of it.
pub fn cname(out: &mut Vec<u8>, ssrc: u32, name: &[u8]) {
    let name = name.get(..255).unwrap_or(name);
    let length = u8::try_from(name.len()).expect("cut to 255");
    packet(out, DESCRIPTION, 1, |out| {
        out.extend_from_slice(&ssrc.to_be_bytes());
        out.extend_from_slice(&[1, length]);
        out.extend_from_slice(name);
        // One zero ends the list, more fill the word.
        out.push(0);
    });
}

/// Appends the end of streams, 31 at most.
pub fn bye(out: &mut Vec<u8>, streams: &[u32]) {
    let streams = streams.get(..PARTS_MAX).unwrap_or(streams);
    packet(out, BYE, streams.len(), |out| {
        streams.iter().for_each(|ssrc| out.extend_from_slice(&ssrc.to_be_bytes()));
    });
}

/// Appends a request for packets of `media`, in ascending order; without any, nothing.
pub fn nack(out: &mut Vec<u8>, sender: u32, media: u32, lost: &[u16]) {
    let Some((&first, rest)) = lost.split_first() else { return };
    packet(out, TRANSPORT_FEEDBACK, usize::from(NACK), |out| {
        out.extend_from_slice(&sender.to_be_bytes());
        out.extend_from_slice(&media.to_be_bytes());
        let (mut head, mut mask) = (first, 0_u16);
        let item = |out: &mut Vec<u8>, head: u16, mask: u16| {
            out.extend_from_slice(&head.to_be_bytes());
            out.extend_from_slice(&mask.to_be_bytes());
        };
        for &number in rest {
            match number.wrapping_sub(head) {
                0 => {}
                step @ 1..=16 => mask |= 1 << (step - 1),
                _ => {
                    item(out, head, mask);
                    (head, mask) = (number, 0);
                }
            }
        }
        item(out, head, mask);
    });
}

/// Appends a request for a keyframe.
pub fn pli(out: &mut Vec<u8>, sender: u32, media: u32) {
    packet(out, PAYLOAD_FEEDBACK, usize::from(PLI), |out| {
        out.extend_from_slice(&sender.to_be_bytes());
        out.extend_from_slice(&media.to_be_bytes());
    });
}

/// Appends a request for a keyframe that has a number.
pub fn fir(out: &mut Vec<u8>, sender: u32, media: u32, number: u8) {
    packet(out, PAYLOAD_FEEDBACK, usize::from(FIR), |out| {
        out.extend_from_slice(&sender.to_be_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&media.to_be_bytes());
        out.extend_from_slice(&[number, 0, 0, 0]);
    });
}

/// Whose arrivals a report tells of, and which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedbackHead {
    /// Who received.
    pub sender: u32,
    /// A stream of the association.
    pub media: u32,
    /// Transport-wide number of the first arrival.
    pub base: u16,
    /// Counts the reports.
    pub number: u8,
}

/// Appends a report of arrivals, in the order of their numbers, and says of how many numbers it
/// tells. It ends before an arrival that is too far from the one before to be told, more than
/// eight seconds; the first and the last are best ones that came.
pub fn feedback<I>(out: &mut Vec<u8>, head: &FeedbackHead, arrivals: I) -> u16
where
    I: Iterator<Item = Option<Micros>> + Clone,
{
    let first = arrivals.clone().flatten().next().unwrap_or_default();
    let reference = ticks(first) / TICKS_PER_REFERENCE;
    let steps = steps(arrivals, reference * TICKS_PER_REFERENCE);
    let count = u16::try_from(steps.clone().take(usize::from(u16::MAX)).count())
        .expect("no more are taken");
    let steps = steps.take(usize::from(count));
    packet(out, TRANSPORT_FEEDBACK, usize::from(ARRIVALS), |out| {
        for word in [head.sender, head.media] {
            out.extend_from_slice(&word.to_be_bytes());
        }
        out.extend_from_slice(&head.base.to_be_bytes());
        out.extend_from_slice(&count.to_be_bytes());
        let [.., r0, r1, r2] = reference.to_be_bytes();
        out.extend_from_slice(&[r0, r1, r2, head.number]);
        chunks(out, steps.clone().map(Status::of));
        for step in steps.flatten() {
            match (u8::try_from(step), i16::try_from(step)) {
                (Ok(soon), _) => out.push(soon),
                (Err(_), Ok(far)) => out.extend_from_slice(&far.to_be_bytes()),
                (Err(_), Err(_)) => {}
            }
        }
    });
    count
}

fn ticks(at: Micros) -> i64 {
    i64::try_from(at.0 / TICK_MICROS).unwrap_or(i64::MAX)
}

/// How many ticks after the one before each came; ends where that cannot be told.
fn steps<I>(arrivals: I, start: i64) -> impl Iterator<Item = Option<i64>> + Clone
where
    I: Iterator<Item = Option<Micros>> + Clone,
{
    arrivals.scan(start, |before, at| {
        let Some(at) = at.map(ticks) else { return Some(None) };
        let step = at - std::mem::replace(before, at);
        i16::try_from(step).ok().map(|_| Some(step))
    })
}

/// Runs where they are long, else fourteen packets to a chunk, or seven if one of them is far.
fn chunks(out: &mut Vec<u8>, mut statuses: impl Iterator<Item = Status> + Clone) {
    while let Some(first) = statuses.clone().next() {
        let run = statuses.clone().take(RUN_MAX).take_while(|status| *status == first).count();
        let near = statuses.clone().take(RUN_FROM);
        let (chunk, told) = if run >= RUN_FROM || run == statuses.clone().take(RUN_FROM).count() {
            let length = u16::try_from(run).expect("RUN_MAX is less");
            ((first as u16) << 13 | length, run)
        } else if near.clone().all(|status| status != Status::Far) {
            let bits = (0..).zip(near).fold(0, |bits, (place, status)| {
                bits | (status as u16) << (13_u32.saturating_sub(place))
            });
            (0x8000 | bits, RUN_FROM)
        } else {
            let bits = (0..).zip(near.take(7)).fold(0, |bits, (place, status)| {
                bits | (status as u16) << (12_u32.saturating_sub(2 * place))
            });
            (0xc000 | bits, RUN_FROM / 2)
        };
        out.extend_from_slice(&chunk.to_be_bytes());
        for _ in 0..told {
            statuses.next();
        }
    }
}

/// Appends a packet with what `body` puts into it, filled up to whole words. Feedback of arrivals
/// may end within a word; zeros after the last step mean nothing, as its count says where it ends.
fn packet(out: &mut Vec<u8>, kind: u8, count: usize, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    let count = u8::try_from(count & 0x1f).expect("five bits");
    out.extend_from_slice(&[0x80 | count, kind, 0, 0]);
    body(out);
    while !(out.len() - start).is_multiple_of(4) {
        out.push(0);
    }
    let words = u16::try_from((out.len() - start) / 4 - 1).unwrap_or(u16::MAX);
    if let Some(place) = out.get_mut(start + 2..start + 4) {
        place.copy_from_slice(&words.to_be_bytes());
    }
}
