//! Eko stands in for Ani and is no owner: what he answers arrives in Sigap's own mailbox. When he
//! is believed, what he may say, what he is told, and that nobody else can speak for him.

use sigap::engine::explain::{Asked, why};
use sigap::engine::listing::{Reach, list};
use sigap::engine::office::Charter;
use sigap::engine::turn::Input;
use sigap::model::contact::Contact;
use sigap::model::facts::Health;
use sigap::model::handover::HeardIn;
use sigap::model::letter::{Audience, Kind, Letter, State};
use sigap::model::message::MessageKey;
use sigap::model::policy::Mode;
use sigap::store::{facts, handovers, mailboxes, obligations, person};

use super::away::is_back;
use super::day::{Day, charter, hours, minutes};
use super::handovers::{away, obligation, urgent};
use crate::office::address;

const EKO: &str = "eko@example.net";

/// Ani, for whom Eko stands in, then Citra.
fn office() -> Charter {
    let mut office = charter(Mode::Full);
    office.owners.iter_mut().for_each(|owner| owner.team = None);
    office.owners[0].delegates = [EKO, "citra@example.com"].map(address).into();
    office.inbox = Some(office.from.address.clone());
    let eko = Contact { name: "Eko Putra".to_owned(), ..Contact::default() };
    office.contacts.insert(address(EKO), eko);
    office
}

/// Ani is away, Budi may learn who stands in, and something urgent of his was handed to Eko.
fn asked() -> Day {
    let mut day = away(office());
    urgent(&mut day, "b1");
    assert_eq!(history(&day, "b1"), ["eko stands"]);
    day.posted.clear();
    day
}

/// The hand-overs of what was asked in a message: to whom, whether it was accepted, how it ended.
fn history(day: &Day, id: &str) -> Vec<String> {
    let all = handovers::of(day.c(), obligation(day, id).id).unwrap();
    let told = all.iter().map(|one| {
        let whom = one.delegate.as_ref().map_or("nobody", |delegate| delegate.local());
        let accepted = if one.accepted_at.is_some() { " accepted" } else { "" };
        let ended = one.ended.map_or("stands", |(how, _)| how.word());
        format!("{whom}{accepted} {ended}")
    });
    told.collect()
}

/// The letter that asked Eko last.
fn letter(day: &Day) -> String {
    let all = day.letters().into_iter();
    let mut to_eko = all.filter(|one| one.draft.to == address(EKO));
    to_eko.rfind(|one| one.draft.kind == Kind::Handover).unwrap().message_id
}

/// An answer as Eko's mail program writes it.
fn answer(day: &mut Day, words: &str) -> String {
    let (letter, no) = (letter(day), day.next());
    format!(
        "Return-Path: <eko@example.net>\nReceived: from mx by mail; Mon, 23 Nov 2026 09:30:00 +0700\n\
         From: Eko <eko@example.net>\nTo: sigap@example.com\nSubject: Re: [Urgent] Please help\n\
         Message-ID: <e{no}@example.net>\nIn-Reply-To: <{letter}>\nReferences: <{letter}>\n\n\
         {words}\n\nOn Monday Sigap wrote:\n> Answer this message with one line\n"
    )
}

fn says(day: &mut Day, words: &str) {
    let raw = answer(day, words);
    day.own_receives(&raw);
    day.passes(minutes(1));
}

/// The mistakes that Eko was told, by their words in the record.
fn slips(day: &Day) -> Vec<String> {
    let outside = |one: &Letter| one.draft.audience == Audience::Delegate;
    let all = day.letters().into_iter().filter(|one| one.draft.kind == Kind::Mistake);
    all.filter(outside)
        .map(|one| {
            assert_eq!(one.draft.to, address(EKO), "nobody else is told");
            let slip: serde_json::Value = serde_json::from_str(&one.draft.about).unwrap();
            let why = &slip["why"]["mistake"];
            why.as_str().map_or_else(|| slip["why"].to_string(), str::to_owned)
        })
        .collect()
}

