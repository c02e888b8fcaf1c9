//! `/v1/oauth/token`: a client's signed word becomes an access token; and what clients have to
//! know beforehand, below `/.well-known`.
//!
//! In: a form. Out: a token, or an error in the shape of RFC 6749.
//! Never: a token for an assertion that was used before; a difference between a client that is
//! unknown and one whose signature is wrong.

use super::guard::OwnShape;
use super::limits::Visitor;
use crate::key::Scopes;
use crate::problem::Rejection;
use crate::smart::{self, ALGORITHMS, Assertion};
use crate::store::{ClientKeys, ClientRow};
use crate::token::{ACCESS_TOKEN_LIFE, Claims, Granted, Jws, Keys, Untrusted};
use crate::{AppState, Fault, clock, secret};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bedside_signaling_api::client::{TokenAnswer, TokenError, TokenErrorKind, TokenRequest};
use serde_json::Value;

const GRANT: &str = "client_credentials";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why there is no token.
#[derive(Debug)]
pub(crate) enum NoToken {
    /// In the shape of the standard.
    Error(TokenError),
    /// In the shape of every other error: a limit reached, or something failed on our side.
    Rejection(Rejection),
}

/// Get an access token.
///
/// SMART Backend Services: the client signs an assertion with its private key (RS384 or ES384)
/// and gets a token for five minutes. The scopes are SMART's (see
/// `/.well-known/smart-configuration`) and this API's own; those the client was not registered
/// for are left out. The token goes where an API key goes.
#[utoipa::path(
    post,
    path = "/v1/oauth/token",
    tag = "keys",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token.", body = TokenAnswer),
        (status = 400, description = "The request is not one for a token, or asks for too much.",
         body = TokenError),
        (status = 401, description = "The client is not believed.", body = TokenError),
    ),
    security(())
)]
pub(crate) async fn issue_token(
    Visitor(peer): Visitor,
    State(state): State<AppState>,
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Result<Json<TokenAnswer>, NoToken> {
    let asked = Asked::read(form)?;
    let Some(client) = client(&state, &asked.assertion).await? else {
        state.limits.wrong(peer)?;
        return Err(unknown());
    };
    if let Err(untrusted) = use_up(&state, &client, &asked.assertion).await? {
        state.limits.wrong(peer)?;
        return Err(untrusted);
    }
    state.limits.key(client.id, None)?;
    let registered = Scopes::from_kept(&client.scopes);
    let scope = smart::grant(&asked.scope, &registered).ok_or_else(|| {
        let told = "The client was registered for none of the scopes it asks for.";
        error(TokenErrorKind::InvalidScope, told)
    })?;
    let now = clock::now();
    let granted = Granted { client: client.id, scope };
    let access_token = state.tokens.mint(&granted, now)?;
    state.store.note_client_used(&client, now).await?;
    Ok(Json(TokenAnswer {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_TOKEN_LIFE.as_secs(),
        scope: granted.scope,
    }))
}

/// Read the keys that sign access tokens.
///
/// A JWK Set (RFC 7517) with the public key of this installation.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "keys",
    responses((status = 200, description = "The key set.", body = Value)),
    security(())
)]
pub(crate) async fn read_jwks(State(state): State<AppState>) -> Json<Value> {
    Json(state.tokens.jwks().clone())
}

/// Read how clients get a token.
///
/// The discovery document of SMART App Launch 2.2.0.
#[utoipa::path(
    get,
    path = "/.well-known/smart-configuration",
    tag = "keys",
    responses((status = 200, description = "The document.", body = Value)),
    security(())
)]
pub(crate) async fn read_smart_configuration(State(state): State<AppState>) -> Json<Value> {
    Json(smart::metadata(state.links.public_url()))
}

/// What was asked for, all of it there.
struct Asked {
    assertion: String,
    scope: String,
}

