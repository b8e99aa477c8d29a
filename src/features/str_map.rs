//! A map from strings to numbers for look-ups on the hot path: a short key is a number that stands
//! in the table itself, so that finding a word waits for memory once and not twice.

use rustc_hash::FxHashMap;

use super::table::{Key, Table, mixed};
use crate::text::{Token, ascii};

/// A string of up to 15 bytes as a number: its bytes, the first one lowest, and its length in the
/// highest byte.
#[derive(Debug, Clone, Copy, Eq)]
pub(super) struct ShortKey {
    // Not one u128: that would align, and so grow, what it stands in.
    low: u64,
    high: u64,
}

/// The first bytes of sixteen: none, one, two and so on.
const FIRST: [u128; 17] = {
    let mut masks = [u128::MAX; 17];
    let mut length = 0;
    while length < 16 {
        masks[length] = (1 << (8 * length)) - 1;
        length += 1;
    }
    masks
};

impl ShortKey {
    const LONGEST: usize = 15;

    pub(super) fn of(key: &str) -> Option<Self> {
        (key.len() <= Self::LONGEST).then(|| Self::new(ascii::chunk(key.as_bytes(), 0), key.len()))
    }

    /// The look-up form of a plain token of a text; of another one, nothing.
    pub(super) fn of_plain_word(text: &str, token: Token) -> Option<Self> {
        let chunk = ascii::chunk(text.as_bytes(), token.span.start as usize);
        token
            .is_plain
            .then(|| Self::new(ascii::lower(chunk), token.span.bytes()))
    }

    /// A key of the first `length` bytes.
    #[allow(clippy::cast_possible_truncation)] // the two halves
    fn new(bytes: u128, length: usize) -> Self {
        let kept = bytes & FIRST[length];
        let number = kept | (length as u128) << (8 * Self::LONGEST);
        Self {
            low: number as u64,
            high: (number >> 64) as u64,
        }
    }

    fn number(self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// Its length in bytes.
    pub(super) fn len(self) -> usize {
        (self.high >> 56) as usize
    }

    /// The `length` bytes from `start`, which must lie in it.
    pub(super) fn part(self, start: usize, length: usize) -> Self {
        Self::new(self.number() >> (8 * start), length)
    }

    /// It between two more bytes, unless that is too long.
    pub(super) fn between(self, first: u8, last: u8) -> Option<Self> {
        let length = self.len() + 2;
        (length <= Self::LONGEST).then(|| {
            // The length in the highest byte is shifted out.
            let bytes = self.number() << 8 | u128::from(first);
            Self::new(bytes | u128::from(last) << (8 * (length - 1)), length)
        })
    }
}

impl PartialEq for ShortKey {
    /// Both halves at once: one branch.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        (self.low ^ other.low) | (self.high ^ other.high) == 0
    }
}

impl Key for ShortKey {
    // No key is that long.
    const FREE: Self = Self {
        low: 0,
        high: u64::MAX,
    };

    fn hash(self) -> u64 {
        mixed(self.low, self.high)
    }
}

#[derive(Debug, Clone)]
pub(super) struct StrMap<V> {
    short: Table<ShortKey, V>,
    long: FxHashMap<Box<str>, V>,
}

impl<V: Copy + Default> Default for StrMap<V> {
    fn default() -> Self {
        Self {
            short: Table::default(),
            long: FxHashMap::default(),
        }
    }
}

impl<V: Copy + Default> StrMap<V> {
    pub(super) fn get(&self, key: &str) -> Option<&V> {
        match ShortKey::of(key) {
            Some(key) => self.get_short(key),
            None => self.long.get(key),
        }
    }

    #[inline]
    pub(super) fn get_short(&self, key: ShortKey) -> Option<&V> {
        self.short.get(key)
    }

    /// As [`Self::get_short`], sooner for a key that is not there.
    #[inline]
    pub(super) fn get_rare(&self, key: ShortKey) -> Option<&V> {
        self.short.get_rare(key)
    }

    /// The value of a key, which is the default one at first.
    pub(super) fn entry(&mut self, key: &str) -> &mut V {
        match ShortKey::of(key) {
            Some(key) => self.short.entry(key),
            None => self.long.entry(key.into()).or_default(),
        }
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.short.values_mut().chain(self.long.values_mut())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::text::{fold_into, tokenize};

    proptest! {
        #[test]
        fn gives_what_an_ordinary_map_gives(
            pairs in prop::collection::vec(("[a-c\0é]{0,4}|[ab]{14,17}", any::<u32>()), 0..40),
            asked in prop::collection::vec("[a-c\0é]{0,4}|[ab]{14,17}", 0..40),
        ) {
            let mut map = StrMap::default();
            let mut ordinary = BTreeMap::new();
            for (key, value) in &pairs {
                *map.entry(key) = *value;
                ordinary.insert(key.as_str(), *value);
            }
            for key in asked.iter().chain(pairs.iter().map(|(key, _)| key)) {
                prop_assert_eq!(map.get(key), ordinary.get(key.as_str()));
            }
            prop_assert_eq!(map.values_mut().count(), ordinary.len());
        }

        #[test]
        fn parts_and_padding_are_those_of_the_string(word in "[a-z0-9]{0,15}", start in 0usize..16, length in 0usize..16) {
            let key = ShortKey::of(&word).unwrap();
            prop_assert_eq!(key.len(), word.len());
            if let Some(part) = word.get(start..start + length) {
                prop_assert_eq!(Some(key.part(start, length)), ShortKey::of(part));
            }
            let padded = (word.len() <= 13).then(|| ShortKey::of(&format!("^{word}$")).unwrap());
            prop_assert_eq!(key.between(b'^', b'$'), padded);
        }

        #[test]
        fn a_plain_word_has_the_key_of_its_look_up_form(text in "([A-Za-z'é0-9-]{1,17}[ .,;!\"]{0,2}){0,6}") {
            for token in tokenize(&text) {
                let mut folded = String::new();
                fold_into(token.span.of(&text), &mut folded);
                let expected = if token.is_plain { ShortKey::of(&folded) } else { None };
                prop_assert_eq!(ShortKey::of_plain_word(&text, token), expected);
                prop_assert!(!token.is_plain || expected.is_some());
            }
        }
    }
}
