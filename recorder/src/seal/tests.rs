//! Both suites: who opens, what a cut part keeps, and that no bytes break them.

use super::{KeyRefusal, OpenRefusal, Opener, Sealer, fingerprint, fresh_identity};
use crate::seal::{FreshIdentity, IdentityRefusal};
use bedside_config::SealingSuite;
use proptest::prelude::*;
use std::fs;
use std::process::Command;

const SUITES: [SealingSuite; 2] = [SealingSuite::Age, SealingSuite::Aes256Gcm];
const CHUNK: usize = 65_536;

fn pair(suite: SealingSuite) -> [FreshIdentity; 2] {
    [fresh_identity(suite).unwrap(), fresh_identity(suite).unwrap()]
}

fn sealer(suite: SealingSuite, keys: &[FreshIdentity]) -> Sealer {
    let recipients: Vec<String> = keys.iter().map(|key| key.public.clone()).collect();
    Sealer::new(suite, &recipients).unwrap()
}

fn opener(key: &FreshIdentity) -> Opener {
    Opener::new([key.secret.as_str()]).unwrap()
}

fn bytes(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    fastrand::Rng::with_seed(7).fill(&mut bytes);
    bytes
}

#[test]
fn keys_that_do_not_do_are_refused_by_their_place() {
    for suite in SUITES {
        let [one, two] = pair(suite);
        let other = SUITES.into_iter().find(|other| *other != suite).unwrap();
        let [foreign, _] = pair(other);
        let new = |keys: &[&str]| {
            let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            Sealer::new(suite, &keys).map(drop)
        };
        let (one_key, two_key) = (one.public.as_str(), two.public.as_str());
        assert_eq!(new(&[one_key, two_key]), Ok(()));
        assert_eq!(new(&[]), Err(KeyRefusal::TooFew { given: 0 }));
        assert_eq!(new(&[one_key]), Err(KeyRefusal::TooFew { given: 1 }));
        assert_eq!(new(&[one_key, &format!(" {one_key}\n")]), Err(KeyRefusal::Twice { place: 2 }));
        assert_eq!(new(&[one_key, "age1x"]), Err(KeyRefusal::NotAKey { place: 2 }));
        assert_eq!(new(&[&foreign.public, one_key]), Err(KeyRefusal::NotAKey { place: 1 }));
        assert_eq!(new(&[one_key, &two.secret]), Err(KeyRefusal::Private { place: 2 }));
        assert_eq!(new(&[one_key; 17]), Err(KeyRefusal::TooMany { given: 17 }));
        assert!(!format!("{one:?}").contains(one.secret.as_str()));
    }
    assert_ne!(fingerprint("age1a"), fingerprint("age1b"));
    assert_eq!(fingerprint("age1a").len(), 32);
}

#[test]
fn either_key_opens_and_another_does_not() {
    for suite in SUITES {
        let keys = pair(suite);
        let sealer = sealer(suite, &keys);
        let [stranger, _] = pair(suite);
        for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plain = bytes(len);
            let sealed = sealer.seal(&plain).unwrap();
            for key in &keys {
                let opened = opener(key).open(&sealed).unwrap();
                assert!(opened.whole, "{suite:?}, {len}");
                assert_eq!(*opened.plain, plain, "{suite:?}, {len}");
            }
            let refused = opener(&stranger).open(&sealed).map(drop);
            assert_eq!(refused, Err(OpenRefusal::OtherKey));
            assert!(len < 16 || !sealed.windows(16).any(|window| window == &plain[..16]));
        }
        assert_ne!(sealer.seal(b"same").unwrap(), sealer.seal(b"same").unwrap());
    }
}

#[test]
fn a_cut_part_keeps_its_whole_chunks_and_says_it_is_cut() {
    for suite in SUITES {
        let keys = pair(suite);
        let plain = bytes(3 * CHUNK + 100);
        let sealed = sealer(suite, &keys).seal(&plain).unwrap();
        let body = sealed.len() - (plain.len() + 4 * 16);
        let chunk = CHUNK + 16;
        for (cut, kept) in [
            (sealed.len() - 1, 3 * CHUNK),
            (body + 3 * chunk, 3 * CHUNK),
            (body + 3 * chunk - 1, 2 * CHUNK),
            (body + chunk + 16, CHUNK),
            (body + chunk, CHUNK),
            (body + 1, 0),
            (body, 0),
        ] {
            let opened = opener(&keys[0]).open(&sealed[..cut]).unwrap();
            assert!(!opened.whole, "{suite:?}, {cut}");
            assert_eq!(*opened.plain, plain[..kept], "{suite:?}, {cut}");
        }
        for cut in [0, 1, 20] {
            let refused = opener(&keys[0]).open(&sealed[..cut]).map(drop);
            assert_eq!(refused, Err(OpenRefusal::Header), "{suite:?}, {cut}");
        }
    }
}

#[test]
fn a_changed_part_keeps_what_came_before_and_what_is_added_is_no_part_of_it() {
    for suite in SUITES {
        let keys = pair(suite);
        let plain = bytes(2 * CHUNK + 100);
        let sealed = sealer(suite, &keys).seal(&plain).unwrap();
        let body = sealed.len() - (plain.len() + 3 * 16);
        let mut changed = sealed.clone();
        changed[body + CHUNK + 16 + 5] ^= 1;
        let opened = opener(&keys[1]).open(&changed).unwrap();
        assert!(!opened.whole);
        assert_eq!(*opened.plain, plain[..CHUNK]);
        let longer = [sealed.as_slice(), &[0; 40]].concat();
        let opened = opener(&keys[1]).open(&longer).unwrap();
        assert!(!opened.whole);
        assert!(plain.starts_with(&opened.plain));
        // Chunks in another order.
        let mut swapped = sealed.clone();
        let (left, right) = swapped[body..].split_at_mut(CHUNK + 16);
        left.swap_with_slice(&mut right[..CHUNK + 16]);
        let opened = opener(&keys[1]).open(&swapped).unwrap();
        assert!(!opened.whole && opened.plain.is_empty());
    }
}

