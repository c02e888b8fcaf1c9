//! What a page says, as a command for the visit.
//!
//! In: a message, and whose page it came from. Out: a command, where the message is one.
//! Never: a decision; the visit refuses what the role may not do.

use crate::visit::{self, Answer, Attend, By, Command, Expected, Interpret, Teach, Tongue};
use bedside_signaling_api::care::{self, ConsentAnswer, Invitation, SkipOf, TEXT_CHARS_MAX};
use bedside_signaling_api::interpreting::Direction;
use bedside_signaling_api::recording::RecordingAction;
use bedside_signaling_api::socket::{ClientMessage, RefusalCode};
use bedside_signaling_api::visit::NAME_CHARS_MAX;
use uuid::Uuid;

/// The command a message stands for; `None` for messages about media, chat, captions and evidence,
/// which are none.
pub(super) fn command(from: Uuid, message: ClientMessage) -> Result<Option<Command>, RefusalCode> {
    let by = By::Person(from);
    let command = match message {
        ClientMessage::Admit { participant, shown, skip } => admit(by, participant, shown, skip)?,
        ClientMessage::Decline { participant } => Command::Decline { by, participant },
        ClientMessage::Remove { participant } => Command::Remove { by, participant },
        ClientMessage::Leave => Command::Leave { participant: from },
        ClientMessage::End { outcome, skip } => {
            let skip = skip.into_iter().map(skip_of).collect::<Result<_, _>>()?;
            Command::End { by, outcome, skip }
        }
        ClientMessage::Deviate { skip } => deviate(by, skip)?,
        ClientMessage::Consent { participant, purpose, answer } => {
            let participant = participant.unwrap_or(from);
            Command::Consent { by, participant, purpose, answer: said(answer) }
        }
        ClientMessage::Sidebar { with } => Command::OpenSidebar { by: from, with },
        ClientMessage::CloseSidebar => Command::CloseSidebar { by: from },
        ClientMessage::SetApart { participant, why } => {
            Command::SetApart { by: from, participant, why }
        }
        ClientMessage::BringBack { participant } => Command::BringBack { by: from, participant },
        ClientMessage::OfferHandOver { to } => Command::OfferHandOver { by: from, to },
        ClientMessage::AcceptHandOver => Command::AcceptHandOver { by: from },
        ClientMessage::Extend { minutes } => Command::Extend { by, minutes },
        ClientMessage::StartSegment { segment } => Command::StartSegment { by, segment },
        ClientMessage::SteerLesson { playing, position_ms } => {
            Command::Teach(Teach::Steer { by: from, playing, position_ms })
        }
        ClientMessage::StopLesson => Command::Teach(Teach::Stop { by: from }),
        ClientMessage::Watched { tutorial, language, percent } => {
            Command::Teach(Teach::Watch { participant: from, film: (tutorial, language), percent })
        }
        ClientMessage::Listen { language } => Command::Interpret(listen(from, language)?),
        ClientMessage::SetInterpreting { mode } => {
            Command::Interpret(Interpret::SetMode { by: from, mode })
        }
        ClientMessage::SetDirection { direction } => Command::Interpret(turn(from, direction)?),
        ClientMessage::OfferChannel { to } => Command::Interpret(Interpret::Offer { by: from, to }),
        ClientMessage::TakeChannel => Command::Interpret(Interpret::Take { by: from }),
        ClientMessage::SetVoiceOnly { participant, on } => {
            Command::Attend(Attend::SetVoiceOnly { by: from, participant, on })
        }
        ClientMessage::CoverTopic { topic } => {
            Command::Attend(Attend::CoverTopic { by: from, topic })
        }
        ClientMessage::SettleNoShow { confirmed: true } => Command::ConfirmNoShow { by },
        ClientMessage::SettleNoShow { confirmed: false } => Command::DismissNoShow { by },
        ClientMessage::Record { action } => record(by, action),
        ClientMessage::Hello { .. }
        | ClientMessage::Offer { .. }
        | ClientMessage::RestartIce { .. }
        | ClientMessage::Switch { .. }
        | ClientMessage::Show { .. }
        | ClientMessage::Felt { .. }
        | ClientMessage::Check { .. }
        | ClientMessage::Chat { .. }
        | ClientMessage::Caption { .. }
        | ClientMessage::Invite { .. }
        | ClientMessage::RenewLink { .. }
        | ClientMessage::StartLesson { .. }
        | ClientMessage::OfferLessons { .. }
        | ClientMessage::AskStill { .. }
        | ClientMessage::RefuseStill { .. }
        | ClientMessage::Clock { .. }
        | ClientMessage::Ping => return Ok(None),
    };
    Ok(Some(command))
}

