//! Zones on labelled mail of others and on the samples of other parsers: figures. Where the data is
//! not there, that is said.
//!
//! A message is exact where our words are the labelled ones, white space aside. A greeting
//! (`Intro`) is the sender's and must stay; a parting (`Outro`) and the names of attachments may
//! stay or go; a signature must go, and so must everything from the first header on. `boundary`
//! asks for less: there a signature may stay, so that it tells where the sender's part was ended.
//! Strokes alone are no words: they may stay or go.
use std::collections::BTreeSet;
use std::path::Path;

use sigap::mail::clean::clean_lines;
use sigap::mail::parse;
use sigap::mail::zones::own_words;

use super::rows::{Row, public, there};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Share {
    Must,
    May,
    Never,
}

/// Labelled messages: how many are exact.
pub fn messages() {
    let Some(all) = public("zones/quagga.jsonl") else { return };
    for source in ["enron", "asf"] {
        for (part, half) in [("tuned", 0), ("held", 1)] {
            let rows = || all.iter().skip(half).step_by(2).filter(|row| row.word("src") == source);
            let exact = |signed: bool| {
                rows().filter(|row| is_exact(&shares(row, signed), &own(row))).count()
            };
            println!(
                "zones {source} {part}: {} of {} exact, boundary {}",
                exact(false),
                rows().count(),
                exact(true)
            );
            if std::env::var_os("SIGAP_SHOW").is_some() && half == 0 {
                let wrong = rows().filter(|row| !is_exact(&shares(row, false), &own(row)));
                wrong.for_each(|row| println!("  {}", row.0["id"]));
            }
        }
    }
}

fn own(row: &Row) -> Vec<String> {
    let own = own_words(row.word("text")).own;
    own.split_whitespace().map(str::to_owned).collect()
}

/// Each word of a message with whether it belongs to the sender's words.
fn shares(row: &Row, signed: bool) -> Vec<(String, Share)> {
    let text: Vec<char> = row.word("text").chars().collect();
    let zones: Vec<(usize, usize, &str)> = row.0["zones"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|zone| {
            let at = |i: usize| usize::try_from(zone[i].as_u64().unwrap_or(0)).unwrap();
            (at(0), at(1), zone[2].as_str().unwrap_or(""))
        })
        .collect();
    let mut share = vec![Share::Never; text.len()];
    let mut paint = |label: &str, value: Share| {
        for (from, to, _) in zones.iter().filter(|zone| zone.2.starts_with(label)) {
            share.iter_mut().take(*to).skip(*from).for_each(|slot| *slot = value);
        }
    };
    paint("Body", Share::Must);
    paint("Body/Outro", Share::May);
    paint("Body/Attachments", Share::May);
    paint("Body/Signature", if signed { Share::May } else { Share::Never });
    let header = zones.iter().filter(|zone| zone.2 == "Header").map(|zone| zone.0).min();
    share.iter_mut().skip(header.unwrap_or(usize::MAX)).for_each(|slot| *slot = Share::Never);
    let signature = |from: usize, to: usize| {
        zones.iter().any(|z| z.2.starts_with("Body/Signature") && z.0 < to && z.1 > from)
    };
    let mut words = Vec::new();
    let mut from = 0;
    for line in text.split_inclusive(|c| *c == '\n') {
        let to = from + line.len();
        // What shares a line with a piece of a signature may be labelled apart from it.
        let loose = signature(from, to);
        let mut at = from;
        for word in line.split(|c| c.is_whitespace()) {
            let kinds = &share[at..at + word.len()];
            at += word.len() + 1;
            let Some(first) = kinds.first() else { continue };
            let mixed = kinds.iter().any(|kind| kind != first);
            let strokes = !word.iter().any(|c| c.is_alphanumeric());
            let open = mixed || (loose || strokes) && *first == Share::Must;
            words.push((word.iter().collect(), if open { Share::May } else { *first }));
        }
        from = to;
    }
    words
}

/// Whether our words are those that must be there and none but those that may.
pub fn is_exact(shares: &[(String, Share)], ours: &[String]) -> bool {
    let wanted: Vec<_> = shares.iter().filter(|(_, share)| *share != Share::Never).collect();
    let skipped = |places: BTreeSet<usize>| {
        let mut open = BTreeSet::new();
        for mut place in places {
            while open.insert(place) && wanted.get(place).is_some_and(|w| w.1 == Share::May) {
                place += 1;
            }
        }
        open
    };
    let mut places = skipped(BTreeSet::from([0]));
    for word in ours {
        let next = |place: &usize| wanted.get(*place).is_some_and(|w| w.0 == *word);
        places = skipped(places.iter().copied().filter(next).map(|place| place + 1).collect());
    }
    places.contains(&wanted.len())
}

