//! The manual is complete, current and true.

use super::{effective, example};
use crate::load::{File, Sources, load};
use crate::settings::{Announce, Config, LogFormat, SECTIONS};
use std::fs;
use std::path::Path;

fn read_back(text: String) -> Config {
    let file = File { path: "example.toml".into(), text };
    load(&Sources { file: Some(file), ..Sources::default() }).expect("the manual is right")
}

/// `make generate` writes the file; otherwise it has to be what the settings say.
#[test]
fn the_committed_manual_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("example.toml");
    if std::env::var_os("BEDSIDE_GENERATE").is_some() {
        fs::write(&path, example()).expect("the folder of the crate can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == example(), "config/example.toml is not current: run `make generate`");
}

#[test]
fn the_manual_reads_back_to_the_defaults() {
    assert_eq!(read_back(example()), Config::default());
}

/// Walks the serialised defaults, so a field outside the declared sections would be found.
#[test]
fn the_manual_holds_every_key_with_its_text() {
    let text = example();
    let manual: toml::Table = text.parse().expect("the manual is TOML");
    let defaults = toml::Table::try_from(Config::default()).expect("settings are TOML");
    assert_eq!(manual, defaults);
    for section in SECTIONS {
        for setting in section.settings {
            assert!(!setting.doc.is_empty(), "{} has no text", setting.key);
            for line in setting.doc {
                assert!(text.contains(&format!("#{line}\n")), "{line}");
            }
        }
    }
}

#[test]
fn what_is_in_force_reads_back_to_the_same() {
    let mut config = Config::default();
    config.log.format = LogFormat::Json;
    config.log.level = "info,\"quoted\"=off".replace('"', "");
    config.media.addresses = vec!["10.0.0.5".parse().expect("an address")];
    config.media.announce = vec![Announce {
        local: "10.0.0.5".parse().expect("an address"),
        public: "203.0.113.7".parse().expect("an address"),
    }];
    config.store.data_dir = "/srv/a \"b\"\\c".into();
    assert_eq!(read_back(effective(&config)), config);
}
