//! Linear models over hashed features: a few kilobytes of learned weights, added up.
//!
//! A model is a file beside this source: one line that says what it is, then one signed byte for
//! each weight (the classes of a bucket stand together). `tests/train` writes it; nothing is
//! learned here. Source of the trick: Weinberger et al., Feature Hashing (2009).

/// Something that occurs in a text: what it is hashed to, and how strongly it occurs.
pub type Feature = (u64, f32);

/// A model of `K` classes.
#[derive(Debug)]
pub struct Linear<const K: usize> {
    scale: f32,
    weights: &'static [u8],
}

impl<const K: usize> Linear<K> {
    /// Reads a model's file; `None`: it is none, or of another number of classes.
    pub fn parse(file: &'static [u8]) -> Option<Self> {
        let end = file.iter().position(|byte| *byte == b'\n')?;
        let (head, weights) = file.split_at_checked(end)?;
        let head = std::str::from_utf8(head).ok()?;
        let word = |name: &str| {
            head.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        };
        let classes: usize = word("classes")?.parse().ok()?;
        let scale = word("scale")?.parse().ok()?;
        let weights = weights.get(1..)?;
        let whole = head.starts_with("sigap-linear ") && weights.len().is_multiple_of(K.max(1));
        (whole && classes == K && weights.len() >= K).then_some(Self { scale, weights })
    }

    /// How probable each class is (softmax).
    pub fn probabilities(&self, features: impl IntoIterator<Item = Feature>) -> [f32; K] {
        softmax(self.scores(features))
    }

    /// What the weights of a text's features come to.
    pub fn scores(&self, features: impl IntoIterator<Item = Feature>) -> [f32; K] {
        let mut sums = [0.0_f32; K];
        for (hash, value) in features {
            for (sum, weight) in sums.iter_mut().zip(self.weights(hash)) {
                *sum += f32::from(weight) * value;
            }
        }
        sums.map(|sum| sum * self.scale)
    }

    /// The weights of one feature, in units of the model's scale.
    pub fn weights(&self, hash: u64) -> [i8; K] {
        let from = bucket(hash, self.weights.len() / K.max(1)).saturating_mul(K);
        let found = self.weights.get(from..from.saturating_add(K)).unwrap_or_default();
        let mut weights = [0; K];
        weights.iter_mut().zip(found).for_each(|(to, byte)| *to = i8::from_le_bytes([*byte]));
        weights
    }

    /// What a unit of its weights is.
    pub fn scale(&self) -> f32 {
        self.scale
    }
}

/// Into which of so many buckets a feature falls: its share of all hashes (Lemire 2019), because
/// dividing takes longer than everything else about a feature.
pub fn bucket(hash: u64, buckets: usize) -> usize {
    let buckets = u128::try_from(buckets).unwrap_or(1);
    usize::try_from((u128::from(hash) * buckets) >> 64).unwrap_or(0)
}

/// Scores as probabilities.
pub fn softmax<const K: usize>(scores: [f32; K]) -> [f32; K] {
    let most = scores.into_iter().fold(f32::MIN, f32::max);
    let powers = scores.map(|score| (score - most).exp());
    let all: f32 = powers.iter().sum();
    powers.map(|power| power / all)
}

/// FNV-1a over characters that come one by one; good enough to spread features over buckets.
#[derive(Clone, Copy, Debug)]
pub struct Hash(u64);

impl Hash {
    /// The hash of nothing; `kind` keeps features of different kinds apart.
    pub fn of(kind: u8) -> Self {
        Self(0xcbf2_9ce4_8422_2325).byte(kind)
    }

    /// With one more byte.
    #[must_use]
    pub fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    /// With one more character.
    #[must_use]
    pub fn letter(self, letter: char) -> Self {
        u32::from(letter).to_le_bytes().into_iter().fold(self, Self::byte)
    }

    /// With more of them.
    #[must_use]
    pub fn word(self, word: &str) -> Self {
        word.chars().fold(self, Self::letter)
    }

    /// With a word all at once, eight bytes at a time.
    #[must_use]
    pub fn whole(self, word: &str) -> Self {
        let eight = |bytes: &[u8]| bytes.iter().fold(1, |all, byte| (all << 8) | u64::from(*byte));
        word.as_bytes().chunks(8).fold(self, |hash, bytes| hash.mix(eight(bytes)))
    }

    /// With a number whose bits are well spread already, such as another hash.
    #[must_use]
    pub fn mix(self, number: u64) -> Self {
        let mixed = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(mixed ^ (mixed >> 32))
    }

    /// A hash made before, to go on from.
    pub fn again(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}
