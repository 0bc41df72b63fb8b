//! Whose mail is watched: addresses, hours, language, delegates, team.
//!
//! How the mailbox is reached (server, password, path) is not here: that is `config/settings`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::address::Address;
use crate::model::calendar::Calendar;
use crate::model::contact::Card;
use crate::model::handover::Topic;
use crate::model::ids::OwnerId;
use crate::model::verdict::Language;

/// A person or shared mailbox whose mail is watched.
#[derive(Clone, Debug)]
pub struct Owner {
    /// Row in the store, found by the first address.
    pub id: OwnerId,
    /// Full name.
    pub name: String,
    /// All own addresses; the first one receives the nudges. Never empty.
    pub addresses: Vec<Address>,
    /// How the owner is greeted, e.g. `Pak Andi`; empty: chosen by language.
    pub greeting: String,
    /// How the owner is addressed in Indonesian (`Bapak`, `Ibu`, `Anda`, `Bapak/Ibu`).
    pub you: String,
    /// Language of letters to the owner.
    pub language: Language,
    /// Zone, hours, holidays.
    pub calendar: Arc<Calendar>,
    /// Team name.
    pub team: Option<String>,
    /// Who stands in, in order.
    pub delegates: Vec<Address>,
    /// Who stands in before them in some matters.
    pub topics: Vec<Topic>,
    /// Whether a quoted line of the mail may stand in letters to the owner.
    pub snippets: bool,
    /// Whether they have their own report every week.
    pub own_report: bool,
    /// How the owner is presented to others.
    pub card: Card,
    /// Whether mail is answered automatically while the owner is away.
    pub answers: bool,
}

impl Owner {
    /// Whether an address is one of the owner's, plus-tags ignored.
    pub fn is(&self, address: &Address) -> bool {
        let bare = address.untagged();
        self.addresses.iter().any(|own| *own == *address || own.untagged() == bare)
    }

    /// Where letters to the owner go.
    pub fn main_address(&self) -> Option<&Address> {
        self.addresses.first()
    }

    /// Who stands in for the owner, in order: whoever was named for an absence, then as always;
    /// never the owner.
    pub fn stand_ins<'a>(
        &'a self,
        named: Option<&'a Address>,
    ) -> impl Iterator<Item = &'a Address> {
        named.into_iter().chain(&self.delegates).filter(|one| !self.is(one))
    }

    /// Lower-cased words of the name that a greeting could use.
    pub fn first_names(&self) -> BTreeSet<String> {
        let letters = |w: &str| w.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        let plain = self.name.split(',').next().unwrap_or("");
        plain
            .split_whitespace()
            .map(|word| letters(word).to_lowercase())
            .filter(|word| word.chars().count() >= 3)
            .collect()
    }
}
