//! What languages are learned from: own lines and words, and public messages that lie beside the
//! project. Every row is either learned from or tested on, by its own `part` or by its id.

use std::collections::BTreeMap;

use sigap::mail::language::{TONGUES, Tongue, features};
use sigap::mail::small_words;

use crate::learn::Sample;
use crate::rows::{Row, eighth, held, own, public, words};

/// A text whose language is known.
pub struct Text {
    pub set: String,
    pub text: String,
    pub tongue: Tongue,
    pub weight: f32,
    pub held: bool,
    /// Which eighth of its set.
    pub eighth: u64,
}

impl Text {
    fn new(set: &str, text: &str, tongue: Tongue, weight: f32, held: bool) -> Self {
        let (set, eighth) = (set.to_owned(), eighth(text));
        Self { set, text: text.to_owned(), tongue, weight, held, eighth }
    }

    /// Beside others of this family or conversation.
    fn of(self, family: &str) -> Self {
        Self { eighth: eighth(family), ..self }
    }

    pub fn sample(&self) -> Sample {
        let class = TONGUES.iter().position(|tongue| *tongue == self.tongue).unwrap();
        Sample { features: features(&self.text), class, weight: self.weight }
    }
}

fn tongue(code: &str) -> Tongue {
    match code {
        "id" => Tongue::Indonesian,
        "en" => Tongue::English,
        "ms" => Tongue::Malay,
        _ => Tongue::Other,
    }
}

/// All of them. The bundled lines and words are always there; `None`: the public ones are not.
pub fn texts() -> Option<Vec<Text>> {
    let mut texts = own_texts();
    for row in public("requests/dialogue_acts_en_id_ar_ru_sw.jsonl")? {
        let (code, held) = (row.word("lang"), held(row.word("dialogue")));
        let set = format!("dialogues {code}");
        let text = Text::new(&set, row.word("text"), tongue(code), 0.5, held);
        texts.push(text.of(row.word("dialogue")));
    }
    let sets = [
        ("indonesian_sms", Tongue::Indonesian, 0.7),
        ("indonesian_customer_messages", Tongue::Indonesian, 0.5),
        ("parakweet_sentences", Tongue::English, 0.5),
    ];
    for (set, tongue, weight) in sets {
        for row in public(&format!("requests/{set}.jsonl"))? {
            texts.push(Text::new(set, row.word("text"), tongue, weight, held(row.word("id"))));
        }
    }
    Some(texts)
}

/// The bundled ones.
pub fn own_texts() -> Vec<Text> {
    let mut texts = Vec::new();
    for row in own("language.jsonl") {
        let tongue = tongue(row.word("lang"));
        let set = match tongue {
            Tongue::Indonesian => "short id",
            Tongue::English => "short en",
            Tongue::Malay => "short ms",
            Tongue::Other => "short other",
        };
        texts.push(Text::new(set, row.word("text"), tongue, 2.0, is_held(&row)));
    }
    let letters = [("office_id", Tongue::Indonesian), ("office_en", Tongue::English)];
    for (set, tongue) in letters {
        for row in own(&format!("{set}.jsonl")) {
            let text = Text::new(set, row.word("text"), tongue, 1.0, is_held(&row));
            texts.push(text.of(row.word("family")));
        }
    }
    for (code, word) in words() {
        texts.push(Text::new("words", &word, tongue(&code), 0.5, false));
    }
    let small = [(small_words::INDONESIAN, "id"), (small_words::ENGLISH, "en")];
    for (table, code) in small {
        texts.extend(table.iter().map(|word| Text::new("words", word, tongue(code), 0.5, false)));
    }
    texts
}

fn is_held(row: &Row) -> bool {
    row.word("part") == "test"
}

/// For each set: how many are told right where a third language is to be told as none, and how many
/// are taken for the wrong one of the two.
pub fn figures(texts: &[Text], told: impl Fn(&Text) -> Option<Tongue>) {
    let ours = |tongue: &Tongue| [Tongue::Indonesian, Tongue::English].contains(tongue);
    let mut sets: BTreeMap<(bool, &str), [usize; 3]> = BTreeMap::new();
    for text in texts {
        let wanted = Some(text.tongue).filter(ours);
        let told = told(text).filter(ours);
        let [all, right, wrong] = sets.entry((text.held, &text.set)).or_default();
        *all += 1;
        *right += usize::from(told == wanted);
        *wrong += usize::from(told != wanted && told.is_some());
        if std::env::var_os("SIGAP_SHOW").is_some() && told != wanted && !text.held {
            println!("  {} told {told:?}: {}", text.set, text.text);
        }
    }
    for ((held, set), [all, right, wrong]) in sets {
        let part = if held { "held" } else { "learned" };
        let share = right as f64 / all as f64;
        println!("{set:32} {part:7} {all:5} rows  right {share:.3}  wrong one {wrong}");
    }
}
