//! Somebody writes while Ani is away: who is answered automatically, how often, and what is told.

use std::sync::Arc;

use jiff::civil::date;
use mail_parser::MessageParser;
use sigap::engine::turn::Input;
use sigap::model::calendar::{Calendar, Holiday};
use sigap::model::letter::{Kind, State};
use sigap::model::message::{MessageKey, Role};
use sigap::model::policy::Mode;
use sigap::store::{messages, replies};

use super::away::{goes, is_away, is_back};
use super::day::{Day, Post, charter, minutes};
use crate::office::address;

/// Budi's mail as Ani's server stores it.
pub const PATH: &str = "Return-Path: <budi@example.org>\n";
const ASK: &str = "Could you please send me the figures?";

/// Ani is away from Monday to Thursday; everything may leave.
fn away() -> Day {
    let day = Day::with(charter(Mode::Full));
    is_away(&day, "Mon 09:00", "Thu 00:00");
    day
}

fn writes(day: &mut Day, from: &str, id: &str) {
    let fields = format!("Return-Path: <{from}@example.org>\n");
    day.writes(from, "ani", id, &format!("Request {id}"), &fields, ASK);
    day.passes(minutes(1));
}

/// The rule by which a message was not answered; empty: it was.
pub fn silent(day: &Day, id: &str) -> String {
    let key = MessageKey(format!("{id}@example.org"));
    let stored = messages::with_key(day.c(), &key).unwrap().remove(0);
    let reply = replies::one(day.c(), stored.id).unwrap();
    reply.map_or("nothing was decided".to_owned(), |reply| reply.rule.unwrap_or_default())
}

fn last_letter(day: &Day) -> String {
    let bytes = &day.posted.last().unwrap().bytes;
    let mail = MessageParser::default().parse(bytes).unwrap();
    format!("{}\n\n{}", mail.subject().unwrap(), mail.body_text(0).unwrap())
}

#[test]
fn a_sender_is_answered_once_in_an_absence_and_again_after_a_week() {
    let mut day = Day::with(charter(Mode::Full));
    is_away(&day, "Mon 09:00", "Thu 00:00");
    writes(&mut day, "budi", "b1");
    assert_eq!(day.post(), ["auto_reply to budi@example.org"]);
    for (time, id) in [("Mon 12:00", "b2"), ("Wed 23:00", "b3")] {
        day.until(time);
        writes(&mut day, "budi", id);
        assert_eq!((day.post(), silent(&day, id)), (vec![], "R1".to_owned()));
    }
    // The absence grows, and stays the same one.
    is_away(&day, "Wed 20:00", "Fri 00:00");
    writes(&mut day, "budi", "b4");
    assert_eq!(silent(&day, "b4"), "R1");
    let mut week = charter(Mode::Full);
    week.policy.replies.repeat_after = jiff::SignedDuration::from_hours(24);
    let mut day = Day::with(week);
    is_away(&day, "Mon 09:00", "Thu 00:00");
    writes(&mut day, "budi", "b1");
    day.until("Tue 09:00");
    writes(&mut day, "budi", "b2");
    day.until("Tue 09:30");
    writes(&mut day, "budi", "b3");
    assert_eq!(day.post().len(), 2, "a day has passed");
    assert_eq!(silent(&day, "b2"), "R1", "24 hours after 09:05 it is 09:05");
}

#[test]
fn the_reply_goes_to_the_envelope_sender_as_it_is_written() {
    let mut day = away();
    let srs = "SRS0=AbC=dE=example.org=Budi@Relay.example.net";
    for (from, id, path) in [("budi", "b1", srs), ("eka", "e1", "Eka@Example.org")] {
        let fields = format!("Return-Path: <{path}>\n");
        day.writes(from, "ani", id, "Figures", &fields, ASK);
        day.passes(minutes(1));
    }
    let sent: Vec<_> = day.tried.iter().map(|one| one.written.clone().unwrap()).collect();
    assert_eq!(sent, [srs, "Eka@Example.org"]);
    // The same sender, whatever is wrapped around them.
    writes(&mut day, "budi", "b2");
    assert_eq!(silent(&day, "b2"), "R1");
    assert!(day.tried.iter().all(|one| one.from.is_none()));
}

