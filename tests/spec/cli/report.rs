//! `report`: what is shown of a team's week, to whom nothing is shown, and under which promises.

use std::fmt::Write as _;

use insta::assert_snapshot;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use sigap::cli::ground::Ground;
use sigap::engine::office::Office;
use sigap::engine::turn::Engine;
use sigap::model::handover::Holder;
use sigap::model::ids::{ConversationId, MessageId, ObligationId};
use sigap::model::message::MessageKey;
use sigap::model::obligation::{Closed, Ending, Obligation};
use sigap::store::db::{Access, Db};
use sigap::store::obligations;

use super::world::{World, at};
use crate::office::{address, obligation};

/// The week that is reported, and when.
const MONDAY: Date = date(2026, 11, 16);
const REPORTED: &str = "2026-11-23 07:30";
/// When the daemon began.
const BEGAN: &str = "2026-09-14 08:00";

/// Six people of one team, and two of another whose name would be a formula.
fn config(within: &str) -> String {
    let mut text = format!(
        "mode = \"nudge\"\n[store]\npath = \"sigap.db\"\n[smtp]\nfolder = \"letters\"\n\
         from = \"Sigap <sigap@example.com>\"\n[[tier]]\nname = \"all\"\nreply_within = \"{within}\"\n\
         ladder = [\"nudge 40m\", \"lapse 80h\"]\n[[team]]\nname = \"Payroll\"\n\
         lead = \"ratna@example.com\"\n[[team]]\nname = \"=1+1\"\n"
    );
    for no in 0..8 {
        let team = if no < 6 { "Payroll" } else { "=1+1" };
        write!(
            text,
            "[[owner]]\nname = \"Ani {no}\"\naddresses = [\"ani{no}@example.com\"]\n\
             language = \"en\"\nteam = \"{team}\"\ntime_zone = \"Asia/Jakarta\"\n\
             hours = [\"Mon-Fri 09:00-17:00\"]\nmaildir.path = \"ani{no}\"\n"
        )
        .unwrap();
    }
    text
}

struct Told {
    world: World,
    count: i64,
}

impl Told {
    fn new() -> Self {
        let told = Self { world: World::with(&config("8h")), count: 0 };
        told.starts(at(BEGAN));
        told.reads("SELECT id FROM owner", at(REPORTED));
        told
    }

    /// The folders of these owners were read at a moment.
    fn reads(&self, owners: &str, at: Timestamp) {
        let c = Connection::open(self.world.store()).unwrap();
        let sql = "INSERT INTO mailbox (owner_id, role, name, last_read_at, health) \
                   SELECT id, role, role, ?1, 'live' FROM owner, \
                   (SELECT 'inbox' AS role UNION SELECT 'sent')";
        let sql =
            format!("{sql} WHERE id IN ({owners}) ON CONFLICT DO UPDATE SET last_read_at = ?1");
        c.execute(&sql, [at.as_second()]).unwrap();
    }

    fn starts(&self, now: Timestamp) {
        let ground = Ground::load(Some(&self.world.config())).unwrap();
        let db = Db::open(&self.world.store(), Access::Daemon, now).unwrap();
        drop(Engine::open(db, ground.charter, now).unwrap());
    }

    /// From then on something else is promised.
    fn promises(&self, within: &str, now: Timestamp) {
        std::fs::write(self.world.config(), config(within)).unwrap();
        self.starts(now);
    }

    /// A request to one of the people, and how it ended after so long.
    fn asks(&mut self, who: usize, asked: Timestamp, ended: Option<(Ending, i64)>) {
        self.is_asked(who, asked, ended, "budi@example.org", None);
    }

