//! What is told of Sigap's own mailbox: by `check`, `doctor`, `away add`, and after a reading.

use sigap::engine::office::Office;
use sigap::store::db::{Access, Db};
use sigap::store::mailboxes;

use super::world::{CONFIG, World, now};

const OWN: &str = "\n[inbox]\nmaildir.path = \"own\"\n";
const NEEDS: &str = "delegates who are no owners answer to sigap@example.com: mail to that address \
                     must be delivered into this mailbox";

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A folder with this configuration, and Maildirs for it.
fn world(config: &str) -> World {
    let world = World::lived(config, &[]);
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(world.folder.path().join("own").join(part)).unwrap();
    }
    world
}

fn away(world: &World, delegate: &str) -> String {
    let line = ["away", "add", "--owner", "Ani", "--from", "2026-11-25", "--until", "2026-11-27"];
    let said = world.sigap(&[&line[..], &["--delegate", delegate]].concat());
    assert_eq!(said.code, 0, "{said:?}");
    words(&said.out)
}

#[test]
fn check_and_away_name_whoever_is_not_heard() {
    let told = "eko@example.net is no owner: without [inbox] no answer of theirs is heard";
    let warned = "inbox: is not set, and eko@example.net, who stands in during absence 1, is no \
                  owner, so no answer of theirs is heard; add [inbox], or name somebody else";
    let without = world(CONFIG);
    assert!(!without.sigap(&["check"]).out.contains("inbox"), "nobody stands in");
    assert!(away(&without, "eko@example.net").contains(told));
    let said = without.sigap(&["check"]);
    assert!(said.code == 0 && said.out.contains(warned), "{said:?}");
    assert!(said.out.contains("1 warning."), "{said:?}");
    // An owner is heard, and so is everybody where there is a mailbox.
    let owner = world(CONFIG);
    assert!(!away(&owner, "citra@example.com").contains("[inbox]"));
    assert!(!owner.sigap(&["check"]).out.contains("inbox"));
    let with = world(&format!("{CONFIG}{OWN}"));
    assert!(!away(&with, "eko@example.net").contains("[inbox]"));
    let said = with.sigap(&["check"]);
    assert!(said.out.contains(&format!("[inbox]: {NEEDS}.\n")), "{said:?}");
    assert!(said.out.contains("No problems, 0 warnings."), "{said:?}");
}

#[test]
fn doctor_proves_it_and_no_list_has_it() {
    let world = world(&format!("{CONFIG}{OWN}"));
    let said = world.sigap(&["doctor"]);
    assert_eq!(said.code, 0, "{said:?}");
    let told = words(&said.out);
    let path = world.folder.path().join("own");
    for line in [
        format!("ok inbox, Maildir: {}: 0 messages in cur", path.display()),
        format!("ok inbox, answers: {NEEDS}"),
        "ok inbox, reading: mailbox: not read yet".to_owned(),
    ] {
        assert!(told.contains(&words(&line)), "{line}: {}", said.out);
    }
    std::fs::remove_dir_all(&path).unwrap();
    let said = world.sigap(&["doctor"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.out.contains("problem inbox, Maildir: "), "{said:?}");
}

#[test]
fn a_reading_keeps_how_far_it_came_and_says_what_it_could_not_read() {
    let world = world(&format!("{CONFIG}{OWN}"));
    let mail = "From: a@example.org\nTo: sigap@example.com\nSubject: Hello\n\
                Message-ID: <1@example.org>\n\nCould you please send me the figures?\n";
    std::fs::write(world.folder.path().join("own/new/1.M1P1.host"), mail).unwrap();
    let said = world.program(&["run", "--once"]);
    assert_eq!(said.code, 0, "{said:?}");
    let own = || {
        let db = Db::open(&world.store(), Access::Command, now()).unwrap();
        mailboxes::own(db.connection()).unwrap().unwrap()
    };
    let first = own();
    assert!(first.state.last_read_at.is_some() && first.owner.is_none(), "{first:?}");
    let db = Db::open(&world.store(), Access::Command, now()).unwrap();
    let count = |table: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        db.connection().query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("message"), count("obligation"), count("location")), (0, 0, 1));
    let list = world.sigap(&["--json", "list"]).json();
    let folders = list["mailboxes"].as_array().unwrap();
    assert!(folders.iter().all(|one| one["owner"] != "sigap@example.com"), "{list}");
    drop(db);
    std::fs::remove_dir_all(world.folder.path().join("own")).unwrap();
    let said = world.program(&["--json", "run", "--once"]);
    assert_eq!(said.code, 4, "{said:?}");
    let told: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(told["failed"][0]["owner"], "inbox", "{told}");
    let broken = own();
    assert!(!broken.fault.is_empty(), "{broken:?}");
    let said = world.sigap(&["doctor"]);
    assert!(said.out.contains("problem inbox, reading: "), "{said:?}");
    assert!(words(&said.out).contains(&words(&broken.fault)), "{said:?}");
    let c = Db::open(&world.store(), Access::Command, now()).unwrap();
    let charter = sigap::cli::ground::Ground::load(Some(&world.config())).unwrap().charter;
    let office = Office::known(c.connection(), charter).unwrap();
    assert_eq!(office.inbox.unwrap().as_str(), "sigap@example.com");
}
