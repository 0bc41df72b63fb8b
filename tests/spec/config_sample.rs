//! The annotated sample: it loads, observes, names every key, and survives any mutilation.

use proptest::prelude::*;
use sigap::config::file::KEYS;
use sigap::model::policy::{Mode, Pattern};

use crate::config::{Desk, MINIMAL};

const SAMPLE: &str = include_str!("../../config/sigap.toml");

#[test]
fn the_sample_loads_and_observes() {
    let desk = Desk::new(SAMPLE);
    let loaded = desk.load().unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(loaded.warnings, []);
    let settings = loaded.settings;
    assert_eq!(settings.mode, Mode::Observe);
    let vip = &settings.policy.tiers[0];
    assert_eq!(vip.matches.len(), 5);
    assert!(vip.matches.contains(&Pattern::Domain("ministry.example".to_owned())));
    let defaults = Desk::new(MINIMAL).load().unwrap().settings;
    assert_eq!(settings.policy.fuse, defaults.policy.fuse);
    assert_eq!(settings.retention, defaults.retention);
}

/// The sample in parts: lines as they stand, and runs of settings that are switched off.
fn switched_off() -> Vec<(usize, Vec<usize>)> {
    let off = |line: &str| line.starts_with('#') && !line.starts_with("# ") && line.len() > 1;
    let mut runs: Vec<(usize, Vec<usize>)> = Vec::new();
    for (no, line) in SAMPLE.lines().enumerate() {
        if off(line) {
            match runs.last_mut() {
                Some((_, run)) if run.last() == Some(&(no - 1)) => run.push(no),
                _ => runs.push((no, vec![no])),
            }
        }
    }
    runs
}

#[test]
fn what_is_switched_off_in_the_sample_is_written_rightly() {
    let runs = switched_off();
    assert!(runs.len() > 20, "{runs:?}");
    for (first, run) in runs {
        let on = |(no, line): (usize, &str)| match run.contains(&no) {
            true => line.trim_start_matches('#').to_owned(),
            false => line.to_owned(),
        };
        let text: Vec<String> = SAMPLE.lines().enumerate().map(on).collect();
        let desk = Desk::new(&(text.join("\n") + "\n"));
        desk.put("owners.d/empty.toml", "");
        // Alternatives may exclude each other; nothing else may be wrong.
        let alternative = |line: &String| {
            line.contains("several sources")
                || line.contains("stands beside")
                || line.contains("does not agree")
        };
        let faults: Vec<String> =
            desk.faults().into_iter().filter(|line| !alternative(line)).collect();
        assert_eq!(faults, Vec::<String>::new(), "line {}", first + 1);
    }
}

#[test]
fn every_key_stands_in_the_sample() {
    let mut table = String::new();
    let mut written = Vec::new();
    for line in SAMPLE.lines() {
        let line = line.strip_prefix('#').unwrap_or(line);
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']).to_owned() + ".";
            written.push(table.clone());
        } else if let Some((key, _)) = line.split_once(" = ") {
            written.push(format!("{table}{key}."));
        }
    }
    let home = |table: &str| match table {
        "File" | "Part" => String::new(),
        "Password" => "smtp.password.".to_owned(),
        "Match" => "tier.match.".to_owned(),
        "Inbox" => "inbox.".to_owned(),
        "Imap" => "owner.imap.".to_owned(),
        "Calendar" => "owner.calendar.".to_owned(),
        "Maildir" => "owner.maildir.".to_owned(),
        "Profile" => "owner.profile.".to_owned(),
        "Topic" => "owner.topic.".to_owned(),
        _ => table.to_lowercase() + ".",
    };
    let all = KEYS.iter().flat_map(|(table, keys)| {
        keys.iter().map(move |key| format!("{}{}.", home(table), key.trim_start_matches("r#")))
    });
    let missing = all.filter(|key| !written.iter().any(|path| path.starts_with(key.as_str())));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_cut_or_scratched_sample_never_panics(
        cut in 0..SAMPLE.len(),
        scratch in 0..SAMPLE.len(),
        sign in any::<u8>(),
    ) {
        let mut bytes = SAMPLE.as_bytes()[..cut].to_vec();
        if let Some(byte) = bytes.get_mut(scratch) {
            *byte = sign;
        }
        let desk = Desk::new("");
        std::fs::write(desk.path(), &bytes).unwrap();
        if let Err(faults) = desk.load() {
            prop_assert!(!faults.0.is_empty());
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
            prop_assert!(faults.0.iter().all(|fault| fault.line.is_none_or(|line| line <= lines)));
        }
    }
}
