//! The answer to a letter that asks: `OK`, `SETUJU 1,3`, `Tidak, terima kasih`.
//!
//! Elsewhere such words are only polite; so they are read only where a question was asked
//! (`engine/acting`), and whatever says neither yes nor no is read as any other command.

use crate::mail::command::{Command, Misread, Mistake, numbered, said, told_again};
use crate::mail::vocabulary::one_of;

const YES: &str = "ok oke okay okey ya yes yup benar betul setuju agree agreed confirm confirmed";
const NO: &str = "no nope tidak nggak enggak bukan not batal tolak cancel";

/// Reads a yes or a no; `None`: it begins with neither.
pub fn read(own_words: &str) -> Option<Result<Command, Misread>> {
    let (line, words) = said(own_words)?;
    let (first, rest) = words.split_first()?;
    let yes = one_of(YES, first);
    if !yes && !one_of(NO, first) {
        return None;
    }
    Some(consent(yes, rest).map_err(|why| Misread { said: told_again(&line), why }))
}

fn consent(yes: bool, rest: &[String]) -> Result<Command, Mistake> {
    // `Tidak setuju` is a no; `OK 1, no 2` is more than one answer.
    let rest = match rest.split_first() {
        Some((word, behind)) if !yes && one_of(YES, word) => behind,
        _ => rest,
    };
    let other = |word: &String| one_of(if yes { NO } else { YES }, word);
    if rest.iter().any(other) {
        return Err(Mistake::Extra);
    }
    let numbers = numbered(rest)?;
    Ok(if yes { Command::Agree(numbers) } else { Command::Refuse(numbers) })
}
