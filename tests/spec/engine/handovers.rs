//! Ani is away, and something cannot wait: who is asked to answer, what they may say, who hears of
//! it, and how it ends.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use sigap::engine::office::Charter;
use sigap::model::handover::{Ended, Topic};
use sigap::model::letter::{Kind, State};
use sigap::model::message::Role;
use sigap::model::policy::{Mode, WhileAway};
use sigap::store::{away, handovers, obligations};

use super::away::{goes, is_away, is_back};
use super::day::{Day, Post, charter, hours, minutes, owner};
use super::replies::PATH;
use crate::office::address;

const ASK: &str = "Could you please send me the figures?";

/// Ani, for whom Citra stands in, then Dewi, then somebody outside.
fn office() -> Charter {
    let mut office = charter(Mode::Full);
    office.owners.push(owner("Dewi", "dewi@example.com"));
    office.owners.iter_mut().for_each(|owner| owner.team = None);
    office.owners[0].delegates =
        ["citra@example.com", "dewi@example.com", "eko@example.net"].map(address).into();
    office
}

fn day() -> Day {
    away(office())
}

/// Ani is away from Monday to Thursday.
pub fn away(office: Charter) -> Day {
    let mut day = Day::with(office);
    // Ani has written to Budi: he may learn who stands in.
    day.sent_holds(
        "ani",
        "From: ani@example.com\nTo: budi@example.org\nSubject: Hello\nMessage-ID: <h@example.com>\n\n\
         Hello Budi.\n",
    );
    is_away(&day, "Mon 09:00", "Thu 00:00");
    day.passes(minutes(1));
    day
}

/// Budi's urgent ask.
pub fn urgent(day: &mut Day, id: &str) {
    let words = "This is urgent: could you please send me the figures today?";
    day.writes("budi", "ani", id, &format!("Request {id}"), PATH, words);
    day.passes(minutes(1));
}

/// Who has what was asked in a message; empty: Ani.
fn holder(day: &Day, id: &str) -> String {
    let found = obligation(day, id).holder;
    found.map_or(String::new(), |holder| holder.address.local().to_owned())
}

/// What is owed for a message.
pub fn obligation(day: &Day, id: &str) -> sigap::model::obligation::Obligation {
    let key = format!("{id}@example.org");
    let all = obligations::all(day.c(), day.id_of("ani"), 100).unwrap();
    all.into_iter().find(|one| one.asked_key.0 == key).unwrap()
}

