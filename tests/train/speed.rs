//! How fast the judging is on one core, and how large what it carries: medians of five rounds, in
//! time that this thread computed.

use std::hint::black_box;

use sigap::engine::judging::judge;
use sigap::mail::asks::{prepare, wording};
use sigap::mail::language::language;
use sigap::mail::parse;
use sigap::mail::zones::own_words;

use super::alarms::{policy, reader};
use super::mailboxes::{MAILBOXES, mailbox};
use super::rows::public;

const ROUNDS: usize = 5;
/// Whole messages are filled up to so many bytes of text.
const TEXT: usize = 4096;

/// Prints texts and messages a second, and bytes.
pub fn figures() {
    prepare();
    let dialogues = public("requests/dialogue_acts_en_id_ar_ru_sw.jsonl").unwrap_or_default();
    let texts: Vec<&str> = dialogues.iter().map(|row| row.word("text")).collect();
    rate("short texts: do they ask", &texts, |text| wording("", text));
    rate("short texts: which language", &texts, |text| language(text));
    let name = MAILBOXES[1];
    let (owner, policy) = (reader(name), policy());
    let mut mails: Vec<Vec<u8>> = mailbox(name).into_iter().map(|mail| mail.whole).collect();
    rate("whole messages as they are", &mails, |mail| judge(mail, &owner, &policy));
    mails.retain_mut(fill);
    rate("whole messages, 4 KB of text", &mails, |mail| judge(mail, &owner, &policy));
    rate("  to read them", &mails, |mail| parse::text(mail));
    let bodies = mails.iter().filter_map(|mail| parse::text(mail)).map(|body| body.text);
    let bodies: Vec<String> = bodies.collect();
    rate("  to find the sender's words", &bodies, |text| own_words(text));
    let own: Vec<String> = bodies.iter().map(|text| own_words(text).own).collect();
    rate("  to judge those", &own, |own| wording("", own));
    let models = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mail/models");
    let mut files: Vec<_> = std::fs::read_dir(models).unwrap().flatten().collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files {
        let name = file.file_name().to_string_lossy().into_owned();
        println!("{name:32} {:9} bytes", file.metadata().unwrap().len());
    }
}

/// The text once more and once more, up to 4 KB of it; false: there is none.
fn fill(mail: &mut Vec<u8>) -> bool {
    let begins = mail.windows(2).position(|two| two == b"\n\n").map_or(mail.len(), |at| at + 2);
    let text = mail.split_off(begins);
    mail.extend(text.iter().cycle().take(TEXT));
    !text.is_empty()
}

fn rate<T, R>(what: &str, all: &[T], deed: impl Fn(&T) -> R) {
    let mut took: Vec<u64> = (0..ROUNDS)
        .map(|_| {
            let began = computed();
            for one in all {
                let _told = black_box(deed(one));
            }
            computed() - began
        })
        .collect();
    took.sort_unstable();
    if all.is_empty() {
        return;
    }
    println!("{what:32} {:9.0} a second", all.len() as f64 * 1e9 / took[ROUNDS / 2].max(1) as f64);
}

/// Nanoseconds that this thread has been running (Linux), which a busy machine does not change.
fn computed() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
}
