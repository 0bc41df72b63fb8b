//! Six people of one team and Ratna who leads it: when she has their report, that she has it once,
//! and what she may say about it.

use std::fmt::Write as _;

use sigap::config::settings::load;
use sigap::daemon::charter::charter as charter_of;
use sigap::engine::office::Charter;
use sigap::model::letter::{Audience, Kind, Letter, State};
use sigap::model::message::Role;
use sigap::model::policy::Mode;

use super::away::is_away;
use super::day::{Arrives, At, Day, Post, Posted, at, hours, minutes};
use super::replies::PATH;

const PEOPLE: [&str; 6] = ["ani", "citra", "dewi", "eka", "fajar", "gita"];
const RATNA: &str = "ratna@example.net";

/// One team of six, in `full` mode; what else stands in the configuration, and about the team.
fn office_with(more: &str, team: &str, people: &[&str]) -> Charter {
    let mut text = format!(
        "mode = \"full\"\n[store]\npath = \"sigap.db\"\n[smtp]\nfolder = \"letters\"\n\
         from = \"Sigap <sigap@example.com>\"\n[admin]\naddress = \"admin@example.com\"\n\
         [inbox]\nmaildir.path = \"own\"\n\
         [[tier]]\nname = \"all\"\nreply_within = \"8h\"\nladder = [\"nudge 6h\", \"lapse 80h\"]\n\
         [[team]]\nname = \"desk\"\n{team}\n{more}\n"
    );
    for name in people {
        write!(
            text,
            "[[owner]]\nname = \"{name}\"\naddresses = [\"{name}@example.com\"]\nlanguage = \"en\"\n\
             team = \"desk\"\ntime_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Fri 09:00-17:00\"]\n\
             maildir.path = \"{name}\"\nexceptions = {{ \"2026-11-30\" = \"closed\" }}\n"
        )
        .unwrap();
    }
    let room = tempfile::tempdir().unwrap();
    let file = room.path().join("sigap.toml");
    std::fs::write(&file, text).unwrap();
    charter_of(&load(&file).unwrap().settings).unwrap()
}

fn office(team: &str) -> Charter {
    office_with("", team, &PEOPLE)
}

fn led() -> Charter {
    office(&format!("lead = \"{RATNA}\""))
}

/// Twelve people asked somebody of the team last week, and ten had an answer two hours later.
fn history(day: &mut Day, people: &[&str]) {
    for no in 0..12 {
        let who = people[no % people.len()];
        let date = format!("2026-11-{}", 16 + no % 5);
        let raw = format!(
            "From: budi{no}@example.org\nTo: {who}@example.com\nSubject: Request h{no}\n\
             Message-ID: <h{no}@example.org>\n\nDear {who},\n\nCould you please send me the \
             figures?\n\nBudi\n"
        );
        day.inbox_held(who, &format!("{date} 10:00:00"), &raw);
        if no < 10 {
            let raw = format!(
                "From: {who}@example.com\nTo: budi{no}@example.org\nSubject: Re: Request h{no}\n\
                 Message-ID: <a{no}@example.com>\nIn-Reply-To: <h{no}@example.org>\n\nHere.\n"
            );
            day.sent_held(who, &format!("{date} 12:00:00"), &raw);
        }
    }
}

/// The daemon begins on Monday at 08:00 and reads everything for the first time.
fn begins(charter: Charter) -> Day {
    let mut day = Day::unread(charter);
    history(&mut day, &PEOPLE);
    day.reads_everything();
    day
}

fn reports(day: &Day) -> Vec<&Posted> {
    let to: Vec<Letter> =
        day.letters().into_iter().filter(|one| one.draft.kind == Kind::Report).collect();
    let is_report = |one: &&Posted| to.iter().any(|letter| letter.message_id == one.message_id);
    day.posted.iter().filter(is_report).collect()
}

/// To whom reports went, and when.
fn post(day: &Day) -> Vec<String> {
    let zone = jiff::tz::TimeZone::get("Asia/Jakarta").unwrap();
    let told = |one: &&Posted| {
        let at = one.at.to_zoned(zone.clone()).strftime("%a %-d %H:%M").to_string();
        format!("{} {at}", one.to.split('@').next().unwrap())
    };
    reports(day).iter().map(told).collect()
}

