//! Sees to it that the web client is built before it is put into the program.
//!
//! In: `web/dist`, the migrations. Out: when to build again, or a plain message.
//! Never: builds the web client itself; `make web` does.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=../web/dist");
    println!("cargo::rerun-if-changed=migrations");
    if Path::new("../web/dist/index.html").is_file() {
        return ExitCode::SUCCESS;
    }
    println!("cargo::error=web/dist/index.html is missing: run `make web` first");
    ExitCode::FAILURE
}
