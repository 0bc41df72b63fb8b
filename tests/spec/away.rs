//! Absences: whole days where the owner is, what overlaps is one, and what a person types.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sigap::model::away::{Away, Phase, Plan, Reason, begin_of, end_of};
use sigap::model::ids::{AwayId, OwnerId};
use sigap::store::away;
use sigap::store::db::{Access, Db};
use sigap::store::mailboxes;

use crate::cli::world::{CONFIG, World, now};
use crate::office::address;

#[test]
fn whole_days_are_days_where_the_owner_is() {
    for (zone, day, begin, end) in [
        ("Asia/Jakarta", "2026-11-24", "2026-11-23T17:00:00Z", "2026-11-24T17:00:00Z"),
        ("Asia/Jayapura", "2026-11-24", "2026-11-23T15:00:00Z", "2026-11-24T15:00:00Z"),
        ("UTC", "2026-12-31", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        // 23 and 25 hours long.
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        // Midnight was left out.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
        ("America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"),
        // 30 December was left out whole.
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
    ] {
        let (zone, day) = (TimeZone::get(zone).unwrap(), day.parse::<Date>().unwrap());
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        assert_eq!((begin_of(day, &zone), end_of(day, &zone)), (at(begin), at(end)), "{day}");
    }
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn where_an_absence_stands() {
    let away = |cancelled: Option<i64>, ended: Option<i64>| Away {
        id: AwayId(1),
        owner: OwnerId(1),
        from: second(100),
        until: second(200),
        reason: Reason::Unsaid,
        delegate: None,
        cancelled_at: cancelled.map(second),
        ended_at: ended.map(second),
    };
    for (away, now, phase) in [
        (away(None, None), 99, Phase::Planned),
        (away(None, None), 100, Phase::Active),
        (away(None, None), 199, Phase::Active),
        (away(None, None), 200, Phase::Ended),
        (away(Some(50), None), 150, Phase::Cancelled),
        (away(None, Some(150)), 149, Phase::Active),
        (away(None, Some(150)), 150, Phase::Ended),
    ] {
        assert_eq!(away.phase(second(now)), phase, "{away:?} at {now}");
    }
    assert_eq!(away(None, Some(150)).span(), Some((second(100), second(150))));
    assert_eq!(away(None, Some(900)).span(), Some((second(100), second(200))));
    assert_eq!(away(Some(50), None).span(), None);
}

#[test]
fn absences_that_overlap_are_one_under_the_oldest_number() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("sigap.db"), Access::Daemon, second(0)).unwrap();
    let c = db.connection();
    let [ani, citra] = ["ani@example.com", "citra@example.com"]
        .map(|text| mailboxes::owner(c, &address(text)).unwrap());
    let bare = |from, until| Plan::bare((second(from), second(until)));
    let add = |owner, from, until| away::add(c, owner, &bare(from, until), second(1));
    let spans = |owner| -> Vec<_> {
        let all = away::of_owner(c, owner).unwrap();
        all.iter()
            .map(|one| (one.id.0, one.span().map(|(f, u)| (f.as_second(), u.as_second()))))
            .collect()
    };
    let first = add(ani, 100, 200).unwrap();
    let second_one = add(ani, 400, 500).unwrap();
    add(citra, 150, 450).unwrap();
    assert_eq!(spans(ani), [(first.0, Some((100, 200))), (second_one.0, Some((400, 500)))]);
    // It only touches the first.
    assert_eq!(add(ani, 200, 250).unwrap(), first);
    assert_eq!(spans(ani)[0], (first.0, Some((100, 250))));
    // It bridges both.
    assert_eq!(add(ani, 240, 420).unwrap(), first);
    assert_eq!(spans(ani), [(first.0, Some((100, 500)))]);
    assert_eq!(away::one(c, second_one).unwrap(), None, "it is the other one now");
    assert_eq!(spans(citra).len(), 1);
    // What was taken back, or ended, is not revived.
    away::cancel(c, first, second(50)).unwrap();
    let third = add(ani, 300, 600).unwrap();
    assert_ne!(third, first);
    away::cancel(c, third, second(350)).unwrap();
    away::cancel(c, third, second(400)).unwrap();
    assert_eq!(spans(ani), [(first.0, None), (third.0, Some((300, 350)))], "the first word counts");
    assert_ne!(add(ani, 320, 700).unwrap(), third);
}

#[test]
fn by_hand() {
    let world = World::with_a_past();
    let away = |words: &[&str]| world.sigap(&[&["away"], words].concat());
    let line = |said: crate::cli::world::Said| {
        assert_eq!(said.code, 0, "{said:?}");
        said.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line(away(&["list"])), "Nobody is away.");
    let told = line(away(&[
        "add",
        "--owner",
        "ani@example.com",
        "--from",
        "2026-11-26",
        "--until",
        "2026-11-27",
    ]));
    let span = "from 26 Nov 00:00 until 28 Nov 00:00 (Asia/Jakarta)";
    assert!(told.starts_with(&format!("Ani Wijaya is away {span}.")), "{told}");
    assert_eq!(line(away(&["list"])), format!("1 planned: Ani Wijaya, {span}"));
    let told = line(away(&[
        "add",
        "--owner",
        "Ani Wijaya",
        "--from",
        "27 november",
        "--until",
        "2026-11-29T12:30",
    ]));
    assert!(told.contains("until 29 Nov 12:30") && told.contains("one with an absence"), "{told}");
    let json = world.sigap(&["--json", "away", "list"]).json();
    let wanted = serde_json::json!([{ "id": 1, "owner": "ani@example.com", "state": "planned",
        "from": "2026-11-25T17:00:00Z", "until": "2026-11-29T05:30:00Z",
        "reason": "unsaid", "delegate": null }]);
    assert_eq!((&json["v"], &json["absences"]), (&1.into(), &wanted));
    assert_eq!(line(away(&["list", "--owner", "citra@example.com"])), "Nobody is away.");
    assert!(line(away(&["cancel", "1"])).contains("taken back"));
    assert_eq!(line(away(&["list"])), "Nobody is away.");
    assert!(line(away(&["list", "--all"])).starts_with("1 cancelled: Ani Wijaya"));

    line(away(&[
        "add",
        "--owner",
        "citra@example.com",
        "--from",
        "today",
        "--until",
        "2026-12-01",
    ]));
    assert!(line(away(&["list"])).starts_with("2 active: Citra Dewi"));
    assert!(line(away(&["cancel", "2"])).starts_with("Citra Dewi is back"));
    assert!(world.sigap_at(&["away", "cancel", "2"], now()).err.contains("is ended already"));
}

