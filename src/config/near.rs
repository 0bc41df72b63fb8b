//! The nearest known word to a mistyped one: for key names and time zones.
//!
//! It only suggests; nothing is ever corrected silently. Used by `config/reader` and
//! `config/calendars`.

/// Words longer than this are not compared: nobody mistypes one letter in so many.
const LONGEST: usize = 64;

/// The known word that was probably meant; `None` if nothing is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let allowed = (word.len() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(steps, _)| *steps <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, delete, replace or swap with their neighbour.
fn distance(word: &[char], other: &str) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=word.len()).collect();
    let mut previous = None;
    for (row, theirs) in other.chars().enumerate() {
        let mut next = vec![row + 1];
        for (column, ours) in word.iter().enumerate() {
            let at = |line: &[usize], no: usize| line.get(no).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(*ours != theirs))
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            let neighbour = column.checked_sub(1).and_then(|left| word.get(left).copied());
            if column > 0 && neighbour == Some(theirs) && previous == Some(*ours) {
                best = best.min(at(&before, column - 1) + 1);
            }
            next.push(best);
        }
        previous = Some(theirs);
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(0)
}
