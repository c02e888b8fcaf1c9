//! Makes our answer to an offer (RFC 8829 section 5.3).
//!
//! In: the offer, what we take of it, where and as whom we are reached. Out: the answer's text.
//! Never: decides what is taken.

use super::agreement::{Agreement, Line, OurStream};
use super::handshake::Fingerprint;
use super::offer::{FEEDBACK, Offer, Offered, Section};
use crate::packet::Codec;
use bedside_rtp::header::Extension;
use bedside_sfu_api::{IceCredentials, Kind};
use std::fmt::{self, Write};
use std::net::SocketAddr;

/// About what a section takes.
const SECTION_BYTES: usize = 1_600;
/// Who sends all our streams: one source, by one clock (RFC 7022). It is nobody but us on each
/// connection, so that it says nothing and need not differ.
pub(super) const CNAME: &str = "bedside";
/// How much a candidate of the host's own address is worth (RFC 8445 section 5.1.2).
const HOST_PREFERENCE: u32 = 126;

/// Where and as whom we are reached.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ours<'a> {
    pub(super) credentials: &'a IceCredentials,
    pub(super) fingerprint: Fingerprint,
    pub(super) addresses: &'a [SocketAddr],
}

/// The answer.
pub(super) fn write(offer: &Offer<'_>, agreement: &Agreement, ours: Ours<'_>) -> String {
    let mut answer = String::with_capacity((offer.sections.len() + 1) * SECTION_BYTES);
    put(&mut answer, offer, agreement, ours).expect("a text takes all that is written to it");
    answer
}

/// Which voice and which face come next; those of one number are one stream.
#[derive(Debug, Default)]
struct Seats {
    audio: usize,
    video: usize,
}

impl Seats {
    fn next(&mut self, kind: Kind) -> usize {
        let count = match kind {
            Kind::Audio => &mut self.audio,
            Kind::Video => &mut self.video,
        };
        *count += 1;
        *count - 1
    }
}

fn put(to: &mut String, offer: &Offer<'_>, agreement: &Agreement, ours: Ours<'_>) -> fmt::Result {
    to.push_str("v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE");
    for section in offer.sections.iter().filter(|section| agreement.takes(section)) {
        write!(to, " {}", section.mid)?;
    }
    if offer.mixes {
        to.push_str("\r\na=extmap-allow-mixed");
    }
    to.push_str("\r\na=msid-semantic: WMS *\r\na=ice-lite\r\n");
    let (mut lines, mut seats, mut addresses) =
        (agreement.lines.iter(), Seats::default(), ours.addresses);
    for section in &offer.sections {
        let line = section.kind.and_then(|_| lines.next());
        let Some(line) = line.filter(|_| agreement.takes(section)) else {
            put_refused(to, section)?;
            continue;
        };
        put_head(to, agreement, section)?;
        // All go the way of the first.
        put_way(to, ours, std::mem::take(&mut addresses))?;
        put_line(to, agreement, section, line)?;
        if let Some(stream) = line.ours {
            put_stream(to, stream, (seats.next(line.kind), section.mid))?;
        }
    }
    Ok(())
}

/// A section that we do not take (RFC 3264 section 6). It lists a format that needs no words, as
/// some clients miss the words even here.
fn put_refused(to: &mut String, section: &Section<'_>) -> fmt::Result {
    let Section { medium, protocol, mid, .. } = section;
    let list = if protocol.contains("RTP/") { "0" } else { section.list };
    let head = "c=IN IP4 0.0.0.0\r\n";
    write!(to, "m={medium} 0 {protocol} {list}\r\n{head}a=mid:{mid}\r\na=inactive\r\n")
}

/// The first line of a section: its payload types. Chromium sends RED if it comes before Opus.
fn put_head(to: &mut String, agreement: &Agreement, section: &Section<'_>) -> fmt::Result {
    write!(to, "m={} 9 {}", section.medium, section.protocol)?;
    for Offered { number, red, repair, .. } in agreement.taken(section) {
        for number in [red, Some(number), repair].into_iter().flatten() {
            write!(to, " {number}")?;
        }
    }
    to.push_str("\r\nc=IN IP4 0.0.0.0\r\n");
    Ok(())
}

