//! Staff signs in at a real OpenID Connect provider (the npm package `oidc-provider`), whose own
//! pages are walked through as a browser would.

mod browser;
mod provider;

use crate::server::{Server, id, link, problem, visit};
use bedside_config::{Allow, Config};
use browser::{Browser, query};
use provider::Provider;
use serde_json::{Value, json};
use uuid::Uuid;

/// A server beside a provider.
struct House {
    server: Server,
    provider: Provider,
}

impl House {
    async fn open() -> Self {
        // The provider has to know where people come back to before the server knows its issuer,
        // so the server's port is chosen first.
        let port = free_port();
        let provider = Provider::start(&format!("http://localhost:{port}/v1/staff/callback")).await;
        let server = Server::start_configured(|folder, config: &mut Config| {
            let secret = folder.join("provider.secret");
            std::fs::write(&secret, "a secret: 100% ours\n").unwrap();
            config.http.listen.set_port(port);
            config.oidc.issuer = provider.issuer.clone();
            config.oidc.client_id = "bedside".to_owned();
            config.oidc.client_secret_file = secret;
            config.outward.allow = vec![Allow::parse("127.0.0.1").unwrap()];
        })
        .await;
        Self { server, provider }
    }

    async fn close(self) {
        self.provider.stop().await;
        self.server.stop().await;
    }

    /// The session of somebody in a new visit, and the visit's id.
    async fn session(&self, participant: usize) -> (String, Uuid) {
        let made = self.server.schedule(&visit()).await;
        let session: Value = self.server.redeem(&link(&made, participant)).await.json();
        (session["session"].as_str().unwrap().to_owned(), id(&made))
    }

    /// Begins to sign in, in that browser: where to go.
    async fn begin(&self, browser: &mut Browser, session: &str) -> String {
        let answer = browser.post(&self.server.url("/v1/staff/sign-in"), session).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json::<Value>()["url"].as_str().unwrap().to_owned()
    }

    /// Where that browser is led by the callback's answer.
    async fn come_back(&self, browser: &mut Browser, callback: &str) -> String {
        let answer = browser.get(callback).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").to_owned()
    }

