//! Absences as they are typed: one line per case, both languages, every trap of the grammar.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use proptest::prelude::*;
use sigap::mail::command::{Command, Misread, note, read};

use crate::commands::{command_shown, mistake_shown, shown, shown_at};

/// Said on Wednesday, 25 November 2026.
#[rustfmt::skip]
const CASES: &[(&str, &str)] = &[
    // The forms.
    ("AWAY 26-27 nov sari", "unsaid 2026-11-26 2026-11-27 by sari"),
    ("DINAS 26-27 nov", "travel 2026-11-26 2026-11-27"),
    ("Cuti 26-27 nov", "leave 2026-11-26 2026-11-27"),
    ("AWAY 26 nov - 28 nov", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 26 Nov – 28 Nov", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 26–28 Nov", "unsaid 2026-11-26 2026-11-28"),
    ("away 26 - 28 november", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 26/11-28/11", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 26/11 - 28/11", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 26-28/11", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 26/11", "unsaid 2026-11-26 2026-11-26"),
    ("AWAY 3/12", "unsaid 2026-12-03 2026-12-03"),
    ("AWAY 26/11/2026 - 28/11/2026", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 26/11/26", "unsaid 2026-11-26 2026-11-26"),
    ("AWAY 2026-11-26 - 2026-11-28", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 2026-11-26-2026-11-28", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY 26-11-2026", "unsaid 2026-11-26 2026-11-26"),
    ("AWAY 26 nov-2 dec", "unsaid 2026-11-26 2026-12-02"),
    ("cuti 26 nov s/d 2 des", "leave 2026-11-26 2026-12-02"),
    ("cuti 26 nov s.d. 2 des", "leave 2026-11-26 2026-12-02"),
    ("cuti tanggal 26 sampai dengan 28 november", "leave 2026-11-26 2026-11-28"),
    ("cuti mulai 26 agustus 2027 hingga 28 agustus 2027", "leave 2027-08-26 2027-08-28"),
    ("AWAY from 26 nov to 28 nov", "unsaid 2026-11-26 2026-11-28"),
    ("AWAY on 26th nov", "unsaid 2026-11-26 2026-11-26"),
    ("AWAY today", "unsaid 2026-11-25 2026-11-25"),
    ("cuti hari ini", "leave 2026-11-25 2026-11-25"),
    ("AWAY tomorrow", "unsaid 2026-11-26 2026-11-26"),
    ("CUTI besok", "leave 2026-11-26 2026-11-26"),
    ("dinas besok - lusa", "travel 2026-11-26 2026-11-27"),
    ("AWAY until friday", "unsaid 2026-11-25 2026-11-27"),
    ("CUTI sampai jumat", "leave 2026-11-25 2026-11-27"),
    ("cuti sampai minggu", "leave 2026-11-25 2026-11-29"),
    ("AWAY friday", "unsaid 2026-11-27 2026-11-27"),
    ("cuti jum'at", "leave 2026-11-27 2026-11-27"),
    ("AWAY monday - thursday", "unsaid 2026-11-30 2026-12-03"),
    ("cuti kamis-selasa", "leave 2026-11-26 2026-12-01"),
    ("cuti hari senin", "leave 2026-11-30 2026-11-30"),
    ("cuti senin depan", "leave 2026-11-30 2026-11-30"),
    ("AWAY 26 nov until friday", "unsaid 2026-11-26 2026-11-27"),
    // The year that is missing.
    ("AWAY 5-7 jan", "unsaid 2027-01-05 2027-01-07"),
    ("AWAY 28 dec - 3 jan", "unsaid 2026-12-28 2027-01-03"),
    ("AWAY 28 dec - 3 jan 2027", "unsaid 2026-12-28 2027-01-03"),
    ("AWAY 28 dec 2026 - 3 jan", "unsaid 2026-12-28 2027-01-03"),
    ("AWAY 23-26 nov", "unsaid 2026-11-23 2026-11-26"),
    ("AWAY 23-25 nov", "unsaid 2026-11-23 2026-11-25"),
    ("AWAY 26-27 nov 2026", "unsaid 2026-11-26 2026-11-27"),
    // Who stands in, and politeness.
    ("AWAY tomorrow sari", "unsaid 2026-11-26 2026-11-26 by sari"),
    ("AWAY tomorrow sari@example.com", "unsaid 2026-11-26 2026-11-26 by sari@example.com"),
    ("AWAY tomorrow <sari@example.com>", "unsaid 2026-11-26 2026-11-26 by sari@example.com"),
    ("CUTI besok al-amin", "leave 2026-11-26 2026-11-26 by al-amin"),
    ("cuti besok bu sari ya, terima kasih", "leave 2026-11-26 2026-11-26 by sari"),
    ("AWAY tomorrow, sari", "unsaid 2026-11-26 2026-11-26 by sari"),
    ("AWAY 26 nov april", "unsaid 2026-11-26 2026-11-26 by april"),
    ("AWAY 26-27 nov 2026 mei", "unsaid 2026-11-26 2026-11-27 by mei"),
    ("Tolong cuti besok.", "leave 2026-11-26 2026-11-26"),
    ("AWAY tomorrow, thanks!", "unsaid 2026-11-26 2026-11-26"),
    ("AWAY tomorrow (family matters at home)", "unsaid 2026-11-26 2026-11-26"),
    ("AWAY tomorrow - conference in Bandung", "unsaid 2026-11-26 2026-11-26"),
    ("AWAY tomorrow sari dewi", "extra"),
    ("AWAY tomorrow 7", "extra"),
    ("AWAY tomorrow, done 2", "extra"),
    ("AWAY tomorrow. Back on 3 dec", "extra"),
    // Missing, unclear, out of reach.
    ("AWAY", "days missing"),
    ("Cuti.", "days missing"),
    ("cuti mulai", "days missing"),
    ("AWAY sari", "days unknown"),
    ("AWAY 26", "days unknown"),
    ("AWAY 26-28", "days unknown"),
    ("AWAY 5-7", "days unknown"),
    ("AWAY nov 26", "days unknown"),
    ("AWAY 11/26", "days unknown"),
    ("AWAY 26/28 nov", "days unknown"),
    ("AWAY 31 nov", "days unknown"),
    ("AWAY 31/11", "days unknown"),
    ("AWAY 30 feb - 2 mar", "days unknown"),
    ("AWAY 26 nov -", "unsaid 2026-11-26 2026-11-26"),
    ("AWAY - 26 nov", "days unknown"),
    ("AWAY 26 nov 28 nov", "extra"),
    ("AWAY 26, 28 nov", "extra"),
    ("AWAY 26,28 nov", "extra"),
    ("AWAY 3 days", "days unknown"),
    ("cuti 3 hari", "days unknown"),
    ("cuti seminggu", "days unknown"),
    ("AWAY next week", "days unknown"),
    ("cuti pekan depan", "days unknown"),
    ("cuti minggu depan", "days unknown"),
    ("AWAY next friday", "2026-11-27 or 2026-12-04?"),
    ("AWAY wednesday", "2026-11-25 or 2026-12-02?"),
    ("AWAY until wednesday", "2026-11-25 or 2026-12-02?"),
    ("AWAY friday - friday", "2026-11-27 or 2026-12-04?"),
    ("cuti besok pagi", "days unknown"),
    ("AWAY tomorrow afternoon", "days unknown"),
    ("AWAY tomorrow 13:00", "extra"),
    ("AWAY 23-24 nov", "days past"),
    ("AWAY 24 nov", "days past"),
    ("AWAY 2026-11-20 - 2026-11-21", "days past"),
    ("AWAY 28-26 nov", "backwards"),
    ("AWAY 28-26 dec", "backwards"),
    ("AWAY 28 dec - 26 dec", "backwards"),
    ("AWAY 28/12-26/12", "backwards"),
    ("AWAY 30-2 jan", "backwards"),
    ("AWAY 2026-12-28 - 2026-12-26", "backwards"),
    ("AWAY 28 dec 2026 - 26 dec", "backwards"),
    ("AWAY 1 dec 2026 - 5 dec 2027", "days toofar"),
    ("AWAY 1 dec 2025 - 5 dec 2026", "days toofar"),
    ("AWAY 1 dec 2028", "days toofar"),
    // Not these words.
    ("awayy tomorrow", "unknown"),
    ("I am away tomorrow", "unknown"),
    ("saya cuti besok", "unknown"),
    ("back tomorrow", "extra"),
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
}

#[test]
fn the_year_depends_on_the_day_when_it_is_said() {
    for (day, said, wanted) in [
        ("2026-12-30", "cuti 30 des - 2 jan", "leave 2026-12-30 2027-01-02"),
        ("2027-01-01", "cuti 30 des - 2 jan", "leave 2026-12-30 2027-01-02"),
        ("2027-01-03", "cuti 30 des - 2 jan", "days past"),
        ("2027-06-01", "cuti 30 des - 2 jan", "leave 2027-12-30 2028-01-02"),
        ("2027-07-07", "cuti 2-5 jan", "leave 2028-01-02 2028-01-05"),
        ("2027-07-01", "cuti 2-5 jan", "days past"),
        ("2027-12-20", "AWAY 29 feb", "unsaid 2028-02-29 2028-02-29"),
        ("2026-11-25", "AWAY 29 feb", "days past"),
        ("2026-12-31", "AWAY tomorrow", "unsaid 2027-01-01 2027-01-01"),
    ] {
        let now: Zoned = format!("{day}T10:00:00+07:00[Asia/Jakarta]").parse().unwrap();
        assert_eq!(shown_at(said, &now), wanted, "{said:?} on {day}");
    }
}

fn wednesday() -> Zoned {
    "2026-11-25T10:00:00+07:00[Asia/Jakarta]".parse().unwrap()
}

#[test]
fn of_subjects_of_mails_to_oneself_few_are_heard() {
    for (subject, wanted) in [
        ("AWAY 26-27 nov sari", "unsaid 2026-11-26 2026-11-27 by sari"),
        ("cuti besok", "leave 2026-11-26 2026-11-26"),
        ("Dinas sampai jumat", "travel 2026-11-25 2026-11-27"),
        ("AWAY", "days missing"),
        ("AWAY 28-26 dec", "backwards"),
        ("BACK", "back"),
        ("Kembali.", "back"),
        ("UNDO", "undo"),
        // Notes like any other.
        ("Dinas ke Bandung", "nothing"),
        ("Dinas - tiket", "nothing"),
        ("Cuti bersama 2027", "nothing"),
        ("Cuti 2027", "nothing"),
        ("Away from keyboard", "nothing"),
        ("Kembali ke kantor", "nothing"),
        ("Back to school", "nothing"),
        ("Batal: rapat besok", "nothing"),
        ("DONE 1", "nothing"),
        ("STOP", "nothing"),
        ("Re: cuti besok", "nothing"),
        ("rencana cuti besok", "nothing"),
        ("", "nothing"),
    ] {
        let found = match note(subject, &wednesday()) {
            None => "nothing".to_owned(),
            Some(Ok(command)) => command_shown(&command),
            Some(Err(Misread { why, .. })) => mistake_shown(&why),
        };
        assert_eq!(found, wanted, "{subject:?}");
    }
}

/// Words that people could put behind the verb.
fn soup() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        proptest::sample::select(vec![
            "1",
            "5",
            "24",
            "26",
            "31",
            "29",
            "nov",
            "feb",
            "jan",
            "des",
            "mei",
            "2026",
            "2027",
            "24-26",
            "26-24",
            "24/11",
            "28/12-3/1",
            "11/26",
            "2026-11-24",
            "2026-12-31-2027-01-02",
            "-",
            "–",
            "s/d",
            "until",
            "sampai",
            "from",
            "today",
            "besok",
            "lusa",
            "monday",
            "minggu",
            "jumat",
            "senin-rabu",
            "next",
            "depan",
            "hari",
            "ini",
            "sari",
            ",",
            ".",
            "a@b.c",
            "0",
            "99/99",
            "9999-99-99",
            "29/2",
            "pagi",
            "--",
            "1-2-3-4-5-6",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    proptest::collection::vec(word, 0..8).prop_map(|words| words.join(" "))
}

/// Any day of two leap cycles, any hour.
fn some_day() -> impl Strategy<Value = Zoned> {
    (0..8 * 365 * 24_i64).prop_map(|hour| {
        let at = Timestamp::from_second(1_767_225_600 + hour * 3600).unwrap();
        at.to_zoned(jiff::tz::TimeZone::get("Asia/Jakarta").unwrap())
    })
}

proptest! {
    #[test]
    fn no_range_is_read_backwards_or_over_or_too_long(
        verb in proptest::sample::select(vec!["AWAY", "dinas", "CUTI"]),
        words in soup(),
        now in some_day(),
    ) {
        let line = format!("{verb} {words}");
        let _noted = note(&line, &now);
        if let Some(Ok(Command::Away(absence))) = read(&line, &now) {
            prop_assert!(absence.from <= absence.until, "{line}: {absence:?}");
            prop_assert!(absence.until >= now.date(), "{line}: {absence:?}");
            let days = absence.from.until(absence.until).unwrap().get_days();
            prop_assert!(days < 366, "{line}: {absence:?}");
        }
    }

    #[test]
    fn a_range_of_numbers_is_what_its_numbers_say(
        day in 1..=28_i8, month in 1..=12_i8, other in 1..=28_i8, other_month in 1..=12_i8,
        form in 0..3, now in some_day(),
    ) {
        let year = now.year();
        let next = Date::new(year, month, day).unwrap();
        let last = Date::new(year, other_month, other).unwrap();
        let line = match form {
            0 => format!("AWAY {next} - {last}"),
            1 => format!("AWAY {day}/{month}/{year} - {other}/{other_month}/{year}"),
            _ => format!("AWAY {day}-{month}-{year} sampai {other}-{other_month}-{year}"),
        };
        match read(&line, &now) {
            Some(Ok(Command::Away(absence))) => {
                prop_assert_eq!((absence.from, absence.until), (next, last));
            }
            Some(Err(_)) => prop_assert!(last < next || last < now.date(), "{}", line),
            other => prop_assert!(false, "{}: {:?}", line, other),
        }
    }
}
