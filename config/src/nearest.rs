//! Finds the name somebody probably meant.
//!
//! In: a name that is not known, and the names that are. Out: the nearest, if it is near.
//! Never: suggests something that shares nothing with what was written.

/// Most edits a suggestion may be away: one in three letters, and at least two, which is what
/// swapped neighbours (`prot`) cost. More would suggest names nobody meant.
const LETTERS_PER_EDIT: usize = 3;
const EDITS_MIN: usize = 2;

/// The known name nearest to `name`, if near enough to be what was meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = (length / LETTERS_PER_EDIT).max(EDITS_MIN);
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(edits, _)| *edits <= allowed && *edits < length)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, delete or replace to get from one to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.to_lowercase().chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, above) in to.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(a != *b)).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
