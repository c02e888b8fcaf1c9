//! The checks of `bedside doctor`, each on the real machine.
//!
//! In: the settings. Out: one finding a check.
//! Never: stops at the first that failed.

use super::Finding;
use bedside_config::{Config, Http, Media};
use nix::sys::resource::{Resource, getrlimit};
use std::fs;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Open files the server wants: one a browser (WebSocket), some for the database and media.
/// A thousand people at once is more than one machine of this kind carries.
const OPEN_FILES_MIN: u64 = 4096;

/// This program was not written before; a clock that says so would void every token and link.
const EARLIEST: jiff::civil::Date = jiff::civil::date(2026, 1, 1);

pub(super) fn all(config: &Config) -> Vec<Finding> {
    vec![
        data_dir(&config.store.data_dir),
        public_url(&config.http),
        tcp("API and pages", config.http.listen, "--http"),
        tcp("metrics", config.metrics.listen, "--metrics"),
        media_ports(&config.media),
        media_addresses(&config.media),
        open_files(),
        clock(jiff::Timestamp::now()),
    ]
}

/// Whether the data folder can be written, or made.
fn data_dir(folder: &Path) -> Finding {
    let shown = folder.display();
    let advice = format!(
        "make it and give it to the user who runs the server (mkdir -p {shown} && chmod 700 \
         {shown}), or name another with --data-dir"
    );
    if !folder.exists() {
        let above = folder.ancestors().skip(1).find(|above| above.exists());
        let above = above.unwrap_or(Path::new("."));
        return match write_in(above) {
            Ok(()) => Finding::well(format!("data folder {shown} will be made at first start")),
            Err(error) => {
                Finding::ill(format!("data folder {shown} cannot be made: {error}"), advice)
            }
        };
    }
    let mode = fs::metadata(folder).map(|metadata| metadata.permissions().mode());
    match (mode, write_in(folder)) {
        (Ok(mode), Ok(())) if mode & 0o077 == 0 => {
            Finding::well(format!("data folder {shown} can be written, by its owner only"))
        }
        (Ok(_), Ok(())) => Finding::ill(
            format!("data folder {shown} is open to other users of this machine"),
            format!("chmod 700 {shown}"),
        ),
        (Err(error), _) | (_, Err(error)) => {
            Finding::ill(format!("data folder {shown} cannot be written: {error}"), advice)
        }
    }
}

/// Writes a file into the folder and removes it.
fn write_in(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".bedside-doctor-{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&probe)?;
    let written = file.write_all(b"x");
    fs::remove_file(&probe)?;
    written
}

/// Whether browsers will give camera and microphone to the pages.
fn public_url(http: &Http) -> Finding {
    let url = if http.public_url.is_empty() {
        format!("http://{}", http.listen)
    } else {
        http.public_url.clone()
    };
    let host = url.split_once("://").map_or(url.as_str(), |(_, host)| host);
    let local = ["localhost", "127.", "[::1]"].iter().any(|start| host.starts_with(start));
    if url.starts_with("https://") || local {
        return Finding::well(format!("people open {url}"));
    }
    Finding::ill(
        format!("people open {url}, where browsers give no camera and no microphone"),
        "put a TLS proxy in front and set http.public_url to its https:// address",
    )
}

/// Whether an address can be listened on.
fn tcp(what: &str, address: SocketAddr, flag: &str) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::well(format!("{what}: {address} is free")),
        Err(error) => Finding::ill(format!("{what}: {address} is not free: {error}"), taken(flag)),
    }
}

fn taken(flag: &str) -> String {
    format!("stop what has it (perhaps a running bedside), or choose another with {flag}")
}

/// Whether each shard finds its UDP port.
fn media_ports(media: &Media) -> Finding {
    let last = media.port.saturating_add(shards(media).saturating_sub(1));
    let busy = (media.port..=last).find_map(|port| {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
        UdpSocket::bind(address).err().map(|error| (port, error))
    });
    match busy {
        None => Finding::well(format!("media: UDP ports {} to {last} are free", media.port)),
        Some((port, error)) => Finding::ill(
            format!("media: UDP port {port} is not free: {error}"),
            taken("--media-port"),
        ),
    }
}

/// Where browsers can reach the media.
fn media_addresses(media: &Media) -> Finding {
    let locals = match bedside_sfu::locals(media) {
        Ok(locals) => locals,
        Err(fault) => return Finding::ill(fault, "correct the settings, or connect a network"),
    };
    // The system lets us bind to its own addresses only.
    let foreign = locals.iter().find(|local| UdpSocket::bind((local.local, 0)).is_err());
    if let Some(foreign) = foreign {
        return Finding::ill(
            format!("media: {} is not an address of this machine", foreign.local),
            "correct media.addresses",
        );
    }
    let announced: Vec<IpAddr> = locals.iter().map(|local| local.announced).collect();
    if !announced.iter().any(|address| is_public(*address)) {
        return Finding::perhaps(
            format!("media: people on this network only can reach {}", list(&announced)),
            "if they come from outside, set media.announce to the public address",
        );
    }
    Finding::well(format!("media: people reach {}", list(&announced)))
}

/// Whether the internet could reach it.
const fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_private() && !address.is_loopback(),
        IpAddr::V6(address) => !address.is_unique_local() && !address.is_loopback(),
    }
}

fn list(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<String>>().join(", ")
}

fn shards(media: &Media) -> u16 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if media.shards == 0 { u16::try_from(cores).unwrap_or(u16::MAX) } else { media.shards }
}

/// Whether enough files may be open at once. The server raises its own limit to the hard one.
fn open_files() -> Finding {
    match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok((_, hard)) if hard >= OPEN_FILES_MIN => {
            Finding::well(format!("{hard} files may be open at once"))
        }
        Ok((_, hard)) => Finding::ill(
            format!("only {hard} files may be open at once; each browser takes one"),
            format!("raise the limit: LimitNOFILE={OPEN_FILES_MIN} for systemd, or ulimit -Hn"),
        ),
        Err(error) => Finding::ill(
            format!("the limit of open files cannot be read: {error}"),
            "run as the user the server runs as",
        ),
    }
}

/// Whether the clock can be right.
fn clock(now: jiff::Timestamp) -> Finding {
    if now.to_zoned(jiff::tz::TimeZone::UTC).date() >= EARLIEST {
        return Finding::well(format!("the clock says {now:.0}"));
    }
    Finding::ill(
        format!("the clock says {now:.0}, which is before this program was written"),
        "set the clock; timedatectl set-ntp true keeps it right",
    )
}

#[cfg(test)]
mod tests;
