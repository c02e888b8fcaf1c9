//! One participant of an appointment, read: who, in which part, in which language.
//!
//! In: an entry of `participant`, and what the appointment contains about its actor. Out: a
//! person to be expected, or nobody: a room, a device, somebody who has declined.
//! Never: a birth date, a number or an address; of a contained person the name, the language,
//! the relationship and the need of an interpreter are read, and nothing else.

use super::node::{Issues, Node};
use super::role::{self, Coding};
use super::words::{
    INTERPRETER_REQUIRED_URL, LANGUAGE_URL, PARTICIPANT_URL, SNOMED, US_INTERPRETER_NEEDED_URL,
    V3_ROLE_CODE,
};
use bedside_signaling_api::person::Relationship;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::{NAME_CHARS_MAX, NewParticipant};
use serde_json::Value;
use uuid::Uuid;

/// Answers that a participant can have given.
const ANSWERS: [&str; 4] = ["accepted", "declined", "tentative", "needs-action"];
/// Language of whoever no language is known of.
const ENGLISH: &str = "en";
/// Longest language tag.
const LANGUAGE_CHARS_MAX: usize = 35;
/// "Yes" in SNOMED CT.
const SNOMED_YES: &str = "373066001";

/// Somebody an appointment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Where they stand in `participant`; none for the interpreter who comes because one is
    /// needed.
    pub(super) entry: Option<usize>,
    /// Whom the entry refers to.
    pub(super) actor: Option<String>,
    /// Their id in the visit, where the entry repeats what we said.
    pub(super) known: Option<Uuid>,
    /// What is asked for them.
    pub(super) asked: NewParticipant,
    /// Whether the name in it was told, and is not the word for their part.
    pub(super) name_told: bool,
    /// Whether the language in it was told.
    pub(super) language_told: bool,
}

/// Reads an entry.
pub(super) fn read(
    (index, entry): (usize, &Node<'_>),
    appointment: &Node<'_>,
    issues: &mut Issues,
) -> Option<Person> {
    let answer = entry.text("status", issues);
    if !answer.is_some_and(|answer| ANSWERS.contains(&answer)) {
        issues.note(entry.at("status"), format!("has to be one of: {}", ANSWERS.join(", ")));
    }
    let actor = entry.object("actor", issues);
    let reference = actor.as_ref().and_then(|actor| actor.text("reference", issues));
    let contained = reference.and_then(|reference| contained(appointment, reference));
    let told = actor.as_ref().and_then(|actor| actor.text("type", issues));
    let kind = told.or_else(|| contained.and_then(|body| body.get("resourceType")?.as_str()));
    let kind = kind.or_else(|| reference.and_then(kind_of));
    let codings = codings(entry, contained, issues);
    let role = role::role(&codings, kind)?;
    if answer == Some("declined") {
        return None;
    }
    let display = actor.as_ref().and_then(|actor| actor.text("display", issues));
    let name = display.map(str::to_owned).or_else(|| contained.and_then(name_of));
    let name = name.as_deref().and_then(shown);
    let language = language(entry, contained);
    let (name_told, language_told) = (name.is_some(), language.is_some());
    let is_patient = role == Role::Patient;
    let needs = |body: Option<&Value>| body.is_some_and(needs_interpreter);
    let asked = NewParticipant {
        role,
        language: language.unwrap_or_else(|| ENGLISH.to_owned()),
        display_name: name.unwrap_or_else(|| part(role).to_owned()),
        relationship: relationship(&codings),
        authority: role::authority(&codings).filter(|_| role == Role::Proxy),
        interpreter_needed: needs(Some(entry.value()))
            || needs(contained)
            || (is_patient && needs(Some(appointment.value()))),
        identifiers: None,
    };
    let known = extension(entry.value(), PARTICIPANT_URL).and_then(uuid);
    let actor = reference.map(str::to_owned);
    Some(Person { entry: Some(index), actor, known, asked, name_told, language_told })
}

/// The interpreter who comes because somebody needs one and none is expected.
pub(super) fn interpreter(people: &[Person]) -> Option<Person> {
    if people.iter().any(|person| person.asked.role == Role::Interpreter) {
        return None;
    }
    let needs = people.iter().find(|person| person.asked.interpreter_needed)?;
    let asked = NewParticipant {
        role: Role::Interpreter,
        language: needs.asked.language.clone(),
        display_name: part(Role::Interpreter).to_owned(),
        relationship: None,
        authority: None,
        interpreter_needed: false,
        identifiers: None,
    };
    let (name_told, language_told) = (false, false);
    Some(Person { entry: None, actor: None, known: None, asked, name_told, language_told })
}

/// An extension of an element or resource.
pub(super) fn extension<'a>(element: &'a Value, url: &str) -> Option<&'a Value> {
    let extensions = element.get("extension")?.as_array()?;
    extensions.iter().find(|extension| extension.get("url").is_some_and(|found| found == url))
}

fn uuid(extension: &Value) -> Option<Uuid> {
    let text = extension.get("valueUri")?.as_str()?;
    Uuid::try_parse(text.strip_prefix("urn:uuid:").unwrap_or(text)).ok()
}

/// The resource inside the appointment that `#id` refers to.
fn contained<'a>(appointment: &Node<'a>, reference: &str) -> Option<&'a Value> {
    let id = reference.strip_prefix('#')?;
    let resources = appointment.value().get("contained")?.as_array()?;
    resources.iter().find(|resource| resource.get("id").is_some_and(|found| found == id))
}

