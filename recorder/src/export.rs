//! Gives a recording back as files that every player opens.
//!
//! In: an open recording, a folder. Out: one Matroska file for each person, on the recording's one
//! clock; captions; and a list of what is where and what is missing.
//! Never: decodes, or writes over a file; a file that others on this machine can read, or that is
//! there before it is whole.

mod captions;
mod listing;
mod mkv;

use crate::draft::{Draft, DraftFault};
use crate::matroska::Track;
use crate::open::{Event, Moment, Recording, Warning, heads};
use crate::take::Frame;
use crate::take::note::{Gap, TrackName};
use bedside_sfu_api::{Codec, ParticipantId, Source};
use bedside_signaling_api::recorder::Labelled;
use captions::Captions;
use listing::Listing;
use mkv::Mkv;
use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use uuid::Uuid;

pub use listing::{CaptionFile, PersonFile};

/// The list of what is where.
pub const LISTING: &str = "recording.json";

/// Entered and read by whoever made it.
const FOLDER_MODE: u32 = 0o700;

/// Letters of somebody's label in the name of their file. File systems take 255 bytes.
const LABEL_LETTERS_MAX: usize = 40;

/// A recording cannot be given back.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The folder.
    #[error("the folder {0} cannot be made")]
    Folder(String, #[source] io::Error),
    /// A file.
    #[error(transparent)]
    Draft(#[from] DraftFault),
    /// The disk.
    #[error("the recording cannot be written")]
    Disk(#[from] io::Error),
    /// Nothing of it can be read.
    #[error("there is nobody in this recording, or nothing of it can be read")]
    Nobody,
    /// Somebody stopped it.
    #[error("stopped; no file is left")]
    Stopped,
}

/// What has been written.
#[derive(Debug)]
pub struct Exported {
    /// Somebody's file each.
    pub people: Vec<PersonFile>,
    /// Captions, a file a language.
    pub captions: Vec<CaptionFile>,
    /// What is wrong or missing.
    pub warnings: Vec<Warning>,
}

/// Somebody's streams: which source, and how it is encoded.
type Streams = BTreeMap<(Source, Codec), Track>;

/// Somebody's file on its way.
struct PersonDraft {
    draft: Draft,
    mkv: Mkv,
    number_by_stream: BTreeMap<(Source, Codec), u8>,
    file: PersonFile,
}

/// Writes everything into a folder. `goes_on` is told how far it is, in milliseconds of the
/// recording, and says whether to go on.
///
/// # Errors
/// Something is there already, cannot be written, or there is nothing to write.
pub fn export(
    recording: &Recording,
    folder: &Path,
    goes_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Exported, ExportFault> {
    make(folder)?;
    let (people, label_by_person) = people(recording);
    if people.is_empty() {
        return Err(ExportFault::Nobody);
    }
    let listing_draft = Draft::begin(&folder.join(LISTING))?;
    let mut draft_by_person = begin(folder, people, &label_by_person)?;
    let mut captions = Captions::new(label_by_person);
    let (mut listing, mut gaps): (_, Vec<Gap>) = (Listing::new(recording), Vec::new());
    let mut warnings = recording.warnings().to_vec();
    let mut reading = recording.read(0);
    while let Some(event) = reading.next() {
        match event {
            Event::Frame(frame) => push(&mut draft_by_person, frame)?,
            Event::Caption { at_ms, participant, language, text } => {
                captions.push(at_ms, participant, language, text);
            }
            Event::Gap(gap) => gaps.push(gap),
            Event::People { at_ms, epoch, people } => listing.epoch(epoch, at_ms, &people),
            Event::Paused { from_ms, to_ms } => listing.pause(from_ms, to_ms),
            Event::Mark(at_ms) => {
                if !goes_on(at_ms) {
                    return Err(ExportFault::Stopped);
                }
            }
        }
        warnings.extend(reading.take_warnings());
    }
    warnings.extend(reading.take_warnings());
    let captions = captions.write(folder)?;
    let mut files = Vec::new();
    for PersonDraft { draft, mkv, file, .. } in draft_by_person.into_values() {
        mkv.finish()?;
        draft.finish()?;
        files.push(file);
    }
    listing.write(&listing_draft, (&files, &captions), &gaps, &warnings)?;
    listing_draft.finish()?;
    Ok(Exported { people: files, captions, warnings })
}

fn make(folder: &Path) -> Result<(), ExportFault> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder);
    made.map_err(|source| ExportFault::Folder(folder.display().to_string(), source))
}

/// Everybody's streams in all epochs, and what people are called.
fn people(recording: &Recording) -> (BTreeMap<Uuid, Streams>, BTreeMap<Uuid, String>) {
    let mut streams_by_person: BTreeMap<Uuid, Streams> = BTreeMap::new();
    let mut label_by_person = BTreeMap::new();
    for (_, head) in heads(recording) {
        for Labelled { participant, label } in head.people {
            label_by_person.insert(participant, label);
        }
        for (name, track) in head.track_by_number.into_values() {
            let TrackName(ParticipantId(participant), source) = name;
            let streams = streams_by_person.entry(participant).or_default();
            // The first one's parameters; later ones are among the frames.
            streams.entry((source, track.codec)).or_insert(track);
        }
    }
    (streams_by_person, label_by_person)
}

fn begin(
    folder: &Path,
    streams_by_person: BTreeMap<Uuid, Streams>,
    label_by_person: &BTreeMap<Uuid, String>,
) -> Result<BTreeMap<Uuid, PersonDraft>, ExportFault> {
    let mut draft_by_person = BTreeMap::new();
    for (number, (participant, streams)) in (1_usize..).zip(streams_by_person) {
        let label = label_by_person.get(&participant).cloned().unwrap_or_default();
        let name = file_name(number, &label);
        let draft = Draft::begin(&folder.join(&name))?;
        let mut tracks = Vec::new();
        let mut number_by_stream = BTreeMap::new();
        for (number, (stream, track)) in (1_u8..).zip(streams) {
            let name = format!("{label} · {}", source_name(stream.0));
            let name = name.trim_start_matches(" · ").to_owned();
            tracks.push(Track { number, name, ..track });
            number_by_stream.insert(stream, number);
        }
        let mkv = Mkv::begin(draft.file().try_clone()?, &label, &tracks)?;
        let file = PersonFile::new(participant, label, name, number_by_stream.keys());
        draft_by_person.insert(participant, PersonDraft { draft, mkv, number_by_stream, file });
    }
    Ok(draft_by_person)
}

fn push(
    draft_by_person: &mut BTreeMap<Uuid, PersonDraft>,
    frame: Frame,
) -> Result<(), ExportFault> {
    let (ParticipantId(participant), source) = frame.track;
    let Some(person) = draft_by_person.get_mut(&participant) else { return Ok(()) };
    let Some(number) = person.number_by_stream.get(&(source, frame.codec)) else { return Ok(()) };
    person.file.heard(frame.at_ms);
    Ok(person.mkv.push(*number, frame.at_ms, frame.key, frame.data)?)
}

pub(crate) const fn source_name(source: Source) -> &'static str {
    match source {
        Source::Microphone => "microphone",
        Source::Camera => "camera",
        Source::Screen => "screen",
    }
}

