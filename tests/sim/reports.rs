//! Reports in the simulated world: one letter for each reader and week, in the mornings and hours of
//! those who are there, never of a team that is too small, and of one person only to them.

use mail_parser::MessageParser;
use sigap::engine::readers::Told;
use sigap::model::letter::Letter;

use crate::charter::address;
use crate::outside::OUTSIDE;
use crate::world::{Failure, World};

/// So many people a team must have.
const PEOPLE: usize = 5;

impl World {
    /// May this report leave now?
    pub fn check_report(&mut self, letter: &Letter, bytes: &[u8]) -> Result<(), Failure> {
        let wrong = |why: &str| Err(format!("report {} {why}", letter.id));
        let told: Told = serde_json::from_str(&letter.draft.about).unwrap();
        let parsed = MessageParser::new().parse(bytes).unwrap();
        let text = parsed.body_text(0).unwrap();
        let says = |words: [&str; 2]| words.iter().any(|words| text.contains(words));
        let reader = self.owners.iter().position(|owner| owner.is(&letter.draft.to));
        let of_team = says(["WEEKLY RESPONSIVENESS REPORT", "LAPORAN KESIGAPAN MINGGUAN"]);
        if self.owners.len() < PEOPLE && of_team {
            return wrong("is about fewer than five people");
        }
        let own = says(["YOUR OWN WEEK", "PEKAN ANDA SENDIRI"]);
        if own != reader.is_some_and(|reader| self.owners[reader].own_report) {
            return wrong("has an own part of somebody else, or lacks that of its reader");
        }
        let key = format!("{} {}", letter.draft.to, told.week);
        let id = self.oracle.reports.entry(key).or_insert_with(|| letter.message_id.clone());
        if *id != letter.message_id {
            return wrong("is a second one of its week");
        }
        if reader.is_none() && letter.draft.to != address(OUTSIDE) {
            return wrong("goes to nobody who reads one");
        }
        let Some(calendar) = reader.map(|reader| self.calendar(reader)) else { return Ok(()) };
        // A repeat may be later.
        if letter.attempts > 1 {
            return Ok(());
        }
        let local = self.wall().to_zoned(calendar.zone().clone());
        let (today, last) = (local.date(), told.week.saturating_add(jiff::Span::new().days(13)));
        if today > last || today < told.week.saturating_add(jiff::Span::new().days(7)) {
            return wrong("does not leave in the week after");
        }
        let soon = calendar
            .next_opening(self.wall())
            .is_some_and(|at| calendar.local_date(at) == today && local.hour() >= 7);
        if calendar.is_away(self.wall()) || !(calendar.is_open(self.wall()) || soon) {
            return wrong("leaves when its reader does not work");
        }
        Ok(())
    }
}
