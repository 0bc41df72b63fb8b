//! Dates, times and greetings in words, Indonesian and English.
//!
//! The zone is always named, because readers span three of them; days next to `now` are called by
//! their everyday names. Never reads a clock: `now` carries the reader's zone. Next station:
//! `mail/views`.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan, Zoned};

use crate::model::verdict::Language;

/// `Selamat pagi`, `Good morning`, by the reader's clock.
pub fn greeting(now: &Zoned, to: Language) -> &'static str {
    match (to, now.hour()) {
        (Language::Id, 4..=9) => "Selamat pagi",
        (Language::Id, 10..=14) => "Selamat siang",
        (Language::Id, 15..=17) => "Selamat sore",
        (Language::Id, _) => "Selamat malam",
        (Language::En, 4..=11) => "Good morning",
        (Language::En, 12..=17) => "Good afternoon",
        (Language::En, _) => "Good evening",
    }
}

/// `hari ini pukul 16.30 WIB`, `Thursday 26 November 2026, 16:30 WIB`.
pub fn moment(at: Timestamp, now: &Zoned, to: Language) -> String {
    let zoned = at.to_zoned(now.time_zone().clone());
    match near_day(zoned.date(), now.date(), to) {
        Some(day) => format!("{day} {}", time(&zoned, to)),
        None => dated(at, now, to),
    }
}

/// The whole date and time, for letters that are read much later.
pub fn dated(at: Timestamp, now: &Zoned, to: Language) -> String {
    let zoned = at.to_zoned(now.time_zone().clone());
    let (date, time) = (date(zoned.date(), to), time(&zoned, to));
    match to {
        Language::Id => format!("{date} {time}"),
        Language::En => format!("{date}, {time}"),
    }
}

/// `besok`, `tomorrow`, or the date.
pub fn day(day: Date, now: &Zoned, to: Language) -> String {
    near_day(day, now.date(), to).map_or_else(|| date(day, to), str::to_owned)
}

/// `Kamis, 26 November 2026`, `Thursday 26 November 2026`.
pub fn date(date: Date, to: Language) -> String {
    let (weekday, month) = (weekday(date.weekday(), to), month(date.month(), to));
    match to {
        Language::Id => format!("{weekday}, {} {month} {}", date.day(), date.year()),
        Language::En => format!("{weekday} {} {month} {}", date.day(), date.year()),
    }
}

/// The last day of what ends with a day, or the moment of its end.
pub fn end(until: &Zoned, to: Language) -> String {
    let day = until.date();
    match (ends_with_a_day(until), to) {
        (true, _) => date(day.yesterday().unwrap_or(day), to),
        (false, Language::Id) => format!("{} {}", date(day, to), time(until, to)),
        (false, Language::En) => format!("{} on {}", time(until, to), date(day, to)),
    }
}

/// Whether a moment is the end of a day, and so the begin of the next.
pub fn ends_with_a_day(until: &Zoned) -> bool {
    until.start_of_day().is_ok_and(|begin| begin == *until)
}

/// `26 November 2026`, as it may stand in a command.
pub fn short_date(date: Date, to: Language) -> String {
    format!("{} {} {}", date.day(), month(date.month(), to), date.year())
}

/// `16 Nov`, where the year is clear.
pub fn day_and_month(date: Date, to: Language) -> String {
    let month: String = month(date.month(), to).chars().take(3).collect();
    format!("{} {month}", date.day())
}

/// `24–26 November 2026`: some days, the last one included.
pub fn range(from: Date, until: Date, to: Language) -> String {
    let last = short_date(until, to);
    if from == until {
        last
    } else if (from.year(), from.month()) == (until.year(), until.month()) {
        format!("{}–{last}", from.day())
    } else if from.year() == until.year() {
        format!("{} {} – {last}", from.day(), month(from.month(), to))
    } else {
        format!("{} – {last}", short_date(from, to))
    }
}

/// `24-26 Nov`: three days soon, as they may stand in a command whenever the letter is read; of one
/// month, and always as long.
pub fn soon(now: &Zoned, to: Language) -> String {
    let ahead = (7..40_i64).filter_map(|days| now.date().checked_add(days.days()).ok());
    let first = ahead.into_iter().find(|date| (10..=26).contains(&date.day()));
    let first = first.unwrap_or(now.date());
    let month: String = month(first.month(), to).chars().take(3).collect();
    format!("{}-{} {month}", first.day(), first.day() + 2)
}

/// `pukul 14.30 WIB`, `14:30 WIB`.
pub fn time(zoned: &Zoned, to: Language) -> String {
    let (hour, minute, zone) = (zoned.hour(), zoned.minute(), zone(zoned));
    match to {
        Language::Id => format!("pukul {hour:02}.{minute:02} {zone}"),
        Language::En => format!("{hour:02}:{minute:02} {zone}"),
    }
}

/// The zone's letters where it has some, else its distance from UTC.
fn zone(zoned: &Zoned) -> String {
    let letters = zoned.strftime("%Z").to_string();
    if letters.chars().next().is_some_and(char::is_alphabetic) {
        return letters;
    }
    let minutes = zoned.offset().seconds() / 60;
    let (hours, minutes) = (minutes / 60, (minutes % 60).abs());
    if minutes == 0 { format!("UTC{hours:+}") } else { format!("UTC{hours:+}:{minutes:02}") }
}

fn near_day(day: Date, today: Date, to: Language) -> Option<&'static str> {
    let words = match to {
        Language::Id => ("kemarin", "hari ini", "besok"),
        Language::En => ("yesterday", "today", "tomorrow"),
    };
    if day == today {
        Some(words.1)
    } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
        Some(words.0)
    } else if today.tomorrow().is_ok_and(|tomorrow| day == tomorrow) {
        Some(words.2)
    } else {
        None
    }
}

fn weekday(day: Weekday, to: Language) -> &'static str {
    let (id, en) = match day {
        Weekday::Monday => ("Senin", "Monday"),
        Weekday::Tuesday => ("Selasa", "Tuesday"),
        Weekday::Wednesday => ("Rabu", "Wednesday"),
        Weekday::Thursday => ("Kamis", "Thursday"),
        Weekday::Friday => ("Jumat", "Friday"),
        Weekday::Saturday => ("Sabtu", "Saturday"),
        Weekday::Sunday => ("Minggu", "Sunday"),
    };
    match to {
        Language::Id => id,
        Language::En => en,
    }
}

fn month(month: i8, to: Language) -> &'static str {
    let names = match to {
        Language::Id => {
            "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
        }
        Language::En => {
            "January February March April May June July August September October November December"
        }
    };
    let place = usize::try_from(month - 1).unwrap_or(0);
    names.split(' ').nth(place).unwrap_or("")
}
