//! What single values cannot show: settings that do not go together.
//!
//! In: typed settings. Out: what conflicts, by key, in sentences that follow its name.
//! Never: looks at the machine; whether a port is free is for `bedside doctor`.

use crate::settings::{Announce, Config, Http, Log, Media, Metrics, Oidc, Recording, Store};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Longest drain, in seconds. A service manager kills a stop that takes much longer, and an
/// operator who waits ten minutes has forgotten why.
const DRAIN_SECONDS_MAX: u16 = 600;

/// Most shards. More threads than any machine has cores would only take ports.
const SHARDS_MAX: u16 = 256;

/// Longest part, in seconds. What a crash loses is at most one.
const PART_SECONDS_MAX: u16 = 30;

/// Fewest public keys. With one, a lost key is every recording lost.
const RECIPIENTS_MIN: usize = 2;

/// The levels a log line can have.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// One setting that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// Its section.
    pub(crate) section: &'static str,
    /// Its key.
    pub(crate) key: &'static str,
    /// What is wrong; follows the name of the setting.
    pub(crate) message: String,
}

/// Everything that does not go together.
pub(crate) fn check(config: &Config) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    conflicts.extend(check_http(&config.http));
    conflicts.extend(check_media(&config.media));
    conflicts.extend(check_store(&config.store));
    conflicts.extend(check_recording(&config.recording));
    conflicts.extend(check_oidc(&config.oidc));
    conflicts.extend(check_metrics(&config.metrics, &config.http));
    conflicts.extend(check_log(&config.log));
    conflicts
}

fn conflict(section: &'static str, key: &'static str, message: String) -> Conflict {
    Conflict { section, key, message }
}

fn check_http(http: &Http) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    if http.public_url.is_empty() && http.listen.ip().is_unspecified() {
        let message = format!(
            "is missing: personal links would begin with http://{}, which nobody can open. \
             Write what people's browsers see, such as \"https://visits.example.org\"",
            http.listen
        );
        conflicts.push(conflict("http", "public_url", message));
    }
    if let Some(message) = wrong_url(&http.public_url) {
        conflicts.push(conflict("http", "public_url", message));
    }
    if http.drain_seconds > DRAIN_SECONDS_MAX {
        let message = format!("is {}; at most {DRAIN_SECONDS_MAX}", http.drain_seconds);
        conflicts.push(conflict("http", "drain_seconds", message));
    }
    conflicts
}

/// What is wrong with a public address; an empty one is the default and is not.
fn wrong_url(url: &str) -> Option<String> {
    const SHAPE: &str = "write it like \"https://visits.example.org\"";
    if url.is_empty() {
        return None;
    }
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return Some(format!("does not begin with https:// or http://; {SHAPE}"));
    };
    if rest.contains(['/', '?', '#']) {
        return Some(format!("has something behind the host; {SHAPE}"));
    }
    if rest.contains('@') {
        return Some(format!("holds a user name; {SHAPE}"));
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let host_is_plain =
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(c));
    if !host_is_plain {
        return Some(format!("has no host a browser could open; {SHAPE}"));
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Some(format!("has a port that is not one; {SHAPE}"));
    }
    None
}

fn check_oidc(oidc: &Oidc) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    if oidc.issuer.is_empty() {
        return conflicts;
    }
    let rest = ["https://", "http://"].iter().find_map(|start| oidc.issuer.strip_prefix(start));
    if rest.is_none_or(|rest| rest.is_empty() || rest.contains(['?', '#', '@', ' '])) {
        let message = "is no issuer; write it as the provider does, such as \
                       \"https://login.example.org/realms/clinic\""
            .to_owned();
        conflicts.push(conflict("oidc", "issuer", message));
    }
    if oidc.client_id.is_empty() {
        let message = "is missing; it is our name at the provider of `oidc.issuer`".to_owned();
        conflicts.push(conflict("oidc", "client_id", message));
    }
    conflicts
}

fn check_media(media: &Media) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    if media.shards > SHARDS_MAX {
        let message = format!("is {}; at most {SHARDS_MAX}", media.shards);
        conflicts.push(conflict("media", "shards", message));
    } else if media.port != 0 && media.port.checked_add(media.shards).is_none() {
        let message = format!(
            "is {}, and {} shards take a port each from there; the last port is 65535",
            media.port, media.shards
        );
        conflicts.push(conflict("media", "port", message));
    }
    conflicts.extend(check_addresses(&media.addresses));
    conflicts.extend(media.announce.iter().filter_map(|pair| wrong_pair(pair, &media.addresses)));
    if let Some(twice) = first_twice(media.announce.iter().map(|pair| pair.local)) {
        let message = format!("names {twice} twice as `local`; each has one public address");
        conflicts.push(conflict("media", "announce", message));
    }
    conflicts
}

