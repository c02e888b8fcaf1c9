//! `bedside keys`: API keys of scheduling systems.
//!
//! In: a name and scopes, or an id. Out: the fresh key once, or the list without secrets.
//! Never: the secret of a key that was made before; it exists nowhere.

use crate::cli::{self, Keys, KeysCommand};
use crate::{output, settings};
use anyhow::{Context as _, bail};
use bedside_signaling::Service;
use bedside_signaling::key::{NewKey, Scope};
use bedside_signaling::store::KeyRow;
use jiff::{SignedDuration, Timestamp};
use std::process::ExitCode;
use uuid::Uuid;

/// What a scheduling system needs, and a key may do when nothing is said.
const SCHEDULING: [Scope; 2] = [Scope::VisitsRead, Scope::VisitsWrite];

pub(crate) fn run(args: &Keys) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime cannot start")?;
    runtime.block_on(async {
        let service = open(args.command.settings()).await?;
        let told = match &args.command {
            KeysCommand::Create(args) => create(&service, args).await?,
            KeysCommand::List(_) => list(&service.list_keys().await?, Timestamp::now()),
            KeysCommand::Revoke(args) => revoke(&service, args.id).await?,
        };
        service.close().await?;
        output::say(&told);
        Ok(ExitCode::SUCCESS)
    })
}

async fn open(args: &cli::Settings) -> anyhow::Result<Service> {
    Ok(Service::open(&settings::load(args)?.config).await?)
}

async fn create(service: &Service, args: &cli::KeysCreate) -> anyhow::Result<String> {
    let scopes = if args.scopes.is_empty() { SCHEDULING.to_vec() } else { args.scopes.clone() };
    let expires_at = args.expires.map(|days| days_after(Timestamp::now(), days)).transpose()?;
    let key = NewKey { tenant: args.tenant.clone(), name: args.name.clone(), scopes, expires_at };
    let fresh = service.create_key(&key).await?;
    Ok(format!("{}\nKeep it safe: it is not kept here and cannot be shown again.", fresh.text))
}

fn days_after(now: Timestamp, days: u16) -> anyhow::Result<Timestamp> {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    now.checked_add(span).context("the key would expire after the end of the calendar")
}

async fn revoke(service: &Service, id: Uuid) -> anyhow::Result<String> {
    if !service.revoke_key(id).await? {
        bail!("no key {} is in force; `bedside keys list` shows all", id.simple());
    }
    Ok(format!("Key {} opens nothing any more.", id.simple()))
}

/// The keys as a table, oldest first.
fn list(keys: &[KeyRow], now: Timestamp) -> String {
    if keys.is_empty() {
        return "There is no key yet. Make one: bedside keys create --name clinic".to_owned();
    }
    let head = ["ID", "NAME", "TENANT", "SCOPES", "MADE", "LAST USED", "EXPIRES", "STATE"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(keys.iter().map(|key| {
        vec![
            key.id.simple().to_string(),
            key.name.clone(),
            key.tenant.clone(),
            key.scopes.replace(' ', ","),
            day(key.created_at),
            key.last_used.map_or("never".to_owned(), day),
            key.expires_at.map_or("never".to_owned(), day),
            state(key, now).to_owned(),
        ]
    }));
    output::table(&rows)
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn state(key: &KeyRow, now: Timestamp) -> &'static str {
    if key.revoked_at.is_some() {
        "revoked"
    } else if key.expires_at.is_some_and(|at| at <= now) {
        "expired"
    } else {
        "in force"
    }
}
