//! The laws of the house that are about the source: who may import whom, what must not be written,
//! how long things may be. It reads text and runs nothing of Sigap; each test names every offender
//! at once, with file, line and what to do.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions
)]

#[path = "tidy/source.rs"]
mod source;

use std::fmt::Write;
use std::fs;

use source::{files_below, functions, imports, modules, names_crate, root, sources};

/// Who may import whom: a floor, and the floors whose names may follow `crate::` in it.
const IMPORTS: &[(&str, &str)] = &[
    ("model", "model"),
    ("rules", "model rules"),
    ("mail", "model mail"),
    ("store", "model store"),
    ("config", "model config"),
    ("engine", "model rules mail store engine"),
    ("net", "model config net"),
    ("imap", "model config net imap"),
    ("maildir", "model config net maildir"),
    ("smtp", "model config net smtp"),
    ("ical", "model config net ical"),
    ("daemon", "model store config engine imap maildir smtp ical net daemon"),
    ("cli", "model mail store config engine imap maildir smtp ical net cli daemon"),
];

/// Crates that belong to some floors only, or to single files of them.
const CRATES: &[(&str, &str)] = &[
    ("rusqlite", "store/"),
    ("tokio", "imap/ smtp/ ical/ net.rs daemon/ cli/ main.rs"),
    ("tokio_util", "imap/ smtp/ net.rs daemon/ cli/"),
    ("futures_util", "imap/ smtp/ net.rs daemon/"),
    ("async_trait", "smtp/"),
    ("async_imap", "imap/"),
    ("imap_proto", "imap/"),
    ("lettre", "mail/compose.rs smtp/"),
    ("mail_parser", "mail/"),
    ("memchr", "mail/"),
    ("minijinja", "mail/"),
    ("png", "mail/curve.rs"),
    ("toml", "config/"),
    ("calcard", "config/ ical/"),
    ("hyper", "ical/"),
    ("hyper_util", "ical/"),
    ("http_body_util", "ical/"),
    ("quick_xml", "ical/"),
    ("percent_encoding", "ical/"),
    ("url", "config/ ical/"),
    ("clap", "cli/ main.rs"),
    ("rustls", "net.rs imap/ smtp/ main.rs"),
    ("tokio_rustls", "net.rs imap/ smtp/"),
    ("rustls_platform_verifier", "net.rs"),
    ("socket2", "net.rs"),
    ("rustix", "daemon/allowance.rs"),
    ("sd_notify", "daemon/"),
    ("tracing_subscriber", "main.rs cli/ daemon/"),
];

/// What must not stand in the code of `src/`, where it may all the same, and what to do instead.
const WORDS: &[(&str, &str, &str)] = &[
    (".unwrap()", "", "handle it, or `expect` with the invariant as its sentence"),
    ("todo!(", "", "finish it"),
    ("unimplemented!(", "", "finish it"),
    ("dbg!(", "", "remove it"),
    ("unsafe {", "", "there is no unsafe code here"),
    ("HashMap", "", "its order is dice: use a BTreeMap"),
    ("HashSet", "", "its order is dice: use a BTreeSet"),
    ("Timestamp::now", "daemon/clock.rs", "time is an argument"),
    ("Zoned::now", "daemon/clock.rs", "time is an argument"),
    ("SystemTime::now", "daemon/clock.rs", "time is an argument"),
    ("Instant::now", "daemon/clock.rs", "time is an argument"),
    ("env::var", "config/", "the environment is read in config/ only"),
    ("pub use ", "", "no re-exports: write the full path"),
];

/// What must stand nowhere in `src/`, comments and SQL included.
const MARKS: &[(&str, &str)] = &[
    ("TODO", "do it, or write an issue"),
    ("FIXME", "do it, or write an issue"),
    ("CURRENT_TIMESTAMP", "time is an argument, in SQL too"),
    ("CURRENT_DATE", "time is an argument, in SQL too"),
    ("datetime('now'", "time is an argument, in SQL too"),
    ("unixepoch()", "time is an argument, in SQL too"),
    ("julianday('now'", "time is an argument, in SQL too"),
];

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
const COLUMNS: usize = 100;

/// Offenders of one law, told all at once.
#[derive(Default)]
struct Offenders(String);

impl Offenders {
    fn add(&mut self, path: &str, line: usize, what: &str) {
        writeln!(self.0, "  {path}:{line}: {what}").unwrap();
    }

    fn none(self, law: &str) {
        assert!(self.0.is_empty(), "\n{law}\n{}", self.0);
    }
}

#[test]
fn floors_import_only_what_lies_below_them() {
    let mut bad = Offenders::default();
    for source in sources().iter().filter(|source| !source.is_ground()) {
        let Some((_, allowed)) = IMPORTS.iter().find(|(floor, _)| *floor == source.floor()) else {
            bad.add(&source.path, 1, "its floor is not in the import table of tests/tidy.rs");
            continue;
        };
        for (line, floor) in imports(source) {
            let own = source.floor() == floor;
            if !own && !allowed.split(' ').any(|name| name == floor) {
                let what =
                    format!("{} must not import {floor} (it may: {allowed})", source.floor());
                bad.add(&source.path, line, &what);
            }
        }
    }
    bad.none("An import points upwards or sideways. Move the code, or pass the value in:");
}

#[test]
fn crates_stay_on_their_floors() {
    let mut bad = Offenders::default();
    for source in sources() {
        for (line, code) in source.code() {
            for (name, places) in CRATES {
                if names_crate(code, name) && !source.is_in(places) {
                    bad.add(&source.path, line, &format!("`{name}` is for {places} only"));
                }
            }
        }
    }
    bad.none("A crate is used outside its floor. Wrap what is needed there in a word of ours:");
}

