//! What an owner says by answering a letter: believed from their own Sent folder only, once, and in
//! their own words; everything else changes nothing, and mistakes are answered.

use sigap::model::letter::{Kind, State};
use sigap::model::message::Role;

use super::day::{Day, at, hours};

/// Two requests, reminded of in one letter at 15:00.
fn reminded() -> Day {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.asks("eka", "ani", "e1");
    day.until("Mon 15:30");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
    day
}

/// The state that a command could change, in words.
fn state(day: &Day) -> String {
    let c = day.c();
    let owner = day.id_of("ani");
    let all = sigap::store::obligations::all(c, owner, 100).unwrap();
    let mut words: Vec<String> = all
        .into_iter()
        .map(|o| {
            let how = o.closed.map_or("open", |closed| closed.how.word());
            let snoozed = o.snoozed_until.map_or(String::new(), |until| {
                let zone = jiff::tz::TimeZone::get("Asia/Jakarta").unwrap();
                format!(" snoozed until {}", zone.to_datetime(until).strftime("%a %H:%M"))
            });
            format!("{} {how}{snoozed}", o.asked_key.0.split('@').next().unwrap())
        })
        .collect();
    words.sort();
    let paused = sigap::store::mailboxes::paused_until(c, owner).unwrap();
    if let Some(until) = paused {
        let long = until.duration_since(day.now) > hours(24 * 365);
        words.push(if long { "silent".to_owned() } else { "paused".to_owned() });
    }
    words.join(", ")
}

fn mistakes(day: &Day) -> usize {
    day.letters().into_iter().filter(|one| one.draft.kind == Kind::Mistake).count()
}

const UNTOUCHED: &str = "b1 open, e1 open";

#[test]
fn an_answer_to_a_letter_that_never_left_as_far_as_we_know_changes_nothing() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    // As after a restore: the letter still waits here, and Ani has answered one like it.
    day.holds();
    day.until("Mon 15:30");
    assert_eq!(day.fate("ani"), State::Queued);
    let before = state(&day);
    day.says("ani", "DONE 1");
    assert_eq!(state(&day), before);
    assert_eq!(day.owes("ani").len(), 1);
}

#[test]
fn each_command_is_understood_in_both_languages() {
    for (words, expected) in [
        ("DONE 1", "b1 done, e1 open"),
        ("done 2", "b1 open, e1 done"),
        ("SELESAI 1", "b1 done, e1 open"),
        ("beres 1,2", "b1 done, e1 done"),
        ("DONE all", "b1 done, e1 done"),
        ("Selesai semua", "b1 done, e1 done"),
        ("NOT 1", "b1 not_a_request, e1 open"),
        ("BUKAN 2", "b1 open, e1 not_a_request"),
        ("SNOOZE 1 2d", "b1 open snoozed until Wed 09:00, e1 open"),
        ("TUNDA 2 2 hari", "b1 open, e1 open snoozed until Wed 09:00"),
        ("tunda 1 sampai besok", "b1 open snoozed until Tue 09:00, e1 open"),
        ("SNOOZE 1 until Thursday", "b1 open snoozed until Thu 09:00, e1 open"),
        ("PAUSE 3d", "b1 open, e1 open, paused"),
        ("JEDA 3 hari", "b1 open, e1 open, paused"),
        ("STOP", "b1 open, e1 open, silent"),
        ("Hello Sigap,\n\nDONE 1\n\nThanks", "b1 done, e1 open"),
    ] {
        let mut day = reminded();
        day.says("ani", words);
        assert_eq!(state(&day), expected, "{words:?}");
        assert_eq!(mistakes(&day), 0, "{words:?}");
    }
}

#[test]
fn back_ends_a_pause_and_a_stop() {
    for (silence, words) in
        [("PAUSE 3d", "BACK"), ("STOP", "BACK"), ("STOP", "KEMBALI"), ("JEDA 3 hari", "back")]
    {
        let mut day = reminded();
        day.says("ani", silence);
        day.until("Tue 16:00");
        assert!(day.post().is_empty(), "{silence}");
        day.says("ani", words);
        assert_eq!(state(&day), UNTOUCHED, "{words}");
        day.until("Tue 16:05");
        assert_eq!(day.post(), ["nudge to ani@example.com"], "{words}");
    }
}

#[test]
fn undo_takes_back_the_last_command_whatever_it_was() {
    for (said, undo) in [
        ("DONE 1", "UNDO"),
        ("NOT 1", "BATAL"),
        ("SNOOZE 1 2d", "UNDO"),
        ("TUNDA all 2 hari", "batal"),
        ("PAUSE 3d", "UNDO"),
        ("STOP", "UNDO"),
    ] {
        let mut day = reminded();
        day.says("ani", said);
        assert_ne!(state(&day), UNTOUCHED, "{said}");
        day.passes(hours(1));
        day.says("ani", undo);
        assert_eq!(state(&day), UNTOUCHED, "{said}");
        assert_eq!(mistakes(&day), 0, "{said}");
    }
}

