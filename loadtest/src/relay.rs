//! A relay that stands between real clients and a server and makes their lines bad.
//!
//! In: datagrams of browsers, one port a client; orders from a timeline and from an input of
//! lines. Out: the same datagrams when the modelled line lets them out; a word for each order,
//! and reports.
//! Never: looks into a datagram or changes one; hides that this machine was too busy to be true
//! to the line (`late_max_ms`).

mod histogram;
mod input;
mod leg;
mod order;
mod socket;
mod way;

pub use leg::LegReport;
pub use order::{Change, Order, OrderError, Said, Step, Timeline};
pub use way::WayReport;

use input::Input;
use leg::Leg;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;
use serde::Serialize;
use socket::Socket;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// Longest datagram passed on; UDP has no longer one.
const DATAGRAM_BYTES_MAX: usize = 65_536;
/// Legs a relay may have. Each is a handful of sockets; more than this on one thread is late.
pub const LEGS_MAX: usize = 64;

/// What a relay is to do.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Where clients send to, one address a leg.
    pub listen: Vec<SocketAddr>,
    /// What the lines are like from the start.
    pub orders: Vec<Order>,
    /// What happens to them later.
    pub timeline: Timeline,
    /// Decides what is lost and late, so that a run can be had again.
    pub seed: u64,
}

/// Why a relay cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// An address of ours that cannot be used.
    #[error("the relay cannot listen at {address}")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The server's address cannot be used.
    #[error("the relay cannot send to {to}")]
    Connect {
        /// Which.
        to: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// An order for a leg that is not there.
    #[error("there is no leg {0}; legs are counted from one, in the order of --listen")]
    Leg(usize),
    /// More legs than one thread can serve in time.
    #[error("{0} legs are too many for one relay; start another")]
    Legs(usize),
    /// The system does not wait for us.
    #[error("the relay cannot wait for datagrams")]
    Wait(#[source] Errno),
}

/// How it went since the last report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// From the start of the relay.
    pub at_ms: u64,
    /// By leg.
    pub legs: Vec<LegReport>,
}

/// A relay at work.
#[derive(Debug)]
pub struct Relay {
    started: Instant,
    legs: Vec<Leg>,
    steps: VecDeque<Step>,
    end: Option<Duration>,
}

impl Relay {
    /// Opens the sockets of a plan towards a server. The lines are as the plan says from now on.
    ///
    /// # Errors
    /// When an address cannot be used, or the plan speaks of a leg that it does not have.
    pub fn open(now: Instant, to: SocketAddr, plan: &Plan) -> Result<Self, Fault> {
        if plan.listen.len() > LEGS_MAX {
            return Err(Fault::Legs(plan.listen.len()));
        }
        let leg = |(listen, seed): (&SocketAddr, u64)| Leg::open(*listen, to, seed);
        let seeds = (0_u64..).map(|number| plan.seed.wrapping_add(number));
        let legs = plan.listen.iter().zip(seeds).map(leg).collect::<Result<_, Fault>>()?;
        let Timeline { steps, end } = plan.timeline.clone();
        let mut relay = Self { started: now, legs, steps: steps.into(), end };
        for order in &plan.orders {
            relay.handle_order(now, order)?;
        }
        for step in &plan.timeline.steps {
            relay.check(&step.order)?;
        }
        relay.handle_timeout(now)?;
        Ok(relay)
    }

    /// Where clients send to, by leg.
    pub fn listen(&self) -> impl Iterator<Item = SocketAddr> {
        self.legs.iter().map(Leg::listen)
    }

