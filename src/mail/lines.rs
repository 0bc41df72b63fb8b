//! A line of a text with what the tests of `mail/zones` look at: read once, never beyond its head.
//!
//! Tells shapes only (a name, a rule, a clock, a way to reach somebody); what a shape means at its
//! place is decided by `mail/zones` and its rooms: `introductions`, `blocks`, `signatures`.

use std::sync::LazyLock;

use crate::mail::lexicon::Lexicon;
use crate::mail::sentences::{initials, may_hold};
use crate::mail::zone_words as words;

/// No marker is longer; the rest of a longer line is not looked at.
pub(in crate::mail) const HEAD: usize = 320;
/// A number to call has at least so many digits.
pub(in crate::mail) const PHONE: usize = 7;

/// A line, trimmed, and its head in lower case.
pub(in crate::mail) struct Line<'a> {
    pub raw: &'a str,
    pub trimmed: &'a str,
    pub low: String,
    initials: u128,
    signs: Signs,
    barred: bool,
}

/// Signs without which most tests need not be made.
#[derive(Clone, Copy, Default)]
struct Signs {
    /// Digits; where there is a letter beyond ASCII, nobody knows.
    digits: Option<usize>,
    colon: bool,
    at: bool,
}

impl Signs {
    fn of(text: &str) -> Self {
        let (mut digits, mut colon, mut at, mut plain) = (0, false, false, true);
        for byte in text.bytes() {
            digits += usize::from(byte.is_ascii_digit());
            colon |= byte == b':';
            at |= byte == b'@';
            plain &= byte.is_ascii();
        }
        Self { digits: plain.then_some(digits), colon: colon || !plain, at }
    }
}

impl<'a> Line<'a> {
    pub fn new(raw: &'a str) -> Self {
        let trimmed = raw.trim();
        let head = trimmed.get(..trimmed.floor_char_boundary(HEAD)).unwrap_or("");
        let mut low = head.to_lowercase();
        // Many programs put a space before the colon that does not break.
        if !low.is_ascii() {
            low = low.replace(['\u{a0}', '\u{202f}'], " ");
        }
        Self {
            raw: raw.trim_end(),
            trimmed,
            initials: initials(&low),
            signs: Signs::of(&low),
            barred: false,
            low,
        }
    }

    pub fn blank(&self) -> bool {
        self.trimmed.is_empty()
    }

