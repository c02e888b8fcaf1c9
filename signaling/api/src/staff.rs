//! Staff signing in with the clinic's identity provider.
//!
//! In: a session. Out: where to sign in.
//! Never: who somebody is at the provider.

use garde::Validate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// The clinic's identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct SignInProvider {
    /// What people know it as.
    #[schema(example = "Clinic account")]
    pub name: String,
}

/// Who wants to sign in: the member of staff whose device this is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct BeginSignIn {
    /// The device's session, from redeeming the personal link.
    // Not checked here: whatever is no session opens nothing, with one and the same answer.
    #[garde(skip)]
    pub session: String,
}

impl std::fmt::Debug for BeginSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BeginSignIn").finish_non_exhaustive()
    }
}

/// Where to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
pub struct SignIn {
    /// The provider's page. The browser that asked has to go there itself; it comes back to `/j`
    /// with `sign_in=done`, `refused`, `expired` or `failed`.
    pub url: String,
}