/// How we are reached (RFC 8839), and who we are (RFC 8122).
fn put_way(to: &mut String, ours: Ours<'_>, addresses: &[SocketAddr]) -> fmt::Result {
    let (ufrag, password) = (ours.credentials.ufrag(), ours.credentials.password());
    for (address, less) in addresses.iter().zip(0_u32..) {
        let (foundation, ip, port) = (less + 1, address.ip(), address.port());
        let priority = HOST_PREFERENCE << 24 | (0xffff - less.min(0xffff)) << 8 | 0xff;
        write!(
            to,
            "a=candidate:{foundation} 1 udp {priority} {ip} {port} typ host ufrag {ufrag}\r\n"
        )?;
    }
    write!(to, "a=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\na=ice-options:trickle\r\n")?;
    write!(to, "a=fingerprint:{}\r\na=setup:passive\r\n", ours.fingerprint)
}

/// What is agreed on for a line.
fn put_line(
    to: &mut String,
    agreement: &Agreement,
    section: &Section<'_>,
    line: &Line,
) -> fmt::Result {
    write!(to, "a=mid:{}\r\n", section.mid)?;
    for extension in Extension::ALL {
        let id = section.extensions.id(extension);
        if let Some(id) = id.filter(|_| agreement.extensions.id(extension) == id) {
            write!(to, "a=extmap:{id} {}\r\n", extension.uri())?;
        }
    }
    to.push_str(match (line.sends, line.receives) {
        (true, true) => "a=sendrecv\r\n",
        (true, false) => "a=recvonly\r\n",
        (false, true) => "a=sendonly\r\n",
        (false, false) => "a=inactive\r\n",
    });
    to.push_str("a=rtcp-mux\r\n");
    for codec in agreement.taken(section) {
        put_codec(to, codec)?;
    }
    if let (true, Some((last, rids))) = (line.sends, line.rids().split_last()) {
        for rid in line.rids() {
            write!(to, "a=rid:{rid} recv\r\n")?;
        }
        to.push_str("a=simulcast:recv ");
        for rid in rids {
            write!(to, "{rid};")?;
        }
        write!(to, "{last}\r\n")?;
    }
    Ok(())
}

/// A codec, what may be told of it, its repeats and its copies. Clients are asked to send nothing
/// while nobody speaks (`usedtx`, RFC 7587).
fn put_codec(to: &mut String, offered: Offered) -> fmt::Result {
    let Offered { codec, number, red, repair, feedback } = offered;
    let (name, parameters) = match codec {
        Codec::Opus => ("opus/48000/2", "usedtx=1;minptime=10;useinbandfec=1"),
        Codec::Vp8 => ("VP8/90000", ""),
        Codec::H264 => {
            ("H264/90000", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")
        }
    };
    write!(to, "a=rtpmap:{number} {name}\r\n")?;
    for (bit, feedback_name) in FEEDBACK.iter().enumerate() {
        if feedback >> bit & 1 == 1 {
            write!(to, "a=rtcp-fb:{number} {feedback_name}\r\n")?;
        }
    }
    if !parameters.is_empty() {
        write!(to, "a=fmtp:{number} {parameters}\r\n")?;
    }
    if let Some(repair) = repair {
        write!(to, "a=rtpmap:{repair} rtx/90000\r\na=fmtp:{repair} apt={number}\r\n")?;
    }
    if let Some(red) = red {
        write!(to, "a=rtpmap:{red} red/48000/2\r\na=fmtp:{red} {number}/{number}\r\n")?;
    }
    Ok(())
}

/// A stream of ours. Browsers keep the lips of a stream together with its voice (RFC 8830), so the
/// n-th voice and the n-th face are one; `bind` puts people there.
fn put_stream(to: &mut String, stream: OurStream, (seat, track): (usize, &str)) -> fmt::Result {
    let OurStream { ssrc, repairs } = stream;
    write!(to, "a=msid:seat-{seat} line-{track}\r\n")?;
    for ssrc in [Some(ssrc), repairs].into_iter().flatten() {
        write!(
            to,
            "a=ssrc:{ssrc} cname:{CNAME}\r\na=ssrc:{ssrc} msid:seat-{seat} line-{track}\r\n"
        )?;
    }
    repairs.map_or(Ok(()), |repairs| write!(to, "a=ssrc-group:FID {ssrc} {repairs}\r\n"))
}

#[cfg(test)]
mod tests;
