//! Which lines of a text did the sender write? Quotes, forwarded parts, signatures, disclaimers and
//! list footers are cut; what stands between quoted lines (interleaved replies) is kept.
//!
//! One pass over the lines: a line of any length costs one look at its first characters, so the
//! work grows with the text and not faster. It never judges the words: that is `mail/asks`, which
//! comes next. Wording of the markers in many languages: `mail/zone_words`.

use crate::mail::sentences::{initials, may_hold};
use crate::mail::zone_words as words;

/// More than this is never read: what a person writes themselves is shorter.
const LONGEST_TEXT: usize = 1 << 20;
/// No marker is longer; the rest of a longer line is not looked at.
const HEAD: usize = 320;
/// A signature has no more lines than this.
const SIGNATURE_LINES: usize = 15;

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
    let lines: Vec<Line<'_>> = text.lines().map(Line::new).collect();
    let mut cut = Cut { lines: &lines, own: Vec::new(), zones: Zones::default() };
    let mut at = 0;
    while at < lines.len() {
        at = cut.step(at);
    }
    let mut zones = cut.zones;
    zones.own = joined(&cut.own);
    zones
}

/// A line with what the tests look at: trimmed, and its head in lower case.
struct Line<'a> {
    raw: &'a str,
    trimmed: &'a str,
    low: String,
    initials: u128,
}

impl<'a> Line<'a> {
    fn new(raw: &'a str) -> Self {
        let trimmed = raw.trim();
        let head = trimmed.get(..trimmed.floor_char_boundary(HEAD)).unwrap_or("");
        let low = head.to_lowercase();
        Self { raw: raw.trim_end(), trimmed, initials: initials(&low), low }
    }

    fn blank(&self) -> bool {
        self.trimmed.is_empty()
    }

