//! The letters around an absence through whole turns: what they say, what may be answered, and that
//! each comes once.

use sigap::model::letter::Kind;
use sigap::model::policy::Mode;
use sigap::store::away;

use super::away::{goes, is_away, is_back};
use super::day::{Day, Post, at, charter, hours, minutes};
use crate::office::address;

const LEAVING: &str = "leaving to ani@example.com";
const DIGEST: &str = "digest to ani@example.com";
const NUDGE: &str = "nudge to ani@example.com";
const ALARM: &str = "alarm to admin@example.com";

/// Budi has asked on Monday at 09:05; Citra would stand in.
fn asked() -> Day {
    let mut office = charter(Mode::Full);
    office.owners[0].delegates = vec![address("citra@example.com")];
    let mut day = Day::with(office);
    day.asks("budi", "ani", "b1");
    day.until("Mon 10:00");
    day
}

/// The same, told by the letter on Monday at 13:00 that Ani is away from Tuesday until Thursday.
fn told() -> Day {
    let mut day = asked();
    is_away(&day, "Tue 00:00", "Fri 00:00");
    day.until("Mon 13:05");
    assert_eq!(day.post(), [LEAVING]);
    day
}

/// The last letter to somebody, in one line.
fn text_to(day: &Day, to: &str) -> String {
    let parcel = day.tried.iter().rfind(|one| one.to.as_str() == to).unwrap();
    let text = sigap::mail::parse::text(&parcel.bytes).unwrap().text;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn stands(day: &Day) -> String {
    let all = away::of_owner(day.c(), day.id_of("ani")).unwrap();
    let words = all.iter().filter_map(|one| {
        let (from, until) = one.span()?;
        let by = one.delegate.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        Some(format!("{}{by}", until.duration_since(from).as_hours()))
    });
    words.collect::<Vec<_>>().join(", ")
}

#[test]
fn before_leaving_it_says_what_is_open_and_who_is_there() {
    let day = told();
    let text = text_to(&day, "ani@example.com");
    for words in [
        "You are marked away from Tuesday 24 November 2026 until Thursday 26 November 2026. One \
         email is still waiting for your reply:",
        "[1] Request b1 –",
        "- Citra stands in;",
        "- urgent email is passed on to whoever stands in;",
        "senders receive an automatic reply",
        "I am out of the office until Thursday 26 November 2026",
        "citra@example.com",
        "CANCEL",
        "COVER NAME",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("obody"), "{text}");
}

#[test]
fn where_nobody_stands_in_the_owner_and_the_admin_are_told_once() {
    let mut day = asked();
    goes(&day, "citra", "Wed 00:00", "Thu 00:00");
    is_away(&day, "Tue 00:00", "Fri 00:00");
    day.until("Mon 13:05");
    assert_eq!(day.post(), [ALARM, LEAVING]);
    let told = text_to(&day, "ani@example.com");
    for words in [
        "- Citra is away too on Wednesday 25 November 2026;",
        "- Citra stands in on Tuesday 24 November 2026;",
        "- nobody stands in on Wednesday 25 November 2026;",
        "- Citra stands in on Thursday 26 November 2026;",
        "On some days nobody is there",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let alarm = text_to(&day, "admin@example.com");
    assert!(
        alarm.contains("Ani will be away, and nobody who could stand in is there on Wednesday 25"),
        "{alarm}"
    );
    day.restarts();
    day.until("Mon 16:00");
    assert!(!day.post().contains(&ALARM.to_owned()));
}

#[test]
fn in_other_modes_it_offers_what_is_so_there() {
    for (mode, wanted) in [(Mode::Observe, 0), (Mode::Nudge, 1)] {
        let mut day = Day::with(charter(mode));
        is_away(&day, "Tue 00:00", "Fri 00:00");
        day.until("Mon 13:05");
        let posted: Vec<_> = day.posted.iter().filter(|one| one.to == "ani@example.com").collect();
        assert_eq!(posted.len(), wanted, "{mode:?}");
        for one in posted {
            assert!(!one.text().contains("automatic reply"), "nobody is answered automatically");
        }
        day.post();
        day.until("Fri 10:00");
        let posted = day.post();
        assert_eq!(posted.iter().filter(|line| *line == DIGEST).count(), wanted, "{posted:?}");
    }
}

#[test]
fn its_answers_are_heard_and_can_be_taken_back() {
    for (ok, cancel, cover) in
        [("OK", "CANCEL", "COVER citra"), ("Setuju", "batalkan", "pengganti citra@example.com")]
    {
        let mut day = told();
        let letter = day.last_letter_to("ani").message_id;
        day.says_to("ani", &letter, ok);
        assert_eq!((stands(&day).as_str(), day.post().len()), ("72", 0), "{ok}");
        day.says_to("ani", &letter, cover);
        assert_eq!((stands(&day).as_str(), day.post().len()), ("72 by citra@example.com", 0));
        day.passes(minutes(1));
        day.says_to("ani", &letter, "UNDO");
        assert_eq!(stands(&day), "72");
        day.says_to("ani", &letter, cancel);
        assert_eq!((stands(&day).as_str(), day.post().len()), ("", 0), "{cancel}");
        day.passes(minutes(1));
        day.says_to("ani", &letter, "UNDO");
        assert_eq!(stands(&day), "72");
        day.says_to("ani", &letter, "DONE 1");
        assert_eq!(day.owes("ani"), Vec::<String>::new());
        // Once it is over there is nothing to take back.
        day.until("Fri 08:00");
        day.says_to("ani", &letter, cancel);
        assert_eq!(stands(&day), "72");
        assert_eq!(day.post(), Vec::<String>::new());
        day.says_to("ani", &letter, cover);
        assert_eq!(day.post(), ["mistake to ani@example.com"]);
    }
}

#[test]
fn elsewhere_they_mean_nothing() {
    let mut day = asked();
    is_away(&day, "Wed 00:00", "Fri 00:00");
    day.until("Mon 15:30");
    assert_eq!(day.post(), [NUDGE]);
    for word in ["CANCEL", "COVER citra"] {
        day.says("ani", word);
        assert_eq!(day.post(), ["mistake to ani@example.com"], "{word}");
    }
    let letter = day.letters().into_iter().rfind(|one| one.draft.kind == Kind::Nudge).unwrap();
    day.says_to("ani", &letter.message_id, "OK");
    assert_eq!((stands(&day).as_str(), day.post().len()), ("48", 0));
    let mut day = told();
    for word in ["COVER", "COVER sari", "CHANGE"] {
        let letter = day.letters().into_iter().rfind(|one| one.draft.kind == Kind::Leaving);
        day.says_to("ani", &letter.unwrap().message_id, word);
        assert_eq!(day.post(), ["mistake to ani@example.com"], "{word}");
    }
    assert_eq!(stands(&day), "72");
}

#[test]
fn the_digest_says_what_happened_and_what_to_do_first() {
    let mut day = told();
    day.until("Tue 10:00");
    assert_eq!(day.post(), [NUDGE]);
    let fields = "Return-Path: <eka@example.org>\n";
    day.writes("eka", "ani", "e1", "Request e1", fields, "Could you send me the figures?");
    day.until("Fri 09:05");
    assert_eq!(day.post(), ["auto_reply to eka@example.org", DIGEST]);
    let text = text_to(&day, "ani@example.com");
    for words in [
        "You were away from Tuesday 24 November 2026 until Thursday 26 November 2026.",
        "- one sender received an automatic reply;",
        "- 2 emails are waiting for your reply now.",
        "You will not be reminded of them before today 10:00 WIB. The promised times stay",
        "[1] Request b1 –",
        "[2] Request e1 –",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(day.why("e1").contains("a reminder, comes on"), "{}", day.why("e1"));
    // Its numbers are answered as those of a reminder.
    let letter = day.last_letter_to("ani").message_id;
    day.says_to("ani", &letter, "DONE 2");
    assert_eq!(day.owes("ani"), ["b1"]);
    day.until("Fri 17:00");
    assert_eq!(day.post(), Vec::<String>::new(), "it was the letter of the day");
}

#[test]
fn the_digest_comes_once() {
    let mut day = told();
    day.until("Thu 23:00");
    assert_eq!(day.post(), [NUDGE]);
    day.is_copied();
    day.until("Fri 09:05");
    assert_eq!(day.post(), [DIGEST]);
    day.restarts();
    day.passes(hours(1));
    assert_eq!(day.post(), Vec::<String>::new());
    // Where an older database is put back, nobody knows whether it was written.
    day.is_restored();
    day.passes(minutes(5));
    day.releases_a_restored_one();
    day.passes(hours(2));
    assert!(!day.post().contains(&DIGEST.to_owned()));

    // The process dies, and the letter is proven absent or there.
    use super::day::{Arrives, At};
    for (moment, arrives) in [(At::Dialogue, Arrives::No), (At::Dot, Arrives::Yes)] {
        let mut day = told();
        day.until("Thu 23:00");
        day.posted.clear();
        day.post = Post::Dies(moment, arrives);
        day.until("Fri 09:05");
        day.post = Post::Accepts;
        day.restarts();
        day.passes(hours(2));
        let copies = day.posted.iter().filter(|one| one.to == "ani@example.com").count();
        assert_eq!(copies, 1, "{moment:?} {arrives:?}");
    }
}

#[test]
fn back_before_its_time_it_comes_at_once() {
    let mut day = told();
    day.until("Wed 11:00");
    assert_eq!(day.post(), [NUDGE]);
    day.says("ani", "BACK");
    day.passes(minutes(1));
    assert_eq!(day.post(), [DIGEST]);
    let mut day = asked();
    let id = is_away(&day, "Tue 00:00", "Fri 00:00");
    day.until("Wed 20:00");
    is_back(&day, id);
    day.until("Thu 08:59");
    assert!(!day.post().contains(&DIGEST.to_owned()));
    day.until("Thu 09:01");
    assert_eq!(day.post(), [DIGEST]);
    assert_eq!(day.now, at("Thu 09:01"));
}
