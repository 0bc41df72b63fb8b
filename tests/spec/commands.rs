//! Commands in answers: one line per case, both languages, every trap of the grammar.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use proptest::prelude::*;
use sigap::mail::absences::Absence;
use sigap::mail::command::{Command, Misread, Mistake, Numbers, read};
use sigap::mail::when::{Reading, Unclear, When};

/// A Wednesday morning in Jakarta.
fn now() -> Zoned {
    "2026-11-25T10:00:00+07:00[Asia/Jakarta]".parse().unwrap()
}

/// One line for each outcome, so that a case is one line too.
pub fn shown(text: &str) -> String {
    shown_at(text, &now())
}

pub fn shown_at(text: &str, now: &Zoned) -> String {
    match read(text, now) {
        None => "nothing".to_owned(),
        Some(Ok(command)) => command_shown(&command),
        Some(Err(Misread { why, .. })) => mistake_shown(&why),
    }
}

pub fn command_shown(command: &Command) -> String {
    match command {
        Command::Done(numbers) => format!("done {}", numbers_shown(numbers)),
        Command::Not(numbers) => format!("not {}", numbers_shown(numbers)),
        Command::Snooze(numbers, when) => {
            format!("snooze {} {}", numbers_shown(numbers), when_shown(when))
        }
        Command::Pause(when) => format!("pause {}", when_shown(when)),
        Command::Away(absence) => absence_shown(absence),
        other => format!("{other:?}").to_lowercase(),
    }
}

pub fn absence_shown(absence: &Absence) -> String {
    let Absence { from, until, reason, delegate } = absence;
    let by = delegate.as_ref().map_or(String::new(), |name| format!(" by {name}"));
    format!("{} {from} {until}{by}", reason.word())
}

fn numbers_shown(numbers: &Numbers) -> String {
    match numbers {
        Numbers::Unsaid => "?".to_owned(),
        Numbers::All => "all".to_owned(),
        Numbers::These(found) => found.iter().map(u32::to_string).collect::<Vec<_>>().join(","),
    }
}

fn when_shown(when: &When) -> String {
    match when {
        When::Day(day) => day.to_string(),
        When::At(at) => at.to_zoned(now().time_zone().clone()).strftime("%F %H:%M").to_string(),
    }
}

