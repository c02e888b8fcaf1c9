//! Real sockets of this machine, one thread for the relay, as a browser and a server would.

use super::*;
use std::io::{BufRead as _, BufReader, PipeReader, PipeWriter, Write as _};
use std::net::UdpSocket;
use std::thread::JoinHandle;

/// Longest wait for a datagram or a line that has to come.
const PATIENCE: Duration = Duration::from_secs(20);

struct Rig {
    server: UdpSocket,
    listen: Vec<SocketAddr>,
    orders: PipeWriter,
    said: BufReader<PipeReader>,
    relay: JoinHandle<Result<(), Fault>>,
}

impl Rig {
    fn start(mut plan: Plan) -> Self {
        let any = "127.0.0.1:0".parse().unwrap();
        if plan.listen.is_empty() {
            plan.listen = vec![any];
        }
        let server = socket();
        let relay = Relay::open(Instant::now(), server.local_addr().unwrap(), &plan).unwrap();
        let listen = relay.listen().collect();
        let (input, orders) = std::io::pipe().unwrap();
        let (said, mut say) = std::io::pipe().unwrap();
        let relay =
            std::thread::spawn(move || relay.run(input, |line| writeln!(say, "{line}").unwrap()));
        Self { server, listen, orders, said: BufReader::new(said), relay }
    }

    /// Says a line and reads the answer.
    fn ask(&mut self, line: &str) -> String {
        writeln!(self.orders, "{line}").unwrap();
        self.line()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line
    }

    fn end(self) -> Vec<String> {
        drop(self.orders);
        self.relay.join().unwrap().unwrap();
        self.said.lines().map(Result::unwrap).collect()
    }
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn receive(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = [0; 2_000];
    let (length, from) = socket.recv_from(&mut buffer).unwrap();
    (buffer[..length].to_vec(), from)
}

fn number(report: &str, pointer: &str) -> u64 {
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    report
        .pointer(pointer)
        .and_then(serde_json::Value::as_u64)
        .unwrap_or_else(|| panic!("{report}"))
}

#[test]
fn each_address_of_a_client_has_its_own_towards_the_server() {
    let mut rig = Rig::start(Plan::default());
    let (one, other) = (socket(), socket());
    one.send_to(b"one", rig.listen[0]).unwrap();
    let (payload, one_at) = receive(&rig.server);
    assert_eq!(payload, b"one");
    other.send_to(b"other", rig.listen[0]).unwrap();
    let (payload, other_at) = receive(&rig.server);
    assert_eq!(payload, b"other");
    assert_ne!(one_at, other_at);
    rig.server.send_to(b"to other", other_at).unwrap();
    rig.server.send_to(b"to one", one_at).unwrap();
    assert_eq!(receive(&other), (b"to other".to_vec(), rig.listen[0]));
    assert_eq!(receive(&one), (b"to one".to_vec(), rig.listen[0]));
    let report = rig.ask("report");
    assert_eq!(number(&report, "/legs/0/flows"), 2);
    assert_eq!(number(&report, "/legs/0/up/datagrams"), 2);
    assert_eq!(number(&report, "/legs/0/down/bytes"), 8 + 6 + 2 * 28);
    let said = rig.end();
    assert_eq!((said.len(), number(&said[0], "/legs/0/up/datagrams")), (1, 0));
}

#[test]
fn a_stranger_is_not_heard() {
    let rig = Rig::start(Plan::default());
    let client = socket();
    client.send_to(b"hello", rig.listen[0]).unwrap();
    let (_, at) = receive(&rig.server);
    socket().send_to(b"evil", at).unwrap();
    rig.server.send_to(b"good", at).unwrap();
    assert_eq!(receive(&client).0, b"good");
    rig.end();
}

#[test]
fn the_line_is_as_it_was_ordered() {
    let orders = vec![Order::parse("down.kbps = 400, down.buffer_kb = 10").unwrap()];
    let mut rig = Rig::start(Plan { orders, ..Plan::default() });
    let client = socket();
    client.send_to(b"hello", rig.listen[0]).unwrap();
    let (_, at) = receive(&rig.server);
    // Ten of the wire's 1,000 bytes fit; 20 ms each.
    let began = Instant::now();
    for number in 0..20 {
        rig.server.send_to(&[number; 972], at).unwrap();
    }
    let first: Vec<u8> = (0..10).map(|_| receive(&client).0[0]).collect();
    assert_eq!(first, (0..10).collect::<Vec<u8>>());
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());
    let told = rig.ask("up.outage = true");
    assert!(told.ends_with("s: up = { outage = true }\n"), "{told}");
    client.send_to(b"lost", rig.listen[0]).unwrap();
    // The relay takes datagrams before lines, so this is told after the loss.
    let report = rig.ask("report");
    assert_eq!(number(&report, "/legs/0/up/lost"), 1);
    assert!(number(&report, "/legs/0/down/dropped_full") >= 1, "{report}");
    assert!(number(&report, "/legs/0/down/queue_max_ms") >= 100, "{report}");
    rig.end();
}

