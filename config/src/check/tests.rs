//! Each rule, met and broken.

use super::check;
use crate::settings::{Announce, Config};

/// Changes one thing in the defaults.
type Change = fn(&mut Config);

fn told(change: Change) -> Vec<String> {
    let mut config = Config::default();
    change(&mut config);
    check(&config).into_iter().map(|c| format!("{}.{}", c.section, c.key)).collect()
}

fn pair(local: &str, public: &str) -> Announce {
    Announce {
        local: local.parse().expect("an address"),
        public: public.parse().expect("an address"),
    }
}

#[test]
fn the_defaults_fit() {
    assert_eq!(check(&Config::default()), []);
}

#[test]
fn what_fits_passes() {
    let cases: [Change; 9] = [
        |c| c.http.public_url = "https://visits.example.org".to_owned(),
        |c| c.http.public_url = "http://localhost:8080".to_owned(),
        |c| c.http.public_url = "http://[::1]:8080".to_owned(),
        |c| c.http.public_url = "http://[::1]".to_owned(),
        |c| (c.media.port, c.media.shards) = (65_279, 256),
        |c| (c.media.port, c.media.shards) = (0, 256),
        |c| {
            c.media.announce = vec![pair("10.0.0.5", "203.0.113.7"), pair("fd00::5", "2001:db8::7")]
        },
        |c| c.log.level = "info,bedside_sfu::worker=debug,str0m=off".to_owned(),
        |c| (c.http.listen, c.metrics.listen) = (ephemeral(), ephemeral()),
    ];
    for change in cases {
        assert_eq!(told(change), [""; 0]);
    }
}

fn ephemeral() -> std::net::SocketAddr {
    "127.0.0.1:0".parse().expect("an address")
}

#[test]
fn addresses_people_cannot_open_are_refused() {
    let wrong = [
        "visits.example.org",
        "ftp://visits.example.org",
        "https://",
        "https://visits.example.org/",
        "https://visits.example.org/path",
        "https://visits.example.org?x",
        "https://visits.example.org#x",
        "https://me@visits.example.org",
        "https://visits example.org",
        "https://visits.example.org:99999",
        "https://visits.example.org:",
    ];
    for url in wrong {
        let mut config = Config::default();
        config.http.public_url = url.to_owned();
        assert_eq!(check(&config).len(), 1, "{url}");
    }
    let everywhere: Change = |c| c.http.listen = "0.0.0.0:8080".parse().expect("an address");
    assert_eq!(told(everywhere), ["http.public_url"]);
}

#[test]
fn what_does_not_fit_is_told_by_key() {
    let cases: [(Change, &str); 16] = [
        (|c| c.http.drain_seconds = 601, "http.drain_seconds"),
        (|c| c.media.shards = 257, "media.shards"),
        (|c| (c.media.port, c.media.shards) = (65_535, 1), "media.port"),
        (|c| c.media.addresses = vec!["0.0.0.0".parse().expect("ip")], "media.addresses"),
        (|c| c.media.addresses = vec!["10.0.0.5".parse().expect("ip"); 2], "media.addresses"),
        (|c| c.media.announce = vec![pair("10.0.0.5", "2001:db8::7")], "media.announce"),
        (|c| c.media.announce = vec![pair("10.0.0.5", "0.0.0.0")], "media.announce"),
        (
            |c| c.media.announce = vec![pair("10.0.0.5", "1.1.1.1"), pair("10.0.0.5", "1.1.1.2")],
            "media.announce",
        ),
        (
            |c| {
                c.media.addresses = vec!["10.0.0.6".parse().expect("ip")];
                c.media.announce = vec![pair("10.0.0.5", "1.1.1.1")];
            },
            "media.announce",
        ),
        (|c| c.store.data_dir = "".into(), "store.data_dir"),
        (|c| c.store.url = "mysql://db/bedside".to_owned(), "store.url"),
        (|c| c.store.url = "postgres://bedside:se@cret@db/bedside".to_owned(), "store.url"),
        (|c| c.store.url = "postgres://db/bedside?password=secret".to_owned(), "store.url"),
        (|c| c.store.password_file = "/etc/bedside/db".into(), "store.password_file"),
        (|c| c.metrics.listen = c.http.listen, "metrics.listen"),
        (|c| c.log.level = "info,bedside=loud".to_owned(), "log.level"),
    ];
    for (change, key) in cases {
        assert_eq!(told(change), [key]);
    }
}