    /// Passes datagrams on until the timeline or the input says that it is over; without an end
    /// in the timeline, until the input ends. What there is to say goes to `say`, line by line.
    ///
    /// # Errors
    /// When the system has no more sockets, or does not wait.
    pub fn run(mut self, input: impl AsFd, mut say: impl FnMut(&str)) -> Result<(), Fault> {
        let mut input = Input::new(input);
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        let mut is_over = false;
        while !is_over {
            let has_lines = self.wait(&input)?;
            let now = Instant::now();
            for leg in &mut self.legs {
                leg.receive(now, &mut buffer)?;
            }
            let lines = if has_lines { input.read() } else { Vec::new() };
            for line in lines {
                is_over |= self.handle_line(now, &line, &mut say);
            }
            for order in self.handle_timeout(now)? {
                say(&told(now - self.started, &order));
            }
            is_over |= match self.end {
                Some(end) => now >= self.started + end,
                None => input.fd.is_none(),
            };
        }
        say(&self.report(Instant::now()));
        Ok(())
    }

    /// Waits until somebody sends, something is due, or a line can be read, which it tells.
    fn wait<F: AsFd>(&self, input: &Input<F>) -> Result<bool, Fault> {
        let input = input.fd.iter().map(AsFd::as_fd);
        let mut fds: Vec<PollFd<'_>> = self
            .legs
            .iter()
            .flat_map(Leg::fds)
            .chain(input.clone())
            .map(|fd| PollFd::new(fd, PollFlags::POLLIN))
            .collect();
        let patience = self.poll_timeout().map(|at| at.saturating_duration_since(Instant::now()));
        match ppoll(&mut fds, patience.map(TimeSpec::from_duration), None) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(Fault::Wait(errno)),
        }
        let said = fds.last().filter(|_| input.len() > 0);
        Ok(said.is_some_and(|fd| fd.any().unwrap_or_default()))
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let due = self.legs.iter().filter_map(Leg::poll_timeout).min();
        let step = self.steps.front().map(|step| self.started + step.at);
        let end = self.end.map(|end| self.started + end);
        [due, step, end].into_iter().flatten().min()
    }

    /// Does what is due, and tells the orders of the timeline it carried out.
    fn handle_timeout(&mut self, now: Instant) -> Result<Vec<Order>, Fault> {
        let mut carried_out = Vec::new();
        while let Some(step) = self.steps.front().filter(|step| self.started + step.at <= now) {
            let order = step.order;
            self.steps.pop_front();
            self.handle_order(now, &order)?;
            carried_out.push(order);
        }
        for leg in &mut self.legs {
            leg.pass_on(now);
        }
        Ok(carried_out)
    }

    /// Does what a line says. Whether that was the last.
    fn handle_line(&mut self, now: Instant, line: &str, say: &mut impl FnMut(&str)) -> bool {
        let said = match Said::parse(line) {
            Ok(said) => said,
            Err(error) => {
                say(&format!("not understood: {error}"));
                return false;
            }
        };
        match said {
            Some(Said::Order(order)) => match self.handle_order(now, &order) {
                Ok(()) => say(&told(now - self.started, &order)),
                Err(fault) => say(&format!("not done: {fault}")),
            },
            Some(Said::Report) => say(&self.report(now)),
            None | Some(Said::Stop) => {}
        }
        said == Some(Said::Stop)
    }

    fn handle_order(&mut self, now: Instant, order: &Order) -> Result<(), Fault> {
        self.check(order)?;
        for (index, leg) in self.legs.iter_mut().enumerate() {
            if order.leg.is_none_or(|number| number == index + 1) {
                leg.handle_order(now, order);
            }
        }
        Ok(())
    }

    fn check(&self, order: &Order) -> Result<(), Fault> {
        match order.leg {
            Some(number) if number == 0 || number > self.legs.len() => Err(Fault::Leg(number)),
            Some(_) | None => Ok(()),
        }
    }

    /// How it went since the last report, as a line of JSON.
    fn report(&mut self, now: Instant) -> String {
        let at_ms = u64::try_from((now - self.started).as_millis()).unwrap_or(u64::MAX);
        let report = Report { at_ms, legs: self.legs.iter_mut().map(Leg::report).collect() };
        serde_json::to_string(&report).expect("numbers and addresses are JSON")
    }
}

/// An order and when it was carried out, for whoever reads along.
fn told(at: Duration, order: &Order) -> String {
    format!("{:.3} s: {order}", at.as_secs_f64())
}

#[cfg(test)]
mod tests;
