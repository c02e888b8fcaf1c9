//! A load before the real media plane and before the bare loop, in turns.
//!
//! In: how many visits of how many people. Out: what each turn cost, and how long packets took.
//! Never: both at once; each has the same core when it is its turn.

use crate::Outcome;
use crate::bare::{Bare, Line, RESTS_ABOVE, socket};
use crate::crowd::{Crowd, connect};
use crate::media::Media;
use bedside_benches::processor::processor_time_of;
use bedside_loadtest::light::srtp::{KEY_BYTES, Master, SALT_BYTES};
use bedside_loadtest::light::wire::bind;
use bedside_loadtest::light::{Handshake, Lines, Session, TOLD_WITHIN};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

/// Packets a second of one who sends: 120 of a picture, 50 of a voice.
pub(crate) const PACKETS_A_SECOND: usize = 170;
/// How long a turn is, and how long before anything is counted: estimates of lines take a while.
const TURN: Duration = Duration::from_millis(1_000);
const WARM: Duration = Duration::from_millis(1_500);
const WARM_BARE: Duration = Duration::from_millis(100);
/// The first time, until every line is known to carry what is sent.
const WARM_FIRST: Duration = Duration::from_secs(6);

/// So many visits of so many people, of whom the first few send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) visits: usize,
    pub(crate) people: usize,
    pub(crate) senders: usize,
}

/// What a turn cost.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turn {
    /// Microseconds of processor time for each packet delivered.
    pub(crate) us: f64,
    /// Share of a core.
    pub(crate) core: f64,
    /// Share of the packets that should have come.
    pub(crate) delivered: f64,
    /// Milliseconds on the way, of a half, of all but a hundredth, and a thousandth.
    pub(crate) ms: [f64; 3],
}

impl Load {
    /// Packets that come in, and packets that go out, in a second.
    pub(crate) const fn arriving(self) -> usize {
        self.visits * self.senders * PACKETS_A_SECOND
    }

    pub(crate) const fn leaving(self) -> usize {
        self.arriving() * (self.people - 1)
    }

    /// Receive slots a person needs.
    fn lines(self) -> Lines {
        let others = self.senders.min(self.people - 1);
        Lines { audio: others, video: others }
    }
}

/// The people of a load, at the real media plane.
pub(crate) struct Served {
    pub(crate) media: Media,
    pub(crate) crowd: Crowd,
    load: Load,
    /// Where the media plane is reached.
    pub(crate) server: SocketAddr,
}

impl Served {
    /// A media plane with everybody connected.
    pub(crate) fn start(load: Load) -> Outcome<Self> {
        let mut media = Media::start()?;
        let mut crowd = Crowd::new()?;
        let mut server = None;
        for visit in 0..load.visits {
            for person in 0..load.people {
                let socket = bind(Ipv4Addr::LOCALHOST, true)?;
                let (handshake, offer) =
                    Handshake::offer(Instant::now(), socket.local_addr()?, load.lines());
                let answer = media.admit(u64::try_from(visit)?, offer)?;
                let (address, session) = connect(&socket, handshake, &answer)?;
                server = Some(address);
                crowd.seat(socket, address, session, person < load.senders)?;
            }
            crowd.run(Duration::from_millis(1))?;
        }
        crowd.open_every(16);
        crowd.send(true);
        crowd.run(WARM_FIRST)?;
        crowd.send(false);
        crowd.run(TOLD_WITHIN)?;
        let server = server.ok_or("a load of nobody")?;
        Ok(Self { media, crowd, load, server })
    }

    /// One turn.
    pub(crate) fn turn(&mut self) -> Outcome<Turn> {
        let Self { media, crowd, load, .. } = self;
        let turn = turn(crowd, *load, WARM, || media.processor_time());
        media.stats();
        turn
    }

    pub(crate) fn stop(self) {
        self.media.stop();
    }
}

/// The people of a load, at the bare loop.
pub(crate) struct Limit {
    bare: Bare,
    crowd: Crowd,
    load: Load,
}

impl Limit {
    pub(crate) fn start(load: Load) -> Outcome<Self> {
        let mut crowd = Crowd::new()?;
        let socket = socket()?;
        let server = socket.local_addr()?;
        let mut lines = Vec::new();
        for visit in 0..load.visits {
            let first = visit * load.people;
            for person in 0..load.people {
                let own = bind(Ipv4Addr::LOCALHOST, true)?;
                let sends = person < load.senders;
                let others = (first..first + load.people).filter(|other| *other != first + person);
                let ssrc = 1_000 + 2 * u32::try_from(lines.len())?;
                let (theirs, ours) = (master(ssrc), master(ssrc + 1));
                lines.push(Line {
                    address: own.local_addr()?,
                    theirs,
                    ours,
                    heard_by: if sends { others.collect() } else { Vec::new() },
                });
                crowd.seat(own, server, Session::agreed(theirs, ours, ssrc), sends)?;
            }
        }
        crowd.open_every(16);
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let rests = load.arriving() as f64 > RESTS_ABOVE;
        Ok(Self { bare: Bare::start(socket, lines, rests)?, crowd, load })
    }

    /// One turn.
    pub(crate) fn turn(&mut self) -> Outcome<Turn> {
        let thread = self.bare.thread;
        turn(&mut self.crowd, self.load, WARM_BARE, || processor_time_of(thread))
    }

    pub(crate) fn stop(self) -> Outcome<()> {
        self.bare.stop()
    }
}

/// Keys that both ends know.
fn master(number: u32) -> Master {
    let mut random = fastrand::Rng::with_seed(number.into());
    let (mut key, mut salt) = ([0; KEY_BYTES], [0; SALT_BYTES]);
    random.fill(&mut key);
    random.fill(&mut salt);
    Master { key, salt }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a second")]
fn turn(
    crowd: &mut Crowd,
    load: Load,
    warm: Duration,
    processor_time: impl Fn() -> Outcome<Duration>,
) -> Outcome<Turn> {
    crowd.send(true);
    crowd.run(warm)?;
    crowd.take_times();
    let (began, used, before) = (Instant::now(), processor_time()?, crowd.delivered());
    crowd.run(TURN)?;
    let (took, used) = (began.elapsed().as_secs_f64(), (processor_time()? - used).as_secs_f64());
    let after = crowd.delivered();
    let times = crowd.take_times();
    crowd.send(false);
    // Nobody acts while it is the other's turn. A line of which something is still to be told would
    // be down by then, and its voices in packets of 60 ms for six seconds more.
    crowd.run(TOLD_WITHIN)?;
    if after.1 > 0 {
        return Err("a packet could not be opened by its listener".into());
    }
    let packets = (after.0 - before.0) as f64;
    let at = |permille: usize| {
        let index = (times.len() * permille / 1_000).min(times.len().saturating_sub(1));
        times.get(index).map_or(f64::NAN, |nanoseconds| *nanoseconds as f64 / 1e6)
    };
    Ok(Turn {
        us: used * 1e6 / packets.max(1.0),
        core: used / took,
        delivered: packets / (load.leaving() as f64 * took),
        ms: [500, 990, 999].map(at),
    })
}
