//! A team that answers everything, and the same team if it left its hardest mails lying: what the
//! usual average says of both, and what our figures say. Printed in the README
//! (`cargo test --test spec silence -- --nocapture`).

use jiff::SignedDuration;

use sigap::model::report::Figures;
use sigap::rules::counting::{Counted, Target};

use super::{MONDAY, of, on};
use crate::office::address;

/// A seeded stream of shares between 0 and 1 (Lehmer's generator by Park and Miller).
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 as f64 / 2_147_483_647.0
    }
}

const REQUESTS: usize = 120;

/// The requests of a week; how hard one is says how many minutes of work it waits for its answer.
/// When it is reported they have waited for 20 working hours.
fn requests(chance: &mut Chance, ignored: usize) -> Vec<Counted> {
    let mut hardness: Vec<f64> = (0..REQUESTS).map(|_| chance.share()).collect();
    hardness.sort_by(f64::total_cmp);
    let easy = REQUESTS - ignored;
    hardness.into_iter().enumerate().map(|(no, hard)| request(hard, no >= easy)).collect()
}

fn request(hard: f64, ignored: bool) -> Counted {
    let takes = SignedDuration::from_mins((-180.0 * (1.0 - hard * 0.999).ln()) as i64 + 5);
    let asked_at = on(MONDAY, 9);
    let waited = SignedDuration::from_hours(20);
    let open = ignored || takes > waited;
    let owner_time = if open { waited } else { takes };
    let late = owner_time > SignedDuration::from_hours(8);
    Counted {
        requester: address("budi@example.org"),
        open: Vec::new(),
        asked_at,
        answered_at: (!open).then(|| asked_at + takes),
        at_the_latest: false,
        owner_time,
        wait: owner_time,
        target: if late { Target::Late } else { Target::InTime },
    }
}

fn average(requests: &[Counted]) -> SignedDuration {
    let answered: Vec<SignedDuration> =
        requests.iter().filter(|one| !one.is_open()).map(|one| one.owner_time).collect();
    let total: SignedDuration = answered.iter().sum();
    SignedDuration::from_mins(total.as_mins() / i64::try_from(answered.len()).unwrap())
}

struct Told {
    average: SignedDuration,
    figures: Figures,
}

fn told(ignored: usize) -> Told {
    let all = requests(&mut Chance(2026), ignored);
    let told = Told { average: average(&all), figures: of(all) };
    let week = told.figures.week;
    let shown =
        |span: Option<SignedDuration>| span.map_or("not reached".into(), |s| format!("{s:#}"));
    println!(
        "leaves {ignored:>2} of {REQUESTS} lying: average of what was answered {:#}; half answered within {}, \
         9 of 10 within {}, in target {} of {}, {} still waiting",
        told.average,
        shown(week.median),
        shown(told.figures.rolling.ninth),
        week.in_time,
        week.decided(),
        told.figures.open.count,
    );
    told
}

#[test]
fn silence_improves_the_usual_average_and_none_of_ours() {
    let honest = told(0);
    for ignored in [12, 24, 36, 72] {
        let silent = told(ignored);
        assert!(silent.average < honest.average, "the trap that this is about");
        let (ours, theirs) = (honest.figures.week, silent.figures.week);
        assert!(theirs.median.is_none() || theirs.median >= ours.median);
        assert!(
            silent.figures.rolling.ninth.is_none()
                || silent.figures.rolling.ninth >= honest.figures.rolling.ninth
        );
        assert!(theirs.in_time <= ours.in_time && theirs.decided() >= ours.decided());
        assert!(silent.figures.open.count > honest.figures.open.count);
    }
}
