//! The command line: words, defaults and examples.
//!
//! In: what was typed. Out: typed arguments, or help that teaches.
//! Never: does anything.

mod audit;
mod recording;

pub(crate) use audit::{Audit, AuditCommand, AuditVerify};
pub(crate) use recording::{
    Compose, Decode, Export, Fetch, Keygen, Look, Opened, Play, Recording, RecordingCommand,
    Recover, Suite, Verify,
};

use bedside_config::Flag;
use bedside_loadtest::load::command::Load;
use bedside_loadtest::relay::Order;
use bedside_loadtest::sim::command::Sim;
use bedside_signaling::key::Scope;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use uuid::Uuid;

/// Video visits at home: one program that is media server and visit service.
#[derive(Debug, Parser)]
#[command(
    name = "bedside",
    version,
    after_help = "\
Examples:
  bedside serve --dev                 try it on this machine, with a visit to join
  bedside doctor                      is this machine ready to serve?
  bedside keys create --name clinic   an API key for your scheduling system"
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server until Ctrl-C or SIGTERM
    #[command(after_help = "\
Examples:
  bedside serve --dev
      A server on this machine with a visit to join; the links are printed.
  bedside serve --config /etc/bedside/bedside.toml
  bedside serve --http 127.0.0.1:8080 --public-url https://visits.example.org
      Behind a TLS proxy. Browsers give camera and microphone only to https:// and localhost.

On the first Ctrl-C or SIGTERM the server lets requests end (`http.drain_seconds`), then
exits with 0; on the second it exits at once.")]
    Serve(Serve),
    /// Check, print or explain the settings
    #[command(after_help = "\
Examples:
  bedside config example > bedside.toml
  bedside config check --config bedside.toml
  bedside config print --http 127.0.0.1:9000")]
    Config(Config),
    /// Make, list, rotate and revoke API keys
    #[command(after_help = "\
Examples:
  bedside keys create --name clinic
  bedside keys create --name report --scope visits:read
  bedside keys list
  bedside keys revoke 0199a3b2c4d57e6f8a9b0c1d2e3f4a5b")]
    Keys(Keys),
    /// Check that nobody has changed the audit log
    #[command(after_help = "\
Examples:
  bedside audit verify
  bedside audit verify --tenant clinic --checkpoint /mnt/elsewhere/clinic.jws
  bedside audit key")]
    Audit(Audit),
    /// Make keys for recordings, check recordings, close what a crash left
    #[command(after_help = Recording::EXAMPLES)]
    Recording(Recording),
    /// Look for what a first start trips over, and say what to do
    #[command(after_help = "\
Example:
  bedside doctor --config /etc/bedside/bedside.toml

Run it as the user the server runs as, while the server is stopped. Exits with 1 when
something has to be done.")]
    Doctor(Doctor),
    /// Play scripted visits of synthetic people against a server, and tell how it was
    #[command(after_help = Load::EXAMPLES)]
    Loadtest(Loadtest),
    /// Live through visits on bad lines in virtual time, and score what people hear and see
    #[command(after_help = Sim::EXAMPLES)]
    Sim(Sim),
}

/// `bedside serve`
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Also make a visit to join and an API key, and print them
    #[arg(long)]
    pub(crate) dev: bool,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// `bedside config`
#[derive(Debug, Args)]
pub(crate) struct Config {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say whether the settings are right; exits with 1 when they are not
    #[command(after_help = "\
Example:
  bedside config check --config bedside.toml")]
    Check(Settings),
    /// Print the settings in force: defaults, file, environment and flags together
    #[command(after_help = "\
Example:
  bedside config print --http 127.0.0.1:9000")]
    Print(Settings),
    /// Print a settings file with every key, its default and what it is for
    #[command(after_help = "\
Example:
  bedside config example > bedside.toml")]
    Example,
}

