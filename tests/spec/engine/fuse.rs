//! The fuse blows at its limit, stays blown over restarts, tells the admin once, and only a person
//! makes it whole again (law 8).

use sigap::model::letter::Kind;
use sigap::model::policy::Mode;
use sigap::store::facts;

use super::day::{Day, charter, hours, minutes, owner};

fn with_limit(limit: u32) -> Day {
    let mut charter = charter(Mode::Nudge);
    charter.policy.fuse.instance_per_hour = limit;
    let mut day = Day::with(charter);
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:10");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
    day
}

/// Each word that is not understood is answered by a letter.
fn misspeaks(day: &mut Day, times: u32) {
    let nudge = day.letters().into_iter().rfind(|one| one.draft.kind == Kind::Nudge).unwrap();
    for _ in 0..times {
        day.says_to("ani", &nudge.message_id, "ABRACADABRA 1");
    }
}

fn held(day: &Day) -> Option<String> {
    facts::instance(day.c()).unwrap().held
}

#[test]
fn the_fuse_blows_at_its_limit_and_not_before() {
    let mut day = with_limit(4);
    misspeaks(&mut day, 3);
    assert_eq!(day.post().len(), 3);
    assert_eq!(held(&day), None);
    misspeaks(&mut day, 1);
    let why = held(&day).unwrap();
    assert!(why.starts_with("fuse: 4 letters were tried within an hour"), "{why}");
    day.until("Mon 15:11");
    assert_eq!(day.post(), ["alarm to admin@example.com"]);
}

#[test]
fn a_blown_fuse_outlasts_restarts_hours_and_more_letters_with_one_alarm() {
    let mut day = with_limit(3);
    misspeaks(&mut day, 8);
    for _ in 0..5 {
        day.restarts();
        day.passes(hours(3));
        misspeaks(&mut day, 1);
    }
    assert!(held(&day).unwrap().starts_with("fuse"));
    let post = day.post();
    let alarms = post.iter().filter(|line| line.starts_with("alarm")).count();
    assert_eq!((alarms, post.len()), (1, 3), "{post:?}");
    assert!(day.has_journal("the fuse has blown"));
}

#[test]
fn a_person_makes_it_whole_and_what_is_still_wanted_leaves() {
    let mut day = with_limit(3);
    misspeaks(&mut day, 4);
    day.until("Mon 16:30");
    day.post();
    day.releases();
    day.until("Mon 16:31");
    let post = day.post();
    assert_eq!(post, ["mistake to ani@example.com", "mistake to ani@example.com"]);
    assert_eq!(held(&day), None);
}

#[test]
fn who_lets_it_go_on_too_early_is_not_told_again() {
    let mut day = with_limit(3);
    misspeaks(&mut day, 4);
    day.until("Mon 15:12");
    let alarms =
        |day: &Day| day.letters().iter().filter(|one| one.draft.kind == Kind::Alarm).count();
    for minute in ["Mon 15:14", "Mon 15:16"] {
        day.releases();
        assert_eq!(held(&day), None);
        day.until(minute);
        assert!(held(&day).unwrap().starts_with("fuse"), "the same hour, the same letters");
        assert_eq!(alarms(&day), 1);
    }
}

#[test]
fn one_address_has_a_limit_of_its_own() {
    let mut charter = charter(Mode::Nudge);
    charter.policy.fuse.address_per_day = 5;
    let mut day = Day::with(charter);
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:10");
    misspeaks(&mut day, 9);
    day.until("Mon 15:30");
    let why = held(&day).unwrap();
    assert!(why.contains("letters went to ani@example.com within a day"), "{why}");
    let to_ani = day.posted.iter().filter(|one| one.to == "ani@example.com").count();
    // The welcome of the morning was the first.
    assert_eq!(to_ani, 4);
}

/// A thousand promises end in the same minute, of 340 people.
#[test]
fn a_thousand_obligations_that_fall_due_together_blow_the_fuse_once_and_for_all() {
    const OWNERS: usize = 340;
    let mut charter = charter(Mode::Nudge);
    let name = |number: usize| format!("o{number}");
    let all = (0..OWNERS).map(|it| owner(&name(it), &format!("{}@example.com", name(it))));
    charter.owners = all.collect();
    // The welcomes of the morning are not what this is about.
    charter.policy.fuse.instance_per_hour = 10_000;
    let mut day = Day::with(charter);
    day.until("Mon 09:30");
    for round in 0..3 {
        for number in 0..OWNERS {
            let id = format!("b{round}-{number}");
            day.asks(&format!("budi{round}"), &name(number), &id);
        }
    }
    day.charter.policy.fuse.instance_per_hour = 200;
    day.restarts();
    day.until("Mon 15:29");
    assert_eq!(day.post(), [""; 0], "nothing is due yet");
    day.until("Mon 15:59");
    let left = day.post();
    let nudges = left.iter().filter(|line| line.starts_with("nudge")).count();
    let why = held(&day).unwrap();
    assert!(why.starts_with("fuse: 200 letters were tried within an hour"), "{why}");
    assert!(nudges <= 200 && left.len() <= nudges + 1, "{nudges} of {}", left.len());
    assert!(nudges > 190, "{nudges}");
    let alarms = left.len() - nudges;
    for _ in 0..5 {
        day.restarts();
        day.passes(minutes(47));
        assert_eq!(day.post(), [""; 0], "it is latched");
        assert_eq!(held(&day).unwrap(), why);
    }
    println!("{} obligations due at once: {nudges} letters, {alarms} alarm, then none", 3 * OWNERS);
}
