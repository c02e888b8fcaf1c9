//! A film in a file.
//!
//! In: an order, where the film shall be. Out: an MP4 that appears when it is whole.
//! Never: half a film; plaintext under a name before that.

use super::{ComposeFault, Order, Progress, Sink, Workshop, compose};
use crate::draft::{Draft, DraftFault};
use crate::film::{Caption, Coded, Mp4Fault, Mp4Writer};
use crate::open::{Recording, Warning};
use std::fs::File;
use std::io;
use std::path::Path;

/// A film cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// The file.
    #[error(transparent)]
    Draft(#[from] DraftFault),
    /// The film in it.
    #[error(transparent)]
    Mp4(#[from] Mp4Fault),
    /// The disk.
    #[error("the film cannot be written")]
    Disk(#[from] io::Error),
    /// The index of a film that is watched while it is made; a defect.
    #[error("the film's pieces cannot be described: {0}")]
    Pieces(String),
}

/// What whoever waits for a film is told.
pub trait Watch {
    /// Something is missing.
    fn warn(&mut self, warning: &Warning);
    /// How far it is; false to stop.
    fn goes_on(&mut self, progress: Progress) -> bool;
}

/// Makes a film and writes it; says how long it is, in milliseconds.
///
/// # Errors
/// It cannot be made or written, something is there already, or the watcher stopped it.
pub fn compose_file(
    recording: &Recording,
    order: Order,
    workshop: &Workshop,
    path: &Path,
    watch: &mut impl Watch,
) -> Result<u64, ComposeFault> {
    let draft = Draft::begin(path).map_err(FileFault::from)?;
    // The media waits in a file without a name, which no crash leaves behind.
    let scratch = Draft::scratch(path).map_err(FileFault::from)?;
    let mut sink =
        ToFile { scratch: Some(scratch), order, writer: None, captions: Vec::new(), watch };
    let lasts_ms = compose(recording, order, workshop, &mut sink)?;
    let mut writer = sink.writer.ok_or(FileFault::Mp4(Mp4Fault::Empty))?;
    sink.captions.into_iter().for_each(|caption| writer.write_caption(caption));
    writer.finish(lasts_ms, &mut draft.file()).map_err(FileFault::from)?;
    draft.finish().map_err(FileFault::from)?;
    Ok(lasts_ms)
}

struct ToFile<'a, W> {
    scratch: Option<File>,
    order: Order,
    writer: Option<Mp4Writer<File>>,
    captions: Vec<Caption>,
    watch: &'a mut W,
}

impl<W: Watch> Sink for ToFile<'_, W> {
    fn begin(&mut self, pre_skip: u16) -> Result<(), FileFault> {
        // A child that goes on for another one says it again.
        if let Some(scratch) = self.scratch.take() {
            self.writer = Some(Mp4Writer::new(scratch, self.order.size.of_film(), pre_skip));
        }
        Ok(())
    }

    fn picture(&mut self, picture: Coded) -> Result<(), FileFault> {
        match &mut self.writer {
            Some(writer) => Ok(writer.write_picture(picture)?),
            None => Ok(()),
        }
    }

    fn sound(&mut self, sound: &Coded) -> Result<(), FileFault> {
        match &mut self.writer {
            Some(writer) => Ok(writer.write_sound(sound)?),
            None => Ok(()),
        }
    }

    fn caption(&mut self, caption: Caption) {
        self.captions.push(caption);
    }

    fn warn(&mut self, warning: &Warning) {
        self.watch.warn(warning);
    }

    fn goes_on(&mut self, progress: Progress) -> bool {
        self.watch.goes_on(progress)
    }
}
