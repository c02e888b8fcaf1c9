//! Fetches a sealed recording from a server that keeps it.
//!
//! In: the server's address, an API key, a recording's id. Out: its folder, as the store has it,
//! each object checked against the signed manifest as it comes.
//! Never: opens anything; sends the key over a line that others read, or to another server; leaves
//! half an object.

use crate::draft::{Draft, DraftFault};
use crate::hash;
use crate::manifest::{MANIFEST, Manifest, object};
use futures_util::{StreamExt as _, stream};
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response, StatusCode, Url};
use serde::Deserialize;
use std::fs::{self, DirBuilder};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// Objects fetched at once. More would only wait for the same line.
const AT_ONCE: usize = 4;

/// Tries of one object. With the waits between them about half a minute, which a server needs to
/// start anew.
const TRIES: u32 = 6;

/// The first wait between two tries; each further one is twice as long.
const WAIT: Duration = Duration::from_secs(1);

/// Longest wait that a server may ask for.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// How long a line may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// Largest object. A part holds seconds of a visit, a manifest of a day has 20 MB.
const BYTES_MAX: usize = 64 << 20;

/// Entered and read by whoever made it.
const FOLDER_MODE: u32 = 0o700;

/// Where recordings are fetched from.
pub struct Source {
    url: Url,
    key: String,
    client: Client,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The recording's folder.
    pub folder: PathBuf,
    /// How many objects came now.
    pub objects: usize,
    /// How many were there already.
    pub were_there: usize,
    /// Parts that the server does not have any more, or not as they were sealed, in sentences.
    pub warnings: Vec<String>,
}