    /// What the audit log says was checked in a visit.
    async fn checked(&self, visit: Uuid) -> Vec<Value> {
        let path = format!("/v1/audit?visit={visit}&limit=200");
        let log: Value = self.server.get(&path).send().await.json();
        let entries = log["data"].as_array().unwrap().iter();
        entries.filter(|entry| entry["verb"] == "checked").cloned().collect()
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_clinician_signs_in_and_the_visit_notes_it() {
    let house = House::open().await;
    let named = house.server.client.get(house.server.url("/v1/staff/sign-in")).send().await;
    assert_eq!(named.json::<Value>(), json!({ "name": "Clinic account" }));
    let (session, visit) = house.session(1).await;
    let mut browser = Browser::new();
    let url = house.begin(&mut browser, &session).await;
    assert!(url.starts_with(&house.provider.issuer) && !url.contains(&session), "{url}");
    let callback = browser.sign_in(&url, "alice").await;
    assert!(house.checked(visit).await.is_empty(), "not before it is proven");
    assert_eq!(house.come_back(&mut browser, &callback).await, "/j?sign_in=done");
    let checked = house.checked(visit).await;
    assert_eq!(checked.len(), 1, "{checked:?}");
    assert_eq!(checked[0]["actor"]["kind"], "person");
    assert!(!json!(checked).to_string().contains("alice"));
    // A code and a state work once.
    assert_eq!(house.come_back(&mut browser, &callback).await, "/j?sign_in=expired");
    assert_eq!(house.checked(visit).await.len(), 1);
    house.close().await;
}

/// Somebody begins with a stolen link and has a clinician finish: the clinician's browser has
/// not begun, so it ends nowhere.
#[tokio::test]
async fn another_browser_cannot_finish_what_one_began() {
    let house = House::open().await;
    let (session, visit) = house.session(1).await;
    let (mut thief, mut clinician) = (Browser::new(), Browser::new());
    let url = house.begin(&mut thief, &session).await;
    let callback = clinician.sign_in(&url, "alice").await;
    assert_eq!(house.come_back(&mut clinician, &callback).await, "/j?sign_in=expired");
    assert!(house.checked(visit).await.is_empty());
    house.close().await;
}

#[tokio::test]
async fn what_was_changed_on_the_way_is_not_believed() {
    let house = House::open().await;
    let (session, visit) = house.session(1).await;
    let mut browser = Browser::new();
    // The provider says no, or the person does.
    let url = house.begin(&mut browser, &session).await;
    let state = query(&url, "state");
    let no = format!("/v1/staff/callback?error=access_denied&state={state}");
    assert_eq!(house.come_back(&mut browser, &house.server.url(&no)).await, "/j?sign_in=refused");
    // A code that the provider never gave.
    let url = house.begin(&mut browser, &session).await;
    let wrong = format!("/v1/staff/callback?code=made-up&state={}", query(&url, "state"));
    assert_eq!(house.come_back(&mut browser, &house.server.url(&wrong)).await, "/j?sign_in=failed");
    // The code of one attempt with the state of another: PKCE and nonce are its own.
    let url = house.begin(&mut browser, &session).await;
    let first = browser.sign_in(&url, "alice").await;
    let url = house.begin(&mut browser, &session).await;
    let (code, state) = (query(&first, "code"), query(&url, "state"));
    let mixed = format!("/v1/staff/callback?code={code}&state={state}");
    assert_eq!(house.come_back(&mut browser, &house.server.url(&mixed)).await, "/j?sign_in=failed");
    for nothing in ["", "?state=x", "?code=x", "?code=x&state=y&state=z"] {
        let callback = house.server.url(&format!("/v1/staff/callback{nothing}"));
        assert_eq!(house.come_back(&mut browser, &callback).await, "/j?sign_in=expired");
    }
    assert!(house.checked(visit).await.is_empty());
    house.close().await;
}

#[tokio::test]
async fn keys_that_the_provider_changes_are_fetched_anew() {
    let mut house = House::open().await;
    for person in ["alice", "bob"] {
        let (session, visit) = house.session(1).await;
        // Two fetches have some seconds between them, whatever tokens come; until then the
        // answer is `failed`, and whoever tries again gets in.
        loop {
            let mut browser = Browser::new();
            let url = house.begin(&mut browser, &session).await;
            let callback = browser.sign_in(&url, person).await;
            if house.come_back(&mut browser, &callback).await == "/j?sign_in=done" {
                break;
            }
        }
        assert_eq!(house.checked(visit).await.len(), 1);
        house.provider.rotate().await;
    }
    house.close().await;
}

#[tokio::test]
async fn only_staff_with_a_session_begins() {
    let house = House::open().await;
    let url = house.server.url("/v1/staff/sign-in");
    let (patient, visit) = house.session(0).await;
    let begin = |session: &str| {
        let body = json!({ "session": session });
        house.server.client.post(url.clone()).json(&body).send()
    };
    problem(begin(&patient).await, 403, "not-staff").await;
    for nobody in ["", "nonsense", &"A".repeat(43), &"A".repeat(1_000)] {
        problem(begin(nobody).await, 404, "unknown-session").await;
    }
    let (staff, cancelled) = house.session(1).await;
    house.server.post(&format!("/v1/visits/{cancelled}/cancel"), &json!({})).send().await;
    problem(begin(&staff).await, 410, "visit-cancelled").await;
    assert!(house.checked(visit).await.is_empty());
    house.close().await;
}

#[tokio::test]
async fn without_a_provider_it_is_said() {
    let server = Server::start().await;
    let url = server.url("/v1/staff/sign-in");
    problem(server.client.get(url.clone()).send().await, 404, "no-sign-in").await;
    let begin = server.client.post(url).json(&json!({ "session": "x" }));
    problem(begin.send().await, 404, "no-sign-in").await;
    let back = server.client.get(server.url("/v1/staff/callback?code=x&state=y")).send().await;
    assert_eq!(back.header("location"), "/j?sign_in=expired");
    server.stop().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_and_nothing_else_stops() {
    let house = House::open().await;
    let (session, _) = house.session(1).await;
    let House { server, provider } = house;
    provider.stop().await;
    let body = json!({ "session": session });
    let begin = server.client.post(server.url("/v1/staff/sign-in")).json(&body);
    problem(begin.send().await, 502, "sign-in-unavailable").await;
    server.schedule(&visit()).await;
    server.stop().await;
}
