//! Somebody outside, who stands in for everybody and answers into Sigap's own mailbox; and those
//! who would like to speak for them. Whatever was done in their name, they have said themselves.

use sigap::engine::intake;
use sigap::model::letter::{Audience, Letter};
use sigap::model::message::{Fetched, Role};
use sigap::model::policy::Mode;

use crate::people::date;
use crate::world::{Failure, HOUR, MINUTE, World};

/// An id of the same shape that nobody made.
fn another(message_id: &str) -> String {
    let mut id = message_id.to_owned();
    let other = if id[6..7] == *"a" { "b" } else { "a" };
    id.replace_range(6..7, other);
    id
}

/// Who stands in from outside.
pub const OUTSIDE: &str = "wakil@outside.test";

impl World {
    /// The place of Sigap's own folder, behind those of the owners.
    pub fn own_folder(&self) -> usize {
        self.owners.len() * 2
    }

    /// They answer one of our letters, in time or late; others try to do so in their name.
    pub fn answer_from_outside(&mut self, message_id: &str) {
        if self.calm {
            return;
        }
        if self.rng.chance(400) {
            self.forge(message_id);
        }
        let words = match self.rng.below(10) {
            0..4 => "ACCEPT",
            4..5 => "TOLAK",
            5..6 => "NOT URGENT",
            6..8 => "SELESAI",
            8..9 => "What is this?",
            _ => return,
        };
        self.tell(format!("somebody outside answers {message_id}: {words}"));
        let key = self.mail_from_outside(OUTSIDE, message_id, "", words);
        if words == "What is this?" {
            return;
        }
        self.oracle.spoken.insert(message_id.to_owned());
        self.oracle.spoken_in.insert(key);
        if words == "SELESAI" {
            // It counts if they still have it when it is read.
            let items = self.oracle.letter(message_id).map(|known| known.items.clone());
            let keys: Vec<String> =
                items.into_iter().flatten().flat_map(|(_, keys)| keys).collect();
            for thread in &mut self.threads {
                thread.unsure |= thread.keys.iter().any(|key| keys.contains(key));
            }
        }
    }

    /// Each lacks one thing.
    fn forge(&mut self, message_id: &str) {
        let words = self.rng.one_of(&["ACCEPT", "TOLAK", "SELESAI", "NOT URGENT"]);
        let (from, parent, fields) = match self.rng.below(4) {
            0 => ("mallory@outside.test", message_id.to_owned(), ""),
            1 => (OUTSIDE, another(message_id), ""),
            2 => (OUTSIDE, message_id.to_owned(), "Auto-Submitted: auto-replied\r\n"),
            _ => ("ani@example.com", message_id.to_owned(), ""),
        };
        self.tell(format!("{from} says {words} to {parent} in the name of somebody outside"));
        self.mail_from_outside(from, &parent, fields, words);
    }

    pub fn mail_from_outside(
        &mut self,
        from: &str,
        parent: &str,
        fields: &str,
        words: &str,
    ) -> String {
        let key = format!("outside-{}@outside.test", self.serial_of_story());
        let bytes = format!(
            "Return-Path: <{from}>\r\n{fields}From: {from}\r\nTo: sigap@example.com\r\n\
             Subject: Re: x\r\nMessage-ID: <{key}>\r\nIn-Reply-To: <{parent}>\r\nDate: {}\r\n\r\n\
             {words}\r\n",
            date(self.now)
        );
        let late = if self.rng.chance(150) { self.rng.within(0, 3 * HOUR) } else { 0 };
        let lands_at = self.now + self.rng.within(1, MINUTE) + late;
        let folder = self.own_folder();
        self.copy(folder, &key, bytes.as_bytes(), lands_at, lands_at);
        key
    }

    /// Header first; the text where it may be an answer, as the daemon does.
    pub fn read_own(&self, mut fetched: Fetched, whole: &[u8]) -> intake::Read {
        let read = intake::read(&fetched, Role::Answers);
        if !intake::may_command(&read) {
            return read;
        }
        fetched.whole = Some(whole.to_vec());
        intake::read(&fetched, Role::Answers)
    }

    /// What they have said is on record, and nothing that they have not.
    pub fn check_outside(&mut self) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let listed = |sql: &str| -> Vec<String> {
            let mut statement = c.prepare_cached(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(0)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let heard = listed(
            "SELECT l.message_id FROM handover h JOIN letter l ON l.id = h.letter_id WHERE \
             h.delegate = 'wakil@outside.test' AND (h.accepted_at IS NOT NULL OR h.heard_in IS NOT \
             NULL OR h.ended_how IN ('declined', 'not_urgent'))",
        );
        let owners = listed(
            "SELECT delegate FROM handover WHERE heard_in = 'inbox' AND \
             delegate <> 'wakil@outside.test'",
        );
        if let Some(odd) = owners.first() {
            return Err(format!("{odd} is an owner, and was heard in Sigap's own mailbox"));
        }
        let done = listed("SELECT DISTINCT via FROM correction WHERE delegate IS NOT NULL");
        if let Some(odd) = heard.iter().find(|id| !self.oracle.spoken.contains(*id)) {
            return Err(format!("{odd} was answered by somebody who was not asked"));
        }
        if let Some(odd) = done.iter().find(|key| !self.oracle.spoken_in.contains(*key)) {
            return Err(format!("{odd} was done by somebody who does not hold it"));
        }
        self.totals.outside = self.totals.outside.max(heard.len() as u64);
        Ok(())
    }

    /// May this letter about a mistake leave?
    pub fn check_mistake(&self, letter: &Letter, mode: Mode) -> Result<(), Failure> {
        if letter.draft.audience != Audience::Delegate {
            return Ok(());
        }
        let wrong = |why: &str| Err(format!("letter {} {why}", letter.id));
        if mode != Mode::Full {
            return wrong("left to somebody outside in a mode that forbids it");
        }
        if letter.draft.to.as_str() != OUTSIDE {
            return wrong("tells somebody who was not asked");
        }
        Ok(())
    }
}
