//! Gathers the faults of a configuration while its values are turned into types.
//!
//! Every reader here notes what is wrong and returns what can be used, so that the checking always
//! goes on to the end. It never decides what a key means: that is `config/tiers`, `config/owners`,
//! `config/servers` and `config/settings`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::civil::Date;

use crate::config::fault::{Advice, Fault, quoted};
use crate::config::reader::{Document, Mark};
use crate::config::secret::Secret;
use crate::config::units::{Days, parse_span};
use crate::config::written::{Set, Spot, Text, Texts};
use crate::model::address::Address;

/// What has been found so far, and which file is being read.
#[derive(Debug, Default)]
pub struct Check {
    /// What makes the configuration unusable.
    pub faults: Vec<Fault>,
    /// What deserves a look.
    pub warnings: Vec<Fault>,
    /// What must exist outside the file.
    pub touches: Vec<Touch>,
    file: PathBuf,
    broken: BTreeSet<usize>,
}

/// Something outside the file that a key points at.
#[derive(Clone, Debug)]
pub struct Touch {
    /// File, line and key that point at it.
    pub place: Place,
    /// What it is.
    pub thing: Thing,
}

/// A place in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub spot: Spot,
}

impl Place {
    /// A fault at this place.
    pub fn fault(&self, advice: Advice) -> Fault {
        Fault {
            file: self.file.clone(),
            line: Some(self.spot.line),
            key: self.spot.key.clone(),
            what: advice.what,
            right: advice.right,
        }
    }
}

/// What a key points at.
#[derive(Clone, Debug)]
pub enum Thing {
    /// A password source.
    Secret(Secret),
    /// A file to be read.
    File(PathBuf),
    /// A folder that must be there.
    Folder(PathBuf),
    /// A file whose folder must be there.
    Inside(PathBuf),
}

impl Check {
    /// Goes on with a file.
    pub fn turn_to<T>(&mut self, file: &Path, document: &Document<T>) {
        self.file = file.to_owned();
        self.broken.clone_from(&document.broken);
    }

    /// Takes over what the reading of the present file has noted.
    pub fn take_marks(&mut self, marks: &[Mark]) {
        for mark in marks {
            let spot = Spot { line: mark.line, key: mark.key.clone() };
            let advice = Advice::new(mark.what.as_str(), mark.right.as_str());
            let fault = self.place(&spot).fault(advice);
            self.faults.push(fault);
        }
    }

    /// A place in the file that is being read.
    pub fn place(&self, spot: &Spot) -> Place {
        Place { file: self.file.clone(), spot: spot.clone() }
    }

    /// Notes a fault.
    pub fn fault(&mut self, spot: &Spot, advice: Advice) {
        // What stands in a line of broken syntax was read only in part.
        if !self.broken.contains(&spot.line) {
            let fault = self.place(spot).fault(advice);
            self.faults.push(fault);
        }
    }

    /// Notes a fault of a file as a whole.
    pub fn unreadable(&mut self, file: &Path, line: Option<usize>, advice: Advice) {
        let (file, key) = (file.to_owned(), String::new());
        self.faults.push(Fault { file, line, key, what: advice.what, right: advice.right });
    }

    /// Notes that a key is missing in a table; `table` is `None` where there is no such table.
    pub fn missing(&mut self, table: Option<&Spot>, key: &str, right: &str) {
        // After a fault of syntax it may stand there, unread.
        if self.broken.is_empty() {
            self.faults.push(self.absent(table, key, "is missing", right));
        }
    }

    /// Notes a warning.
    pub fn warn(&mut self, spot: &Spot, advice: Advice) {
        let warning = self.place(spot).fault(advice);
        self.warnings.push(warning);
    }

    /// Warns that a key is missing.
    pub fn warn_missing(&mut self, key: &str, right: &str) {
        self.warnings.push(self.absent(None, key, "is not set", right));
    }

    fn absent(&self, table: Option<&Spot>, key: &str, what: &str, right: &str) -> Fault {
        let key = match table {
            Some(spot) => format!("{}.{key}", spot.key),
            None => key.to_owned(),
        };
        let line = table.map(|spot| spot.line);
        let (what, right) = (what.to_owned(), right.to_owned());
        Fault { file: self.file.clone(), line, key, what, right }
    }

    /// Remembers what must exist outside the file.
    pub fn touch(&mut self, spot: &Spot, thing: Thing) {
        let place = self.place(spot);
        self.touches.push(Touch { place, thing });
    }

