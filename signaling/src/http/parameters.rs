//! Parameters of path and query, or a problem that names the wrong one.
//!
//! In: a request's address. Out: checked values.
//! Never: an unknown parameter ignored in silence.

use crate::problem::{Kind, Rejection};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use garde::Validate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use utoipa::IntoParams;
use uuid::Uuid;

/// The `{id}` of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValidPath(pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for ValidPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let Path(id) = Path::<Uuid>::from_request_parts(parts, state)
            .await
            .map_err(|_| Rejection::new(Kind::InvalidPath).at("id", "has to be a UUID"))?;
        Ok(Self(id))
    }
}

/// The `{id}` and `{participant}` of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PersonPath {
    /// Id of the visit.
    pub(crate) id: Uuid,
    /// Id of the person in it.
    pub(crate) participant: Uuid,
}

impl<S: Send + Sync> FromRequestParts<S> for PersonPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let Path((id, participant)) = Path::<(Uuid, Uuid)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Rejection::new(Kind::InvalidPath).at("id", "has to be a UUID"))?;
        Ok(Self { id, participant })
    }
}

/// A query that has been understood and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValidQuery<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for ValidQuery<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Rejection> {
        let Query(query) =
            Query::<T>::try_from_uri(&parts.uri).map_err(|rejection| misread(&rejection))?;
        query.validate().map_err(|report| {
            report.iter().fold(Rejection::new(Kind::InvalidQuery), |rejection, (path, error)| {
                rejection.at(path.to_string(), error.message())
            })
        })?;
        Ok(Self(query))
    }
}

/// What serde says about one parameter.
type Misread = serde_path_to_error::Error<serde::de::value::Error>;

fn misread(rejection: &QueryRejection) -> Rejection {
    let mut cause: Option<&(dyn Error + 'static)> = Some(rejection);
    while let Some(error) = cause {
        if let Some(misread) = error.downcast_ref::<Misread>() {
            let name = misread.path().to_string();
            return Rejection::new(Kind::InvalidQuery).at(name, misread.inner().to_string());
        }
        cause = error.source();
    }
    Rejection::new(Kind::InvalidQuery)
}
