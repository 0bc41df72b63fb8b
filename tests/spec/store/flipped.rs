//! Bits that turn in a database or in its log: whatever leaves is the letter that was to leave,
//! once; otherwise a plain sentence says that the file is damaged, and nothing panics.
//!
//! `SIGAP_FLIPS=n` for another number of damaged files.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sigap::cli::ground::Ground;
use sigap::engine::turn::{Engine, Input};
use sigap::model::letter::{Outcome, Parcel};
use sigap::store::db::{Access, Db, StoreError};

use super::restored::{engine, with_a_letter_due};
use crate::cli::world::{World, now};

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, many: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(many).unwrap()).unwrap()
    }
}

/// A world whose letter is due, and its files as a crash leaves them: most of it in the log.
fn crashed() -> (World, [Vec<u8>; 3]) {
    let world = with_a_letter_due();
    let c = rusqlite::Connection::open(world.store()).unwrap();
    c.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    c.execute_batch(
        "UPDATE letter SET answer = answer; UPDATE message SET subject_hash = subject_hash",
    )
    .unwrap();
    let read = |ending| fs::read(format!("{}{ending}", world.store().display())).unwrap();
    let files = [read(""), read("-wal"), read(".epoch.json")];
    drop(c);
    (world, files)
}

/// In place: another file would be known for one.
fn lay(world: &World, files: &[Vec<u8>; 3]) {
    let beside = |ending| format!("{}{ending}", world.store().display());
    for (ending, bytes) in ["", "-wal", ".epoch.json"].into_iter().zip(files) {
        fs::write(beside(ending), bytes).unwrap();
    }
    let _none = fs::remove_file(beside("-shm"));
}

/// What leaves from a database while it is looked at a few times.
fn leaves(world: &World) -> Result<Vec<Parcel>, StoreError> {
    let ground = Ground::load(Some(&world.config())).unwrap();
    let db = Db::open(&world.store(), Access::Daemon, now())?;
    let mut engine = Engine::open(db, ground.charter, now())?;
    let mut left = Vec::new();
    for _ in 0..4 {
        let Some(parcel) = engine.turn(&Input::Tick, now())?.parcel else { break };
        let sent = Outcome::Accepted("250 ok".to_owned());
        if engine.commit(parcel.id, now())? {
            left.push(parcel.clone());
        }
        engine.turn(&Input::Settled(parcel.id, sent), now())?;
    }
    Ok(left)
}

/// Some bytes of one of the files, turned by the dice.
fn anywhere(files: &[Vec<u8>; 3], run: u64) -> (String, [Vec<u8>; 3]) {
    let mut dice = Dice(run);
    let mut damaged = files.clone();
    let (file, many) = (dice.below(2), 1 + dice.below(64));
    for _ in 0..many {
        let place = dice.below(damaged[file].len());
        damaged[file][place] ^= u8::try_from(1 + dice.below(255)).unwrap();
    }
    (format!("run {run}, {many} bytes of {}", ["the database", "the log"][file]), damaged)
}

/// One letter of the Message-ID, wherever it stands: a look at the pages alone lets that pass.
fn named(files: &[Vec<u8>; 3], right: &Parcel) -> Vec<(String, [Vec<u8>; 3])> {
    let text = String::from_utf8_lossy(&right.bytes).into_owned();
    let (_, rest) = text.split_once("Message-ID: <").unwrap();
    let id = rest.split('>').next().unwrap().as_bytes();
    let mut all = Vec::new();
    for file in 0..2 {
        let places = files[file].windows(id.len()).enumerate();
        for (place, _) in places.filter(|(_, words)| *words == id) {
            let mut damaged = files.clone();
            damaged[file][place + 5] ^= 1;
            all.push((format!("a letter of the Message-ID at {place}"), damaged));
        }
    }
    assert!(!all.is_empty(), "it stands somewhere");
    all
}

#[test]
fn no_letter_leaves_from_a_damaged_ledger() {
    let runs = std::env::var("SIGAP_FLIPS").ok().and_then(|text| text.parse().ok()).unwrap_or(150);
    let (world, files) = crashed();
    lay(&world, &files);
    let right = engine(&world, &world.store()).turn(&Input::Tick, now()).unwrap().parcel.unwrap();
    let mut table: BTreeMap<&str, u32> = BTreeMap::new();
    for (case, damaged) in (0..runs).map(|run| anywhere(&files, run)).chain(named(&files, &right)) {
        lay(&world, &damaged);
        let ended = catch_unwind(AssertUnwindSafe(|| leaves(&world)));
        let ended = ended.unwrap_or_else(|_| panic!("{case}: a panic"));
        let what = match ended {
            Ok(left) => {
                assert!(left.len() <= 1, "{case}: {} letters", left.len());
                for parcel in &left {
                    assert_eq!(parcel.to, right.to, "{case}");
                    let same = parcel.bytes == right.bytes;
                    assert!(same, "{case}: {}", String::from_utf8_lossy(&parcel.bytes));
                }
                if left.is_empty() { "opened, nothing left" } else { "opened, the letter left" }
            }
            Err(StoreError::Corrupt { path, why }) => {
                assert!(path == world.store() && !why.is_empty(), "{case}");
                "refused as damaged"
            }
            Err(StoreError::Lost(_) | StoreError::Newer { .. }) => "refused as not ours",
            Err(error) => {
                assert!(!error.to_string().is_empty(), "{case}");
                "ended with an error"
            }
        };
        *table.entry(what).or_default() += 1;
    }
    println!("{runs} damaged files: {table:?}");
}