#[test]
fn somebody_outside_accepts_the_requester_is_told_and_done_closes_it() {
    let mut day = away(office());
    urgent(&mut day, "b1");
    let letter = day.posted.last().unwrap().clone();
    assert_eq!(letter.to, EKO);
    let text = letter.text();
    for words in ["ACCEPT ", "DECLINE ", "NOT URGENT ", "DONE ", "add ani@example.com as Cc"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    day.posted.clear();
    says(&mut day, "ACCEPT");
    assert_eq!(history(&day, "b1"), ["eko accepted stands"]);
    assert_eq!(day.post(), ["passed to budi@example.org"]);
    let listed = list(day.c(), day.engine().office(), None, Reach::Open, day.now).unwrap();
    let row = &listed.obligations[0];
    assert_eq!((row.holder.clone(), row.heard_in), (Some(address(EKO)), Some(HeardIn::Inbox)));
    assert!(listed.mailboxes.iter().all(|folder| folder.owner != address("sigap@example.com")));
    says(&mut day, "DONE");
    assert_eq!(day.ended("ani", "b1"), "done");
    let asked = Asked::Message(MessageKey("b1@example.org".to_owned()));
    let told = why(day.c(), day.engine().office(), &asked, day.now).unwrap();
    let told = &told.cases[0].obligations[0];
    assert_eq!(told.handovers[0].heard_in, Some(HeardIn::Inbox));
    assert_eq!((told.said[0].said, told.said[0].by.clone()), ("done", Some(address(EKO))));
    assert!(told.said[0].via.ends_with("@example.net"), "{:?}", told.said);
    day.until("Wed 17:00");
    assert_eq!((day.post(), slips(&day)), (vec![], vec![]));
    // Nothing of what he wrote is kept as mail.
    let kept = day.c().prepare("SELECT 1 FROM message WHERE author = ?1").unwrap().exists([EKO]);
    assert_eq!(kept, Ok(false));
}

#[test]
fn he_may_decline_or_say_that_it_can_wait_in_both_languages() {
    for (words, wanted) in [
        ("DECLINE", vec!["eko declined", "citra stands"]),
        ("tolak, maaf", vec!["eko declined", "citra stands"]),
        ("NOT URGENT", vec!["eko not_urgent"]),
        ("Tidak mendesak.", vec!["eko not_urgent"]),
        ("Terima, terima kasih", vec!["eko accepted stands"]),
        ("SELESAI", vec!["eko stands"]),
    ] {
        let mut day = asked();
        says(&mut day, words);
        assert_eq!(history(&day, "b1"), wanted, "{words}");
        let ended = if words == "SELESAI" { "done" } else { "open" };
        assert_eq!((day.ended("ani", "b1"), slips(&day)), (ended.to_owned(), vec![]), "{words}");
    }
}

/// What must be so for an answer to be believed: each row lacks one thing.
#[test]
fn an_answer_that_lacks_one_thing_is_not_believed() {
    type Spoils = fn(&Day, String) -> String;
    let from = "From: Eko <eko@example.net>\n";
    let rows: &[(&str, Spoils)] = &[
        ("another author", |_, raw| raw.replace("Eko <eko@example.net>", "eko@example.org")),
        ("his name, another address", |_, raw| {
            raw.replace("Eko <eko@example.net>", "\"eko@example.net\" <m@evil.test>")
        }),
        ("an owner", |_, raw| raw.replace("Eko <eko@example.net>", "citra@example.com")),
        ("the requester, who saw the id", |_, raw| {
            raw.replace("Eko <eko@example.net>", "budi@example.org")
        }),
        ("two authors", |_, raw| {
            raw.replace("From: Eko <eko@example.net>", "From: eko@example.net, m@evil.test")
        }),
        ("no author", |_, raw| raw.replace("From: Eko <eko@example.net>\n", "")),
        ("no token", |day, raw| raw.replace(&letter(day), "x@example.com")),
        ("a token that nobody made", |day, raw| {
            let wrong = letter(day).replacen("s1.", "s1.aaaa", 1);
            let (kept, host) = wrong.split_once('@').unwrap();
            raw.replace(&letter(day), &format!("{}@{host}", &kept[..29]))
        }),
        ("the token of another letter", |day, raw| {
            let other = day.letters().into_iter().find(|one| one.draft.kind == Kind::Welcome);
            raw.replace(&letter(day), &other.unwrap().message_id)
        }),
        ("an automatic answer", |_, raw| format!("Auto-Submitted: auto-replied\n{raw}")),
        ("a vacation notice", |_, raw| format!("X-Autoreply: yes\n{raw}")),
        ("the null sender", |_, raw| raw.replace("<eko@example.net>\nReceived", "<>\nReceived")),
        ("an absence, by its subject", |_, raw| {
            raw.replace("Subject: Re: [Urgent]", "Subject: Out of office: [Urgent]")
        }),
        ("a delivery report", |_, raw| {
            raw.replace(
                "Subject:",
                "Content-Type: multipart/report; report-type=delivery-status; \
                                     boundary=b\nSubject:",
            )
        }),
        ("forged, as the pinned server says", |_, raw| {
            format!(
                "Authentication-Results: mx.example.com; dmarc=fail header.from=example.net\n{raw}"
            )
        }),
    ];
    for (what, spoil) in rows {
        let mut pinned = office();
        pinned.policy.replies.authserv = Some("mx.example.com".to_owned());
        let mut day = away(pinned);
        urgent(&mut day, "b1");
        day.posted.clear();
        for words in ["ACCEPT", "DECLINE", "DONE", "nonsense"] {
            let raw = answer(&mut day, words);
            assert!(raw.contains(from));
            let spoiled = spoil(&day, raw.clone());
            assert_ne!(spoiled, raw, "{what}");
            day.own_receives(&spoiled);
            day.passes(minutes(1));
        }
        let after = (history(&day, "b1"), day.ended("ani", "b1"), day.post());
        assert_eq!(after, (vec!["eko stands".to_owned()], "open".to_owned(), vec![]), "{what}");
        assert_eq!(slips(&day), Vec::<String>::new(), "{what}");
        says(&mut day, "ACCEPT");
        assert_eq!(history(&day, "b1"), ["eko accepted stands"], "and whole it is: {what}");
    }
}

#[test]
fn an_answer_older_than_its_letter_is_not_believed() {
    let mut day = asked();
    let asked_at = handovers::of(day.c(), obligation(&day, "b1").id).unwrap()[0].offered_at;
    let raw = answer(&mut day, "DECLINE");
    day.own_holds_since(asked_at - minutes(11), &raw);
    assert_eq!(history(&day, "b1"), ["eko stands"]);
    assert!(day.has_journal("not believed: it is older"));
    // A mail server's clock may be slow.
    let raw = answer(&mut day, "DECLINE");
    day.own_holds_since(asked_at - minutes(9), &raw);
    assert_eq!(history(&day, "b1"), ["eko declined", "citra stands"]);
}

#[test]
fn an_id_in_the_record_that_was_not_made_here_names_no_letter() {
    let mut day = asked();
    let foreign = "s1.aaaaaaaaaaaaaaaaaaaaaaaaaa@example.com";
    let sql = "UPDATE letter SET message_id = ?1 WHERE message_id = ?2";
    day.c().execute(sql, [foreign, &letter(&day)]).unwrap();
    says(&mut day, "ACCEPT");
    assert_eq!(history(&day, "b1"), ["eko stands"]);
}

#[test]
fn a_letter_that_has_not_left_cannot_be_answered() {
    let mut day = asked();
    day.c().execute("UPDATE letter SET attempts = 0 WHERE kind = 'handover'", []).unwrap();
    says(&mut day, "ACCEPT");
    assert_eq!(history(&day, "b1"), ["eko stands"]);
}

/// Of an owner their own Sent folder is the only witness.
#[test]
fn an_owner_is_not_heard_here() {
    let mut office = office();
    office.owners[0].delegates.remove(0);
    let mut day = away(office);
    urgent(&mut day, "b1");
    assert_eq!(history(&day, "b1"), ["citra stands"]);
    let id = day.last_letter_to("citra").message_id;
    for words in ["ACCEPT", "DONE", "nonsense"] {
        let raw = day.answer_to_letter("citra", &id, words);
        day.own_receives(&raw);
        day.passes(minutes(1));
        assert_eq!(history(&day, "b1"), ["citra stands"], "{words}");
    }
    assert_eq!((day.ended("ani", "b1"), slips(&day)), ("open".to_owned(), vec![]));
    day.says_to("citra", &id, "ACCEPT");
    assert_eq!(history(&day, "b1"), ["citra accepted stands"]);
    let last = handovers::of(day.c(), obligation(&day, "b1").id).unwrap().remove(0);
    assert_eq!(last.heard_in, Some(HeardIn::Sent));
}

#[test]
fn a_forger_is_known_by_what_the_servers_of_the_house_write_into_all_mail() {
    let forged = "Authentication-Results: mx.house.test; spf=softfail smtp.mailfrom=example.net\n";
    let seen = |no: u32| {
        format!(
            "Authentication-Results: mx.house.test; spf=pass smtp.mailfrom=a@example.org\n\
             Received: from a by b; Mon, 23 Nov 2026 09:00:00 +0700\nFrom: a@example.org\n\
             To: sigap@example.com\nSubject: Thanks\nMessage-ID: <s{no}@example.org>\n\nThanks.\n"
        )
    };
    // As long as nobody knows the server, anybody may have written that.
    let mut day = asked();
    let raw = answer(&mut day, "ACCEPT");
    day.own_receives(&format!("{forged}{raw}"));
    assert_eq!(history(&day, "b1"), ["eko accepted stands"]);
    // Learned in Sigap's own mailbox, or in an owner's.
    for own in [true, false] {
        let mut day = asked();
        for no in 0..25 {
            match own {
                true => day.own_receives(&seen(no)),
                false => day.receives("citra", &seen(no)),
            }
        }
        let raw = answer(&mut day, "ACCEPT");
        day.own_receives(&format!("{forged}{raw}"));
        assert_eq!(history(&day, "b1"), ["eko stands"], "own: {own}");
        assert!(day.has_journal("the mail server says that it is forged"));
        let raw = answer(&mut day, "ACCEPT");
        let proven = forged.replace("spf=softfail", "dkim=pass header.d=example.net; spf=softfail");
        day.own_receives(&format!("{proven}{raw}"));
        assert_eq!(history(&day, "b1"), ["eko accepted stands"], "own: {own}");
    }
}

#[test]
fn too_late_is_told_to_him_once_and_to_nobody_else() {
    let mut day = asked();
    day.passes(hours(2) + minutes(2));
    assert_eq!(history(&day, "b1"), ["eko silent", "citra stands"]);
    day.posted.clear();
    let raw = answer(&mut day, "ACCEPT");
    for _ in 0..3 {
        day.own_receives(&raw);
        day.passes(minutes(1));
    }
    assert_eq!(history(&day, "b1"), ["eko silent", "citra stands"]);
    assert_eq!(day.post(), ["mistake to eko@example.net"]);
    assert_eq!(slips(&day), ["not_yours"]);
    says(&mut day, "DONE");
    assert_eq!(day.ended("ani", "b1"), "open");
    let told = day.posted.last().unwrap().text();
    assert!(told.contains("no longer with you") && told.contains("Eko Putra"), "{told}");
    assert!(!told.contains("SNOOZE") && !told.contains("Ani"), "{told}");
    // Also when he is no delegate any more.
    let mut day = asked();
    let mut without = office();
    without.owners[0].delegates.remove(0);
    let now = day.now;
    day.engine.as_mut().unwrap().reload(without, now).unwrap();
    day.passes(minutes(1));
    assert_eq!(history(&day, "b1"), ["eko away", "citra stands"]);
    day.posted.clear();
    says(&mut day, "ACCEPT");
    assert_eq!(day.post(), ["mistake to eko@example.net"]);
}

#[test]
fn the_end_of_the_absence_ends_what_he_may_say_of_it() {
    let mut day = asked();
    says(&mut day, "ACCEPT");
    let away = sigap::store::away::of_owner(day.c(), day.id_of("ani")).unwrap().remove(0);
    is_back(&day, away.id);
    day.passes(minutes(1));
    assert_eq!(history(&day, "b1"), ["eko accepted over"]);
    says(&mut day, "DECLINE");
    assert_eq!(
        (history(&day, "b1"), slips(&day)),
        (vec!["eko accepted over".into()], vec!["not_yours".into()])
    );
}

#[test]
fn other_words_are_mistakes_and_change_nothing() {
    let mut patient = office();
    patient.policy.accept_within = hours(8);
    patient.policy.fuse.address_per_day = 100;
    let mut day = away(patient);
    urgent(&mut day, "b1");
    let paused = |day: &Day| mailboxes::paused_until(day.c(), day.id_of("ani")).unwrap();
    let before = (history(&day, "b1"), day.owes("ani"));
    for words in [
        "NOT",
        "SNOOZE 1 2d",
        "PAUSE 3d",
        "STOP",
        "AWAY tomorrow",
        "BACK",
        "LIST",
        "MY REPORT",
        "CANCEL",
        "COVER sari",
    ] {
        says(&mut day, words);
        assert_eq!(slips(&day).last().unwrap(), "not_here", "{words}");
        assert_eq!((history(&day, "b1"), day.owes("ani")), before, "{words}");
        assert_eq!(paused(&day), None);
    }
    says(&mut day, "Why me?");
    assert_eq!(slips(&day).last().unwrap(), "unknown");
    says(&mut day, "UNDO");
    assert_eq!(slips(&day).last().unwrap(), "nothing_to_undo");
    says(&mut day, "HELP");
    assert_eq!(slips(&day).last().unwrap(), "\"help\"");
    says(&mut day, "Terima kasih");
    assert_eq!(slips(&day).len(), 13, "thanks ask for nothing");
}

#[test]
fn nobody_is_told_where_a_program_may_have_asked() {
    for fields in ["X-Auto-Response-Suppress: All\n", "List-Id: <l.example.net>\n", "X-Loop: a\n"] {
        let mut day = asked();
        let raw = answer(&mut day, "Thank you for your message, which we have received.");
        day.own_receives(&format!("{fields}{raw}"));
        day.passes(minutes(1));
        assert_eq!((slips(&day), history(&day, "b1")), (vec![], vec!["eko stands".into()]));
    }
}

#[test]
fn nothing_goes_outside_in_a_lower_mode() {
    let mut day = asked();
    day.sets_mode(Mode::Nudge);
    says(&mut day, "nonsense");
    assert_eq!(day.post(), Vec::<String>::new());
    let slip = day.letters().into_iter().find(|one| one.draft.kind == Kind::Mistake).unwrap();
    assert_eq!(slip.state, State::Recalled);
}

#[test]
fn undo_takes_back_his_own_word_and_no_other() {
    let mut day = asked();
    says(&mut day, "DONE");
    assert_eq!(day.ended("ani", "b1"), "done");
    // Ani takes back what she said last: that was not it.
    let welcome = day.letters().into_iter().find(|one| one.draft.kind == Kind::Welcome).unwrap();
    day.says_to("ani", &welcome.message_id, "UNDO");
    assert_eq!(day.ended("ani", "b1"), "done");
    says(&mut day, "UNDO");
    assert_eq!(day.ended("ani", "b1"), "open");
    assert_eq!(history(&day, "b1"), ["eko stands"]);
    // And the other way round.
    let now = day.now;
    let id = obligation(&day, "b1").id;
    let asks = obligations::asks(day.c(), id).unwrap();
    let word = sigap::store::corrections::Word::Snooze(now + hours(5));
    let ani = (day.id_of("ani"), None);
    sigap::store::corrections::correct(day.c(), ani, &asks, word, "cli", now).unwrap();
    day.posted.clear();
    says(&mut day, "UNDO");
    assert_eq!(slips(&day), ["nothing_to_undo"]);
}

#[test]
fn a_mailbox_that_is_numbered_anew_executes_nothing_twice() {
    let mut day = asked();
    says(&mut day, "ACCEPT");
    says(&mut day, "DONE");
    says(&mut day, "UNDO");
    says(&mut day, "nonsense");
    let before = (history(&day, "b1"), slips(&day), day.letters().len());
    day.own_is_numbered_anew();
    day.restarts();
    day.own_is_numbered_anew();
    day.passes(minutes(5));
    assert_eq!((history(&day, "b1"), slips(&day), day.letters().len()), before);
    assert_eq!(day.ended("ani", "b1"), "open");
    says(&mut day, "DONE");
    assert_eq!(day.ended("ani", "b1"), "done", "what comes later is heard");
}

/// The id of the answer alone keeps it from being heard twice, whatever the folder says.
#[test]
fn the_same_answer_is_heard_once() {
    let mut day = asked();
    let raw = answer(&mut day, "DONE");
    day.own_receives(&raw);
    says(&mut day, "UNDO");
    assert_eq!(day.ended("ani", "b1"), "open");
    day.own_receives(&raw);
    day.passes(minutes(1));
    assert_eq!(day.ended("ani", "b1"), "open");
}

#[test]
fn what_lay_there_before_it_was_read_first_is_not_heard() {
    let mut day = asked();
    let raw = answer(&mut day, "DECLINE");
    // The mailbox was configured only now.
    for sql in [
        "DELETE FROM location WHERE mailbox_id IN (SELECT id FROM mailbox WHERE owner_id IS NULL)",
        "UPDATE mailbox SET activated_at = NULL, quiet_until = 0, uid_validity = 0, uid_next = 0 \
         WHERE owner_id IS NULL",
    ] {
        day.c().execute(sql, []).unwrap();
    }
    let before = day.now;
    day.passes(minutes(5));
    day.own_holds_since(before, &raw);
    day.passes(minutes(1));
    assert_eq!(history(&day, "b1"), ["eko stands"]);
    says(&mut day, "DECLINE");
    assert_eq!(history(&day, "b1"), ["eko declined", "citra stands"]);
}

#[test]
fn without_the_mailbox_nothing_is_offered_that_does_not_work() {
    let mut day = away(Charter { inbox: None, ..office() });
    urgent(&mut day, "b1");
    let text = day.posted.last().unwrap().text();
    assert!(!text.contains("ACCEPT") && !text.contains("DONE"), "{text}");
    assert!(text.contains("add ani@example.com as Cc"), "{text}");
}

#[test]
fn answers_go_to_the_mailbox_where_it_has_an_address_of_its_own() {
    let mut other = office();
    other.inbox = Some(address("answers@example.com"));
    for (office, wanted) in [(office(), None), (other, Some("Sigap <answers@example.com>"))] {
        let mut day = away(office);
        urgent(&mut day, "b1");
        says(&mut day, "nonsense");
        let to_eko = day.posted.iter().filter(|one| one.to == EKO);
        let replies: Vec<_> = to_eko
            .map(|one| {
                let mail = mail_parser::MessageParser::default().parse(&one.bytes).unwrap();
                mail.header_raw("Reply-To").map(|raw| raw.trim().to_owned())
            })
            .collect();
        assert_eq!(replies, vec![wanted.map(str::to_owned); 2]);
    }
}

#[test]
fn a_mailbox_that_cannot_be_read_is_told_to_the_admin_once_a_day() {
    let mut day = asked();
    for _ in 0..3 {
        day.turns(Input::Deaf(Health::Stale, "connection lost".to_owned()));
    }
    day.passes(minutes(1));
    assert_eq!(day.post(), Vec::<String>::new());
    for _ in 0..3 {
        day.turns(Input::Deaf(Health::Failed, "login refused".to_owned()));
    }
    day.passes(minutes(1));
    assert_eq!(day.post(), ["alarm to admin@example.com"]);
    let own = mailboxes::own(day.c()).unwrap().unwrap();
    assert_eq!((own.state.health, own.fault.as_str()), (Health::Failed, "login refused"));
    says(&mut day, "ACCEPT");
    let own = mailboxes::own(day.c()).unwrap().unwrap();
    assert_eq!((own.state.health, own.fault.as_str()), (Health::Live, ""));
    assert_eq!(history(&day, "b1"), ["eko accepted stands"]);
}

/// He is asked about two things: each answer is about its own letter.
#[test]
fn each_answer_is_about_the_letter_that_it_answers() {
    let mut day = asked();
    let first = answer(&mut day, "DECLINE");
    urgent(&mut day, "b2");
    assert_eq!(history(&day, "b2"), ["eko stands"]);
    says(&mut day, "ACCEPT");
    day.own_receives(&first);
    assert_eq!(history(&day, "b1"), ["eko declined", "citra stands"]);
    assert_eq!(history(&day, "b2"), ["eko accepted stands"]);
}

/// A delegate who was outside and became an owner is heard as one.
#[test]
fn whoever_became_an_owner_is_heard_as_one() {
    let mut day = asked();
    let raw = answer(&mut day, "DECLINE");
    let mut grown = office();
    grown.owners[1].addresses.push(address(EKO));
    let now = day.now;
    day.engine.as_mut().unwrap().reload(grown, now).unwrap();
    day.own_receives(&raw);
    assert_eq!(history(&day, "b1"), ["eko stands"]);
}

#[test]
fn what_is_kept_about_him_is_given_out_and_erased() {
    let mut day = asked();
    says(&mut day, "ACCEPT");
    says(&mut day, "DONE");
    let kept = person::export(day.c(), &address(EKO)).unwrap();
    assert_eq!(kept["obligations"][0]["handed_over"][0]["heard_in"], "inbox");
    assert!(kept["elsewhere"].to_string().contains("correction.delegate"), "{kept}");
    let secret = facts::instance(day.c()).unwrap().secret;
    let path = day.database();
    let now = day.now;
    day.engine = None;
    let mut c = rusqlite::Connection::open(path).unwrap();
    sigap::store::erasing::erase(&mut c, &address(EKO), &secret, now).unwrap();
    let left = "SELECT count(*) FROM correction WHERE delegate = ?1";
    assert_eq!(c.query_row(left, [EKO], |row| row.get::<_, i64>(0)), Ok(0));
    day.starts();
    assert_eq!(day.ended("ani", "b1"), "done");
}
