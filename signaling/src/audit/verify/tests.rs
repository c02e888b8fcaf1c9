//! Whatever is done to a row of a chain is found, and the row is named.

use super::{FINDINGS_MAX, Finding, Report, Verifier, Wrong};
use crate::audit::chain::{Head, Row};
use crate::audit::checkpoint::{Claim, Forged};
use crate::audit::entry::Entry;
use crate::audit::keys::Keys;
use crate::store::Actor;
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

const TENANT: &str = "clinic";

fn keys() -> Keys {
    Keys::new(&[1; 32], &[2; 32])
}

/// A chain of so many rows that say different things.
fn chain(keys: &Keys, rows: u64) -> Vec<Row> {
    let mut head = Head::EMPTY;
    (0..rows)
        .map(|number| {
            let actor = Actor::Key(Uuid::from_u128(u128::from(number % 3)));
            let mut entry = Entry::new(keys, TENANT, &actor, "read");
            entry.visit = Some(Uuid::from_u128(u128::from(number)));
            let at_ms = i64::try_from(number).unwrap();
            let row = keys.chain.next(TENANT, head, at_ms, entry);
            head = row.head();
            row
        })
        .collect()
}

fn end(rows: &[Row]) -> Head {
    rows.last().map_or(Head::EMPTY, Row::head)
}

fn line(keys: &Keys, head: Head) -> String {
    let at = Timestamp::UNIX_EPOCH;
    keys.signer.sign(&Claim { tenant: TENANT.to_owned(), head, at })
}

fn verified(rows: &[Row], head: Option<Head>, checkpoints: &[(u64, String)]) -> Report {
    let keys = keys();
    let mut verifier = Verifier::new(&keys, TENANT);
    for (seq, line) in checkpoints {
        verifier.handle_checkpoint(*seq, line);
    }
    for row in rows {
        verifier.handle_row(row);
    }
    verifier.finish(head)
}

fn found(rows: &[Row], head: Head) -> Vec<Finding> {
    verified(rows, Some(head), &[]).findings
}

#[test]
fn a_chain_as_it_was_written_is_clean() {
    for rows in [0, 1, 2, 50] {
        let keys = keys();
        let chain = chain(&keys, rows);
        let signed: Vec<_> =
            chain.iter().step_by(7).map(|row| (row.seq, line(&keys, row.head()))).collect();
        let report = verified(&chain, Some(end(&chain)), &signed);
        assert!(report.clean(), "{report:?}");
        assert_eq!(report.rows, rows);
        assert_eq!(report.checkpoints, u64::try_from(signed.len()).unwrap());
    }
}

#[test]
fn a_chain_of_another_tenant_or_key_is_wrong_from_its_first_row() {
    let others = Keys::new(&[3; 32], &[2; 32]);
    let chain = chain(&others, 3);
    let first = Finding { seq: 1, wrong: Wrong::Edited };
    assert_eq!(found(&chain, end(&chain)).first(), Some(&first));
    let keys = keys();
    let mut verifier = Verifier::new(&keys, "pharmacy");
    verifier.handle_row(&self::chain(&keys, 1)[0]);
    assert_eq!(verifier.report.findings, [first]);
}

#[test]
fn a_cut_end_is_found_by_the_head_or_by_a_checkpoint_kept_elsewhere() {
    let keys = keys();
    let whole = chain(&keys, 9);
    let cut = &whole[..6];
    let finding = Finding { seq: 7, wrong: Wrong::Cut { last: 9 } };
    assert_eq!(found(cut, end(&whole)), [finding]);
    // Whoever cut it has put the head back as well.
    assert_eq!(found(cut, end(cut)), []);
    let kept = [(9, line(&keys, end(&whole)))];
    assert_eq!(verified(cut, Some(end(cut)), &kept).findings, [finding]);
    assert_eq!(verified(&[], None, &kept).findings, [Finding { seq: 1, ..finding }]);
}

#[test]
fn a_log_put_back_from_a_backup_and_gone_on_with_is_not_as_signed() {
    let keys = keys();
    let before = chain(&keys, 9);
    let mut after = before[..5].to_vec();
    for row in &before[6..] {
        after.push(keys.chain.next(TENANT, end(&after), row.at_ms, row.entry.clone()));
    }
    assert_eq!(found(&after, end(&after)), [], "it is a chain");
    let kept = [(8, line(&keys, before[7].head()))];
    let report = verified(&after, Some(end(&after)), &kept);
    assert_eq!(report.findings, [Finding { seq: 8, wrong: Wrong::NotAsSigned }]);
    // Rows of both, one behind the other.
    let mut mixed = after[..6].to_vec();
    mixed.extend_from_slice(&before[6..]);
    assert_eq!(found(&mixed, end(&mixed)), [Finding { seq: 7, wrong: Wrong::Unlinked }]);
}

#[test]
fn a_head_that_lies_is_found() {
    let keys = keys();
    let rows = chain(&keys, 4);
    let finding = |seq, wrong| vec![Finding { seq, wrong }];
    let wrong = Head { hash: [9; 32], ..end(&rows) };
    assert_eq!(found(&rows, wrong), finding(4, Wrong::HeadDiffers));
    assert_eq!(verified(&rows, None, &[]).findings, finding(4, Wrong::HeadGone));
    assert_eq!(found(&rows, rows[2].head()), finding(4, Wrong::BeyondHead));
}

