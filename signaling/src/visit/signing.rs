//! Whose hands are to be seen: large, and smooth before sharp, without anybody's press.
//!
//! In: a viewer and somebody of the same circle. Out: yes or no, whatever the mode.
//! Never: the last word; how a person looks at a picture is their own choice.
//!
//! | who looks | sees so |
//! |---|---|
//! | whoever listens to a sign language | the interpreter at work between it and another, whichever way they are turned |
//! | an interpreter between a sign language and another | everybody whose own language it is |

use super::hearing::Person;

/// Whether `viewer` is to see the hands of `signer`.
#[must_use]
pub fn reads(viewer: &Person, signer: &Person) -> bool {
    match &signer.interprets {
        Some(interpreter) => {
            let channel = viewer.channel().filter(|channel| channel.is_signed());
            let works_with =
                channel.zip(signer.way()).is_some_and(|(channel, way)| way.has(channel));
            works_with && !interpreter.rests
        }
        None => {
            signer.tongue.is_signed() && viewer.way().is_some_and(|way| way.has(&signer.tongue))
        }
    }
}

#[cfg(test)]
mod tests;
