//! SMART Backend Services: a client with a key of its own gets a token, and the token opens what
//! was granted.

use super::super::signer::Signer;
use crate::client::Answer;
use crate::server::{Server, TENANT, id, problem, visit};
use bedside_signaling::key::Scope;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A registered client.
pub(crate) struct Software<'a> {
    server: &'a Server,
    id: String,
    pub(crate) signer: Signer,
}

impl<'a> Software<'a> {
    async fn registered(server: &'a Server, signer: Signer, scopes: &[&str]) -> Self {
        let jwks = json!({ "keys": [signer.jwk()] });
        let body = json!({ "name": "record", "scopes": scopes, "jwks": jwks });
        let made = server.post("/v1/clients", &body).send().await;
        assert_eq!(made.status, 201, "{}", made.text());
        Self::known(server, &made.json(), signer)
    }

    /// The client that was answered when it was made.
    pub(crate) fn known(server: &'a Server, made: &Value, signer: Signer) -> Self {
        let id: Uuid = made["id"].as_str().unwrap().parse().unwrap();
        Self { server, id: id.simple().to_string(), signer }
    }

    pub(crate) fn claims(&self) -> Value {
        let now = Timestamp::now().as_second();
        json!({
            "iss": self.id, "sub": self.id, "jti": Uuid::new_v4(), "iat": now, "exp": now + 240,
            "aud": format!("{}/v1/oauth/token", public_url(self.server)),
        })
    }

    pub(crate) async fn ask(&self, scope: &str) -> Answer {
        ask(self.server, &self.signer.sign(&self.claims()), scope).await
    }

    async fn token(&self, scope: &str) -> String {
        let answer = self.ask(scope).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json::<Value>()["access_token"].as_str().unwrap().to_owned()
    }
}

/// As the server names itself where no setting does.
fn public_url(server: &Server) -> String {
    format!("http://localhost:{}", server.http.port())
}

async fn send(server: &Server, form: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> =
        form.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
    let draft = server.client.post(server.url("/v1/oauth/token"));
    let draft = draft.header("content-type", "application/x-www-form-urlencoded");
    draft.body(fields.join("&")).send().await
}

pub(crate) async fn ask(server: &Server, assertion: &str, scope: &str) -> Answer {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION),
        ("client_assertion", assertion),
        ("scope", scope),
    ];
    send(server, &form).await
}

/// The error in an answer, which must be in the shape of RFC 6749.
fn refused(answer: &Answer, status: u16, error: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let told: Value = answer.json();
    assert_eq!(told["error"], error, "{told}");
    assert!(!told["error_description"].as_str().unwrap().is_empty(), "{told}");
    told
}

async fn list(server: &Server, token: &str) -> Answer {
    server.client.get(server.url("/v1/visits")).bearer(token).send().await
}

async fn appointments(server: &Server, token: &str) -> Answer {
    server.client.get(server.url("/fhir/r4/Appointment")).bearer(token).send().await
}