    /// The same by somebody, and who holds it since when.
    fn is_asked(
        &mut self,
        who: usize,
        asked: Timestamp,
        ended: Option<(Ending, i64)>,
        by: &str,
        held: Option<(usize, Timestamp)>,
    ) {
        self.count += 1;
        let ground = Ground::load(Some(&self.world.config())).unwrap();
        let db = Db::open(&self.world.store(), Access::Daemon, asked).unwrap();
        let office = Office::known(db.connection(), ground.charter).unwrap();
        let owner = office.owner_of(&address(&format!("ani{who}@example.com"))).unwrap().id;
        let closed = ended.map(|(how, minutes)| Closed {
            at: asked + SignedDuration::from_mins(minutes),
            how,
            evidence: None,
        });
        let one = Obligation {
            owner,
            closed,
            id: ObligationId(0),
            conversation: ConversationId(self.count),
            asked_in: MessageId(self.count),
            asked_key: MessageKey(format!("{}@example.org", self.count)),
            requester: address(by),
            ..obligation(self.count, "all", asked)
        };
        let id = obligations::insert(db.connection(), &one).unwrap();
        let holder = held.map(|(who, since)| Holder {
            address: address(&format!("ani{who}@example.com")),
            since,
            used: SignedDuration::ZERO,
            due_at: None,
            accepted_at: None,
        });
        obligations::hold(db.connection(), id, holder.as_ref()).unwrap();
    }

    fn report(&self, words: &[&str]) -> super::world::Said {
        let words = [&["report"], words].concat();
        self.world.sigap_at(&words, at(REPORTED))
    }
}

fn on(day: Date, hour: i8) -> Timestamp {
    let zone = TimeZone::get("Asia/Jakarta").unwrap();
    zone.to_zoned(day.at(hour, 0, 0, 0)).unwrap().timestamp()
}

/// Nine weeks: answers take longer from week to week, one of ten is left lying; the second but last
/// week has few requests.
fn nine_weeks() -> Told {
    let mut told = Told::new();
    for week in 0..9_i64 {
        let monday = MONDAY.checked_sub(jiff::Span::new().weeks(8 - week)).unwrap();
        for no in 0..if week == 6 { 4 } else { 12 } {
            let day = monday.checked_add(jiff::Span::new().days(no % 4)).unwrap();
            let asked = on(day, 9 + i8::try_from(no % 6).unwrap());
            let ended = match no {
                5 => None,
                7 => Some((Ending::AnsweredByFlag, 200)),
                8 => Some((Ending::Done, 1_500)),
                9 => Some((Ending::NotARequest, 100)),
                10 => Some((Ending::Withdrawn, 100)),
                _ => Some((Ending::AnsweredByOwner, 20 + 15 * week + 10 * no)),
            };
            told.asks(usize::try_from(no % 6).unwrap(), asked, ended);
        }
    }
    told
}

#[test]
fn what_is_shown_of_a_week() {
    let told = nine_weeks();
    let json = told.report(&["--team", "payroll", "--json"]);
    assert_snapshot!("report-json", json.pretty());
    let text = told.report(&["--team", "payroll"]);
    assert_snapshot!("report", text.out);
    assert!(text.out.lines().all(|line| line.chars().count() <= 80), "{}", text.out);
    let csv = told.report(&["--format", "csv", "--team", "payroll"]);
    assert_snapshot!("report-csv", csv.out.replace("\r\n", "\n"));
    assert!(csv.out.lines().count() == csv.out.matches("\r\n").count());
    for (language, wanted) in [("en", "Half answered within"), ("id", "Separuh dibalas dalam")] {
        let words = ["--format", "html", "--team", "payroll", "--language", language];
        let page = told.report(&words);
        assert!(page.out.starts_with("<!DOCTYPE html>") && page.out.contains(wanted), "{page:?}");
        let drawn = page.out.contains("<img src=\"data:image/png;base64,");
        assert!(drawn && !page.out.contains("cid:"), "a file of its own: {page:?}");
    }
    let both = told.report(&["--format", "html"]);
    assert!(both.code == 2 && both.err.contains("name it with --team"), "{both:?}");
}

/// The configuration at another level, where somebody stands in for somebody.
fn at_level(told: &Told, level: &str) {
    let text =
        config("8h").replace("name = \"Payroll\"\n", &format!("name = \"Payroll\"\n{level}\n"));
    std::fs::write(told.world.config(), text).unwrap();
}

