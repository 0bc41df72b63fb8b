//! Plain text: strange characters taken out of words, and paragraphs brought to 76 columns.
//!
//! Words out of other people's mail pass through `clean` before they stand in a letter: no
//! controls, no line breaks, nothing that turns the direction of reading, bounded. `flow` lays
//! out a filled-in template as `format=flowed` (RFC 3676). Next station: `mail/compose`.

use unicode_normalization::char::is_combining_mark;

/// Columns of a line; RFC 3676 §4.2 wants no more than 78.
const COLUMNS: usize = 76;
/// Marks heaped on one letter beyond this are ornament that spills over other lines.
const MARKS: usize = 4;
/// An indented line with ` : ` before this column is continued below what stands behind it.
const LABEL: usize = 16;

/// One line of harmless text of at most `most` characters; `…` where it was cut.
pub fn clean(text: &str, most: usize) -> String {
    let mut out = String::new();
    let (mut count, mut marks, mut gap) = (0, 0, false);
    for c in text.chars().filter(|c| !is_strange(*c)) {
        if c.is_whitespace() || c.is_control() {
            gap = !out.is_empty();
            continue;
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > MARKS {
            continue;
        }
        if count + usize::from(gap) >= most {
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            count += 1;
        }
        (gap, count) = (false, count + 1);
        out.push(c);
    }
    out
}

/// Characters that are not seen but change what is: direction marks, fillers, tags, unassigned
/// ends.
fn is_strange(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'
        | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{e000}'..='\u{f8ff}')
}

/// Lays out a text: indented lines and list heads stay lines, as does what stands behind `| `;
/// everything else is paragraphs.
///
/// Soft line ends carry a space at the end, so that a mail program may join them again; lines that
/// begin with a space, `>` or `From ` get one more space in front (RFC 3676 §4.4).
pub fn flow(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if let Some(line) = line.strip_prefix("| ").or((line == "|").then_some("")) {
            close(&mut paragraph, &mut out);
            paragraph.push(line);
            close(&mut paragraph, &mut out);
            continue;
        }
        let fixed = line.is_empty() || line == "--" || line.starts_with([' ', '[']);
        if !fixed {
            paragraph.push(line);
            continue;
        }
        close(&mut paragraph, &mut out);
        match line {
            // Never two empty lines together.
            "" if out.last().is_none_or(String::is_empty) => {}
            "--" => out.push("-- ".to_owned()),
            line => out.extend(hang(line)),
        }
    }
    close(&mut paragraph, &mut out);
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out.iter().map(|line| stuffed(line) + "\n").collect()
}

fn close(paragraph: &mut Vec<&str>, out: &mut Vec<String>) {
    // Room for the space at the end and for one in front.
    let lines = wrap(&paragraph.join(" "), COLUMNS - 2);
    let last = lines.len().saturating_sub(1);
    let soft = |(place, line): (usize, String)| if place < last { line + " " } else { line };
    out.extend(lines.into_iter().enumerate().map(soft));
    paragraph.clear();
}

/// A line that is too long goes on below its own beginning.
fn hang(line: &str) -> Vec<String> {
    let text = line.trim_start();
    let before = line.chars().count() - text.chars().count();
    let label = line.find(" : ").filter(|at| before > 0 && *at <= LABEL);
    let indent = match label {
        Some(at) => at + 3,
        None if line.starts_with('[') => 4,
        None if text.starts_with("- ") => before + 2,
        None => before,
    };
    let lead = " ".repeat(before);
    let head = wrap(text, COLUMNS - 1 - before);
    let Some(first) = head.first() else { return vec![String::new()] };
    let rest = text.get(first.len()..).unwrap_or_default();
    let mut lines = vec![format!("{lead}{first}")];
    lines.extend(wrap(rest, COLUMNS - 1 - indent).iter().map(|l| " ".repeat(indent) + l));
    lines
}

/// Lines of at most `columns` characters; a longer word is cut. Inner spaces of a line stay.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = match rest.char_indices().nth(columns) {
            None => rest.len(),
            Some((limit, _)) => {
                let fits = rest.get(..limit).unwrap_or(rest);
                let next_is_space = rest.get(limit..).is_some_and(|r| r.starts_with(' '));
                if next_is_space { limit } else { fits.rfind(' ').unwrap_or(limit) }
            }
        };
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        lines.push(line.trim_end().to_owned());
        rest = after.trim_start();
    }
    lines
}

fn stuffed(line: &str) -> String {
    let stuff = line.starts_with([' ', '>']) || line.starts_with("From ");
    if stuff { format!(" {line}") } else { line.to_owned() }
}