/// The server never writes Return-Path: what stands there is the sender's own, a new one each time.
#[test]
fn a_forged_envelope_sender_neither_gets_the_reply_nor_more_of_them() {
    let mut office = charter(Mode::Full);
    office.policy.own_domains = vec!["example.org".to_owned()];
    let mut day = Day::with(office);
    let trace = "Received: from a.example by mx.example.com; Mon, 23 Nov 2026 09:00:00 +0700\n";
    for no in 0..30 {
        day.writes("rina", "ani", &format!("r{no}"), "Figures", trace, ASK);
    }
    is_away(&day, "Mon 09:00", "Thu 00:00");
    for (id, path) in [("b1", "victim@example.net"), ("b2", "other@example.net")] {
        let fields = format!("Return-Path: <{path}>\n{trace}");
        day.passes(minutes(20));
        day.writes("budi", "ani", id, "Figures", &fields, ASK);
    }
    assert_eq!(day.post(), ["auto_reply to budi@example.org"]);
    assert_eq!(silent(&day, "b2"), "R1");
}

#[test]
fn only_what_arrives_during_the_absence_is_answered() {
    let mut day = Day::with(charter(Mode::Full));
    day.until("Mon 10:00");
    writes(&mut day, "budi", "b1");
    is_away(&day, "Mon 11:00", "Tue 12:00");
    // It arrived before, and is read within.
    day.until("Mon 11:30");
    let raw = |id: &str| {
        format!(
            "{PATH}From: budi@example.org\nTo: ani@example.com\nSubject: Request\n\
             Message-ID: <{id}@example.org>\n\n{ASK}\n"
        )
    };
    day.turns_up("ani", "Mon 10:59", &raw("b2"));
    assert_eq!(silent(&day, "b1"), "nothing was decided");
    assert_eq!(silent(&day, "b2"), "S1");
    day.until("Tue 11:59");
    day.turns_up("ani", "Mon 11:58", &raw("b3"));
    assert_eq!(silent(&day, "b3"), "S2");
    day.until("Tue 12:01");
    day.turns_up("ani", "Tue 11:59", &raw("b4"));
    assert_eq!(silent(&day, "b4"), "nothing was decided");
    assert!(!day.post().iter().any(|line| line.starts_with("auto_reply")));
}

#[test]
fn what_is_no_letter_from_a_person_stays_unanswered() {
    let mut day = away();
    for (id, fields, rule) in [
        ("m1", "Return-Path: <>\n", "E2"),
        ("m2", "Return-Path: <budi@example.org>\nAuto-Submitted: auto-replied\n", "H1"),
        ("m3", "Return-Path: <budi@example.org>\nList-Id: <all.example.org>\n", "H2"),
        ("m4", "", "E1"),
        ("m5", "Return-Path: <bounce-77@mailer.example.net>\n", "E5"),
        ("m6", "Return-Path: <budi@example.org>\nX-Sigap-Id: x\n", "H8"),
    ] {
        day.writes("budi", "ani", id, "News", fields, ASK);
        day.passes(minutes(20));
        assert_eq!(silent(&day, id), rule, "{id}");
    }
    let ours = "References: <s1.aaaaaaaaaaaaaaaaaaaaaaaaaa@example.com>\n";
    day.writes("budi", "ani", "m7", "Re: Automatic reply", &format!("{PATH}{ours}"), ASK);
    assert_eq!(silent(&day, "m7"), "H8");
    assert_eq!(day.post(), Vec::<String>::new());
}

/// As the door brings what nobody wants the text of.
#[test]
fn what_its_header_forbids_is_written_down_too() {
    for (fields, rule) in [
        ("Auto-Submitted: auto-replied\n", "H1"),
        ("List-Id: <all.example.org>\n", "H2"),
        ("Precedence: bulk\n", "H4"),
        ("", "M4"),
    ] {
        let mut day = away();
        day.goes_deaf("ani", Role::Inbox);
        day.writes("budi", "ani", "b1", "News", &format!("{PATH}{fields}"), ASK);
        let mut batch = day.batch(day.place("ani", Role::Inbox));
        batch.messages.iter_mut().for_each(|read| read.answering = None);
        day.turns(Input::Arrived(vec![batch]));
        assert_eq!(silent(&day, "b1"), rule);
        assert_eq!(day.post(), Vec::<String>::new());
    }
}

