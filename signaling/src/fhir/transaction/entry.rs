//! The entries of a bundle, read.
//!
//! In: a bundle that may be anything. Out: steps in order, or every issue with its place.
//! Never: a step of another resource, or of another kind than making and writing.

use crate::fhir::amend::Again;
use crate::fhir::make::Draft;
use crate::fhir::node::{Issues, Node};
use crate::fhir::release::Release;
use crate::fhir::request;
use crate::fhir::wanted::is_id;
use crate::fhir::words::APPOINTMENT;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most entries of one bundle. All of them are done within one request's time.
pub(crate) const ENTRIES_MAX: usize = 64;

/// One thing to do.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A new appointment.
    Make(Draft),
    /// One under an id of the client's.
    Write(Again),
}

impl Step {
    /// The release it is written in.
    pub(super) const fn release(&self) -> Release {
        match self {
            Self::Make(draft) => draft.release,
            Self::Write(again) => again.release,
        }
    }

    fn body(&mut self) -> &mut Value {
        match self {
            Self::Make(draft) => &mut draft.body,
            Self::Write(again) => &mut again.body,
        }
    }
}

/// Reads the entries.
pub(super) fn steps(release: Release, bundle: Value) -> Result<Vec<Step>, Issues> {
    let mut issues = Issues::default();
    let root = Node::root(&bundle, "Bundle");
    if root.text("resourceType", &mut issues) != Some("Bundle") {
        issues.note(root.at("resourceType"), "has to be Bundle");
    }
    let entries = root.list("entry", &mut issues);
    if entries.len() > ENTRIES_MAX {
        issues.note(root.at("entry"), format!("has to hold at most {ENTRIES_MAX} entries"));
        return Err(issues);
    }
    let mut steps = Vec::with_capacity(entries.len());
    let mut address_by_full_url = BTreeMap::new();
    for entry in &entries {
        let Some((step, id)) = step(release, entry, &mut issues) else { continue };
        if let (Some(full_url), Some(id)) = (entry.text("fullUrl", &mut issues), id) {
            address_by_full_url.insert(full_url.to_owned(), format!("{APPOINTMENT}/{id}"));
        }
        steps.push(step);
    }
    if !issues.is_empty() {
        return Err(issues);
    }
    for step in &mut steps {
        point(step.body(), &address_by_full_url);
    }
    Ok(steps)
}

/// A step, and the id that others may refer to it by.
fn step(release: Release, entry: &Node<'_>, issues: &mut Issues) -> Option<(Step, Option<String>)> {
    let Some(asked) = entry.object("request", issues) else {
        issues.note(entry.at("request"), "is needed");
        return None;
    };
    let method = asked.text("method", issues)?;
    let url = asked.text("url", issues)?.trim_start_matches('/');
    let Some(body) = entry.object("resource", issues).map(|body| body.value().clone()) else {
        issues.note(entry.at("resource"), "is needed");
        return None;
    };
    match (method, url.split_once('/').unwrap_or((url, ""))) {
        ("POST", (APPOINTMENT, "")) => {
            let unless = asked.text("ifNoneExist", issues).map(request::condition);
            let Ok(unless) = unless.transpose() else {
                issues.note(asked.at("ifNoneExist"), "has to be identifier=system|value");
                return None;
            };
            // What may turn out to be another that is there already cannot be pointed at.
            let id = unless.is_none().then(|| Uuid::now_v7().to_string());
            let draft = Draft { release, body, id: id.clone(), unless };
            Some((Step::Make(draft), id))
        }
        ("PUT", (APPOINTMENT, id)) if is_id(id) => {
            let replaces = asked.text("ifMatch", issues).map(request::version);
            let Ok(replaces) = replaces.transpose() else {
                issues.note(asked.at("ifMatch"), "has to be a version such as W/\"3\"");
                return None;
            };
            let again = Again { release, body, id: id.to_owned(), replaces };
            Some((Step::Write(again), Some(id.to_owned())))
        }
        _ => {
            let text = "has to be POST Appointment or PUT Appointment/<id>";
            issues.note(asked.expression(), text);
            None
        }
    }
}

/// Lets references within the bundle point at what they will be.
fn point(value: &mut Value, address_by_full_url: &BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), address_by_full_url.get(value.as_str().unwrap_or_default())) {
                    ("reference", Some(address)) => *value = address.clone().into(),
                    _ => point(value, address_by_full_url),
                }
            }
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(|element| point(element, address_by_full_url));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