#[test]
fn the_reason_and_who_stands_in_are_kept_shown_and_given_out() {
    let world = World::with_a_past();
    let add = |more: &[&str]| {
        let days = ["--owner", "ani@example.com", "--from", "2026-11-26", "--until", "2026-11-27"];
        world.sigap(&[&["away", "add"], &days[..], more].concat())
    };
    let told = |said: crate::cli::world::Said| {
        assert_eq!(said.code, 0, "{said:?}");
        said.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let first = told(add(&["--delegate", "citra@example.com"]));
    assert!(first.contains("(Asia/Jakarta); citra@example.com stands in."), "{first}");
    // What was not said before is added; what was said stays.
    told(add(&["--reason", "travel"]));
    told(add(&["--reason", "leave"]));
    let list = told(world.sigap(&["away", "list"]));
    assert!(list.ends_with(", travelling on duty; citra@example.com stands in"), "{list}");
    let json = world.sigap(&["--json", "away", "list"]).json();
    let absence = &json["absences"][0];
    assert_eq!(
        (&absence["reason"], &absence["delegate"]),
        (&"travel".into(), &"citra@example.com".into())
    );
    let preview = told(world.sigap(&["away", "preview", "--owner", "ani@example.com"]));
    assert!(preview.contains("travelling for work") && preview.contains("Citra Dewi"), "{preview}");
    let export = world.sigap(&["person", "export", "ani@example.com"]).json();
    let given = &export["absences"][0];
    assert_eq!(
        (&given["reason"], &given["delegate"]),
        (&"travel".into(), &"citra@example.com".into())
    );
    let named = world.sigap(&["person", "export", "citra@example.com"]).json();
    let place = serde_json::json!({ "where": "away.delegate", "words": "citra@example.com" });
    assert!(named["elsewhere"].as_array().unwrap().contains(&place), "{named}");
    for (more, why) in [
        (["--reason", "ill"], "neither travel nor leave"),
        (["--reason", "unsaid"], "neither travel nor leave"),
        (["--delegate", "citra"], "no address"),
        (["--delegate", "ani@example.com"], "own address"),
    ] {
        let said = add(&more);
        assert!(said.code > 0 && said.err.contains(why), "{more:?}: {said:?}");
    }
}

#[test]
fn what_is_typed_wrongly_changes_nothing() {
    let world = World::with_a_past();
    for (words, told) in [
        (["nobody@example.com", "2026-11-26", "2026-11-27"], "nobody watched is called"),
        (
            ["ani@example.com", "2026-11-27", "2026-11-26"],
            "would end (2026-11-26) before it begins",
        ),
        (["ani@example.com", "2026-11-20", "2026-11-21"], "has gone by already"),
        (["ani@example.com", "2026-11-26", "2027-12-26"], "at most a year long"),
        (["ani@example.com", "someday", "2026-11-26"], "write it like this: 2026-11-24"),
        (["ani@example.com", "2026-13-40", "2026-11-26"], "could not be read"),
        (["ani@example.com", "2026-11-26", ""], "could not be read"),
    ] {
        let [owner, from, until] = words;
        let said =
            world.sigap(&["away", "add", "--owner", owner, "--from", from, "--until", until]);
        assert!(said.code > 0 && said.err.contains(told), "{words:?}: {said:?}");
    }
    assert!(world.sigap(&["away", "cancel", "7"]).err.contains("no absence has the number 7"));
    let all = world.sigap(&["--json", "away", "list", "--all"]).json();
    assert_eq!(all["absences"], serde_json::json!([]));
}

#[test]
fn a_person_s_absences_are_given_out_and_erased() {
    let world = World::with_a_past();
    let said = world.sigap(&[
        "away",
        "add",
        "--owner",
        "citra@example.com",
        "--from",
        "2026-11-26",
        "--until",
        "2026-11-27",
    ]);
    assert_eq!(said.code, 0, "{said:?}");
    let absences = || {
        let export = world.sigap(&["person", "export", "citra@example.com"]).json();
        export["absences"].as_array().unwrap().len()
    };
    assert_eq!(absences(), 1);
    let ani = world.sigap(&["person", "export", "ani@example.com"]).json();
    assert_eq!(ani["absences"], serde_json::json!([]));
    let alone = CONFIG.rsplit_once("[[owner]]").unwrap().0;
    std::fs::write(world.config(), alone).unwrap();
    let erased = world.sigap(&["person", "erase", "citra@example.com"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    assert_eq!(absences(), 0);
    let c = rusqlite::Connection::open(world.store()).unwrap();
    let left = |sql| c.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(left("SELECT count(*) FROM away"), 0);
}