#[test]
fn the_mode_and_the_owner_can_forbid_it() {
    for mode in [Mode::Observe, Mode::Nudge] {
        let mut day = Day::with(charter(mode));
        is_away(&day, "Mon 09:00", "Thu 00:00");
        writes(&mut day, "budi", "b1");
        assert_eq!(silent(&day, "b1"), "mode");
        assert_eq!(day.post(), Vec::<String>::new());
    }
    let mut without = charter(Mode::Full);
    without.owners[0].answers = false;
    let mut day = Day::with(without);
    is_away(&day, "Mon 09:00", "Thu 00:00");
    writes(&mut day, "budi", "b1");
    assert_eq!((silent(&day, "b1"), day.post()), ("S1".to_owned(), vec![]));
}

/// What happens between queueing and leaving.
type Meanwhile = fn(&mut Day);

#[test]
fn what_changes_before_it_leaves_is_looked_at_again() {
    let stories: &[(&str, Meanwhile)] = &[
        ("S6", |day| day.answers("ani", "budi", "b1")),
        ("S5", |day| day.is_marked_answered("ani", "b1")),
        ("S1", |day| {
            let id = is_away(day, "Mon 09:00", "Thu 00:00");
            is_back(day, id);
        }),
        ("R4", |day| day.passes(minutes(250))),
    ];
    for (rule, meanwhile) in stories {
        let mut day = away();
        day.holds();
        writes(&mut day, "budi", "b1");
        assert_eq!(silent(&day, "b1"), "", "{rule}: it is queued");
        meanwhile(&mut day);
        day.releases();
        day.passes(minutes(5));
        assert_eq!(day.post(), Vec::<String>::new(), "{rule}");
        assert_eq!(silent(&day, "b1"), *rule);
        let letter = day.letters().into_iter().find(|one| one.draft.kind == Kind::AutoReply);
        let state = letter.unwrap().state;
        assert!([State::Recalled, State::Expired].contains(&state), "{rule}: {state:?}");
    }
    // Surely nothing was sent: the next message is answered.
    let mut day = away();
    day.holds();
    writes(&mut day, "budi", "b1");
    day.passes(minutes(250));
    day.releases();
    day.passes(minutes(1));
    writes(&mut day, "budi", "b2");
    assert_eq!(day.post(), ["auto_reply to budi@example.org"]);
}

/// What a responder on the server sent in Ani's name, as it lies in Sent.
fn responds(day: &mut Day, to: &str, parent: Option<&str>, marker: &str) {
    let no = day.next();
    let parent = parent.map_or(String::new(), |id| format!("In-Reply-To: <{id}@example.org>\n"));
    day.sent_holds(
        "ani",
        &format!(
            "From: ani@example.com\nTo: {to}\nSubject: Out of office\n{parent}\
             Message-ID: <auto-{no}@example.com>\n{marker}\nI am away.\n"
        ),
    );
}

const AUTOMATIC: &str = "Auto-Submitted: auto-replied\n";

#[test]
fn whom_a_responder_on_the_server_answers_hears_from_it_alone() {
    // Whatever conversation it was: another message of the sender comes.
    let mut day = away();
    responds(&mut day, "Budi+list@Example.org", Some("lost"), AUTOMATIC);
    writes(&mut day, "budi", "b1");
    writes(&mut day, "eka", "e1");
    assert_eq!((silent(&day, "b1"), silent(&day, "e1")), ("S7".to_owned(), String::new()));
    assert_eq!(day.post(), ["auto_reply to eka@example.org"]);
    // It answers while ours is on its way.
    let mut day = away();
    day.holds();
    writes(&mut day, "budi", "b1");
    responds(&mut day, "budi@example.org", Some("lost"), AUTOMATIC);
    day.releases();
    day.passes(minutes(5));
    assert_eq!((day.post(), silent(&day, "b1")), (vec![], "S7".to_owned()));
    // What a person wrote, what answers nothing, and an absence long ago say nothing of it.
    for (parent, marker) in [(Some("lost"), ""), (None, AUTOMATIC)] {
        let mut day = away();
        responds(&mut day, "budi@example.org", parent, marker);
        writes(&mut day, "budi", "b1");
        assert_eq!(day.post(), ["auto_reply to budi@example.org"], "{parent:?} {marker}");
    }
    let mut day = Day::with(charter(Mode::Full));
    responds(&mut day, "budi@example.org", Some("lost"), AUTOMATIC);
    day.until("2026-12-01 09:00");
    is_away(&day, "2026-12-01 09:00", "2026-12-04 00:00");
    writes(&mut day, "budi", "b1");
    assert_eq!(silent(&day, "b1"), "");
}

