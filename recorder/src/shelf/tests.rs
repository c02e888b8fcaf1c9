//! A folder as the store, and recordings between it and the spool.

use super::{Archive, ArchiveFault, Shelf, ShelfFault, ShelfRefusal};
use crate::manifest::{MANIFEST, Signer};
use crate::spool::{Bounds, Spool};
use bytes::Bytes;
use std::fs;
use tempfile::TempDir;
use uuid::Uuid;

const RECORDING: Uuid = Uuid::from_u128(7);
const OTHER: Uuid = Uuid::from_u128(9);

fn shelf(folder: &TempDir) -> Shelf {
    Shelf::open(folder.path().join("store").to_str().unwrap()).unwrap()
}

fn archive(folder: &TempDir) -> Archive {
    let bounds = Bounds { bytes_max: u64::MAX, floor_bytes: 0 };
    let signer = Signer::of(&[1; 32]).unwrap();
    Archive::new(Spool::open(&folder.path().join("spool"), bounds, signer).unwrap(), shelf(folder))
}

#[tokio::test]
async fn a_part_is_kept_once_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(&folder);
    let put = |bytes: &'static [u8]| shelf.put(RECORDING, "00000-000000.age", bytes.into());
    put(b"one").await.unwrap();
    put(b"one").await.unwrap();
    for other in [b"two".as_slice(), b"longer"] {
        assert!(matches!(put(other).await, Err(ShelfFault::Conflict { .. })));
    }
    let kept = shelf.get(RECORDING, "00000-000000.age").await.unwrap();
    assert_eq!(kept, Some(Bytes::from_static(b"one")));
    assert_eq!(shelf.get(RECORDING, "00000-000001.age").await.unwrap(), None);
    assert_eq!(shelf.get(OTHER, "00000-000000.age").await.unwrap(), None);
}

#[tokio::test]
async fn a_manifest_grows() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = shelf(&folder);
    for text in ["a\n", "a\nb\n"] {
        shelf.put_manifest(RECORDING, text.into()).await.unwrap();
        let kept = shelf.get(RECORDING, MANIFEST).await.unwrap();
        assert_eq!(kept, Some(Bytes::from_static(text.as_bytes())));
    }
    assert_eq!(shelf.recordings().await.unwrap(), [RECORDING]);
}

#[test]
fn an_address_that_is_none_is_refused() {
    for address in ["", "ftp://a/b", "http://a/b"] {
        assert!(matches!(Shelf::open(address), Err(ShelfRefusal::Address { .. })), "{address}");
    }
    for address in ["s3://bucket/prefix/", "s3://bucket"] {
        assert!(Shelf::open(address).is_ok(), "{address}");
    }
}

#[tokio::test]
async fn a_recording_is_read_from_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder);
    archive.shelf().put(RECORDING, "00000-000000.age", "kept".into()).await.unwrap();
    archive.shelf().put_manifest(RECORDING, "old".into()).await.unwrap();
    let waiting = archive.spool().folder(RECORDING);
    fs::create_dir(&waiting).unwrap();
    fs::write(waiting.join("00000-000001.age"), b"waits").unwrap();
    fs::write(waiting.join("00000-000002.age.tmp"), b"half").unwrap();
    fs::write(waiting.join(MANIFEST), b"newer").unwrap();
    let objects = archive.objects(RECORDING).await.unwrap();
    let listed: Vec<(&str, u64)> =
        objects.iter().map(|object| (object.name.as_str(), object.bytes)).collect();
    assert_eq!(listed, [("00000-000000.age", 4), ("00000-000001.age", 5), (MANIFEST, 5)]);
    for (name, bytes) in
        [("00000-000000.age", "kept"), ("00000-000001.age", "waits"), (MANIFEST, "newer")]
    {
        let read = archive.read(RECORDING, name).await.unwrap();
        assert_eq!(read, Some(Bytes::from_static(bytes.as_bytes())), "{name}");
    }
    assert_eq!(archive.read(RECORDING, "00000-000009.age").await.unwrap(), None);
    for bad in ["../x", "recipients.json", "00000-000002.age.tmp"] {
        assert!(matches!(archive.read(RECORDING, bad).await, Err(ArchiveFault::Name)), "{bad}");
    }
}

#[tokio::test]
async fn an_erased_recording_leaves_nothing_and_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder);
    for recording in [RECORDING, OTHER] {
        archive.shelf().put(recording, "00000-000000.age", "kept".into()).await.unwrap();
        archive.shelf().put_manifest(recording, "m".into()).await.unwrap();
    }
    let waiting = archive.spool().folder(RECORDING);
    fs::create_dir(&waiting).unwrap();
    fs::write(waiting.join("00000-000001.age"), b"waits").unwrap();
    assert_eq!(archive.erase(RECORDING).await.unwrap(), 3);
    assert_eq!(archive.erase(RECORDING).await.unwrap(), 0);
    assert!(!waiting.exists());
    assert!(!folder.path().join("store").join(RECORDING.to_string()).exists());
    assert_eq!(archive.objects(OTHER).await.unwrap().len(), 2);
}

#[tokio::test]
async fn shredding_takes_the_key_wherever_it_is_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder);
    assert!(!archive.shred(RECORDING).await.unwrap());
    archive.shelf().put(RECORDING, "key.age", "key".into()).await.unwrap();
    archive.shelf().put(RECORDING, "00000-000000.age", "kept".into()).await.unwrap();
    assert!(archive.shred(RECORDING).await.unwrap());
    assert!(!archive.shred(RECORDING).await.unwrap());
    let waiting = archive.spool().folder(OTHER);
    fs::create_dir(&waiting).unwrap();
    fs::write(waiting.join("key.age"), b"key").unwrap();
    assert!(archive.shred(OTHER).await.unwrap());
    assert_eq!(archive.objects(OTHER).await.unwrap(), []);
    assert_eq!(archive.objects(RECORDING).await.unwrap().len(), 1);
}
