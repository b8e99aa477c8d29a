//! How often each feature occurs in one text.

/// A small open-addressing table from slots to counts. It is as large as the text needs, not as the
/// vocabulary is, so it stays in the nearest cache; clearing it costs what filling it did.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// A power of two of them, at most half of them taken; a count of 0 marks a free one.
    cells: Vec<(u32, u32)>,
    /// The places of the cells taken, in the order of first occurrence.
    taken: Vec<u32>,
}

const SMALLEST: usize = 256;

impl Counts {
    #[inline]
    pub(super) fn add(&mut self, slot: u32) {
        if self.taken.len() * 2 >= self.cells.len() {
            self.grow();
        }
        let place = self.place(slot);
        let (taken_by, count) = &mut self.cells[place];
        if *count == 0 {
            *taken_by = slot;
            // A table of more cells would not fit into memory.
            self.taken.push(u32::try_from(place).unwrap_or(u32::MAX));
        }
        *count = count.saturating_add(1);
    }

    /// Where the slot's cell is, or the free one that it would take.
    fn place(&self, slot: u32) -> usize {
        let mask = self.cells.len() - 1;
        // Multiplicative hashing (Knuth, volume 3, section 6.4): the high bits are the mixed ones.
        let mut place = (slot.wrapping_mul(0x9E37_79B9) >> 12) as usize & mask;
        while self.cells[place].1 != 0 && self.cells[place].0 != slot {
            place = (place + 1) & mask;
        }
        place
    }

    /// Out of the way of [`Self::add`], which is called for every feature and nearly never grows.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let size = (self.cells.len() * 2).max(SMALLEST);
        let old = std::mem::replace(&mut self.cells, vec![(0, 0); size]);
        for taken in std::mem::take(&mut self.taken) {
            let (slot, count) = old[taken as usize];
            let place = self.place(slot);
            self.cells[place] = (slot, count);
            self.taken.push(u32::try_from(place).unwrap_or(u32::MAX));
        }
    }

    /// Calls `visit` with every slot and its count, in the order of first occurrence, and clears
    /// them.
    pub(super) fn drain(&mut self, mut visit: impl FnMut(u32, u32)) {
        for &place in &self.taken {
            let (slot, count) = &mut self.cells[place as usize];
            visit(*slot, std::mem::take(count));
        }
        self.taken.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_what_an_ordinary_map_counts(
            texts in prop::collection::vec(prop::collection::vec(0u32..2000, 0..600), 1..4),
        ) {
            let mut counts = Counts::default();
            for slots in texts {
                let mut ordinary = BTreeMap::new();
                for slot in slots {
                    counts.add(slot);
                    *ordinary.entry(slot).or_insert(0) += 1;
                }
                let mut drained = Vec::new();
                counts.drain(|slot, count| drained.push((slot, count)));
                drained.sort_unstable();
                prop_assert_eq!(drained, ordinary.into_iter().collect::<Vec<_>>());
            }
        }
    }
}