#[test]
fn what_each_level_tells_on_the_command_line() {
    let told = nine_weeks();
    let waiting = |told: &Told| {
        let json = told.report(&["--team", "payroll", "--json"]).json()["reports"][0].clone();
        (json["level"].clone(), json["waiting_longest"].clone(), json["asked_most"].clone())
    };
    assert_eq!(
        waiting(&told),
        ("aggregate".into(), serde_json::Value::Null, serde_json::Value::Null)
    );
    at_level(&told, "report_level = \"threads\"");
    let (level, rows, most) = waiting(&told);
    assert_eq!((level, rows.as_array().unwrap().len()), ("threads".into(), 5));
    assert!(rows.as_array().unwrap().iter().all(|row| row["with"][0]["name"].is_null()), "{rows}");
    assert_eq!(most[0]["requests"], 10, "{most}");
    let text = told.report(&["--team", "payroll"]).out;
    assert!(!text.contains("Ani 5"), "{text}");
    at_level(&told, "report_level = \"named\"\nagreement = \"Minutes of 1 June\"");
    let (level, rows, _) = waiting(&told);
    assert_eq!((level, &rows[0]["with"][0]["name"]), ("named".into(), &"Ani 5".into()));
    let text = told.report(&["--team", "payroll"]);
    assert_snapshot!("report-named", text.out);
    assert!(text.out.lines().all(|line| line.chars().count() <= 80), "{}", text.out);
    let json = told.report(&["--team", "payroll", "--json"]).json();
    let one = &json["reports"][0];
    assert_snapshot!(
        "report-named-json",
        serde_json::to_string_pretty(&serde_json::json!({
            "waiting_longest": one["waiting_longest"],
            "asked_most": one["asked_most"],
            "awaited_longest": one["awaited_longest"],
        }))
        .unwrap()
    );
    let page = told.report(&["--format", "html", "--team", "payroll", "--language", "en"]).out;
    assert!(page.contains("Waiting longest") && page.contains("Minutes of 1 June"), "{page}");
}

/// Those of the team agreed to be named; nobody else did. Whoever asks from a small team is not seen
/// in its name, and who holds it is said as it was then.
#[test]
fn only_those_of_the_team_are_named() {
    let mut told = Told::new();
    let (before, after) = (on(date(2026, 11, 20), 9), on(date(2026, 11, 25), 9));
    let rows = [
        ("budi@example.org", Some((7, before)), "example.org", true, None),
        ("budi@example.org", Some((2, before)), "example.org", true, Some("Ani 2")),
        ("ani6@example.com", Some((2, after)), "internal", false, Some("Ani 2")),
        ("ani5@example.com", None, "Payroll (internal)", false, Some("Ani 3")),
    ];
    for (no, (by, held, ..)) in rows.iter().enumerate() {
        let asked = on(MONDAY, 9 + i8::try_from(no).unwrap());
        told.is_asked(no, asked, None, by, *held);
    }
    at_level(&told, "report_level = \"named\"\nagreement = \"Minutes of 1 June\"");
    let json = told.report(&["--team", "payroll", "--json"]).json();
    let found = json["reports"][0]["waiting_longest"].as_array().unwrap().clone();
    assert_eq!(found.len(), rows.len());
    for (one, (_, _, from, stands_in, name)) in found.iter().zip(rows) {
        let with = &one["with"][0];
        let said = (one["from"].as_str().unwrap(), with["stands_in"].as_bool().unwrap());
        assert_eq!((said, with["name"].as_str()), ((from, stands_in), name), "{one}");
    }
    let text = told.report(&["--team", "payroll"]).out;
    assert!(!text.contains("Ani 7") && text.contains("the delegate"), "{text}");
    // To the person it is theirs, and who stands in for them is no secret.
    let own = told.report(&["--owner", "Ani 0", "--json"]).json();
    assert_eq!(own["reports"][0]["waiting_longest"][0]["with"][0]["name"], "Ani 7");
}

