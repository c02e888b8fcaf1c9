//! How parent and child are understood over a pipe: a head in JSON, a body of bytes.
//!
//! In: values and bytes. Out: the same on the other side, or `Garbled`.
//! Never: believes a length; whoever sits behind the walls may have been taken over.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longest head, in bytes. The longest carries the labels of all who are in a film.
const HEAD_MAX: usize = 1 << 20;

/// Longest body, in bytes: far more than any one picture a browser sends, encoded.
const BODY_MAX: usize = 32 << 20;

/// Bytes before a head: two lengths of 32 bits.
const LENGTHS: usize = 8;

/// What came over the pipe is no message of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what came over the pipe is no message")]
pub struct Garbled;

/// Appends a message.
///
/// # Errors
/// It is larger than messages are.
pub(crate) fn put<H: Serialize>(out: &mut Vec<u8>, head: &H, body: &[u8]) -> Result<(), Garbled> {
    let head = serde_json::to_vec(head).map_err(|_| Garbled)?;
    if head.len() > HEAD_MAX || body.len() > BODY_MAX {
        return Err(Garbled);
    }
    for length in [head.len(), body.len()] {
        out.extend(u32::try_from(length).map_err(|_| Garbled)?.to_le_bytes());
    }
    out.extend_from_slice(&head);
    out.extend_from_slice(body);
    Ok(())
}

/// Bytes that have come, and the messages in them.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    taken: usize,
}

impl Inbox {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next message, when all of it is there.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn take<H: DeserializeOwned>(&mut self) -> Result<Option<(H, Vec<u8>)>, Garbled> {
        let rest = self.bytes.get(self.taken..).unwrap_or_default();
        let Some((lengths, rest)) = rest.split_first_chunk::<LENGTHS>() else { return Ok(None) };
        let [a, b, c, d, e, f, g, h] = *lengths;
        let head_len = length([a, b, c, d], HEAD_MAX)?;
        let body_len = length([e, f, g, h], BODY_MAX)?;
        let Some((head, rest)) = rest.split_at_checked(head_len) else { return Ok(None) };
        let Some(body) = rest.get(..body_len) else { return Ok(None) };
        let message = serde_json::from_slice(head).map_err(|_| Garbled)?;
        let body = body.to_vec();
        self.taken += LENGTHS + head_len + body_len;
        Ok(Some((message, body)))
    }
}

fn length(bytes: [u8; 4], most: usize) -> Result<usize, Garbled> {
    let length = usize::try_from(u32::from_le_bytes(bytes)).map_err(|_| Garbled)?;
    (length <= most).then_some(length).ok_or(Garbled)
}

#[cfg(test)]
mod tests {
    use super::{BODY_MAX, Garbled, Inbox, put};

    #[test]
    fn messages_come_whole_however_they_are_cut() {
        let mut bytes = Vec::new();
        put(&mut bytes, &"first", b"a body").expect("small");
        put(&mut bytes, &"second", b"").expect("small");
        for cut in 1..bytes.len() {
            let (mut inbox, mut got) = (Inbox::default(), Vec::new());
            for piece in bytes.chunks(cut) {
                inbox.push(piece);
                while let Some((head, body)) = inbox.take::<String>().expect("ours") {
                    got.push((head, body));
                }
            }
            let wanted =
                [("first".to_owned(), b"a body".to_vec()), ("second".to_owned(), Vec::new())];
            assert_eq!(got, wanted, "cut every {cut}");
        }
    }

    #[test]
    fn a_length_that_cannot_be_is_not_waited_for() {
        let too_long = u32::try_from(BODY_MAX).expect("it fits") + 1;
        for lengths in [[u32::MAX, 0], [2, too_long]] {
            let mut inbox = Inbox::default();
            inbox.push(&lengths.map(u32::to_le_bytes).concat());
            assert_eq!(inbox.take::<String>(), Err(Garbled));
        }
        let mut inbox = Inbox::default();
        inbox.push(&[2, 0, 0, 0, 0, 0, 0, 0, b'{', b'{']);
        assert_eq!(inbox.take::<String>(), Err(Garbled), "no JSON");
    }
}
