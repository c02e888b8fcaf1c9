//! Every role against every capability, as the running server answers.

use super::house::{House, PATIENT, admit, end};
use super::page::Page;
use crate::role::may;
use bedside_sfu_api::Command;
use bedside_signaling_api::attend::Topic;
use bedside_signaling_api::care::Invitation;
use bedside_signaling_api::interpreting::{Direction, InterpretingMode};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::recording::RecordingAction;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    Capability, ClientMessage, Presence, RefusalCode, ServerMessage, Sources, Standing,
};
use uuid::Uuid;

/// Whether the server let the person say it; whatever else it thought of it.
async fn allowed(page: &mut Page, message: ClientMessage) -> bool {
    let kind = message.kind().to_owned();
    page.say(message).await;
    // The visit takes messages of a page in order, so this comes after its answer.
    page.say(ClientMessage::Chat {
        to: bedside_signaling_api::care::ChatTo::Staff,
        text: "next".to_owned(),
        ready: None,
    })
    .await;
    let mut allowed = true;
    loop {
        match page.hear().await {
            super::page::Heard::Message(ServerMessage::Refused { to, code, .. })
                if to == kind && code == RefusalCode::NotAllowed =>
            {
                allowed = false;
            }
            super::page::Heard::Message(ServerMessage::Chat { line }) if line.text == "next" => {
                return allowed;
            }
            super::page::Heard::Message(_) => {}
            // Whoever ended the visit was allowed to.
            super::page::Heard::Closed(..) | super::page::Heard::Cut => return allowed,
        }
    }
}

fn sources(capability: Capability) -> ClientMessage {
    ClientMessage::Switch {
        sources: Sources {
            microphone: capability == Capability::Speak,
            camera: capability == Capability::ShowFace,
            screen: capability == Capability::ShareScreen,
        },
    }
}

/// What somebody says who makes use of a capability; `None` where the media plane is what
/// grants it.
fn use_of(capability: Capability, house: &House, of: Role) -> Option<ClientMessage> {
    let someone: Uuid =
        house.id(if of == Role::Interpreter { Role::Captioner } else { Role::Interpreter });
    Some(match capability {
        Capability::Speak | Capability::ShowFace | Capability::ShareScreen => sources(capability),
        Capability::Interpret => ClientMessage::SetDirection {
            direction: Some(Direction { from: "en".to_owned(), into: "de".to_owned() }),
        },
        Capability::SteerInterpreting => {
            ClientMessage::SetInterpreting { mode: InterpretingMode::Simultaneous }
        }
        Capability::Admit => admit(someone),
        Capability::Remove => ClientMessage::Remove { participant: someone },
        Capability::Invite => ClientMessage::Invite {
            person: Invitation {
                role: Role::Family,
                language: "en".to_owned(),
                display_name: "Ana".to_owned(),
                relationship: None,
            },
        },
        Capability::Sidebar => ClientMessage::SetApart { participant: someone, why: Apart::Hold },
        Capability::Extend => ClientMessage::Extend { minutes: 5 },
        Capability::HandOver => {
            let to = if of == Role::Coordinator { Role::Clinician } else { Role::Coordinator };
            ClientMessage::OfferHandOver { to: house.id(to) }
        }
        // There is no such tutorial; whether they may ask is told before.
        Capability::Teach => ClientMessage::StopLesson,
        Capability::Counsel => ClientMessage::CoverTopic { topic: Topic::TeachBack },
        Capability::AskStill => ClientMessage::AskStill { participant: someone },
        Capability::End => end(),
        Capability::Record => ClientMessage::Record { action: RecordingAction::Start },
        Capability::Caption => ClientMessage::Caption {
            language: "en".to_owned(),
            number: 1,
            text: "Good morning.".to_owned(),
            done: true,
        },
        Capability::Hear | Capability::See => return None,
    })
}

/// End comes last: it ends the visit.
const CAPABILITIES: [Capability; 19] = [
    Capability::Speak,
    Capability::ShowFace,
    Capability::ShareScreen,
    Capability::Hear,
    Capability::See,
    Capability::Caption,
    Capability::Interpret,
    Capability::SteerInterpreting,
    Capability::Admit,
    Capability::Invite,
    Capability::Sidebar,
    Capability::Record,
    Capability::Extend,
    Capability::HandOver,
    Capability::Teach,
    Capability::Counsel,
    Capability::AskStill,
    Capability::Remove,
    Capability::End,
];

#[tokio::test]
async fn every_cell_of_the_table_is_what_the_server_does() {
    for role in Role::ALL {
        let mut house = House::with(&Role::ALL, PATIENT).await;
        let mut page = inside(&house, role).await;
        let grant = granted(&mut house, &mut page).await;
        assert_eq!(grant.hear, may(role, Capability::Hear), "{role:?} hears");
        assert_eq!(grant.see, may(role, Capability::See), "{role:?} sees");
        assert_eq!(grant.publish.microphone, may(role, Capability::Speak), "{role:?} speaks");
        assert_eq!(grant.publish.camera, may(role, Capability::ShowFace), "{role:?} shows");
        assert_eq!(grant.publish.screen, may(role, Capability::ShareScreen), "{role:?} shares");
        for capability in CAPABILITIES {
            let Some(message) = use_of(capability, &house, role) else { continue };
            let allowed = allowed(&mut page, message).await;
            assert_eq!(allowed, may(role, capability), "{role:?}, {capability:?}");
        }
    }
}

/// A page of this role that is in the visit.
async fn inside(house: &House, role: Role) -> Page {
    let mut host =
        house.open(if role == Role::Clinician { Role::Coordinator } else { Role::Clinician }).await;
    host.until_standing(Standing::Admitted).await;
    let mut page = house.open(role).await;
    if !crate::role::is_staff(role) {
        host.until_person(house.id(role), Presence::Waiting).await;
        host.say(admit(house.id(role))).await;
    }
    page.until_standing(Standing::Admitted).await;
    page
}

/// What the media plane is told the person may do.
async fn granted(house: &mut House, page: &mut Page) -> bedside_sfu_api::Grant {
    let offer = ClientMessage::Offer {
        number: 1,
        sdp: "v=0 offer".to_owned(),
        sources: Sources::default(),
    };
    page.say(offer).await;
    loop {
        if let Command::Admit { grant, .. } = house.told().await {
            return grant;
        }
    }
}