    /// Whether one of the phrases stands in the head of the line.
    pub fn has(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| may_hold(self.initials, phrase) && self.low.contains(phrase))
    }

    /// Which footers and warnings stand in the head of the line: one look for all of them.
    pub fn standing(&self) -> Standing {
        let mut standing = Standing::default();
        for found in STANDING.found(&self.low) {
            if may_hold(self.initials, found.phrase) {
                standing.disclaims |= found.meaning == Stands::Disclaimer;
                standing.warns |= found.meaning == Stands::Warning;
            }
        }
        standing
    }

    /// Whether a colon may stand in the head of the line.
    pub fn colon(&self) -> bool {
        self.signs.colon
    }

    /// Whether the head of the line has the sign of an address.
    pub fn at_sign(&self) -> bool {
        self.signs.at
    }

    /// How many digits the head of the line has.
    pub fn digits(&self) -> usize {
        self.signs.digits.unwrap_or_else(|| digits(&self.low))
    }

    /// Whether the line begins with one of the phrases.
    pub fn opens(&self, heads: &Heads) -> bool {
        heads.begin(&self.low)
    }

    pub fn quoted(&self) -> bool {
        self.barred || self.trimmed.starts_with('>') || self.trimmed.starts_with("&gt;")
    }

    /// `AL> `: some programs mark a quote with its author's initials.
    pub fn initialed(&self) -> bool {
        let bytes = self.trimmed.as_bytes();
        let letters = bytes.iter().take_while(|byte| byte.is_ascii_uppercase()).take(4).count();
        let rest = bytes.get(letters..).unwrap_or_default();
        (1..=3).contains(&letters) && (rest == b">" || rest.starts_with(b"> "))
    }

    /// How many marks of quotes stand at the line's beginning.
    pub fn depth(&self) -> usize {
        let marks = self.trimmed.chars().take_while(|c| matches!(c, '>' | ' '));
        marks.take(24).filter(|c| *c == '>').count()
    }

    pub fn short(&self, most: usize) -> bool {
        self.trimmed.len() <= HEAD && self.trimmed.chars().count() <= most
    }

    /// Nothing but at least so many strokes.
    pub fn ruled(&self, least: usize) -> bool {
        self.trimmed.len() >= least
            && self.trimmed.chars().all(|c| "_-=*~#—–─━".contains(c))
            && self.trimmed.chars().count() >= least
    }

    /// A line that says something again: a postscript or a question.
    pub fn speaks(&self) -> bool {
        let note = ["ps", "p.s", "nb", "n.b", "catatan"];
        let begun = |rest: &str| rest.starts_with([':', '.', ' ', ',']);
        self.trimmed.ends_with('?') && self.trimmed.len() > 1
            || note.iter().any(|start| self.low.strip_prefix(start).is_some_and(begun))
    }

    /// A line that reads like a sentence: small words in a row, or a full stop behind some words.
    pub fn sentence(&self) -> bool {
        let words = self.low.split(' ').filter(|word| word.chars().any(char::is_alphabetic));
        let count = words.count();
        let stop = self.trimmed.ends_with(['.', '!', '…']) && !self.shortened();
        (stop && count > 3) || (count > 4 && !titled(self.trimmed))
    }

    /// Whether the full stop at the end belongs to a word that is cut short.
    pub fn shortened(&self) -> bool {
        words::SHORTENED.iter().any(|end| self.low.ends_with(end))
    }

    /// A telephone number or an address of mail.
    pub fn reaches(&self) -> bool {
        let few = self.low.split(' ').filter(|word| !word.is_empty()).count() <= 6;
        let letters = self.low.chars().filter(|c| c.is_alphabetic()).count();
        let numbers = || self.low.split(|c: char| !"0123456789 +()-./".contains(c));
        few && self.low.contains('@') || letters <= 48 && numbers().any(phone) || self.extension()
    }

    /// An address of the web.
    pub fn links(&self) -> bool {
        self.low.contains("www.") || self.low.contains("://")
    }

    /// Five digits and nothing else: below a name the number of somebody in the same house.
    pub fn inner(&self) -> bool {
        self.trimmed.len() == 5 && self.trimmed.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// A house's own number: `x54667`, `5-3550`.
    fn extension(&self) -> bool {
        let bare = self.low.trim_start_matches(['x', 'e', 't', '.', ':', ' ']);
        let named = bare.len() < self.low.len();
        let count = digits(bare);
        (4..=6).contains(&count)
            && (bare.len() == count && named || bare.len() == count + 1 && bare.contains('-'))
    }
}

/// Marks lines that begin with `|` as quoted where the first of them is introduced: some programs
/// quote so. The row of a table ends with another one.
pub(in crate::mail) fn bar(lines: &mut [Line<'_>]) {
    let bars = |line: &Line<'_>| line.trimmed.starts_with('|');
    let rows = |line: &Line<'_>| line.trimmed.len() > 1 && line.trimmed.ends_with('|');
    let introduced = |pair: &[Line<'_>]| match pair {
        [above, line] => above.trimmed.ends_with(':') && bars(line) && !rows(line),
        _ => false,
    };
    if lines.windows(2).any(introduced) {
        lines.iter_mut().filter(|line| bars(line)).for_each(|line| line.barred = true);
    }
}

/// Which phrases that begin a footer or a warning stand in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::mail) struct Standing {
    pub disclaims: bool,
    pub warns: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Disclaimer,
    Warning,
}

