//! Reading a resource: one place in it, and everything that is wrong there.
//!
//! In: JSON that may be anything. Out: typed values, and a list of issues, each with the
//! expression of its place.
//! Never: a panic on what was sent; what was sent in the words of an issue.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Most issues told at once. A body that is all wrong is not helped by more.
const ISSUES_MAX: usize = 32;

/// What is wrong with a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Issues(Vec<Issue>);

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issue {
    /// Where, as a FHIRPath expression.
    pub(super) expression: String,
    /// What, for a person.
    pub(super) text: String,
}

impl Issues {
    /// Notes one.
    pub(super) fn note(&mut self, expression: impl Into<String>, text: impl Into<String>) {
        if self.0.len() < ISSUES_MAX {
            self.0.push(Issue { expression: expression.into(), text: text.into() });
        }
    }

    /// Everything noted; none when all is well.
    pub(super) fn into_inner(self) -> Vec<Issue> {
        self.0
    }

    /// Whether all is well so far.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One place in a resource.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node<'a> {
    value: &'a Value,
    expression: String,
}

impl<'a> Node<'a> {
    /// The whole of it.
    pub(super) fn root(value: &'a Value, name: &str) -> Self {
        Self { value, expression: name.to_owned() }
    }

    /// Where it is.
    pub(super) fn expression(&self) -> &str {
        &self.expression
    }

    /// Where a part of it is, or would be.
    pub(super) fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.expression)
    }

    /// A part of it, of whatever kind.
    pub(super) fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, expression: self.at(name) })
    }

    /// A part that has to be an object.
    pub(super) fn object(&self, name: &str, issues: &mut Issues) -> Option<Self> {
        self.get(name).filter(|part| part.has_to_be("an object", Value::is_object, issues))
    }

    /// The elements of a part that has to be a list of objects.
    pub(super) fn list(&self, name: &str, issues: &mut Issues) -> Vec<Self> {
        let Some(part) = self.get(name) else { return Vec::new() };
        let Some(values) = part.value.as_array() else {
            issues.note(part.expression, "has to be a list");
            return Vec::new();
        };
        let elements = values.iter().enumerate().map(|(index, value)| Self {
            value,
            expression: format!("{}[{index}]", part.expression),
        });
        elements
            .filter(|element| element.has_to_be("an object", Value::is_object, issues))
            .collect()
    }

    /// A part that has to be a text.
    pub(super) fn text(&self, name: &str, issues: &mut Issues) -> Option<&'a str> {
        let part = self.get(name)?;
        part.has_to_be("a string", Value::is_string, issues);
        part.value.as_str()
    }

    /// A part that has to be a whole number over zero.
    pub(super) fn positive(&self, name: &str, issues: &mut Issues) -> Option<u64> {
        let part = self.get(name)?;
        let positive = |value: &Value| value.as_u64().is_some_and(|number| number > 0);
        part.has_to_be("a whole number over zero", positive, issues);
        part.value.as_u64().filter(|number| *number > 0)
    }

    /// A part that has to be an instant: date, time and offset.
    pub(super) fn instant(&self, name: &str, issues: &mut Issues) -> Option<Timestamp> {
        let text = self.text(name, issues)?;
        let read = text.parse();
        if read.is_err() {
            issues.note(self.at(name), "has to be an instant such as 2026-12-01T09:30:00+01:00");
        }
        read.ok()
    }

    /// The JSON itself.
    pub(super) const fn value(&self) -> &'a Value {
        self.value
    }

    /// Its fields; none when it is no object.
    pub(super) fn fields(&self) -> Option<&'a Map<String, Value>> {
        self.value.as_object()
    }

    fn has_to_be(&self, what: &str, is: impl Fn(&Value) -> bool, issues: &mut Issues) -> bool {
        let right = is(self.value);
        if !right {
            issues.note(self.expression.clone(), format!("has to be {what}"));
        }
        right
    }
}