#[test]
fn undo_after_undo_takes_back_what_was_said_before() {
    let mut day = reminded();
    day.says("ani", "DONE 1");
    day.says("ani", "SNOOZE 2 1d");
    day.says("ani", "SNOOZE 2 3d");
    assert_eq!(state(&day), "b1 done, e1 open snoozed until Thu 09:00");
    day.says("ani", "UNDO");
    assert_eq!(state(&day), "b1 done, e1 open snoozed until Tue 09:00");
    day.says("ani", "UNDO");
    assert_eq!(state(&day), "b1 done, e1 open");
    day.says("ani", "UNDO");
    assert_eq!(state(&day), UNTOUCHED);
    day.says("ani", "UNDO");
    assert_eq!((state(&day).as_str(), mistakes(&day)), (UNTOUCHED, 1));
}

#[test]
fn what_was_said_more_than_a_day_ago_is_not_taken_back() {
    let mut day = reminded();
    day.says("ani", "DONE 1");
    day.until("Tue 15:31");
    day.says("ani", "UNDO");
    assert_eq!(state(&day), "b1 done, e1 open");
    let told = day.posted.last().unwrap().text();
    assert!(told.contains("no command of the last 24 hours"), "{told}");
}

#[test]
fn an_undone_snooze_is_reminded_of_as_if_it_had_never_been() {
    let mut day = reminded();
    day.says("ani", "SNOOZE all 4d");
    day.says("ani", "UNDO");
    day.until("Tue 13:30");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn list_and_help_are_answered_and_the_days_reminder_still_comes() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:30");
    day.post();
    day.until("Tue 09:05");
    day.asks("eka", "ani", "e1");
    day.says("ani", "LIST");
    assert_eq!(day.post(), ["list to ani@example.com"]);
    assert!(day.tried.last().unwrap().bytes.len() > 100);
    day.says("ani", "HELP");
    let help = day.posted.last().unwrap().text();
    assert!(help.contains("commands that Sigap understands"), "{help}");
    assert_eq!(day.post(), ["mistake to ani@example.com"]);
    // Step 2 of the first and step 1 of the second: no promise would break un-nudged before.
    day.until("Tue 15:30");
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
}

#[test]
fn numbers_in_an_answer_to_the_list_are_those_of_the_list() {
    let mut day = reminded();
    day.says("ani", "DONE 1");
    day.until("Mon 15:40");
    day.says("ani", "DAFTAR");
    assert_eq!(day.post(), ["list to ani@example.com"]);
    day.says("ani", "DONE 1");
    assert_eq!(state(&day), "b1 done, e1 done");
}

#[test]
fn a_list_that_is_late_says_nothing_of_what_was_answered_meanwhile() {
    let mut day = reminded();
    day.holds();
    day.says("ani", "LIST");
    day.answers("ani", "budi", "b1");
    day.releases();
    day.passes(hours(1));
    assert_eq!(day.post(), ["list to ani@example.com"]);
    let bytes = day.tried.last().unwrap().bytes.clone();
    let told = sigap::mail::parse::text(&bytes).unwrap().text;
    assert!(told.contains("Request e1") && !told.contains("Request b1"), "{told}");
}

#[test]
fn what_is_not_understood_changes_nothing_and_is_answered() {
    for (words, told) in [
        ("DONE 7", "There is no number 7"),
        ("DONE 1,7", "There is no number 7"),
        ("DONE", "Please name one"),
        ("ABRACADABRA 1", "is not a command we know"),
        ("SNOOZE 1", "does not say until when"),
        ("SNOOZE 1 2hr", "could mean"),
        ("DONE 1 but call Budi tomorrow", "says more than we could understand"),
        ("DELEGATE 1 citra", "is not available yet"),
        ("UNDO", "no command of the last 24 hours"),
    ] {
        let mut day = reminded();
        day.says("ani", words);
        assert_eq!((state(&day).as_str(), mistakes(&day)), (UNTOUCHED, 1), "{words:?}");
        assert_eq!(day.post(), ["mistake to ani@example.com"], "{words:?}");
        let bytes = &day.tried.last().unwrap().bytes;
        let text = sigap::mail::parse::text(bytes).unwrap().text;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(told) && text.contains("Nothing was changed"), "{words:?}: {text}");
    }
}

#[test]
fn thanks_and_silence_are_not_answered() {
    for words in ["Thanks!", "Terima kasih", "", "> DONE 1\n> DONE 2"] {
        let mut day = reminded();
        day.says("ani", words);
        assert_eq!((state(&day).as_str(), mistakes(&day)), (UNTOUCHED, 0), "{words:?}");
    }
}

/// Every letter of a token changed in turn.
#[test]
fn no_other_token_is_ours() {
    let mut day = reminded();
    let letter = day.last_letter_to("ani").message_id;
    let (local, domain) = letter.split_once('@').unwrap();
    for place in 3..local.len() {
        let mut bent = local.to_owned();
        let other = if &local[place..=place] == "b" { "c" } else { "b" };
        bent.replace_range(place..=place, other);
        day.says_to("ani", &format!("{bent}@{domain}"), "DONE all");
    }
    day.says_to("ani", "b1@example.org", "DONE all");
    day.says_to("ani", &format!("x{letter}"), "DONE all");
    assert_eq!((state(&day).as_str(), mistakes(&day)), (UNTOUCHED, 0));
    assert!(day.post().is_empty());
}

