//! Finds libvpx and compiles the few lines of C that stand between it and us.
//!
//! In: what `pkg-config` says, else the usual places. Out: a static libvpx if there is one, so
//! that the program needs none where it runs; else the shared one.
//! Never: downloads or builds libvpx itself.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=src/shim.c");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    let mut shim = cc::Build::new();
    shim.file("src/shim.c").warnings(true);
    for folder in flags("--cflags-only-I", "-I") {
        shim.include(folder);
    }
    shim.try_compile("bedside_vpx_shim").unwrap_or_else(|error| {
        panic!("libvpx's headers are needed (Debian: apt install libvpx-dev): {error}")
    });
    match folders().into_iter().find(|folder| folder.join("libvpx.a").is_file()) {
        Some(folder) => {
            println!("cargo:rustc-link-search=native={}", folder.display());
            println!("cargo:rustc-link-lib=static=vpx");
            println!("cargo:rustc-link-lib=m");
        }
        None => {
            for folder in flags("--libs-only-L", "-L") {
                println!("cargo:rustc-link-search=native={}", folder.display());
            }
            println!("cargo:rustc-link-lib=vpx");
        }
    }
}

/// Where a static libvpx may lie.
fn folders() -> Vec<PathBuf> {
    let mut folders = flags("--libs-only-L", "-L");
    folders.extend(pkg_config("--variable=libdir").into_iter().map(PathBuf::from));
    let target = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    folders.push(Path::new("/usr/lib").join(format!("{target}-linux-gnu")));
    folders.extend(["/usr/local/lib", "/usr/lib64", "/usr/lib"].map(PathBuf::from));
    folders
}

/// The folders that stand behind a flag.
fn flags(ask: &str, flag: &str) -> Vec<PathBuf> {
    let said = pkg_config(ask).into_iter();
    said.filter_map(|word| word.strip_prefix(flag).map(PathBuf::from)).collect()
}

/// What `pkg-config` says of libvpx, word by word; nothing where there is no `pkg-config`.
fn pkg_config(ask: &str) -> Vec<String> {
    let said = Command::new("pkg-config").args([ask, "vpx"]).output();
    let said = said.ok().filter(|said| said.status.success());
    let text = said.map(|said| String::from_utf8_lossy(&said.stdout).into_owned());
    text.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}
