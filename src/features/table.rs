//! A table for look-ups on the hot path: open addressing with linear probing (Knuth, volume 3,
//! section 6.4), keys beside their values, so that what is found is read from one place in memory.
//! Most n-grams of a text are not in their table at all: a filter of some bits a key (Bloom 1970, with
//! one hash), small enough for the nearer caches, knows most of those.
//!
//! Which keys there are the model says, not a client; so nobody can make them collide.

/// A key that is a number, or two.
pub(super) trait Key: Copy + Eq {
    /// A key that is never asked for: it marks a free cell.
    const FREE: Self;

    /// The key's bits, mixed.
    fn hash(self) -> u64;
}

/// The two halves of a product, one over the other: each of its bits depends on all bits of both numbers.
#[inline]
#[allow(clippy::cast_possible_truncation)] // the two halves
pub(super) fn mixed(a: u64, b: u64) -> u64 {
    // Digits of the golden ratio and of pi: neither number is 0 then for a key that there is.
    let product = u128::from(a ^ 0x9E37_79B9_7F4A_7C15) * u128::from(b ^ 0x243F_6A88_85A3_08D3);
    (product >> 64) as u64 ^ product as u64
}

impl Key for u64 {
    const FREE: Self = Self::MAX;

    #[inline]
    fn hash(self) -> u64 {
        mixed(self, 0)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Table<K, V> {
    /// As many as some bits of a hash can number, at most two thirds of them taken.
    cells: Vec<(K, V)>,
    /// What a hash is shifted by to give the first place to look at.
    shift: u32,
    taken: usize,
    /// A power of two of bits; one is set for each key.
    filter: Vec<u64>,
}

impl<K: Key, V: Copy + Default> Default for Table<K, V> {
    fn default() -> Self {
        let mut table = Self {
            cells: Vec::new(),
            shift: 0,
            taken: 0,
            filter: Vec::new(),
        };
        table.resize(4);
        table
    }
}

impl<K: Key, V: Copy + Default> Table<K, V> {
    /// The value of a key.
    #[inline]
    pub(super) fn get(&self, key: K) -> Option<&V> {
        self.look_up(key, key.hash())
    }

    /// As [`Self::get`], sooner for a key that is not there.
    #[inline]
    pub(super) fn get_rare(&self, key: K) -> Option<&V> {
        let hash = key.hash();
        let (word, bit) = self.bit(hash);
        if self.filter.get(word)? & bit == 0 {
            return None;
        }
        self.look_up(key, hash)
    }

    #[inline]
    fn look_up(&self, key: K, hash: u64) -> Option<&V> {
        let mut place = self.first_place(hash);
        loop {
            let (found, value) = self.cells.get(place)?;
            if *found == key {
                return Some(value);
            }
            if *found == K::FREE {
                return None;
            }
            place = self.after(place);
        }
    }

    /// The value of a key, which is the default one at first.
    pub(super) fn entry(&mut self, key: K) -> &mut V {
        if (self.taken + 1) * 3 > self.cells.len() * 2 {
            self.resize(self.bits() + 1);
        }
        let hash = key.hash();
        let (word, bit) = self.bit(hash);
        self.filter[word] |= bit;
        let mut place = self.first_place(hash);
        while self.cells[place].0 != key && self.cells[place].0 != K::FREE {
            place = self.after(place);
        }
        let (found, value) = &mut self.cells[place];
        if *found != key {
            *found = key;
            self.taken += 1;
        }
        value
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        let taken = self.cells.iter_mut().filter(|(key, _)| *key != K::FREE);
        taken.map(|(_, value)| value)
    }

    /// How many bits number the cells.
    fn bits(&self) -> u32 {
        u64::BITS - self.shift
    }

    /// The cell that a key with this hash takes if no other has it.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // as many bits as number the cells
    fn first_place(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize
    }

    /// The next cell to look at. A third of them is free, so every search ends.
    #[inline]
    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.cells.len() - 1)
    }

    /// The word of the filter that a hash's bit is in, and the bit.
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // the lower bits are enough
    fn bit(&self, hash: u64) -> (usize, u64) {
        let word = (hash as usize >> 6) & (self.filter.len() - 1);
        (word, 1 << (hash % 64))
    }

    fn resize(&mut self, bits: u32) {
        let size = 1 << bits;
        let cells = vec![(K::FREE, V::default()); size];
        let old = std::mem::replace(&mut self.cells, cells);
        self.shift = u64::BITS - bits;
        self.taken = 0;
        self.filter = vec![0; (size / 8).max(1)];
        for (key, value) in old {
            if key != K::FREE {
                *self.entry(key) = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn gives_what_an_ordinary_map_gives(
            pairs in prop::collection::vec((0u64..400, any::<u32>()), 0..400),
            asked in prop::collection::vec(0u64..400, 0..200),
        ) {
            let mut table = Table::default();
            let mut ordinary = BTreeMap::new();
            for (key, value) in &pairs {
                *table.entry(*key) = *value;
                ordinary.insert(*key, *value);
            }
            for key in asked.iter().chain(pairs.iter().map(|(key, _)| key)) {
                prop_assert_eq!(table.get(*key), ordinary.get(key));
                prop_assert_eq!(table.get_rare(*key), ordinary.get(key));
            }
            prop_assert_eq!(table.values_mut().count(), ordinary.len());
        }
    }
}
