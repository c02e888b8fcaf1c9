//! The pages people use, carried in the program itself.
//!
//! In: the web client as built (`make web`). Out: its files, with kind and caching, packed where the
//! browser takes them so.
//! Never: a personal link's secret; it is behind the `#`, which browsers keep to themselves,
//! so `/j` is the same page for everybody and opening it changes nothing; nor a key of the desk,
//! which `/desk` asks for and keeps in the tab.

use crate::AppState;
use crate::problem::{Kind, Rejection};
use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "../web/dist"]
struct Dist;

/// The visit, for everybody in it.
const INDEX: &str = "index.html";
/// The desk, for staff outside a visit.
const DESK: &str = "desk.html";
/// Folder of the files whose names hold a hash of what is in them.
const HASHED: &str = "assets/";
/// Such a file never changes: it is fetched once.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Anything else is asked for again, so that an update arrives.
const ASK_AGAIN: &str = "no-cache";

/// Every page and file.
pub(crate) fn routes() -> Router<AppState> {
    let index = |asked: HeaderMap| async move { file(INDEX, &asked) };
    let desk = |asked: HeaderMap| async move { file(DESK, &asked) };
    let asset = |Path(name): Path<String>, asked: HeaderMap| async move {
        file(&format!("{HASHED}{name}"), &asked)
    };
    let routes = Router::new()
        .route("/", get(index))
        .route("/j", get(index))
        .route("/desk", get(desk))
        .route("/assets/{*name}", get(asset));
    let is_page = |name: &str| [INDEX, DESK].contains(&name);
    Dist::iter().filter(|name| !is_page(name) && !name.starts_with(HASHED)).fold(
        routes,
        |routes, name| {
            let path = format!("/{name}");
            routes.route(&path, get(move |asked: HeaderMap| async move { file(&name, &asked) }))
        },
    )
}

/// Whether a browser takes a file packed by gzip (RFC 9110 section 12.5.3).
fn takes_packed(asked: &HeaderMap) -> bool {
    let named = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|coding| {
        let mut words = coding.split(';').map(str::trim);
        let is_gzip = words.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        is_gzip && !words.any(|weight| weight.trim_end_matches(['0', '.']) == "q=")
    })
}

fn file(name: &str, asked: &HeaderMap) -> Response {
    let Some(found) = Dist::get(name) else {
        return Rejection::new(Kind::NoSuchRoute).into_response();
    };
    let kind = found.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") { kind + "; charset=utf-8" } else { kind };
    let caching = if name.starts_with(HASHED) { FOREVER } else { ASK_AGAIN };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, caching.to_owned())];
    let Some(packed) = Dist::get(&format!("{name}.gz")) else {
        return (headers, found.data).into_response();
    };
    let varies = (VARY, HeaderValue::from_static("accept-encoding"));
    if takes_packed(asked) {
        let is_packed = (CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return (headers, [varies, is_packed], packed.data).into_response();
    }
    (headers, [varies], found.data).into_response()
}

#[cfg(test)]
mod tests {
    use super::{ACCEPT_ENCODING, HeaderMap, HeaderValue, takes_packed};

    #[test]
    fn a_file_is_packed_for_whoever_takes_it_so() {
        let takes = |value: &'static str| {
            let value = HeaderValue::from_static(value);
            takes_packed(&HeaderMap::from_iter([(ACCEPT_ENCODING, value)]))
        };
        for said in
            ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.8", "deflate,gzip ; q=0.5"]
        {
            assert!(takes(said), "{said}");
        }
        for said in ["", "identity", "br", "gzip;q=0", "gzip; q=0.00", "x-gzip-ish"] {
            assert!(!takes(said), "{said}");
        }
        assert!(!takes_packed(&HeaderMap::new()));
    }
}