    /// A text that says something and hides nothing.
    pub fn text<'a>(&mut self, text: &'a Text) -> Option<(&'a Spot, &'a str)> {
        let (spot, text) = text.written()?;
        let text = text.trim();
        if text.is_empty() {
            self.fault(spot, Advice::new("is empty", "write something or leave the key out"));
            return None;
        }
        if text.chars().any(is_hidden) {
            // Not quoted: it may be an address that holds a password.
            let what = "holds characters that cannot be seen";
            self.fault(spot, Advice::new(what, "write it anew, without control characters"));
            return None;
        }
        Some((spot, text))
    }

    /// Like [`Check::text`], and a fault where the key is missing.
    pub fn needed<'a>(
        &mut self,
        text: &'a Text,
        table: Option<&Spot>,
        key: &str,
        right: &str,
    ) -> Option<(&'a Spot, &'a str)> {
        if text.absent() {
            self.missing(table, key, right);
        }
        self.text(text)
    }

    /// The texts of a list.
    pub fn texts<'a>(&mut self, texts: &'a Texts) -> Vec<(&'a Spot, &'a str)> {
        let list = texts.value.as_deref().unwrap_or_default();
        list.iter().filter_map(|text| self.text(text)).collect()
    }

    /// The texts of a list, lower-cased.
    pub fn words(&mut self, texts: &Texts) -> Vec<String> {
        self.texts(texts).into_iter().map(|(_, word)| word.to_lowercase()).collect()
    }

    /// A span of time longer than nothing.
    pub fn span(&mut self, text: &Text, days: Days) -> Option<SignedDuration> {
        let (spot, text) = self.text(text)?;
        match parse_span(text, days) {
            Ok(span) if span > SignedDuration::ZERO => Some(span),
            Ok(_) => {
                let what = format!("{} is no time at all", quoted(text));
                self.fault(spot, Advice::new(what, "write at least \"1s\""));
                None
            }
            Err(advice) => {
                self.fault(spot, advice);
                None
            }
        }
    }

    /// A whole number within bounds.
    pub fn whole(&mut self, set: &Set<u32>, bounds: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let (spot, whole) = set.written()?;
        if bounds.contains(whole) {
            return Some(*whole);
        }
        let right = format!("write a number from {} to {}", bounds.start(), bounds.end());
        self.fault(spot, Advice::new(format!("{whole} is out of range"), right));
        None
    }

    /// An email address, its domain in ASCII.
    pub fn address(&mut self, text: &Text) -> Option<(Spot, Address)> {
        let (spot, text) = self.text(text)?;
        match parse_address(text) {
            Some(address) => Some((spot.clone(), address)),
            None => {
                let what = format!("{} is not an email address", quoted(text));
                self.fault(spot, Advice::new(what, "write for example \"ani@example.com\""));
                None
            }
        }
    }

    /// An email address to which letters go.
    pub fn recipient(&mut self, text: &Text) -> Option<(Spot, Address)> {
        let (spot, address) = self.address(text)?;
        self.can_be_written_to(&spot, &address);
        Some((spot, address))
    }

    /// Notes a fault where no letter can be written to an address.
    pub fn can_be_written_to(&mut self, spot: &Spot, address: &Address) {
        if !address.is_dot_string() {
            let what = format!("no letter can be written to {address}");
            let right = "name an address before whose @ stand ASCII signs only, and single dots \
                         only between them";
            self.fault(spot, Advice::new(what, right));
        }
    }

    /// The email addresses of a list.
    pub fn addresses(&mut self, texts: &Texts) -> Vec<(Spot, Address)> {
        let list = texts.value.as_deref().unwrap_or_default();
        list.iter().filter_map(|text| self.address(text)).collect()
    }

    /// The domains of a list, in ASCII.
    pub fn domains(&mut self, texts: &Texts) -> Vec<String> {
        let mut domains = Vec::new();
        for (spot, text) in self.texts(texts) {
            match parse_address(&format!("x@{text}")) {
                Some(address) => domains.push(address.domain().to_owned()),
                None => {
                    let what = format!("{} is not a domain", quoted(text));
                    let right = "write what stands behind the @, for example \"example.com\"";
                    self.fault(spot, Advice::new(what, right));
                }
            }
        }
        domains
    }

    /// A day.
    pub fn date(&mut self, spot: &Spot, text: &str) -> Option<Date> {
        // Strictly ten signs: `2026-1-5` and a time behind it are slips.
        let date = (text.len() == 10).then(|| Date::strptime("%Y-%m-%d", text).ok()).flatten();
        if date.is_none() {
            let what = format!("{} is not a day", quoted(text));
            self.fault(spot, Advice::new(what, "write for example \"2026-12-31\""));
        }
        date
    }

    /// A path, relative to the file that is being read.
    pub fn path(&mut self, text: &Text) -> Option<(Spot, PathBuf)> {
        let (spot, text) = self.text(text)?;
        if text.starts_with('~') {
            let what = "begins with ~, which only a shell understands";
            self.fault(spot, Advice::new(what, "write the whole path"));
            return None;
        }
        Some((spot.clone(), self.resolve(text)))
    }

    /// A path beside the file that is being read.
    pub fn resolve(&self, path: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }
}

/// An address whose domain is brought to its ASCII form, as it is in mail.
pub fn parse_address(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    if domain.is_ascii() {
        return Address::parse(text);
    }
    let domain = idna::domain_to_ascii(domain).ok()?;
    Address::parse(&format!("{local}@{domain}"))
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
