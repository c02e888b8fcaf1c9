//! The lines somebody types or a test writes, without waiting for them.
//!
//! In: a file descriptor that has something to read. Out: whole lines.
//! Never: more than one read at a time, so that nobody who talks holds up the lines; keeps a line
//! without an end.

use nix::errno::Errno;
use std::os::fd::AsFd;

/// Longest line kept. Every order fits ten times.
const LINE_BYTES_MAX: usize = 4_096;

/// What was read of an input so far.
#[derive(Debug)]
pub(super) struct Input<F> {
    /// Nothing once it has ended.
    pub(super) fd: Option<F>,
    begun: Vec<u8>,
}

impl<F: AsFd> Input<F> {
    pub(super) const fn new(fd: F) -> Self {
        Self { fd: Some(fd), begun: Vec::new() }
    }

    /// The lines that are whole now.
    pub(super) fn read(&mut self) -> Vec<String> {
        let Some(fd) = &self.fd else { return Vec::new() };
        let mut buffer = [0; LINE_BYTES_MAX];
        match nix::unistd::read(fd, &mut buffer) {
            Err(Errno::EAGAIN | Errno::EINTR) => return Vec::new(),
            Ok(0) | Err(_) => {
                self.fd = None;
                // The last line may have no end of its own.
                self.begun.push(b'\n');
            }
            Ok(length) => self.begun.extend(buffer.iter().take(length)),
        }
        let mut lines = Vec::new();
        while let Some(end) = self.begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.begun.drain(..=end).collect();
            lines.push(String::from_utf8_lossy(&line).trim().to_owned());
        }
        if self.begun.len() > LINE_BYTES_MAX {
            self.begun.clear();
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn lines_come_whole_and_the_last_needs_no_end() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let mut input = Input::new(reader);
        writer.write_all(b"report\r\nst").unwrap();
        assert_eq!(input.read(), ["report"]);
        writer.write_all(b"op").unwrap();
        assert!(input.read().is_empty());
        drop(writer);
        assert_eq!(input.read(), ["stop"]);
        assert!(input.fd.is_none() && input.read().is_empty());
    }

    #[test]
    fn a_line_without_an_end_is_not_kept() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let mut input = Input::new(reader);
        for _ in 0..4 {
            writer.write_all(&[b'x'; LINE_BYTES_MAX]).unwrap();
            assert!(input.read().is_empty());
        }
        assert!(input.begun.len() <= LINE_BYTES_MAX);
    }
}
