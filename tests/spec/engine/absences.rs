//! An owner says that they are away, or back, by mail: in an answer to a letter of ours, or in a
//! mail to themselves. Only their own Sent folder is believed.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use sigap::model::away::Plan;
use sigap::model::contact::Contact;
use sigap::model::letter::Kind;
use sigap::model::message::Role;
use sigap::model::policy::Mode;
use sigap::store::db::{Access, Db};
use sigap::store::{away, obligations};

use super::away::goes;
use super::day::{Day, at, charter, hours, minutes};
use crate::office::address;

/// Budi has asked on Monday at 09:05, and Ani was reminded at 15:00. Rina is no owner.
fn reminded() -> Day {
    let mut office = charter(Mode::Full);
    office.contacts = BTreeMap::from([(
        address("rina@example.net"),
        Contact { name: "Rina Citra".to_owned(), ..Contact::default() },
    )]);
    let mut day = Day::with(office);
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:30");
    assert_eq!(post(&mut day), ["nudge to ani@example.com"]);
    day
}

/// Ani's absences as they stand, in words.
fn absences(day: &Day) -> String {
    let zone = TimeZone::get("Asia/Jakarta").unwrap();
    let told = |at| zone.to_datetime(at).strftime("%a %d %H:%M").to_string();
    let all = away::of_owner(day.c(), day.id_of("ani")).unwrap();
    let words = all.iter().filter_map(|one| {
        let (from, until) = one.span()?;
        let by = one.delegate.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        Some(format!("{} {} - {}{by}", one.reason.word(), told(from), told(until)))
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What has left, but for the letters around the absence itself.
fn post(day: &mut Day) -> Vec<String> {
    let mut post = day.post();
    post.retain(|line| !["leaving", "alarm", "digest"].iter().any(|kind| line.starts_with(kind)));
    post
}

fn mistakes(day: &Day) -> usize {
    day.letters().into_iter().filter(|one| one.draft.kind == Kind::Mistake).count()
}

/// A mail of Ani to herself, dated as the story says.
fn note(day: &mut Day, subject: &str) -> String {
    let no = day.next();
    let date = day.now.strftime("%a, %d %b %Y %H:%M:%S +0000");
    format!(
        "From: Ani <ani@example.com>\nTo: ani@example.com\nSubject: {subject}\nDate: {date}\n\
         Message-ID: <note-{no}@example.com>\n\n\n"
    )
}

fn notes(day: &mut Day, subject: &str) {
    let raw = note(day, subject);
    day.sent_holds("ani", &raw);
}

const WEEK: &str = "Tue 24 00:00 - Fri 27 00:00";

#[test]
fn in_an_answer_both_languages_are_understood() {
    for (words, wanted) in [
        ("AWAY 24-26 nov", format!("unsaid {WEEK}")),
        ("DINAS 24-26 nov", format!("travel {WEEK}")),
        ("Cuti 24 nov s/d 26 nov", format!("leave {WEEK}")),
        ("AWAY 24/11-26/11 citra@example.com", format!("unsaid {WEEK} by citra@example.com")),
        ("CUTI besok - kamis rina", format!("leave {WEEK} by rina@example.net")),
        ("AWAY until thursday", "unsaid Mon 23 00:00 - Fri 27 00:00".to_owned()),
        ("AWAY today", "unsaid Mon 23 00:00 - Tue 24 00:00".to_owned()),
    ] {
        let mut day = reminded();
        day.says("ani", words);
        assert_eq!((absences(&day), mistakes(&day)), (wanted, 0), "{words:?}");
        assert_eq!(post(&mut day), Vec::<String>::new(), "nothing is sent: {words:?}");
    }
}

#[test]
fn nobody_is_reminded_meanwhile_and_whoever_writes_is_answered() {
    for restarts in [false, true] {
        let mut day = reminded();
        day.says("ani", "CUTI 24-26 nov");
        if restarts {
            day.restarts();
        }
        day.until("Tue 10:00");
        let fields = "Return-Path: <eka@example.org>\n";
        day.writes("eka", "ani", "e1", "Request e1", fields, "Could you send me the figures?");
        day.until("Thu 23:00");
        assert_eq!(post(&mut day), ["auto_reply to eka@example.org"], "restarts: {restarts}");
        day.until("Fri 17:00");
        assert_eq!(day.post(), ["digest to ani@example.com"], "restarts: {restarts}");
        day.until("2026-11-30 09:05");
        assert_eq!(day.post(), ["nudge to ani@example.com"], "restarts: {restarts}");
    }
}

#[test]
fn in_a_mail_to_oneself_the_subject_is_heard() {
    for (subject, wanted) in [
        ("AWAY 24-26 nov", format!("unsaid {WEEK}")),
        ("cuti besok - kamis", format!("leave {WEEK}")),
        ("Dinas 24-26 Nov citra@example.com", format!("travel {WEEK} by citra@example.com")),
        ("Dinas ke Bandung", String::new()),
        ("DONE 1", String::new()),
        ("STOP", String::new()),
    ] {
        for inbox_first in [false, true] {
            let mut day = reminded();
            let raw = note(&mut day, subject);
            if inbox_first {
                day.receives("ani", &raw);
                assert_eq!(absences(&day), "", "the inbox proves nothing: {subject:?}");
            }
            day.sent_holds("ani", &raw);
            day.receives("ani", &raw);
            assert_eq!((absences(&day), mistakes(&day)), (wanted.clone(), 0), "{subject:?}");
            assert_eq!(day.owes("ani"), ["b1"], "it is no ask: {subject:?}");
            assert_eq!(post(&mut day), Vec::<String>::new(), "{subject:?}");
        }
    }
}

#[test]
fn a_mail_to_oneself_is_heard_from_the_owner_alone_and_at_its_time() {
    let bend: [fn(&str) -> String; 7] = [
        |raw| raw.replace("From: Ani <ani@", "From: Ani <citra@"),
        |raw| raw.replace("To: ani@example.com", "To: ani@example.com, budi@example.org"),
        |raw| raw.replace("Subject:", "Cc: citra@example.com\nSubject:"),
        |raw| raw.replace("Subject:", "Bcc: budi@example.org\nSubject:"),
        |raw| raw.replace("To: ani@example.com\n", ""),
        |raw| raw.replace("Subject: ", "Subject: Re: "),
        // It was moved here: those days are others.
        |raw| raw.replace("Nov 2026", "Nov 2025"),
    ];
    for (place, bend) in bend.iter().enumerate() {
        let mut day = reminded();
        let raw = note(&mut day, "AWAY tomorrow");
        let bent = bend(&raw);
        assert_ne!(raw, bent, "{place}");
        day.sent_holds("ani", &bent);
        assert_eq!((absences(&day).as_str(), mistakes(&day)), ("", 0), "{place}: {bent}");
        day.sent_holds("ani", &raw.replace("note-", "other-").replace("To: ani@", "To: ani+me@"));
        assert_eq!(absences(&day), "unsaid Tue 24 00:00 - Wed 25 00:00", "{place}");
    }
}

#[test]
fn a_note_that_lay_there_before_the_folder_was_watched_is_not_heard() {
    let mut day = Day::unread(charter(Mode::Full));
    day.goes_deaf("ani", Role::Sent);
    for subject in ["AWAY tomorrow", "AWAY 28-26 dec"] {
        notes(&mut day, subject);
    }
    day.passes(hours(1));
    day.hears_again("ani", Role::Sent);
    assert_eq!((absences(&day).as_str(), mistakes(&day)), ("", 0));
    notes(&mut day, "AWAY tomorrow");
    assert_eq!(absences(&day), "unsaid Tue 24 00:00 - Wed 25 00:00");
    let mut day = reminded();
    day.goes_deaf("ani", Role::Sent);
    notes(&mut day, "AWAY 24-26 nov");
    day.passes(hours(20));
    day.hears_again("ani", Role::Sent);
    assert_eq!(
        absences(&day),
        format!("unsaid {WEEK}"),
        "what was said while nobody read is heard"
    );
}

#[test]
fn what_others_write_changes_nothing() {
    let mut day = reminded();
    let letter = day.last_letter_to("ani").message_id;
    // In Ani's inbox: as themselves, under her name, as if she had answered.
    let raw = note(&mut day, "AWAY 24-26 nov");
    day.receives("ani", &raw.replace("From: Ani <ani@example.com>", "From: budi@example.org"));
    day.receives("ani", &raw.replace("note-", "forged-"));
    let forged = day.answer_to_letter("ani", &letter, "AWAY 24-26 nov");
    day.receives("ani", &forged);
    let own = day.answer_to_letter("budi", &letter, "CUTI besok");
    day.receives("ani", &own);
    // In another owner's Sent folder: in Ani's name, and in an answer to Ani's letter.
    day.sent_holds("citra", &raw.replace("note-", "hers-"));
    day.says_to("citra", &letter, "AWAY 24-26 nov");
    day.restarts();
    assert_eq!((absences(&day).as_str(), mistakes(&day)), ("", 0));
    assert_eq!(away::all(day.c()).unwrap(), [], "nor for anybody else");
}

#[test]
fn the_same_words_are_heard_once() {
    let mut day = reminded();
    day.says("ani", "AWAY 24-26 nov");
    notes(&mut day, "BACK");
    notes(&mut day, "CUTI 30 nov");
    day.passes(minutes(5));
    day.says("ani", "UNDO");
    let before = absences(&day);
    assert_eq!(before, format!("unsaid {WEEK}"));
    day.is_numbered_anew("ani", Role::Sent);
    day.restarts();
    day.is_numbered_anew("ani", Role::Sent);
    assert_eq!((absences(&day), mistakes(&day)), (before, 0));
}

#[test]
fn what_overlaps_is_one_under_the_oldest_reason_and_the_latest_delegate() {
    let mut day = reminded();
    day.says("ani", "AWAY 24-26 nov");
    day.says("ani", "DINAS 25-28 nov rina");
    assert_eq!(absences(&day), "travel Tue 24 00:00 - Sun 29 00:00 by rina@example.net");
    day.says("ani", "CUTI 29-30 nov");
    assert_eq!(absences(&day), "travel Tue 24 00:00 - Tue 01 00:00 by rina@example.net");
    day.says("ani", "AWAY 24 nov citra@example.com");
    assert_eq!(absences(&day), "travel Tue 24 00:00 - Tue 01 00:00 by citra@example.com");
}

#[test]
fn back_ends_what_is_under_way_and_a_pause_with_it() {
    for word in ["BACK", "Kembali"] {
        let mut day = reminded();
        day.says("ani", "AWAY 24-26 nov");
        day.says("ani", "CUTI 30 nov");
        day.says("ani", "PAUSE 9d");
        day.until("Tue 12:00");
        day.says("ani", word);
        let ended = "unsaid Tue 24 00:00 - Tue 24 12:00, leave Mon 30 00:00 - Tue 01 00:00";
        assert_eq!((absences(&day).as_str(), mistakes(&day)), (ended, 0), "{word}");
        day.until("Wed 17:00");
        assert_eq!(post(&mut day), ["nudge to ani@example.com"], "{word}");
        // There is nothing to end, and no harm in saying it.
        day.says("ani", word);
        assert_eq!((absences(&day).as_str(), mistakes(&day)), (ended, 0), "{word}");
    }
}

#[test]
fn undo_takes_back_an_absence_and_a_return() {
    for undo in ["UNDO", "batal"] {
        let mut day = reminded();
        day.says("ani", "AWAY 24-26 nov");
        day.passes(minutes(1));
        day.says("ani", undo);
        assert_eq!(absences(&day), "");
        // One that had begun never was.
        day.says("ani", "CUTI hari ini");
        day.passes(minutes(1));
        day.says("ani", undo);
        assert_eq!(absences(&day), "");
        // It grew out of two others, which are themselves again.
        day.says("ani", "CUTI 24 nov rina");
        day.says("ani", "DINAS 26 nov");
        day.passes(minutes(1));
        let two = "leave Tue 24 00:00 - Wed 25 00:00 by rina@example.net, \
                   travel Thu 26 00:00 - Fri 27 00:00";
        day.says("ani", "AWAY 25 nov citra@example.com");
        assert_eq!(absences(&day), format!("leave {WEEK} by citra@example.com"));
        day.passes(minutes(1));
        day.says("ani", undo);
        assert_eq!(absences(&day), two);
        // A return, with the pause that it ended.
        day.until("Tue 10:00");
        day.says("ani", "BACK");
        assert_ne!(absences(&day), two);
        day.passes(minutes(1));
        day.restarts();
        notes(&mut day, undo);
        assert_eq!((absences(&day).as_str(), mistakes(&day)), (two, 0), "{undo}");
    }
}

#[test]
fn what_cannot_be_taken_back_soundly_stays_and_is_told() {
    let beside = |day: &Day, act: &dyn Fn(&sigap::store::db::Connection)| {
        let mut db = Db::open(&day.database(), Access::Command, day.now).unwrap();
        let step = db.transaction().unwrap();
        act(&step);
        step.commit().unwrap();
    };
    // It has grown since, on the command line.
    let mut day = reminded();
    day.says("ani", "AWAY 24-26 nov");
    goes(&day, "ani", "Fri 00:00", "Sat 00:00");
    day.passes(minutes(1));
    day.says("ani", "UNDO");
    assert_eq!(
        (absences(&day).as_str(), mistakes(&day)),
        ("unsaid Tue 24 00:00 - Sat 28 00:00", 1)
    );
    assert!(day.posted.last().unwrap().text().contains("has changed since then"));
    // Another one now lies where the ended one would be again.
    let mut day = reminded();
    day.says("ani", "AWAY 23-26 nov");
    day.passes(minutes(1));
    day.says("ani", "BACK");
    let (id, now) = (day.id_of("ani"), day.now);
    beside(&day, &|c| {
        let plan = Plan::bare((at("Wed 00:00"), at("Thu 00:00")));
        away::add(c, id, &plan, now).unwrap();
    });
    let before = "unsaid Mon 23 00:00 - Mon 23 15:31, unsaid Wed 25 00:00 - Thu 26 00:00";
    day.passes(minutes(1));
    assert_eq!(absences(&day), before);
    day.says("ani", "UNDO");
    assert_eq!((absences(&day).as_str(), mistakes(&day)), (before, 1));
}

#[test]
fn what_is_not_understood_changes_nothing_and_says_what_would_be_right() {
    for (words, told) in [
        ("AWAY", "does not say on which days"),
        ("AWAY next week", "could not be read"),
        ("AWAY 11/26", "the day before the month"),
        ("AWAY 20-21 nov", "have already gone by"),
        ("AWAY 28-26 dec", "the last day comes before the first"),
        ("AWAY 1 dec 2026 - 5 dec 2027", "reaches further than a year"),
        ("AWAY tomorrow sari", "These would be right, by first name or address: Citra (citra@"),
        ("AWAY tomorrow ani", "Nobody whom we know"),
        ("AWAY tomorrow ani@example.com", "Nobody whom we know"),
        ("AWAY tomorrow x@example.net", "Nobody whom we know"),
        ("AWAY tomorrow citra", "one of these addresses: citra@example.com, rina@example.net"),
        ("AWAY monday", "could mean"),
    ] {
        let mut day = reminded();
        day.says("ani", words);
        assert_eq!((absences(&day).as_str(), mistakes(&day)), ("", 1), "{words:?}");
        let text = day.posted.last().unwrap().text();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.replace("Citra (citra@example.com)", "citra@example.com");
        let text = text.replace("Rina Citra (rina@example.net)", "rina@example.net");
        let told = told.replace("Citra (citra@", "citra@");
        assert!(text.contains(&told) && text.contains("Nothing was changed"), "{words:?}: {text}");
    }
    let mut day = reminded();
    notes(&mut day, "AWAY 28-26 dec");
    assert_eq!(post(&mut day), ["mistake to ani@example.com"], "a note is answered too");
    day.restarts();
    day.passes(hours(1));
    assert_eq!(post(&mut day), Vec::<String>::new(), "once");
}

#[test]
fn the_configured_delegates_are_offered_before_everybody_else() {
    let mut office = charter(Mode::Full);
    office.owners[0].delegates = vec![address("wati@example.net")];
    let mut day = Day::with(office);
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:30");
    day.says("ani", "AWAY tomorrow sari");
    let text = day.posted.last().unwrap().text();
    assert!(text.contains("wati@example.net") && !text.contains("citra"), "{text}");
    day.says("ani", "AWAY tomorrow wati");
    assert_eq!(absences(&day), "unsaid Tue 24 00:00 - Wed 25 00:00 by wati@example.net");
}

#[test]
fn whoever_was_named_stands_in_and_the_reason_is_told() {
    let mut office = charter(Mode::Full);
    office.policy.own_domains = vec!["example.com".to_owned(), "example.org".to_owned()];
    office.owners[0].delegates = vec![address("wati@example.net")];
    let mut day = Day::with(office);
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:30");
    day.says("ani", "DINAS 24-26 nov citra");
    day.until("Tue 10:00");
    let ask = |day: &mut Day, from: &str, id: &str| {
        let fields = format!("Return-Path: <{from}@example.org>\n");
        day.writes(from, "ani", id, "Figures", &fields, "Could you please send me the figures?");
        day.passes(minutes(1));
        day.posted.last().unwrap().text()
    };
    let told = ask(&mut day, "eka", "e1");
    assert!(told.contains("citra@example.com") && told.contains("travelling"), "{told}");
    goes(&day, "citra", "Mon 09:00", "Wed 00:00");
    let told = ask(&mut day, "dewi", "d1");
    assert!(told.contains("wati@example.net") && !told.contains("citra"), "{told}");
}

#[test]
fn what_was_understood_shows_in_the_next_letter() {
    let mut day = reminded();
    day.says("ani", "CUTI 25-26 nov rina");
    day.says("ani", "LIST");
    assert_eq!(post(&mut day), ["list to ani@example.com"]);
    let bytes = day.tried.last().unwrap().bytes.clone();
    let text = sigap::mail::parse::text(&bytes).unwrap().text;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "you are away from Wednesday 25 November 2026 until Thursday 26 November 2026; \
                Rina Citra stands in.";
    assert!(text.contains(told), "{text}");
    assert_eq!(obligations::open(day.c(), day.id_of("ani")).unwrap().len(), 1);
}
