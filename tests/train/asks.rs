//! What asking is learned from, and the learning of its models.
//!
//! Bundled: office letters (`own/office_*.jsonl`) and labels of mails in public mailboxes
//! (`own/enron.tsv`: Message-ID; does it ask; does its owner owe; which sentence asks). Public rows
//! are read where they lie. Weights say how much a set counts for the sentences' models, and how
//! much for the whole's.

use sigap::mail::asking::{Kind, features, told};
use sigap::mail::cued::cued;
use sigap::mail::greeting;
use sigap::mail::hearing::Heard;
use sigap::mail::language::language;
use sigap::mail::linear::{Feature, Hash, Linear};
use sigap::mail::sentences::sentences;
use sigap::mail::whole::{LOOKS, Manner as Whole, NAMES, looks};
use sigap::mail::{asks, courtesies};

use crate::learn::{Bag, Manner, learn_bags, learn_few};
use crate::mailboxes::{MAILBOXES, mailbox};
use crate::rows::{eighth, own, pairs, public, tenth};

/// In so many texts of a hundred the question marks are dropped.
const UNMARKED: usize = 25;
const FOLDS: u64 = 5;

/// A text with its label.
pub struct Said {
    pub set: String,
    pub text: String,
    pub asks: bool,
    pub kind: Kind,
    /// Which tenth of its set.
    pub tenth: u64,
    /// Which eighth of it.
    pub eighth: u64,
    /// How much it counts for the whole's model.
    pub counts: f64,
    bag: Bag,
    fold: u64,
}

/// How much a set counts: for sentences, and for the whole.
type Share = (f32, f64);

impl Said {
    fn new(set: &str, id: &str, text: &str, asks: bool, share: Share) -> Self {
        let kind = Kind::of(language(text));
        let bag = Bag {
            sentences: heard(text, kind),
            unmarked: heard(&text.replace('?', ""), kind),
            asks,
            weight: share.0,
        };
        let (tenth, fold) = (tenth(id), Hash::of(b'f').word(id).get() % FOLDS);
        let (set, text) = (set.to_owned(), text.to_owned());
        Self { set, text, asks, kind, tenth, eighth: eighth(id), counts: share.1, bag, fold }
    }
}

/// Every sentence that says something, as features.
fn heard(text: &str, kind: Kind) -> Vec<Vec<Feature>> {
    spoken(text, |spoken| spoken.iter().map(|heard| features(heard, cued(heard).0, kind)).collect())
}