/// The hand-overs of what was asked in a message.
fn history(day: &Day, id: &str) -> Vec<String> {
    let all = handovers::of(day.c(), obligation(day, id).id).unwrap();
    let told = all.iter().map(|one| {
        let whom = one.delegate.as_ref().map_or("nobody", |delegate| delegate.local());
        let ended = one.ended.map_or("stands", |(how, _)| how.word());
        format!("{whom} {} {ended}", one.cause.word())
    });
    told.collect()
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

#[test]
fn what_is_urgent_is_handed_over_accepted_told_answered_and_closed() {
    let mut day = day();
    day.writes("budi", "ani", "b1", "Request b1", PATH, ASK);
    day.passes(minutes(1));
    assert_eq!(day.post(), ["auto_reply to budi@example.org"], "a plain ask waits for Ani");
    assert_eq!(holder(&day, "b1"), "");
    // Budi answers the automatic reply with one word.
    let reply = day.letters().into_iter().rfind(|one| one.draft.kind == Kind::AutoReply).unwrap();
    day.receives(
        "ani",
        &format!(
            "{PATH}From: Budi <budi@example.org>\nTo: ani@example.com\n\
             Subject: Re: Automatic reply: Request b1\nMessage-ID: <u1@example.org>\n\
             In-Reply-To: <{}>\n\nURGENT\n\nWe cannot wait.\n",
            reply.message_id
        ),
    );
    day.passes(minutes(1));
    assert_eq!(history(&day, "b1"), ["citra called stands"]);
    assert_eq!(day.owes("ani"), ["b1"], "the answer belongs to what was asked");
    let letter = day.posted.last().unwrap().clone();
    assert_eq!(letter.to, "citra@example.com");
    let mail = parsed(&letter.bytes);
    assert_eq!(mail.subject(), Some("[Urgent] Please help: Request b1 (Ani is away)"));
    let attached = mail.attachments().next().unwrap();
    assert!(attached.is_content_type("message", "rfc822"), "the email itself: {attached:?}");
    let PartType::Message(original) = &attached.body else { panic!("{attached:?}") };
    assert_eq!(original.message_id(), Some("b1@example.org"));
    assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-notified"));
    assert_eq!(day.post(), ["handover to citra@example.com"]);
    // Citra takes it, and Budi hears who has it.
    day.says("citra", "ACCEPT");
    day.passes(minutes(1));
    assert_eq!(holder(&day, "b1"), "citra");
    let told = day.posted.last().unwrap().clone();
    let mail = parsed(&told.bytes);
    assert_eq!(mail.reply_to().unwrap().first().unwrap().address(), Some("citra@example.com"));
    assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("ani@example.com"));
    assert_eq!(mail.in_reply_to().as_text(), Some("b1@example.org"));
    assert!(told.text().contains("Citra has your request"), "{}", told.text());
    assert!(day.tried.last().unwrap().from.is_none(), "with the null sender");
    assert_eq!(day.post(), ["passed to budi@example.org"]);
    day.says_to("citra", &letter.message_id, "ACCEPT");
    day.passes(minutes(30));
    assert_eq!(day.post(), Vec::<String>::new(), "once");
    // Citra answers the attached email.
    day.answers("citra", "budi", "b1");
    assert_eq!(day.ended("ani", "b1"), "answered_by_holder");
    day.until("Wed 17:00");
    assert_eq!(day.post(), Vec::<String>::new());
    // Ani is back, and reads how it went.
    day.until("Thu 09:05");
    let digest = day.posted.last().unwrap().text();
    assert_eq!(day.post(), ["digest to ani@example.com"]);
    let told = "- one urgent email went to Citra, answered after 32 min of working time;";
    assert!(digest.contains(told), "{digest}");
    assert!(!digest.contains("colleagues answered"), "it is told once: {digest}");
}

#[test]
fn whoever_declines_or_says_nothing_or_is_away_is_passed_over() {
    let mut day = day();
    urgent(&mut day, "b1");
    assert_eq!(history(&day, "b1"), ["citra words stands"]);
    // What is for reminders only changes nothing here.
    let letter = day.last_letter_to("citra").message_id;
    day.says("citra", "NOT");
    assert_eq!(history(&day, "b1"), ["citra words stands"]);
    day.says_to("citra", &letter, "DECLINE");
    day.passes(minutes(1));
    assert_eq!(history(&day, "b1"), ["citra words declined", "dewi words stands"]);
    // Two hours of Dewi's working time later.
    day.passes(minutes(118));
    assert_eq!(holder(&day, "b1"), "dewi");
    day.passes(minutes(3));
    assert_eq!(
        history(&day, "b1"),
        ["citra words declined", "dewi words silent", "eko words stands"]
    );
    let to_eko = day.posted.last().unwrap().text();
    assert!(!to_eko.contains("ACCEPT"), "nobody would hear it: {to_eko}");
    // Too late: Eko has it now.
    day.says("dewi", "ACCEPT");
    day.passes(minutes(1));
    assert_eq!(holder(&day, "b1"), "eko");
    assert!(day.last_letter_to("dewi").draft.about.contains("not_yours"));
    day.until("Tue 17:00");
    assert_eq!(holder(&day, "b1"), "", "the chain is at its end");
    let alarms = |day: &Day| {
        let all = day.letters().into_iter().filter(|one| one.draft.kind == Kind::Alarm);
        all.filter(|one| one.draft.about.contains("nobody_there")).count()
    };
    assert_eq!(alarms(&day), 1, "the admin is told");
    day.until("Wed 17:00");
    assert_eq!(alarms(&day), 1, "once");

    let mut day = self::day();
    day.until("Mon 10:00");
    goes(&day, "citra", "Mon 09:00", "Tue 00:00");
    urgent(&mut day, "b2");
    assert_eq!(history(&day, "b2"), ["dewi words stands"], "Citra is away herself");
    goes(&day, "dewi", "Mon 10:30", "Tue 00:00");
    day.until("Mon 10:31");
    assert_eq!(history(&day, "b2"), ["dewi words away", "eko words stands"]);
}

