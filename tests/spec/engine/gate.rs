//! A letter leaves only with fresh knowledge, in hours, released, in time and to whom it may go; a
//! letter that stays says why.

use jiff::SignedDuration;
use sigap::engine::telling::outbox;
use sigap::engine::turn::Input;
use sigap::model::letter::State;
use sigap::model::message::Role;
use sigap::model::policy::Mode;

use super::day::{Day, charter, hours, minutes};

/// What the outbox says of the last letter to Ani.
fn answer(day: &Day) -> String {
    let told = outbox(day.c(), day.engine().office(), 50, day.now).unwrap();
    let to_ani = |letter: &&sigap::engine::telling::LetterTold| letter.to.as_str().contains("ani");
    told.letters.iter().find(to_ani).unwrap().answer.clone()
}

#[test]
fn a_reminder_leaves_in_hours_once_both_folders_were_read() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:04");
    assert!(day.post().is_empty());
    day.until("Mon 15:10");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
    assert_eq!(day.fate("ani"), State::Sent);
    assert!(day.why("b1").starts_with("Step 2, a reminder, comes on"), "{}", day.why("b1"));
}

#[test]
fn nothing_leaves_while_a_folder_cannot_be_read_again() {
    for role in [Role::Inbox, Role::Sent] {
        let mut day = Day::opens();
        day.asks("budi", "ani", "b1");
        day.until("Mon 15:00");
        day.goes_deaf("ani", role);
        day.until("Mon 16:30");
        assert!(day.tried.is_empty(), "{role:?}");
        assert_eq!(day.fate("ani"), State::Queued);
        assert!(answer(&day).contains("read"), "{:?}", answer(&day));
        day.hears_again("ani", role);
        assert_eq!(day.post(), ["nudge to ani@example.com"]);
    }
}

#[test]
fn a_reading_of_a_minute_ago_is_fresh_and_of_more_is_not() {
    for (age, fresh) in [(60, true), (61, false)] {
        let mut day = Day::opens();
        day.asks("budi", "ani", "b1");
        day.until("Mon 15:00");
        day.reads_everything();
        let due = day.now + minutes(5);
        day.passes(minutes(5) - SignedDuration::from_secs(age));
        day.reads_everything();
        day.goes_deaf("ani", Role::Sent);
        day.goes_deaf("ani", Role::Inbox);
        day.passes(due.duration_since(day.now));
        assert_eq!(day.tried.len(), usize::from(fresh), "{age} s");
    }
}

#[test]
fn a_reading_counts_from_its_beginning() {
    for (took, fresh) in [(60, true), (61, false)] {
        let mut day = Day::opens();
        day.asks("budi", "ani", "b1");
        day.until("Mon 15:00");
        let second = SignedDuration::from_secs(1);
        day.passes(minutes(5) - second * took);
        day.goes_deaf("ani", Role::Sent);
        day.goes_deaf("ani", Role::Inbox);
        // Two readings that begin now and end a second before the letter is due.
        let batches = [Role::Inbox, Role::Sent].map(|role| day.batch(day.place("ani", role)));
        day.passes(second * (took - 1));
        for batch in batches {
            day.turns(Input::Arrived(vec![batch]));
        }
        day.passes(second);
        assert_eq!(day.tried.len(), usize::from(fresh), "{took} s");
    }
}

#[test]
fn an_answer_that_is_found_by_the_last_reading_recalls_the_letter() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:00");
    day.goes_deaf("ani", Role::Sent);
    day.answers("ani", "budi", "b1");
    day.until("Mon 15:30");
    day.hears_again("ani", Role::Sent);
    assert!(day.tried.is_empty());
    assert_eq!(day.fate("ani"), State::Recalled);
    assert!(answer(&day).contains("closed"), "{}", answer(&day));
}

