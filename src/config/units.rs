//! Units as they are written: spans of time (`8h`, `1h 30m`, `730d`) and steps of a ladder.
//!
//! Never a bare number: `8` could be hours or days. `config/settings` uses it for every time in the
//! file; hours of the week are in `model/hours`.

use jiff::SignedDuration;

use crate::config::fault::{Advice, quoted};
use crate::model::policy::{Rung, Step};

/// Whether days and weeks may be written: in working time nobody knows how long a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Wall-clock time: a day is 24 hours.
    Allowed,
    /// Working time.
    Refused,
}

/// Units by falling length, in seconds.
const UNITS: [(char, i64); 5] =
    [('w', 7 * 24 * 3600), ('d', 24 * 3600), ('h', 3600), ('m', 60), ('s', 1)];
/// A hundred years: longer is a slip of the pen.
const LONGEST: i64 = 36_525 * 24 * 3600;

/// Reads `8h`, `90m`, `1h 30m`, `4s`; with [`Days::Allowed`] also `2d` and `1w`.
pub fn parse_span(text: &str, days: Days) -> Result<SignedDuration, Advice> {
    let right = match days {
        Days::Allowed => "write for example \"7d\", \"8h\", \"15m\" or \"4s\"",
        Days::Refused => "write for example \"8h\", \"1h 30m\" or \"4s\"",
    };
    let wrong = || Advice::new(format!("{} is not a span of time", quoted(text)), right);
    let mut seconds: i64 = 0;
    let mut units = UNITS.iter();
    let mut digits = String::new();
    let mut some = false;
    for sign in text.trim().chars() {
        match sign {
            '0'..='9' if digits.len() < 12 => digits.push(sign),
            ' ' if digits.is_empty() => {}
            _ => {
                // Units fall, so that none can stand twice.
                let (unit, length) = units.find(|(unit, _)| *unit == sign).ok_or_else(wrong)?;
                if days == Days::Refused && matches!(unit, 'd' | 'w') {
                    let what = format!("{} counts in days, but this is working time", quoted(text));
                    return Err(Advice::new(what, "write hours: a working day has about \"8h\""));
                }
                let count: i64 = digits.parse().map_err(|_| wrong())?;
                let more = count.checked_mul(*length);
                seconds = more.and_then(|m| m.checked_add(seconds)).ok_or_else(wrong)?;
                digits.clear();
                some = true;
            }
        }
    }
    if !some || !digits.is_empty() {
        return Err(wrong());
    }
    if seconds > LONGEST {
        let what = format!("{} is longer than a hundred years", quoted(text));
        return Err(Advice::new(what, right));
    }
    Ok(SignedDuration::from_secs(seconds))
}

/// Writes a span the way [`parse_span`] reads it; parts of a second are cut.
pub fn show_span(span: SignedDuration, days: Days) -> String {
    let mut left = span.as_secs().max(0);
    let mut parts = Vec::new();
    for (unit, length) in UNITS {
        let used = match unit {
            'w' => false,
            'd' => days == Days::Allowed,
            _ => true,
        };
        let count = left / length;
        if used && count > 0 {
            parts.push(format!("{count}{unit}"));
            left -= count * length;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// Reads one step of a ladder: `nudge 6h`, `lapse 80h`.
pub fn parse_step(text: &str) -> Result<Step, Advice> {
    let right = "write for example \"nudge 6h\" or \"lapse 80h\"";
    let wrong = || Advice::new(format!("{} is not a step", quoted(text)), right);
    let (word, rest) = text.trim().split_once(' ').ok_or_else(wrong)?;
    let rung = match word {
        "nudge" => Rung::Nudge,
        "lapse" => Rung::Lapse,
        "escalate" => {
            return Err(Advice::new(
                format!("{}: escalation is not available in this version", quoted(text)),
                "leave it out, or write a further \"nudge\" instead",
            ));
        }
        _ => return Err(wrong()),
    };
    let after = parse_span(rest, Days::Refused)?;
    if after <= SignedDuration::ZERO {
        return Err(Advice::new(format!("{} comes at no time at all", quoted(text)), right));
    }
    Ok(Step { rung, after })
}

/// Writes a step the way [`parse_step`] reads it.
pub fn show_step(step: Step) -> String {
    let word = match step.rung {
        Rung::Nudge => "nudge",
        Rung::EscalateLead => "escalate lead",
        Rung::EscalateDelegate => "escalate delegate",
        Rung::Lapse => "lapse",
    };
    format!("{word} {}", show_span(step.after, Days::Refused))
}