/// `bedside keys`
#[derive(Debug, Args)]
pub(crate) struct Keys {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

/// What to do with API keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key; it is printed once and cannot be shown again
    #[command(after_help = "\
Examples:
  bedside keys create --name clinic
  bedside keys create --name report --scope visits:read --expires 90")]
    Create(KeysCreate),
    /// Register software that has a private key and asks for access tokens by itself
    #[command(after_help = "\
Examples:
  bedside keys client --name record --scope visits:read --jwks-url https://ehr.example.org/jwks
  bedside keys client --name record --jwks public-keys.json")]
    Client(KeysClient),
    /// List the keys, without their secrets, and the clients
    #[command(after_help = "\
Example:
  bedside keys list")]
    List(Settings),
    /// Give a key a new secret; the present one works a while longer
    #[command(after_help = "\
Examples:
  bedside keys rotate 0199a3b2c4d57e6f8a9b0c1d2e3f4a5b
  bedside keys rotate 0199a3b2c4d57e6f8a9b0c1d2e3f4a5b --overlap 0
      The present secret is known to somebody else: it ends now.")]
    Rotate(KeysRotate),
    /// Make a key stop working at once
    #[command(after_help = "\
Example:
  bedside keys revoke 0199a3b2c4d57e6f8a9b0c1d2e3f4a5b")]
    Revoke(KeysRevoke),
}

impl KeysCommand {
    /// Where the keys are.
    pub(crate) const fn settings(&self) -> &Settings {
        match self {
            Self::Create(args) => &args.settings,
            Self::Client(args) => &args.settings,
            Self::List(settings) => settings,
            Self::Rotate(args) => &args.settings,
            Self::Revoke(args) => &args.settings,
        }
    }
}

