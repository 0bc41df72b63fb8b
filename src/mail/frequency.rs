//! The answer to a report: how often its reader wants one. `MONTHLY`, `STOP`, `Tolong mingguan`.
//!
//! Elsewhere these words mean other things, so they are read only there (`engine/wishing`).
//! Whatever else is said is read as any other command, and most of those are for other letters.

use jiff::Zoned;

use crate::mail::command::{self, Command, Misread, Mistake, Numbers, numbered, said, told_again};
use crate::mail::vocabulary::{POLITE, one_of};
use crate::model::team::Frequency;

const WEEKLY: &str = "weekly mingguan pekanan";
const MONTHLY: &str = "monthly bulanan";
const NEVER: &str = "never berhenti";

/// What a reader wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A report so often.
    Often(Frequency),
    /// As it was before they said something last.
    Undo,
    /// To know what can be said.
    Help,
}

/// Reads the first line that says something; `None`: nothing is asked.
pub fn read(own_words: &str, now: &Zoned) -> Option<Result<Wish, Misread>> {
    let (line, words) = said(own_words)?;
    let first = words.iter().position(|word| !one_of(POLITE, word)).unwrap_or(0);
    let (word, rest) = words.get(first..)?.split_first()?;
    let names =
        [(WEEKLY, Frequency::Weekly), (MONTHLY, Frequency::Monthly), (NEVER, Frequency::Never)];
    if let Some((_, often)) = names.into_iter().find(|(name, _)| one_of(name, word)) {
        // Numbers mean nothing here.
        let alone = numbered(rest).is_ok_and(|numbers| numbers == Numbers::Unsaid);
        let extra = || Misread { said: told_again(&line), why: Mistake::Extra };
        return Some(if alone { Ok(Wish::Often(often)) } else { Err(extra()) });
    }
    let wish = match command::read(own_words, now)? {
        Ok(Command::Stop) => Wish::Often(Frequency::Never),
        Ok(Command::Back) => Wish::Often(Frequency::Weekly),
        Ok(Command::Undo) => Wish::Undo,
        Ok(Command::Help) => Wish::Help,
        // A yes is a courtesy here.
        Ok(Command::Agree(_)) => return None,
        Ok(_) => return Some(Err(Misread { said: told_again(&line), why: Mistake::NotHere })),
        Err(misread) => return Some(Err(misread)),
    };
    Some(Ok(wish))
}
