//! What of a team's figures may be shown: never so few people or requests that a single person can
//! be seen in them (law 15).
//!
//! Teams do not overlap and nothing is shown of several together, so that no group can be made by
//! taking one from another. Counts of arrivals are about those who write, not about the team.

use crate::model::report::{
    Beside, Change, Disclosed, Figures, PEOPLE, REQUESTS, Rest, Span, Week, Withheld,
};

/// What of a team's figures may be shown. In each week it must have been large enough.
pub fn disclosed(figures: &Figures, beside: Beside) -> Disclosed {
    let week = &figures.week;
    let few = week.people < PEOPLE;
    let change = if is_shown(&figures.before) { figures.change } else { Change::TooFew };
    let asked_before = figures.before.received > 0 && is_shown(&figures.before);
    let curve_before = asked_before.then_some(figures.curve_before);
    let rest = || Rest {
        people: week.people,
        beside,
        ninth: is_shown(&figures.rolling).then_some(figures.rolling.ninth),
        open: figures.open,
        trend: figures.trend.iter().map(|week| (week.first, shown(week))).collect(),
        arrivals: figures.arrivals,
    };
    Disclosed {
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

fn shown(span: &Span) -> Option<Span> {
    is_shown(span).then_some(*span)
}

/// Nobody can be seen where nobody asked.
fn is_shown(span: &Span) -> bool {
    span.received == 0 || (span.people >= PEOPLE && span.received >= REQUESTS)
}