    /// Whether one of the phrases stands in the head of the line.
    fn has(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| may_hold(self.initials, phrase) && self.low.contains(phrase))
    }

    fn quoted(&self) -> bool {
        self.trimmed.starts_with('>') || self.trimmed.starts_with("&gt;")
    }

    fn short(&self, most: usize) -> bool {
        self.trimmed.len() <= HEAD && self.trimmed.chars().count() <= most
    }
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
            self.own.push("");
            return at + 1;
        }
        if line.quoted() || self.spills(at) {
            self.zones.quoted = true;
            return at + 1;
        }
        if let Some(after) = self.introduction(at) {
            self.zones.quoted = true;
            return self.quote_from(after);
        }
        if let Some(after) = self.separator(at).or_else(|| self.header_block(at)) {
            return self.quote_from(after);
        }
        if let Some(after) = self.warning(at) {
            return after;
        }
        if self.footer(at) {
            self.zones.signature = true;
            return self.next_quote(at + 1);
        }
        if words::DEVICES.iter().any(|start| line.low.starts_with(start)) && line.short(90) {
            self.zones.signature = true;
            return at + 1;
        }
        self.own.push(line.raw);
        self.sign_off(at).unwrap_or(at + 1)
    }

    /// The end of a quoted line that a program wrapped without repeating the mark.
    fn spills(&self, at: usize) -> bool {
        let long = |line: &Line<'_>| line.quoted() && !line.short(66);
        at.checked_sub(1).and_then(|before| self.line(before)).is_some_and(long)
            && self.line(at + 1).is_some_and(Line::quoted)
            && self.line(at).is_some_and(|line| line.trimmed.starts_with(char::is_lowercase))
    }

    /// `On … wrote:` on one line or wrapped over up to three.
    fn introduction(&self, at: usize) -> Option<usize> {
        let first = self.line(at)?;
        let end = first.low.trim_end_matches('*');
        if first.trimmed.len() > HEAD || end.ends_with(['.', '?', '!']) {
            return None;
        }
        let opened = words::OPENERS.iter().any(|opener| first.low.starts_with(opener))
            || first.low.contains("@")
            || first.low.starts_with(|c: char| c.is_ascii_digit());
        if !opened && !end.ends_with([':', '：']) {
            return None;
        }
        let mut text = String::new();
        for offset in 0..3 {
            let line = self.line(at + offset).filter(|line| !line.blank() && !line.quoted())?;
            if offset > 0 && (!opened || line.trimmed.len() > HEAD) {
                return None;
            }
            text.push_str(&line.low);
            text.push(' ');
            let end = text.trim_end().trim_end_matches('*');
            let next = at + offset + 1;
            if end.ends_with([':', '：']) {
                let dated =
                    text.contains('@') || text.chars().filter(char::is_ascii_digit).count() > 2;
                let known = words::WROTE.iter().any(|verb| text.contains(verb));
                let before_quote = self.next_written(next).is_some_and(|line| line.quoted());
                return (known && (dated && opened || before_quote) && end.len() <= HEAD)
                    .then_some(next)
                    .or((before_quote && dated && opened).then_some(next));
            }
            if end.ends_with(['.', '?', '!']) {
                return None;
            }
        }
        None
    }

    /// `-----Original Message-----`, `Begin forwarded message:` and their kin.
    fn separator(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at)?;
        let bare = line.trimmed.trim_start_matches('*');
        let dashed = ["--", "==", "__"].iter().any(|rule| bare.starts_with(rule));
        let says = |table: &[&str]| table.iter().any(|phrase| line.low.contains(phrase));
        if dashed && line.short(160) {
            if says(words::FORWARDED) {
                self.zones.forwarded = true;
                return Some(at + 1);
            }
            if says(words::ORIGINAL) {
                self.zones.quoted = true;
                return Some(at + 1);
            }
        }
        if words::FORWARD_LINES.iter().any(|start| line.low.starts_with(start)) && line.short(60) {
            self.zones.forwarded = true;
            return Some(at + 1);
        }
        None
    }

    /// `From: / Sent: / To: / Subject:` as Outlook and others put it above what they quote.
    fn header_block(&mut self, at: usize) -> Option<usize> {
        let (first, after) = self.block_after(at)?;
        if first != Label::From {
            self.drop_notes_author();
        }
        self.zones.quoted = true;
        Some(after)
    }

    /// The first label of a block of labels that begins here, and the line behind the block.
    fn block_after(&self, at: usize) -> Option<(Label, usize)> {
        let ruled = self.line(at)?.trimmed.chars().all(|c| "_-=*".contains(c));
        let start = if ruled { at + 1 } else { at };
        let first = label(&self.line(start)?.low)?;
        let (mut seen, mut last, mut blanks) = (Vec::new(), start, 0);
        for offset in 0..12 {
            let Some(line) = self.line(start + offset) else { break };
            blanks = if line.blank() { blanks + 1 } else { 0 };
            if blanks > 2 {
                break;
            }
            if let Some(kind) = label(&line.low) {
                last = start + offset;
                if !seen.contains(&kind) {
                    seen.push(kind);
                }
            }
        }
        let telling = seen.contains(&Label::Subject) || seen.contains(&Label::Date);
        let begins = first != Label::Cc && (first != Label::Subject || seen.contains(&Label::From));
        (seen.len() >= 3 && telling && begins).then_some((first, last + 1))
    }

    /// Notes puts author and time on lines of their own above `To:`.
    fn drop_notes_author(&mut self) {
        for _ in 0..6 {
            let Some(line) = self.own.last() else { return };
            let stamp = line.chars().filter(char::is_ascii_digit).count() >= 5 && line.len() < 160;
            if !(line.trim().is_empty() || stamp || line.contains('@') && line.len() < 160) {
                return;
            }
            self.own.pop();
        }
    }

    /// What follows a quote's beginning: `>` lines are cut one by one, anything else to the end.
    fn quote_from(&self, at: usize) -> usize {
        match self.next_written(at) {
            Some(line) if line.quoted() => at,
            Some(_) | None => self.lines.len(),
        }
    }

    fn next_written(&self, at: usize) -> Option<&'a Line<'a>> {
        self.lines.iter().skip(at).take(4).find(|line| !line.blank())
    }

    /// A gateway's warning: one paragraph that no person wrote.
    fn warning(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at)?;
        line.has(words::WARNINGS).then(|| {
            let rest = self.lines.iter().skip(at);
            at + rest.take_while(|line| !line.blank() && !line.quoted()).count()
        })
    }

    /// Where a signature block, a disclaimer or a list's footer begins.
    fn footer(&self, at: usize) -> bool {
        let Some(line) = self.line(at) else { return false };
        // RFC 3676 §4.3: "-- ". Many programs lose the space; then the block must be short.
        if line.trimmed == "--" || line.trimmed == "—" {
            return line.raw == line.trimmed && self.few_left(at + 1);
        }
        let ruled =
            line.trimmed.chars().count() >= 4 && line.trimmed.chars().all(|c| "_-=*~#".contains(c));
        let follows = |table: &[&str]| {
            let next = self.lines.iter().skip(at + 1).take(3);
            next.into_iter().any(|line| line.has(table))
        };
        if ruled {
            return follows(words::DISCLAIMERS) || follows(words::LIST_FOOTERS);
        }
        line.has(words::DISCLAIMERS)
            || words::LIST_FOOTERS.iter().any(|phrase| line.low.starts_with(phrase))
    }

    fn few_left(&self, at: usize) -> bool {
        let rest = self.lines.iter().skip(at).take_while(|line| !line.quoted());
        rest.filter(|line| !line.blank()).take(SIGNATURE_LINES + 10).count() < SIGNATURE_LINES + 10
    }

    fn next_quote(&self, at: usize) -> usize {
        let rest = self.lines.iter().skip(at).take_while(|line| !line.quoted());
        at + rest.count()
    }

    /// After `Regards,` or `Terima kasih,`: the name and what belongs to it.
    fn sign_off(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at)?;
        let bare = line.low.trim_end_matches([',', '.', '!', ' ', '-', ';']);
        let parting = words::SIGN_OFFS.contains(&bare);
        if !line.short(48) || !(parting || words::THANKS.contains(&bare)) {
            return None;
        }
        let gap = self.lines.iter().skip(at + 1).take(3).take_while(|line| line.blank()).count();
        let named = at + 1 + gap;
        if !self.line(named).is_some_and(|line| line.quoted() || name_like(line.trimmed)) {
            return None;
        }
        let mut end = named;
        for line in self.lines.iter().skip(named).take(SIGNATURE_LINES) {
            let stays = line.blank() || (line.short(75) && !line.quoted() && !speaks(line));
            if !stays || self.begins_quote(end) {
                break;
            }
            end += 1;
        }
        if end == named {
            return None;
        }
        self.zones.signature = true;
        if parting {
            self.own.pop();
        }
        Some(end)
    }

    fn begins_quote(&self, at: usize) -> bool {
        self.introduction(at).is_some()
            || self.block_after(at).is_some()
            || self.line(at).is_some_and(|line| line.trimmed.starts_with("--"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    From,
    Date,
    To,
    Cc,
    Subject,
}

fn label(low: &str) -> Option<Label> {
    let plain = low.trim_start_matches(['*', '_', ' ']);
    let (word, _) = plain.split_once([':', '：'])?;
    let word = word.trim_end_matches(['*', '_', ' ']);
    let kinds = [
        (words::FROM, Label::From),
        (words::DATE, Label::Date),
        (words::TO, Label::To),
        (words::CC, Label::Cc),
        (words::SUBJECT, Label::Subject),
    ];
    kinds.into_iter().find(|(table, _)| table.contains(&word)).map(|(_, kind)| kind)
}

/// One to five words, most of them capitalised or initials, no sentence's end.
fn name_like(text: &str) -> bool {
    let parts: Vec<&str> = text.split_whitespace().take(8).collect();
    let capital =
        |word: &&&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let one_small = parts.len() == 1 && text.chars().all(char::is_alphabetic);
    (1..=6).contains(&parts.len())
        && !text.ends_with(['?', '!', ':'])
        && (one_small || parts.iter().filter(capital).count() * 2 > parts.len())
}

/// A line that says something again: a postscript or a question.
fn speaks(line: &Line<'_>) -> bool {
    let note = ["ps", "p.s", "nb", "n.b", "catatan"];
    let low = line.low.as_str();
    line.trimmed.ends_with('?')
        || note.iter().any(|start| {
            low.strip_prefix(start).is_some_and(|rest| rest.starts_with([':', '.', ' ', ',']))
        })
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
