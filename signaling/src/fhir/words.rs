//! The words of FHIR that more than one file here uses: systems, codes, extension addresses.
//!
//! In and out: constants. Never: a word of ours in another's system; what no published code says
//! has a system of its own, `urn:bedside:…`.

use serde_json::{Value, json};

/// Resource type of what makes a visit.
pub(super) const APPOINTMENT: &str = "Appointment";
/// Resource type of what was held.
pub(super) const ENCOUNTER: &str = "Encounter";
/// Resource type of what somebody has agreed to.
pub(super) const CONSENT: &str = "Consent";
/// Resource type of what was recorded.
pub(super) const DOCUMENT_REFERENCE: &str = "DocumentReference";
/// Resource type of whom a visit is for.
pub(super) const PATIENT: &str = "Patient";
/// Resource type of a line of the audit trail.
pub(super) const AUDIT_EVENT: &str = "AuditEvent";

/// Our roles (`Role::name`), on `participant.type`.
pub(super) const ROLE_SYSTEM: &str = "urn:bedside:role";
/// Our kind of virtual service.
pub(super) const CHANNEL_SYSTEM: &str = "urn:bedside:channel";
/// Its only code.
pub(super) const CHANNEL_CODE: &str = "video-visit";
/// The visit's id, as an identifier of the appointment.
pub(super) const VISIT_SYSTEM: &str = "urn:bedside:visit";
/// Extension on `participant`: their id in the visit (`valueUri`).
pub(super) const PARTICIPANT_URL: &str = "urn:bedside:participant";
/// Extension on `participant`: their personal link (`valueUrl`).
pub(super) const LINK_URL: &str = "urn:bedside:personal-link";
/// Extension on `participant`: their language (`valueCode`, BCP 47).
pub(super) const LANGUAGE_URL: &str = "urn:bedside:language";
/// What somebody has agreed to (`Purpose::name`).
pub(super) const PURPOSE_SYSTEM: &str = "urn:bedside:consent-purpose";

/// Our kinds of documents.
pub(super) const DOCUMENT_SYSTEM: &str = "urn:bedside:document";
/// SHA-256, in hex, of the last line of a recording's manifest.
pub(super) const RECORDING_HEAD_SYSTEM: &str = "urn:bedside:recording-head";
/// Extension on `attachment`: bytes of all sealed parts (`valueDecimal`).
pub(super) const RECORDING_BYTES_URL: &str = "urn:bedside:recording-bytes";
/// Extension on R5's `DocumentReference`: a consent it was made under (`valueReference`); R4 has
/// `context.related`.
pub(super) const CONSENT_URL: &str = "urn:bedside:consent";

/// Which text somebody was shown.
pub(super) const TEXT_SYSTEM: &str = "urn:bedside:consent-text";

/// R5's `Appointment.virtualService`, in R4.
pub(super) const VIRTUAL_SERVICE_URL: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService";

/// Who takes part and how (v3).
pub(super) const V3_PARTICIPATION: &str =
    "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
/// Who takes part and how, what v3 has no word for.
pub(super) const PARTICIPANT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/participant-type";
/// Which part a person plays for another (v3).
pub(super) const V3_ROLE_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
/// Kinds of acts (v3).
pub(super) const V3_ACT: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
/// How confidential something is (v3).
pub(super) const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
/// Addresses and names of the web as identifiers (RFC 3986).
pub(super) const URI_SYSTEM: &str = "urn:ietf:rfc:3986";
/// SNOMED CT.
pub(super) const SNOMED: &str = "http://snomed.info/sct";
/// LOINC.
pub(super) const LOINC: &str = "http://loinc.org";

/// Whether an interpreter is needed (`valueBoolean`).
pub(super) const INTERPRETER_REQUIRED_URL: &str =
    "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
/// The same in the United States (`valueCoding`).
pub(super) const US_INTERPRETER_NEEDED_URL: &str =
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed";

/// A `CodeableConcept` of one code.
pub(super) fn concept(system: &str, code: &str, display: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code, "display": display }] })
}
