//! Rows of data: bundled ones, and public ones where they lie beside the project.

use std::path::PathBuf;

use serde_json::Value;
use sigap::mail::linear::Hash;

/// One labelled row.
#[derive(Clone)]
pub struct Row(pub Value);

impl Row {
    /// A word of it; empty where it has none.
    pub fn word(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_default()
    }

    /// The same with another word in one place.
    pub fn with(&self, name: &str, word: &str) -> Self {
        let mut row = self.clone();
        row.0[name] = word.into();
        row
    }
}

/// Three rows of ten are never learned from.
pub fn held(id: &str) -> bool {
    tenth(id) < 3
}

/// Into which of ten parts a row falls.
pub fn tenth(id: &str) -> u64 {
    Hash::of(b'h').word(id).get() % 10
}

/// Into which of eight parts it falls where only some of the rows are learned from.
pub fn eighth(id: &str) -> u64 {
    Hash::of(b'e').word(id).get() % 8
}

/// Bundled rows.
pub fn own(file: &str) -> Vec<Row> {
    rows(&std::fs::read_to_string(folder().join("own").join(file)).unwrap())
}

/// Bundled words, each with its language.
pub fn words() -> Vec<(String, String)> {
    pairs("words.tsv")
}

/// Lines of a bundled table: what stands before the first tab, and what behind it.
pub fn pairs(file: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder().join("own").join(file)).unwrap();
    let pair = |line: &str| line.split_once('\t').map(|(a, b)| (a.to_owned(), b.to_owned()));
    text.lines().filter_map(pair).collect()
}

/// Rows of `SIGAP_DATA`, or of the folder beside the project; `None`, said aloud: there are none.
pub fn public(file: &str) -> Option<Vec<Row>> {
    let text = std::fs::read_to_string(there(file)?).unwrap();
    Some(rows(&text))
}

/// Where a public file or folder lies; `None`, said aloud: it does not.
pub fn there(file: &str) -> Option<PathBuf> {
    let place = place(file);
    if place.exists() {
        return Some(place);
    }
    println!("# {}: not there, no figures from it", place.display());
    None
}

/// Where a public file lies.
pub fn place(file: &str) -> PathBuf {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    std::env::var_os("SIGAP_DATA").map_or(beside, PathBuf::from).join(file)
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/train")
}

fn rows(text: &str) -> Vec<Row> {
    text.lines().map(|line| Row(serde_json::from_str(line).unwrap())).collect()
}
