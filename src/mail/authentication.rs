//! Authentication-Results (RFC 8601): what a mail server found out about who sent a message.
//!
//! Anybody can write such a field into a message, so only the topmost block is given out. Whether
//! its server is to be trusted, and whether it takes out what others wrote in its name (§5), is for
//! the caller to say. What breaks the grammar says nothing at all. No rule of triage looks at it.

use crate::mail::headers::Headers;
use crate::model::stamp::{Finding, Stamp, is_plain};

/// RFC 8601 §2.2.
const NAME: &str = "Authentication-Results";
/// So many findings of one message are read.
const MOST: usize = 100;

/// The topmost fields, as far as one server wrote them one below the other (RFC 8601 §5).
pub fn topmost(headers: &Headers<'_>) -> Option<Stamp> {
    let block =
        headers.all().skip_while(|field| !field.is(NAME)).take_while(|field| field.is(NAME));
    let mut stamps = block.map_while(|field| read(&field.value()));
    let (by, mut findings) = stamps.next()?;
    findings.extend(stamps.take_while(|(next, _)| *next == by).flat_map(|(_, more)| more));
    findings.truncate(MOST);
    Some(Stamp { by, findings })
}

/// One field's value: who wrote it, and the findings. `None` where it breaks the grammar.
pub fn read(value: &str) -> Option<(String, Vec<Finding>)> {
    let mut rest = Rest(value);
    rest.space()?;
    // Some servers leave their name out, and begin with a finding.
    let by = rest.value().filter(|name| !name.contains('='))?.to_lowercase();
    rest.space()?;
    // RFC 8601 §2.2: only version 1 is defined.
    if rest.digits()?.is_some_and(|version| version != "1") {
        return None;
    }
    let mut findings = Vec::new();
    loop {
        rest.space()?;
        if rest.0.is_empty() {
            return Some((by, findings));
        }
        rest.sign(';')?;
        rest.space()?;
        if rest.0.is_empty() {
            continue;
        }
        let method = rest.keyword()?;
        rest.space()?;
        if method == "none" && rest.0.is_empty() && findings.is_empty() {
            return Some((by, findings));
        }
        findings.push(rest.finding(method)?);
    }
}

/// What is left to be read of a value.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// Behind the name of a method: its version, its result, and what it is about.
    fn finding(&mut self, method: String) -> Option<Finding> {
        if self.0.starts_with('/') {
            self.sign('/')?;
            self.space()?;
            self.digits()??;
            self.space()?;
        }
        self.sign('=')?;
        self.space()?;
        let result = self.keyword()?;
        let mut about = Vec::new();
        loop {
            self.space()?;
            if self.0.is_empty() || self.0.starts_with(';') {
                return Some(Finding { method, result, about });
            }
            let name = self.keyword()?;
            self.space()?;
            self.sign('=')?;
            self.space()?;
            let value = self.value()?;
            // The reason is for people: nothing in it is a finding.
            if name != "reason" {
                about.push((name, value));
            }
        }
    }

    /// White space and comments (RFC 5322 §3.2.2); `None` where a comment has no end, which
    /// `headers::without_comments` would forgive.
    fn space(&mut self) -> Option<()> {
        loop {
            self.0 = self.0.trim_start_matches([' ', '\t']);
            let Some(inside) = self.0.strip_prefix('(') else { return Some(()) };
            let (mut depth, mut literal) = (1_usize, false);
            let end = inside.char_indices().find(|(_, c)| {
                match c {
                    _ if std::mem::take(&mut literal) => {}
                    '\\' => literal = true,
                    '(' => depth = depth.saturating_add(1),
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            });
            self.0 = inside.get(end?.0 + 1..)?;
        }
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        self.0 = self.0.strip_prefix(sign)?;
        Some(())
    }

    /// A number that stands alone, if there is one; `None` where it does not end as one.
    fn digits(&mut self) -> Option<Option<&str>> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        if digits.is_empty() {
            return Some(None);
        }
        self.0 = rest;
        let ends = rest.is_empty() || rest.starts_with([' ', '\t', ';', '(', '=']);
        ends.then_some(Some(digits))
    }

    /// A method, a result, or the name of a property, in lower case.
    fn keyword(&mut self) -> Option<String> {
        let of_word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let end = self.0.find(|c: char| !of_word(c)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        (!word.is_empty()).then(|| word.to_ascii_lowercase())
    }

    /// A word or a quoted string. Unquoted signatures with `=` in them are usual.
    fn value(&mut self) -> Option<String> {
        let Some(inside) = self.0.strip_prefix('"') else {
            let end = self.0.find(|c| !is_plain(c)).unwrap_or(self.0.len());
            let (word, rest) = self.0.split_at(end);
            self.0 = rest;
            let ends = rest.is_empty() || rest.starts_with([' ', '\t', ';', '(']);
            return (ends && !word.is_empty()).then(|| word.to_owned());
        };
        let (mut value, mut literal) = (String::new(), false);
        for (at, c) in inside.char_indices() {
            match c {
                _ if std::mem::take(&mut literal) => value.push(c),
                '\\' => literal = true,
                '"' => {
                    self.0 = inside.get(at + 1..)?;
                    return (!value.contains(char::is_control)).then_some(value);
                }
                _ => value.push(c),
            }
        }
        None
    }
}
