//! Spans, dates, greetings and reasons in words; text brought to its columns.

use jiff::SignedDuration;
use jiff::civil::Date;
use proptest::prelude::*;
use sigap::mail::clues::{phrase, reasons};
use sigap::mail::plain::{clean, flow};
use sigap::mail::{dates, durations};

use super::*;

#[test]
fn spans_of_working_time() {
    #[rustfmt::skip]
    let table = [
        (-5, "kurang dari 1 menit", "less than a minute"),
        (0, "kurang dari 1 menit", "less than a minute"),
        (1, "1 menit", "1 min"),
        (59, "59 menit", "59 min"),
        (60, "1 jam", "1 h"),
        (80, "1 jam 20 menit", "1 h 20 min"),
        (239, "3 jam 59 menit", "3 h 59 min"),
        (245, "4 jam", "4 h"),
        (479, "7 jam", "7 h"),
        (480, "1 hari kerja", "1 working day"),
        (600, "1 hari kerja 2 jam", "1 working day 2 h"),
        (1000, "2 hari kerja", "2 working days"),
        (4799, "9 hari kerja 7 jam", "9 working days 7 h"),
        (4900, "10 hari kerja", "10 working days"),
    ];
    for (minutes, id, en) in table {
        let span = SignedDuration::from_mins(minutes);
        assert_eq!(durations::working_time(span, hours(8), Language::Id), id);
        assert_eq!(durations::working_time(span, hours(8), Language::En), en);
    }
    let no_day = durations::working_time(hours(30), SignedDuration::ZERO, Language::En);
    assert_eq!(no_day, "30 h");
    assert_eq!(durations::number(0, Language::En), "0");
    assert_eq!(durations::number(3, Language::Id), "tiga");
    assert_eq!(durations::number(11, Language::En), "11");
}

#[test]
fn moments_near_and_far() {
    #[rustfmt::skip]
    let table = [
        ("2026-11-26T07:30:00Z", "hari ini pukul 14.30 WIB", "today 14:30 WIB"),
        ("2026-11-27T03:00:00Z", "besok pukul 10.00 WIB", "tomorrow 10:00 WIB"),
        ("2026-11-25T16:59:00Z", "kemarin pukul 23.59 WIB", "yesterday 23:59 WIB"),
        ("2026-11-25T17:00:00Z", "hari ini pukul 00.00 WIB", "today 00:00 WIB"),
        ("2026-12-04T07:30:00Z", "Jumat, 4 Desember 2026 pukul 14.30 WIB",
            "Friday 4 December 2026, 14:30 WIB"),
    ];
    for (instant, id, en) in table {
        assert_eq!(dates::moment(at(instant), &now(), Language::Id), id);
        assert_eq!(dates::moment(at(instant), &now(), Language::En), en);
    }
    let day = |day| dates::day(day, &now(), Language::Id);
    assert_eq!(day(Date::constant(2026, 11, 27)), "besok");
    assert_eq!(day(Date::constant(2026, 11, 30)), "Senin, 30 November 2026");
}

#[test]
fn the_zone_is_always_named() {
    #[rustfmt::skip]
    let table = [
        ("2026-11-26T08:05[Asia/Jakarta]", "08:05 WIB"),
        ("2026-11-26T08:05[Asia/Makassar]", "08:05 WITA"),
        ("2026-11-26T08:05[Asia/Jayapura]", "08:05 WIT"),
        ("2026-11-26T08:05[Europe/Berlin]", "08:05 CET"),
        ("2026-11-26T08:05[Asia/Kathmandu]", "08:05 UTC+5:45"),
        ("2026-11-26T08:05[America/Sao_Paulo]", "08:05 UTC-3"),
        ("2026-11-26T08:05+07:00[+07:00]", "08:05 UTC+7"),
    ];
    for (moment, wanted) in table {
        let zoned: Zoned = moment.parse().unwrap();
        assert_eq!(dates::time(&zoned, Language::En), wanted);
    }
}