impl Asked {
    fn read(form: Result<Form<TokenRequest>, FormRejection>) -> Result<Self, NoToken> {
        let invalid = |told: &str| error(TokenErrorKind::InvalidRequest, told);
        let Form(form) = form.map_err(|_| {
            invalid("Send a form (`application/x-www-form-urlencoded`), each field once.")
        })?;
        match form.grant_type.as_deref() {
            Some(GRANT) => {}
            Some(_) => {
                let told = "The only grant is `client_credentials`.";
                return Err(error(TokenErrorKind::UnsupportedGrantType, told));
            }
            None => return Err(invalid("`grant_type` is missing.")),
        }
        if form.client_assertion_type.as_deref() != Some(ASSERTION) {
            return Err(invalid(&format!("`client_assertion_type` has to be `{ASSERTION}`.")));
        }
        let assertion = form.client_assertion.filter(|text| !text.is_empty());
        let scope = form.scope.filter(|text| !text.is_empty());
        Ok(Self {
            assertion: assertion.ok_or_else(|| invalid("`client_assertion` is missing."))?,
            scope: scope.ok_or_else(|| {
                error(TokenErrorKind::InvalidScope, "`scope` is missing: say what is wanted.")
            })?,
        })
    }
}

/// The client in force that the assertion says it is from.
async fn client(state: &AppState, assertion: &str) -> Result<Option<ClientRow>, NoToken> {
    let Some(id) = smart::claimed_client(assertion) else { return Ok(None) };
    Ok(state.store.client(id).await?.filter(|client| client.revoked_at.is_none()))
}

/// Checks an assertion against the client's keys and uses it up.
async fn use_up(
    state: &AppState,
    client: &ClientRow,
    assertion: &str,
) -> Result<Result<(), NoToken>, Fault> {
    let now = clock::now();
    let checked = match open(state, client, assertion).await? {
        Ok(claims) => Assertion::check(&claims, client.id, &token_url(state), now),
        Err(untrusted) => Err(untrusted),
    };
    let assertion = match checked {
        Ok(assertion) => assertion,
        Err(untrusted) => return Ok(Err(refused(untrusted))),
    };
    let jti_hash = secret::hash(assertion.jti.as_bytes());
    let first = state.store.use_assertion(client.id, &jti_hash, assertion.until, now).await?;
    Ok(if first { Ok(()) } else { Err(refused(Untrusted::Claim("jti"))) })
}

async fn open(
    state: &AppState,
    client: &ClientRow,
    assertion: &str,
) -> Result<Result<Claims, Untrusted>, Fault> {
    let token = match Jws::parse(assertion) {
        Ok(token) => token,
        Err(untrusted) => return Ok(Err(untrusted)),
    };
    Ok(match &client.keys {
        ClientKeys::Here(jwks) => {
            let keys = Keys::from_json(jwks.as_bytes()).map_err(Fault::stored("key set"))?;
            keys.open(&token, &ALGORITHMS)
        }
        ClientKeys::At(url) => state.remote_keys.open(url, &token, &ALGORITHMS).await,
    })
}

fn token_url(state: &AppState) -> String {
    smart::token_url(state.links.public_url())
}

/// The same for a client that is not there and for a signature that is not its own; who holds
/// the right key is told which claim is wrong.
fn refused(untrusted: Untrusted) -> NoToken {
    match untrusted {
        Untrusted::Claim(claim) => {
            let told = format!("The claim `{claim}` of the assertion is missing, wrong or used.");
            error(TokenErrorKind::InvalidClient, told)
        }
        Untrusted::Malformed
        | Untrusted::Algorithm
        | Untrusted::UnknownKey
        | Untrusted::Signature => unknown(),
    }
}

fn unknown() -> NoToken {
    let told = "The assertion is not signed (RS384 or ES384) by a key of a registered client.";
    error(TokenErrorKind::InvalidClient, told)
}

fn error(error: TokenErrorKind, told: impl Into<String>) -> NoToken {
    NoToken::Error(TokenError { error, error_description: told.into() })
}

impl From<Rejection> for NoToken {
    fn from(rejection: Rejection) -> Self {
        Self::Rejection(rejection)
    }
}

impl From<Fault> for NoToken {
    fn from(fault: Fault) -> Self {
        Self::Rejection(fault.into())
    }
}

impl IntoResponse for NoToken {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Error(error) => error,
            Self::Rejection(rejection) => return rejection.into_response(),
        };
        let status = match error.error {
            TokenErrorKind::InvalidClient => StatusCode::UNAUTHORIZED,
            TokenErrorKind::InvalidRequest
            | TokenErrorKind::UnsupportedGrantType
            | TokenErrorKind::InvalidScope => StatusCode::BAD_REQUEST,
        };
        (status, Extension(OwnShape), Json(error)).into_response()
    }
}