#[test]
fn the_first_report_is_about_weeks_in_which_nothing_was_sent() {
    let mut day = begins(led());
    day.until("Mon 08:05");
    assert_eq!(post(&day), ["ratna Mon 23 08:00"], "after an outage it comes at once");
    let text = reports(&day)[0].text();
    assert!(text.contains("The team received 12 requests."), "{text}");
    assert!(text.contains("In target                  : 10 of 12 (83%)"), "{text}");
    assert!(text.contains("reply MONTHLY; for none, reply STOP."), "{text}");
    let to_requesters = day.letters().into_iter();
    assert_eq!(to_requesters.filter(|one| one.draft.audience == Audience::Requester).count(), 0);
}

#[test]
fn every_week_has_one_on_the_first_working_day_at_seven() {
    let mut day = begins(led());
    day.until("2026-12-15 12:00");
    // Monday the 30th is a holiday; the 7th of December is quiet but for what still waits.
    let all =
        ["ratna Mon 23 08:00", "ratna Tue 1 07:00", "ratna Mon 7 07:00", "ratna Mon 14 07:00"];
    assert_eq!(post(&day), all);
}

#[test]
fn neither_a_restart_nor_a_crash_repeats_it() {
    let mut day = begins(led());
    for _ in 0..5 {
        day.restarts();
        day.passes(minutes(20));
    }
    assert_eq!(post(&day).len(), 1);
    // The process dies at the dot, and the letter has arrived or not: nobody can look there.
    let mut day = Day::unread(led());
    history(&mut day, &PEOPLE);
    day.post = Post::Dies(At::Dot, Arrives::Yes);
    day.reads_everything();
    day.until("Mon 08:01");
    assert!(day.engine.is_none());
    day.post = Post::Accepts;
    day.restarts();
    day.until("Tue 12:00");
    let all = reports(&day);
    assert_eq!(all.len(), 2, "once more, as the same letter");
    assert_eq!(all[0].message_id, all[1].message_id);
    assert_eq!(all[0].bytes, all[1].bytes);
}

/// Whoever answers that they want none has it, whatever the server said.
#[test]
fn whoever_stops_them_has_no_second_copy() {
    let mut day = Day::unread(led());
    history(&mut day, &PEOPLE);
    day.post = Post::LosesAnswer(Arrives::Yes);
    day.reads_everything();
    day.until("Mon 08:05");
    assert_eq!(post(&day).len(), 1);
    day.post = Post::Accepts;
    says(&mut day, RATNA, "STOP");
    day.until("Tue 12:00");
    assert_eq!(post(&day).len(), 1);
}

/// A restored database does not know what left since its copy was made.
#[test]
fn a_restored_database_repeats_none() {
    let mut day = Day::unread(led());
    history(&mut day, &PEOPLE);
    day.is_copied();
    day.reads_everything();
    day.until("Mon 12:00");
    assert_eq!(post(&day).len(), 1);
    day.posted.clear();
    day.is_restored();
    day.until("Mon 13:00");
    day.releases_a_restored_one();
    day.reads_everything();
    day.until("2026-12-01 12:00");
    assert_eq!(post(&day), ["ratna Tue 1 07:00"], "the next one only");
}

#[test]
fn it_waits_for_mail_that_can_be_read_and_tells_of_whom_it_knows_nothing() {
    let mut day = Day::unread(led());
    day.goes_deaf("gita", Role::Sent);
    history(&mut day, &PEOPLE);
    day.reads_everything();
    day.until("Mon 08:59");
    assert!(post(&day).is_empty(), "{:?}", post(&day));
    day.until("Mon 09:10");
    assert_eq!(post(&day), ["ratna Mon 23 09:00"]);
    assert!(reports(&day)[0].text().contains("The mail of one person could not be read"));
    // Read in time, it is there in time.
    let mut day = Day::unread(led());
    day.goes_deaf("gita", Role::Sent);
    history(&mut day, &PEOPLE);
    day.reads_everything();
    day.until("Mon 08:20");
    day.hears_again("gita", Role::Sent);
    day.until("Mon 08:22");
    assert_eq!(post(&day).len(), 1);
    assert!(!reports(&day)[0].text().contains("could not be read"));
}