#[test]
fn two_who_are_away_and_write_to_each_other_hear_once_of_it() {
    let mut both = charter(Mode::Full);
    both.policy.own_domains = vec!["example.com".to_owned()];
    let mut day = Day::with(both);
    is_away(&day, "Mon 09:00", "Thu 00:00");
    goes(&day, "citra", "Mon 09:00", "Wed 00:00");
    for (from, to) in [("citra", "ani"), ("ani", "citra")] {
        let raw = format!(
            "Return-Path: <{from}@example.com>\nFrom: {from}@example.com\nTo: {to}@example.com\n\
             Subject: Figures\nMessage-ID: <{from}@example.com>\n\n{ASK}\n"
        );
        day.receives(to, &raw);
        day.passes(minutes(5));
        day.reads_everything();
    }
    day.until("Tue 09:00");
    assert!(last_letter(&day).contains("Citra"), "{}", last_letter(&day));
    let told = ["auto_reply to citra@example.com", "auto_reply to ani@example.com"];
    assert_eq!(day.post(), told);
}

#[test]
fn replies_to_a_colleague_do_not_use_up_their_reminders() {
    let mut office = charter(Mode::Full);
    // The welcome was one letter.
    office.policy.fuse.address_per_day = 2;
    let mut day = Day::with(office);
    is_away(&day, "Mon 09:00", "Thu 00:00");
    let raw = "Return-Path: <citra@example.com>\nFrom: citra@example.com\nTo: ani@example.com\n\
               Subject: Figures\nMessage-ID: <c1@example.com>\n\nCould you send them?\n";
    day.receives("ani", raw);
    day.asks("budi", "citra", "b1");
    day.until("Mon 16:59");
    assert_eq!(day.post(), ["auto_reply to citra@example.com", "nudge to citra@example.com"]);
}

#[test]
fn a_sender_with_a_new_address_each_time_meets_a_ceiling_and_a_person_is_told() {
    let mut day = away();
    for no in 0..30 {
        writes(&mut day, &format!("someone.{}", char::from(b'a' + no)), &format!("n{no}"));
    }
    let post = day.post();
    let replies = post.iter().filter(|one| one.starts_with("auto_reply")).count();
    assert_eq!(replies, 20, "per_domain_per_hour");
    assert_eq!(post.iter().filter(|one| one.starts_with("alarm")).count(), 1);
    assert!(day.journal.iter().any(|line| line.contains("the fuse has blown")));
}

#[test]
fn many_messages_at_once_and_second_ones_in_a_conversation_are_not_answered() {
    let mut day = away();
    day.post = Post::Sleeps;
    for no in 1..=5 {
        let fields = format!("Return-Path: <b{no}+x@example.org>\n");
        day.writes("budi", "ani", &format!("b{no}"), &format!("Request {no}"), &fields, ASK);
    }
    assert_eq!(["b1", "b3", "b4"].map(|id| silent(&day, id)), ["", "", "S8"]);
    let mut day = away();
    writes(&mut day, "budi", "b1");
    let fields = "Return-Path: <eka@example.org>\nIn-Reply-To: <b1@example.org>\n";
    day.writes("eka", "ani", "e1", "Re: Request b1", fields, ASK);
    assert_eq!(silent(&day, "e1"), "S8");
}

