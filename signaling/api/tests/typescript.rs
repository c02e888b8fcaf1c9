//! The generated TypeScript is the committed one.
//!
//! In: the Rust types and `web/src/protocol.ts`. Out: a failure when they differ.
//! Never: writes the file, unless `BEDSIDE_GENERATE=1` asks for it (`make generate`).

use std::path::Path;
use std::{env, fs};

#[test]
fn protocol_ts_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/protocol.ts");
    let generated = bedside_signaling_api::typescript();
    if env::var_os("BEDSIDE_GENERATE").is_some() {
        fs::create_dir_all(path.parent().expect("it has a folder")).unwrap();
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "web/src/protocol.ts is stale: run `make generate`");
}
