//! As much of a browser as a sign-in needs: cookies, redirects, one form a page.

use crate::client::{Answer, Client, Draft};
use serde_json::json;
use std::collections::BTreeMap;

/// Most pages and redirects of one sign-in.
const STEPS_MAX: usize = 20;

pub(super) struct Browser {
    client: Client,
    /// By host and name; nothing here sets two of one name at once.
    value_by_cookie: BTreeMap<(String, String), String>,
}

/// A field of a URL's query.
pub(super) fn query(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').unwrap();
    let mut fields = query.split('&').filter_map(|field| field.split_once('='));
    fields.find(|(field, _)| *field == name).unwrap().1.to_owned()
}

/// What stands in an attribute behind `before`.
fn attribute<'a>(page: &'a str, before: &str) -> Option<&'a str> {
    page.split_once(before)?.1.split_once('"').map(|(value, _)| value)
}

/// Scheme, host and port. The server is one host by either of its names.
fn host(url: &str) -> String {
    let host: Vec<&str> = url.splitn(4, '/').take(3).collect();
    host.join("/").replace("localhost", "127.0.0.1")
}

impl Browser {
    pub(super) fn new() -> Self {
        Self { client: Client::new(), value_by_cookie: BTreeMap::new() }
    }

    pub(super) async fn get(&mut self, url: &str) -> Answer {
        self.send(url, self.client.get(url.to_owned())).await
    }

    pub(super) async fn post(&mut self, url: &str, session: &str) -> Answer {
        let draft = self.client.post(url.to_owned()).json(&json!({ "session": session }));
        self.send(url, draft).await
    }

    /// Goes where a person is sent, signs in as `login` and agrees; returns the way back to the
    /// server, not yet gone.
    pub(super) async fn sign_in(&mut self, url: &str, login: &str) -> String {
        let mut url = url.to_owned();
        let mut form: Option<String> = None;
        for _ in 0..STEPS_MAX {
            let draft = match form.take() {
                None => self.client.get(url.clone()),
                Some(form) => {
                    let kind = "application/x-www-form-urlencoded";
                    let draft = self.client.post(url.clone()).header("content-type", kind);
                    draft.body(form)
                }
            };
            let answer = self.send(&url, draft).await;
            let from = host(&url);
            let absolute =
                |to: &str| if to.starts_with('/') { format!("{from}{to}") } else { to.to_owned() };
            if let Some(location) = answer.headers.get("location") {
                url = absolute(location.to_str().unwrap());
                if url.contains("/v1/staff/callback") {
                    return url;
                }
                continue;
            }
            let page = answer.text();
            let action = attribute(page, "action=\"").unwrap_or_else(|| panic!("no form: {page}"));
            let prompt = attribute(page, "name=\"prompt\" value=\"").unwrap();
            form = Some(format!("prompt={prompt}&login={login}&password=anything"));
            url = absolute(action);
        }
        panic!("the provider leads in circles");
    }

    async fn send(&mut self, url: &str, draft: Draft) -> Answer {
        let host = host(url);
        let cookies: Vec<String> = self
            .value_by_cookie
            .iter()
            .filter(|((from, _), _)| *from == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let draft =
            if cookies.is_empty() { draft } else { draft.header("cookie", &cookies.join("; ")) };
        let answer = draft.send().await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = cookie.split_once('=').unwrap();
            let key = (host.clone(), name.to_owned());
            if value.is_empty() {
                self.value_by_cookie.remove(&key);
            } else {
                self.value_by_cookie.insert(key, value.to_owned());
            }
        }
        answer
    }
}
