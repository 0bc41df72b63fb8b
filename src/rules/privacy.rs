//! What of a week may be shown: never so few people or requests that a single person can be seen in
//! the figures, and single requests only at the team's level (law 15); to a person all their own.
//!
//! Teams do not overlap and nothing is shown of several together, so that no group can be made by
//! taking one from another. Counts of arrivals are about those who write, not about the team.

use jiff::SignedDuration;

use crate::model::report::{
    Beside, Change, Disclosed, Figures, PEOPLE, REQUESTS, Rest, Scope, Span, Week, Withheld,
};
use crate::model::team::Level;
use crate::model::threads::{Threads, Waits, With};

/// What may be shown of a week, a team's or a person's own.
pub fn disclosed(scope: &Scope, figures: &Figures, beside: Beside, threads: &Threads) -> Disclosed {
    match scope {
        Scope::Team(level) => of_team(level, figures, beside, threads),
        Scope::Own => own(figures, beside, threads),
    }
}

/// All of it.
fn own(figures: &Figures, beside: Beside, threads: &Threads) -> Disclosed {
    let Figures { monday, at, week: span, change, spread, curve, .. } = *figures;
    let curve_before = (figures.before.received > 0).then_some(figures.curve_before);
    let rest = Rest {
        people: span.people,
        beside,
        ninth: ninth(figures),
        open: figures.open,
        trend: figures.trend.iter().map(|week| (week.first, Some(*week))).collect(),
        arrivals: figures.arrivals,
        threads: Some(threads.clone()),
    };
    let week = Ok(Week { span, change, spread, curve, curve_before });
    Disclosed { scope: Scope::Own, monday, at, week, rest: Some(rest) }
}

/// In each week the team must have been large enough.
fn of_team(level: &Level, figures: &Figures, beside: Beside, threads: &Threads) -> Disclosed {
    let week = &figures.week;
    let few = week.people < PEOPLE;
    let change = if is_shown(&figures.before) { figures.change } else { Change::TooFew };
    let asked_before = figures.before.received > 0 && is_shown(&figures.before);
    let curve_before = asked_before.then_some(figures.curve_before);
    let rest = || Rest {
        people: week.people,
        beside,
        ninth: ninth(figures).filter(|_| is_shown(&figures.rolling)),
        open: figures.open,
        trend: figures.trend.iter().map(|week| (week.first, shown(week))).collect(),
        arrivals: figures.arrivals,
        threads: told(level, is_shown(week), threads),
    };
    Disclosed {
        scope: Scope::Team(level.clone()),
        monday: figures.monday,
        at: figures.at,
        week: if few {
            Err(Withheld::FewPeople)
        } else if is_shown(week) {
            let Figures { spread, curve, .. } = *figures;
            Ok(Week { span: *week, change, spread, curve, curve_before })
        } else {
            Err(Withheld::FewRequests)
        },
        rest: (!few).then(rest),
    }
}

/// Single requests, with whom they lie by name only where that was agreed, and who asked most only
/// of a week that is shown.
fn told(level: &Level, week: bool, threads: &Threads) -> Option<Threads> {
    let cut = |one: &Waits| {
        let with = one.with.iter().map(|with| With { name: None, ..with.clone() });
        Waits { with: with.collect(), ..one.clone() }
    };
    let waiting = match level {
        Level::Aggregate => return None,
        Level::Threads => threads.waiting.iter().map(cut).collect(),
        Level::Named { .. } => threads.waiting.clone(),
    };
    let asked_most = if week { threads.asked_most.clone() } else { Vec::new() };
    Some(Threads { waiting, asked_most, awaited: threads.awaited.clone() })
}

/// Of no requests there are no nine of ten.
fn ninth(figures: &Figures) -> Option<Option<SignedDuration>> {
    (figures.rolling.received > 0).then_some(figures.rolling.ninth)
}

fn shown(span: &Span) -> Option<Span> {
    is_shown(span).then_some(*span)
}

/// Nobody can be seen where nobody asked.
fn is_shown(span: &Span) -> bool {
    span.received == 0 || (span.people >= PEOPLE && span.received >= REQUESTS)
}
