//! The pages people use, carried in the program itself.
//!
//! In: the web client as built (`make web`). Out: its files, with kind and caching.
//! Never: a personal link's secret; it is behind the `#`, which browsers keep to themselves,
//! so `/j` is the same page for everybody and opening it changes nothing; nor a key of the desk,
//! which `/desk` asks for and keeps in the tab.

use crate::AppState;
use crate::problem::{Kind, Rejection};
use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
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
    let index = || async { file(INDEX) };
    let desk = || async { file(DESK) };
    let asset = |Path(name): Path<String>| async move { file(&format!("{HASHED}{name}")) };
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
            routes.route(&path, get(move || async move { file(&name) }))
        },
    )
}

fn file(name: &str) -> Response {
    let Some(found) = Dist::get(name) else {
        return Rejection::new(Kind::NoSuchRoute).into_response();
    };
    let kind = found.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") { kind + "; charset=utf-8" } else { kind };
    let caching = if name.starts_with(HASHED) { FOREVER } else { ASK_AGAIN };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, caching.to_owned())];
    (headers, found.data).into_response()
}
