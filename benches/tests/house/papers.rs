//! Laws about what is written for people, and about files a machine writes.

use super::tree::{hold, read, root, sources};
use bedside_benches::{makefile, manual};

/// The documents of the root.
const DOCUMENTS: [&str; 3] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

#[test]
fn a_newcomer_finds_run_and_test_first() {
    hold(&manual::check_first_steps(&read("README.md")));
}

#[test]
fn documents_name_only_what_exists() {
    let sources = sources();
    let mut paths: Vec<&str> = sources.iter().map(|file| file.path.as_str()).collect();
    paths.extend(["Makefile", ".ci/run", "LICENSE"]);
    let makefile = read("Makefile");
    let targets = makefile::documented(&makefile);
    let breaches: Vec<String> = sources
        .iter()
        .filter(|file| DOCUMENTS.contains(&file.path.as_str()))
        .flat_map(|document| manual::check(document, &paths, &targets))
        .collect();
    hold(&breaches);
}

#[test]
fn every_make_target_is_explained() {
    let makefile = read("Makefile");
    for target in ["run", "test", "check", "generate"] {
        assert!(makefile::documented(&makefile).contains(&target), "make {target} is missing");
    }
    hold(&makefile::check(&makefile));
}

/// Each generated file is there, and a test beside its source compares it.
#[test]
fn generated_files_are_compared_by_a_test() {
    let sources = sources();
    let generated = [
        ("config/example.toml", "config/", "example.toml"),
        ("web/src/protocol.ts", "signaling/", "protocol.ts"),
        ("signaling/openapi.json", "signaling/", "openapi.json"),
    ];
    for (path, keeper, file) in generated {
        assert!(root().join(path).is_file(), "{path} is missing: run `make generate`");
        let is_compared = sources.iter().any(|source| {
            source.is_rust()
                && source.path.starts_with(keeper)
                && source.text.contains("BEDSIDE_GENERATE")
                && source.text.contains(file)
        });
        assert!(is_compared, "no test below {keeper} compares {path}");
    }
}

#[test]
fn ci_runs_what_people_run() {
    assert!(read(".ci/run").contains("exec make test"));
    assert!(read("LICENSE").contains("Apache License"));
}
