//! The source as the tidy tests see it: files, their code without comments and text, and what can
//! be read off it line by line. No parser of Rust: it knows just enough of the language for the
//! laws in `tests/tidy.rs`.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path below the package, its lines, and its lines without comments and text.
pub struct Source {
    pub path: String,
    pub lines: Vec<String>,
    code: Vec<String>,
}

impl Source {
    /// The path below `src/`.
    pub fn name(&self) -> &str {
        self.path.strip_prefix("src/").unwrap_or(&self.path)
    }

    /// `model` for `src/model/letter.rs`, `net` for `src/net.rs`.
    pub fn floor(&self) -> &str {
        let name = self.name();
        name.split_once('/').map_or(name.trim_end_matches(".rs"), |(floor, _)| floor)
    }

    pub fn is_ground(&self) -> bool {
        ["lib.rs", "main.rs"].contains(&self.name())
    }

    pub fn is_in(&self, places: &str) -> bool {
        places.split(' ').any(|place| {
            place == self.name() || (place.ends_with('/') && self.name().starts_with(place))
        })
    }

    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.iter().enumerate().map(|(at, line)| (at + 1, line.as_str()))
    }

    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines.iter().enumerate().map(|(at, line)| (at + 1, line.as_str()))
    }
}

/// The package's folder.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files of `src/`.
pub fn sources() -> Vec<Source> {
    files_below("src", &["rs"]).into_iter().map(|(path, text)| read(path, &text)).collect()
}

/// A source of this path and text.
pub fn read(path: String, text: &str) -> Source {
    let lines = text.lines().map(str::to_owned).collect();
    let code = without_comments_and_text(text).lines().map(str::to_owned).collect();
    Source { path, lines, code }
}

/// All files with these endings below a folder, by path; none if the folder is not there.
pub fn files_below(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        let Ok(items) = fs::read_dir(folder) else { continue };
        for path in items.map(|item| item.unwrap().path()) {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if path.is_dir() {
                open.push(path);
            } else if endings.contains(&ending) {
                found.push((shown(&path), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The code alone: comments, strings and characters become blanks, line by line.
fn without_comments_and_text(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = token(rest, out.chars().next_back());
        let (piece, after) = rest.split_at(length.max(next.len_utf8()));
        match length {
            0 => out.push_str(piece),
            _ => out.extend(piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' })),
        }
        rest = after;
    }
    out
}

/// The length of the comment, string or character that begins here; 0 if none does.
fn token(rest: &str, before: Option<char>) -> usize {
    let until = |end: &str, from: usize| rest[from..].find(end).map(|at| from + at + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return until("*/", 2).unwrap_or(rest.len());
    }
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let raw = rest.strip_prefix("br").or(rest.strip_prefix('r')).filter(|_| !in_word);
    if let Some(raw) = raw {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            return until(&end, rest.len() - raw.len() + hashes + 1).unwrap_or(rest.len());
        }
    }
    if rest.starts_with('"') {
        return quoted(rest, '"');
    }
    let mut chars = rest.chars().skip(1);
    match (rest.starts_with('\''), chars.next(), chars.next()) {
        (true, Some('\\'), _) => quoted(rest, '\''),
        (true, Some(inner), Some('\'')) => inner.len_utf8() + 2,
        _ => 0,
    }
}

/// The length of a text in quotes with backslash escapes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// Every floor named after `crate::`, braces opened, with its line.
pub fn imports(source: &Source) -> Vec<(usize, String)> {
    let text = source.code.join("\n");
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let line = text[..at].matches('\n').count() + 1;
        let rest = &text[at + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            None => vec![word(rest)],
            Some(list) => top_level_words(list),
        };
        found.extend(names.into_iter().filter(|name| !name.is_empty()).map(|name| (line, name)));
    }
    found
}

fn word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// First words of the items of `a::b, c::{d, e}}`.
fn top_level_words(list: &str) -> Vec<String> {
    let mut found = vec![word(list)];
    let mut depth = 0;
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.push(word(&list[at + 1..])),
            _ => {}
        }
    }
    found
}

/// Whether a line of code uses an external crate by name.
pub fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = &code[..at];
        let free = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        free && code[at + name.len()..].starts_with("::")
            || before.trim_end().ends_with("use") && code[at + name.len()..].starts_with(';')
    })
}

/// All functions: line, name, number of lines.
pub fn functions(source: &Source) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    for (line, code) in source.code() {
        let Some(at) = code.find("fn ") else { continue };
        let before = &code[..at];
        let name = word(&code[at + 3..]);
        if name.is_empty() || !(before.is_empty() || before.ends_with([' ', '('])) {
            continue;
        }
        found.extend(body_lines(&source.code[line - 1..]).map(|length| (line, name, length)));
    }
    found
}

/// The lines from a function's head to its closing brace; `None` for one without a body.
fn body_lines(code: &[String]) -> Option<usize> {
    let (mut depth, mut opened) = (0_i32, false);
    for (at, line) in code.iter().enumerate() {
        for c in line.chars() {
            match c {
                '{' => (depth, opened) = (depth + 1, true),
                '}' => depth -= 1,
                ';' if !opened && depth == 0 && line.trim_end().ends_with(';') => return None,
                _ => {}
            }
            if opened && depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// The files that the floor plan names.
pub fn modules(plan: &str) -> Vec<String> {
    let mut floor = None;
    let mut found = Vec::new();
    for line in without_comments_and_text(plan).lines() {
        let line = line.trim();
        if line == "}" {
            floor = None;
        }
        let Some(name) = line.trim_start_matches("pub ").strip_prefix("mod ") else { continue };
        match (name.strip_suffix(';'), &floor) {
            (None, _) => floor = Some(word(name)),
            (Some(file), None) => found.push(format!("{file}.rs")),
            (Some(file), Some(folder)) => found.push(format!("{folder}/{file}.rs")),
        }
    }
    found
}
