//! Which lines of a text did the sender write? Quotes, forwarded parts, signatures, disclaimers and
//! list footers are cut; what stands between quoted lines (interleaved replies) is kept.
//!
//! One pass over the lines: a line of any length costs one look at its first characters, and looks
//! ahead are bounded, so the work grows with the text and not faster. It never judges the words:
//! that is `mail/asks`, which comes next. Shapes of lines: `mail/lines`; what begins at a line:
//! `mail/introductions`, `mail/blocks`, `mail/signatures`; wording in many languages:
//! `mail/zone_words`.

use crate::mail::blocks::{block, drop_author, headed, told};
use crate::mail::introductions::{Separator, introduction, next_written, separator};
use crate::mail::lines::{Line, bar};
use crate::mail::signatures::{LIST_FOOTERS, card, device, parting};
use crate::mail::zone_words as words;

/// More than this is never read: what a person writes themselves is shorter.
const LONGEST_TEXT: usize = 1 << 20;
/// Below two strokes that lost their space a signature has fewer lines than this.
const SIGNATURE_LINES: usize = 25;

/// A text taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zones {
    /// The sender's own lines.
    pub own: String,
    /// Something quoted was cut.
    pub quoted: bool,
    /// A signature, a disclaimer or a footer was cut.
    pub signature: bool,
    /// A forwarded part was cut.
    pub forwarded: bool,
    /// What introduces the first quote, in lower case: `mail/quoting` reads it.
    pub introduction: String,
}

impl Zones {
    /// Whether something is quoted. Where nothing was found in less than the `whole` text, or where
    /// there are no words, nobody knows.
    pub fn quotes(&self, whole: bool) -> Option<bool> {
        (self.quoted || whole && !self.own.is_empty()).then_some(self.quoted)
    }
}

/// Cuts everything that the sender did not write for this message.
pub fn own_words(text: &str) -> Zones {
    let text = text.get(..text.floor_char_boundary(LONGEST_TEXT)).unwrap_or(text);
    let mut lines: Vec<Line<'_>> = text.lines().map(Line::new).collect();
    bar(&mut lines);
    let mut cut = Cut { lines: &lines, own: Vec::new(), zones: Zones::default() };
    let mut at = 0;
    while at < lines.len() {
        at = cut.step(at);
    }
    cut.drop_strokes();
    let mut zones = cut.zones;
    zones.own = joined(&cut.own);
    zones
}

struct Cut<'a> {
    lines: &'a [Line<'a>],
    own: Vec<&'a str>,
    zones: Zones,
}

impl<'a> Cut<'a> {
    fn line(&self, at: usize) -> Option<&'a Line<'a>> {
        self.lines.get(at)
    }