#[test]
fn an_outage_over_the_weekend_skips_nobody_and_over_a_week_nothing_is_made_up_for() {
    let mut day = begins(led());
    day.until("Mon 12:00");
    day.engine = None;
    day.now = at("2026-12-02 21:00");
    day.restarts();
    day.until("2026-12-03 06:59");
    assert_eq!(post(&day).len(), 1, "not in the night");
    day.until("2026-12-03 07:05");
    assert_eq!(post(&day).last().unwrap(), "ratna Thu 3 07:00");
    day.engine = None;
    day.now = at("2026-12-12 10:00");
    day.restarts();
    day.until("2026-12-14 06:00");
    assert_eq!(post(&day).len(), 2, "on a weekend nothing of last week leaves");
    day.until("2026-12-14 08:00");
    assert_eq!(post(&day).len(), 3);
}

#[test]
fn below_full_nothing_of_it_leaves() {
    for mode in [Mode::Observe, Mode::Nudge] {
        let mut day = begins(Charter { mode, ..led() });
        day.until("Mon 12:00");
        assert!(post(&day).is_empty());
        day.charter.mode = Mode::Full;
        day.restarts();
        day.until("Mon 12:10");
        assert_eq!(post(&day).len(), 1);
    }
}

fn says(day: &mut Day, from: &str, words: &str) {
    let report = reports(day).last().unwrap().message_id.clone();
    let no = day.next();
    let raw = format!(
        "Return-Path: <{from}>\nFrom: R <{from}>\nTo: sigap@example.com\nSubject: Re: Report\n\
         Message-ID: <r{no}@example.net>\nIn-Reply-To: <{report}>\n\n{words}\n"
    );
    day.own_receives(&raw);
    day.passes(minutes(1));
}

fn slips(day: &Day) -> usize {
    let slip = |one: &Letter| {
        let ours = one.draft.kind == Kind::Mistake && one.state == State::Sent;
        assert!(!ours || one.draft.to.as_str() == RATNA);
        ours
    };
    day.letters().iter().filter(|one| slip(one)).count()
}

#[test]
fn a_lead_outside_says_how_often() {
    let mut day = begins(led());
    day.until("Mon 10:00");
    says(&mut day, RATNA, "Thank you!");
    says(&mut day, RATNA, "Ok, thanks");
    assert_eq!(slips(&day), 0, "courtesies are no commands");
    says(&mut day, RATNA, "STOP please");
    day.until("2026-12-02 12:00");
    assert_eq!(post(&day).len(), 1, "none any more");
    says(&mut day, RATNA, "BATAL");
    day.until("2026-12-02 12:30");
    day.until("2026-12-02 12:45");
    assert_eq!(post(&day).len(), 2, "taken back, this week's comes after all");
    says(&mut day, RATNA, "Monthly for the other team please");
    assert_eq!(slips(&day), 1, "more than was understood");
    says(&mut day, RATNA, "Bulanan, terima kasih");
    day.until("2026-12-31 12:00");
    assert_eq!(post(&day)[2..], ["ratna Mon 7 07:00"], "the first Monday of a month");
    says(&mut day, RATNA, "WEEKLY");
    day.until("2027-01-12 12:00");
    assert_eq!(post(&day)[3..].len(), 2, "{:?}", post(&day));
    says(&mut day, RATNA, "DONE 1");
    says(&mut day, RATNA, "abracadabra");
    says(&mut day, RATNA, "HELP");
    assert_eq!(slips(&day), 4);
    let help = day.posted.last().unwrap().text();
    assert!(help.contains("MONTHLY") && !help.contains("SNOOZE"), "{help}");
}

#[test]
fn nobody_else_can_say_it_for_them() {
    let mut day = begins(led());
    day.until("Mon 10:00");
    says(&mut day, "mallory@example.net", "STOP");
    assert!(day.has_journal("is not believed"));
    let report = reports(&day)[0].message_id.clone();
    day.says_to("ani", &report, "STOP");
    day.until("Tue 12:00");
    day.until("2026-12-01 12:00");
    assert_eq!(post(&day).len(), 2);
}