/// What somebody asked for in another team is not told of in this one.
#[test]
fn what_was_asked_in_another_team_stays_there() {
    let told = Told::new();
    let moved = config("8h").replacen("team = \"=1+1\"", "team = \"Payroll\"", 1);
    assert_ne!(moved, config("8h"));
    std::fs::write(told.world.config(), &moved).unwrap();
    told.starts(on(date(2026, 11, 1), 8));
    let c = Connection::open(told.world.store()).unwrap();
    let rows = [
        (date(2026, 10, 20), "NULL", "NULL"),
        (date(2026, 11, 10), "NULL", "NULL"),
        (date(2026, 11, 11), "4000000000", "'answered'"),
        (date(2026, 11, 12), "4000000000", "'not_asked'"),
        (date(2026, 11, 13), "1", "'answered'"),
    ];
    for (no, (asked, ended, how)) in rows.into_iter().enumerate() {
        let (id, at) = (no + 1, on(asked, 9).as_second());
        c.execute_batch(&format!(
            "INSERT INTO message (id, owner_id, key, key_hash, subject_hash, fingerprint, \
             conversation_id, place, arrived_at, seen_at, backlog, author, class, lost, facts, \
             verdict) VALUES ({id}, 7, 'k{id}', {id}, {id}, 'f{id}', {id}, 'sent', {at}, {at}, 0, \
             'ani6@example.com', 'own_ask', 0, '{{}}', '{{}}'); \
             INSERT INTO awaited (owner_id, conversation_id, asked_in, asked_at, last_asked_at, \
             asks, confidence, backlog, snoozes, ended_at, ended_how) \
             VALUES (7, {id}, {id}, {at}, {at}, 1, 0.9, 0, 0, {ended}, {how});"
        ))
        .unwrap();
    }
    let awaited = |words: &[&str]| {
        let json = told.report(&[words, &["--json"]].concat()).json();
        json["reports"][0]["awaited"].clone()
    };
    assert_eq!(awaited(&["--team", "payroll"]), 2, "that of October was another team's");
    assert_eq!(awaited(&["--week", "2026-W46", "--team", "payroll"]), 2);
}

#[test]
fn an_owner_sees_all_of_their_own() {
    let mut told = Told::new();
    told.asks(7, on(MONDAY, 10), Some((Ending::AnsweredByOwner, 77)));
    told.asks(7, on(MONDAY, 11), None);
    told.asks(6, on(MONDAY, 12), None);
    let own = told.report(&["--owner", "ani7@example.com", "--json"]).json();
    let one = &own["reports"][0];
    assert_eq!(one["owner"], "ani7@example.com");
    assert_eq!(one["level"], "own");
    assert!(one["team"].is_null() && one["withheld"].is_null());
    assert_eq!(one["figures"]["received"], 2, "of a team of two nothing is shown, to her all is");
    assert_eq!(one["open"]["count"], 1);
    assert_eq!(one["waiting_longest"].as_array().unwrap().len(), 1);
    let text = told.report(&["--owner", "Ani 7"]).out;
    assert_snapshot!("report-own", text);
    let csv = told.report(&["--owner", "ani7@example.com", "--format", "csv"]).out;
    assert!(csv.contains("\"ani7@example.com\",2026-W47,2,1,0,4620,"), "{csv}");
    let page =
        told.report(&["--owner", "ani7@example.com", "--format", "html", "--language", "en"]);
    assert!(page.out.contains("Only you see this report"), "{page:?}");
    let nobody = told.report(&["--owner", "zaki"]);
    assert!(nobody.code == 1 && nobody.err.contains("nobody watched is called"), "{nobody:?}");
}

#[test]
fn of_few_people_nothing_is_shown() {
    let mut told = Told::new();
    for no in 0..40 {
        told.asks(6 + no % 2, on(MONDAY, 10), Some((Ending::AnsweredByOwner, 77)));
    }
    let report = told.report(&["--team", "=1+1", "--json"]).json();
    let one = report["reports"][0].as_object().unwrap();
    assert_eq!(one["withheld"], "few_people");
    for (name, value) in one {
        let said = ["team", "week", "zone", "at", "level", "withheld"].contains(&name.as_str());
        assert!(said || value.is_null(), "{name}: {value}");
    }
    let text = told.report(&["--team", "=1+1"]).out;
    assert!(text.contains("Nothing is shown of a team of fewer than five people."), "{text}");
    assert!(!text.contains("40") && !text.contains("1h 17m"), "{text}");
    assert_eq!(told.report(&["--team", "=1+1", "--format", "csv"]).out.lines().count(), 1);
}

