//! `bedside audit`: is the audit log whole, and with what key are its checkpoints checked?
//!
//! In: a tenant, files of checkpoints kept elsewhere. Out: a sentence for each wrong row, exit
//! code 1 if there is one; or the public key.
//! Never: a change of the log; a server that has to be stopped for it.

use crate::cli::{Audit, AuditCommand, AuditVerify};
use crate::{output, settings};
use anyhow::{Context as _, bail};
use bedside_signaling::Service;
use bedside_signaling::audit::Report;
use bedside_signaling::audit::checkpoint::{Claim, Forged};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// How many rows are read between two words about it. A million take some seconds.
const PROGRESS_ROWS: u64 = 100_000;

pub(crate) fn run(args: &Audit) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime cannot start")?;
    runtime.block_on(async {
        let settings = args.command.settings();
        let service = Service::open(&settings::load(settings)?.config).await?;
        let done = match &args.command {
            AuditCommand::Verify(args) => verify(&service, args).await,
            AuditCommand::Key(_) => key(&service),
        };
        service.close().await?;
        done
    })
}

fn key(service: &Service) -> anyhow::Result<ExitCode> {
    let key = service.audit_public_key();
    let text = format!(
        r#"{{"kty":"{}","crv":"{}","alg":"{}","kid":"{}","x":"{}"}}"#,
        key.kty, key.crv, key.alg, key.kid, key.x
    );
    output::say(&text);
    Ok(ExitCode::SUCCESS)
}

async fn verify(service: &Service, args: &AuditVerify) -> anyhow::Result<ExitCode> {
    let mut claims = Vec::new();
    for file in &args.checkpoints {
        claims.extend(read(service, file)?);
    }
    let mut tenants: BTreeSet<String> = service.audit_tenants().await?.into_iter().collect();
    tenants.extend(claims.iter().map(|claim| claim.tenant.clone()));
    if let Some(tenant) = &args.tenant {
        if !tenants.contains(tenant) {
            bail!("there is no tenant {tenant}");
        }
        tenants.retain(|known| known == tenant);
    }
    let mut whole = true;
    for tenant in tenants {
        let mut told = 0;
        let progress = |rows: u64| {
            if rows.saturating_sub(told) >= PROGRESS_ROWS {
                told = rows;
                output::complain(&format!("{tenant}: {rows} rows read"));
            }
        };
        let report = service.verify_audit(&tenant, &claims, progress).await?;
        whole &= report.clean();
        output::say(&tell(&report));
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The checkpoints in a file, a line each. One that is none of ours is no reason to go on.
fn read(service: &Service, file: &Path) -> anyhow::Result<Vec<Claim>> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the checkpoints in {}", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            service.audit_claim(line).map_err(|forged| {
                let place = format!("{}:{}", file.display(), number.saturating_add(1));
                anyhow::anyhow!("{place}: {}", why(forged))
            })
        })
        .collect()
}

const fn why(forged: Forged) -> &'static str {
    match forged {
        Forged::Unreadable => "this is no checkpoint; give each on a line of its own",
        Forged::OtherKey => {
            "this checkpoint was signed with another key; is `audit.key` in the data folder the \
             file the log was written with?"
        }
        Forged::Signature => "this checkpoint is forged: its signature is wrong",
    }
}

/// A report in sentences.
fn tell(report: &Report) -> String {
    let Report { tenant, rows, checkpoints, .. } = report;
    let signed = match report.signed {
        Some((seq, at)) => format!("the newest of {checkpoints} checkpoints is of row {seq}, {at}"),
        None => "not signed yet".to_owned(),
    };
    if report.clean() {
        return format!("{tenant}: {rows} rows, nothing is wrong; {signed}.");
    }
    let mut lines = vec![format!("{tenant}: {rows} rows, and this is wrong ({signed}):")];
    lines.extend(report.findings.iter().map(|finding| format!("  {finding}")));
    if report.more > 0 {
        lines.push(format!("  and {} more", report.more));
    }
    lines.join("\n")
}
