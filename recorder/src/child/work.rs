//! What the child does behind its walls: decodes, and makes the film.
//!
//! In: asks on standard input. Out: answers on standard output.
//! Never: works without walls; opens anything.

use super::message::{Answer, Ask, received};
use super::walls::{Allowance, WallFault, enter};
use super::wire::{Garbled, Inbox, put};
use crate::film::{Film, FilmFault};
use crate::take::Frame;
use bedside_sfu_api::ParticipantId;
use std::io::{self, Read as _, Write as _};

/// Bytes read at once; as much as a pipe holds.
const READ_MAX: usize = 64 << 10;

/// Why the child ends before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum WorkFault {
    /// It has no walls.
    #[error("the decoder cannot be shut in")]
    Walls(#[from] WallFault),
    /// The parent went away.
    #[error("the pipe to the parent is closed")]
    Pipe(#[from] io::Error),
    /// What the parent says is not understood.
    #[error(transparent)]
    Garbled(#[from] Garbled),
    /// The film cannot go on; the parent has been told.
    #[error(transparent)]
    Film(#[from] FilmFault),
}

/// Puts up the walls and makes films until the parent closes the pipe.
///
/// # Errors
/// There are no walls, or the parent is gone.
pub fn run(allowance: Allowance) -> Result<(), WorkFault> {
    if let Err(fault) = enter(allowance) {
        tell(&Answer::Fault { what: fault.to_string() })?;
        return Err(fault.into());
    }
    let (mut input, mut inbox) = (io::stdin().lock(), Inbox::default());
    let mut buffer = [0; READ_MAX];
    let mut film = None;
    loop {
        while let Some((ask, body)) = inbox.take::<Ask>()? {
            let mut answers = Vec::new();
            let made = answer(&mut film, ask, body, &mut answers);
            if let Err(WorkFault::Film(fault)) = &made {
                put(&mut answers, &Answer::Fault { what: fault.to_string() }, &[])?;
            }
            let mut out = io::stdout().lock();
            out.write_all(&answers)?;
            out.flush()?;
            made?;
        }
        let read = input.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        inbox.push(buffer.get(..read).unwrap_or_default());
    }
}

fn tell(answer: &Answer) -> Result<(), WorkFault> {
    let mut bytes = Vec::new();
    put(&mut bytes, answer, &[])?;
    let mut out = io::stdout().lock();
    out.write_all(&bytes)?;
    Ok(out.flush()?)
}

fn answer(
    film: &mut Option<Film>,
    ask: Ask,
    body: Vec<u8>,
    answers: &mut Vec<u8>,
) -> Result<(), WorkFault> {
    if let Some(plan) = ask.plan() {
        let pre_skip = film.insert(Film::new(plan)?).pre_skip();
        put(answers, &Answer::Begun { pre_skip }, &[])?;
        return Ok(put(answers, &Answer::Done, &[])?);
    }
    let film = film.as_mut().ok_or(Garbled)?;
    let is_end = matches!(ask, Ask::End { .. });
    match ask {
        Ask::Begin { .. } => {}
        Ask::People { at_ms, people } => film.handle_people(at_ms, &received(people))?,
        Ask::Frame { participant, source, codec, at_ms, key } => {
            let track = (ParticipantId(participant), source);
            film.handle_frame(&Frame { track, codec, at_ms, key, data: body })?;
        }
        Ask::Mark { at_ms } => film.handle_mark(at_ms)?,
        Ask::Cut { to_ms } => film.handle_cut(to_ms)?,
        Ask::End { at_ms } => film.handle_end(at_ms)?,
    }
    while let Some(picture) = film.poll_picture() {
        let head = Answer::Picture { at_ms: picture.at_ms, key: picture.key };
        put(answers, &head, &picture.data)?;
    }
    while let Some(sound) = film.poll_sound() {
        put(answers, &Answer::Sound { at_ms: sound.at_ms }, &sound.data)?;
    }
    put(answers, &Answer::Done, &[])?;
    if is_end {
        put(answers, &Answer::Ended { undecodable: film.undecodable() }, &[])?;
    }
    Ok(())
}