/// A team that has grown is not shown as it was when it was small.
#[test]
fn of_weeks_with_few_people_nothing_is_shown() {
    let mut told = Told::new();
    let small = config("8h").replacen("team = \"Payroll\"", "team = \"=1+1\"", 2);
    std::fs::write(told.world.config(), &small).unwrap();
    told.starts(on(date(2026, 10, 1), 8));
    for weeks in 0..4_i64 {
        for _ in 0..12 {
            let day = MONDAY.checked_sub(jiff::Span::new().weeks(weeks)).unwrap();
            told.asks(5, on(day, 10), Some((Ending::AnsweredByOwner, 77)));
        }
    }
    let reported =
        |told: &Told| told.report(&["--team", "Payroll", "--json"]).json()["reports"][0].clone();
    assert_eq!(reported(&told)["withheld"], "few_people", "four people");
    told.promises("8h", on(date(2026, 11, 11), 8));
    let one = reported(&told);
    assert!(one["withheld"].is_null() && one["people"] == 6, "{one}");
    assert_eq!(one["change"]["word"], "too_few", "it would be against four people");
    assert_eq!(one["ninth"]["shown"], false);
    let shown: Vec<bool> = (4..8).map(|week| one["trend"][week]["figures"].is_object()).collect();
    assert_eq!(shown, [false, false, true, true]);
}

#[test]
fn of_few_requests_only_what_shows_nobody() {
    let mut told = Told::new();
    for _ in 0..9 {
        told.asks(0, on(MONDAY, 10), Some((Ending::AnsweredByOwner, 77)));
    }
    let report = told.report(&["--team", "Payroll", "--json"]).json();
    let one = &report["reports"][0];
    assert_eq!(one["withheld"], "few_requests");
    assert!(one["figures"].is_null() && one["spread"].is_null() && one["change"].is_null());
    assert_eq!(one["ninth"]["shown"], false);
    assert!(one["trend"][7]["figures"].is_null());
    assert_eq!(one["trend"][6]["figures"]["received"], 0, "a week without requests is shown");
    told.asks(0, on(MONDAY, 10), Some((Ending::AnsweredByOwner, 77)));
    let report = told.report(&["--team", "Payroll", "--json"]).json();
    assert_eq!(report["reports"][0]["figures"]["received"], 10);
    assert_eq!(report["reports"][0]["figures"]["median_s"], 77 * 60);
}

#[test]
fn a_formula_is_no_formula_in_a_spreadsheet() {
    let mut text = config("8h").replace("team = \"Payroll\"", "team = \"Other\"");
    text = text
        .replace("name = \"Payroll\"", "name = \"Other\"")
        .replace("team = \"Other\"", "team = \"=1+1\"");
    let told = Told { world: World::with(&text), count: 0 };
    told.starts(at(BEGAN));
    let csv = told.report(&["--team", "=1+1", "--format", "csv"]).out;
    assert_eq!(csv.lines().count(), 9, "{csv}");
    assert!(csv.lines().skip(1).all(|line| line.starts_with("\"'=1+1\",2026-W")), "{csv}");
}

/// Of whom the mail was not read until the end of the week, what waits is unknown: that is said.
#[test]
fn what_was_not_read_is_not_passed_over() {
    let mut told = Told::new();
    for _ in 0..10 {
        told.asks(1, on(MONDAY, 10), None);
    }
    let unread = |told: &Told| {
        let report = told.report(&["--team", "Payroll", "--json"]).json();
        report["reports"][0]["unread"].as_i64().unwrap()
    };
    assert_eq!(unread(&told), 0);
    told.reads("1, 2, 7", on(date(2026, 11, 22), 23));
    assert_eq!(unread(&told), 2, "two of this team");
    let text = told.report(&["--team", "Payroll"]).out;
    assert!(text.contains("that of 2 of 6 people; what waits there is not counted"), "{text}");
    told.reads("1", on(date(2026, 11, 23), 0));
    assert_eq!(unread(&told), 1);
    let c = Connection::open(told.world.store()).unwrap();
    c.execute("UPDATE mailbox SET health = 'failed' WHERE owner_id = 3", []).unwrap();
    c.execute("DELETE FROM mailbox WHERE owner_id = 4 AND role = 'sent'", []).unwrap();
    assert_eq!(unread(&told), 3, "one cannot be read, of one no answer is seen");
}

