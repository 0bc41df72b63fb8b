//! An owner is absent: their own clock rests, nobody reminds them, and whoever waits is listed.

use sigap::model::away::Plan;
use sigap::model::ids::AwayId;
use sigap::store::db::{Access, Db};
use sigap::store::{away, mailboxes};

use super::day::{Day, at};

/// As `sigap away add` does, beside the daemon.
pub fn is_away(day: &Day, from: &str, until: &str) -> AwayId {
    goes(day, "ani", from, until)
}

pub fn goes(day: &Day, who: &str, from: &str, until: &str) -> AwayId {
    let mut db = Db::open(&day.database(), Access::Command, day.now).unwrap();
    let step = db.transaction().unwrap();
    let owner = day.id_of(who);
    let id = away::add(&step, owner, &Plan::bare((at(from), at(until))), day.now).unwrap();
    mailboxes::wake(&step, owner, Some(day.now)).unwrap();
    step.commit().unwrap();
    id
}

pub fn is_back(day: &Day, id: AwayId) {
    let mut db = Db::open(&day.database(), Access::Command, day.now).unwrap();
    let step = db.transaction().unwrap();
    away::cancel(&step, id, day.now).unwrap();
    mailboxes::wake(&step, day.id_of("ani"), Some(day.now)).unwrap();
    step.commit().unwrap();
}

/// Budi has asked on Monday at 10:00; a reminder is due six working hours later.
fn asked() -> Day {
    let mut day = Day::opens();
    day.until("Mon 10:00");
    day.asks("budi", "ani", "b1");
    day.until("Mon 11:00");
    day
}

#[test]
fn nobody_is_reminded_while_away_and_the_clock_goes_on_afterwards() {
    for restarts in [false, true] {
        let mut day = asked();
        is_away(&day, "Mon 13:00", "Thu 00:00");
        if restarts {
            day.restarts();
        }
        day.until("Wed 23:00");
        assert_eq!(day.post(), ["alarm to admin@example.com", "leaving to ani@example.com"]);
        assert_eq!(day.owes("ani").len(), 1, "who waits is listed all the same");
        assert_eq!(day.why("b1"), "Step 1, a reminder, comes on Thu 26 Nov 2026 at 12:00.");
        // Three hours of Monday, three of Thursday; but it was in the letter of that day.
        day.until("Thu 23:00");
        assert_eq!(day.post(), ["digest to ani@example.com"], "restarts: {restarts}");
        day.until("Fri 09:05");
        assert_eq!(day.post(), ["nudge to ani@example.com"], "restarts: {restarts}");
    }
}

#[test]
fn an_absence_that_is_taken_back_never_was_and_one_that_is_ended_ends() {
    let mut day = asked();
    let id = is_away(&day, "Mon 13:00", "Thu 00:00");
    day.until("Mon 12:00");
    is_back(&day, id);
    day.post();
    day.until("Mon 16:05");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);

    let mut day = asked();
    let id = is_away(&day, "Mon 13:00", "Thu 00:00");
    day.until("Tue 10:00");
    is_back(&day, id);
    day.post();
    day.until("Tue 17:00");
    assert_eq!(day.post(), ["digest to ani@example.com"]);
    day.until("Wed 09:05");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn a_reminder_that_waits_for_the_morning_waits_for_the_return() {
    let mut day = asked();
    // It was due at 16:00 and held.
    day.holds();
    day.until("Mon 17:30");
    is_away(&day, "Mon 18:00", "Wed 00:00");
    day.releases();
    day.until("Tue 20:00");
    assert_eq!(day.post(), Vec::<String>::new());
    day.until("Wed 17:00");
    assert_eq!(day.post(), ["digest to ani@example.com"]);
    day.until("Thu 09:05");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}
