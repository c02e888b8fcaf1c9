//! A panic, a handler that never answers, and a library's plain text all become problems.

use crate::http::guarded;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use axum::{Router, routing};
use bedside_signaling_api::problem::{MEDIA_TYPE, Problem};
use tower::ServiceExt as _;

async fn ask(router: Router) -> Response {
    let request = Request::get("/").body(Body::empty()).unwrap();
    guarded(router).oneshot(request).await.unwrap()
}

async fn problem(response: Response) -> Problem {
    assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
    let bytes = to_bytes(response.into_body(), 1 << 16).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_panic_is_a_fault_that_tells_nothing() {
    async fn broken() {
        panic!("the cat is on the table");
    }
    let response = ask(Router::new().route("/", routing::get(broken))).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let problem = problem(response).await;
    assert_eq!(problem.kind, "/problems/fault");
    assert!(!format!("{problem:?}").contains("cat"));
}

#[tokio::test(start_paused = true)]
async fn silence_is_a_timeout() {
    let router = Router::new().route("/", routing::get(std::future::pending::<()>));
    let response = ask(router).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem(response).await.kind, "/problems/timeout");
}

#[tokio::test]
async fn plain_text_of_a_library_becomes_a_detail() {
    let answer = (StatusCode::UPGRADE_REQUIRED, "say please");
    let response = ask(Router::new().route("/", routing::get(move || async move { answer }))).await;
    assert_eq!(response.status(), StatusCode::UPGRADE_REQUIRED);
    let problem = problem(response).await;
    assert_eq!((problem.kind.as_str(), problem.status), ("about:blank", 426));
    assert_eq!(problem.detail.as_deref(), Some("say please"));
}