#[test]
fn a_letter_held_up_until_the_evening_waits_for_the_morning() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:00");
    day.goes_deaf("ani", Role::Sent);
    day.until("Mon 17:01");
    day.hears_again("ani", Role::Sent);
    day.until("Tue 08:59");
    assert!(day.tried.is_empty());
    assert_eq!(answer(&day), "the owner's hours are over");
    day.until("Tue 09:01");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn nothing_is_due_outside_hours_and_why_says_so() {
    let mut day = Day::opens();
    day.until("Mon 12:00");
    day.asks("budi", "ani", "b1");
    day.until("Tue 08:00");
    assert!(day.post().is_empty());
    assert!(day.why("b1").contains("comes on Tue 24 Nov 2026 at 10:00"), "{}", day.why("b1"));
}

#[test]
fn in_observe_mode_a_preview_is_all_that_leaves() {
    let mut day = Day::with(charter(Mode::Observe));
    day.asks("budi", "ani", "b1");
    day.until("Wed 16:00");
    assert_eq!(day.post(), ["preview to ani@example.com", "preview to ani@example.com"]);
    assert!(day.why("b1").contains("preview") || day.why("b1").contains("Step"));
}

#[test]
fn what_is_held_stays_until_a_person_releases() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 14:00");
    day.holds();
    day.until("Mon 16:00");
    assert!(day.tried.is_empty());
    let told = outbox(day.c(), day.engine().office(), 50, day.now).unwrap();
    assert_eq!(told.held.as_deref(), Some("a person: holidays"));
    day.restarts();
    day.until("Mon 16:10");
    assert!(day.tried.is_empty());
    day.releases();
    day.until("Mon 16:11");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn a_letter_that_waited_a_day_expires_and_is_written_anew() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 14:00");
    day.holds();
    day.until("Tue 16:00");
    day.releases();
    day.until("Tue 16:05");
    let expired: Vec<_> =
        day.letters().into_iter().filter(|letter| letter.state == State::Expired).collect();
    assert_eq!(expired.len(), 1);
    assert!(day.tried.iter().all(|parcel| parcel.id != expired[0].id));
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn a_letter_to_an_address_that_is_nobodys_never_leaves() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 14:00");
    day.holds();
    day.until("Mon 16:00");
    day.c()
        .execute("UPDATE letter SET to_address = 'mallory@example.net' WHERE state = 'queued'", [])
        .unwrap();
    day.releases();
    day.until("Mon 16:05");
    assert!(day.tried.iter().all(|parcel| parcel.to.as_str() != "mallory@example.net"));
    let letters = day.letters();
    let strange = letters.iter().find(|one| one.draft.to.as_str() == "mallory@example.net");
    assert_eq!(strange.unwrap().state, State::Recalled);
    assert!(strange.unwrap().answer.contains("not an address"), "{:?}", strange.unwrap().answer);
}

#[test]
fn many_letters_that_wait_for_a_reading_hold_nobody_up() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:00");
    // Sixty answers to LIST for an owner whose folders cannot be read stand before the reminder.
    day.asks("eka", "citra", "e1");
    for number in 0..60 {
        day.queues_a_list_for("citra", number);
    }
    day.goes_deaf("citra", Role::Sent);
    day.passes(minutes(2));
    day.reads_everything();
    day.turns(Input::Tick);
    day.until("Mon 15:10");
    let first = day.posted.iter().find(|one| one.to == "ani@example.com").unwrap();
    let late = first.at.duration_since(super::day::at("Mon 15:05"));
    assert!(late <= SignedDuration::from_secs(5), "{late:#} late");
}

#[test]
fn the_alarm_about_the_fuse_passes_fifty_letters_that_are_held() {
    let mut day = Day::opens();
    day.asks("eka", "citra", "e1");
    for number in 0..60 {
        day.queues_a_list_for("citra", number);
    }
    day.c().execute("UPDATE letter SET state = 'queued' WHERE state = 'sending'", []).unwrap();
    day.blows_the_fuse();
    day.passes(hours(1));
    assert_eq!(day.post(), ["alarm to admin@example.com"]);
}