fn check_addresses(addresses: &[IpAddr]) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for address in addresses {
        if !can_be_reached(*address) {
            let message = format!(
                "holds {address}, which is no single address; leave the list empty to use every \
                 address of this machine"
            );
            conflicts.push(conflict("media", "addresses", message));
        }
    }
    if let Some(twice) = first_twice(addresses.iter().copied()) {
        conflicts.push(conflict("media", "addresses", format!("names {twice} twice")));
    }
    conflicts
}

fn wrong_pair(pair: &Announce, addresses: &[IpAddr]) -> Option<Conflict> {
    let Announce { local, public } = *pair;
    let message = if !can_be_reached(local) || !can_be_reached(public) {
        format!("maps {local} to {public}; both have to be single addresses")
    } else if local.is_ipv4() != public.is_ipv4() {
        format!("maps {local} to {public}; both have to be IPv4 or both IPv6")
    } else if !addresses.is_empty() && !addresses.contains(&local) {
        format!("maps {local}, which is not among `media.addresses`")
    } else {
        return None;
    };
    Some(conflict("media", "announce", message))
}

/// Whether a browser could send to it.
const fn can_be_reached(address: IpAddr) -> bool {
    !address.is_unspecified() && !address.is_multicast()
}

fn first_twice(addresses: impl Iterator<Item = IpAddr>) -> Option<IpAddr> {
    let mut seen = BTreeSet::new();
    addresses.into_iter().find(|address| !seen.insert(*address))
}

fn check_store(store: &Store) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    if store.data_dir.as_os_str().is_empty() {
        let message = "is empty; write a folder, such as \"/var/lib/bedside\"".to_owned();
        conflicts.push(conflict("store", "data_dir", message));
    }
    if let Some(message) = wrong_database(&store.url) {
        conflicts.push(conflict("store", "url", message));
    }
    if store.url.is_empty() && !store.password_file.as_os_str().is_empty() {
        let message = "is the password of `store.url`, which is empty".to_owned();
        conflicts.push(conflict("store", "password_file", message));
    }
    conflicts
}

fn check_recording(recording: &Recording) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let keys: BTreeSet<_> = recording.recipients.iter().collect();
    if !keys.is_empty() && keys.len() < RECIPIENTS_MIN {
        let message = "names one key; name two or more different ones, since a lost key is a lost \
                       recording"
            .to_owned();
        conflicts.push(conflict("recording", "recipients", message));
    }
    if recording.part_seconds == 0 || recording.part_seconds > PART_SECONDS_MAX {
        let message = format!("is {}; from 1 to {PART_SECONDS_MAX}", recording.part_seconds);
        conflicts.push(conflict("recording", "part_seconds", message));
    }
    conflicts
}

/// What is wrong with the address of a database; the message never repeats it.
fn wrong_database(url: &str) -> Option<String> {
    if url.is_empty() {
        return None;
    }
    let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
    let Some(rest) = rest else {
        let message = "does not begin with postgres://; write it like \
                       \"postgres://bedside@db.example.org/bedside\"";
        return Some(message.to_owned());
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let user = place.rsplit_once('@').map_or("", |(user, _)| user);
    if user.contains(':') || query.split('&').any(|pair| pair.starts_with("password=")) {
        let message = "holds a password; write that into a file, and name the file with \
                       `store.password_file`";
        return Some(message.to_owned());
    }
    None
}

fn check_metrics(metrics: &Metrics, http: &Http) -> Vec<Conflict> {
    if metrics.listen.port() != 0 && metrics.listen == http.listen {
        let message = format!("is {}, which `http.listen` has", metrics.listen);
        return vec![conflict("metrics", "listen", message)];
    }
    Vec::new()
}

fn check_log(log: &Log) -> Vec<Conflict> {
    log.level
        .split(',')
        .filter(|directive| !is_directive(directive))
        .map(|directive| {
            let message = format!(
                "holds `{directive}`; write a level ({}), or module=level, separated by commas",
                LEVELS.join(", ")
            );
            conflict("log", "level", message)
        })
        .collect()
}

/// `level` or `module=level`.
fn is_directive(directive: &str) -> bool {
    match directive.split_once('=') {
        None => LEVELS.contains(&directive),
        Some((module, level)) => {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
            !module.is_empty() && module.chars().all(plain) && LEVELS.contains(&level)
        }
    }
}

#[cfg(test)]
mod tests;
