//! The provider as a process of its own: `web/e2e/provider.mjs`.

use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

pub(super) struct Provider {
    pub(super) issuer: String,
    child: Child,
    orders: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl Provider {
    pub(super) async fn start(callback: &str) -> Self {
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
        let mut child = Command::new("node")
            .args(["e2e/provider.mjs", callback])
            .current_dir(web)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node is installed; the web client needs it too");
        let orders = child.stdin.take().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let issuer = heard(&mut said, "http://").await;
        Self { issuer, child, orders, said }
    }

    /// Another signing key in place of the present one.
    pub(super) async fn rotate(&mut self) {
        self.orders.write_all(b"rotate\n").await.unwrap();
        heard(&mut self.said, "rotated").await;
    }

    pub(super) async fn stop(mut self) {
        self.orders.write_all(b"stop\n").await.unwrap();
        drop(self.orders);
        self.child.wait().await.unwrap();
    }
}

/// The next line that begins so; the package says other things in between.
async fn heard(said: &mut Lines<BufReader<ChildStdout>>, start: &str) -> String {
    loop {
        let line = said.next_line().await.unwrap();
        let line = line.expect("the provider runs: `npm ci` in web/ installs it");
        if line.starts_with(start) {
            return line;
        }
    }
}
