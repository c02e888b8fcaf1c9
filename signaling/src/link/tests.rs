//! A link opens its own door and no other, and no text breaks the parser.

use super::{Claimed, KEY_BYTES, Links};
use proptest::prelude::*;
use uuid::Uuid;

const KEY: [u8; KEY_BYTES] = [7; KEY_BYTES];

fn links() -> Links {
    Links::new(&KEY, "https://visits.example.org")
}

fn behind_the_hash(link: &str) -> &str {
    link.split_once('#').expect("a link has a fragment").1
}

#[test]
fn the_secret_is_in_the_fragment_and_is_the_same_each_time() {
    let person = Uuid::from_u128(1);
    let link = links().link(person, 1);
    let address = "https://visits.example.org/j#00000000000000000000000000000001.";
    assert!(link.starts_with(address), "{link}");
    assert_eq!(link, links().link(person, 1));
}

#[test]
fn a_link_opens_its_own_door_only() {
    let person = Uuid::from_u128(1);
    let link = links().link(person, 3);
    let claimed = Claimed::parse(behind_the_hash(&link)).unwrap();
    assert!(links().verify(&claimed, 3));
    assert!(!links().verify(&claimed, 4), "a voided generation");
    let other = Claimed { participant: Uuid::from_u128(2), ..claimed };
    assert!(!links().verify(&other, 3), "another person");
    let foreign = Links::new(&[8; KEY_BYTES], "https://visits.example.org");
    assert!(!foreign.verify(&claimed, 3), "another installation");
}

#[test]
fn the_secret_does_not_print() {
    let link = links().link(Uuid::from_u128(1), 1);
    let secret = link.rsplit_once('.').unwrap().1;
    let claimed = Claimed::parse(behind_the_hash(&link)).unwrap();
    assert!(!format!("{claimed:?}").contains(secret));
    assert!(!format!("{:?}", links()).contains("070707"));
}

proptest! {
    #[test]
    fn any_text_is_a_link_or_is_not(text in any::<String>()) {
        let _ = Claimed::parse(&text);
    }

    #[test]
    fn any_near_link_is_not_ours(
        id in "[0-9a-fA-F-]{0,40}", dot in "[.]{0,2}", secret in "[A-Za-z0-9_=-]{0,50}",
    ) {
        if let Some(claimed) = Claimed::parse(&format!("{id}{dot}{secret}")) {
            prop_assert!(!links().verify(&claimed, 1));
        }
    }

    #[test]
    fn every_link_made_is_read_back(id in any::<u128>(), generation in any::<u64>()) {
        let link = links().link(Uuid::from_u128(id), generation);
        let claimed = Claimed::parse(behind_the_hash(&link));
        prop_assert!(claimed.is_some_and(|claimed| links().verify(&claimed, generation)));
    }

    #[test]
    fn one_changed_character_closes_the_door(at in 0_usize..76, to in "[A-Za-z0-9_-]") {
        let link = links().link(Uuid::from_u128(5), 1);
        let mut text = behind_the_hash(&link).to_owned();
        prop_assume!(text.get(at..=at).is_some_and(|from| !from.eq_ignore_ascii_case(&to)));
        text.replace_range(at..=at, &to);
        let opens = Claimed::parse(&text).is_some_and(|claimed| links().verify(&claimed, 1));
        prop_assert!(!opens);
    }
}
