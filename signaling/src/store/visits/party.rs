//! Which organisations a visit belongs to.
//!
//! In: a visit. Out: its own organisation and those that send people of their own.
//! Never: an organisation that nobody named.

use crate::Fault;
use crate::store::db::{Tx, in_tx, rows};
use uuid::Uuid;

const HOST: &str = "host";
const PARTNER: &str = "partner";

/// The visit's own organisation, and its partners.
pub(in crate::store) async fn of(tx: &mut Tx, visit: Uuid) -> Result<(String, Vec<String>), Fault> {
    let parties: Vec<(String, String)> = in_tx!(tx, c => {
        sqlx::query_as("SELECT tenant, kind FROM visit_party WHERE visit = $1 ORDER BY tenant")
            .bind(visit)
            .fetch_all(c)
            .await
    })
    .map_err(Fault::database("read the parties of a visit"))?;
    let (host, partners): (Vec<_>, Vec<_>) =
        parties.into_iter().partition(|(_, kind)| kind == HOST);
    let host = host.into_iter().next().map(|(tenant, _)| tenant);
    let host = host.ok_or("a visit is nobody's").map_err(Fault::stored("party"))?;
    Ok((host, partners.into_iter().map(|(tenant, _)| tenant).collect()))
}

/// Keeps them. Returns the first partner that is no tenant here, having kept nothing of it.
pub(in crate::store) async fn keep(
    tx: &mut Tx,
    visit: Uuid,
    (host, partners): (&str, &[String]),
) -> Result<Option<String>, Fault> {
    add(tx, visit, (host, HOST)).await?;
    for partner in partners {
        if !add(tx, visit, (partner, PARTNER)).await? {
            return Ok(Some(partner.clone()));
        }
    }
    Ok(None)
}

async fn add(tx: &mut Tx, visit: Uuid, (tenant, kind): (&str, &str)) -> Result<bool, Fault> {
    let added = in_tx!(tx, c => {
        sqlx::query(
            "INSERT INTO visit_party (tenant, visit, kind)
             SELECT t.id, $1, $3 FROM tenant t WHERE t.id = $2",
        )
        .bind(visit)
        .bind(tenant)
        .bind(kind)
        .execute(c)
        .await
        .map(rows)
    })
    .map_err(Fault::database("keep a party of a visit"))?;
    Ok(added == 1)
}