/// A recording cannot be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchFault {
    /// The address is none.
    #[error("`{0}` is no address of a server: write https:// and its host")]
    Address(String),
    /// The key would be read on the way.
    #[error("{0} is not encrypted, and the key would be read on the way: use https://")]
    Open(Url),
    /// The authorities' file, or this machine's.
    #[error("the certificates cannot be used")]
    Certificates(#[source] reqwest::Error),
    /// The server refuses.
    #[error("the server answers {status}: {told}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// What it says.
        told: String,
    },
    /// There is no such recording for this key.
    #[error("this server has no recording {0} for this key")]
    Unknown(Uuid),
    /// It cannot be reached.
    #[error("{0} cannot be reached")]
    Away(Url, #[source] reqwest::Error),
    /// Something that is no object came.
    #[error("the server sent more than any object of a recording has")]
    TooLarge,
    /// The folder has something else.
    #[error("{} has another manifest than the server: is it of another recording?", .0.display())]
    Other(PathBuf),
    /// The disk.
    #[error(transparent)]
    Draft(#[from] DraftFault),
    /// The disk.
    #[error("the folder cannot be written")]
    Disk(#[from] io::Error),
    /// What came is no manifest.
    #[error("what the server calls the manifest of the recording is none of it")]
    NoManifest,
}

/// What a server says when it refuses (RFC 9457).
#[derive(Debug, Default, Deserialize)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
}

/// An object that is wanted, and the hash it has to have.
struct Wanted {
    name: String,
    sha256: String,
}

/// What became of an object.
enum Came {
    Now,
    Before,
    Not(String),
}

impl Source {
    /// A server, by its address and a key. `authorities` is a PEM file's text.
    ///
    /// # Errors
    /// The address is none or not encrypted, or the certificates cannot be used.
    pub fn new(url: &str, key: &str, authorities: Option<&[u8]>) -> Result<Self, FetchFault> {
        let no_address = || FetchFault::Address(url.to_owned());
        let url: Url = url.trim_end_matches('/').parse().map_err(|_| no_address())?;
        let host = url.host_str().ok_or_else(no_address)?;
        let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        match url.scheme() {
            "https" => {}
            "http" if is_here => {}
            "http" => return Err(FetchFault::Open(url)),
            _ => return Err(no_address()),
        }
        // A redirect would carry the key to somebody else.
        let mut builder = Client::builder().redirect(Policy::none()).read_timeout(SILENCE);
        if let Some(pem) = authorities {
            let authorities = Certificate::from_pem_bundle(pem);
            for authority in authorities.map_err(FetchFault::Certificates)? {
                builder = builder.add_root_certificate(authority);
            }
        }
        let client = builder.build().map_err(FetchFault::Certificates)?;
        Ok(Self { url, key: key.trim().to_owned(), client })
    }

    /// Fetches a recording into a folder of its own inside `out`. What is there already and right
    /// is not fetched again. `told` hears how many objects are there, of how many.
    ///
    /// # Errors
    /// The server refuses or cannot be reached, or the folder cannot be written.
    pub async fn fetch(
        &self,
        recording: Uuid,
        out: &Path,
        told: &mut dyn FnMut(usize, usize),
    ) -> Result<Fetched, FetchFault> {
        let text = match self.object(recording, MANIFEST).await {
            Err(FetchFault::Refused { status: StatusCode::NOT_FOUND, .. }) => {
                return Err(FetchFault::Unknown(recording));
            }
            text => text?,
        };
        let manifest = Manifest::read(&text);
        let wanted = wanted(&manifest, recording).ok_or(FetchFault::NoManifest)?;
        let folder = out.join(recording.to_string());
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(&folder)?;
        let grown = grown(&folder.join(MANIFEST), &text)?;
        let of = wanted.len();
        let mut fetched = Fetched { folder, objects: 0, were_there: 0, warnings: Vec::new() };
        let place = fetched.folder.clone();
        let coming = wanted.iter().map(|wanted| self.one(recording, wanted, &place));
        let mut coming = stream::iter(coming).buffer_unordered(AT_ONCE);
        while let Some(came) = coming.next().await {
            match came? {
                Came::Now => fetched.objects += 1,
                Came::Before => fetched.were_there += 1,
                Came::Not(why) => fetched.warnings.push(why),
            }
            told(fetched.objects + fetched.were_there + fetched.warnings.len(), of);
        }
        fetched.warnings.sort();
        fetched.warnings.extend(manifest.flaws.iter().map(ToString::to_string));
        // The last, as the server does it: what a manifest names is there.
        if grown {
            put(&fetched.folder.join(MANIFEST), &text)?;
        }
        Ok(fetched)
    }

    async fn one(
        &self,
        recording: Uuid,
        wanted: &Wanted,
        folder: &Path,
    ) -> Result<Came, FetchFault> {
        let Wanted { name, sha256 } = wanted;
        let path = folder.join(name);
        let is_right = |bytes: &[u8]| hash::hex(&hash::sha256(bytes)) == *sha256;
        if let Ok(bytes) = fs::read(&path) {
            if is_right(&bytes) {
                return Ok(Came::Before);
            }
            fs::remove_file(&path)?;
        }
        let bytes = match self.object(recording, name).await {
            Err(FetchFault::Refused { status: StatusCode::NOT_FOUND, .. }) => {
                return Ok(Came::Not(format!("{name} is not on the server any more")));
            }
            bytes => bytes?,
        };
        if !is_right(&bytes) {
            let why = format!("{name} is not what the manifest says, and was not kept");
            return Ok(Came::Not(why));
        }
        put(&path, &bytes)?;
        Ok(Came::Now)
    }

    /// An object's bytes; tries again for a while when the server is away.
    async fn object(&self, recording: Uuid, name: &str) -> Result<Vec<u8>, FetchFault> {
        let mut wait = WAIT;
        let mut tries = 1;
        loop {
            let (fault, asked) = match self.try_object(recording, name).await {
                Ok(bytes) => return Ok(bytes),
                Err(again) => again,
            };
            let may_help = match &fault {
                FetchFault::Refused { status, .. } => {
                    status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
                }
                FetchFault::Away(_, error) => !error.is_builder(),
                FetchFault::Address(_)
                | FetchFault::Open(_)
                | FetchFault::Certificates(_)
                | FetchFault::Unknown(_)
                | FetchFault::TooLarge
                | FetchFault::Other(_)
                | FetchFault::Draft(_)
                | FetchFault::Disk(_)
                | FetchFault::NoManifest => false,
            };
            if !may_help || tries >= TRIES {
                return Err(fault);
            }
            tokio::time::sleep(asked.unwrap_or(wait).min(WAIT_MAX)).await;
            wait = wait.saturating_mul(2);
            tries += 1;
        }
    }

    async fn try_object(
        &self,
        recording: Uuid,
        name: &str,
    ) -> Result<Vec<u8>, (FetchFault, Option<Duration>)> {
        let path = format!("{}/v1/recordings/{recording}/objects/{name}", self.base());
        let away =
            |error: reqwest::Error| (FetchFault::Away(self.url.clone(), error.without_url()), None);
        let request = self.client.get(path).bearer_auth(&self.key);
        let mut response = request.send().await.map_err(away)?;
        if !response.status().is_success() {
            let wait = wait(&response);
            return Err((refused(response).await, wait));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(away)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > BYTES_MAX {
                return Err((FetchFault::TooLarge, None));
            }
        }
        Ok(bytes)
    }

    fn base(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }
}

/// What a manifest names, if it is of this recording.
fn wanted(manifest: &Manifest, recording: Uuid) -> Option<Vec<Wanted>> {
    let begin = manifest.begin.as_ref().filter(|begin| begin.recording == recording)?;
    let own = begin.own_sha256.as_ref().filter(|_| begin.shreddable);
    let own =
        own.map(|sha256| Wanted { name: object::own_key(begin.suite), sha256: sha256.clone() });
    let parts = manifest.parts.iter().filter(|part| object::place(&part.object).is_some());
    let parts = parts.map(|part| Wanted { name: part.object.clone(), sha256: part.sha256.clone() });
    Some(own.into_iter().chain(parts).collect())
}

/// Whether the manifest has to be written. One that was fetched while the recording ran is replaced
/// by the longer one; any other is left alone.
fn grown(path: &Path, text: &[u8]) -> Result<bool, FetchFault> {
    match fs::read(path) {
        Ok(there) if there == text => Ok(false),
        Ok(there) if text.starts_with(&there) => Ok(true),
        Ok(_) => Err(FetchFault::Other(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), FetchFault> {
    if path.exists() {
        fs::remove_file(path)?;
    }
    let draft = Draft::begin(path)?;
    draft.file().write_all(bytes)?;
    Ok(draft.finish()?)
}

fn wait(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

async fn refused(response: Response) -> FetchFault {
    let status = response.status();
    let body = response.bytes().await.unwrap_or_default();
    let problem: Problem = serde_json::from_slice(&body).unwrap_or_default();
    let told = problem.detail.or(problem.title);
    let told = told.unwrap_or_else(|| "it does not say why".to_owned());
    FetchFault::Refused { status, told }
}

#[cfg(test)]
mod tests {
    use super::{FetchFault, Source};

    #[test]
    fn a_key_goes_only_over_an_encrypted_line() {
        for good in ["https://visits.example.org", "https://x/", "http://127.0.0.1:8080"] {
            assert!(Source::new(good, "key", None).is_ok(), "{good}");
        }
        let open = Source::new("http://visits.example.org", "key", None);
        assert!(matches!(open, Err(FetchFault::Open(_))));
        for none in ["", "visits.example.org", "ftp://visits.example.org"] {
            assert!(
                matches!(Source::new(none, "key", None), Err(FetchFault::Address(_))),
                "{none}"
            );
        }
    }
}
