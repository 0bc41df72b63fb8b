//! What a dead daemon left behind, seen on a copy: the database is whole, no letter has vanished,
//! and which answers are lost.

use std::collections::{BTreeMap, BTreeSet};

use crate::site::{Site, open_copy};

#[derive(Default)]
pub struct Observed {
    /// Message-IDs whose final dot was or may have been written, and whose answer was not read.
    pub lost_answers: BTreeSet<String>,
    /// So many were killed in the dialogue, before the final dot.
    pub in_dialogue: usize,
    states: BTreeMap<String, String>,
}

impl Observed {
    pub fn look(&mut self, site: &Site) {
        let Some(c) = open_copy(&site.database(), &site.scratch()) else {
            assert!(self.states.is_empty(), "the database is gone");
            return;
        };
        let whole: String = c.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok", "the database after a kill");
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'letter'";
        if c.query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap() == 0 {
            assert!(self.states.is_empty(), "the letters are gone");
            return;
        }
        let mut statement = c.prepare("SELECT message_id, state FROM letter").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let now: BTreeMap<String, String> = rows.map(Result::unwrap).collect();
        for (id, before) in &self.states {
            let after = now.get(id);
            assert!(after.is_some(), "letter {id} has vanished; it was {before}");
            let kept = before != "sent" || after.is_some_and(|state| state == "sent");
            assert!(kept, "letter {id} was sent and is {after:?}");
        }
        for (id, state) in &now {
            match state.as_str() {
                "committing" => {
                    self.lost_answers.insert(id.clone());
                }
                "sending" => self.in_dialogue += 1,
                _ => {}
            }
        }
        self.states = now;
    }
}