fn spoken<T>(text: &str, then: impl FnOnce(&[Heard<'_>]) -> T) -> T {
    let said = sentences(text);
    then(&asks::spoken(&said, &greeting::greets(text)))
}

/// All texts; `None`: the public ones are not there.
pub fn texts() -> Option<Vec<Said>> {
    let mut texts = Vec::new();
    for row in public("requests/parakweet_sentences.jsonl")? {
        let asks = row.0["label"] == 1;
        texts.push(Said::new("parakweet", row.word("id"), row.word("text"), asks, (2.0, 2.0)));
    }
    for row in public("requests/dialogue_acts_en_id_ar_ru_sw.jsonl")? {
        let (set, asks) = (format!("dialogues {}", row.word("lang")), row.0["ask"] == 1);
        texts.push(Said::new(&set, row.word("dialogue"), row.word("text"), asks, (2.0, 0.2)));
    }
    for row in public("requests/indonesian_customer_messages.jsonl")? {
        texts.push(Said::new("customers", row.word("id"), row.word("text"), true, (1.5, 0.2)));
    }
    for row in public("requests/indonesian_sms.jsonl")? {
        let promotes = row.0["spam_or_promo"] == 1;
        let (set, asks) = (if promotes { "promotion" } else { "sms" }, row.word("needs_reply"));
        let asks = asks == "Y" && !promotes;
        if row.word("needs_reply") != "U" {
            let share = (6.0, 1.0);
            texts.push(Said::new(set, row.word("id"), row.word("text"), asks, share));
        }
    }
    for file in ["office_id", "office_en"] {
        for row in own(&format!("{file}.jsonl")) {
            let asks = row.word("class") == "ask";
            let mut said = Said::new(file, row.word("family"), row.word("text"), asks, (1.2, 1.0));
            let open = 3 + said.tenth * 7 / 10;
            said.tenth = if row.word("part") == "test" { 0 } else { open };
            texts.push(said);
        }
    }
    mails(&mut texts);
    Some(texts)
}

/// Mails: the labelled ones, and what is sent to many or by programs, which asks nobody.
fn mails(texts: &mut Vec<Said>) {
    let gold = public("requests/messages_gold.jsonl").unwrap_or_default();
    let labels = pairs("enron.tsv");
    for name in MAILBOXES {
        for mail in mailbox(name) {
            let id = format!("<{}>", mail.message.key.0);
            if gold.iter().any(|row| row.word("id") == id) {
                continue;
            }
            let Some((_, label)) = labels.iter().find(|(labelled, _)| *labelled == id) else {
                let from = mail.message.author().map(|author| author.to_string());
                let many = mail.message.recipients().count() > 15;
                if many || from.is_some_and(|from| program(&from)) {
                    texts.push(Said::new("news", &id, &mail.own, false, (0.2, 0.5)));
                }
                continue;
            };
            let mut label = label.split('\t');
            let asks = label.next() == Some("Y");
            let share = if asks { 3.0 } else { 1.0 };
            let mut said = Said::new("mail", &id, &mail.own, asks, (share, 1.0));
            let sentence: Option<usize> = label.nth(1).and_then(|number| number.parse().ok());
            if let Some(sentence) = sentence.filter(|at| *at < said.bag.sentences.len()) {
                said.bag.sentences = vec![said.bag.sentences[sentence].clone()];
                if let Some(unmarked) = said.bag.unmarked.get(sentence) {
                    said.bag.unmarked = vec![unmarked.clone()];
                }
            }
            texts.push(said);
        }
    }
    for mail in mailbox("hard-ham-1") {
        texts.push(Said::new("news", &mail.message.key.0, &mail.own, false, (0.2, 0.5)));
    }
    for row in gold.iter().filter(|row| row.word("src") != "id-sms") {
        let (owes, text) = (row.word("needs_reply"), row.word("text"));
        let own = sigap::mail::zones::own_words(text).own;
        if owes != "U" {
            texts.push(Said::new("gold", row.word("id"), &own, owes == "Y", (0.7, 1.0)));
        }
    }
}

fn program(from: &str) -> bool {
    let signs = [
        "news", "noreply", "no-reply", "announce", "list", "update", "alert", "offers", "deals",
        "info@", "daily", "mail@", "service", "support", "admin",
    ];
    signs.iter().any(|sign| from.to_lowercase().contains(sign))
}

/// The models, as files and ready to be asked.
pub struct Models {
    pub english: Vec<u8>,
    pub other: Vec<u8>,
    pub whole: [f64; LOOKS],
}

impl Models {
    /// Learns all three. The whole's model sees sentences as they are told of texts that their
    /// models were not shown.
    pub fn learn(texts: &[&Said]) -> Self {
        let mut samples = Vec::new();
        for fold in 0..FOLDS {
            let (learned, rest): (Vec<&Said>, Vec<&Said>) =
                texts.iter().partition(|said| said.fold != fold);
            let asked = Asked::of(&sentence_models(&learned));
            for said in rest {
                samples.push((asked.looks(said.kind, &said.text), said.asks, said.counts));
                if said.kind == Kind::Other && said.asks {
                    let unmarked = asked.looks(said.kind, &said.text.replace('?', ""));
                    samples.push((unmarked, true, said.counts * 0.3));
                }
            }
        }
        let mut prior = [0.0; LOOKS];
        prior[1] = 1.0;
        let whole = learn_few(&samples, prior, 0.002);
        let (english, other) = sentence_models(texts);
        Self { english, other, whole }
    }

    /// The whole's weights, as its file.
    pub fn whole_file(&self) -> String {
        let lines =
            NAMES.iter().zip(self.whole).map(|(name, weight)| format!("{name} {weight:.3}\n"));
        ["sigap-weights asks-whole-1\n".to_owned()].into_iter().chain(lines).collect()
    }

    /// Ready to be asked.
    pub fn judge(&self) -> Judge {
        let asked = Asked::of(&(self.english.clone(), self.other.clone()));
        Judge { asked, whole: self.whole }
    }
}

/// Models that are not yet part of the program.
pub struct Judge {
    asked: Asked,
    whole: [f64; LOOKS],
}

impl Judge {
    /// How probably a text asks.
    pub fn asks(&self, text: &str) -> f64 {
        let looks = self.asked.looks(Kind::of(language(text)), text);
        let sum: f64 = looks.iter().zip(self.whole).map(|(look, weight)| look * weight).sum();
        1.0 / (1.0 + (-sum).exp())
    }
}

/// English and other: one language, and as many as there are.
fn sentence_models(texts: &[&Said]) -> (Vec<u8>, Vec<u8>) {
    let learned = |name: &str, kind: Kind, buckets: usize| {
        let manner = Manner { buckets, rounds: 10, step: 0.05, decay: 0.003 };
        let bags: Vec<&Bag> =
            texts.iter().filter(|said| said.kind == kind).map(|said| &said.bag).collect();
        learn_bags(name, &bags, &manner, UNMARKED)
    };
    (learned("asks-english-1", Kind::English, 65_000), learned("asks-other-1", Kind::Other, 65_000))
}

/// Both sentence models, ready to be asked.
pub struct Asked {
    english: Linear<1>,
    other: Linear<1>,
}

impl Asked {
    fn of((english, other): &(Vec<u8>, Vec<u8>)) -> Self {
        let linear = |file: &[u8]| Linear::parse(file.to_vec().leak()).unwrap();
        Self { english: linear(english), other: linear(other) }
    }

    fn looks(&self, kind: Kind, text: &str) -> [f64; LOOKS] {
        let model = if kind == Kind::English { &self.english } else { &self.other };
        spoken(text, |spoken| {
            let ask =
                |heard: &Heard<'_>| told(model, heard, cued(heard).0, kind, spoken.len() == 1);
            let each: Vec<f64> = spoken.iter().map(ask).collect();
            let words = spoken.iter().map(|heard| heard.sentence.words).sum();
            let manner = Whole {
                greets_all: greeting::greets_everybody(text),
                courtesy: courtesies::is_courtesy(spoken, words),
            };
            looks(spoken, &each, manner)
        })
    }
}
