//! The weekly reports of a large house: 1,000,000 messages, 10,000 owners, 500 teams.
//!
//! `cargo bench --bench report`, in minutes; `SIGAP_MESSAGES=n` and `SIGAP_OWNERS=n` for other
//! sizes. The database is written directly, then a process of its own reads and counts, so that
//! its memory is that of reports alone. Nothing is asserted: a machine's speed is no promise.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, params};
use sigap::cli::ground::Ground;
use sigap::engine::office::Office;
use sigap::engine::readers::{draft, reader};
use sigap::engine::report_words;
use sigap::engine::reporting::{Report, Reporter, own};
use sigap::engine::turn::Engine;
use sigap::model::address::Address;
use sigap::model::ids::LetterId;
use sigap::model::letter::{Draft, Letter, State};
use sigap::model::report::{known_at, last_week};
use sigap::store::db::{Access, Db, open_to_read};

/// Owners of one team.
const TEAM: usize = 20;
/// One message of so many asks something.
const ASKS: usize = 4;
/// The messages arrived within so long.
const SECONDS: i64 = 26 * 7 * 86_400;
/// 23 November 2026, 07:00 in Jakarta.
const NOW: i64 = 1_795_392_000;
const INSIDE: &str = "SIGAP_REPORTS_OF";

fn main() {
    if let Some(folder) = std::env::var_os(INSIDE) {
        measured(Path::new(&folder));
        return;
    }
    if !std::env::args().any(|word| word == "--bench") {
        println!("The benchmark runs with `cargo bench --bench report`.");
        return;
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let owners = number("SIGAP_OWNERS").unwrap_or(10_000);
    let messages = number("SIGAP_MESSAGES").unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    std::fs::write(folder.path().join("sigap.toml"), config(owners)).unwrap();
    furnish(folder.path(), owners, messages);
    let size = std::fs::metadata(folder.path().join("sigap.db")).unwrap().len() >> 20;
    println!(
        "# {messages} messages of {owners} owners, {size} MiB, written in {:?}",
        begun.elapsed()
    );
    let mut inside = Command::new(std::env::current_exe().unwrap());
    assert!(inside.env(INSIDE, folder.path()).status().unwrap().success());
}

fn config(owners: usize) -> String {
    let mut text =
        "mode = \"observe\"\n[store]\npath = \"sigap.db\"\n[smtp]\nfolder = \"letters\"\n\
        from = \"Sigap <sigap@example.com>\"\n[[tier]]\nname = \"all\"\nreply_within = \"8h\"\n\
        ladder = [\"nudge 6h\", \"lapse 40h\"]\n"
            .to_owned();
    for no in 0..owners {
        if no % TEAM == 0 {
            let team = no / TEAM;
            write!(
                text,
                "[[team]]\nname = \"team {team}\"\nlead = \"lead{team}@example.net\"\n\
                 report_level = \"threads\"\n"
            )
            .unwrap();
        }
        // In one of three clocks are changed twice a year.
        let zone = ["Asia/Jakarta", "Asia/Makassar", "Europe/Berlin"][no / TEAM % 3];
        write!(
            text,
            "[[owner]]\nname = \"Ani {no}\"\naddresses = [\"ani{no}@example.com\"]\n\
             team = \"team {}\"\ntime_zone = \"{zone}\"\n\
             hours = [\"Mon-Thu 08:00-12:00, 13:00-17:00\", \"Fri 08:00-11:30, 13:00-17:00\"]\n\
             maildir.path = \"m{no}\"\nown_report = true\n",
            no / TEAM
        )
        .unwrap();
    }
    text
}

/// Messages in the order of their arrival, a fourth of which ask; one ask of eight is open, the
/// others were answered after up to three days.
fn furnish(folder: &Path, owners: usize, messages: usize) {
    let ground = Ground::load(Some(&folder.join("sigap.toml"))).unwrap();
    let start = Timestamp::from_second(NOW - SECONDS).unwrap();
    let db = Db::open(&folder.join("sigap.db"), Access::Daemon, start).unwrap();
    drop(Engine::open(db, ground.charter, start).unwrap());
    let mut c = Connection::open(folder.join("sigap.db")).unwrap();
    let transaction = c.transaction().unwrap();
    let facts = format!("{{\"subject\":\"{}\"}}", "Permohonan penawaran harga ".repeat(20));
    let mut message = transaction
        .prepare(
            "INSERT INTO message (owner_id, key, key_hash, subject_hash, fingerprint, \
             conversation_id, place, arrived_at, seen_at, backlog, author, class, lost, facts, \
             verdict) VALUES (?1, ?2, ?3, ?3, ?2, ?3, 'inbox', ?4, ?4, 0, 'budi@example.org', ?5, \
             0, ?6, '{}')",
        )
        .unwrap();
    let mut obligation = transaction
        .prepare(
            "INSERT INTO obligation (owner_id, conversation_id, requester, requester_name, \
             asked_in, asked_key, subject, asked_at, asks, tier, confidence, closed_at, closed_how) \
             VALUES (?1, ?2, 'budi@example.org', 'Budi', ?2, ?3, 'Penawaran', ?4, 1, 'all', 0.9, \
             ?5, ?6)",
        )
        .unwrap();
    let mut chance = 7_u64;
    for no in 0..messages {
        chance = chance * 48_271 % 2_147_483_647;
        let owner = (chance % owners as u64) as i64 + 1;
        let arrived = NOW - SECONDS + SECONDS * no as i64 / messages as i64;
        let key = format!("{no}@mail.example.org");
        let asks = no % ASKS == 0;
        let class = if asks { "ask" } else { "information" };
        message.execute(params![owner, key, no as i64, arrived, class, facts]).unwrap();
        if asks {
            let answered = arrived + (chance % 259_200) as i64;
            let closed = (!chance.is_multiple_of(8) && answered < NOW).then_some(answered);
            let how = closed.map(|_| "answered_by_owner");
            obligation.execute(params![owner, no as i64, key, arrived, closed, how]).unwrap();
        }
    }
    drop((message, obligation));
    transaction.commit().unwrap();
}

fn measured(folder: &Path) {
    let told =
        |what: &str, took: Duration| println!("{what:<56} {:>9.1} ms", took.as_secs_f64() * 1e3);
    let now = Timestamp::from_second(NOW).unwrap();
    let begun = Instant::now();
    let ground = Ground::load(Some(&folder.join("sigap.toml"))).unwrap();
    told("the configuration read", begun.elapsed());
    let begun = Instant::now();
    let c = open_to_read(&folder.join("sigap.db")).unwrap();
    let office = Office::known(&c, ground.charter).unwrap();
    told("owners found", begun.elapsed());
    let monday = last_week(now.to_zoned(TimeZone::UTC).date());
    let figures = |reporter: &Reporter<'_>, team: &str| {
        let at = known_at(monday, &Reporter::zone(&office, team).unwrap()).min(now);
        reporter.report(team, monday, at).unwrap().unwrap()
    };
    let letter = |whose: &str, report: Report| {
        let reader = reader(&c, &office, &Address::parse(whose).unwrap()).unwrap().unwrap();
        let letter = written(draft(&reader, monday, false, now).unwrap(), now);
        report_words::report(&c, &office, &letter, &[report], now).unwrap().unwrap().len()
    };

    let lead = |team: &str| team.replace("team ", "lead") + "@example.net";

    let begun = Instant::now();
    let all: Vec<&str> = ground.settings.teams.keys().map(String::as_str).collect();
    let reporter = Reporter::new(&c, &office, &all, monday).unwrap();
    told("promises of all read", begun.elapsed());
    let (mut requests, mut bytes) = (0, 0);
    let mut counting = Duration::ZERO;
    let begun = Instant::now();
    for team in ground.settings.teams.keys() {
        let one = Instant::now();
        let report = figures(&reporter, team);
        counting += one.elapsed();
        requests += report.figures.trend.iter().map(|week| week.received).sum::<u32>();
        bytes += letter(&lead(team), report);
    }
    let teams = ground.settings.teams.len();
    told(&format!("figures of {teams} teams, {requests} requests"), counting);
    told(
        &format!("the same with their letters, {} KiB each", (bytes / teams) >> 10),
        begun.elapsed(),
    );
    drop(reporter);

    let mut alone: Vec<Duration> = (0..21)
        .map(|no| {
            let (begun, team) = (Instant::now(), format!("team {no}"));
            let reporter = Reporter::new(&c, &office, &[&team], monday).unwrap();
            let report = figures(&reporter, &team);
            assert!(report.figures.week.received > 0);
            letter(&lead(&team), report);
            begun.elapsed()
        })
        .collect();
    alone.sort_unstable();
    told("one team's letter by itself, median of 21", alone[10]);
    let mut owns: Vec<Duration> = (0..21)
        .map(|no| {
            let (begun, whose) = (Instant::now(), format!("ani{no}@example.com"));
            let owner = office.owner_of(&Address::parse(&whose).unwrap()).unwrap();
            let at = known_at(monday, owner.calendar.zone()).min(now);
            letter(&whose, own(&c, &office, owner, monday, at).unwrap());
            begun.elapsed()
        })
        .collect();
    owns.sort_unstable();
    told("one person's own letter, median of 21", owns[10]);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("# peak memory {}", peak.trim());
}

/// A letter as it stands in the outbox.
fn written(draft: Draft, now: Timestamp) -> Letter {
    Letter {
        id: LetterId(1),
        draft,
        state: State::Queued,
        queued_at: now,
        expires_at: now,
        next_at: now,
        attempts: 0,
        repeats: 0,
        message_id: "report.1@example.com".to_owned(),
        claimed_at: None,
        changed_at: now,
        answer: String::new(),
    }
}