#[test]
fn who_is_an_owner_stops_reports_and_not_reminders() {
    let mut day = begins(office("lead = \"citra@example.com\""));
    day.until("Mon 10:00");
    assert_eq!(post(&day), ["citra Mon 23 08:00"]);
    let report = reports(&day)[0].message_id.clone();
    day.says_to("citra", &report, "BERHENTI");
    day.asks("zaki", "citra", "z1");
    day.until("2026-12-03 12:00");
    assert_eq!(post(&day).len(), 1);
    let letters = day.letters();
    let nudged = |one: &Letter| {
        one.draft.kind == Kind::Nudge && one.draft.to.as_str() == "citra@example.com"
    };
    assert!(letters.iter().any(nudged), "reminders go on");
    // What they say to the letter about a mistake of theirs is about reports, too.
    day.says_to("citra", &report, "mingguann");
    day.passes(minutes(1));
    let slip = day.last_letter_to("citra");
    assert_eq!((slip.draft.kind, slip.draft.audience), (Kind::Mistake, Audience::Lead));
    day.says_to("citra", &slip.message_id, "STOP");
    day.asks("zaki", "citra", "z2");
    day.until("2026-12-08 12:00");
    let nudges = day.letters().into_iter().filter(nudged).count();
    assert_eq!(nudges, 2, "reminders still go on");
}

#[test]
fn everyone_has_one_where_everyone_reads() {
    let mut day = begins(office(&format!("lead = \"{RATNA}\"\nreport_to = \"everyone\"")));
    day.until("Mon 12:00");
    let mut all = post(&day);
    all.sort();
    assert_eq!(all.len(), 7, "{all:?}");
    all.dedup();
    assert_eq!(all.len(), 7);
    let ani = reports(&day).into_iter().find(|one| one.to.starts_with("ani")).unwrap();
    assert!(ani.text().contains("because you belong to desk"));
    // Nobody reads of those who are nobody's.
    let mut day = begins(office("report_to = \"nobody\""));
    day.until("Mon 12:00");
    assert!(post(&day).is_empty());
}

#[test]
fn several_teams_of_one_reader_stand_in_one_letter() {
    let mut more = format!("[[team]]\nname = \"zebra\"\nlead = \"{RATNA}\"\n");
    writeln!(more, "[[team]]\nname = \"nobody's\"\nlead = \"{RATNA}\"").unwrap();
    for no in 0..5 {
        write!(
            more,
            "[[owner]]\nname = \"Z{no}\"\naddresses = [\"z{no}@example.com\"]\nteam = \"zebra\"\n\
             time_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Fri 09:00-17:00\"]\nmaildir.path = \"z{no}\"\n"
        )
        .unwrap();
    }
    let mut day = begins(office_with(&more, &format!("lead = \"{RATNA}\""), &PEOPLE));
    day.until("Mon 12:00");
    assert_eq!(post(&day).len(), 1);
    let text = reports(&day)[0].text();
    assert!(text.contains("– desk") && text.contains("received 12 requests"), "{text}");
    assert!(text.contains("– zebra") && text.contains("No requests came in, and nobody waits."));
    assert!(!text.contains("nobody's"), "a team of nobody has no part in it");
}

/// Ani and Citra wished to have their own.
fn wished(team: &str) -> Charter {
    let mut charter = office(team);
    for owner in charter.owners.iter_mut().filter(|owner| ["ani", "citra"].contains(&&*owner.name))
    {
        owner.own_report = true;
    }
    charter
}

#[test]
fn who_wished_it_has_their_own_and_nobody_else_has() {
    let mut day = begins(wished("report_to = \"nobody\""));
    day.until("Mon 12:00");
    let mut all = post(&day);
    all.sort();
    assert_eq!(all, ["ani Mon 23 08:00", "citra Mon 23 08:00"]);
    let ani = reports(&day).into_iter().find(|one| one.to.starts_with("ani")).unwrap();
    let (text, report) = (ani.text(), ani.message_id.clone());
    assert!(text.contains("2 requests reached you; 2 have been answered."), "{text}");
    assert!(text.contains("because you have a report"), "{text}");
    let citra = reports(&day).into_iter().find(|one| one.to.starts_with("citra")).unwrap();
    assert!(!text.contains("fewer than"), "a person sees all of their own: {text}");
    assert!(citra.text().contains("2 requests reached you"));
    // What waits for Fajar and Gita is theirs.
    for one in reports(&day) {
        assert!(!one.text().contains("Request h1"), "{}", one.text());
    }
    day.says_to("ani", &report, "STOP");
    day.asks("zaki", "ani", "z1");
    day.asks("zaki", "citra", "z2");
    day.until("2026-12-02 12:00");
    let later: Vec<String> = post(&day)[2..].to_vec();
    assert_eq!(later, ["citra Tue 1 07:00"]);
}