/// A message in a folder of somebody, which arrived at a moment.
fn lies(world: &World, folder: &str, arrived: Timestamp, no: i64, head: &str, text: &str) {
    let folder = world.folder.path().join(folder);
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    let file = folder.join("cur").join(format!("{no}.mail:2,S"));
    let dated = arrived.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000");
    std::fs::write(&file, format!("Date: {dated}\r\n{head}\r\n\r\n{text}\r\n")).unwrap();
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(arrived.into()).unwrap();
}

/// The first reading of the mailboxes tells of the weeks before it, and nobody is written to.
#[test]
fn the_first_report_knows_of_the_weeks_before() {
    let told = Told { world: World::with(&config("8h")), count: 0 };
    let world = &told.world;
    let now = Timestamp::now();
    let zone = TimeZone::get("Asia/Jakarta").unwrap();
    let week = sigap::model::report::last_week(zone.to_datetime(now).date());
    for no in 0..24 {
        let (who, weeks) = (no % 6, no / 12);
        let day = week.checked_sub(jiff::Span::new().weeks(weeks)).unwrap();
        let asked = on(day, 10);
        let (ani, budi) = (format!("ani{who}@example.com"), format!("budi{no}@example.org"));
        let head = format!(
            "From: {budi}\r\nTo: {ani}\r\nSubject: Quotation {no}\r\nMessage-ID: <q{no}@example.org>"
        );
        let text = "Hello, could you please send me the quotation?";
        lies(world, &format!("ani{who}"), asked, no, &head, text);
        if no % 3 > 0 {
            let head = format!(
                "From: {ani}\r\nTo: {budi}\r\nSubject: Re: Quotation {no}\r\n\
                                Message-ID: <a{no}@example.com>\r\nIn-Reply-To: <q{no}@example.org>"
            );
            let answered = asked + SignedDuration::from_mins(90);
            lies(world, &format!("ani{who}/.Sent"), answered, no, &head, "Here it is.");
        }
    }
    for who in 6..8 {
        lies(world, &format!("ani{who}"), now, 0, "From: x@example.org", "");
        lies(world, &format!("ani{who}/.Sent"), now, 0, "From: x@example.org", "");
    }
    let run = world.program(&["run", "--once"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = world.program(&["report", "--team", "Payroll", "--json"]).json();
    let one = &report["reports"][0];
    let of = |figures: &serde_json::Value| {
        ["received", "answered", "in_time", "median_s"].map(|name| figures[name].as_i64().unwrap())
    };
    assert_eq!(of(&one["figures"]), [12, 8, 8, 5_400], "{one}");
    assert_eq!(of(&one["trend"][6]["figures"]), [12, 8, 8, 5_400], "{one}");
    assert_eq!(one["open"]["count"], 8);
    let letters = world.program(&["outbox", "list", "--all", "--json"]).json();
    let kinds = letters["letters"].as_array().unwrap().iter().map(|letter| letter["kind"].clone());
    assert!(kinds.into_iter().all(|kind| kind == "welcome"), "{letters}");
}

/// Under one hour all of it is late, under eight hours none; what arrived under the old promise
/// stays under it.
#[test]
fn what_was_promised_then_counts() {
    let mut told = Told::new();
    let answered = Some((Ending::AnsweredByOwner, 120));
    for _ in 0..10 {
        told.asks(1, on(MONDAY, 10), answered);
    }
    told.promises("1h", on(date(2026, 11, 18), 12));
    for _ in 0..10 {
        told.asks(1, on(date(2026, 11, 19), 10), answered);
    }
    let report = told.report(&["--team", "Payroll", "--json"]).json();
    let own = told.report(&["--owner", "ani1@example.com", "--json"]).json();
    for report in [report, own] {
        let figures = &report["reports"][0]["figures"];
        assert_eq!((&figures["in_time"], &figures["late"]), (&10.into(), &10.into()));
    }
}

#[test]
fn a_past_week_says_what_was_known_then() {
    let mut told = Told::new();
    for _ in 0..10 {
        told.asks(1, on(date(2026, 11, 5), 10), Some((Ending::AnsweredByOwner, 20_000)));
    }
    let open = |words: &[&str]| {
        let report = told.report(&[words, &["--team", "Payroll", "--json"]].concat()).json();
        report["reports"][0]["open"]["count"].as_i64().unwrap()
    };
    assert_eq!(open(&["--week", "2026-W45"]), 10);
    assert_eq!(open(&["--week", "2026-W46"]), 10);
    assert_eq!(open(&["--week", "2026-w47"]), 0);
    assert_eq!(open(&["--week", "2026-W44"]), 0, "they had not been asked");
}

#[test]
fn what_cannot_be_reported_is_said() {
    let told = Told::new();
    let cases = [
        (&["--week", "2026-47"][..], 2, "\"2026-47\" is no week; write for example 2026-W47"),
        (&["--week", "2026-W54"], 2, "\"2026-W54\" is no week"),
        (&["--week", "2026-W49"], 2, "2026-W49 has not begun yet"),
        (&["--team", "pay"], 1, "there is no team \"pay\" (teams: =1+1, Payroll)"),
    ];
    for (words, code, said) in cases {
        let found = told.report(words);
        assert_eq!(found.code, code, "{found:?}");
        assert!(found.err.contains(said), "{found:?}");
    }
    let none = World::new().sigap(&["report"]);
    assert_eq!(none.code, 1);
    assert!(none.err.contains("has no [[team]]"), "{none:?}");
    // Both teams, one after the other.
    let all = told.report(&["--json"]).json();
    assert_eq!(all["reports"].as_array().unwrap().len(), 2);
}

/// A person sends what readers have not got yet; each has it once, and the daemon brings it.
#[test]
fn what_readers_have_not_got_is_sent_by_hand() {
    let told = nine_weeks();
    let refused = told.report(&["--send"]);
    assert!(refused.code == 1 && refused.err.contains("the mode is nudge"), "{refused:?}");
    let full = config("8h").replace("mode = \"nudge\"", "mode = \"full\"");
    std::fs::write(told.world.config(), full).unwrap();
    let early = told.report(&["--send", "--week", "2026-W48"]);
    assert!(early.code == 2 && early.err.contains("2026-W48 is not over yet"), "{early:?}");
    let nobody = told.report(&["--send", "--team", "=1+1"]);
    assert!(nobody.code == 1 && nobody.err.contains("nobody reads such a report"), "{nobody:?}");
    let sent = told.report(&["--send", "--week", "2026-W47", "--team", "payroll"]);
    assert_eq!(sent.out.trim(), "The report of 2026-W47 to ratna@example.com is queued.");
    let again = told.report(&["--send"]);
    assert_eq!(
        again.out.trim(),
        "The report of 2026-W47 to ratna@example.com was written already."
    );
    let c = Connection::open(told.world.store()).unwrap();
    let said = "INSERT INTO wish (reader, wanted, said_at, via) \
                VALUES ('ratna@example.com', 'never', 1, 'stop@example.com')";
    c.execute(said, []).unwrap();
    let unwanted = told.report(&["--send", "--week", "2026-W46"]);
    assert_eq!(unwanted.out.trim(), "ratna@example.com wants no reports.");
}

#[test]
fn who_can_see_what_is_told() {
    let told = Told::new();
    let c = Connection::open(told.world.store()).unwrap();
    let said = "INSERT INTO wish (reader, wanted, said_at, via) \
                VALUES ('ratna@example.com', 'monthly', 1, 'm@example.com')";
    c.execute(said, []).unwrap();
    let text = told.world.sigap_at(&["privacy"], at(REPORTED));
    assert_snapshot!("privacy", text.out);
    let json = told.world.sigap_at(&["privacy", "--json"], at(REPORTED));
    assert_snapshot!("privacy-json", json.pretty());
}
