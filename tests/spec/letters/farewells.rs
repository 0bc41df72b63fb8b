//! The letters around an absence in both languages, with everything that may stand in them.

use jiff::civil::Date;
use sigap::mail::dates;
use sigap::mail::farewells::{DigestView, HandedView, LeavingView, PresenceView};

use super::*;

const SAMPLE: &str = "Dear …,\n\nThank you for your email.\n\nKind regards,\nAni Lestari\n";

fn person(name: &str, from: i8, until: i8) -> PresenceView {
    let day = |day| Date::constant(2026, 12, day);
    PresenceView { name: name.to_owned(), from: day(from), until: day(until) }
}

/// Without anything; covered by one person; with a gap.
pub fn leavings(to: Language) -> Vec<LeavingView> {
    let view = |count: usize, cover: Vec<PresenceView>| LeavingView {
        nudge: nudge(to, items(count, Snippets::Hidden)),
        open: count,
        from: Date::constant(2026, 12, 1),
        until: Date::constant(2026, 12, 4),
        cover,
        absent: Vec::new(),
        sample: None,
        may_name: true,
        hands_over: false,
    };
    let alone = LeavingView {
        until: Date::constant(2026, 12, 1),
        may_name: false,
        ..view(0, vec![person("", 1, 1)])
    };
    let covered = LeavingView {
        hands_over: true,
        sample: Some(SAMPLE.to_owned()),
        ..view(1, vec![person("Sari Dewi", 1, 4)])
    };
    let cover = vec![person("Sari Dewi", 1, 2), person("", 3, 3), person("Sari Dewi", 4, 4)];
    let gap = LeavingView {
        open: 24,
        absent: vec![person("Sari Dewi", 3, 3)],
        hands_over: true,
        sample: Some(SAMPLE.to_owned()),
        ..view(3, cover)
    };
    vec![alone, covered, gap]
}

/// With nothing; with one of everything; with several.
pub fn digests(to: Language) -> Vec<DigestView> {
    let view = |count: usize, waiting| DigestView {
        nudge: nudge(to, items(count, Snippets::Hidden)),
        from: Date::constant(2026, 11, 23),
        until: Date::constant(2026, 11, 25),
        answered: waiting,
        handed: Vec::new(),
        by_others: waiting,
        waiting: count,
        grace_ends: at("2026-11-26T03:30:00Z"),
    };
    let handed = |count, minutes: &[i64]| HandedView {
        to: "Sari Dewi".to_owned(),
        count,
        took: minutes.iter().map(|one| SignedDuration::from_mins(*one)).collect(),
    };
    let one = DigestView {
        until: Date::constant(2026, 11, 23),
        handed: vec![handed(1, &[25])],
        ..view(1, 1)
    };
    let several = DigestView {
        waiting: 10,
        handed: vec![handed(3, &[190, 40]), handed(2, &[])],
        ..view(3, 4)
    };
    vec![view(0, 0), one, several]
}

#[test]
fn before_an_absence() {
    for to in BOTH {
        for (no, view) in leavings(to).iter().enumerate() {
            let letter = posted(Kind::Leaving, &wording::leaving(&templates(), view));
            insta::assert_snapshot!(format!("leaving-{no}-{}", to.word()), readable(&letter));
        }
    }
}

#[test]
fn after_an_absence() {
    for to in BOTH {
        for (no, view) in digests(to).iter().enumerate() {
            let letter = posted(Kind::Digest, &wording::digest(&templates(), view));
            insta::assert_snapshot!(format!("digest-{no}-{}", to.word()), readable(&letter));
        }
    }
}

#[test]
fn some_days_in_few_words() {
    let day = Date::constant;
    for (from, until, id, en) in [
        ((2026, 11, 24), (2026, 11, 24), "24 November 2026", "24 November 2026"),
        ((2026, 8, 24), (2026, 8, 26), "24–26 Agustus 2026", "24–26 August 2026"),
        (
            (2026, 8, 30),
            (2026, 9, 2),
            "30 Agustus – 2 September 2026",
            "30 August – 2 September 2026",
        ),
        (
            (2026, 12, 30),
            (2027, 1, 2),
            "30 Desember 2026 – 2 Januari 2027",
            "30 December 2026 – 2 January 2027",
        ),
    ] {
        let days = |(y, m, d)| day(y, m, d);
        assert_eq!(dates::range(days(from), days(until), Language::Id), id);
        assert_eq!(dates::range(days(from), days(until), Language::En), en);
    }
}