#[test]
fn a_leg_is_ordered_by_its_number_and_a_mistake_is_answered() {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let mut rig = Rig::start(Plan { listen: vec![any, any], ..Plan::default() });
    rig.ask("leg = 2, up.outage = true");
    let client = socket();
    client.send_to(b"second", rig.listen[1]).unwrap();
    client.send_to(b"first", rig.listen[0]).unwrap();
    assert_eq!(receive(&rig.server).0, b"first");
    assert!(rig.ask("leg = 3, up.outage = true").starts_with("not done: there is no leg 3"));
    assert!(rig.ask("up.outrage = true").starts_with("not understood: unknown field `outrage`"));
    writeln!(rig.orders, "stop").unwrap();
    assert!(rig.line().starts_with("{\"at_ms\":"));
    assert!(rig.relay.join().unwrap().is_ok());
}

#[test]
fn a_timeline_is_kept_and_ends_the_relay() {
    let timeline = Timeline::parse(
        "end = 0.2\n[[step]]\nat = 0\ndown.kbps = 500\n[[step]]\nat = 0.1\ndown.kbps = 250\n",
    );
    let rig = Rig::start(Plan { timeline: timeline.unwrap(), ..Plan::default() });
    // The input ends at once; the timeline goes on.
    let said = rig.end();
    assert_eq!(said.len(), 2);
    assert!(said[0].starts_with("0.1") && said[0].ends_with("down = { kbps = 250 }"), "{said:?}");
    assert!(number(&said[1], "/at_ms") >= 200);
}

#[test]
fn a_plan_that_cannot_be_is_refused() {
    let to: SocketAddr = "127.0.0.1:9".parse().unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let open = |plan: &Plan| Relay::open(Instant::now(), to, plan);
    let orders = vec![Order::parse("leg = 2").unwrap()];
    assert!(matches!(
        open(&Plan { listen: vec![any], orders, ..Plan::default() }),
        Err(Fault::Leg(2))
    ));
    let timeline = Timeline::parse("[[step]]\nat = 5\nleg = 0").unwrap();
    let later = Plan { listen: vec![any], timeline, ..Plan::default() };
    assert!(matches!(open(&later), Err(Fault::Leg(0))));
    let taken = socket().local_addr();
    let holder = UdpSocket::bind(taken.unwrap()).unwrap();
    let taken = Plan { listen: vec![holder.local_addr().unwrap()], ..Plan::default() };
    assert!(matches!(open(&taken), Err(Fault::Bind { .. })));
    let many = Plan { listen: vec![any; LEGS_MAX + 1], ..Plan::default() };
    assert!(matches!(open(&many), Err(Fault::Legs(_))));
}

#[test]
fn a_client_that_moves_often_does_not_fill_the_relay() {
    let mut rig = Rig::start(Plan::default());
    for _ in 0..40 {
        let client = socket();
        client.send_to(b"x", rig.listen[0]).unwrap();
        let (_, at) = receive(&rig.server);
        rig.server.send_to(b"y", at).unwrap();
        assert_eq!(receive(&client).0, b"y");
    }
    assert_eq!(number(&rig.ask("report"), "/legs/0/flows"), 16);
    rig.end();
}