/// A name that says whose file it is and means nothing to a file system or a shell.
fn file_name(number: usize, label: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let label: String = label.chars().take(LABEL_LETTERS_MAX).map(plain).collect();
    let words: Vec<&str> = label.split('-').filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [] => format!("{number}.mkv"),
        words => format!("{number}-{}.mkv", words.join("-")),
    }
}

/// A moment as subtitles write it.
pub(crate) fn clock(Moment(ms): Moment) -> String {
    let (seconds, rest) = (ms / 1_000, ms % 1_000);
    format!("{:02}:{:02}:{:02}.{rest:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::{Moment, clock, file_name};

    #[test]
    fn a_file_is_named_after_whose_it_is_and_nothing_else_is_meant_by_it() {
        assert_eq!(file_name(1, "Anna Klein"), "1-Anna-Klein.mkv");
        assert_eq!(file_name(2, "../../etc/passwd"), "2-etc-passwd.mkv");
        assert_eq!(file_name(3, "李 小龙"), "3-李-小龙.mkv");
        assert_eq!(file_name(4, "/.\n "), "4.mkv");
        assert!(file_name(5, &"ä".repeat(400)).len() < 255);
    }

    #[test]
    fn moments_are_written_as_subtitles_do() {
        assert_eq!(clock(Moment(3_723_004)), "01:02:03.004");
    }
}
