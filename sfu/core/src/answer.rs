//! Reads the media lines back from an answer we made (RFC 8866, RFC 8853), and seats a voice
//! with its face.
//!
//! In: our own answer's SDP. Out: each line's name, kind, directions and simulcast layers; the
//! answer with receive slots paired into streams.
//! Never: reads a client's text; that is the WebRTC library's part.

use bedside_sfu_api::Kind;

/// One media line, seen from the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnswerLine<'a> {
    /// `a=mid`.
    pub(crate) mid: &'a str,
    pub(crate) kind: Kind,
    /// The client sends on it.
    pub(crate) sends: bool,
    /// The client receives on it.
    pub(crate) receives: bool,
    /// Names of the simulcast layers the client sends, lowest first.
    pub(crate) rids: Vec<&'a str>,
    /// The stream that we send on it.
    pub(crate) ours: Option<Ours<'a>>,
}

/// A stream of ours (RFC 5576).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ours<'a> {
    pub(crate) ssrc: u32,
    /// The stream of its retransmissions (RFC 4588).
    pub(crate) repairs: Option<u32>,
    pub(crate) cname: &'a str,
}

/// The audio and video lines in their order; a rejected one neither sends nor receives.
pub(crate) fn lines(answer: &str) -> Vec<AnswerLine<'_>> {
    let mut lines: Vec<AnswerLine<'_>> = Vec::new();
    let mut rejected = false;
    let mut media = false;
    for text in answer.lines() {
        if let Some(description) = text.strip_prefix("m=") {
            let mut words = description.split(' ');
            let kind = match words.next() {
                Some("audio") => Some(Kind::Audio),
                Some("video") => Some(Kind::Video),
                Some(_) | None => None,
            };
            rejected = words.next() == Some("0");
            media = kind.is_some();
            let blank = |kind| AnswerLine {
                mid: "",
                kind,
                sends: false,
                receives: false,
                rids: Vec::new(),
                ours: None,
            };
            lines.extend(kind.map(blank));
        } else if let (true, Some(line)) = (media, lines.last_mut()) {
            attribute(line, text, rejected);
        }
    }
    lines
}

/// The payload types agreed on, with the names of their codecs (`a=rtpmap`).
pub(crate) fn payload_types(answer: &str) -> Vec<(u8, &str)> {
    let mut payload_types: Vec<(u8, &str)> = Vec::new();
    for text in answer.lines().filter_map(|line| line.strip_prefix("a=rtpmap:")) {
        let Some((number, codec)) = text.split_once(' ') else { continue };
        let (Ok(number), Some((name, _))) = (number.parse(), codec.split_once('/')) else {
            continue;
        };
        if !payload_types.contains(&(number, name)) {
            payload_types.push((number, name));
        }
    }
    payload_types
}

/// Our direction is the mirror of the client's.
fn attribute<'a>(line: &mut AnswerLine<'a>, text: &'a str, rejected: bool) {
    match text {
        "a=sendrecv" => (line.sends, line.receives) = (!rejected, !rejected),
        "a=recvonly" => line.sends = !rejected,
        "a=sendonly" => line.receives = !rejected,
        _ => {
            if let Some(mid) = text.strip_prefix("a=mid:") {
                line.mid = mid;
            } else if let Some(rids) = text.strip_prefix("a=simulcast:recv ") {
                line.rids = rids.split(' ').next().unwrap_or_default().split(';').collect();
            } else if let Some(stream) = text.strip_prefix("a=ssrc:") {
                if line.ours.is_none() {
                    line.ours = ours(stream);
                }
            } else if let Some(pair) = text.strip_prefix("a=ssrc-group:FID ") {
                let repairs = pair.split_once(' ').and_then(|(_, second)| second.parse().ok());
                line.ours = line.ours.map(|ours| Ours { repairs, ..ours });
            }
        }
    }
}

/// The first of a line's streams; its name comes with its first attribute.
fn ours(stream: &str) -> Option<Ours<'_>> {
    let (ssrc, attribute) = stream.split_once(' ')?;
    let cname = attribute.strip_prefix("cname:")?;
    Some(Ours { ssrc: ssrc.parse().ok()?, repairs: None, cname })
}

/// Which payload type repeats which (`apt`, RFC 4588).
pub(crate) fn repairs(answer: &str) -> Vec<(u8, u8)> {
    let mut repairs: Vec<(u8, u8)> = Vec::new();
    for text in answer.lines().filter_map(|line| line.strip_prefix("a=fmtp:")) {
        let Some((repair, repeated)) = text.split_once(" apt=") else { continue };
        let (Ok(repair), Ok(repeated)) = (repair.parse(), repeated.parse()) else { continue };
        if !repairs.contains(&(repair, repeated)) {
            repairs.push((repair, repeated));
        }
    }
    repairs
}

/// The header extensions agreed on: their numbers and names (RFC 8285). All lines share them.
pub(crate) fn extensions(answer: &str) -> impl Iterator<Item = (u8, &str)> {
    let extensions = answer.lines().filter_map(|line| line.strip_prefix("a=extmap:"));
    extensions.filter_map(|text| {
        let (id, name) = text.split_once(' ')?;
        Some((id.parse().ok()?, name))
    })
}

