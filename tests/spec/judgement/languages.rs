//! The bundled lines that no model was shown: which language are they told to be in?

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sigap::mail::language::language;

/// Lines of a bundled file that were held apart: language, text.
fn held(file: &str, code: Option<&str>) -> Vec<(String, String)> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/train/own").join(file);
    let text = std::fs::read_to_string(place).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let held = rows.filter(|row| row["part"] == "test");
    let word = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    held.map(|row| (code.map_or_else(|| word(&row, "lang"), str::to_owned), word(&row, "text")))
        .collect()
}

#[test]
fn lines_that_no_model_was_shown() {
    let mut lines = held("language.jsonl", None);
    lines.extend(held("office_id.jsonl", Some("id")));
    lines.extend(held("office_en.jsonl", Some("en")));
    // Of each language: all, right, taken for the other of the two.
    let mut told: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (code, text) in &lines {
        let group = if ["id", "en", "ms"].contains(&code.as_str()) { code } else { "other" };
        let wanted = Some(code.as_str()).filter(|code| ["id", "en"].contains(code));
        let said = language(text).map(|language| language.word());
        let [all, right, other] = told.entry(group).or_default();
        *all += 1;
        *right += usize::from(said == wanted);
        *other += usize::from(said.is_some() && said != wanted);
        if said != wanted {
            println!("{code} told {said:?}: {text}");
        }
    }
    println!("{told:?}");
    let share = |group: &str, place: usize| told[group][place] as f64 / told[group][0] as f64;
    assert!(share("id", 1) >= 0.95 && share("en", 1) >= 0.95, "{told:?}");
    assert!(share("id", 2) <= 0.01 && share("en", 2) <= 0.01, "{told:?}");
    assert!(share("ms", 1) >= 0.85 && share("other", 1) >= 0.85, "{told:?}");
}

#[test]
fn the_models_are_small() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mail/models");
    let mut seen = 0;
    for file in std::fs::read_dir(models).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        let most = if name.starts_with("asks-") { 64 * 1024 } else { 100 * 1024 };
        let size = file.metadata().unwrap().len();
        assert!((1..=most).contains(&size), "{name}: {size} bytes");
        seen += 1;
    }
    assert_eq!(seen, 5);
}