/// Ani asks for it in answer to whatever she has, Citra in answer to the report of her team.
#[test]
fn an_owner_wishes_it_by_mail_and_takes_it_back() {
    let mut day = begins(office("lead = \"citra@example.com\""));
    day.until("Mon 10:00");
    assert_eq!(post(&day), ["citra Mon 23 08:00"]);
    let report = &reports(&day)[0];
    assert!(report.text().contains("reply MY REPORT"), "{}", report.text());
    let report = report.message_id.clone();
    let welcome = day.last_letter_to("ani").message_id;
    day.says_to("ani", &welcome, "Laporan saya, terima kasih");
    day.says_to("citra", &report, "MY REPORT please");
    day.asks("zaki", "ani", "z1");
    day.asks("zaki", "citra", "z2");
    day.until("2026-12-02 12:00");
    let mut later = post(&day)[1..].to_vec();
    later.sort();
    // Ani has that of last week as soon as she is heard, Citra hers with the next one.
    assert_eq!(later, ["ani Mon 23 16:00", "ani Tue 1 07:00", "citra Tue 1 07:00"]);
    for one in &reports(&day)[1..] {
        let text = one.text();
        assert!(text.contains("YOUR OWN WEEK") && !text.contains("MY REPORT"), "{text}");
        assert_eq!(text.contains("– desk"), one.to.starts_with("citra"));
    }
    // Within a day either of them takes it back; nothing else that was said goes with it.
    let said = |day: &Day| {
        let c = day.engine.as_ref().unwrap().db().connection();
        sigap::store::corrections::all_who_wish_reports(c).unwrap().len()
    };
    assert_eq!(said(&day), 2);
    let last = reports(&day).into_iter().rfind(|one| one.to.starts_with("citra")).unwrap();
    let last = last.message_id.clone();
    day.says_to("citra", &last, "MONTHLY");
    day.says_to("citra", &last, "BATAL");
    assert_eq!(said(&day), 2, "what was said last was something else");
    day.says_to("citra", &last, "Laporan saya");
    day.says_to("citra", &last, "BATAL");
    assert_eq!(said(&day), 2, "she had wished it before");
}

#[test]
fn a_wish_is_taken_back_where_it_was_said() {
    let mut day = begins(office("lead = \"citra@example.com\""));
    day.until("Mon 10:00");
    let report = reports(&day)[0].message_id.clone();
    let said = |day: &Day| {
        let c = day.engine.as_ref().unwrap().db().connection();
        sigap::store::corrections::all_who_wish_reports(c).unwrap().len()
    };
    for (say, count) in [("MY REPORT", 1), ("UNDO", 0), ("My report", 1)] {
        day.says_to("citra", &report, say);
        day.passes(minutes(2));
        assert_eq!(said(&day), count, "{say}");
    }
    let welcome = day.last_letter_to("ani").message_id;
    for (say, count) in [("LAPORAN SAYA", 2), ("BATAL", 1)] {
        day.says_to("ani", &welcome, say);
        day.passes(minutes(2));
        assert_eq!(said(&day), count, "{say}");
    }
    // A lead outside has no mailbox that is watched, and so no report of their own.
    let mut day = begins(led());
    day.until("Mon 10:00");
    says(&mut day, RATNA, "MY REPORT");
    assert_eq!((slips(&day), said(&day)), (1, 0));
}

/// A `STOP` in answer to a reminder promises that no more letters come.
#[test]
fn whoever_wants_silence_has_no_report_either() {
    let mut day = begins(wished("lead = \"citra@example.com\""));
    day.until("Mon 10:00");
    assert_eq!(post(&day).len(), 2);
    let welcome = |day: &Day, who: &str| {
        let all = day.letters().into_iter().filter(|one| one.draft.kind == Kind::Welcome);
        let mut theirs = all.filter(|one| one.draft.to.as_str().starts_with(who));
        theirs.next().unwrap().message_id
    };
    for (who, ask) in [("citra", "z1"), ("ani", "z2")] {
        let letter = welcome(&day, who);
        day.says_to(who, &letter, "STOP");
        day.asks("zaki", who, ask);
    }
    day.until("2026-12-03 12:00");
    assert_eq!(post(&day).len(), 2, "{:?}", post(&day));
    let letter = welcome(&day, "ani");
    day.says_to("ani", &letter, "BACK");
    day.passes(hours(2));
    assert_eq!(post(&day)[2..].len(), 1, "that of this week comes after all");
    assert!(post(&day)[2].starts_with("ani Thu 3"), "{:?}", post(&day));
}

