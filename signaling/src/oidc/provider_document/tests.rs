//! What is sent to a provider, and whose description is believed.

use super::{Credentials, Document, WrongDocument};
use crate::oidc::Tickets;
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example.org/realms/clinic";

fn described(methods: Value) -> Document {
    let mut document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/auth"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/certs"),
    });
    if !methods.is_null() {
        document["token_endpoint_auth_methods_supported"] = methods;
    }
    Document::read(document.to_string().as_bytes(), ISSUER).unwrap()
}

#[test]
fn only_the_named_issuer_is_believed() {
    assert_eq!(Document::read(b"{}", ISSUER), Err(WrongDocument::Malformed));
    let json = serde_json::to_vec(&json!({
        "issuer": "https://id.example.com", "authorization_endpoint": "https://id.example.com/a",
        "token_endpoint": "https://id.example.com/t", "jwks_uri": "https://id.example.com/k",
    }));
    assert_eq!(Document::read(&json.unwrap(), ISSUER), Err(WrongDocument::Issuer));
    assert_eq!(Document::url(ISSUER), format!("{ISSUER}/.well-known/openid-configuration"));
    assert_eq!(Document::url("https://a/"), "https://a/.well-known/openid-configuration");
}

#[test]
fn a_person_is_sent_with_everything_that_binds_the_way_back() {
    let ticket = Tickets::new(&[7; 32]).fresh().unwrap();
    let callback = "https://visits.example.org/v1/staff/callback";
    let url = described(Value::Null).sign_in_url("bed side", &ticket, callback);
    let (start, query) = url.split_once('?').unwrap();
    assert_eq!(start, format!("{ISSUER}/auth"));
    for field in [
        "response_type=code".to_owned(),
        "scope=openid".to_owned(),
        "client_id=bed%20side".to_owned(),
        "redirect_uri=https%3A%2F%2Fvisits.example.org%2Fv1%2Fstaff%2Fcallback".to_owned(),
        format!("state={}", ticket.state),
        format!("nonce={}", ticket.nonce),
        format!("code_challenge={}", ticket.challenge()),
        "code_challenge_method=S256".to_owned(),
    ] {
        assert!(query.split('&').any(|sent| sent == field), "{field} in {query}");
    }
    assert!(!url.contains(&ticket.verifier), "the verifier stays here");
}

#[test]
fn we_prove_who_we_are_in_the_way_the_provider_takes() {
    let credentials = |secret: Option<&str>| Credentials {
        client_id: "bedside".to_owned(),
        secret: secret.map(str::to_owned),
    };
    let redeem = |methods: Value, secret| {
        described(methods).redemption(&credentials(secret), "c+d", ("v", "https://a/b"))
    };
    let (body, header) = redeem(Value::Null, Some("p:w%"));
    assert_eq!(
        body,
        "grant_type=authorization_code&code=c%2Bd&redirect_uri=https%3A%2F%2Fa%2Fb&code_verifier=v"
    );
    // `bedside:p%3Aw%25`
    assert_eq!(header.as_deref(), Some("Basic YmVkc2lkZTpwJTNBdyUyNQ=="));
    let (body, header) = redeem(json!(["client_secret_post"]), Some("p:w%"));
    assert!(body.ends_with("&client_id=bedside&client_secret=p%3Aw%25"), "{body}");
    assert_eq!(header, None);
    let (body, header) = redeem(json!(["none"]), None);
    assert!(body.ends_with("&client_id=bedside"), "{body}");
    assert_eq!(header, None);
}
