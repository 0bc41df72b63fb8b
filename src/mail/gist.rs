//! The words of a text as a few numbers, by which texts are compared: what was corrected, and what
//! arrives later. Next stations: `model/lesson`, `rules/learning`.

use crate::mail::linear::Hash;
use crate::model::lesson::Gist;

/// Read no more than this.
const LONGEST_TEXT: usize = 32 * 1024;
/// Shorter words stand in every text.
const SHORTEST_WORD: usize = 4;
/// Keeps these hashes apart from those of the models.
const KIND: u8 = b'g';

/// The words of four letters and more in the sender's own lines, without numbers: dates and
/// amounts differ from one mail to the next of the same kind.
pub fn gist(own: &str) -> Gist {
    let text = own.get(..own.floor_char_boundary(LONGEST_TEXT)).unwrap_or(own);
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    Gist::of(words.filter_map(hash))
}

fn hash(word: &str) -> Option<u64> {
    let (mut hash, mut length) = (Hash::of(KIND), 0_usize);
    for letter in word.chars() {
        if letter.is_numeric() {
            return None;
        }
        for letter in letter.to_lowercase() {
            hash = hash.letter(letter);
        }
        length += 1;
    }
    (length >= SHORTEST_WORD).then(|| hash.get())
}
