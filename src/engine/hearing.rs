//! What an answer says, by the letter that it answers: the same words mean a consent in one place
//! and are a courtesy in another.
//!
//! Ani answers the nudge with `SELESAI 1`. The copy in her Sent folder points to our Message-ID,
//! so its text is fetched; `engine/acting` finds the letter, that it went to Ani, and item 1 of
//! *that* letter. A correction is stored for its messages, the conversation is settled again, the
//! obligation is closed as done. Nobody but Ani can put a message into that folder, and the same
//! answer is heard once.
//! Had she said `BUKAN 1`, it would also be a lesson: `daemon/lessons` reads that text once more,
//! `engine/learning` keeps numbers of it, and `rules/learning` trusts such mail less until `BATAL`.
//!
//! Next station: `engine/acting`, which does what was said.

use jiff::Zoned;

use crate::mail::command::{self, Command, Misread};
use crate::mail::consent;
use crate::model::letter::{Kind, Letter};

/// What was said, by the letter that it answers: a yes is one only where something was asked.
pub(crate) fn understood(
    letter: Option<&Letter>,
    words: &str,
    local: &Zoned,
) -> Option<Result<Command, Misread>> {
    match letter {
        Some(asks) if asks.draft.kind == Kind::Question => {
            consent::read(words).or_else(|| command::read(words, local))
        }
        // Consent is polite, and all that is asked for.
        Some(told) if told.draft.kind == Kind::Leaving => {
            let agreed = |read: &Result<_, _>| matches!(read, Ok(Command::Agree(_)));
            command::read(words, local).or_else(|| consent::read(words).filter(agreed))
        }
        Some(_) => command::read(words, local),
        None => command::note(words, local),
    }
}

/// It says what is noted already: who agrees changes nothing.
pub(crate) fn is_leaving(letter: Option<&Letter>) -> bool {
    letter.is_some_and(|letter| letter.draft.kind == Kind::Leaving)
}

/// Whether absences may be others after it.
pub(crate) fn is_about_absences(said: &Command) -> bool {
    match said {
        Command::Away(_) | Command::Back | Command::Undo => true,
        Command::Cancel | Command::Cover(_) => true,
        Command::Agree(_) | Command::Refuse(_) => true,
        Command::Done(_) | Command::Snooze(..) | Command::Not(_) | Command::Pause(_) => false,
        Command::Stop | Command::List | Command::Help => false,
        Command::Accept | Command::Decline | Command::NotUrgent | Command::Report => false,
    }
}
