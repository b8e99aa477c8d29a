//! A map from strings to numbers for look-ups on the hot path: a short key stands in the table
//! itself, so that finding a word waits for memory once and not twice.

use rustc_hash::FxHashMap;

/// The longest key that stands in the table, in bytes; the sixteenth byte is its length.
const INLINE: usize = 15;

#[derive(Debug, Clone, Default)]
pub(super) struct StrMap {
    short: FxHashMap<(u64, u64), u32>,
    long: FxHashMap<Box<str>, u32>,
}

impl StrMap {
    pub(super) fn get(&self, key: &str) -> Option<u32> {
        match packed(key) {
            Some(key) => self.short.get(&key).copied(),
            None => self.long.get(key).copied(),
        }
    }

    pub(super) fn insert(&mut self, key: &str, value: u32) {
        match packed(key) {
            Some(key) => self.short.insert(key, value),
            None => self.long.insert(key.into(), value),
        };
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.short.values_mut().chain(self.long.values_mut())
    }
}

/// A key of up to [`INLINE`] bytes as two numbers, no two keys alike.
fn packed(key: &str) -> Option<(u64, u64)> {
    if key.len() > INLINE {
        return None;
    }
    let mut bytes = [0; INLINE + 1];
    bytes[..key.len()].copy_from_slice(key.as_bytes());
    bytes[INLINE] = u8::try_from(key.len()).ok()?;
    let number = u128::from_le_bytes(bytes);
    #[allow(clippy::cast_possible_truncation)] // the two halves
    let halves = (number as u64, (number >> 64) as u64);
    Some(halves)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn gives_what_an_ordinary_map_gives(
            pairs in prop::collection::vec(("[a-c\0é]{0,4}|[ab]{14,17}", any::<u32>()), 0..40),
            asked in prop::collection::vec("[a-c\0é]{0,4}|[ab]{14,17}", 0..40),
        ) {
            let mut map = StrMap::default();
            let mut ordinary = BTreeMap::new();
            for (key, value) in &pairs {
                map.insert(key, *value);
                ordinary.insert(key.as_str(), *value);
            }
            for key in asked.iter().chain(pairs.iter().map(|(key, _)| key)) {
                prop_assert_eq!(map.get(key), ordinary.get(key.as_str()).copied());
            }
            prop_assert_eq!(map.values_mut().count(), ordinary.len());
        }
    }
}
