//! Shows the film to one browser on this machine.
//!
//! In: requests that know the secret of the link. Out: the page, the film by range, how far it is.
//! Never: an answer to anybody who does not know the secret; a listener that another machine can
//! reach; a file.

use super::range::{Wanted, wanted};
use bedside_recorder::play::{Reel, Secret};
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, HeaderValue, RANGE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Bytes of the film read at once; as many are in memory for each answer.
const READ_MAX: usize = 256 << 10;

/// Only what this page itself brings, and blobs, which are how a page feeds a player.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; media-src 'self' blob:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

type Answer = Response<UnsyncBoxBody<Bytes, io::Error>>;

/// Bytes of the film on their way, read as the browser takes them.
fn reading(reel: Arc<Reel>, left: Range<u64>) -> UnsyncBoxBody<Bytes, io::Error> {
    let pieces = stream::unfold((reel, left), |(reel, left)| async move {
        let size = usize::try_from(left.end.saturating_sub(left.start)).unwrap_or(usize::MAX);
        if size == 0 {
            return None;
        }
        match reel.read(left.start, size.min(READ_MAX)) {
            Ok(bytes) if bytes.is_empty() => {
                Some((Err(io::ErrorKind::UnexpectedEof.into()), (reel, left.end..left.end)))
            }
            Ok(bytes) => {
                let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let rest = left.start.saturating_add(read)..left.end;
                Some((Ok(Frame::data(Bytes::from(bytes))), (reel, rest)))
            }
            Err(error) => Some((Err(error), (reel, left.end..left.end))),
        }
    });
    StreamBody::new(pieces).boxed_unsync()
}

/// Answers until it is dropped.
pub(crate) async fn serve(
    listener: TcpListener,
    secret: Arc<Secret>,
    reel: Arc<Reel>,
) -> Infallible {
    loop {
        // A connection that failed before it began is the other side's affair.
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (secret, reel) = (Arc::clone(&secret), Arc::clone(&reel));
        tokio::spawn(async move {
            let answer = service_fn(move |request: Request<Incoming>| {
                let answer = respond(&request, &secret, &reel);
                async move { Ok::<_, Infallible>(answer) }
            });
            // A browser closes connections in the middle of answers whenever somebody seeks.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

fn respond<B>(request: &Request<B>, secret: &Secret, reel: &Arc<Reel>) -> Answer {
    let path = request.uri().path();
    let named = path.strip_prefix('/').and_then(|path| path.split_once('/'));
    let Some((_, name)) = named.filter(|(given, _)| secret.is(given)) else {
        return plain(StatusCode::NOT_FOUND, "Nothing is here.");
    };
    if request.method() != Method::GET {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET is understood here.");
    }
    match name {
        "" => told("text/html; charset=utf-8", include_str!("page.html")),
        "page.css" => told("text/css; charset=utf-8", include_str!("page.css")),
        "page.js" => told("text/javascript; charset=utf-8", include_str!("page.js")),
        "film.json" => state(request.uri().query().unwrap_or_default(), reel),
        "film.mp4" => film(request, reel),
        _ => plain(StatusCode::NOT_FOUND, "Nothing is here."),
    }
}

fn state(query: &str, reel: &Reel) -> Answer {
    let known = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse().ok());
        value.unwrap_or(0)
    };
    let state = reel.since(known("segments"), known("captions"));
    match serde_json::to_vec(&state) {
        Ok(body) => answer(StatusCode::OK, "application/json", whole(body)),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "The list cannot be written."),
    }
}

fn film<B>(request: &Request<B>, reel: &Arc<Reel>) -> Answer {
    let len = reel.len();
    let header = request.headers().get(RANGE).and_then(|range| range.to_str().ok());
    let (status, left, range) = match wanted(header, len) {
        Wanted::Whole => (StatusCode::OK, 0..len, None),
        Wanted::Part(range) => {
            let spelled = spelled(&range, len);
            (StatusCode::PARTIAL_CONTENT, range, Some(spelled))
        }
        Wanted::Nowhere => {
            let mut answer = plain(StatusCode::RANGE_NOT_SATISFIABLE, "That is not made yet.");
            set_range(&mut answer, &format!("bytes */{len}"));
            return answer;
        }
    };
    let length = left.end.saturating_sub(left.start);
    let body = reading(Arc::clone(reel), left);
    let mut answer = answer(status, "video/mp4", body);
    answer.headers_mut().insert(CONTENT_LENGTH, length.into());
    if let Some(range) = range {
        set_range(&mut answer, &range);
    }
    answer
}

fn spelled(range: &Range<u64>, len: u64) -> String {
    format!("bytes {}-{}/{len}", range.start, range.end.saturating_sub(1))
}

fn set_range(answer: &mut Answer, range: &str) {
    if let Ok(range) = range.parse() {
        answer.headers_mut().insert(CONTENT_RANGE, range);
    }
}

fn told(kind: &'static str, text: &'static str) -> Answer {
    answer(StatusCode::OK, kind, whole(text.as_bytes().to_vec()))
}

fn plain(status: StatusCode, text: &'static str) -> Answer {
    answer(status, "text/plain; charset=utf-8", whole(text.as_bytes().to_vec()))
}

fn whole(body: Vec<u8>) -> UnsyncBoxBody<Bytes, io::Error> {
    Full::new(Bytes::from(body)).map_err(|never| match never {}).boxed_unsync()
}

fn answer(status: StatusCode, kind: &'static str, body: UnsyncBoxBody<Bytes, io::Error>) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    for (name, value) in [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (ACCEPT_RANGES, "bytes"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}
