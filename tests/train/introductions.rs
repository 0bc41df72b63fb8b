//! Every introduction of a quote, and every block of headers, that mail programs are known to write
//! in their many languages: which of them are not cut. The list of them lies beside the project.
use serde_json::{Map, Value};
use sigap::mail::clean::clean_lines;
use sigap::mail::zones::own_words;

use super::rows::there;

/// What was tried.
pub struct Tried {
    pub what: &'static str,
    pub locales: usize,
    pub tried: usize,
    /// What was not cut.
    pub wrong: Vec<String>,
}

/// Prints how many are cut, and which are not.
pub fn figures() {
    for Tried { what, locales, tried, wrong } in [introductions(), headers()].into_iter().flatten()
    {
        println!("{what} of {locales} locales: {} of {tried} cut", tried - wrong.len());
        wrong.iter().for_each(|wrong| println!("  {wrong}"));
    }
}

fn listed() -> Option<Map<String, Value>> {
    let listed = std::fs::read_to_string(there("l10n/quote_headers.json")?).unwrap();
    serde_json::from_str(&listed).ok()
}

/// What is left of a reply of one line above an introduction and what it introduces.
pub fn left(introduction: &str, below: &str) -> String {
    let text = format!("Baik, saya kirim.\n\n{introduction}\n\n{below}\n");
    own_words(&clean_lines(&text)).own
}

/// Puts a date and a name into an introduction as the programs' translators wrote it.
fn filled(wording: &str, date: &str, name: &str) -> String {
    let date_marks = ["%1$s", "$date", "date$", "$дата"];
    let name_marks = ["%2$s", "%s", "$sender", "sender$", "$праќач"];
    let put = |text: String, mark: &str, words: &str| text.replace(mark, words);
    let text = date_marks.iter().fold(wording.replace("\\'", "'"), |t, m| put(t, m, date));
    name_marks.iter().fold(text, |t, m| put(t, m, name))
}

/// Every introduction, with several dates and names, above a quote with marks and without.
pub fn introductions() -> Option<Tried> {
    let locales = listed()?;
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (locale, entries) in &locales {
        let entries = entries.as_object().into_iter().flatten();
        for (key, wording) in entries.filter(|(key, _)| key.contains("reply_intro")) {
            let wording = wording.as_str().unwrap_or_default();
            for date in ["23/11/2026 09:12", "Mon, 23 Nov 2026 09:12 +0700", "2026年11月23日 9:12"]
            {
                for name in ["Ani Lestari", "Ani Lestari <ani@example.com>"] {
                    let introduction = filled(wording, date, name);
                    // Without a mark below, a date and an address must tell.
                    let sure = introduction.contains('@') && introduction.contains("2026");
                    let marked = left(&introduction, "> Jadi besok?\n> Salam");
                    let bare =
                        if sure { left(&introduction, "Jadi besok?") } else { marked.clone() };
                    tried += 1;
                    if [marked, bare].iter().any(|own| own != "Baik, saya kirim.") {
                        wrong.push(format!("{locale} {key}: {introduction}"));
                    }
                }
            }
        }
    }
    Some(Tried { what: "introductions", locales: locales.len(), tried, wrong })
}

/// Every block of headers above a quote without marks.
pub fn headers() -> Option<Tried> {
    let locales = listed()?;
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (locale, entries) in &locales {
        for program in ["k9", "rc"] {
            let entry = |label: &str| entries[format!("{program}:h_{label}")].as_str();
            let date = entry("date").or_else(|| entry("sent"));
            let [Some(from), Some(date), Some(to), Some(subject)] =
                [entry("from"), date, entry("to"), entry("subject")]
            else {
                continue;
            };
            let label = |label: &str| label.trim_end_matches([':', ' ', '\u{a0}']).to_owned();
            let block = format!(
                "{}: Ani <ani@example.com>\n{}: 23/11/2026 09:12\n{}: Budi\n{}: Laporan",
                label(from),
                label(date),
                label(to),
                label(subject),
            );
            tried += 1;
            if left(&block, "Jadi besok?") != "Baik, saya kirim." {
                wrong.push(format!("{locale}: {block}"));
            }
        }
    }
    Some(Tried { what: "blocks of headers", locales: locales.len(), tried, wrong })
}