#[test]
fn what_can_wait_waits_for_its_owner() {
    let mut day = day();
    urgent(&mut day, "b1");
    day.says("citra", "NOT URGENT");
    day.until("Wed 17:00");
    assert_eq!(history(&day, "b1"), ["citra words not_urgent"]);
    assert_eq!(holder(&day, "b1"), "");
    let handed = day.letters().into_iter().filter(|one| one.draft.kind == Kind::Handover);
    assert_eq!(handed.count(), 1);
}

#[test]
fn the_end_of_the_absence_gives_it_back() {
    let mut day = day();
    urgent(&mut day, "b1");
    day.says("citra", "TERIMA");
    day.until("Wed 23:59");
    assert_eq!(holder(&day, "b1"), "citra");
    day.until("Thu 00:01");
    assert_eq!(history(&day, "b1"), ["citra words over"]);
    // What Citra writes all the same is an answer.
    day.answers("citra", "budi", "b1");
    assert_eq!(day.ended("ani", "b1"), "answered_by_holder");
    // Ani comes back early, before the letter has left.
    let mut day = self::day();
    day.post = Post::Defers;
    urgent(&mut day, "b2");
    let away = away::of_owner(day.c(), day.id_of("ani")).unwrap().remove(0);
    is_back(&day, away.id);
    day.post = Post::Accepts;
    day.until("Mon 17:00");
    assert_eq!(history(&day, "b2"), ["citra words over"]);
    let letter = day.letters().into_iter().find(|one| one.draft.kind == Kind::Handover).unwrap();
    assert_eq!(letter.state, State::Recalled);
}