#[test]
fn who_may_learn_what() {
    // A stranger: nothing but that it arrived.
    let mut day = away();
    writes(&mut day, "budi", "b1");
    let letter = last_letter(&day);
    assert!(letter.starts_with("Automatic reply\n"), "{letter}");
    for secret in ["Ani", "Request", "November", "Citra"] {
        assert!(!letter.contains(secret), "{secret}: {letter}");
    }
    // Somebody to whom Ani has written before.
    let mut known = charter(Mode::Full);
    known.owners[0].delegates = vec![address("citra@example.com")];
    let mut day = Day::with(known);
    day.answers("ani", "budi", "old");
    is_away(&day, "Mon 09:00", "Thu 00:00");
    writes(&mut day, "budi", "b1");
    let letter = last_letter(&day);
    assert!(letter.starts_with("Automatic reply: Request b1\n"), "{letter}");
    for told in ["Ani", "25 November 2026", "26 November 2026", "Citra", "citra@example.com"] {
        assert!(letter.contains(told), "{told}: {letter}");
    }
}

#[test]
fn who_stands_in_is_there() {
    let mut office = charter(Mode::Full);
    office.policy.own_domains = vec!["example.com".to_owned(), "example.org".to_owned()];
    office.owners[0].delegates = ["citra@example.com", "rina@example.net"].map(address).to_vec();
    let mut day = Day::with(office);
    is_away(&day, "Mon 09:00", "Thu 00:00");
    writes(&mut day, "budi", "b1");
    assert!(last_letter(&day).contains("citra@example.com"), "{}", last_letter(&day));
    goes(&day, "citra", "Mon 09:00", "Wed 00:00");
    writes(&mut day, "eka", "e1");
    let letter = last_letter(&day);
    assert!(letter.contains("rina@example.net") && !letter.contains("citra"), "{letter}");
}

#[test]
fn where_all_of_the_absence_is_a_holiday_the_office_is_closed() {
    let holiday =
        |name: &str, joint_leave, quiet| Holiday { name: name.into(), joint_leave, quiet };
    let letter = |days: &[(i8, Holiday)], until: &str, words: &str| {
        let mut office = charter(Mode::Full);
        office.policy.own_domains = vec!["example.org".to_owned()];
        let closed = days.iter().map(|(day, it)| (date(2026, 11, *day), it.clone())).collect();
        let calendar = Calendar::clone(&office.owners[0].calendar).with_holidays(Arc::new(closed));
        office.owners[0].calendar = Arc::new(calendar);
        let mut day = Day::with(office);
        is_away(&day, "Mon 09:00", until);
        day.writes("budi", "ani", "b1", "Request b1", PATH, words);
        day.passes(minutes(1));
        last_letter(&day).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let tolong = "Mohon kirimkan laporan keuangan bulan ini kepada kami. Terima kasih.";
    let joint = holiday("Cuti Bersama", true, false);
    let all = [(23, joint.clone()), (24, holiday("Nyepi", false, true)), (25, joint.clone())];
    let text = letter(&all, "Thu 00:00", ASK);
    let told = "Our office is closed for Nyepi until Wednesday 25 November 2026 and opens again on \
                Thursday 26 November 2026.";
    assert!(text.contains(told), "{text}");
    let text = letter(&all, "Thu 00:00", tolong);
    assert!(text.contains("Sehubungan dengan Nyepi, kantor kami tutup sampai dengan"), "{text}");
    assert!(!text.contains("Selamat menikmati"), "it is a day of quiet: {text}");
    let joint = [(23, joint.clone()), (24, joint.clone()), (25, joint)];
    let text = letter(&joint, "Thu 00:00", tolong);
    assert!(text.contains("Sehubungan dengan Cuti Bersama, kantor"), "{text}");
    assert!(text.contains("Selamat menikmati hari libur"), "{text}");
    for (days, until) in [(&all[..], "Fri 00:00"), (&all[..2], "Thu 00:00"), (&[], "Mon 23:59")] {
        let text = letter(days, until, ASK);
        assert!(text.contains("I am out of the office"), "{until}: {text}");
    }
}

#[test]
fn a_folder_numbered_anew_answers_nobody_again() {
    let mut day = away();
    writes(&mut day, "budi", "b1");
    assert_eq!(day.post().len(), 1);
    day.is_numbered_anew("ani", Role::Inbox);
    day.restarts();
    day.passes(minutes(30));
    assert_eq!(day.post(), Vec::<String>::new());
}