pub fn mistake_shown(mistake: &Mistake) -> String {
    match mistake {
        Mistake::Time(Unclear::Ambiguous(a, b)) => format!("{} or {}?", reading(a), reading(b)),
        Mistake::Days(Unclear::Ambiguous(a, b)) => format!("{} or {}?", reading(a), reading(b)),
        Mistake::Days(unclear) => format!("days {unclear:?}").to_lowercase(),
        Mistake::Time(unclear) => format!("time {unclear:?}").to_lowercase(),
        Mistake::Unavailable(verb) => format!("later {verb}"),
        Mistake::NoSuchItem(item) => format!("no item {item}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn reading(reading: &Reading) -> String {
    match reading {
        Reading::Hours(count) => format!("{count}h"),
        Reading::Days(count) => format!("{count}d"),
        Reading::On(day) => day.to_string(),
        Reading::Hour(hour) => format!("{hour}:00"),
    }
}

#[rustfmt::skip]
const CASES: &[(&str, &str)] = &[
    // Verbs and numbers.
    ("DONE 2", "done 2"),
    ("done 2", "done 2"),
    ("Done 2.", "done 2"),
    ("DONE", "done ?"),
    ("Selesai", "done ?"),
    ("SELESAI 1,3", "done 1,3"),
    ("selesai 1, 3", "done 1,3"),
    ("selesai 1 3", "done 1,3"),
    ("beres 3 1 3", "done 1,3"),
    ("done 1 and 3", "done 1,3"),
    ("selesai nomor 1 dan 3", "done 1,3"),
    ("done #2", "done 2"),
    ("done [2]", "done 2"),
    ("done no. 2", "done 2"),
    ("done 1-3", "done 1,2,3"),
    ("done all", "done all"),
    ("SELESAI semua", "done all"),
    ("done all 2", "extra"),
    ("NOREPLY 2", "done 2"),
    ("no reply needed 2", "extra"),
    ("No reply needed", "done ?"),
    ("takperlu 2", "done 2"),
    ("tidak perlu dibalas", "done ?"),
    ("NOT 1", "not 1"),
    ("Bukan 1", "not 1"),
    ("bukan semua", "not all"),
    ("done 0", "no item 0"),
    ("done 1000", "no item 1000"),
    ("done 99999999999", "extra"),
    ("done -1", "done 1"),
    ("done 2x", "extra"),
    ("STOP", "stop"),
    ("Stop sending me these, please", "stop"),
    ("stop 2", "extra"),
    ("stop reminding me about this one", "extra"),
    ("stop dulu ya", "stop"),
    ("BACK", "back"),
    ("kembali", "back"),
    ("UNDO", "undo"),
    ("batal", "undo"),
    ("LIST", "list"),
    ("MY REPORT", "report"),
    ("Laporan saya, terima kasih", "report"),
    ("daftar ya", "list"),
    ("help", "help"),
    ("Bantuan.", "help"),
    ("My report is done", "extra"),
    ("Laporan sudah terkirim", "unknown"),
    ("Selesai, laporan terkirim", "done ?"),
    // Politeness and remarks.
    ("done 2, thanks", "done 2"),
    ("Done 2 – thank you!", "done 2"),
    ("Selesai 2 ya", "done 2"),
    ("Selesai 2 ya, terima kasih Pak", "done 2"),
    ("tolong tunda 1 2 hari", "snooze 1 2026-11-27"),
    ("Mohon selesai 1", "done 1"),
    ("ok done 1", "done 1"),
    ("Terima kasih, selesai 1", "done 1"),
    ("Hi Sigap, done 2", "done 2"),
    ("selesai 2, sudah saya telepon", "done 2"),
    ("done 2 - called her", "done 2"),
    ("done 2 (answered by phone)", "done 2"),
    ("done 2 but not 3", "extra"),
    ("done 2, but not 3", "extra"),
    ("done 1. snooze", "extra"),
    ("done with the first one", "extra"),
    ("not yet", "extra"),
    ("not done", "extra"),
    ("back on Monday", "extra"),
    // Nothing is asked.
    ("", "nothing"),
    ("\n  \n", "nothing"),
    ("> DONE 1", "nothing"),
    ("Thanks!", "nothing"),
    ("Terima kasih", "nothing"),
    ("Ok, terima kasih banyak", "nothing"),
    ("Terima kasih\n\nAni Lestari", "nothing"),
    ("Hi Sigap,\n\ndone 2\n\nAni", "done 2"),
    ("Selamat pagi,\nTunda 1 sampai besok", "snooze 1 2026-11-26"),
    ("> DONE 1\n>> DONE 2\nDONE 3", "done 3"),
    ("👍", "nothing"),
    // Not a command.
    ("I will answer tomorrow", "unknown"),
    ("belum selesai", "unknown"),
    ("1 done", "unknown"),
    ("yes", "unknown"),
    ("donee 1", "unknown"),
    // Before an absence.
    ("OK", "nothing"),
    ("Setuju.", "agree(unsaid)"),
    ("CANCEL", "cancel"),
    ("Batalkan ya", "cancel"),
    ("cover sari", "cover(\"sari\")"),
    ("Pengganti: budi@example.com", "cover(\"budi@example.com\")"),
    ("COVER", "cover(\"\")"),
    ("cover sari dewi", "extra"),
    ("cancel 1", "extra"),
    // Of the grammar, not yet carried out.
    ("DELEGATE 3 sari", "later DELEGATE"),
    ("alihkan 3 sari", "later ALIHKAN"),
    ("ACCEPT", "accept"),
    ("terima", "accept"),
    ("ubah", "later UBAH"),
    ("waiting 1", "later WAITING"),
    ("HOLD 1", "later HOLD"),
    ("not urgent", "noturgent"),
    ("Tidak mendesak.", "noturgent"),
    // Spans.
    ("SNOOZE 1 2d", "snooze 1 2026-11-27"),
    ("snooze 1 2 days", "snooze 1 2026-11-27"),
    ("snooze 1 for two days", "snooze 1 2026-11-27"),
    ("snooze 1 in 2 days please", "snooze 1 2026-11-27"),
    ("SNOOZE 2d", "snooze ? 2026-11-27"),
    ("TUNDA 1 2 hari", "snooze 1 2026-11-27"),
    ("tunda 1 dua hari lagi", "snooze 1 2026-11-27"),
    ("tunda 2 hari", "snooze ? 2026-11-27"),
    ("tunda 1, 2 hari", "snooze 1 2026-11-27"),
    ("tunda 1,3 2 hari", "snooze 1,3 2026-11-27"),
    ("tunda semua 3 hari", "snooze all 2026-11-28"),
    ("tunda 1 sehari", "snooze 1 2026-11-26"),
    ("tunda 1 seminggu saja", "snooze 1 2026-12-02"),
    ("tunda 1 2j", "snooze 1 2026-11-25 12:00"),
    ("tunda 1 2 jam", "snooze 1 2026-11-25 12:00"),
    ("snooze 1 90 min", "snooze 1 2026-11-25 11:30"),
    ("snooze 1 3h", "snooze 1 2026-11-25 13:00"),
    ("snooze 1 an hour", "snooze 1 2026-11-25 11:00"),
    ("snooze 1 2 weeks", "snooze 1 2026-12-09"),
    ("snooze 1 2hrs", "snooze 1 2026-11-25 12:00"),
    ("snooze 1 2hr", "2d or 2h?"),
    ("snooze 1 2 hr", "2d or 2h?"),
    ("tunda 1 2hr", "2d or 2h?"),
    ("tunda 1 2 minggu", "snooze 1 2026-12-09"),
    ("tunda 1 sampai minggu", "snooze 1 2026-11-29"),
    ("tunda 1 hari minggu", "snooze 1 2026-11-29"),
    ("tunda 1 minggu depan", "2026-11-30 or 2026-11-29?"),
    ("tunda 1 pekan depan", "snooze 1 2026-11-30"),
    ("snooze 1 next week", "snooze 1 2026-11-30"),
    // Moments.
    ("snooze 1 tomorrow", "snooze 1 2026-11-26"),
    ("tunda 1 besok", "snooze 1 2026-11-26"),
    ("tunda 1 besok pagi", "snooze 1 2026-11-26"),
    ("tunda 1 lusa", "snooze 1 2026-11-27"),
    ("snooze 1 until friday", "snooze 1 2026-11-27"),
    ("tunda 1 sampai jumat", "snooze 1 2026-11-27"),
    ("tunda 1 rabu", "snooze 1 2026-12-02"),
    ("tunda 1 senin depan", "snooze 1 2026-11-30"),
    ("snooze 1 next friday", "2026-11-27 or 2026-12-04?"),
    ("snooze 1 26 nov", "snooze 1 2026-11-26"),
    ("snooze 26 nov", "snooze ? 2026-11-26"),
    ("tunda 1 26 november 2026", "snooze 1 2026-11-26"),
    ("tunda 1 5 januari", "snooze 1 2027-01-05"),
    ("snooze 1 26/11", "snooze 1 2026-11-26"),
    ("snooze 1 3/12", "snooze 1 2026-12-03"),
    ("snooze 1 11/26", "time unknown"),
    ("snooze 1 26-11-2026", "snooze 1 2026-11-26"),
    ("snooze 1 2026-11-26", "snooze 1 2026-11-26"),
    ("snooze 1 31/2", "time unknown"),
    ("snooze 1 1/11", "time past"),
    ("snooze 1 today", "time past"),
    ("tunda 1 jam 14", "snooze 1 2026-11-25 14:00"),
    ("tunda 1 jam 9", "snooze 1 2026-11-26 09:00"),
    ("tunda 1 pukul 14.30", "snooze 1 2026-11-25 14:30"),
    ("tunda 1 pukul 14.30 WIB", "snooze 1 2026-11-25 14:30"),
    ("snooze 1 14:30", "snooze 1 2026-11-25 14:30"),
    ("snooze 1 09:30", "snooze 1 2026-11-26 09:30"),
    ("snooze 1 3pm", "snooze 1 2026-11-25 15:00"),
    ("tunda 1 jam 3 sore", "snooze 1 2026-11-25 15:00"),
    ("tunda 1 jam 1 siang", "snooze 1 2026-11-25 13:00"),
    ("tunda 1 jam 3", "3:00 or 15:00?"),
    ("snooze 1 tomorrow 9", "snooze 1 2026-11-26 09:00"),
    ("snooze 1 tomorrow at 9", "snooze 1 2026-11-26 09:00"),
    ("tunda 1 besok jam 9", "snooze 1 2026-11-26 09:00"),
    ("tunda 1 besok pukul 14.30", "snooze 1 2026-11-26 14:30"),
    ("snooze 1 monday 14:30", "snooze 1 2026-11-30 14:30"),
    ("tunda 1 jam 9 besok", "snooze 1 2026-11-26 09:00"),
    ("tunda 1 jam 25", "time unknown"),
    ("snooze 1 today 9", "time past"),
    // Missing, unclear, out of reach.
    ("SNOOZE 1", "time missing"),
    ("TUNDA", "time missing"),
    ("snooze 1 2", "time missing"),
    ("snooze 1 2 months", "time unknown"),
    ("tunda 1,5 jam", "time unknown"),
    ("tunda 1, 5 jam", "snooze 1 2026-11-25 15:00"),
    ("snooze 1 0 days", "time past"),
    ("snooze 1 900 days", "time toofar"),
    ("snooze 1 999999 weeks", "time toofar"),
    ("snooze 1 later", "time unknown"),
    ("PAUSE 3d", "pause 2026-11-28"),
    ("JEDA 3 hari", "pause 2026-11-28"),
    ("jeda sampai senin", "pause 2026-11-30"),
    ("pause", "time missing"),
    ("pause 3", "time unknown"),
];

#[test]
fn every_line_means_what_it_says() {
    let wrong: Vec<String> = CASES
        .iter()
        .map(|(said, wanted)| (said, wanted, shown(said)))
        .filter(|(_, wanted, found)| *wanted != found)
        .map(|(said, wanted, found)| format!("{said:?}: wanted {wanted}, found {found}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(CASES.len() >= 80);
}

#[test]
fn a_misread_line_is_repeated_shortened_and_clean() {
    let said = format!("xyz\u{7}\t{}", "a".repeat(5000));
    let Some(Err(misread)) = read(&said, &now()) else { panic!("not a mistake") };
    assert!(misread.said.chars().count() <= 80);
    assert!(misread.said.chars().all(|c| !c.is_control()));
}

#[test]
fn a_missing_hour_of_the_night_does_not_stop_a_command() {
    let berlin: Zoned = "2027-03-27T10:00:00+01:00[Europe/Berlin]".parse().unwrap();
    let read = read("snooze 1 tomorrow 02:30", &berlin);
    let wanted: Timestamp = "2027-03-28T01:30:00Z".parse().unwrap();
    assert_eq!(read, Some(Ok(Command::Snooze(Numbers::These(vec![1]), When::At(wanted)))));
}

#[test]
fn a_leap_day_is_found() {
    let winter: Zoned = "2027-12-20T10:00:00+07:00[Asia/Jakarta]".parse().unwrap();
    let wanted = Command::Snooze(Numbers::Unsaid, When::Day(Date::constant(2028, 2, 29)));
    assert_eq!(read("snooze 29 feb", &winter), Some(Ok(wanted)));
}

/// Words that people and programs could put together.
fn soup() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        proptest::sample::select(vec![
            "done",
            "tunda",
            "snooze",
            "not",
            "jeda",
            "1",
            "2",
            "0",
            "999999999",
            "all",
            "semua",
            "jam",
            "hari",
            "minggu",
            "2hr",
            "sampai",
            "next",
            "depan",
            "26",
            "nov",
            "26/11",
            "14.30",
            "14:30",
            "-",
            ",",
            "pagi",
            "besok",
            "at",
            "3pm",
            "31/12/9999",
            "0000-00-00",
            "99:99",
            "terima kasih",
            "ya",
            ">",
            "\n",
            "se",
            "1,2,3",
            "1-49",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn no_text_panics_and_numbers_stay_bounded(text in prop_oneof![soup(), ".{0,400}"]) {
        if let Some(Ok(command)) = read(&text, &now()) {
            let numbers = match &command {
                Command::Done(numbers) | Command::Not(numbers) => Some(numbers),
                Command::Snooze(numbers, _) => Some(numbers),
                _ => None,
            };
            if let Some(Numbers::These(found)) = numbers {
                prop_assert!(!found.is_empty() && found.len() <= 50);
                prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(found.iter().all(|n| (1..=999).contains(n)));
            }
            let when = match &command {
                Command::Snooze(_, when) | Command::Pause(when) => Some(when),
                _ => None,
            };
            match when {
                Some(When::At(at)) => prop_assert!(*at > now().timestamp()),
                Some(When::Day(day)) => prop_assert!(*day > now().date()),
                None => {}
            }
        }
    }
}