/// `Patient` of `https://ehr.example.org/fhir/Patient/17/_history/2`.
fn kind_of(reference: &str) -> Option<&str> {
    let current = reference.split("/_history/").next()?;
    let mut parts = current.rsplit('/');
    let (_id, kind) = (parts.next()?, parts.next()?);
    Some(kind)
}

/// Every code that says something about the part they play.
fn codings<'a>(
    entry: &Node<'a>,
    contained: Option<&'a Value>,
    issues: &mut Issues,
) -> Vec<Coding<'a>> {
    let types = entry.list("type", issues);
    let own = types.iter().map(Node::value);
    let theirs = ["relationship", "code"].into_iter().filter_map(|name| contained?.get(name));
    let theirs = theirs.filter_map(Value::as_array).flatten();
    own.chain(theirs).flat_map(coded).collect()
}

fn coded(concept: &Value) -> impl Iterator<Item = Coding<'_>> {
    let codings = concept.get("coding").and_then(Value::as_array).into_iter().flatten();
    codings.filter_map(|coding| {
        Some(Coding {
            system: coding.get("system")?.as_str()?,
            code: coding.get("code")?.as_str()?,
        })
    })
}

fn relationship(codings: &[Coding<'_>]) -> Option<Relationship> {
    let family = codings.iter().filter(|coding| coding.system == V3_ROLE_CODE);
    family.map(|coding| coding.code).find_map(|code| match code {
        "SPS" | "HUSB" | "WIFE" | "DOMPART" | "SIGOTHR" => Some(Relationship::Partner),
        "CHILD" | "SON" | "DAU" | "SONC" | "DAUC" | "NCHILD" | "STPCHLD" => {
            Some(Relationship::Child)
        }
        "PRN" | "MTH" | "FTH" | "NPRN" | "STPPRN" => Some(Relationship::Parent),
        "SIB" | "BRO" | "SIS" | "NSIB" => Some(Relationship::Sibling),
        "FRND" | "NBOR" => Some(Relationship::Friend),
        "FAMMEMB" | "EXT" | "AUNT" | "UNCLE" | "COUSN" | "GRPRN" | "GRNDCHILD" => {
            Some(Relationship::Relative)
        }
        _ => None,
    })
}

/// Their language: what the entry says, or what the contained person prefers.
fn language(entry: &Node<'_>, contained: Option<&Value>) -> Option<String> {
    let told = extension(entry.value(), LANGUAGE_URL).and_then(|found| found.get("valueCode"));
    let told = told.and_then(Value::as_str);
    told.or_else(|| contained.and_then(preferred)).filter(|tag| is_tag(tag)).map(str::to_owned)
}

fn preferred(person: &Value) -> Option<&str> {
    let spoken = person.get("communication")?.as_array()?;
    let prefers = |spoken: &&Value| spoken.get("preferred") == Some(&Value::Bool(true));
    let spoken = spoken.iter().find(prefers).or_else(|| spoken.first())?;
    // A practitioner of R4 has the languages themselves here.
    let concept = spoken.get("language").unwrap_or(spoken);
    concept.get("coding")?.as_array()?.first()?.get("code")?.as_str()
}

fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let is_word = |part: &str, most: usize| (1..=most).contains(&part.len());
    text.len() <= LANGUAGE_CHARS_MAX
        && (2..=8).contains(&first.len())
        && first.bytes().all(|letter| letter.is_ascii_alphabetic())
        && parts.all(|part| is_word(part, 8) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn needs_interpreter(element: &Value) -> bool {
    let required = extension(element, INTERPRETER_REQUIRED_URL);
    let required = required.and_then(|found| found.get("valueBoolean")?.as_bool());
    let needed = extension(element, US_INTERPRETER_NEEDED_URL).and_then(|found| {
        let coding = found.get("valueCoding")?;
        Some(coding.get("system")? == SNOMED && coding.get("code")? == SNOMED_YES)
    });
    required.unwrap_or(false) || needed.unwrap_or(false)
}

fn name_of(person: &Value) -> Option<String> {
    let name = person.get("name")?;
    let name = name.as_array().map_or(Some(name), |names| names.first())?;
    if let Some(text) = name.get("text").and_then(Value::as_str) {
        return Some(text.to_owned());
    }
    let given = name.get("given").and_then(Value::as_array).into_iter().flatten();
    let parts = given.chain(name.get("family")).filter_map(Value::as_str);
    Some(parts.collect::<Vec<_>>().join(" "))
}

/// What the others in the visit see of a name: as much as there is room for.
fn shown(name: &str) -> Option<String> {
    let visible = |letter: char| if letter.is_control() { ' ' } else { letter };
    let cut: String = name.trim().chars().map(visible).take(NAME_CHARS_MAX).collect();
    Some(cut).filter(|cut| !cut.trim().is_empty())
}

/// The word for a part.
pub(super) const fn part(role: Role) -> &'static str {
    match role {
        Role::Patient => "Patient",
        Role::Proxy => "Proxy",
        Role::Family => "Family",
        Role::Clinician => "Clinician",
        Role::Pharmacist => "Pharmacist",
        Role::Interpreter => "Interpreter",
        Role::Captioner => "Captioner",
        Role::Observer => "Observer",
        Role::Coordinator => "Coordinator",
    }
}