/// `bedside keys create`
#[derive(Debug, Args)]
pub(crate) struct KeysCreate {
    /// What you call it
    #[arg(long)]
    pub(crate) name: String,
    /// What it may do; may be given again. Left out: visits:read and visits:write. The others:
    /// webhooks:read, webhooks:write, audit:read, keys:write, recordings:read, recordings:write,
    /// tutorials:read, tutorials:write, admin (everything)
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    pub(crate) scopes: Vec<Scope>,
    /// Whose visits it sees; keys of one tenant see each other's and nobody else's
    #[arg(long, default_value = "default")]
    pub(crate) tenant: String,
    /// After how many days it stops working by itself. Left out: never
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) expires: Option<u16>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// `bedside keys client`
#[derive(Debug, Args)]
pub(crate) struct KeysClient {
    /// What you call it
    #[arg(long)]
    pub(crate) name: String,
    /// What it may ask for; may be given again. Left out: visits:read and visits:write
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    pub(crate) scopes: Vec<Scope>,
    /// Whose visits it sees
    #[arg(long, default_value = "default")]
    pub(crate) tenant: String,
    /// File with its public keys: a JWK Set
    #[arg(long, value_name = "FILE", required_unless_present = "jwks_url")]
    pub(crate) jwks: Option<PathBuf>,
    /// Where it publishes them instead
    #[arg(long, value_name = "URL", conflicts_with = "jwks")]
    pub(crate) jwks_url: Option<String>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// `bedside keys rotate`
#[derive(Debug, Args)]
pub(crate) struct KeysRotate {
    /// The id that `bedside keys list` prints
    #[arg(value_name = "ID")]
    pub(crate) id: Uuid,
    /// For how many hours the present secret still works; at most 720
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    #[arg(value_parser = clap::value_parser!(u16).range(..=720))]
    pub(crate) overlap: u16,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// `bedside keys revoke`
#[derive(Debug, Args)]
pub(crate) struct KeysRevoke {
    /// The id that `bedside keys list` prints
    #[arg(value_name = "ID")]
    pub(crate) id: Uuid,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// `bedside doctor`
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// `bedside loadtest`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Loadtest {
    /// What else to do.
    #[command(subcommand)]
    pub(crate) command: Option<LoadtestCommand>,
    #[command(flatten)]
    pub(crate) load: Load,
    #[command(flatten, next_help_heading = "Settings of the server on this machine, for a key")]
    pub(crate) settings: Settings,
}

/// How else to test a server.
#[derive(Debug, Subcommand)]
pub(crate) enum LoadtestCommand {
    /// Stand between browsers and the server's media port, and make their lines bad
    #[command(after_help = "\
Examples:
  bedside loadtest relay --to 127.0.0.1:7882 --set 'down.kbps = 250, down.delay_ms = 20'
  bedside loadtest relay --to 127.0.0.1:7882 --timeline evening.toml --seed 7

Each --listen is one client's line. Have the client send its media there: put the address into
the candidate of the server's answer. Down is from the server to the client, up the other way.

An order names what changes; the rest stays. Its words, each below down. or up.:
  kbps             rate, or \"unlimited\"           delay_ms         one way
  buffer_kb        what may wait                  jitter_ms        mean, packets stay in order
  loss_percent     after the queue                loss_burst       mean packets lost at once
  reorder_percent  overtaken by later ones        outage           true: nothing comes through
`leg = 2` in front: the second line only, not all.

While it runs, each line typed is an order, `report` (one line of JSON on the time since the last
one: datagrams, losses, the queue, and how late this machine was), or `stop`. It ends when its
input ends, or when the timeline says so:
  end = 60
  [[step]]
  at = 20
  down.kbps = 250
  [[step]]
  at = 40
  down.kbps = 2000

A run in which late_p99_ms is more than a few is no test of a line but of a busy machine.")]
    Relay(Relay),
}

/// `bedside loadtest relay`
#[derive(Debug, Args)]
pub(crate) struct Relay {
    /// Where the server receives media
    #[arg(long, value_name = "ADDR")]
    pub(crate) to: SocketAddr,
    /// Where a client sends its media instead; may be given again, each its own line
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub(crate) listen: Vec<SocketAddr>,
    /// An order for the lines from the start; may be given again
    #[arg(long = "set", value_name = "ORDER", value_parser = Order::parse)]
    pub(crate) orders: Vec<Order>,
    /// A file of orders, each at its time
    #[arg(long, value_name = "FILE")]
    pub(crate) timeline: Option<PathBuf>,
    /// Decides what is lost, so that a run can be had again
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Settings that have a flag; each wins over the environment and the file.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Settings file; else ./bedside.toml or /etc/bedside/bedside.toml, where there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder of the database and the keys [default: bedside-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// Address of the API and the pages [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// Address of metrics and health [default: 127.0.0.1:9464]
    #[arg(long, value_name = "ADDR")]
    metrics: Option<String>,
    /// UDP port of the first media thread [default: 7882]
    #[arg(long, value_name = "N")]
    media_port: Option<String>,
    /// What people's browsers see: https:// and the host, no slash at the end
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// error, warn, info, debug or trace [default: info]
    #[arg(long, value_name = "LEVEL")]
    log: Option<String>,
}

impl Settings {
    /// The flags given, by the setting they set.
    pub(crate) fn flags(&self) -> Vec<Flag> {
        let flags = [
            ("--data-dir", "store", "data_dir", &self.data_dir),
            ("--http", "http", "listen", &self.http),
            ("--metrics", "metrics", "listen", &self.metrics),
            ("--media-port", "media", "port", &self.media_port),
            ("--public-url", "http", "public_url", &self.public_url),
            ("--log", "log", "level", &self.log),
        ];
        flags
            .into_iter()
            .filter_map(|(name, section, key, value)| {
                Some(Flag { name, section, key, value: value.clone()? })
            })
            .collect()
    }
}

fn scope(name: &str) -> Result<Scope, String> {
    Scope::named(name).ok_or_else(|| {
        let names: Vec<&str> = Scope::ALL.into_iter().map(Scope::name).collect();
        format!("the scopes are {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests;
