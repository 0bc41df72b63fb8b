//! Databases that are whole and not the one we left: they may be opened, and nothing leaves from
//! them until a person releases. And the copies that `backup` makes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use sigap::cli::ground::Ground;
use sigap::engine::turn::{Engine, Input};
use sigap::model::ids::LetterId;
use sigap::model::letter::State;
use sigap::store::backup::backup;
use sigap::store::db::{Access, Db, open_to_read};
use sigap::store::{epoch, facts, letters};

use crate::cli::world::{World, now};

/// A past whose last letter waits to leave, and which would leave at once.
pub fn with_a_letter_due() -> World {
    let world = World::with_a_past();
    let c = Connection::open(world.store()).unwrap();
    let sql = "UPDATE letter SET state = 'queued', kind = 'alarm', audience = 'admin', \
               owner_id = NULL, to_address = 'it@example.com', about = '\"restored\"', \
               claimed_at = NULL, bytes = NULL, attempts = 0, next_at = 0, \
               expires_at = 4000000000 WHERE id = (SELECT max(id) FROM letter)";
    c.execute(sql, []).unwrap();
    c.execute("DELETE FROM attempt WHERE letter_id = (SELECT max(id) FROM letter)", []).unwrap();
    world
}

pub fn engine(world: &World, path: &Path) -> Engine {
    let ground = Ground::load(Some(&world.config())).unwrap();
    let db = Db::open(path, Access::Daemon, now()).unwrap();
    Engine::open(db, ground.charter, now()).unwrap()
}

fn copy_of(world: &World) -> PathBuf {
    let copy = world.folder.path().join("copy.db");
    backup(&open_to_read(&world.store()).unwrap(), &copy).unwrap();
    copy
}

/// As a daemon's claim of a letter changes database and epoch file together.
fn claim_something(path: &Path) {
    let mut db = Db::open(path, Access::Daemon, now()).unwrap();
    let announced = epoch::announce(&db).unwrap();
    let step = db.transaction().unwrap();
    epoch::take(&step, &announced).unwrap();
    step.commit().unwrap();
    epoch::settle(&db, announced).unwrap();
}