fn admit(
    by: By,
    participant: Uuid,
    shown: Option<care::Shown>,
    skip: Vec<care::Skip>,
) -> Result<Command, RefusalCode> {
    let shown =
        shown.map(|s| visit::Shown { display_name: s.display_name, starts_at: s.starts_at });
    let skip = skip.into_iter().map(|s| reasoned(s.gate, s.reason)).collect::<Result<_, _>>()?;
    Ok(Command::Admit { by, participant, shown, skip })
}

fn deviate(by: By, skip: SkipOf) -> Result<Command, RefusalCode> {
    let (participant, skip) = skip_of(skip)?;
    Ok(Command::Deviate { by, participant, skip })
}

/// The command of a wish for the recording.
pub(crate) fn record(by: By, action: RecordingAction) -> Command {
    match action {
        RecordingAction::Start => Command::StartRecording { by, recording: Uuid::now_v7() },
        RecordingAction::Pause => Command::PauseRecording { by },
        RecordingAction::Resume => Command::ResumeRecording { by },
        RecordingAction::Stop => Command::StopRecording { by },
    }
}

/// The one who is asked to come, checked as the API checks them. A member of staff sent by
/// another organisation asks for that one's people.
pub(super) fn expected(
    id: Uuid,
    partner: Option<String>,
    person: Invitation,
) -> Result<Expected, RefusalCode> {
    let Invitation { role, language, display_name, relationship } = person;
    let named = is_line(&display_name, NAME_CHARS_MAX);
    if !named || !is_language(&language) {
        return Err(RefusalCode::BadMessage);
    }
    Ok(Expected {
        id,
        role,
        language,
        display_name,
        partner,
        relationship,
        authority: None,
        interpreter_needed: false,
    })
}

/// Whether the text is one line that says something, and no longer than `chars_max`.
pub(super) fn is_line(text: &str, chars_max: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= chars_max
        && !text.chars().any(char::is_control)
}

fn listen(by: Uuid, language: Option<String>) -> Result<Interpret, RefusalCode> {
    let language = language.as_deref().map(tongue).transpose()?;
    Ok(Interpret::Listen { by, language })
}

fn turn(by: Uuid, direction: Option<Direction>) -> Result<Interpret, RefusalCode> {
    let spoken = |way: Direction| -> Result<_, RefusalCode> {
        Ok(visit::Direction { from: tongue(&way.from)?, into: tongue(&way.into)? })
    };
    let direction = direction.map(spoken).transpose()?;
    Ok(Interpret::SetDirection { by, direction })
}

/// The language of a tag.
fn tongue(tag: &str) -> Result<Tongue, RefusalCode> {
    if is_language(tag) { Ok(Tongue::of(tag)) } else { Err(RefusalCode::BadMessage) }
}

/// Letters, digits and hyphens, as BCP 47 has them.
pub(super) fn is_language(text: &str) -> bool {
    (2..=35).contains(&text.len())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

fn skip_of(skip: SkipOf) -> Result<(Uuid, visit::Skip), RefusalCode> {
    Ok((skip.participant, reasoned(skip.gate, skip.reason)?))
}

fn reasoned(
    gate: bedside_signaling_api::policy::Gate,
    reason: String,
) -> Result<visit::Skip, RefusalCode> {
    if is_line(&reason, TEXT_CHARS_MAX) {
        Ok(visit::Skip { gate, reason })
    } else {
        Err(RefusalCode::BadMessage)
    }
}

fn said(answer: ConsentAnswer) -> Answer {
    match answer {
        ConsentAnswer::Give { version, language } => Answer::Give { version, language },
        ConsentAnswer::Refuse => Answer::Refuse,
        ConsentAnswer::Withdraw => Answer::Withdraw,
    }
}
