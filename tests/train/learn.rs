//! Learning: multinomial logistic regression, one weight for each bucket and class, by stochastic
//! gradients with a step of its own for each weight (Duchi, Hazan, Singer 2011, AdaGrad).
//!
//! The same samples in the same order give the same bytes.

use std::fmt::Write as _;

use sigap::mail::linear::{Feature, bucket, softmax};

/// A sample: what occurs in it, its class, and how much it counts.
pub struct Sample {
    pub features: Vec<Feature>,
    pub class: usize,
    pub weight: f32,
}

/// How to learn.
pub struct Manner {
    pub buckets: usize,
    pub rounds: usize,
    pub step: f32,
    /// How strongly weights are drawn to nothing.
    pub decay: f32,
}

/// A model's file.
pub fn learn<const K: usize>(name: &str, samples: &[Sample], manner: &Manner) -> Vec<u8> {
    let places = manner.buckets * K;
    let (mut weights, mut seen) = (vec![0.0_f32; places], vec![1e-6_f32; places]);
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut dice = Dice(7);
    for _ in 0..manner.rounds {
        for last in (1..order.len()).rev() {
            order.swap(last, dice.below(last + 1));
        }
        for sample in order.iter().map(|at| &samples[*at]) {
            let mut sums = [0.0_f32; K];
            for (hash, value) in &sample.features {
                let from = bucket(*hash, manner.buckets) * K;
                for (class, sum) in sums.iter_mut().enumerate() {
                    *sum += weights[from + class] * value;
                }
            }
            let told = softmax(sums);
            for (hash, value) in &sample.features {
                let from = bucket(*hash, manner.buckets) * K;
                for (class, told) in told.iter().enumerate() {
                    let wrong = told - f32::from(class == sample.class);
                    let at = from + class;
                    let slope = wrong * sample.weight * value + manner.decay * weights[at];
                    seen[at] += slope * slope;
                    weights[at] -= manner.step * slope / seen[at].sqrt();
                }
            }
        }
    }
    written::<K>(name, &weights)
}

/// A text whose sentences are known as features, but not which of them makes it what it is.
pub struct Bag {
    pub sentences: Vec<Vec<Feature>>,
    /// The same without question marks.
    pub unmarked: Vec<Vec<Feature>>,
    pub asks: bool,
    pub weight: f32,
}

/// Learns whether a sentence asks: of each text the sentence that asks most stands for it
/// (multiple-instance learning). In some rounds a text has lost its question marks. The mean of the
/// later rounds' weights is what is learned.
pub fn learn_bags(name: &str, bags: &[&Bag], manner: &Manner, unmarked: usize) -> Vec<u8> {
    let places = manner.buckets;
    let (mut weights, mut seen) = (vec![0.0_f32; places], vec![1e-6_f32; places]);
    let mut mean = vec![0.0_f32; places];
    let mut order: Vec<usize> = (0..bags.len()).collect();
    let mut dice = Dice(7);
    for round in 0..manner.rounds {
        for last in (1..order.len()).rev() {
            order.swap(last, dice.below(last + 1));
        }
        for bag in order.iter().map(|at| bags[*at]) {
            let bare = dice.below(100) < unmarked;
            let sentences = if bare { &bag.unmarked } else { &bag.sentences };
            let score = |features: &&Vec<Feature>| -> f32 {
                features.iter().map(|(hash, value)| weights[at(*hash, places)] * value).sum()
            };
            let scored = sentences.iter().map(|features| (score(&features), features));
            let Some((score, features)) = scored.max_by(|a, b| a.0.total_cmp(&b.0)) else {
                continue;
            };
            let wrong = 1.0 / (1.0 + (-score).exp()) - f32::from(u8::from(bag.asks));
            for (hash, value) in features {
                let at = at(*hash, places);
                let slope = wrong * bag.weight * value + manner.decay * weights[at];
                seen[at] += slope * slope;
                weights[at] -= manner.step * slope / seen[at].sqrt();
            }
        }
        if round >= manner.rounds / 2 {
            mean.iter_mut().zip(&weights).for_each(|(mean, weight)| *mean += weight);
        }
    }
    let rounds = (manner.rounds - manner.rounds / 2) as f32;
    mean.iter_mut().for_each(|mean| *mean /= rounds);
    written::<1>(name, &mean)
}

fn at(hash: u64, places: usize) -> usize {
    bucket(hash, places)
}

/// Logistic regression over a few named numbers: all samples at once, until nothing moves. Weights
/// are drawn to `prior`.
pub fn learn_few<const N: usize>(
    samples: &[([f64; N], bool, f64)],
    prior: [f64; N],
    decay: f64,
) -> [f64; N] {
    let (mut weights, mut seen) = (prior, [1e-6_f64; N]);
    let all: f64 = samples.iter().map(|sample| sample.2).sum();
    for _ in 0..1500 {
        let mut slopes = [0.0_f64; N];
        for (looks, asks, weight) in samples {
            let sum: f64 = looks.iter().zip(&weights).map(|(look, weight)| look * weight).sum();
            let wrong = (1.0 / (1.0 + (-sum).exp()) - f64::from(u8::from(*asks))) * weight;
            slopes.iter_mut().zip(looks).for_each(|(slope, look)| *slope += wrong * look);
        }
        for at in 0..N {
            let slope = slopes[at] / all + decay * (weights[at] - prior[at]);
            seen[at] += slope * slope;
            weights[at] -= 0.1 * slope / seen[at].sqrt();
        }
    }
    weights
}

/// Weights as bytes: the largest is 127.
fn written<const K: usize>(name: &str, weights: &[f32]) -> Vec<u8> {
    let most = weights.iter().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
    let mut head = String::new();
    writeln!(head, "sigap-linear {name} classes={K} scale={}", most / 127.0).unwrap();
    let small = weights.iter().map(|weight| (weight / most * 127.0).round() as i8 as u8);
    head.into_bytes().into_iter().chain(small).collect()
}

/// A seeded stream of numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }
}
