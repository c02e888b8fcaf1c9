//! The scripts that come with the program.
//!
//! In: a name. Out: the text of a script.
//! Never: a script that cannot be played; a test reads them all.

/// Name and text.
pub(crate) const SCRIPTS: [(&str, &str); 6] = [
    ("four", include_str!("../../scripts/four.toml")),
    ("one-to-fifty", include_str!("../../scripts/one-to-fifty.toml")),
    ("churn", include_str!("../../scripts/churn.toml")),
    ("bad-line", include_str!("../../scripts/bad-line.toml")),
    ("two-stacks", include_str!("../../scripts/two-stacks.toml")),
    ("soak", include_str!("../../scripts/soak.toml")),
];

/// The text of this name.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    SCRIPTS.into_iter().find(|(known, _)| *known == name).map(|(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::script::Script;

    #[test]
    fn every_script_can_be_played() {
        for (name, text) in SCRIPTS {
            let script = Script::parse(text).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
            assert!(!script.about.is_empty(), "{name}");
        }
        assert_eq!(named("none"), None);
    }
}