/// The answer with the n-th audio slot and the n-th video slot in one stream (RFC 8830):
/// browsers keep the lips of a stream together with its voice. `bind` puts people there.
pub(crate) fn seated(answer: &str) -> String {
    let (mut audio, mut video) = (0_usize, 0_usize);
    let mut is_audio = false;
    let mut seat = None;
    let mut seated = String::with_capacity(answer.len());
    for line in answer.split_inclusive('\n') {
        let text = line.trim_end();
        if let Some(description) = text.strip_prefix("m=") {
            is_audio = description.starts_with("audio");
            seat = None;
        } else if text == "a=sendonly" || text == "a=sendrecv" {
            let count = if is_audio { &mut audio } else { &mut video };
            seat = Some(*count);
            *count += 1;
        }
        match (seat, text.split_once("msid:")) {
            (Some(seat), Some((head, names))) if head == "a=" || head.starts_with("a=ssrc:") => {
                let track = names.split_once(' ').map_or(names, |(_, track)| track);
                seated.push_str(&format!("{head}msid:seat-{seat} {track}\r\n"));
            }
            (Some(_) | None, _) => seated.push_str(line),
        }
    }
    seated
}

/// The answer that asks clients to send nothing while nobody speaks (`usedtx`, RFC 7587).
pub(crate) fn sparing(answer: &str) -> String {
    let opus = payload_types(answer).into_iter().find(|(_, name)| *name == "opus");
    let Some((opus, _)) = opus else { return answer.to_owned() };
    let mark = format!("a=fmtp:{opus} ");
    let mut sparing = String::with_capacity(answer.len());
    for line in answer.split_inclusive('\n') {
        match line.strip_prefix(&mark) {
            Some(parameters) if !parameters.contains("usedtx") => {
                sparing.push_str(&mark);
                sparing.push_str("usedtx=1;");
                sparing.push_str(parameters);
            }
            Some(_) | None => sparing.push_str(line),
        }
    }
    sparing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_voice_and_the_nth_face_share_a_stream() {
        let answer = "v=0\r\na=msid-semantic: WMS x\r\n\
            m=audio 9 X 111\r\na=recvonly\r\na=msid:own a\r\n\
            m=audio 9 X 111\r\na=sendonly\r\na=msid:p q\r\na=ssrc:1 msid:p q\r\n\
            m=video 9 X 96\r\na=sendonly\r\na=msid:r s\r\n\
            m=video 9 X 96\r\na=sendonly\r\na=msid:t u\r\n";
        let expected = answer
            .replace("msid:p q", "msid:seat-0 q")
            .replace("msid:r s", "msid:seat-0 s")
            .replace("msid:t u", "msid:seat-1 u");
        assert_eq!(seated(answer), expected);
    }

    #[test]
    fn reads_the_codecs_agreed_on() {
        let answer = "m=audio 9 X 111\r\na=rtpmap:111 opus/48000/2\r\n\
            m=video 9 X 96 97\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\n\
            m=video 9 X 96\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:x VP9/90000\r\n";
        assert_eq!(payload_types(answer), [(111, "opus"), (96, "VP8"), (97, "rtx")]);
    }

    #[test]
    fn reads_kinds_directions_layers_and_rejections() {
        let answer = "v=0\r\na=group:BUNDLE 0 1\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=recvonly\r\n\
            m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:cam\r\na=recvonly\r\na=simulcast:recv q;h;f\r\n\
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:data\r\na=sendrecv\r\n\
            m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=sendonly\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:4\r\na=sendonly\r\n";
        let read = lines(answer);
        let brief: Vec<_> = read.iter().map(|l| (l.mid, l.kind, l.sends, l.receives)).collect();
        assert_eq!(
            brief,
            [
                ("0", Kind::Audio, true, false),
                ("cam", Kind::Video, true, false),
                ("3", Kind::Video, false, false),
                ("4", Kind::Audio, false, true),
            ]
        );
        assert_eq!(read[1].rids, ["q", "h", "f"]);
    }

    #[test]
    fn reads_our_streams_their_repairs_and_the_extensions() {
        let answer = "m=audio 9 X 111\r\na=sendonly\r\na=extmap:4 mid\r\na=ssrc:7 cname:a\r\n\
            a=ssrc:7 msid:x y\r\nm=video 9 X 96 97\r\na=sendonly\r\na=fmtp:97 apt=96\r\n\
            a=extmap:4 mid\r\na=extmap:13 turned\r\na=ssrc:8 cname:b\r\na=ssrc:9 cname:b\r\n\
            a=ssrc-group:FID 8 9\r\nm=video 9 X 96\r\na=recvonly\r\n";
        let ours: Vec<_> = lines(answer).into_iter().map(|line| line.ours).collect();
        let voice = Ours { ssrc: 7, repairs: None, cname: "a" };
        let face = Ours { ssrc: 8, repairs: Some(9), cname: "b" };
        assert_eq!(ours, [Some(voice), Some(face), None]);
        assert_eq!(repairs(answer), [(97, 96)]);
        assert_eq!(
            extensions(answer).collect::<Vec<_>>(),
            [(4, "mid"), (4, "mid"), (13, "turned")]
        );
    }
}