/// How the database is changed into one that we did not leave, where it then lies, and why it is
/// held.
type Story = (fn(&World) -> PathBuf, &'static str);

const HELD: &[Story] = &[
    (
        |world| {
            fs::remove_file(epoch::file(&world.store())).unwrap();
            world.store()
        },
        "restored: its epoch file is missing: it was restored or copied",
    ),
    (
        |world| {
            fs::write(epoch::file(&world.store()), "{").unwrap();
            world.store()
        },
        "cannot be read",
    ),
    // A backup, used where it lies.
    (copy_of, "restored: its epoch file is missing: it was restored or copied"),
    // The whole folder was copied, epoch file and all.
    (
        |world| {
            let copy = copy_of(world);
            fs::copy(epoch::file(&world.store()), epoch::file(&copy)).unwrap();
            copy
        },
        "restored: it is not the file that was used last: it was restored or copied",
    ),
    // An older backup was written into the very same file.
    (
        |world| {
            let copy = copy_of(world);
            claim_something(&world.store());
            fs::copy(copy, world.store()).unwrap();
            world.store()
        },
        "restored: letters were claimed after this state of it: an older state was restored",
    ),
];

#[test]
fn what_is_not_the_database_we_left_is_held() {
    let world = with_a_letter_due();
    let mut left = engine(&world, &world.store());
    assert!(left.turn(&Input::Tick, now()).unwrap().parcel.is_some(), "it would leave");
    for (make, why) in HELD {
        let world = with_a_letter_due();
        let path = make(&world);
        let mut engine = engine(&world, &path);
        let output = engine.turn(&Input::Tick, now()).unwrap();
        assert_eq!(output.parcel, None, "{why}");
        let told = output.journal.concat();
        assert!(told.contains("nothing leaves until `sigap outbox release`"), "{told}");
        assert!(told.contains(why), "{told}");
        let held = facts::instance(engine.db().connection()).unwrap().held.unwrap();
        assert!(held.contains(why), "{held}");
        drop(engine);
        // It stays held over a start, and beyond the day on which it was found.
        let mut again = self::engine(&world, &path);
        assert_eq!(again.turn(&Input::Tick, now()).unwrap().parcel, None, "{why}");
    }
}

#[test]
fn a_backup_made_while_a_writer_writes_is_whole() {
    let world = with_a_letter_due();
    let stop = AtomicBool::new(false);
    let mut db = Db::open(&world.store(), Access::Daemon, now()).unwrap();
    let at_least = |c: &Connection| -> (i64, i64) {
        c.query_row("SELECT count(*), min(said_at) FROM correction", [], |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.unwrap_or(0)))
        })
        .unwrap()
    };
    std::thread::scope(|scope| {
        let stop = &stop;
        // Each transaction writes two rows: a torn copy would hold an odd number.
        let writer = scope.spawn(move || {
            let mut count = 0_i32;
            while !stop.load(Ordering::Relaxed) {
                let step = db.transaction().unwrap();
                for _ in 0..2 {
                    let sql = "INSERT INTO correction (owner_id, message_id, said, said_at, via) \
                               SELECT owner_id, id, 'done', 1, 'cli' FROM message LIMIT 1";
                    step.execute(sql, []).unwrap();
                }
                step.commit().unwrap();
                count += 1;
            }
            count
        });
        let (mut before, began) = (0, std::time::Instant::now());
        for round in 0..50 {
            let copy = world.folder.path().join(format!("copy-{round}.db"));
            backup(&open_to_read(&world.store()).unwrap(), &copy).unwrap();
            let c = Connection::open(&copy).unwrap();
            let whole: String = c.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
            assert_eq!(whole, "ok");
            let (count, _) = at_least(&c);
            assert!(count % 2 == 0 && count >= before, "{count} rows after {before}");
            before = count;
            drop(c);
            // Used as a restored one is, it goes on by itself and sends nothing.
            let parcel = engine(&world, &copy).turn(&Input::Tick, now()).unwrap().parcel;
            assert_eq!(parcel, None, "{round}");
        }
        stop.store(true, Ordering::Relaxed);
        let (writes, took) = (writer.join().unwrap(), began.elapsed().as_secs_f64());
        assert!(i64::from(writes) * 2 >= before);
        let rate = f64::from(writes) / took;
        println!("50 of 50 backups whole and restored, beside {rate:.0} writes in a second");
    });
    let copy = world.folder.path().join("copy-49.db");
    let queued = letters::due(&open_to_read(&copy).unwrap(), State::Queued, now(), 9).unwrap();
    assert!(!queued.is_empty(), "the copy knows what waited to leave");
    assert_eq!(engine(&world, &copy).turn(&Input::Tick, now()).unwrap().parcel, None);
}

#[test]
fn a_backup_is_for_its_owner_only_and_lies_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with_a_past();
    let copy = copy_of(&world);
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let names = fs::read_dir(world.folder.path()).unwrap();
    let names: Vec<String> =
        names.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let of_copy: Vec<&String> = names.iter().filter(|name| name.starts_with("copy")).collect();
    assert_eq!(of_copy, ["copy.db"]);
}

#[test]
fn a_letter_is_still_on_record_in_the_copy() {
    let world = World::with_a_past();
    let copy = open_to_read(&copy_of(&world)).unwrap();
    let live = open_to_read(&world.store()).unwrap();
    let (live, copy) = (letters::all(&live, 99).unwrap(), letters::all(&copy, 99).unwrap());
    assert!(!live.is_empty());
    assert_eq!(live, copy);
    assert_eq!(live.last().map(|letter| letter.id), Some(LetterId(1)));
}