#[tokio::test]
async fn both_kinds_of_key_get_a_token_that_opens_what_was_granted() {
    let server = Server::start().await;
    for signer in [Signer::es384("2026"), Signer::rsa("RS384", "2026")] {
        let software = Software::registered(&server, signer, &["visits:read"]).await;
        let answer = software.ask("system/Appointment.rs system/Appointment.c openid").await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let answer: Value = answer.json();
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["expires_in"], 300);
        assert_eq!(answer["scope"], "system/Appointment.rs", "what it was registered for");
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(appointments(&server, token).await.status, 200);
        let write = server.client.post(server.url("/v1/visits")).bearer(token).json(&visit());
        problem(write.send().await, 403, "missing-scope").await;
        // What is no record of FHIR is opened by names of our own only.
        let made = server.schedule(&visit()).await;
        let chat = server.url(&format!("/v1/visits/{}/chat", id(&made)));
        let read = |token: &str| server.client.get(chat.clone()).bearer(token).send();
        problem(read(token).await, 403, "missing-scope").await;
        problem(list(&server, token).await, 403, "missing-scope").await;
        assert_eq!(read(&software.token("visits:read").await).await.status, 200);
        // A word for one kind of record opens no other.
        let narrow = software.token("system/Encounter.r").await;
        assert_eq!(appointments(&server, &narrow).await.status, 403);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_sees_its_own_tenant_only() {
    let server = Server::start().await;
    server.schedule(&visit()).await;
    let foreign = server.key("pharmacy", &Scope::ALL).await;
    let signer = Signer::es384("1");
    let body = json!({
        "name": "theirs", "scopes": ["visits:read"], "jwks": { "keys": [signer.jwk()] },
    });
    let post = server.client.post(server.url("/v1/clients")).bearer(&foreign).json(&body);
    let theirs = Software::known(&server, &post.send().await.json(), signer);
    let seen: Value = list(&server, &theirs.token("visits:read").await).await.json();
    assert_eq!(seen["data"], json!([]), "the visit is another tenant's");
    let ours: Value = server.get("/v1/clients").send().await.json();
    assert_eq!(ours["data"], json!([]));
    let url = server.url(&format!("/v1/clients/{}", theirs.id));
    problem(server.client.delete(url).bearer(&server.key).send().await, 404, "not-found").await;
    server.stop().await;
}

#[tokio::test]
async fn an_assertion_is_taken_once() {
    let server = Server::start().await;
    let software = Software::registered(&server, Signer::es384("1"), &["visits:read"]).await;
    let assertion = software.signer.sign(&software.claims());
    assert_eq!(ask(&server, &assertion, "visits:read").await.status, 200);
    let told = refused(&ask(&server, &assertion, "visits:read").await, 401, "invalid_client");
    assert!(told["error_description"].as_str().unwrap().contains("`jti`"), "{told}");
    // The name is the client's own: another may use the same.
    let other = Software::registered(&server, Signer::es384("1"), &["visits:read"]).await;
    let mut claims = other.claims();
    claims["jti"] = software.claims()["jti"].clone();
    assert_eq!(ask(&server, &other.signer.sign(&claims), "visits:read").await.status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_racing_equal_assertions_one_is_taken() {
    let server = Server::start().await;
    let software = Software::registered(&server, Signer::es384("1"), &["visits:read"]).await;
    let assertion = software.signer.sign(&software.claims());
    let body = format!(
        "grant_type=client_credentials&client_assertion_type={ASSERTION}\
         &client_assertion={assertion}&scope=visits:read"
    );
    let draft = server.client.post(server.url("/v1/oauth/token"));
    let draft = draft.header("content-type", "application/x-www-form-urlencoded").body(body);
    let racers: Vec<_> = (0..6)
        .map(|_| {
            let draft = draft.clone();
            tokio::spawn(async move { draft.send().await.status })
        })
        .collect();
    let mut taken = 0;
    for racer in racers {
        taken += usize::from(racer.await.unwrap() == 200);
    }
    assert_eq!(taken, 1);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_is_not_there_looks_like_a_wrong_signature() {
    let server = Server::start().await;
    let software = Software::registered(&server, Signer::es384("1"), &["visits:read"]).await;
    let stranger = Signer::es384("1");
    let mut elsewhere = software.claims();
    elsewhere["iss"] = Uuid::new_v4().simple().to_string().into();
    let (weak, other) = (Signer::rsa("RS256", "1"), Signer::es256("1"));
    let mut told = Vec::new();
    for assertion in [
        "nonsense".to_owned(),
        stranger.sign(&software.claims()),
        software.signer.sign(&elsewhere),
        weak.sign(&software.claims()),
        other.sign(&software.claims()),
        software.signer.sign_with(json!({ "alg": "none" }), &software.claims()),
    ] {
        let answer = ask(&server, &assertion, "visits:read").await;
        told.push(refused(&answer, 401, "invalid_client"));
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");
    // Who holds the key is told what to mend.
    for (claim, value) in [
        ("aud", json!("https://elsewhere.example.org/token")),
        ("exp", json!(Timestamp::now().as_second() - 60)),
        ("exp", json!(Timestamp::now().as_second() + 3_600)),
        ("sub", json!("somebody")),
    ] {
        let mut claims = software.claims();
        claims[claim] = value;
        let answer = ask(&server, &software.signer.sign(&claims), "visits:read").await;
        let told = refused(&answer, 401, "invalid_client");
        assert!(told["error_description"].as_str().unwrap().contains(claim), "{told}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_form_is_told() {
    let server = Server::start().await;
    let software = Software::registered(&server, Signer::es384("1"), &["visits:read"]).await;
    let assertion = software.signer.sign(&software.claims());
    let good = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION),
        ("client_assertion", &*assertion),
        ("scope", "visits:read"),
    ];
    let changed = |index: usize, value: &'static str| {
        let mut form = good;
        form[index].1 = value;
        form
    };
    let without = |index: usize| {
        let mut form = good.to_vec();
        form.remove(index);
        form
    };
    for (form, error) in [
        (changed(0, "authorization_code").to_vec(), "unsupported_grant_type"),
        (changed(1, "secret").to_vec(), "invalid_request"),
        (changed(2, "").to_vec(), "invalid_request"),
        (changed(3, "").to_vec(), "invalid_scope"),
        (without(0), "invalid_request"),
        (without(1), "invalid_request"),
        (without(2), "invalid_request"),
        (without(3), "invalid_scope"),
        ([&good[..], &good[..1]].concat(), "invalid_request"),
    ] {
        refused(&send(&server, &form).await, 400, error);
    }
    let json = server.client.post(server.url("/v1/oauth/token")).json(&json!({}));
    refused(&json.send().await, 400, "invalid_request");
    refused(&software.ask("visits:write").await, 400, "invalid_scope");
    refused(&software.ask("launch openid").await, 400, "invalid_scope");
    server.stop().await;
}

#[tokio::test]
async fn a_revoked_client_s_tokens_open_nothing_from_the_next_request_on() {
    let server = Server::start().await;
    let software = Software::registered(&server, Signer::es384("1"), &["visits:read"]).await;
    let token = software.token("visits:read").await;
    assert_eq!(list(&server, &token).await.status, 200);
    let listed: Value = server.get("/v1/clients").send().await.json();
    assert!(listed["data"][0]["last_used_at"].is_string(), "{listed}");
    let url = server.url(&format!("/v1/clients/{}", software.id));
    let revoke = || server.client.delete(url.clone()).bearer(&server.key).send();
    assert_eq!(revoke().await.status, 204);
    problem(list(&server, &token).await, 401, "unauthorized").await;
    refused(&software.ask("visits:read").await, 401, "invalid_client");
    problem(revoke().await, 404, "not-found").await;
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_was_changed_opens_nothing() {
    let server = Server::start().await;
    let software = Software::registered(&server, Signer::es384("1"), &["visits:read"]).await;
    let token = software.token("visits:read").await;
    let other = Server::start().await;
    let (signed, _) = token.rsplit_once('.').unwrap();
    for wrong in
        [format!("{token}A"), format!("{signed}."), software.signer.sign(&software.claims())]
    {
        problem(list(&server, &wrong).await, 401, "unauthorized").await;
    }
    problem(list(&other, &token).await, 401, "unauthorized").await;
    other.stop().await;
    server.stop().await;
}

#[tokio::test]
async fn nobody_registers_a_client_that_may_do_more_than_themselves() {
    let server = Server::start().await;
    let keeper = server.key(TENANT, &[Scope::KeysWrite, Scope::VisitsRead]).await;
    let jwks = json!({ "keys": [Signer::es384("1").jwk()] });
    let ask = |scopes: Value| {
        let body = json!({ "name": "x", "scopes": scopes, "jwks": jwks });
        server.client.post(server.url("/v1/clients")).bearer(&keeper).json(&body).send()
    };
    problem(ask(json!(["visits:write"])).await, 403, "missing-scope").await;
    assert_eq!(ask(json!(["visits:read"])).await.status, 201);
    // A client with `keys:write` is held to what it was granted, too.
    let scopes = ["keys:write", "visits:read", "visits:write"];
    let software = Software::registered(&server, Signer::es384("1"), &scopes).await;
    let token = software.token("keys:write visits:read").await;
    let make = |scope: &str| {
        let body = json!({ "name": "x", "scopes": [scope] });
        server.client.post(server.url("/v1/keys")).bearer(&token).json(&body).send()
    };
    assert_eq!(make("visits:read").await.status, 201);
    problem(make("visits:write").await, 403, "missing-scope").await;
    server.stop().await;
}

#[tokio::test]
async fn keys_that_are_of_no_use_are_told_at_once() {
    let server = Server::start().await;
    let good = Signer::es384("1").jwk();
    let mut private = good.clone();
    private["d"] = "c2VjcmV0".into();
    for (more, pointer) in [
        (json!({}), ""),
        (json!({ "jwks": { "keys": [good] }, "jwks_url": "https://a.example.org" }), ""),
        (json!({ "jwks": { "keys": [private] } }), "/jwks"),
        (json!({ "jwks": { "keys": [] } }), "/jwks"),
        (json!({ "jwks": "text" }), "/jwks"),
        (json!({ "jwks_url": "ftp://a.example.org" }), "/jwks_url"),
        (json!({ "jwks_url": "" }), "/jwks_url"),
    ] {
        let mut body = json!({ "name": "x", "scopes": ["visits:read"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = server.post("/v1/clients", &body).send().await;
        let told = problem(answer, 422, "invalid-body").await;
        assert_eq!(told["errors"][0]["pointer"], pointer, "{told}");
        assert!(!told.to_string().contains("c2VjcmV0"), "{told}");
    }
    server.stop().await;
}

#[tokio::test]
async fn clients_find_what_they_have_to_know() {
    let server = Server::start().await;
    let read = |path: &str| server.client.get(server.url(path)).send();
    let found: Value = read("/.well-known/smart-configuration").await.json();
    let url = public_url(&server);
    assert_eq!(found["token_endpoint"], format!("{url}/v1/oauth/token"));
    assert_eq!(
        found["token_endpoint_auth_signing_alg_values_supported"],
        json!(["RS384", "ES384"])
    );
    assert!(found["capabilities"].to_string().contains("client-confidential-asymmetric"));
    let scopes = found["scopes_supported"].as_array().unwrap();
    assert!(scopes.contains(&json!("system/Appointment.cruds")), "{scopes:?}");
    let keys: Value = read("/.well-known/jwks.json").await.json();
    assert_eq!(found["jwks_uri"], format!("{url}/.well-known/jwks.json"));
    let key = &keys["keys"][0];
    assert_eq!((&key["crv"], &key["alg"]), (&json!("Ed25519"), &json!("EdDSA")));
    assert!(key.get("d").is_none());
    // The head of a token names this key.
    let software = Software::registered(&server, Signer::es384("1"), &["visits:read"]).await;
    let token = software.token("visits:read").await;
    let head = super::super::signer::decode(token.split('.').next().unwrap());
    let head: Value = serde_json::from_slice(&head).unwrap();
    assert_eq!((&head["kid"], &head["typ"]), (&key["kid"], &json!("at+jwt")));
    server.stop().await;
}