#[test]
fn greetings_follow_the_clock() {
    #[rustfmt::skip]
    let table = [
        (3, "Selamat malam", "Good evening"), (4, "Selamat pagi", "Good morning"),
        (9, "Selamat pagi", "Good morning"), (10, "Selamat siang", "Good morning"),
        (12, "Selamat siang", "Good afternoon"), (15, "Selamat sore", "Good afternoon"),
        (18, "Selamat malam", "Good evening"),
    ];
    for (hour, id, en) in table {
        let then = now().with().hour(hour).build().unwrap();
        assert_eq!(dates::greeting(&then, Language::Id), id, "{hour}");
        assert_eq!(dates::greeting(&then, Language::En), en, "{hour}");
    }
}

#[test]
fn gender_is_never_guessed() {
    #[rustfmt::skip]
    let table = [
        ("", "Suharti", "Selamat pagi, Bapak/Ibu Suharti,", "Good morning, Suharti,"),
        ("", "Budi Santoso, S.E., M.M.", "Selamat pagi, Bapak/Ibu Budi Santoso,",
            "Good morning, Budi Santoso,"),
        ("", "Dr. Sudrajad", "Selamat pagi, Dr. Sudrajad,", "Good morning, Dr. Sudrajad,"),
        ("", "", "Selamat pagi, Bapak/Ibu,", "Good morning,"),
        ("Pak Andi", "Andi", "Selamat pagi, Pak Andi,", "Good morning, Pak Andi,"),
    ];
    for (greeting, name, id, en) in table {
        for (to, wanted) in [(Language::Id, id), (Language::En, en)] {
            let view = NudgeView {
                greeting: greeting.to_owned(),
                owner_name: name.to_owned(),
                ..nudge(to, items(1, Snippets::Hidden))
            };
            let text = wording::nudge(&templates(), &view).text;
            assert_eq!(text.lines().next(), Some(wanted));
        }
    }
}

#[test]
fn reasons_are_few() {
    let all = [
        Clue::Statement,
        Clue::InTo,
        Clue::OnlyRecipient,
        Clue::QuestionWords,
        Clue::QuestionMark,
        Clue::Urgent,
        Clue::GreetsOwner,
    ];
    assert_eq!(
        reasons(&all, 1, "Ibu", Language::En),
        ["the sender calls it urgent", "a question to you", "greets you by name"]
    );
    assert_eq!(
        reasons(&[Clue::InTo, Clue::OnlyRecipient], 2, "Ibu", Language::Id),
        ["ditanyakan 2 kali", "Ibu satu-satunya penerima"]
    );
    let rule = Clue::Machine("H1\r\nBcc: x".to_owned());
    assert_eq!(phrase(&rule, "Ibu", Language::En), "written by a program (rule H1 Bcc: x)");
}

#[test]
fn strange_characters_are_taken_out() {
    #[rustfmt::skip]
    let table = [
        ("plain", 10, "plain"),
        (" a \t b\r\nc\u{2028}d ", 20, "a b c d"),
        ("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{0}f\u{85}g", 20, "abcde f g"),
        ("abcdef", 3, "abc…"),
        ("abc", 3, "abc"),
        ("ab cd", 3, "ab…"),
        ("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", 9, "e\u{301}\u{301}\u{301}\u{301}"),
        ("नमस्ते 👩‍👩‍👧", 20, "नमस्ते 👩‍👩‍👧"),
        ("\u{e0041}\u{e000}", 9, ""),
    ];
    for (text, most, wanted) in table {
        assert_eq!(clean(text, most), wanted, "{text:?}");
    }
}

#[test]
fn text_is_flowed() {
    let word = "panjang ".repeat(12);
    let long = format!("{word}\n\n    Dari : {word}\n\n\n> x\nFrom here\n--\nend\n\n");
    insta::assert_snapshot!(flow(&long).replace(" \n", "·\n"));
}

proptest! {
    #[test]
    fn no_line_is_longer_than_76(text in "([a-zA-Zé >\\[:-]{0,90}\n?){0,12}") {
        for line in flow(&text).lines() {
            prop_assert!(line.chars().count() <= 76, "{line}");
            prop_assert!(!line.starts_with('>') && !line.starts_with("From "));
        }
    }

    #[test]
    fn clean_text_is_one_bounded_line(text in ".{0,200}", most in 0_usize..50) {
        let cleaned = clean(&text, most);
        prop_assert!(cleaned.chars().count() <= most + 1);
        prop_assert!(!cleaned.chars().any(char::is_control));
        prop_assert_eq!(clean(&cleaned, most + 1), cleaned);
    }
}