#[test]
fn a_changed_header_opens_nothing() {
    let keys = pair(SealingSuite::Aes256Gcm);
    let sealed = sealer(SealingSuite::Aes256Gcm, &keys).seal(b"word").unwrap();
    let text = String::from_utf8_lossy(&sealed).into_owned();
    let nonce = text.find("nonce\":\"").unwrap() + 8;
    let mut changed = sealed;
    changed[nonce] = if changed[nonce] == b'A' { b'B' } else { b'A' };
    let opened = opener(&keys[0]).open(&changed).unwrap();
    assert!(!opened.whole && opened.plain.is_empty());
}

#[test]
fn debians_age_opens_a_part() {
    let keys = pair(SealingSuite::Age);
    let plain = bytes(2 * CHUNK + 7);
    let sealed = sealer(SealingSuite::Age, &keys).seal(&plain).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("part.age"), &sealed).unwrap();
    for key in &keys {
        fs::write(folder.path().join("key"), key.secret.as_bytes()).unwrap();
        let age = Command::new("age")
            .args(["-d", "-i", "key", "part.age"])
            .current_dir(folder.path())
            .output()
            .expect("`age` is installed (scripts/need.sh age)");
        assert!(age.status.success(), "{}", String::from_utf8_lossy(&age.stderr));
        assert_eq!(age.stdout, plain);
    }
}

#[test]
fn what_debians_age_sealed_opens_here() {
    let [one, _] = pair(SealingSuite::Age);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plain"), b"from outside").unwrap();
    let age = Command::new("age")
        .args(["-r", &one.public, "-o", "sealed", "plain"])
        .current_dir(folder.path())
        .status()
        .expect("`age` is installed (scripts/need.sh age)");
    assert!(age.success());
    let sealed = fs::read(folder.path().join("sealed")).unwrap();
    assert_eq!(*opener(&one).open(&sealed).unwrap().plain, b"from outside");
}

#[test]
fn a_recordings_own_key_opens_its_parts_once_a_recipient_opened_it() {
    for suite in SUITES {
        let keys = pair(suite);
        let own = sealer(suite, &keys).own_key().unwrap();
        let sealed = Sealer::to_own(suite, &own.public).unwrap().seal(b"word").unwrap();
        let alone = opener(&keys[1]).open(&sealed).map(drop);
        assert_eq!(alone, Err(OpenRefusal::OtherKey));
        let with = opener(&keys[1]).with_own_key(&own.sealed).unwrap();
        assert_eq!(*with.open(&sealed).unwrap().plain, b"word");
        let [stranger, _] = pair(suite);
        let refused = opener(&stranger).with_own_key(&own.sealed).map(drop);
        assert_eq!(refused, Err(OpenRefusal::OtherKey));
    }
}

#[test]
fn key_files_are_read_as_age_keygen_writes_them_and_their_text_is_in_no_error() {
    let [age, _] = pair(SealingSuite::Age);
    let [gcm, _] = pair(SealingSuite::Aes256Gcm);
    let file = format!("# created: now\n\n{}\r\n{}\n", age.secret.as_str(), gcm.secret.as_str());
    assert!(Opener::new([file.as_str()]).is_ok());
    let refused = |text: &str| Opener::new(["# none", text]).unwrap_err();
    assert_eq!(refused(""), IdentityRefusal::Empty);
    assert_eq!(refused("#\nsecret words"), IdentityRefusal::NotAKey { file: 2, line: 2 });
    assert_eq!(refused(&age.public), IdentityRefusal::Public { file: 2, line: 1 });
    assert_eq!(refused(&gcm.public), IdentityRefusal::Public { file: 2, line: 1 });
    let cut = &age.secret[..30];
    assert!(!refused(cut).to_string().contains(cut));
}

proptest! {
    #[test]
    fn no_bytes_break_the_opener(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let opener = any_opener();
        let _any = opener.open(&bytes);
        let header = [b"age-encryption.org/v1\n".as_slice(), &bytes].concat();
        let _any = opener.open(&header);
        let json = [br#"{"bedside":"sealed","v":1,"#.as_slice(), &bytes].concat();
        let _any = opener.open(&json);
    }

    #[test]
    fn no_change_of_a_part_breaks_the_opener_or_gives_other_plaintext(
        gcm in any::<bool>(),
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let suite = if gcm { SealingSuite::Aes256Gcm } else { SealingSuite::Age };
        let keys = pair(suite);
        let plain = bytes(300);
        let mut sealed = sealer(suite, &keys).seal(&plain).unwrap();
        let at = at.index(sealed.len());
        sealed[at] = to;
        sealed.truncate(cut.index(sealed.len()) + 1);
        if let Ok(opened) = opener(&keys[0]).open(&sealed) {
            prop_assert!(plain.starts_with(&opened.plain));
        }
    }
}

fn any_opener() -> Opener {
    let [age, _] = pair(SealingSuite::Age);
    let [gcm, _] = pair(SealingSuite::Aes256Gcm);
    Opener::new([age.secret.as_str(), gcm.secret.as_str()]).unwrap()
}