    /// Looks at one line, keeps it or cuts what begins there, and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        let Some(line) = self.line(at) else { return self.lines.len() };
        if line.blank() {
            if self.own.last().is_some_and(|last| !last.is_empty()) {
                self.own.push("");
            }
            return at + 1;
        }
        if let Some(after) = self.introduced(at) {
            return self.quote_from(after);
        }
        let initialed = self.zones.quoted && line.initialed();
        if line.quoted() || initialed || self.spills(at) {
            self.zones.quoted = true;
            return at + 1;
        }
        if let Some(after) = self.memo(at) {
            return after;
        }
        if let Some(after) = self.separated(at).or_else(|| self.header_block(at)) {
            return self.quote_from(after);
        }
        let standing = line.standing();
        if standing.warns {
            return self.warning(at);
        }
        if standing.disclaims || self.footer(at) {
            self.zones.signature = true;
            self.drop_rule();
            return self.next_quote(at + 1);
        }
        if device(line) {
            self.zones.signature = true;
            return at + 1;
        }
        if let Some(parting) = parting(self.lines, at, self.last()) {
            self.zones.signature = true;
            if !parting.empty {
                self.own.push(line.raw);
            }
            self.own.push("");
            return parting.after;
        }
        if let Some(after) = card(self.lines, at, &self.own) {
            self.zones.signature = true;
            return after;
        }
        self.own.push(line.raw);
        at + 1
    }

    /// The last line of the sender's so far.
    fn last(&self) -> &'a str {
        self.own.iter().rev().find(|line| !line.is_empty()).copied().unwrap_or_default()
    }

    /// The end of a quoted line that a program wrapped without repeating the mark. Marks in a row
    /// leave less room, so that deep quotes spill more often.
    fn spills(&self, at: usize) -> bool {
        let Some(line) = self.line(at) else { return false };
        let deep = |before: &Line<'_>| before.depth() > 2 && line.short(40);
        let spilt = |before: &Line<'_>| before.quoted() && (!before.short(66) || deep(before));
        line.trimmed.starts_with(char::is_lowercase)
            && at.checked_sub(1).and_then(|before| self.line(before)).is_some_and(spilt)
            && self.line(at + 1).is_some_and(Line::quoted)
    }

    /// `On … wrote:`
    fn introduced(&mut self, at: usize) -> Option<usize> {
        let after = introduction(self.lines, at)?;
        self.tells(self.lines.get(at..after).unwrap_or_default());
        self.zones.quoted = true;
        self.drop_rule();
        Some(after)
    }

    /// Keeps what introduces the first quote.
    fn tells(&mut self, lines: &[Line<'_>]) {
        if !self.zones.quoted {
            self.zones.introduction = told(lines);
        }
    }

    /// `-----Original Message-----`, `Begin forwarded message:` and their kin.
    fn separated(&mut self, at: usize) -> Option<usize> {
        match separator(self.line(at)?)? {
            Separator::Original => {
                self.tells(headed(self.lines, at + 1).unwrap_or_default());
                self.zones.quoted = true;
            }
            Separator::Forwarded => self.zones.forwarded = true,
        }
        Some(at + 1)
    }

    /// A memo has such labels too: nothing of the sender's stands above them, and no program has
    /// put an address or a time of day there.
    fn memo(&mut self, at: usize) -> Option<usize> {
        let written = !self.last().is_empty();
        let block = block(self.lines, at).filter(|block| !written && !block.traced)?;
        let lines = self.lines.get(at..block.after)?;
        self.own.extend(lines.iter().map(|line| line.raw));
        Some(block.after)
    }

    /// `From: / Sent: / To: / Subject:` as Outlook and others put it above what they quote.
    fn header_block(&mut self, at: usize) -> Option<usize> {
        let block = block(self.lines, at)?;
        self.tells(self.lines.get(at..block.after).unwrap_or_default());
        drop_author(&mut self.own, block);
        self.drop_rule();
        self.zones.quoted = true;
        Some(block.after)
    }

    /// A rule above what is cut belongs to it, and so does a title between two rules.
    fn drop_rule(&mut self) {
        let rule = |line: &&str| {
            let line = line.trim();
            let title = line.starts_with("---") && line.ends_with("---");
            line.is_empty() || title || Line::new(line).ruled(3)
        };
        while self.own.last().is_some_and(rule) {
            self.own.pop();
        }
    }

    /// Strokes below the last word say nothing.
    fn drop_strokes(&mut self) {
        let stroke = |line: &&str| line.is_empty() || Line::new(line).ruled(1);
        if self.own.iter().any(|line| !stroke(line)) {
            while self.own.last().is_some_and(stroke) {
                self.own.pop();
            }
        }
    }

    /// What follows a quote's beginning: `>` lines are cut one by one, anything else to the end.
    fn quote_from(&self, at: usize) -> usize {
        match next_written(self.lines, at) {
            Some(line) if line.quoted() || line.initialed() => at,
            Some(_) | None => self.lines.len(),
        }
    }

    /// A gateway's warning: one paragraph that no person wrote.
    fn warning(&self, at: usize) -> usize {
        let rest = self.lines.iter().skip(at);
        at + rest.take_while(|line| !line.blank() && !line.quoted()).count()
    }

    /// Where a signature block or a list's footer begins.
    fn footer(&self, at: usize) -> bool {
        let Some(line) = self.line(at) else { return false };
        // RFC 3676 §4.3: "-- ". Many programs lose the space; then the block must be short.
        if line.trimmed == "--" || line.trimmed == "—" {
            return line.raw == line.trimmed && self.few_left(at + 1);
        }
        let follows = |table: &[&str]| {
            let next = self.lines.iter().skip(at + 1).take(3);
            next.into_iter().any(|line| line.has(table))
        };
        if line.ruled(4) || line.trimmed == "__" {
            return follows(words::DISCLAIMERS)
                || follows(words::LIST_FOOTERS)
                || follows(words::ADVERTISERS);
        }
        line.opens(&LIST_FOOTERS)
    }

    fn few_left(&self, at: usize) -> bool {
        let rest = self.lines.iter().skip(at).take_while(|line| !line.quoted());
        rest.filter(|line| !line.blank()).take(SIGNATURE_LINES).count() < SIGNATURE_LINES
    }

    fn next_quote(&self, at: usize) -> usize {
        let rest = self.lines.iter().skip(at).take_while(|line| !line.quoted());
        at + rest.count()
    }
}

fn joined(lines: &[&str]) -> String {
    let mut own = String::new();
    let mut gap = false;
    for line in lines {
        if line.trim().is_empty() {
            gap = !own.is_empty();
            continue;
        }
        if !own.is_empty() {
            own.push('\n');
        }
        if gap {
            own.push('\n');
        }
        gap = false;
        own.push_str(line);
    }
    own
}