/// Words of the sender's own text that are kept, that are lost, and kept ones that are others'.
pub fn words() {
    let Some(all) = public("zones/quagga.jsonl") else { return };
    for (part, half) in [("tuned", 0), ("held", 1)] {
        let (mut kept, mut lost, mut foreign) = (0, 0, 0);
        for row in all.iter().skip(half).step_by(2) {
            let shares = shares(row, false);
            let must = shares.iter().filter(|word| word.1 == Share::Must);
            let gold: Vec<&str> = must.map(|word| word.0.as_str()).collect();
            let ours = own(row);
            let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
            let (k, l, f) = compare(&gold, &ours);
            kept += k;
            lost += l;
            foreign += f;
        }
        println!("zones {part}: words kept {kept}, lost {lost}, foreign or free {foreign}");
    }
}

fn compare(gold: &[&str], ours: &[&str]) -> (usize, usize, usize) {
    let mut bag = std::collections::BTreeMap::<&str, i64>::new();
    gold.iter().for_each(|word| *bag.entry(word).or_default() += 1);
    let (mut kept, mut foreign) = (0, 0);
    for word in ours {
        let slot = bag.entry(word).or_default();
        if *slot > 0 {
            kept += 1
        } else {
            foreign += 1
        }
        *slot -= 1;
    }
    (kept, gold.len().saturating_sub(kept), foreign)
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = listed
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            Some((name, std::fs::read(entry.path()).ok()?))
        })
        .collect();
    found.sort();
    found
}

fn told(name: &str, cases: Vec<(String, String, String)>) {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let wrong: Vec<_> = cases.iter().filter(|case| words(&case.1) != words(&case.2)).collect();
    println!("{name}: {} of {} exact", cases.len() - wrong.len(), cases.len());
    for (file, _, ours) in wrong {
        let shown: String = ours.replace('\n', " / ").chars().take(120).collect();
        match REVIEWED.iter().find(|(known, _)| known == file) {
            Some((_, why)) => println!("  {file}: on purpose, {why}"),
            None => println!("  {file}: {shown}"),
        }
    }
}

/// Samples of which we judge differently than their own parser, each read and decided.
const REVIEWED: &[(&str, &str)] = &[
    ("email_15.txt", "what stands below a device's line was written by somebody"),
    ("email_german_3.txt", "what stands below a device's line was written by somebody"),
    ("email_7.txt", "a quoted line broken in two leaves its second half"),
    ("email_headers_5.txt", "a parting is no part of what is said"),
    ("embedded_email_swedish.txt", "a parting is no part of what is said"),
    ("embedded_ception.txt", "the name below a parting may go"),
    ("embedded_email_16.txt", "a quote above the answer is another's"),
    ("embedded_email_17.txt", "what nobody wrote below is another's"),
    ("embedded_email_18.txt", "what nobody wrote below is another's"),
    ("embedded_email_7.txt", "what stands below a quote was written by the sender"),
    ("forwarded_message.txt", "what is passed on is another's"),
    ("quote_and_text.txt", "a quote above the answer is another's"),
    ("quote_only.txt", "a quote is another's"),
    ("windows_mail.html", "from, to and a time without subject or address may be a journey"),
];

/// Samples of other parsers: how many replies are cut out exactly, and which are not.
pub fn samples() {
    let Some(zones) = there("zones") else { return };
    let text = |bytes: &[u8]| clean_lines(&String::from_utf8_lossy(bytes));
    let base = zones.join("discourse_email_reply_trimmer/test");
    let cases = files(&base.join("emails")).into_iter().filter_map(|(name, mail)| {
        let gold = std::fs::read_to_string(base.join("trimmed").join(&name)).ok()?;
        Some((name, gold, own_words(&text(&mail)).own))
    });
    told("discourse", cases.collect());

    // Where one paragraph stands above a quote, that is all.
    let all = files(&zones.join("crisp_email_reply_parser/test/fixtures"));
    let body = all.iter().find(|(name, _)| name == "email_10.txt").map(|(_, mail)| text(mail));
    let body = body.unwrap_or_default().split("\n\n").next().unwrap_or_default().to_owned();
    let alike = all.iter().filter(|(_, mail)| !body.is_empty() && text(mail).starts_with(&body));
    let cases = alike.map(|(name, mail)| (name.clone(), body.clone(), own_words(&text(mail)).own));
    told("crisp", cases.collect());

    let base = zones.join("mailgun_talon/tests/fixtures");
    let read = |mail: &[u8]| parse::text(mail).map(|body| body.text).unwrap_or_default();
    let mails = files(&base.join("standard_replies")).into_iter();
    let mails = mails.filter(|(name, _)| name.ends_with(".eml"));
    let cases = mails.map(|(name, mail)| (name, "Hello".into(), own_words(&read(&mail)).own));
    told("talon replies", cases.collect());
    let cases = files(&base.join("html_replies")).into_iter().map(|(name, page)| {
        let mail = [b"Content-Type: text/html; charset=utf-8\r\n\r\n".as_slice(), &page].concat();
        (name, "Hi. I am fine. Thanks,".into(), own_words(&read(&mail)).own)
    });
    told("talon pages", cases.collect());
}
