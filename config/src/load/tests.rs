//! Layers, and the sentences an operator reads when something is wrong.

use super::{File, Flag, Sources, load};
use crate::settings::{Announce, Config, LogFormat, SECTIONS};

fn file(text: &str) -> Sources {
    let file = File { path: "bedside.toml".into(), text: text.to_owned() };
    Sources { file: Some(file), ..Sources::default() }
}

fn environment(variables: &[(&str, &str)]) -> Sources {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Sources { environment: variables.iter().map(own).collect(), ..Sources::default() }
}

fn problems(sources: &Sources) -> Vec<String> {
    let error = load(sources).expect_err("these settings are wrong");
    error.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_given_is_the_defaults() {
    assert_eq!(load(&Sources::default()), Ok(Config::default()));
    assert_eq!(load(&file("")), Ok(Config::default()));
}

#[test]
fn flags_win_over_environment_over_file() {
    let mut sources = file("[http]\ndrain_seconds = 1\n[media]\nport = 1000\nshards = 1\n");
    sources.environment = environment(&[
        ("BEDSIDE__MEDIA__PORT", "2000"),
        ("BEDSIDE__MEDIA__SHARDS", " 2 "),
        ("PATH", "/bin"),
    ])
    .environment;
    sources.flags = vec![Flag {
        name: "--media-port",
        section: "media",
        key: "port",
        value: "3000".to_owned(),
    }];
    let config = load(&sources).expect("all of these are right");
    assert_eq!(config.http.drain_seconds, 1);
    assert_eq!(config.media.shards, 2);
    assert_eq!(config.media.port, 3000);
}

#[test]
fn every_kind_of_value_reads_the_same_from_file_and_environment() {
    let from_file = file(
        "[http]\nlisten = '[::1]:80'\npublic_url = 'https://a.example'\n[media]\npin = false\n\
         addresses = ['10.0.0.5', '::1']\n[log]\nformat = 'json'\n[store]\ndata_dir = '/d'\n\
         [[media.announce]]\nlocal = '10.0.0.5'\npublic = '203.0.113.7'\n",
    );
    let from_environment = environment(&[
        ("BEDSIDE__HTTP__LISTEN", "[::1]:80"),
        ("BEDSIDE__HTTP__PUBLIC_URL", "https://a.example"),
        ("BEDSIDE__MEDIA__PIN", "false"),
        ("BEDSIDE__MEDIA__ADDRESSES", "10.0.0.5, ::1"),
        ("BEDSIDE__MEDIA__ANNOUNCE", "10.0.0.5=203.0.113.7"),
        ("BEDSIDE__LOG__FORMAT", "json"),
        ("BEDSIDE__STORE__DATA_DIR", "/d"),
    ]);
    let config = load(&from_file).expect("all of these are right");
    assert_eq!(Ok(config.clone()), load(&from_environment));
    assert_eq!(config.http.listen, "[::1]:80".parse().expect("an address"));
    assert!(!config.media.pin);
    assert_eq!(config.log.format, LogFormat::Json);
    let local = "10.0.0.5".parse().expect("an address");
    let public = "203.0.113.7".parse().expect("an address");
    assert_eq!(config.media.announce, [Announce { local, public }]);
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_choices() {
    assert_eq!(
        problems(&file("# mine\n[media]\nport = 7882\n  prot = 1\n")),
        ["bedside.toml:4:3: [media] has no key `prot`. Did you mean `port`? \
          The keys are port, shards, pin, addresses, announce"]
    );
}

#[test]
fn an_unknown_section_is_named_with_the_choices() {
    assert_eq!(
        problems(&file("[htpp]\nlisten = 'x'\n")),
        ["bedside.toml:1:2: there is no section [htpp]. Did you mean [http]? \
          The sections are [http], [media], [store], [recording], [outward], [oidc], [limits], \
          [metrics], [log]"]
    );
}

#[test]
fn a_key_outside_a_section_is_told_where_it_belongs() {
    assert_eq!(
        problems(&file("listen = 'x'\n")),
        ["bedside.toml:1:1: `listen` stands outside a section; write it below [http] or [metrics]"]
    );
    assert_eq!(
        problems(&file("tls = true\n")),
        ["bedside.toml:1:1: `tls` stands outside a section; the sections are [http], [media], \
          [store], [recording], [outward], [oidc], [limits], [metrics], [log]"]
    );
}

#[test]
fn a_wrong_value_is_told_what_is_wanted() {
    assert_eq!(
        problems(&file("[media]\nport = 99999\npin = 'yes'\n[log]\nformat = 'xml'\n")),
        [
            "bedside.toml:2:1: `media.port` wants a whole number from 0 to 65535, not 99999",
            "bedside.toml:3:1: `media.pin` wants true or false, not \"yes\"",
            "bedside.toml:5:1: `log.format` wants \"text\" or \"json\", not \"xml\"",
        ]
    );
}

#[test]
fn broken_toml_is_told_by_line() {
    let problems = problems(&file("[http]\nlisten = \n"));
    assert!(problems[0].starts_with("bedside.toml:2:"), "{problems:?}");
    assert!(problems[0].contains("not TOML"), "{problems:?}");
}

#[test]
fn a_variable_that_sets_nothing_is_refused() {
    let cases = [
        ("BEDSIDE__MEDIA__PROT", "Did you mean BEDSIDE__MEDIA__PORT?"),
        ("BEDSIDE_MEDIA_PORT", "Did you mean BEDSIDE__MEDIA__PORT?"),
        ("bedside__media__port", "Did you mean BEDSIDE__MEDIA__PORT?"),
        ("BEDSIDE__X", "this variable sets nothing. The variables are BEDSIDE__HTTP__LISTEN,"),
    ];
    for (name, said) in cases {
        let problems = problems(&environment(&[(name, "1")]));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with(name) && problems[0].contains(said), "{problems:?}");
    }
    assert!(load(&environment(&[("BEDSIDE_GENERATE", "1"), ("HOME", "/")])).is_ok());
}

#[test]
fn a_wrong_flag_is_named_as_written() {
    let flag =
        Flag { name: "--http", section: "http", key: "listen", value: "localhost".to_owned() };
    assert_eq!(
        problems(&Sources { flags: vec![flag], ..Sources::default() }),
        ["--http: `http.listen` wants an IP address and a port, such as \"127.0.0.1:8080\", \
          not \"localhost\""]
    );
}

#[test]
fn everything_wrong_is_told_at_once_and_a_conflict_points_at_its_line() {
    let mut sources = file("[http]\n\npublic_url = 'visits.example.org'\n[media]\nx = 1\n");
    sources.environment = environment(&[("BEDSIDE__LOG__LEVEL", "loud")]).environment;
    let problems = problems(&sources);
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[0].starts_with("bedside.toml:3:1: `http.public_url` does not begin"));
    assert!(problems[1].starts_with("bedside.toml:5:1: [media] has no key `x`"));
    assert!(problems[2].starts_with("BEDSIDE__LOG__LEVEL: `log.level` holds `loud`"));
}

#[test]
fn columns_count_characters() {
    let problems = problems(&file("[log]\nlevel = 'info' \n[store]\n\"süß\" = 1\n"));
    assert!(problems[0].starts_with("bedside.toml:4:1: [store] has no key `süß`"), "{problems:?}");
    let problems = self::problems(&file("log = { \"süß\" = 1, x = 2 }\n"));
    assert!(problems[1].starts_with("bedside.toml:1:20: [log] has no key `x`"), "{problems:?}");
}

#[test]
fn every_declared_key_can_be_set_by_its_variable() {
    for section in SECTIONS {
        for setting in section.settings {
            let name = super::variable(section.name, setting.key);
            // A value no kind takes shows that the name is known and the kind is asked.
            let told = load(&environment(&[(&name, "\u{0}")]));
            let text_takes_all =
                ["a text", "a path"].iter().any(|t| setting.expects.starts_with(t));
            match told {
                Ok(_) => assert!(text_takes_all, "{name}"),
                Err(error) => assert!(!error.to_string().contains("sets nothing"), "{error}"),
            }
        }
    }
}
