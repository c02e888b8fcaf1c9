//! `bedside loadtest`: its options, and what is said and written.
//!
//! In: a script, a server. Out: a report in the terminal, as JSON and as a page; whether all goals
//! hold.
//! Never: a server on another machine, unless told so.

mod address;

use super::desk::Desk;
use super::drawn;
use super::janus::{self, Janus};
use super::play::{self, Peer, Plan, PlayFault};
use super::process;
use super::report::Report;
use super::script::{Script, ScriptError};
use super::scripts::{SCRIPTS, named};
use address::AddressFault;
use clap::{Args, ValueEnum};
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where an address is that no packet is sent to, to learn which of ours is used (RFC 5737).
const ELSEWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)), 9);
/// Most threads that play people.
const THREADS_MAX: u16 = 64;

/// Whom to test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PeerName {
    /// Bedside.
    Bedside,
    /// Janus with its VideoRoom, over its WebSocket.
    Janus,
}

/// Play scripted visits of synthetic people
#[derive(Debug, Clone, Args)]
pub struct Load {
    /// A script that comes with the program (see --list), or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "four")]
    pub script: String,
    /// The server's API
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// An API key that may plan visits; without one, one is made in the store of the settings
    /// below, for this test only
    #[arg(long, value_name = "KEY", env = "BEDSIDE_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// What listens there
    #[arg(long, value_enum, default_value_t = PeerName::Bedside)]
    pub peer: PeerName,
    /// The server's process, to tell what it costs; may be given again. Left out: the one that
    /// listens there
    #[arg(long = "pid", value_name = "N")]
    pub pids: Vec<u32>,
    /// Threads that play the people
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=i64::from(THREADS_MAX)))]
    pub threads: u16,
    /// Instead of what the script says: how long it is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: Option<u32>,
    /// Instead of what the script says: how many visits in all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub visits: Option<u32>,
    /// Folder for report.json and report.html
    #[arg(long, value_name = "DIR", default_value = "target/loadtest")]
    pub out: PathBuf,
    /// Decides what lines lose and when people speak
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Also test a server on another machine, which has to be yours
    #[arg(long)]
    pub beyond_this_machine: bool,
    /// List the scripts that come with the program
    #[arg(long)]
    pub list: bool,
    /// Print the script instead of playing it, to begin one of your own with
    #[arg(long)]
    pub print: bool,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum LoadFault {
    /// No script of that name, and no file.
    #[error("cannot read the script {0}; --list shows those that come with the program")]
    NoScript(String, #[source] io::Error),
    /// A script that cannot be played.
    #[error("{0} is no script: {1}")]
    Script(String, #[source] ScriptError),
    /// Not an address, or not one of this machine.
    #[error(transparent)]
    Address(#[from] AddressFault),
    /// Bedside lets nobody plan visits without one.
    #[error("an API key is missing: --key, or BEDSIDE_KEY")]
    NoKey,
    /// Steps that are Bedside's.
    #[error("{0} has steps that Janus does not know; there people come, go and have lines")]
    Steps(String),
    /// The test could not begin.
    #[error("the test cannot begin: {0}")]
    Play(String),
    /// The report could not be kept.
    #[error("cannot write to {0}")]
    Write(PathBuf, #[source] io::Error),
}

impl From<PlayFault> for LoadFault {
    fn from(fault: PlayFault) -> Self {
        Self::Play(fault.to_string())
    }
}

impl Load {
    /// What `--help` ends with.
    pub const EXAMPLES: &str = "\
Examples:
  make run                             in one terminal, a server to try; then in another
  bedside loadtest                     five visits of four, half a minute
  bedside loadtest --list
  bedside loadtest --print --script churn > mine.toml
  bedside loadtest --script mine.toml --seconds 600 --threads 2
  bedside loadtest --peer janus --server http://127.0.0.1:8188

A script says who comes to each visit and what they do there:
  about = \"Two on bad lines\"
  seconds = 30                  the whole test; the first warm_up_seconds (5) are not counted
  visits = 5                    left out: one after another until the end
  visits_per_second = 5         how fast they begin
  visit_seconds = 20            left out: until the end
  [lines.bad]                   words of `bedside loadtest relay --help`; else perfect
  down = { kbps = 300, loss_percent = 2 }
  [goals]                       the most there may be, such as
  concealed_percent = 3
  [[people]]
  role = \"clinician\"            staff lets the others in
  [[people]]
  role = \"patient\"
  count = 2
  line = \"bad\"                  left out: a perfect one
  comes = 1.5                   seconds after the visit began; goes = 12
  speaks = \"in_turn\"            always, in_turn, never
  camera = [150, 500, 1500]     kbit/s of each layer; [] is no camera
  steady = true                 whatever the server finds worth it: to compare servers
  stack = \"rtc\"                 WebRTC by another library than the server's
  [[people.steps]]
  at = 5                        seconds after they came
  do = \"mute\"                   unmute, camera_off, camera_on, share, unshare, reload, cut,
                                nonsense; or line = \"bad\"

Each packet carries a stamp: what is told of the way through the server counts people without a
modelled line only. Where this program itself was late, so is everything else it tells: give it
cores of its own (taskset), and believe ratios of runs made in turn.

On Ctrl-C the test ends and the report is written. It exits with 1 when a goal does not hold.";

    /// Whether it needs a key and has none.
    #[must_use]
    pub const fn wants_key(&self) -> bool {
        matches!(self.peer, PeerName::Bedside) && self.key.is_none() && !self.list && !self.print
    }

    /// Plays; `say` hears of the test, and `stop` may end it early. Whether all goals hold.
    ///
    /// # Errors
    /// When the test cannot begin, or its report cannot be kept.
    pub async fn run(
        &self,
        mut say: impl FnMut(&str),
        stop: impl Future<Output = ()>,
    ) -> Result<bool, LoadFault> {
        if self.list {
            for (name, text) in SCRIPTS {
                let about = Script::parse(text).map(|script| script.about).unwrap_or_default();
                say(&format!("{name:<14} {about}"));
            }
            return Ok(true);
        }
        let text = self.text()?;
        if self.print {
            say(text.trim_end());
            return Ok(true);
        }
        let plan = self.plan(&text)?;
        say(&format!(
            "{} At most {} people at once.",
            plan.script.about,
            plan.script.people_at_once()
        ));
        if plan.pids.is_empty() {
            say("No process of this machine listens there: what the server costs is not told.");
        }
        let record = play::play(plan, &mut say, stop).await?;
        let report = Report::of(&record);
        say(&format!("\n{}", report.told()));
        self.write(&report)?;
        let out = self.out.display();
        say(&format!("{out}/report.html and {out}/report.json"));
        let (goals, held) = report.held();
        Ok(goals == held)
    }

    fn text(&self) -> Result<String, LoadFault> {
        match named(&self.script) {
            Some(text) => Ok(text.to_owned()),
            None => fs::read_to_string(&self.script)
                .map_err(|source| LoadFault::NoScript(self.script.clone(), source)),
        }
    }

    fn plan(&self, text: &str) -> Result<Plan, LoadFault> {
        let wrong = |wrong| LoadFault::Script(self.script.clone(), wrong);
        let script = Script::parse(text).map_err(wrong)?;
        let script = script.with(self.seconds, self.visits).map_err(wrong)?;
        let server = address::server(&self.server, self.beyond_this_machine)?;
        let (peer, towards) = match self.peer {
            PeerName::Bedside => {
                let key = self.key.as_deref().ok_or(LoadFault::NoKey)?;
                (Peer::Bedside(Desk::new(server, key)), server)
            }
            PeerName::Janus if !janus::plays(&script) => {
                return Err(LoadFault::Steps(self.script.clone()));
            }
            // Its library leaves out loopback addresses, so people send from one that it has.
            PeerName::Janus => (Peer::Janus(Janus { server }), ELSEWHERE),
        };
        let pids = match (self.pids.as_slice(), server.ip().is_loopback()) {
            ([], true) => process::listening(server).into_iter().collect(),
            (pids, _) => pids.to_vec(),
        };
        let threads = self.threads.into();
        Ok(Plan { script, peer, towards, threads, pids, seed: self.seed })
    }

    fn write(&self, report: &Report) -> Result<(), LoadFault> {
        let fault = |path: &Path| {
            let path = path.to_owned();
            move |source| LoadFault::Write(path, source)
        };
        fs::create_dir_all(&self.out).map_err(fault(&self.out))?;
        let json = serde_json::to_string_pretty(report).expect("numbers and words are JSON");
        for (name, text) in [("report.json", json), ("report.html", drawn::page(report))] {
            let path = self.out.join(name);
            fs::write(&path, text).map_err(fault(&path))?;
        }
        Ok(())
    }
}

impl Script {
    /// With another length and another number of visits.
    fn with(mut self, seconds: Option<u32>, visits: Option<u32>) -> Result<Self, ScriptError> {
        if let Some(seconds) = seconds {
            self.lasts = Duration::from_secs(seconds.into());
            // A short test has a short warm-up.
            self.warm_up = self.warm_up.min(self.lasts / 4);
        }
        self.visits = visits.or(self.visits);
        self.checked()
    }
}
