//! The readable text of a mail: which parts of it a person would read, as plain lines.
//!
//! Prefers text/plain; HTML becomes text with its quotes marked by `> `, as in plain mail. Looks
//! at no attachment and no attached message, keeps at most 128 KiB, and keeps nothing beyond the
//! judging: bodies are never stored. Next station: `mail/zones`.

use mail_parser::decoders::html::html_to_text;

use crate::mail::clean::clean_lines;
use crate::mail::structure::{Part, guarded};

/// How many bytes of text are kept.
pub const LONGEST_TEXT: usize = 128 * 1024;
/// How deep quotes in HTML are told apart.
const DEEPEST_QUOTE: usize = 5;

/// What a person would read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyText {
    /// Lines ending in `\n`, without hidden characters.
    pub text: String,
    /// Made from HTML, at least in part.
    pub html: bool,
    /// The end is missing.
    pub truncated: bool,
    /// RFC 3676: a line ending in a space goes on in the next one.
    pub format_flowed: bool,
}

/// Reads the text of a whole tree; `None` where there is nothing to read.
pub fn read(root: &Part<'_>) -> Option<BodyText> {
    let mut body = render(root)?;
    if let Some((end, _)) = body.text.char_indices().find(|(at, _)| *at >= LONGEST_TEXT) {
        body.text.truncate(end);
        body.truncated = true;
    }
    Some(body)
}

fn render(part: &Part<'_>) -> Option<BodyText> {
    if part.attached {
        return None;
    }
    match part.kind.as_str() {
        "text/plain" | "text" => plain(part),
        "text/html" => html(part),
        "multipart/alternative" => alternative(part),
        "multipart/encrypted" => None,
        // A multipart whose boundary never comes is read as the text that it shows.
        kind if kind.starts_with("multipart/") && part.children.is_empty() => plain(part),
        "multipart/signed" | "multipart/related" | "multipart/report" => {
            part.children.iter().find_map(render)
        }
        kind if kind.starts_with("multipart/") => {
            let read: Vec<BodyText> = part.children.iter().filter_map(render).collect();
            read.into_iter().reduce(join)
        }
        _ => None,
    }
}

/// RFC 2046 §5.1.4 puts the plainest first; an empty one is a stub for what follows.
fn alternative(part: &Part<'_>) -> Option<BodyText> {
    let mut first = None;
    for body in part.children.iter().filter_map(render) {
        if !body.html {
            return Some(body);
        }
        first.get_or_insert(body);
    }
    first
}

fn plain(part: &Part<'_>) -> Option<BodyText> {
    let flowed = part.param("format").is_some_and(|how| how.eq_ignore_ascii_case("flowed"));
    filled(BodyText {
        text: clean_lines(&part.text()),
        format_flowed: flowed,
        ..BodyText::default()
    })
}

fn html(part: &Part<'_>) -> Option<BodyText> {
    let marked = with_marks(&part.text());
    let text = guarded(|| html_to_text(&marked))?;
    filled(BodyText { text: shaped(&clean_lines(&text)), html: true, ..BodyText::default() })
}

fn filled(mut body: BodyText) -> Option<BodyText> {
    if !body.text.ends_with('\n') {
        body.text.push('\n');
    }
    (!body.text.trim().is_empty()).then_some(body)
}

fn join(first: BodyText, second: BodyText) -> BodyText {
    BodyText {
        text: first.text + &second.text,
        html: first.html || second.html,
        truncated: first.truncated || second.truncated,
        format_flowed: first.format_flowed && second.format_flowed,
    }
}

/// Private characters that carry the shape of a page through the HTML reader.
const QUOTE_BEGINS: char = '\u{e000}';
const QUOTE_ENDS: char = '\u{e001}';
/// A block begins or ends: a new line, unless there is one already.
const BLOCK: char = '\u{e002}';
/// Elements that begin and end a line of their own.
const BLOCKS: &[&str] = &[
    "div", "p", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre",
    "section", "article", "header", "footer", "dt", "dd",
];

/// Marks where a block element begins or ends, and where a quote does.
fn with_marks(html: &str) -> String {
    let mut marked = String::with_capacity(html.len());
    let mut pieces = html.split('<');
    marked.extend(pieces.next().unwrap_or_default().chars().filter(|c| !is_mark(*c)));
    for piece in pieces {
        let closing = piece.starts_with('/');
        let name: String = piece
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(12)
            .collect::<String>()
            .to_ascii_lowercase();
        match (name.as_str(), closing) {
            ("blockquote", false) => marked.extend([' ', QUOTE_BEGINS, ' ']),
            ("blockquote", true) => marked.extend([' ', QUOTE_ENDS, ' ']),
            ("p", true) => marked.push_str("<br>"),
            ("td" | "th", _) => marked.push(' '),
            (block, _) if BLOCKS.contains(&block) => marked.extend([' ', BLOCK, ' ']),
            _ => {}
        }
        marked.push('<');
        marked.extend(piece.chars().filter(|c| !is_mark(*c)));
    }
    marked
}

fn is_mark(c: char) -> bool {
    [QUOTE_BEGINS, QUOTE_ENDS, BLOCK].contains(&c)
}

/// Turns the marks into lines, `> ` before those of a quote; of empty lines one is enough.
fn shaped(text: &str) -> String {
    let mut page = Page::default();
    for c in text.chars() {
        match c {
            '\n' => page.end_line(),
            _ if is_mark(c) => {
                if !page.line.trim().is_empty() {
                    page.end_line();
                }
                page.line.clear();
                if c == QUOTE_BEGINS {
                    page.depth = page.depth.saturating_add(1);
                } else if c == QUOTE_ENDS {
                    page.depth = page.depth.saturating_sub(1);
                }
            }
            _ => page.line.push(c),
        }
    }
    page.end_line();
    page.lines.truncate(page.lines.trim_end().len());
    page.lines
}

#[derive(Default)]
struct Page {
    lines: String,
    line: String,
    depth: usize,
    blank: bool,
}

impl Page {
    fn end_line(&mut self) {
        let words = self.line.trim();
        let blank = words.is_empty();
        if !blank {
            self.lines.push_str(&"> ".repeat(self.depth.min(DEEPEST_QUOTE)));
            self.lines.push_str(words);
        }
        if !(blank && (self.blank || self.lines.is_empty())) {
            self.lines.push('\n');
        }
        self.blank = blank;
        self.line.clear();
    }
}
