//! What an MP4 says about each kind of its media.
//!
//! In: the film's size and H.264 parameter sets. Out: one sample entry a track.
//! Never: looks at media.

use super::super::mix::SAMPLE_RATE;
use super::super::picture::Size;
use shiguredo_mp4::boxes::{
    AudioSampleEntryFields, Avc1Box, AvccBox, BoxRecord, DopsBox, FontRecord, FtabBox, OpusBox,
    SampleEntry, StyleRecord, Tx3gBox, VisualSampleEntryFields,
};
use shiguredo_mp4::{FixedPointNumber, TrackKind, Uint};

/// H.264 profiles whose header states no colours: Baseline, Main, Extended.
const PLAIN_PROFILES: [u8; 3] = [66, 77, 88];

/// Height of captions' letters, as a part of the picture's height.
const CAPTION_PART: usize = 20;

/// The only font of the text track, by number.
const FONT: u16 = 1;

/// One sample entry a kind.
pub(crate) struct Entries {
    picture: SampleEntry,
    sound: SampleEntry,
    text: SampleEntry,
}

impl Entries {
    pub(crate) fn new(size: Size, parameters: (Vec<u8>, Vec<u8>), pre_skip: u16) -> Self {
        let side = |value: usize| u16::try_from(value).unwrap_or(u16::MAX);
        Self {
            picture: picture(side(size.width), side(size.height), parameters),
            sound: sound(pre_skip),
            text: text(size),
        }
    }

    pub(crate) fn of(&self, kind: TrackKind) -> SampleEntry {
        match kind {
            TrackKind::Video => self.picture.clone(),
            TrackKind::Audio => self.sound.clone(),
            TrackKind::Subtitle => self.text.clone(),
        }
    }
}

fn picture(width: u16, height: u16, (sps, pps): (Vec<u8>, Vec<u8>)) -> SampleEntry {
    let byte = |at: usize| sps.get(at).copied().unwrap_or_default();
    let profile = byte(1);
    let states_colours = !PLAIN_PROFILES.contains(&profile);
    SampleEntry::Avc1(Avc1Box {
        visual: VisualSampleEntryFields {
            data_reference_index: VisualSampleEntryFields::DEFAULT_DATA_REFERENCE_INDEX,
            width,
            height,
            horizresolution: VisualSampleEntryFields::DEFAULT_HORIZRESOLUTION,
            vertresolution: VisualSampleEntryFields::DEFAULT_VERTRESOLUTION,
            frame_count: VisualSampleEntryFields::DEFAULT_FRAME_COUNT,
            compressorname: VisualSampleEntryFields::NULL_COMPRESSORNAME,
            depth: VisualSampleEntryFields::DEFAULT_DEPTH,
        },
        avcc_box: AvccBox {
            avc_profile_indication: profile,
            profile_compatibility: byte(2),
            avc_level_indication: byte(3),
            length_size_minus_one: Uint::new(3),
            chroma_format: states_colours.then(|| Uint::new(1)),
            bit_depth_luma_minus8: states_colours.then(|| Uint::new(0)),
            bit_depth_chroma_minus8: states_colours.then(|| Uint::new(0)),
            sps_ext_list: Vec::new(),
            sps_list: vec![sps],
            pps_list: vec![pps],
        },
        unknown_boxes: Vec::new(),
    })
}

fn sound(pre_skip: u16) -> SampleEntry {
    let rate = u32::try_from(SAMPLE_RATE).unwrap_or(u32::MAX);
    SampleEntry::Opus(OpusBox {
        audio: AudioSampleEntryFields {
            data_reference_index: AudioSampleEntryFields::DEFAULT_DATA_REFERENCE_INDEX,
            channelcount: 1,
            samplesize: AudioSampleEntryFields::DEFAULT_SAMPLESIZE,
            samplerate: FixedPointNumber::new(u16::try_from(rate).unwrap_or(u16::MAX), 0),
        },
        dops_box: DopsBox {
            output_channel_count: 1,
            pre_skip,
            input_sample_rate: rate,
            output_gain: 0,
        },
        unknown_boxes: Vec::new(),
    })
}

fn text(size: Size) -> SampleEntry {
    let side = |value: usize| i16::try_from(value).unwrap_or(i16::MAX);
    let letters = u8::try_from(size.height / CAPTION_PART).unwrap_or(u8::MAX);
    SampleEntry::Tx3g(Tx3gBox {
        data_reference_index: Tx3gBox::DEFAULT_DATA_REFERENCE_INDEX,
        display_flags: 0,
        horizontal_justification: 1,
        vertical_justification: -1,
        background_color_rgba: [0, 0, 0, 160],
        default_text_box: BoxRecord {
            top: side(size.height * 3 / 4),
            left: 0,
            bottom: side(size.height),
            right: side(size.width),
        },
        default_style: StyleRecord {
            start_char: 0,
            end_char: 0,
            font_id: FONT,
            face_style_flags: 0,
            font_size: letters,
            text_color_rgba: [255; 4],
        },
        ftab_box: FtabBox {
            entries: vec![FontRecord { font_id: FONT, font_name: b"Sans-Serif".to_vec() }],
        },
        unknown_boxes: Vec::new(),
    })
}
