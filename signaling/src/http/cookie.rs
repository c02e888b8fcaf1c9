//! Cookies, as browsers send them back.
//!
//! In: a request's headers. Out: the value of one cookie.
//! Never: a cookie set here; whoever sets one says for how long and for which addresses.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The value of that cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(each, _)| *each == name)
        .map(|(_, value)| value)
}