/// Whoever stopped reports and asks for one of their own has reports again; taken back, none.
#[test]
fn a_wish_ends_a_stop() {
    let mut day = begins(office("lead = \"citra@example.com\""));
    day.until("Mon 10:00");
    let report = reports(&day)[0].message_id.clone();
    day.asks("zaki", "citra", "z1");
    let says = |day: &mut Day, words: &str| {
        day.says_to("citra", &report, words);
        day.passes(minutes(2));
    };
    says(&mut day, "STOP");
    says(&mut day, "MY REPORT");
    day.until("2026-12-01 12:00");
    assert_eq!(post(&day)[1..], ["citra Tue 1 07:00"]);
    says(&mut day, "STOP");
    says(&mut day, "LAPORAN SAYA");
    says(&mut day, "BATAL");
    day.asks("zaki", "citra", "z2");
    day.until("2026-12-15 12:00");
    assert_eq!(post(&day).len(), 2, "{:?}", post(&day));
}

#[test]
fn a_reader_of_both_has_one_letter() {
    let mut day = begins(wished("lead = \"citra@example.com\"\nreport_to = \"everyone\""));
    day.until("Mon 12:00");
    assert_eq!(post(&day).len(), 6);
    for one in reports(&day) {
        let text = one.text();
        let has_own = one.to.starts_with("ani") || one.to.starts_with("citra");
        assert_eq!(text.contains("YOUR OWN WEEK"), has_own, "{}: {text}", one.to);
        assert!(text.contains("WEEKLY RESPONSIVENESS REPORT"), "{text}");
    }
}

#[test]
fn single_requests_stand_in_it_where_the_team_agreed_to_that() {
    let told = |level: &str| {
        let mut day = begins(office(&format!("lead = \"{RATNA}\"\n{level}")));
        day.until("Mon 12:00");
        reports(&day)[0].text()
    };
    let names = ["fajar", "gita"];
    let aggregate = told("");
    assert!(!aggregate.contains("Request h"), "{aggregate}");
    let threads = told("report_level = \"threads\"");
    assert!(threads.contains("Request h10 – example.org (A colleague)"), "{threads}");
    assert!(threads.contains("example.org: 12"), "{threads}");
    assert!(names.iter().all(|name| !threads.contains(name)), "{threads}");
    let named = told("report_level = \"named\"\nagreement = \"Minutes of 1 June\"");
    assert!(named.contains("Request h10 – example.org (fajar)"), "{named}");
    assert!(named.contains("Request h11 – example.org (gita)"), "{named}");
    assert!(named.contains("Minutes of 1 June"), "{named}");
}

/// The letter of Monday was written and could not be delivered; meanwhile the team wants less told,
/// or something else was changed.
#[test]
fn what_was_written_does_not_leave_when_less_may_be_told() {
    let lead = format!("lead = \"{RATNA}\"");
    let threads = format!("{lead}\nreport_level = \"threads\"");
    let more = format!("[[team]]\nname = \"zebra\"\nlead = \"{RATNA}\"");
    for (then, left) in [(office(&lead), 0), (office_with(&more, &threads, &PEOPLE), 1)] {
        let mut day = Day::unread(office(&threads));
        history(&mut day, &PEOPLE);
        day.only_refuses = Some(RATNA);
        day.reads_everything();
        day.until("Mon 08:30");
        let is_tried = |one: &Letter| one.draft.kind == Kind::Report && one.attempts > 0;
        assert!(day.letters().iter().any(is_tried), "it was written");
        day.charter = then;
        day.restarts();
        day.only_refuses = None;
        day.until("Tue 12:00");
        assert_eq!(post(&day).len(), left);
        assert_eq!(day.has_journal("less may be told now"), left == 0, "{:?}", day.journal);
        assert!(reports(&day).iter().all(|one| one.text().contains("Request h")));
    }
}

