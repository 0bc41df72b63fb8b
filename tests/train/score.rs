//! Figures about rows that were judged: precision, recall, F1 from a probability on, and the area
//! under the curve (how often a wanted row is told more probable than another one).

/// A judged row.
pub struct Told {
    pub held: bool,
    pub wanted: bool,
    pub told: f64,
    pub text: String,
}

/// Prints a set's figures, the part that may be looked at and the part that is held apart.
pub fn table(set: &str, told: &[Told], from: &[f64]) {
    for held in [false, true] {
        let rows: Vec<&Told> = told.iter().filter(|row| row.held == held).collect();
        if rows.is_empty() {
            continue;
        }
        let part = if held { "held" } else { "open" };
        for from in from {
            println!("{set:32} {part:7} {:5} rows  {}", rows.len(), figures(&rows, *from));
        }
    }
    if std::env::var("SIGAP_SHOW").is_ok_and(|shown| shown == set) {
        for row in told.iter().filter(|row| !row.held && row.wanted != (row.told >= from[0])) {
            let text: String = row.text.chars().take(160).collect();
            let kind = if row.wanted { "missed" } else { "false" };
            println!("  {kind} {:.2} {}", row.told, text.replace('\n', " / "));
        }
    }
}

/// Prints how often what is told with a probability is so: told and true should agree.
pub fn reliability(set: &str, told: &[Told]) {
    for (from, to) in [(0.0, 0.1), (0.1, 0.3), (0.3, 0.45), (0.45, 0.6), (0.6, 0.8), (0.8, 1.0)] {
        let rows: Vec<&Told> =
            told.iter().filter(|row| row.held && (from..to).contains(&row.told)).collect();
        let count = rows.len() as f64;
        let mean = rows.iter().map(|row| row.told).sum::<f64>() / count.max(1.0);
        let wanted = rows.iter().filter(|row| row.wanted).count() as f64;
        println!(
            "{set:32} held    {:5} rows  told {from:.2} to {to:.2}  mean {mean:.2}  so {:.2}",
            rows.len(),
            wanted / count.max(1.0)
        );
    }
}

fn figures(rows: &[&Told], from: f64) -> String {
    let [wanted, flagged, hits] = counts(rows, from);
    let (precision, recall) = (share(hits, flagged), recall(rows, from));
    let false_flags = share(flagged - hits, rows.len() as f64 - wanted);
    format!(
        "from {from:.2}  F1 {:.3}  precision {precision:.3}  recall {recall:.3}  AUC {}  false \
         {false_flags:.3}",
        balance(rows, from),
        area(rows).map_or("-".to_owned(), |area| format!("{area:.3}")),
    )
}

/// F1 from a probability on.
pub fn balance(rows: &[&Told], from: f64) -> f64 {
    let [wanted, flagged, hits] = counts(rows, from);
    share(2.0 * hits, flagged + wanted)
}

/// How many of the wanted ones are told from a probability on.
pub fn recall(rows: &[&Told], from: f64) -> f64 {
    let [wanted, _, hits] = counts(rows, from);
    share(hits, wanted)
}

/// Wanted, told from a probability on, and both.
fn counts(rows: &[&Told], from: f64) -> [f64; 3] {
    let count = |is: &dyn Fn(&Told) -> bool| rows.iter().filter(|row| is(row)).count() as f64;
    [
        count(&|row| row.wanted),
        count(&|row| row.told >= from),
        count(&|row| row.wanted && row.told >= from),
    ]
}

fn share(part: f64, whole: f64) -> f64 {
    part / whole.max(1.0)
}

/// Ranks with ties shared (Mann and Whitney 1947); `None` where all rows or none are wanted.
pub fn area(rows: &[&Told]) -> Option<f64> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| a.told.total_cmp(&b.told));
    let (mut ranks, mut from) = (0.0, 0);
    while from < sorted.len() {
        let ties = sorted[from..].iter().take_while(|row| row.told == sorted[from].told).count();
        let middle = from as f64 + (ties as f64 + 1.0) / 2.0;
        ranks += sorted[from..from + ties].iter().filter(|row| row.wanted).count() as f64 * middle;
        from += ties;
    }
    let wanted = rows.iter().filter(|row| row.wanted).count() as f64;
    let others = rows.len() as f64 - wanted;
    let pairs = wanted * others;
    (pairs > 0.0).then(|| (ranks - wanted * (wanted + 1.0) / 2.0) / pairs)
}