#[test]
fn only_the_owners_own_sent_folder_is_believed() {
    let mut day = reminded();
    let letter = day.last_letter_to("ani").message_id;
    // A colleague answers a letter that was forwarded to her.
    day.says_to("citra", &letter, "DONE all");
    // Somebody writes to Ani as if she had answered.
    let forged = day.answer_to_letter("ani", &letter, "DONE all");
    day.receives("ani", &forged);
    let forged = day.answer_to_letter("budi", &letter, "DONE all");
    day.receives("ani", &forged);
    assert_eq!((state(&day).as_str(), mistakes(&day)), (UNTOUCHED, 0));
}

#[test]
fn a_colleague_who_answers_her_own_letter_touches_only_her_own_debts() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.asks("eka", "citra", "e1");
    day.until("Mon 15:30");
    day.says("citra", "DONE 1");
    assert_eq!((day.ended("ani", "b1"), day.ended("citra", "e1")), ("open".into(), "done".into()));
}

#[test]
fn quoted_words_are_not_said() {
    for words in [
        "Thanks.\n\nOn Mon, 23 Nov 2026 at 15:30, Sigap wrote:\n> DONE 1  nothing more to do\n",
        "> Reply to this email with one line:\n>\n>   DONE 1\n>   NOT 1\n",
    ] {
        let mut day = reminded();
        day.says("ani", words);
        assert_eq!((state(&day).as_str(), mistakes(&day)), (UNTOUCHED, 0), "{words:?}");
    }
}

/// An answer whose body is given with its fields.
fn says_in(day: &mut Day, fields: &str, body: &str) {
    let letter = day.last_letter_to("ani").message_id;
    let no = day.next();
    let raw = format!(
        "From: ani@example.com\nTo: sigap@example.com\nSubject: Re: Waiting\n\
         Message-ID: <said-{no}@example.com>\nIn-Reply-To: <{letter}>\nMIME-Version: 1.0\n\
         {fields}\n\n{body}\n"
    );
    day.sent_holds("ani", &raw);
}

#[test]
fn html_alone_counts_only_by_what_its_writer_could_see() {
    let html = "Content-Type: text/html; charset=utf-8";
    for (fields, body, expected) in [
        (html, "<p>DONE 1</p>", "b1 done, e1 open"),
        (html, "<p>Thanks!</p><blockquote><p>DONE 1</p></blockquote>", UNTOUCHED),
        (html, "<style>DONE 1</style><!-- DONE 1 --><p>Thanks</p>", UNTOUCHED),
        (
            "Content-Type: multipart/alternative; boundary=x",
            "--x\nContent-Type: text/plain\n\nThanks!\n--x\nContent-Type: text/html\n\n\
             <p>DONE 1</p>\n--x--\n",
            UNTOUCHED,
        ),
        (
            "Content-Type: multipart/mixed; boundary=x",
            "--x\nContent-Type: text/plain\n\nThanks!\n--x\nContent-Type: text/plain\n\
             Content-Disposition: attachment; filename=a.txt\n\nDONE 1\n--x--\n",
            UNTOUCHED,
        ),
    ] {
        let mut day = reminded();
        says_in(&mut day, fields, body);
        assert_eq!(state(&day), expected, "{body:?}");
    }
}

#[test]
fn the_same_answer_is_heard_once_however_often_it_is_read() {
    let mut day = reminded();
    day.says("ani", "DONE 1");
    day.passes(hours(1));
    day.says("ani", "UNDO");
    assert_eq!(state(&day), UNTOUCHED);
    day.is_numbered_anew("ani", Role::Sent);
    day.is_numbered_anew("ani", Role::Inbox);
    day.restarts();
    assert_eq!((state(&day).as_str(), mistakes(&day)), (UNTOUCHED, 0));
}

#[test]
fn an_answer_to_a_letter_of_last_month_touches_nothing_that_is_new() {
    let mut day = reminded();
    let old = day.last_letter_to("ani").message_id;
    day.answers("ani", "budi", "b1");
    day.answers("ani", "eka", "e1");
    day.until("2026-12-23 10:00");
    day.asks_again("budi", "ani", "b2", "b1");
    day.says_to("ani", &old, "DONE all");
    assert_eq!(day.owes("ani"), ["b2"]);
    assert_eq!(day.ended("ani", "b1"), "answered_by_owner");
}

#[test]
fn an_alias_in_from_does_not_matter_because_the_folder_proves_it() {
    let mut day = reminded();
    let letter = day.last_letter_to("ani").message_id;
    let raw = day.answer_to_letter("ani", &letter, "DONE 1");
    day.sent_holds("ani", &raw.replace("From: ani@", "From: Ani <a.wijaya@"));
    assert_eq!(state(&day), "b1 done, e1 open");
    assert!(day.now >= at("Mon 15:30"));
}