#[test]
fn no_word_that_must_not_stand() {
    let mut bad = Offenders::default();
    for source in sources() {
        for (line, code) in source.code() {
            for (word, places, instead) in WORDS {
                if code.contains(word) && !source.is_in(places) {
                    bad.add(&source.path, line, &format!("`{word}`: {instead}"));
                }
            }
        }
    }
    for (path, text) in files_below("src", &["rs", "sql"]) {
        for (at, line) in text.lines().enumerate() {
            for (word, instead) in MARKS {
                if line.contains(word) {
                    bad.add(&path, at + 1, &format!("`{word}`: {instead}"));
                }
            }
        }
    }
    bad.none("These words must not stand in src/:");
}

#[test]
fn files_functions_and_lines_are_short() {
    let mut bad = Offenders::default();
    for source in sources() {
        let count = source.lines.len();
        if count > FILE_LINES {
            bad.add(&source.path, count, &format!("{count} lines; at most {FILE_LINES}: split it"));
        }
        for (line, text) in source.lines() {
            let columns = text.chars().count();
            if columns > COLUMNS {
                bad.add(&source.path, line, &format!("{columns} columns; at most {COLUMNS}"));
            }
        }
        for (line, name, length) in functions(&source) {
            if length > FUNCTION_LINES {
                let what = format!("fn {name} has {length} lines; at most {FUNCTION_LINES}");
                bad.add(&source.path, line, &what);
            }
        }
    }
    bad.none("Too long:");
}

#[test]
fn every_file_opens_with_what_it_is() {
    let mut bad = Offenders::default();
    for (path, text) in files_below("src", &["rs"]).into_iter().chain(files_below("tests", &["rs"]))
    {
        if !text.starts_with("//! ") {
            bad.add(&path, 1, "must open with `//!`: what it is, what it never does");
        } else if text.starts_with("//! Being written") {
            bad.add(&path, 1, "still says that it is being written");
        }
    }
    bad.none("Files without an opening:");
}

#[test]
fn every_file_stands_in_the_floor_plan() {
    let plan: String = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let named = modules(&plan);
    let mut bad = Offenders::default();
    for source in sources().iter().filter(|source| !source.is_ground()) {
        if source.name().ends_with("mod.rs") {
            bad.add(&source.path, 1, "no mod.rs: lib.rs holds the whole tree");
        } else if !named.contains(&source.name().to_owned()) {
            bad.add(&source.path, 1, "is not named in src/lib.rs, so it is not compiled");
        }
    }
    bad.none("The floor plan in src/lib.rs is not complete:");
}

#[test]
fn every_table_is_strict() {
    let mut bad = Offenders::default();
    for (path, text) in files_below("src", &["rs", "sql"]) {
        let lower = text.to_lowercase();
        for (at, _) in lower.match_indices("create table ") {
            let rest = &lower[at..];
            let end = rest.find(';').unwrap_or(rest.len());
            let tail: String = rest[..end].chars().rev().take_while(|c| *c != ')').collect();
            let words: String = tail.chars().rev().collect();
            if !words.contains("strict") {
                let line = lower[..at].matches('\n').count() + 1;
                bad.add(&path, line, "the table is not STRICT");
            }
        }
    }
    bad.none("Tables whose columns take anything:");
}

/// Once released, a step of the schema is never edited: databases in the field have taken it.
///
/// A new step is entered with `sha256sum src/store/schema/*.sql > tests/data/schema.sha256`.
#[test]
fn released_steps_of_the_schema_are_unchanged() {
    let mut bad = Offenders::default();
    let list = "tests/data/schema.sha256";
    let steps = files_below("src/store/schema", &["sql"]);
    let known = fs::read_to_string(root().join(list)).unwrap_or_default();
    for (path, text) in &steps {
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        let mut hex = String::new();
        for byte in digest.as_ref() {
            write!(hex, "{byte:02x}").unwrap();
        }
        if !known.lines().any(|line| *line == format!("{hex}  {path}")) {
            bad.add(path, 1, &format!("{list} does not hold the line `{hex}  {path}`"));
        }
    }
    for (at, line) in known.lines().enumerate() {
        let named = line.split_whitespace().nth(1).unwrap_or_default();
        if !steps.iter().any(|(path, _)| path == named) {
            bad.add(list, at + 1, &format!("{named} is no longer there"));
        }
    }
    bad.none("A step of the schema is new or edited; an edit of a released step is never right:");
}

#[test]
fn the_readers_of_this_file_read_rightly() {
    let text = "use crate::{model::letter::Letter, rules};\nuse crate::mail::parse; // crate::web\n\
        let a = \"crate::no\"; let b = 'x'; let c = r#\"crate::no \"quoted\" \"#;\n\
        /* crate::no */ fn f<'a>(x: &'a str) -> bool {\n    crate::store::db::f(x, '\"', '{')\n}\n";
    let source = source::read("src/engine/x.rs".to_owned(), text);
    let floors: Vec<String> = imports(&source).into_iter().map(|(_, floor)| floor).collect();
    assert_eq!(floors, ["model", "rules", "mail", "store"]);
    assert_eq!(functions(&source), [(4, "f".to_owned(), 3)]);
    assert!(names_crate("use tokio::net;", "tokio") && names_crate("-> toml::Value", "toml"));
    assert!(!names_crate("use tokio_util::x;", "tokio") && !names_crate("my_toml::x", "toml"));
    assert!(!names_crate("crate::smtp::lettre::x", "lettre"));
    let plan = "pub mod model {\n    pub mod a;\n}\n/// Net.\npub mod net;\n";
    assert_eq!(modules(plan), ["model/a.rs", "net.rs"]);
}
