//! `bedside keys`: API keys of scheduling systems, and software with keys of its own.
//!
//! In: a name and scopes, or an id. Out: the text of a new or rotated key once, or the list
//! without secrets.
//! Never: the secret of a key that was made before; it exists nowhere.

use crate::cli::{self, Keys, KeysCommand};
use crate::{output, settings};
use anyhow::{Context as _, anyhow, bail};
use bedside_signaling::Service;
use bedside_signaling::client::{self, NewClient};
use bedside_signaling::key::{NewKey, Scope};
use bedside_signaling::store::{ClientRow, KeyRow};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use uuid::Uuid;

/// What a scheduling system needs, and a key may do when nothing is said.
const SCHEDULING: [Scope; 2] = [Scope::VisitsRead, Scope::VisitsWrite];

/// Said below a key's text.
const KEEP_IT: &str = "Keep it safe: it is not kept here and cannot be shown again.";

pub(crate) fn run(args: &Keys) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime cannot start")?;
    runtime.block_on(async {
        let service = open(args.command.settings()).await?;
        let told = match &args.command {
            KeysCommand::Create(args) => create(&service, args).await?,
            KeysCommand::Client(args) => register(&service, args).await?,
            KeysCommand::List(_) => {
                let (keys, clients) = (service.list_keys().await?, service.list_clients().await?);
                list(&keys, &clients, Timestamp::now())
            }
            KeysCommand::Rotate(args) => rotate(&service, args).await?,
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
    let scopes = scopes(&args.scopes);
    let expires_at = args.expires.map(|days| days_after(Timestamp::now(), days)).transpose()?;
    let key = NewKey { tenant: args.tenant.clone(), name: args.name.clone(), scopes, expires_at };
    let fresh = service.create_key(&key).await?;
    Ok(format!("{}\n{KEEP_IT}", fresh.text))
}

fn scopes(typed: &[Scope]) -> Vec<Scope> {
    if typed.is_empty() { SCHEDULING.to_vec() } else { typed.to_vec() }
}

async fn register(service: &Service, args: &cli::KeysClient) -> anyhow::Result<String> {
    let read = |path: &PathBuf| {
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
    };
    let jwks = args.jwks.as_ref().map(read).transpose()?;
    let keys =
        client::keys(jwks, args.jwks_url.clone()).map_err(|wrong| anyhow!("the client {wrong}"))?;
    let (tenant, name) = (args.tenant.clone(), args.name.clone());
    let new = NewClient { tenant, name, scopes: scopes(&args.scopes), keys };
    let id = service.create_client(new).await?;
    Ok(format!("{}\nIts client_id: `iss` and `sub` of what it signs.", id.simple()))
}

async fn rotate(service: &Service, args: &cli::KeysRotate) -> anyhow::Result<String> {
    let overlap = SignedDuration::from_hours(args.overlap.into());
    let Some(fresh) = service.rotate_key(args.id, overlap).await? else {
        bail!("no key {} is in force; `bedside keys list` shows all", args.id.simple());
    };
    let former = match args.overlap {
        0 => "The secret it had before opens nothing any more.".to_owned(),
        hours => format!("The secret it had before works for {hours} hours more."),
    };
    Ok(format!("{}\n{KEEP_IT}\n{former}", fresh.text))
}

fn days_after(now: Timestamp, days: u16) -> anyhow::Result<Timestamp> {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    now.checked_add(span).context("the key would expire after the end of the calendar")
}

async fn revoke(service: &Service, id: Uuid) -> anyhow::Result<String> {
    if !service.revoke_key(id).await? && !service.revoke_client(id).await? {
        bail!("no key or client {} is in force; `bedside keys list` shows all", id.simple());
    }
    Ok(format!("{} opens nothing any more.", id.simple()))
}

/// The keys and clients as a table, oldest first.
fn list(keys: &[KeyRow], clients: &[ClientRow], now: Timestamp) -> String {
    if keys.is_empty() && clients.is_empty() {
        return "There is no key yet. Make one: bedside keys create --name clinic".to_owned();
    }
    let head = ["ID", "KIND", "NAME", "TENANT", "SCOPES", "MADE", "LAST USED", "EXPIRES", "STATE"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(keys.iter().map(|key| {
        vec![
            key.id.simple().to_string(),
            "key".to_owned(),
            key.name.clone(),
            key.tenant.clone(),
            key.scopes.replace(' ', ","),
            day(key.created_at),
            key.last_used.map_or("never".to_owned(), day),
            key.expires_at.map_or("never".to_owned(), day),
            state(key, now).to_owned(),
        ]
    }));
    rows.extend(clients.iter().map(|client| {
        vec![
            client.id.simple().to_string(),
            "client".to_owned(),
            client.name.clone(),
            client.tenant.clone(),
            client.scopes.replace(' ', ","),
            day(client.created_at),
            client.last_used.map_or("never".to_owned(), day),
            "never".to_owned(),
            if client.revoked_at.is_some() { "revoked" } else { "in force" }.to_owned(),
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