static STANDING: LazyLock<Lexicon<Stands>> = LazyLock::new(|| {
    Lexicon::anywhere([
        (words::DISCLAIMERS, Stands::Disclaimer),
        (words::WARNINGS, Stands::Warning),
    ])
});

/// Phrases with which a text may begin; its first byte rules out nearly all of them.
pub(in crate::mail) struct Heads {
    phrases: &'static [&'static str],
    /// First bytes, as bits; all beyond ASCII are one.
    firsts: u128,
}

impl Heads {
    pub const fn of(phrases: &'static [&'static str]) -> Self {
        let (mut rest, mut firsts) = (phrases, 0);
        while let [phrase, more @ ..] = rest {
            firsts |= Self::bit(phrase);
            rest = more;
        }
        Self { phrases, firsts }
    }

    const fn bit(text: &str) -> u128 {
        match text.as_bytes() {
            [first, ..] if first.is_ascii() => 1 << *first,
            [_, ..] => 1,
            [] => 0,
        }
    }

    /// Whether a text begins with one of them.
    pub fn begin(&self, text: &str) -> bool {
        self.firsts & Self::bit(text) != 0
            && self.phrases.iter().any(|phrase| text.starts_with(phrase))
    }
}

/// Digits of any script.
pub(in crate::mail) fn digits(text: &str) -> usize {
    let none = !text.bytes().any(|byte| byte.is_ascii_digit() || byte >= 0x80);
    if none { 0 } else { text.chars().filter(|c| c.is_numeric()).count() }
}

/// Whether a time of day stands in the text: `9:12`, `09.12`.
pub(in crate::mail) fn clock(text: &str) -> bool {
    let numeric = |c: &char| c.is_numeric();
    text.match_indices([':', '.']).any(|(at, sign)| {
        let before = text.get(..at).unwrap_or_default().chars().rev();
        let after = text.get(at + sign.len()..).unwrap_or_default().chars();
        (1..=2).contains(&before.take(3).take_while(numeric).count())
            && after.take(3).take_while(numeric).count() == 2
    })
}

/// One to six words, most of them capitalised or initials, no sentence's end.
pub(in crate::mail) fn name_like(text: &str) -> bool {
    let parts: Vec<&str> = text.split_whitespace().take(8).collect();
    let one_small = parts.len() == 1 && text.chars().all(char::is_alphabetic);
    (1..=6).contains(&parts.len())
        && !text.ends_with(['?', '!', ':'])
        && (one_small || parts.iter().filter(|word| capital(word)).count() * 2 > parts.len())
}

/// Most of the words that have letters are capitalised.
pub(in crate::mail) fn titled(text: &str) -> bool {
    let lettered = |word: &&str| word.chars().any(char::is_alphabetic);
    let parts = || text.split_whitespace().take(16).filter(lettered);
    !text.ends_with(['?', '!', ':'])
        && parts().filter(|word| capital(word)).count() * 2 >= parts().count()
}

fn capital(word: &str) -> bool {
    word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase)
}

/// A run of digits and what stands between them that is no date and no sum of money.
fn phone(run: &str) -> bool {
    let run = run.trim_matches([' ', '-', '.', '/']);
    if run.len() < PHONE || run.len() > 32 || digits(run) < PHONE || run.contains(" - ") {
        return false;
    }
    let groups: Vec<&str> =
        run.split(|c: char| !c.is_numeric()).filter(|g| !g.is_empty()).collect();
    let year =
        |group: &&str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    let date = groups.len() == 3 && digits(run) <= 8 && groups.iter().any(year);
    let sum = groups.len() > 1
        && !run.contains([' ', '-', '+', '('])
        && groups.iter().skip(1).all(|group| group.len() == 3);
    // A bare number may be an account or an order; a telephone's begins with 0 or a plus.
    let bare = groups.len() == 1 && !run.starts_with(['0', '+', '(']);
    !(date || sum || bare)
}
