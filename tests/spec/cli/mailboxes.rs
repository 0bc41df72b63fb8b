//! What is told of a mailbox that cannot be read, and of a message that is not.

use sigap::store::db::{Access, Db};
use sigap::store::poison::{MOST_ENDS, suspect};
use sigap::store::{mailboxes, poison};

use super::world::{World, now};

const FAULT: &str = "throttled: the server refused EXAMINE: Request is throttled. Suggested Backoff \
                     Time: 92000 milliseconds; it is tried again on 24 Nov at 07:32 UTC";

/// Ani's inbox could not be read when that was last tried.
fn throttled() -> World {
    let world = World::with_a_past();
    let db = Db::open(&world.store(), Access::Daemon, now()).unwrap();
    let inbox = mailboxes::all(db.connection()).unwrap().remove(1);
    assert_eq!(inbox.state.name, "INBOX");
    let health = sigap::model::facts::Health::Stale;
    mailboxes::unreadable(db.connection(), inbox.state.id, health, FAULT).unwrap();
    world
}

#[test]
fn list_says_why_a_mailbox_is_unknown_and_when_it_is_tried_again() {
    let world = throttled();
    let list = world.sigap(&["--json", "list", "--owner", "ani@example.com"]).json();
    let inbox = serde_json::json!({
        "owner": "ani@example.com",
        "mailbox": "INBOX",
        "state": "stale",
        "last_read_at": "2026-11-24T07:28:00Z",
        "fault": FAULT,
    });
    assert_eq!(list["mailboxes"][1], inbox);
    assert_eq!(list["mailboxes"][0]["state"], "live");
    assert!(list["mailboxes"][0].get("fault").is_none(), "{list}");
    let said = world.sigap(&["list", "--owner", "ani@example.com"]).out;
    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "Unknown: ani@example.com, INBOX (not read lately; last read on 24 Nov 07:28 UTC). \
                More may be waiting. ";
    assert!(words.contains(&format!("{told}{FAULT}")), "{said}");
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
}

#[test]
fn doctor_says_how_far_each_mailbox_is_read() {
    let world = World::with_a_past();
    let well = world.sigap(&["doctor"]);
    assert_eq!(well.code, 0, "{well:?}");
    let line = "ani@example.com, reading: INBOX: last read 24 Nov 2026 at 07:28 UTC\n";
    assert!(well.out.contains(&format!("ok      {line}")), "{well:?}");
    let world = throttled();
    let said = world.sigap(&["doctor"]);
    assert_eq!(said.code, 3, "{said:?}");
    let line = format!("{}; now: {FAULT}\n", line.trim_end());
    assert!(said.out.contains(&format!("problem {line}")), "{said:?}");
    assert!(said.out.contains("configuration anew"), "{said:?}");
    let report = world.sigap(&["--json", "doctor"]);
    let report: serde_json::Value = serde_json::from_str(&report.out).unwrap();
    let proofs = report["proofs"].as_array().unwrap();
    let told: Vec<_> = proofs.iter().filter(|proof| proof["what"] == "reading").collect();
    assert_eq!(told.len(), 3, "Sent, the inbox, and whatever Citra has: {report}");
    assert!(told[0]["problem"].is_null() && told[1]["problem"] == "reading", "{report}");
}

#[test]
fn doctor_names_the_messages_that_are_set_aside() {
    let world = World::with_a_past();
    let suspected = |uid, ends| {
        let db = Db::open(&world.store(), Access::Daemon, now()).unwrap();
        let inbox = mailboxes::all(db.connection()).unwrap().remove(1).state.id;
        suspect(db.connection(), inbox, uid, ends, now()).unwrap();
        poison::set_aside(db.connection(), inbox).unwrap()
    };
    suspected(41, MOST_ENDS - 1);
    let well = world.sigap(&["doctor"]);
    assert!(well.code == 0 && !well.out.contains("set aside"), "read once more: {well:?}");
    let list = world.sigap(&["--json", "list"]).json();
    assert!(list["mailboxes"][1].get("set_aside").is_none(), "{list}");
    suspected(42, MOST_ENDS);
    assert!(world.sigap(&["list"]).out.contains("1 message cannot be read; `sigap doctor`"));
    assert_eq!(suspected(57, MOST_ENDS).len(), 2);
    let list = world.sigap(&["--json", "list"]).json();
    assert_eq!(
        (&list["mailboxes"][1]["set_aside"], &list["mailboxes"][1]["state"]),
        (&2.into(), &"live".into())
    );
    assert!(world.sigap(&["list"]).out.contains("2 messages cannot be read; `sigap doctor`"));
    let said = world.sigap(&["doctor"]);
    assert_eq!(said.code, 3, "{said:?}");
    let line = "ani@example.com, set aside: INBOX: 2 not read, because reading them ended the \
                program (UID 42, 57)\n";
    assert!(said.out.contains(&format!("problem {line}")), "{said:?}");
    assert!(said.out.contains("with a mail program"), "{said:?}");
}