#[test]
fn reasons_are_weighed_in_order() {
    type Story = (fn(&mut Charter), fn(&mut Day), Option<&'static str>);
    let stories: &[Story] = &[
        (|_| {}, |day| day.writes("budi", "ani", "b1", "Request", PATH, ASK), None),
        (|_| {}, |day| urgent(day, "b1"), Some("words")),
        (
            |_| {},
            |day| {
                let words = "It is not urgent. Could you please send me the figures?";
                day.writes("budi", "ani", "b1", "Request", PATH, words);
            },
            None,
        ),
        (
            |office| office.policy.tiers[0].priority_words = vec!["deadline".to_owned()],
            |day| day.writes("budi", "ani", "b1", "Before the Deadline", PATH, ASK),
            Some("words"),
        ),
        (
            |office| office.policy.tiers[0].away = WhileAway::Urgent,
            |day| day.writes("budi", "ani", "b1", "Request", PATH, ASK),
            Some("tier"),
        ),
        (
            |_| {},
            |day| {
                day.writes("budi", "ani", "b1", "Request b1", PATH, ASK);
                day.passes(hours(3));
                day.asks_again("budi", "ani", "b9", "b1");
            },
            Some("chased"),
        ),
    ];
    for (no, (set, happens, cause)) in stories.iter().enumerate() {
        let mut office = office();
        set(&mut office);
        let mut day = Day::with(office);
        is_away(&day, "Mon 09:00", "Thu 00:00");
        day.passes(minutes(1));
        happens(&mut day);
        day.passes(minutes(1));
        let wanted: Vec<String> =
            cause.iter().map(|cause| format!("citra {cause} stands")).collect();
        assert_eq!(history(&day, "b1"), wanted, "story {no}");
    }
}

/// Of eight promised hours Ani had used one when she left on Tuesday; what is left of them counts on
/// Citra's clock, and two hours before their end she is asked.
#[test]
fn a_covered_tier_is_handed_over_when_it_is_due_soon() {
    let mut office = office();
    office.policy.tiers[0].away = WhileAway::Cover;
    let mut day = Day::with(office);
    day.until("Mon 16:00");
    day.asks("budi", "ani", "b1");
    is_away(&day, "Tue 00:00", "Fri 00:00");
    day.until("Tue 13:59");
    assert_eq!(history(&day, "b1"), Vec::<String>::new());
    day.until("Tue 14:01");
    assert_eq!(history(&day, "b1"), ["citra cover stands"]);
    let letter = day.posted.last().unwrap().clone();
    let subject = parsed(&letter.bytes).subject().unwrap().to_owned();
    assert_eq!(subject, "Please help: Request b1 (Ani is away)");
    day.says("citra", "ACCEPT");
    // Seven hours were left at two o'clock.
    let due = obligation(&day, "b1").holder.unwrap().due_at.unwrap();
    assert_eq!(due, super::day::at("Wed 13:00"));
    // Reminders go to whoever has it, and to nobody else.
    day.until("Tue 17:00");
    day.posted.clear();
    day.until("Wed 17:00");
    assert_eq!(day.post(), ["nudge to citra@example.com"], "six hours: one of Ani's, five of hers");
    day.says("citra", "DONE");
    assert_eq!(day.ended("ani", "b1"), "done");
}

#[test]
fn others_stand_in_for_some_matters() {
    let mut office = office();
    office.owners[0].topics = vec![
        Topic {
            subjects: vec!["salary".to_owned()],
            recipients: vec![address("payroll@example.com")],
            delegates: vec![address("eko@example.net")],
            ..Topic::default()
        },
        Topic {
            subjects: vec!["salary".to_owned()],
            delegates: vec![address("dewi@example.com")],
            ..Topic::default()
        },
    ];
    for (subject, to, wanted) in [
        ("Salary of May", "ani@example.com, payroll@example.com", "eko"),
        ("Salary of May", "ani@example.com", "dewi"),
        ("Figures", "ani@example.com, payroll@example.com", "citra"),
    ] {
        let mut day = Day::with(office.clone());
        is_away(&day, "Mon 09:00", "Thu 00:00");
        day.receives(
            "ani",
            &format!(
                "{PATH}From: budi@example.org\nTo: {to}\nSubject: {subject}\n\
                 Message-ID: <b1@example.org>\n\nDear Ani,\n\nThis is urgent: could you please \
                 send me the figures today?\n"
            ),
        );
        day.passes(minutes(1));
        assert_eq!(holder(&day, "b1"), wanted, "{subject} to {to}");
    }
}

#[test]
fn nothing_is_handed_over_about_the_past_or_without_leave() {
    for mode in [Mode::Observe, Mode::Nudge] {
        let mut day = Day::with(Charter { mode, ..office() });
        is_away(&day, "Mon 09:00", "Thu 00:00");
        urgent(&mut day, "b1");
        assert_eq!(history(&day, "b1"), Vec::<String>::new());
    }
    // Budi stands in for himself nowhere, and nobody at all is asked where nobody is named.
    let mut alone = office();
    alone.owners[0].delegates = vec![address("ani@example.com")];
    let mut day = Day::with(alone);
    is_away(&day, "Mon 09:00", "Thu 00:00");
    urgent(&mut day, "b1");
    assert_eq!(history(&day, "b1"), ["nobody words nobody"]);
    let mut post = day.post();
    post.sort();
    assert_eq!(post, ["alarm to admin@example.com", "auto_reply to budi@example.org"]);
}

#[test]
fn a_stranger_hears_nothing_of_who_stands_in() {
    let mut day = Day::with(office());
    is_away(&day, "Mon 09:00", "Thu 00:00");
    urgent(&mut day, "b1");
    assert_eq!(day.post(), ["auto_reply to budi@example.org", "handover to citra@example.com"]);
    day.says("citra", "ACCEPT");
    day.until("Mon 12:00");
    assert_eq!(day.post(), Vec::<String>::new(), "Ani has never written to Budi");
}

#[test]
fn a_copy_to_the_owner_shows_that_somebody_outside_has_answered() {
    let mut office = office();
    office.owners[0].delegates = vec![address("eko@example.net")];
    for (to, cc, closed) in [
        ("budi@example.org", "ani@example.com", "answered_by_holder"),
        ("ani@example.com", "", "open"),
    ] {
        let mut day = Day::with(office.clone());
        is_away(&day, "Mon 09:00", "Thu 00:00");
        urgent(&mut day, "b1");
        assert_eq!(holder(&day, "b1"), "eko");
        day.receives(
            "ani",
            &format!(
                "From: Eko <eko@example.net>\nTo: {to}\nCc: {cc}\nSubject: Re: Request b1\n\
                 Message-ID: <e1@example.net>\nIn-Reply-To: <b1@example.org>\n\nHere they are.\n"
            ),
        );
        assert_eq!(day.ended("ani", "b1"), closed);
    }
}

#[test]
fn the_original_may_be_gone_or_too_large_or_confidential() {
    let ask = |fields: &str, more: &str| {
        format!(
            "{PATH}{fields}From: budi@example.org\nTo: ani@example.com\nSubject: Request b1\n\
             Message-ID: <b1@example.org>\n\nDear Ani,\n\nThis is urgent: could you please send \
             me the figures today?\n\n{more}\n"
        )
    };
    // Quoted, so that Budi's own words are few.
    let large = "> A line of seventy-two characters, which is no more than it has to be.\n";
    let large = large.repeat(300_000);
    for (raw, told) in [
        (ask("", ""), "The original is attached"),
        (ask("Sensitivity: Company-Confidential\n", ""), "marked the original as confidential"),
        (ask("", &large), "too large to be attached"),
    ] {
        let mut day = day();
        day.receives("ani", &raw);
        day.passes(minutes(1));
        let letter = day.posted.last().unwrap();
        assert_eq!(letter.to, "citra@example.com");
        assert!(letter.text().contains(told), "{}", letter.text());
        let attached = parsed(&letter.bytes).attachments().count();
        assert_eq!(attached, usize::from(told.contains("is attached")));
    }
    let mut day = day();
    day.post = Post::Defers;
    day.goes_deaf("ani", Role::Inbox);
    day.hears_again("ani", Role::Inbox);
    day.holds();
    urgent(&mut day, "b1");
    day.loses("ani", "b1");
    day.post = Post::Accepts;
    day.releases();
    day.passes(minutes(15));
    let letter = day.posted.last().unwrap();
    assert!(letter.text().contains("no longer in the inbox"), "{}", letter.text());
}

#[test]
fn another_email_under_the_same_number_goes_to_nobody() {
    for (id, subject, told) in [
        ("b1", "Request b1", "The original is attached"),
        ("other", "Request b1", "no longer in the inbox"),
        ("b1", "Something else", "no longer in the inbox"),
    ] {
        let mut day = day();
        let mail = format!(
            "From: budi@example.org\r\nSubject: {subject}\r\nMessage-ID: <{id}@example.org>\r\n\
             \r\nHello.\r\n"
        );
        day.fetched_instead = Some(mail.into_bytes());
        urgent(&mut day, "b1");
        let letter = day.posted.last().unwrap();
        assert_eq!(letter.to, "citra@example.com");
        assert!(letter.text().contains(told), "{}", letter.text());
    }
}

#[test]
fn what_could_not_travel_unchanged_travels_as_a_file() {
    let mut day = day();
    day.receives(
        "ani",
        &format!(
            "{PATH}From: budi@example.org\nTo: ani@example.com\nSubject: Request b1\n\
             Message-ID: <b1@example.org>\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\n\nDear Ani,\n\nThis is urgent: could you please \
             send me the figures for Café Été today?\n"
        ),
    );
    day.passes(minutes(1));
    let bytes = &day.posted.last().unwrap().bytes;
    assert!(bytes.is_ascii());
    let mail = parsed(bytes);
    let attached = mail.attachments().next().unwrap();
    assert!(attached.is_content_type("application", "octet-stream"));
    assert_eq!(attached.attachment_name(), Some("original.eml"));
    let inner = parsed(attached.contents());
    assert!(inner.body_text(0).unwrap().contains("Café Été"));
}

#[test]
fn a_kill_at_any_moment_asks_once() {
    for post in [Post::Sleeps, Post::Defers] {
        let mut day = day();
        day.post = post;
        urgent(&mut day, "b1");
        day.post = Post::Accepts;
        day.restarts();
        day.until("Mon 11:00");
        let taken = day.posted.iter().filter(|one| one.to == "citra@example.com").count();
        assert_eq!(taken, 1);
        assert_eq!(history(&day, "b1"), ["citra words stands"]);
    }
}

#[test]
fn whoever_is_no_delegate_any_more_is_passed_over() {
    let mut day = day();
    day.post = Post::Defers;
    urgent(&mut day, "b1");
    assert_eq!(history(&day, "b1"), ["citra words stands"]);
    let mut without = office();
    without.owners[0].delegates.remove(0);
    let now = day.now;
    day.engine.as_mut().unwrap().reload(without, now).unwrap();
    day.post = Post::Accepts;
    day.passes(hours(1));
    assert_eq!(history(&day, "b1"), ["citra words away", "dewi words stands"]);
    assert!(day.posted.iter().all(|letter| letter.to != "citra@example.com"));
}

#[test]
fn commands_for_it_count_in_an_answer_to_it_alone() {
    let mut day = day();
    day.asks("budi", "citra", "c1");
    day.until("Mon 15:30");
    assert_eq!(day.last_letter_to("citra").draft.kind, Kind::Nudge);
    for words in ["ACCEPT", "TOLAK", "NOT URGENT"] {
        day.says("citra", words);
        day.passes(minutes(1));
        let slip = day.last_letter_to("citra");
        assert!(slip.draft.about.contains("not_here"), "{words}: {}", slip.draft.about);
        let nudge = day.letters().into_iter().rfind(|one| one.draft.kind == Kind::Nudge).unwrap();
        day.says_to("citra", &nudge.message_id, "LIST");
        day.passes(minutes(1));
    }
    assert_eq!(day.owes("citra"), ["c1"]);
    // Nobody but the one who was asked can answer: not from another's Sent folder.
    urgent(&mut day, "b1");
    let letter = day.letters().into_iter().rfind(|one| one.draft.kind == Kind::Handover).unwrap();
    day.says_to("dewi", &letter.message_id, "DECLINE");
    day.says_to("ani", &letter.message_id, "DECLINE");
    day.passes(minutes(1));
    assert_eq!(history(&day, "b1"), ["citra words stands"]);
    assert_eq!(Ended::named("silent"), Some(Ended::Silent));
}

#[test]
fn a_clock_that_was_ahead_hands_nothing_over_for_longer_than_it_was() {
    let mut day = Day::with(office());
    is_away(&day, "Mon 12:00", "Thu 00:00");
    day.wall_clock_jumps(hours(4));
    day.passes(minutes(11));
    urgent(&mut day, "b1");
    assert_eq!(history(&day, "b1"), ["citra words stands"]);
    day.wall_clock_jumps(-hours(4));
    assert_eq!(history(&day, "b1"), ["citra words over"], "Ani has not left yet");
}
