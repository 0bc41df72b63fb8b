//! How much leaves: the lower of the file's mode and a person's; changing it recalls what does not
//! fit any more, and nothing that is already on its way.

use sigap::model::letter::{Kind, State};
use sigap::model::policy::Mode;

use super::day::{Day, Post, charter};

fn kinds(day: &Day) -> Vec<(Kind, State)> {
    let kept = |kind: Kind| kind != Kind::Welcome;
    let all = day.letters().into_iter().filter(|one| kept(one.draft.kind));
    all.map(|one| (one.draft.kind, one.state)).collect()
}

#[test]
fn observe_writes_one_preview_a_day_and_welcomes_nobody() {
    let mut day = Day::with(charter(Mode::Observe));
    assert!(day.letters().is_empty());
    for (number, from) in ["budi", "eka", "robert", "dina"].iter().enumerate() {
        day.asks(from, "ani", &format!("m{number}"));
    }
    day.until("Mon 16:59");
    assert_eq!(day.post(), ["preview to ani@example.com"]);
}

#[test]
fn the_lower_mode_counts_whoever_set_it() {
    for (file, person, leaves) in [
        (Mode::Observe, Mode::Full, "preview to ani@example.com"),
        (Mode::Full, Mode::Observe, "preview to ani@example.com"),
        (Mode::Nudge, Mode::Full, "nudge to ani@example.com"),
    ] {
        let mut day = Day::with(charter(file));
        day.sets_mode(person);
        day.asks("budi", "ani", "b1");
        day.until("Mon 15:30");
        assert_eq!(day.post(), [leaves], "{file:?} and {person:?}");
    }
}

#[test]
fn lowering_the_mode_recalls_the_queued_reminder_and_raising_it_writes_it_again() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 14:00");
    day.holds();
    day.until("Mon 15:30");
    assert_eq!(kinds(&day), [(Kind::Nudge, State::Queued)]);
    day.sets_mode(Mode::Observe);
    day.until("Mon 15:35");
    assert_eq!(day.letters().last().unwrap().draft.kind, Kind::Preview);
    assert_eq!(kinds(&day)[0], (Kind::Nudge, State::Recalled));
    let why = &day.letters().into_iter().find(|one| one.state == State::Recalled).unwrap().answer;
    assert_eq!(why, "The mode is observe now.");
    day.sets_mode(Mode::Nudge);
    day.releases();
    day.until("Mon 15:40");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn a_letter_that_is_being_sent_is_not_recalled_by_a_lower_mode() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.post = Post::Sleeps;
    day.until("Mon 15:10");
    assert_eq!(day.fate("ani"), State::Sending);
    day.sets_mode(Mode::Observe);
    day.until("Mon 15:20");
    assert_eq!(kinds(&day)[0], (Kind::Nudge, State::Sending));
}

#[test]
fn a_deferred_reminder_is_recalled_by_a_lower_mode() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.post = Post::Defers;
    day.until("Mon 15:06");
    assert_eq!(day.fate("ani"), State::Queued);
    day.sets_mode(Mode::Observe);
    day.post = Post::Accepts;
    day.until("Mon 15:30");
    assert!(!day.post().contains(&"nudge to ani@example.com".to_owned()));
}

#[test]
fn full_does_all_that_nudge_does() {
    let mut day = Day::with(charter(Mode::Full));
    day.asks("budi", "ani", "b1");
    day.until("Tue 13:30");
    assert_eq!(day.post(), ["nudge to ani@example.com", "nudge to ani@example.com"]);
}
