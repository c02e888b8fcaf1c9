//! A recording to a real S3 server that stands still, is cut off for long enough to be told of, and
//! comes back.
//!
//! In: the moto of `target/moto`. Out: exit code 1 if anything is missing in the bucket, or nobody
//! was told of the outage.
//! Never: reaches anything outside this machine.

use super::child;
use super::media::{Place, part, plain, visit};
use super::plan::Plan;
use bedside_config::SealingSuite;
use bedside_recorder::open::Shelved;
use bedside_recorder::seal::{Opener, fresh_identity};
use bedside_recorder::shelf::{Archive, Shelf};
use bedside_recorder::spool::{NewRecording, Writer};
use bedside_recorder::upload::{UploadEvent, Uploader};
use bedside_recorder::verify::{Asked, Objects, verify};
use bedside_signaling_api::recorder::Mode;
use jiff::Timestamp;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

const BUCKET: &str = "recordings";
const RECORDING: Uuid = Uuid::from_u128(0x7000_8000_0000_0000_0007);
/// Parts, and how far apart they are made: they span both outages.
const PARTS: u32 = 40;
const PART_EVERY: Duration = Duration::from_millis(300);
/// How long the server stands still, answering nothing.
const STILL: Duration = Duration::from_secs(3);

/// `s3 MOTO_SERVER`
pub(crate) fn main(arguments: &[String]) -> ExitCode {
    let [_, moto] = arguments else { return ExitCode::FAILURE };
    let port = free_port();
    let mut server = Server::start(Path::new(moto), port);
    let line = Line::start(port);
    let own = std::env::current_exe().expect("this program knows where it is");
    let mut child = Command::new(own)
        .arg("s3-child")
        .env("AWS_ENDPOINT", format!("http://{}", line.address))
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started");
    let out = child.stdout.take().expect("its output is piped");
    let mut told = Vec::new();
    for word in BufReader::new(out).lines().map_while(Result::ok) {
        eprintln!("  {word}");
        match word.as_str() {
            "part 5" => server.stand_still(STILL),
            "part 12" => line.cut(true),
            "stuck" => line.cut(false),
            _ => {}
        }
        told.push(word);
    }
    let ended = child.wait().is_ok_and(|status| status.success());
    server.stop();
    let in_order = ["stuck", "flowing", "stored", "whole"];
    let heard: Vec<&str> =
        told.iter().map(String::as_str).filter(|word| in_order.contains(word)).collect();
    if ended && heard == in_order { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// `s3-child`: records, uploads, and reads everything back.
pub(crate) fn child(_arguments: &[String]) -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let plan = Plan { spool_bytes: u64::MAX, ..Plan::of(1) };
    let spool = child::spool(folder.path(), &plan);
    let shelf = Shelf::open(&format!("s3://{BUCKET}/clinic")).expect("the address is one");
    let key = || fresh_identity(SealingSuite::Age).expect("the system gives randomness");
    let keys = [key(), key()];
    let new = NewRecording {
        recording: RECORDING,
        visit: visit(RECORDING),
        mode: Mode::Tracks,
        suite: SealingSuite::Age,
        recipients: keys.iter().map(|key| key.public.clone()).collect(),
        shreddable: false,
        at: Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::begin(&spool, &new).expect("the spool is empty");
    let archive = Archive::new(spool, shelf.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(async {
        let (sender, mut events) = mpsc::channel(64);
        let uploading = tokio::spawn(Uploader::new(archive, sender, || 0.5).run());
        let recording = tokio::task::spawn_blocking(move || {
            for n in 0..PARTS {
                writer.write(part(place(n), n + 1 == PARTS)).expect("the spool has room");
                say(&format!("part {n}"));
                thread::sleep(PART_EVERY);
            }
            writer.end(false).expect("the disk works");
        });
        while let Some(event) = events.recv().await {
            match event {
                UploadEvent::Stuck { .. } => say("stuck"),
                UploadEvent::Flowing { .. } => say("flowing"),
                UploadEvent::Conflict { .. } => say("conflict"),
                UploadEvent::Stored { .. } => break,
            }
        }
        say("stored");
        recording.await.expect("the writer ended");
        uploading.abort();
    });
    let [key, _] = keys;
    let opener = Opener::new([key.secret.as_str()]).expect("a key just made");
    let bucket = Shelved::new(shelf, RECORDING, runtime.handle().clone());
    say(if is_whole(&bucket, &opener) { "whole" } else { "not whole" });
    ExitCode::SUCCESS
}

const fn place(n: u32) -> Place {
    Place { recording: RECORDING, epoch: 0, n, from_ms: n as u64 * 2_000 }
}

fn is_whole(bucket: &impl Objects, opener: &Opener) -> bool {
    let asked = Asked { signer: None, opener: Some(opener) };
    let report = verify(bucket, asked, |_, _| {}).expect("the store is back");
    for finding in &report.findings {
        eprintln!("  {finding}");
    }
    let same = report.manifest.parts.iter().all(|part| {
        let sealed = bucket.read(&part.object).expect("the store is back");
        let opened = sealed.and_then(|sealed| opener.open(&sealed).ok());
        opened.is_some_and(|opened| opened.whole && *opened.plain == plain(place(part.n)))
    });
    let parts = usize::try_from(PARTS).unwrap_or(usize::MAX);
    report.clean() && same && report.manifest.parts.len() == parts
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _said = out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush());
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("loopback has a free port")
        .port()
}

/// The S3 server.
struct Server {
    process: Child,
}

impl Server {
    fn start(program: &Path, port: u16) -> Self {
        let process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto is installed (make s3)");
        // Until it answers, and has the bucket.
        while !made_bucket(port) {
            thread::sleep(Duration::from_millis(100));
        }
        Self { process }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).expect("a process id is positive"))
    }

    fn stand_still(&self, time: Duration) {
        kill(self.pid(), Signal::SIGSTOP).expect("our own child can be stopped");
        thread::sleep(time);
        kill(self.pid(), Signal::SIGCONT).expect("our own child can go on");
    }

    fn stop(&mut self) {
        let _gone = self.process.kill();
        let _status = self.process.wait();
    }
}

fn made_bucket(port: u16) -> bool {
    let Ok(mut socket) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let request = format!(
        "PUT /{BUCKET} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n"
    );
    let mut answer = String::new();
    socket.write_all(request.as_bytes()).is_ok()
        && socket.read_to_string(&mut answer).is_ok()
        && answer.contains(" 200 ")
}

/// The line to the server, which can be cut.
struct Line {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Line {
    fn start(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let _running = thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if !shared.cut.load(Ordering::SeqCst) {
                    join(client, port, &shared);
                }
            }
        });
        Self { address, state }
    }

    /// Cuts what is open, and takes nothing further; or takes again.
    fn cut(&self, cut: bool) {
        self.state.cut.store(cut, Ordering::SeqCst);
        let mut open = self.state.open.lock().unwrap_or_else(PoisonError::into_inner);
        for socket in open.drain(..) {
            let _closed = socket.shutdown(Shutdown::Both);
        }
    }
}

fn join(client: TcpStream, port: u16, state: &Arc<State>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let copies = [(&client, &server), (&server, &client)]
        .map(|(from, to)| (from.try_clone(), to.try_clone()));
    let mut open = state.open.lock().unwrap_or_else(PoisonError::into_inner);
    for (from, to) in copies {
        let (Ok(mut from), Ok(mut to)) = (from, to) else { return };
        let _copying = thread::spawn(move || {
            let _bytes = io::copy(&mut from, &mut to);
            let _closed = to.shutdown(Shutdown::Write);
        });
    }
    open.extend([client, server]);
}