#[test]
fn a_forged_checkpoint_is_found() {
    let keys = keys();
    let rows = chain(&keys, 4);
    let good = line(&keys, rows[1].head());
    let stranger = line(&Keys::new(&[5; 32], &[2; 32]), rows[1].head());
    let (signed, _) = good.rsplit_once('.').unwrap();
    let next = line(&keys, rows[2].head());
    let (_, other) = next.rsplit_once('.').unwrap();
    for (seq, line, forged) in [
        (2, stranger, Forged::OtherKey),
        (2, format!("{signed}.{other}"), Forged::Signature),
        (2, "nothing".to_owned(), Forged::Unreadable),
        (3, good, Forged::Unreadable),
    ] {
        let report = verified(&rows, Some(end(&rows)), &[(seq, line)]);
        assert_eq!(report.findings, [Finding { seq, wrong: Wrong::Checkpoint(forged) }]);
        assert_eq!(report.checkpoints, 0);
    }
}

#[test]
fn a_log_wrong_all_through_is_told_in_a_bounded_report() {
    let others = Keys::new(&[3; 32], &[2; 32]);
    let rows = u64::try_from(FINDINGS_MAX).unwrap() + 20;
    let report = verified(&chain(&others, rows), None, &[]);
    assert_eq!(report.findings.len(), FINDINGS_MAX);
    assert_eq!(report.more, 21, "the rest of the rows, and the head");
}

proptest! {
    #[test]
    fn an_edited_row_is_named(rows in 1_u64..40, at: Index, what in 0..11) {
        let keys = keys();
        let mut chain = chain(&keys, rows);
        let head = end(&chain);
        let last = chain.len() - 1;
        let place = at.index(chain.len());
        let row = &mut chain[place];
        let seq = row.seq;
        match what {
            0 => row.at_ms += 1,
            1 => row.entry.verb = "list".into(),
            2 => row.entry.actor_kind = "person".into(),
            3 => row.entry.actor = None,
            4 => row.entry.subject = row.entry.actor,
            5 => row.entry.visit = Some(Uuid::nil()).filter(|_| seq > 1),
            6 => row.entry.outcome = "not_found".into(),
            7 => row.entry.detail = "quality".into(),
            8 => row.prev[3] ^= 1,
            9 => row.hash[31] ^= 128,
            // The whole row made again, by somebody without the key.
            _ => {
                let strange = Keys::new(&[9; 32], &[9; 32]);
                row.hash = strange.chain.hash(TENANT, seq, row);
            }
        }
        let mut findings = found(&chain, head);
        if place == last && what >= 9 {
            prop_assert_eq!(findings.pop(), Some(Finding { seq, wrong: Wrong::HeadDiffers }));
        }
        prop_assert_eq!(findings, vec![Finding { seq, wrong: Wrong::Edited }]);
    }

    #[test]
    fn removed_rows_are_named(rows in 2_u64..40, at: Index, many in 1_usize..5) {
        let mut chain = chain(&keys(), rows);
        let head = end(&chain);
        let from = at.index(chain.len());
        let until = chain.len().min(from + many);
        let (first, last) = (chain[from].seq, chain[until - 1].seq);
        let at_the_end = until == chain.len();
        chain.drain(from..until);
        let wrong = if at_the_end { Wrong::Cut { last } } else { Wrong::Removed { last } };
        prop_assert_eq!(found(&chain, head), vec![Finding { seq: first, wrong }]);
    }

    #[test]
    fn rows_that_changed_places_are_named(rows in 2_u64..40, one: Index, other: Index) {
        let mut chain = chain(&keys(), rows);
        let head = end(&chain);
        let (one, other) = (one.index(chain.len()), other.index(chain.len()));
        prop_assume!(one != other);
        let (one, other) = (one.min(other), one.max(other));
        let (first, second) = (chain[one].seq, chain[other].seq);
        chain.swap(one, other);
        (chain[one].seq, chain[other].seq) = (first, second);
        let mut expected = vec![
            Finding { seq: first, wrong: Wrong::Moved { truly: second } },
            Finding { seq: second, wrong: Wrong::Moved { truly: first } },
        ];
        if second == head.seq {
            expected.push(Finding { seq: second, wrong: Wrong::HeadDiffers });
        }
        prop_assert_eq!(found(&chain, head), expected);
    }

    /// Whoever takes rows out and closes the gap has moved every row behind it.
    #[test]
    fn a_gap_that_was_closed_is_named(rows in 3_u64..40, at: Index) {
        let mut chain = chain(&keys(), rows);
        let head = end(&chain);
        let place = at.index(chain.len() - 1);
        chain.remove(place);
        for row in &mut chain[place..] {
            row.seq -= 1;
        }
        let seq = u64::try_from(place).unwrap() + 1;
        let first = Finding { seq, wrong: Wrong::Moved { truly: seq + 1 } };
        let findings = found(&chain, head);
        prop_assert_eq!(findings.first(), Some(&first));
    }

    #[test]
    fn any_checkpoint_holds_what_is_under_it(rows in 1_u64..30, at: Index, cut: Index) {
        let keys = keys();
        let chain = chain(&keys, rows);
        let signed = chain[at.index(chain.len())].head();
        let kept = &chain[..cut.index(chain.len() + 1)];
        let report = verified(kept, Some(end(kept)), &[(signed.seq, line(&keys, signed))]);
        let missing = end(kept).seq < signed.seq;
        prop_assert_eq!(!report.clean(), missing, "{:?}", report);
    }
}
