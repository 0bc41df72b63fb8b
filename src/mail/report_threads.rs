//! The single requests of a weekly report in words: whose they are, with whom they lie, since when.
//!
//! It shows what it is given (`rules/privacy`); the figures beside them are in `mail/reports`.

use jiff::SignedDuration;
use minijinja::{Value, context};

use crate::mail::plain::clean;
use crate::mail::reports::{NAME, Telling};
use crate::mail::views::subject;
use crate::model::threads::{Origin, Threads, With};

/// So many people are named for one request.
const NAMED: usize = 3;

impl Telling<'_> {
    pub(in crate::mail) fn threads(self, threads: &Threads) -> Value {
        let waiting = threads.waiting.iter();
        let waiting = waiting.map(|one| {
            self.row((&one.subject, &one.from, one.wait), one.late, self.with(&one.with))
        });
        let asked_most = threads.asked_most.iter().map(|(from, count)| {
            context! { from => self.origin(from), count => *count }
        });
        let awaited = threads.awaited.iter();
        let awaited =
            awaited.map(|one| self.row((&one.subject, &one.from, one.wait), false, String::new()));
        context! {
            waiting => waiting.collect::<Vec<Value>>(),
            asked_most => asked_most.collect::<Vec<Value>>(),
            awaited => awaited.collect::<Vec<Value>>(),
        }
    }

    /// A line of either list; with nobody, where it is with whoever was asked.
    fn row(
        self,
        (about, from, wait): (&str, &Origin, SignedDuration),
        late: bool,
        with: String,
    ) -> Value {
        let waited = self.waited(wait);
        context! {
            subject => subject(about, self.to),
            from => self.origin(from),
            wide => format!("{waited:<14}"),
            waited => waited,
            late => late,
            with => with,
        }
    }

    fn origin(self, origin: &Origin) -> String {
        match origin {
            Origin::Team(team) => format!("{} (internal)", clean(team, NAME)),
            Origin::House => self.said("Rekan (internal)", "Colleagues (internal)").to_owned(),
            Origin::Named(name) => clean(name, NAME),
        }
    }

    /// With whom it lies: by name where that is told, else what they are to whoever was asked.
    fn with(self, with: &[With]) -> String {
        if with.len() > 1 && with.iter().all(|one| one.name.is_none()) {
            return self.said("Beberapa rekan", "Several colleagues").to_owned();
        }
        let more = with.len().saturating_sub(NAMED);
        let shown = with.iter().take(NAMED).map(|one| match (&one.name, one.stands_in) {
            (_, false) if self.is_own() => self.said("Anda", "You").to_owned(),
            (Some(name), _) => clean(name, NAME),
            (None, true) => self.said("Pengganti", "The delegate").to_owned(),
            (None, false) => self.said("Rekan tim", "A colleague").to_owned(),
        });
        let shown = shown.collect::<Vec<String>>().join(", ");
        if more > 0 { format!("{shown} +{more}") } else { shown }
    }
}
