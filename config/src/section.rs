//! How a section of the settings is written down once: type, default, doc text and reader.
//!
//! In: a list of keys, each with its text, its type and its default. Out: the struct people
//! use, and the same list as a value for the manual, the messages and the reader.
//! Never: a second list kept by hand.

use crate::kind::Raw;

/// One key of a section, as the manual and the messages know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// What it is for; the lines of its doc comment.
    pub doc: &'static [&'static str],
    /// What a value looks like.
    pub expects: &'static str,
}

/// One section, as the manual and the messages know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionText {
    /// The name in square brackets.
    pub name: &'static str,
    /// What it is for; the lines of its doc comment.
    pub doc: &'static [&'static str],
    /// Its keys, in the order of the manual.
    pub settings: &'static [Setting],
}

/// Why a value was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// The section has no such key.
    UnknownKey,
    /// The key wants something else.
    WrongValue {
        /// What a value looks like.
        expects: &'static str,
    },
}

/// A section as the reader sees it.
pub(crate) trait Section {
    /// Its keys.
    const SETTINGS: &'static [Setting];

    /// Takes over one value.
    fn take(&mut self, key: &str, raw: &Raw) -> Result<(), NotTaken>;
}

/// Declares one section: `/// doc` `key: type = default,` for each key.
macro_rules! section {
    ($(#[doc = $about:literal])+ $name:ident {
        $($(#[doc = $doc:literal])+ $key:ident: $type:ty = $default:expr,)+
    }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $key: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $crate::section::Section for $name {
            const SETTINGS: &'static [$crate::section::Setting] = &[
                $($crate::section::Setting {
                    key: stringify!($key),
                    doc: &[$($doc),+],
                    expects: <$type as $crate::kind::Kind>::EXPECTS,
                },)+
            ];

            fn take(
                &mut self,
                key: &str,
                raw: &$crate::kind::Raw,
            ) -> Result<(), $crate::section::NotTaken> {
                match key {
                    $(stringify!($key) => self.$key = $crate::kind::read(raw)?,)+
                    _ => return Err($crate::section::NotTaken::UnknownKey),
                }
                Ok(())
            }
        }
    };
}

/// Declares the whole: `/// doc` `name: Section,` for each section.
macro_rules! sections {
    ($(#[doc = $about:literal])+ $config:ident {
        $($(#[doc = $doc:literal])+ $section:ident: $type:ty,)+
    }) => {
        $(#[doc = $about])+
        #[derive(
            Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize,
        )]
        #[serde(deny_unknown_fields, default)]
        pub struct $config {
            $($(#[doc = $doc])+ pub $section: $type,)+
        }

        /// Every section with its keys, in the order of the manual.
        pub const SECTIONS: &[$crate::section::SectionText] = &[
            $($crate::section::SectionText {
                name: stringify!($section),
                doc: &[$($doc),+],
                settings: <$type as $crate::section::Section>::SETTINGS,
            },)+
        ];

        impl $config {
            /// Takes over one value; an unknown section counts as an unknown key.
            pub(crate) fn take(
                &mut self,
                section: &str,
                key: &str,
                raw: &$crate::kind::Raw,
            ) -> Result<(), $crate::section::NotTaken> {
                match section {
                    $(stringify!($section) => {
                        $crate::section::Section::take(&mut self.$section, key, raw)
                    })+
                    _ => Err($crate::section::NotTaken::UnknownKey),
                }
            }
        }
    };
}

pub(crate) use {section, sections};
