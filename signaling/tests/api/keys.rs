//! Who may call.

use crate::client::Answer;
use crate::server::{Server, TENANT, config, id, problem, visit};
use bedside_signaling::Service;
use bedside_signaling::key::{NewKey, Scope};
use jiff::{SignedDuration, Timestamp};

async fn list_with(server: &Server, authorization: Option<&str>) -> Answer {
    let request = server.client.get(server.url("/v1/visits"));
    let request = match authorization {
        Some(value) => request.header("authorization", value),
        None => request,
    };
    request.send().await
}

#[tokio::test]
async fn every_wrong_key_gets_the_same_answer() {
    let server = Server::start().await;
    let (prefix, secret) = server.key.rsplit_once('_').unwrap();
    let _ = secret;
    let id = server.key.split('_').nth(1).unwrap();
    let wrong = [
        None,
        Some("Bearer".to_owned()),
        Some("Bearer nonsense".to_owned()),
        Some(format!("Basic {}", server.key)),
        Some(format!("Bearer {prefix}")),
        Some(format!("Bearer vk_{id}_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        Some(format!("Bearer {}x", server.key)),
        Some("Bearer vk_00000000000000000000000000000000_AAAA".to_owned()),
    ];
    let mut answers = Vec::new();
    for authorization in wrong {
        let response = list_with(&server, authorization.as_deref()).await;
        assert_eq!(response.headers["www-authenticate"], "Bearer realm=\"bedside\"");
        answers.push(problem(response, 401, "unauthorized").await);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(list_with(&server, Some(&format!("bearer {}", server.key))).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn an_expired_or_revoked_key_is_none() {
    let server = Server::start().await;
    let service = Service::open(&config(server.folder.path())).await.unwrap();
    let now = Timestamp::now();
    let new = |expires_at| NewKey {
        tenant: TENANT.to_owned(),
        name: "short".to_owned(),
        scopes: vec![Scope::VisitsRead],
        expires_at,
    };
    let expired = service.create_key(&new(Some(now - SignedDuration::from_secs(1)))).await.unwrap();
    let good = service.create_key(&new(Some(now + SignedDuration::from_hours(1)))).await.unwrap();
    let bearer = |text: &str| format!("Bearer {text}");
    let response = list_with(&server, Some(&bearer(&expired.text))).await;
    problem(response, 401, "unauthorized").await;
    assert_eq!(list_with(&server, Some(&bearer(&good.text))).await.status, 200);
    assert!(service.revoke_key(good.id).await.unwrap());
    assert!(!service.revoke_key(good.id).await.unwrap(), "only once");
    let response = list_with(&server, Some(&bearer(&good.text))).await;
    problem(response, 401, "unauthorized").await;
    let keys = service.list_keys().await.unwrap();
    let row = keys.iter().find(|row| row.id == good.id).unwrap();
    assert!(row.revoked_at.is_some() && row.last_used.is_some());
    server.stop().await;
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let cancel = format!("/v1/visits/{}/cancel", id(&made));
    let reader = server.key(TENANT, &[Scope::VisitsRead]).await;
    let writer = server.key(TENANT, &[Scope::VisitsWrite]).await;
    let get = |key: &str| server.client.get(server.url("/v1/visits")).bearer(key).send();
    let post = |key: &str, path: &str| {
        server.client.post(server.url(path)).bearer(key).json(&visit()).send()
    };
    assert_eq!(get(&reader).await.status, 200);
    assert_eq!(post(&writer, "/v1/visits").await.status, 201);
    for denied in
        [get(&writer).await, post(&reader, "/v1/visits").await, post(&reader, &cancel).await]
    {
        let problem = problem(denied, 403, "missing-scope").await;
        assert!(problem["detail"].as_str().unwrap().contains("visits:"), "{problem}");
    }
    server.stop().await;
}