#[test]
fn a_small_team_has_none() {
    let people = &PEOPLE[..4];
    let mut day = Day::unread(office_with("", &format!("lead = \"{RATNA}\""), people));
    history(&mut day, people);
    day.reads_everything();
    day.until("2026-12-01 12:00");
    assert!(post(&day).is_empty());
    assert!(day.has_journal("fewer than five people"));
}

#[test]
fn a_quiet_week_is_told_of_once_a_month() {
    let mut day = Day::unread(led());
    day.reads_everything();
    day.until("2027-02-02 12:00");
    // The first working Mondays of their months; on the 30th of November nobody worked.
    let quiet = ["ratna Mon 7 07:00", "ratna Mon 4 07:00", "ratna Mon 1 07:00"];
    assert_eq!(post(&day), quiet);
    let text = reports(&day)[0].text();
    assert!(text.contains("No requests came in, and nobody waits."), "{text}");
    assert!(!text.contains("THE LAST EIGHT WEEKS"), "{text}");
}

#[test]
fn reports_have_an_allowance_of_their_own() {
    let mut charter = office(&format!("lead = \"{RATNA}\"\nreport_to = \"everyone\""));
    charter.policy.fuse.instance_per_hour = 6;
    let mut day = Day::unread(charter);
    // They wait for her mail until the welcomes leave, too.
    day.goes_deaf("gita", Role::Sent);
    history(&mut day, &PEOPLE);
    day.reads_everything();
    day.until("Mon 09:30");
    assert_eq!(post(&day).len(), 7, "more than the ceiling of all letters");
    let sent = |one: &Letter| one.draft.kind == Kind::Welcome && one.state == State::Sent;
    let welcomes = day.letters().into_iter().filter(sent).count();
    assert_eq!(welcomes, 5, "and they leave that ceiling to the others");
    assert!(!day.has_journal("the fuse has blown"), "{:?}", day.journal);
}

#[test]
fn a_busy_server_delays_it_and_the_night_is_kept() {
    let mut day = Day::unread(led());
    history(&mut day, &PEOPLE);
    day.only_refuses = Some(RATNA);
    day.reads_everything();
    day.until("Mon 20:00");
    day.only_refuses = None;
    day.until("Tue 06:59");
    assert!(post(&day).is_empty(), "{:?}", post(&day));
    day.until("Tue 08:30");
    assert_eq!(post(&day).len(), 1);
    day.passes(hours(48));
    assert_eq!(post(&day).len(), 1);
}

/// Ani is away on two days, Budi is answered for her, and Citra waits for somebody.
#[test]
fn absences_and_awaited_answers_are_told_of_the_team() {
    let mut day = Day::unread(led());
    history(&mut day, &PEOPLE);
    let long_ago = "From: citra@example.com\nTo: yusuf@example.org\nSubject: Offer\n\
                    Message-ID: <old@example.com>\n\nDear Yusuf,\n\nCould you please send me the \
                    offer?\n\nCitra\n";
    day.sent_held("citra", "2026-09-30 10:00:00", long_ago);
    day.reads_everything();
    let known = "From: ani@example.com\nTo: budi@example.org\nSubject: Hello\n\
                 Message-ID: <h@example.com>\n\nHello Budi.\n";
    day.sent_holds("ani", known);
    let asked = "From: citra@example.com\nTo: zaki@example.org\nSubject: Contract\n\
                 Message-ID: <q@example.com>\n\nDear Zaki,\n\nCould you please send me the signed \
                 contract?\n\nCitra\n";
    day.sent_holds("citra", asked);
    is_away(&day, "Tue 00:00", "Thu 00:00");
    day.until("Tue 10:00");
    day.writes("budi", "ani", "b1", "Request b1", PATH, "Could you please send me the figures?");
    day.until("Wed 10:00");
    day.writes("budi", "ani", "b2", "Request b2", PATH, "Could you please send me the plan?");
    day.until("2026-12-01 12:00");
    let text = reports(&day)[1].text();
    assert!(text.contains("Awaited from others        : 1, asked for"), "of eight weeks: {text}");
    let away = "2 working days, 1 automatic reply, 0 urgent emails passed on.";
    assert!(text.contains(away), "Budi is answered once: {text}");
    assert!(!reports(&day)[0].text().contains("AWAY AND COVERED"), "nobody was");
}
