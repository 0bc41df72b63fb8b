//! The command line: what it says, how it ends, what others may rely on, and what never shows.

mod awaiting;
mod inbox;
mod mailboxes;
mod program;
mod report;
mod unsure;
pub mod world;

use insta::assert_snapshot;
use rusqlite::Connection;
use sigap::store::epoch;

use world::{World, at};

#[test]
fn what_others_rely_on_of_the_list() {
    let world = World::with_a_past();
    assert_snapshot!("list-json", world.sigap(&["--json", "list"]).pretty());
    assert_snapshot!("list-all-json", world.sigap(&["--json", "list", "--all"]).pretty());
    assert_snapshot!("list", world.sigap(&["list"]).out);
}

#[test]
fn a_mailbox_that_was_not_read_is_unknown() {
    let world = World::with_a_past();
    let state = |now, owner: &str| {
        let list = world.sigap_at(&["--json", "list"], now).json();
        let all = list["mailboxes"].as_array().unwrap();
        let one = all.iter().find(|folder| folder["owner"] == owner).unwrap();
        one["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(at("2026-11-24 14:43"), "ani@example.com"), "live");
    assert_eq!(state(at("2026-11-24 14:44"), "ani@example.com"), "stale");
    assert_eq!(state(at("2026-11-24 14:30"), "citra@example.com"), "stale");
    let citra = world.sigap(&["list", "--owner", "citra@example.com"]);
    assert!(citra.out.starts_with("It is unknown whether anybody is waiting."), "{citra:?}");
    let ani = world.sigap(&["done", &world.reference()]);
    assert_eq!(ani.code, 0, "{ani:?}");
    let ani = world.sigap(&["list", "--owner", "ani wijaya"]);
    assert_eq!(ani.out, "Nobody is waiting.\n");
    assert_eq!(world.sigap(&["list", "--owner", "Ani"]).out, ani.out, "the first name is enough");
    for nobody in ["nobody@example.com", "an", "wijaya", ""] {
        assert_eq!(world.sigap(&["list", "--owner", nobody]).code, 1, "{nobody:?}");
    }
    let c = Connection::open(world.store()).unwrap();
    c.execute("UPDATE mailbox SET role = 'inbox' WHERE role = 'sent'", []).unwrap();
    assert_eq!(state(at("2026-11-24 14:30"), "ani@example.com"), "blind");
}

#[test]
fn every_why_can_be_answered() {
    let world = World::with_a_past();
    let reference = world.reference();
    assert_snapshot!("why-json", world.sigap(&["--json", "why", &reference]).pretty());
    assert_snapshot!("why", world.sigap(&["why", &reference]).out);
    assert_snapshot!("why-robot", world.sigap(&["why", "<r1@example.net>"]).out);
    assert_snapshot!("why-answered", world.sigap(&["why", "e1@example.org"]).out);
    for asked in ["b1@example.org", "<b2@example.org>", "a1@example.com"] {
        let told = world.sigap(&["--json", "why", asked]).json();
        let obligations = told["cases"][0]["obligations"].as_array().unwrap();
        assert_eq!(obligations.len(), 1, "{asked}: {told}");
    }
    let outbox = world.sigap(&["--json", "outbox"]).json();
    let id = outbox["letters"][0]["message_id"].as_str().unwrap();
    let told = world.sigap(&["--json", "why", id]).json();
    assert_eq!(told["letter"]["message_id"], id, "{told}");
}

#[test]
fn the_receipt_adds_up_however_long_it_is() {
    let world = World::with_a_past();
    let reference = world.reference();
    for (now, most) in
        [("2026-11-24 14:30", 48), ("2027-03-01 12:34", 48), ("2031-01-01 00:00", 48)]
    {
        let told = world.sigap_at(&["--json", "why", &reference], at(now)).json();
        let one = &told["cases"][0]["obligations"][0];
        let spans = one["receipt"].as_array().unwrap();
        assert!(spans.len() <= most, "{}", spans.len());
        let sum = |counted: bool| -> i64 {
            let chosen = spans.iter().filter(|span| span["counted"] == counted);
            chosen.map(|span| span["seconds"].as_i64().unwrap()).sum()
        };
        assert_eq!(sum(true), one["owner_time_s"].as_i64().unwrap());
        assert_eq!(sum(true) + sum(false), one["requester_wait_s"].as_i64().unwrap());
    }
}

#[test]
fn letters_and_their_fate() {
    let world = World::with_a_past();
    assert_snapshot!("outbox-json", world.sigap(&["--json", "outbox", "list"]).pretty());
    assert_snapshot!("outbox", world.sigap(&["outbox"]).out);
}

#[test]
fn a_letter_that_stays_unknown_is_not_told_to_be_tried_again() {
    let world = World::with_a_past();
    let c = Connection::open(world.store()).unwrap();
    let never = sigap::store::outbox::never().as_second();
    c.execute("UPDATE letter SET state = 'unknown', next_at = ?1", [never]).unwrap();
    let told = world.sigap(&["--json", "outbox", "list", "--all"]).json();
    let letters = told["letters"].as_array().unwrap();
    assert!(letters.iter().all(|one| one["state"] == "unknown" && one["next_at"].is_null()));
    assert!(!world.sigap(&["outbox"]).out.contains("next try"), "{told}");
}

#[test]
fn done_is_done_and_undo_takes_it_back() {
    let world = World::with_a_past();
    let reference = world.reference();
    let done = world.sigap(&["done", &reference]);
    let line = format!("{reference} (Budi Santoso: Sample invoice) is done.\n");
    assert_eq!((done.code, done.out), (0, line));
    let again = world.sigap(&["done", &reference.to_lowercase()]).out;
    assert!(again.contains("was closed already: done"), "{again}");
    let why = world.sigap(&["--json", "why", &reference]).json();
    let one = &why["cases"][0]["obligations"][0];
    assert_eq!((&one["closed"]["how"], &one["said"][0]["via"]), (&"done".into(), &"cli".into()));
    let undone = world.sigap(&["undo", "--owner", "ani@example.com"]);
    assert!(undone.out.starts_with("Taken back for Ani Wijaya"), "{undone:?}");
    assert_eq!(world.reference(), reference);
    assert_eq!(world.sigap(&["undo", "--owner", "ani@example.com"]).code, 1);
}

#[test]
fn not_takes_it_out_and_wakes_the_owner() {
    let world = World::with_a_past();
    let reference = world.reference();
    assert_eq!(world.sigap(&["not", &reference]).code, 0);
    let all = world.sigap(&["--json", "list", "--all"]).json();
    let rows = all["obligations"].as_array().unwrap();
    let row = rows.iter().find(|row| row["ref"] == *reference).unwrap();
    assert_eq!(row["closed"]["how"], "not_a_request");
    let c = Connection::open(world.store()).unwrap();
    let wake = "SELECT wake_at FROM owner WHERE address = 'ani@example.com'";
    let woken: i64 = c.query_row(wake, [], |row| row.get(0)).unwrap();
    assert_eq!(woken, world::now().as_second());
}

#[test]
fn snooze_takes_the_times_that_letters_take() {
    let world = World::with_a_past();
    let reference = world.reference();
    for (words, until) in [
        (&["2d"][..], "2026-11-26T02:00:00Z"),
        (&["2h"], "2026-11-24T09:30:00Z"),
        (&["besok"], "2026-11-25T02:00:00Z"),
        (&["until", "Monday"], "2026-11-30T02:00:00Z"),
        (&["until Monday"], "2026-11-30T02:00:00Z"),
        (&["26", "november", "jam", "14"], "2026-11-26T07:00:00Z"),
    ] {
        let words: Vec<&str> = ["snooze", &reference].iter().chain(words).copied().collect();
        let said = world.sigap(&words);
        assert_eq!(said.code, 0, "{words:?}: {said:?}");
        let list = world.sigap(&["--json", "list"]).json();
        assert_eq!(list["obligations"][0]["snoozed_until"], until, "{words:?}");
        assert_eq!(list["obligations"][0]["status"], "late", "the clock goes on");
    }
    for words in [&["jam", "3"][..], &["yesterday"], &["3y"], &["2hr"]] {
        let words: Vec<&str> = ["snooze", &reference].iter().chain(words).copied().collect();
        let said = world.sigap(&words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}: {said:?}");
        assert!(said.err.starts_with("sigap: "), "{said:?}");
    }
}

#[test]
fn all_of_a_command_or_nothing() {
    let world = World::with_a_past();
    let reference = world.reference();
    let said = world.sigap(&["done", &reference, "S-ZZZZZ"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(world.sigap(&["done", &reference, "nonsense"]).code, 2);
    assert_eq!(world.reference(), reference, "it is still open");
}

#[test]
fn the_kill_switch() {
    let world = World::with_a_past();
    let held = |world: &World| world.sigap(&["--json", "outbox"]).json()["held"].clone();
    assert_eq!(world.sigap(&["outbox", "hold", "the audit"]).code, 0);
    assert_eq!(held(&world), "a person: the audit");
    let again = world.sigap(&["outbox", "hold"]).out;
    assert!(again.contains("the audit"), "{again}");
    let released = world.sigap(&["outbox", "release"]).out;
    assert_eq!(released, "Released. It was held for: a person: the audit\n");
    assert!(held(&world).is_null());
    assert_eq!(world.sigap(&["outbox", "release"]).out, "Nothing was held.\n");
    let c = Connection::open(world.store()).unwrap();
    c.execute("UPDATE instance SET held_why = 'fuse: too many', held_at = 0", []).unwrap();
    assert!(world.sigap(&["outbox", "release"]).out.contains("It was the fuse"));
}

#[test]
fn a_restored_database_is_taken_over_by_a_person() {
    let world = World::with_a_past();
    // As it was before its last letter was sent.
    let queue = "UPDATE letter SET state = 'queued', claimed_at = NULL, bytes = NULL \
                 WHERE id = (SELECT max(id) FROM letter)";
    let c = Connection::open(world.store()).unwrap();
    c.execute(queue, []).unwrap();
    // The copy lies where the database lay: that is a restore.
    let copy = world.folder.path().join("copy.db");
    assert_eq!(world.sigap(&["backup", copy.to_str().unwrap()]).code, 0);
    drop(c);
    std::fs::rename(&copy, world.store()).unwrap();
    for rest in ["-wal", "-shm"] {
        let _absent = std::fs::remove_file(format!("{}{rest}", world.store().display()));
    }
    let doctor = world.sigap(&["doctor"]);
    assert!(doctor.code == 3 && doctor.out.contains("restored or copied"), "{doctor:?}");
    let said = world.sigap(&["outbox", "release"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("1 queued letters were recalled"), "{said:?}");
    let c = Connection::open(world.store()).unwrap();
    let count = |sql: &str| c.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM letter WHERE state = 'queued'"), 0);
    let now = world::now().as_second();
    assert_eq!(count("SELECT min(quiet_until) FROM mailbox"), now);
    let standing = epoch::standing_of(&c, &world.store()).unwrap();
    assert_eq!(standing, epoch::Standing::Same);
}

#[test]
fn the_lower_mode_counts() {
    let world = World::with_a_past();
    let mode = |words: &[&str]| {
        let said = world.sigap(&[&["--json", "mode"], words].concat()).json();
        let word = |key: &str| said[key].as_str().unwrap_or("none").to_owned();
        (word("effective"), word("file"), word("set"))
    };
    let three = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(mode(&[]), three("nudge", "nudge", "none"));
    assert_eq!(mode(&["observe"]), three("observe", "nudge", "observe"));
    assert_eq!(mode(&[]), three("observe", "nudge", "observe"));
    assert_eq!(mode(&["full"]), three("nudge", "nudge", "full"));
    assert_snapshot!(world.sigap(&["mode"]).out, @"
    nudge. The file says nudge, set with `sigap mode`: full; the lower of the two
    counts.
    ");
}

#[test]
fn a_backup_can_be_used_and_overwrites_nothing() {
    let world = World::with_a_past();
    let copy = world.folder.path().join("copy.db");
    let copy = copy.to_str().unwrap();
    assert_eq!(world.sigap(&["backup", copy]).code, 0);
    let c = Connection::open(copy).unwrap();
    let count: i64 = c.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap();
    assert!(count >= 5);
    let again = world.sigap(&["backup", copy]);
    assert!(again.code == 1 && again.err.contains("exists already"), "{again:?}");
}

#[test]
fn a_person_is_given_out_and_erased() {
    let world = World::with_a_past();
    let export = world.sigap(&["person", "export", "Budi@example.org"]).json();
    assert_eq!(export["messages"].as_array().unwrap().len(), 2);
    assert_eq!(export["obligations"][0]["requester_name"], "Budi Santoso");
    assert_eq!(world.sigap(&["person", "erase", "ani@example.com"]).code, 1, "an owner");
    assert_eq!(world.sigap(&["person", "erase", "no address"]).code, 2);
    let erased = world.sigap(&["person", "erase", "budi@example.org"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    let bytes = std::fs::read(world.store()).unwrap();
    let holds = |words: &str| bytes.windows(words.len()).any(|part| part == words.as_bytes());
    assert!(!holds("budi@example.org") && !holds("Budi Santoso"), "still in the file");
    let list = world.sigap(&["--json", "list"]).json();
    assert_eq!(list["obligations"].as_array().unwrap().len(), 0, "{list}");
}

#[test]
fn colours_only_where_they_are_wished() {
    let world = World::with_a_past();
    assert!(!world.sigap(&["--color", "never", "list"]).out.contains('\u{1b}'));
    assert!(world.sigap(&["--color", "always", "list"]).out.contains("\u{1b}[31mlate"));
    assert!(!world.sigap(&["--color", "always", "--json", "list"]).out.contains('\u{1b}'));
}

#[test]
fn nothing_is_wider_than_a_page() {
    let world = World::with_a_past();
    let reference = world.reference();
    for words in [&["list"][..], &["why", &reference], &["outbox"], &["mode"]] {
        let said = world.sigap(words);
        let wide = said.out.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{words:?}");
    }
}
