//! The command line teaches, and its flags name settings that exist.

use super::{Cli, Command, Loadtest, LoadtestCommand};
use clap::{CommandFactory, Parser};

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_teaches_with_an_example() {
    assert_eq!(teaching(&Cli::command(), "bedside"), 28, "so many there are");
}

/// Checks a command and all in it; returns how many that were.
fn teaching(command: &clap::Command, path: &str) -> usize {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    assert!(
        help.contains(&format!("  {path} "))
            || help.contains(&format!("  {path}\n"))
            || help.ends_with(&format!("  {path}")),
        "{path} has no example"
    );
    let inner = command.get_subcommands();
    1 + inner.map(|inner| teaching(inner, &format!("{path} {}", inner.get_name()))).sum::<usize>()
}

/// Loads the defaults by flag: a flag of a setting that is not there would be refused.
#[test]
fn every_flag_sets_a_setting_to_its_printed_default() {
    let typed = [
        "bedside",
        "serve",
        "--data-dir",
        "bedside-data",
        "--http",
        "127.0.0.1:8080",
        "--metrics",
        "127.0.0.1:9464",
        "--media-port",
        "7882",
        "--public-url",
        "http://localhost",
        "--log",
        "info",
    ];
    let Command::Serve(serve) = Cli::try_parse_from(typed).expect("these are flags").command else {
        panic!("serve was typed");
    };
    let flags = serve.settings.flags();
    assert_eq!(flags.len(), 6);
    let sources = bedside_config::Sources { flags, ..Default::default() };
    let config = bedside_config::load(&sources).expect("flags name settings that exist");
    let mut wanted = bedside_config::Config::default();
    wanted.http.public_url = "http://localhost".to_owned();
    assert_eq!(config, wanted);
}

#[test]
fn a_scope_that_is_none_is_told_which_there_are() {
    let typed = ["bedside", "keys", "create", "--name", "x", "--scope", "visits"];
    let told = Cli::try_parse_from(typed).expect_err("that is no scope").to_string();
    assert!(told.contains("visits:read, visits:write"), "{told}");
}

#[test]
fn a_relay_is_ordered_in_words() {
    let typed = ["bedside", "loadtest", "relay", "--to", "127.0.0.1:7882"];
    let relay = |more: &[&str]| {
        let cli = Cli::try_parse_from(typed.iter().chain(more))?;
        let Command::Loadtest(Loadtest { command: Some(LoadtestCommand::Relay(relay)), .. }) =
            cli.command
        else {
            panic!("a relay was typed");
        };
        Ok::<_, clap::Error>(relay)
    };
    let plain = relay(&[]).expect("all that has to be typed");
    assert_eq!((plain.listen.len(), plain.orders.len(), plain.seed), (1, 0, 1));
    let set = relay(&["--set", "leg = 1, down.kbps = 250"]).expect("an order");
    assert_eq!(set.orders.len(), 1);
    let wrong = relay(&["--set", "down.kpbs = 250"]).expect_err("no such word").to_string();
    assert!(wrong.contains("unknown field `kpbs`") && wrong.contains("loss_percent"), "{wrong}");
}
