//! What of a recording's manifest the service has to know: which objects there are.
//!
//! In: the manifest's bytes. Out: names, sizes and hashes.
//! Never: a judgement of it; whether it is whole and signed is checked by whoever fetches it
//! (`bedside recording verify`), with nothing that this server says.

use aws_lc_rs::digest;
use bedside_signaling_api::kept::RecordingObject;
use serde::Deserialize;
use std::fmt::Write as _;

/// What a manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Name of the recording's own key, where it has one.
    pub(super) own_key: Option<String>,
    /// The sealed parts, in their order.
    pub(super) parts: Vec<RecordingObject>,
}

/// The fields of a line that matter here.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Begin {
        #[serde(default)]
        shreddable: bool,
        #[serde(default)]
        suite: String,
    },
    Part {
        object: String,
        len: u64,
        sha256: String,
    },
    #[serde(other)]
    Other,
}

/// Reads a manifest as far as it goes: one of a recording that is being made may end in the
/// middle of a line.
pub(super) fn read(bytes: &[u8]) -> Said {
    let mut said = Said::default();
    for line in bytes.split(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(Line::Begin { shreddable, suite }) => {
                let ending = if suite == "aes256gcm" { "gcm" } else { "age" };
                said.own_key = shreddable.then(|| format!("{}{ending}", super::OWN_KEY));
            }
            Ok(Line::Part { object, len, sha256 }) => {
                said.parts.push(RecordingObject { name: object, bytes: len, sha256 });
            }
            Ok(Line::Other) | Err(_) => {}
        }
    }
    said
}

/// An object as the list shows it.
pub(super) fn object(name: &str, bytes: &[u8]) -> RecordingObject {
    RecordingObject {
        name: name.to_owned(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        sha256: sha256(bytes),
    }
}

/// SHA-256 in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{read, sha256};

    #[test]
    fn a_manifest_is_read_as_far_as_it_goes() {
        let text = concat!(
            r#"{"kind":"begin","recording":"r","suite":"age","shreddable":true,"sig":"x"}"#,
            "\n",
            r#"{"kind":"part","epoch":0,"n":0,"object":"00000-000000.age","len":7,"sha256":"ab"}"#,
            "\n",
            r#"{"kind":"gap","from_ms":1,"to_ms":2}"#,
            "\n",
            r#"{"kind":"part","epoch":0,"n":1,"object":"00000-000001.age","len":9,"sha256":"cd"}"#,
            "\n",
            r#"{"kind":"part","epo"#,
        );
        let said = read(text.as_bytes());
        assert_eq!(said.own_key.as_deref(), Some("key.age"));
        let parts: Vec<_> =
            said.parts.iter().map(|part| (part.name.as_str(), part.bytes)).collect();
        assert_eq!(parts, [("00000-000000.age", 7), ("00000-000001.age", 9)]);
        assert_eq!(read(b"\xff\n{}\n").parts, []);
        assert_eq!(&sha256(b"")[..8], "e3b0c442");
    }
}
