//! How often each feature occurs in one text.

/// The features counted so far, in the order of their first occurrence, with a small open-addressing table of
/// their places. The table is as large as the text needs, not as the vocabulary is, so it stays in the
/// nearest cache.
#[derive(Debug, Default)]
pub(super) struct Counts {
    counted: Vec<(u32, u32)>,
    /// A power of two of them, at most half of them taken.
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    slot: u32,
    /// The slot's place in `counted` and one; 0 marks a free cell.
    place: u32,
}

const SMALLEST: usize = 256;

impl Counts {
    /// Forgets what was counted.
    pub(super) fn clear(&mut self) {
        self.counted.clear();
        // Not as many as for the longest text so far: clearing them would cost more than counting most texts.
        self.cells.clear();
        self.cells.resize(SMALLEST, Cell::default());
    }

    #[inline]
    pub(super) fn add(&mut self, slot: u32) {
        if self.counted.len() * 2 >= self.cells.len() {
            self.grow();
        }
        let at = self.find(slot);
        let cell = &mut self.cells[at];
        if cell.place == 0 {
            self.counted.push((slot, 1));
            let place = number(self.counted.len());
            *cell = Cell { slot, place };
        } else if let Some((_, count)) = self.counted.get_mut(cell.place as usize - 1) {
            *count = count.saturating_add(1);
        }
    }

    /// Every slot that was counted, and how often.
    pub(super) fn counted(&self) -> &[(u32, u32)] {
        &self.counted
    }

    /// Where the slot's cell is, or the free one that it would take.
    #[inline]
    fn find(&self, slot: u32) -> usize {
        let mask = self.cells.len() - 1;
        // Multiplicative hashing (Knuth, volume 3, section 6.4): the high bits are the mixed ones.
        let mut at = (slot.wrapping_mul(0x9E37_79B9) >> 12) as usize & mask;
        while self.cells[at].place != 0 && self.cells[at].slot != slot {
            at = (at + 1) & mask;
        }
        at
    }

    /// Out of the way of [`Self::add`], which is called for every feature and nearly never grows.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let size = (self.cells.len() * 2).max(SMALLEST);
        self.cells.clear();
        self.cells.resize(size, Cell::default());
        for at in 0..self.counted.len() {
            let (slot, _) = self.counted[at];
            let place = number(at + 1);
            let at = self.find(slot);
            self.cells[at] = Cell { slot, place };
        }
    }
}

/// More features than a `u32` numbers would not fit into memory.
fn number(features: usize) -> u32 {
    u32::try_from(features).unwrap_or(u32::MAX)
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
                counts.clear();
                let mut ordinary = BTreeMap::new();
                for slot in slots {
                    counts.add(slot);
                    *ordinary.entry(slot).or_insert(0) += 1;
                }
                let mut counted = counts.counted().to_vec();
                counted.sort_unstable();
                prop_assert_eq!(counted, ordinary.into_iter().collect::<Vec<_>>());
            }
        }
    }
}
