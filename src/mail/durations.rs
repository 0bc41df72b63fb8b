//! Spans of working time and small counts in words, Indonesian and English.
//!
//! Rounded down and never finer than a reader needs: minutes below four hours, hours within days.
//! Next station: `mail/views`, which puts them into a letter.

use jiff::SignedDuration;

use crate::model::verdict::Language;

/// From so many hours on, minutes are left out.
const WITHOUT_MINUTES: i64 = 4;
/// From so many days on, hours are left out.
const WITHOUT_HOURS: i64 = 10;

/// `1 hari kerja 2 jam`, `1 working day 2 h`: days are as long as `working_day`.
pub fn working_time(span: SignedDuration, working_day: SignedDuration, to: Language) -> String {
    let day = working_day.as_mins();
    // Without a usable length of day, hours are the largest unit.
    let day = if day < 60 { i64::MAX } else { day };
    let minutes = span.as_mins().max(0);
    let (days, rest) = (minutes / day, minutes % day);
    let (hours, minutes) = (rest / 60, rest % 60);
    if days > 0 {
        let days_said = counted_days(days, to);
        let hours = if days < WITHOUT_HOURS { hours } else { 0 };
        return if hours > 0 {
            format!("{days_said} {}", said_hours(hours, to))
        } else {
            days_said
        };
    }
    match (hours, minutes) {
        (0, 0) if to == Language::Id => "kurang dari 1 menit".to_owned(),
        (0, 0) => "less than a minute".to_owned(),
        (0, minutes) => said_minutes(minutes, to),
        (hours, minutes) if hours >= WITHOUT_MINUTES || minutes == 0 => said_hours(hours, to),
        (hours, minutes) => format!("{} {}", said_hours(hours, to), said_minutes(minutes, to)),
    }
}

fn counted_days(days: i64, to: Language) -> String {
    match (to, days) {
        (Language::Id, days) => format!("{days} hari kerja"),
        (Language::En, 1) => "1 working day".to_owned(),
        (Language::En, days) => format!("{days} working days"),
    }
}

fn said_hours(hours: i64, to: Language) -> String {
    match to {
        Language::Id => format!("{hours} jam"),
        Language::En => format!("{hours} h"),
    }
}

fn said_minutes(minutes: i64, to: Language) -> String {
    match to {
        Language::Id => format!("{minutes} menit"),
        Language::En => format!("{minutes} min"),
    }
}

/// A small number in words, a larger one in digits.
pub fn number(count: usize, to: Language) -> String {
    let words = match to {
        Language::Id => "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh",
        Language::En => "one two three four five six seven eight nine ten",
    };
    let place = count.checked_sub(1);
    let word = place.and_then(|place| words.split(' ').nth(place));
    word.map_or_else(|| count.to_string(), str::to_owned)
}
