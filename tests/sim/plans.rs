//! How the statements of the house find their rows. No list of statements is kept: the connection
//! itself is asked what it ran during a whole life, and SQLite for the plan of each.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};
use sigap::engine::turn::Engine;
use sigap::store::db::{Access, Db};

use crate::mutants::Mutant;
use crate::world::live;

/// Tables that grow for ever or with the number of owners, and what statements call them.
const GROWING: &[&str] = &[
    "owner",
    "mailbox",
    "message",
    "m",
    "reference",
    "r",
    "location",
    "obligation",
    "o",
    "ask",
    "a",
    "correction",
    "awaited",
    "w",
    "heard",
    "letter",
    "letter_item",
    "i",
    "attempt",
];

thread_local! {
    /// What ran on this thread, where somebody wants to know; and whether it was prepared anew for
    /// every second run or so. (A backup lets everything be prepared anew once.)
    static RAN: RefCell<Option<BTreeMap<String, bool>>> = const { RefCell::new(None) };
}

/// What the engine does, listened to if this thread wants to know what it runs; what the world asks
/// for itself is not heard.
pub fn heard<T>(engine: &mut Engine, deed: impl FnOnce(&mut Engine) -> T) -> T {
    let listens = RAN.with_borrow(Option::is_some);
    let listen = |engine: &Engine, to: Option<fn(TraceEvent<'_>)>| {
        engine.db().connection().trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, to);
    };
    if listens {
        listen(engine, Some(note));
    }
    let done = deed(engine);
    if listens {
        listen(engine, None);
    }
    done
}

fn note(event: TraceEvent<'_>) {
    if let TraceEvent::Profile(statement, _) = event {
        let wasteful = is_wasteful(|status| statement.get_status(status));
        let sql = statement.sql().into_owned();
        RAN.with_borrow_mut(|ran| {
            if let Some(ran) = ran {
                *ran.entry(sql).or_default() |= wasteful;
            }
        });
    }
}

fn is_wasteful(count: impl Fn(StatementStatus) -> i32) -> bool {
    let anew = count(StatementStatus::RePrepare);
    anew > 4 && anew * 2 > count(StatementStatus::Run)
}

/// The steps of a statement's plan; none for one that has no plan, such as COMMIT.
fn plan(c: &Connection, sql: &str) -> Vec<String> {
    let Ok(mut statement) = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")) else {
        return Vec::new();
    };
    let rows = statement.raw_query();
    rows.mapped(|row| row.get(3)).collect::<Result<_, _>>().unwrap()
}

fn reads_all(step: &str) -> bool {
    let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
    table.is_some_and(|table| GROWING.contains(&table))
}

/// Whether an index is asked for what has no value in it: rows that may be most of the table.
fn finds_what_is_missing(sql: &str, step: &str) -> bool {
    let table = step.strip_prefix("SEARCH ").and_then(|rest| rest.split(' ').next());
    let columns = step.rsplit_once('(').map_or("", |(_, columns)| columns.trim_end_matches(')'));
    let sought = columns.split(" AND ").filter_map(|one| one.strip_suffix("=?"));
    table.is_some_and(|table| GROWING.contains(&table))
        && sought.into_iter().any(|column| sql.contains(&format!("{column} IS NULL")))
}

#[test]
fn no_statement_of_a_life_reads_a_growing_table_whole_or_is_prepared_twice() {
    RAN.set(Some(BTreeMap::new()));
    for seed in 1..=4 {
        let (result, _) = live(seed, Mutant::None);
        assert_eq!(result, Ok(()), "seed {seed}");
    }
    let ran = RAN.take().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigap.db");
    let now = jiff::Timestamp::UNIX_EPOCH;
    let db = Db::open(&path, Access::Daemon, now).unwrap();
    let steps = |sql: &String| plan(db.connection(), sql);
    let asked = ran.keys().filter(|sql| !steps(sql).is_empty()).count();
    println!("{asked} statements with a plan ran in four lives");
    assert!(asked > 50, "most statements run in a life, not {asked}");
    let whole = ran.keys().flat_map(|sql| {
        let bad = |step: &String| reads_all(step) || finds_what_is_missing(sql, step);
        let bad = steps(sql).into_iter().filter(bad);
        bad.map(|step| format!("{step}: {sql}")).collect::<Vec<_>>()
    });
    let whole: Vec<String> = whole.collect();
    assert!(whole.is_empty(), "{whole:#?}");
    let anew: Vec<_> = ran.iter().filter(|(_, wasteful)| **wasteful).collect();
    assert!(anew.is_empty(), "prepared anew while they are kept: {anew:#?}");
    // The same eyes see such a step where there is one.
    let whole = "SELECT count(*) FROM attempt WHERE outcome = ?1".to_owned();
    assert!(steps(&whole).iter().any(|step| reads_all(step)));
    db.connection().execute("CREATE INDEX missing ON attempt (ended_at)", []).unwrap();
    let missing = "SELECT count(*) FROM attempt WHERE ended_at IS NULL".to_owned();
    assert!(steps(&missing).iter().any(|step| finds_what_is_missing(&missing, step)));
    let mut bound = db.connection().prepare("SELECT key FROM heard LIMIT ?1").unwrap();
    for limit in 1..=6 {
        assert!(!bound.exists([limit]).unwrap());
    }
    assert!(is_wasteful(|status| bound.get_status(status)));
}
