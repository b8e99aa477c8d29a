//! Offsets in the unit that the caller's language indexes strings by.

/// The unit of an offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes of UTF-8.
    #[default]
    Utf8,
    /// Code units of UTF-16.
    Utf16,
    /// Unicode code points.
    Utf32,
}

/// Turns byte offsets of one text into offsets of another encoding.
///
/// Offsets may be asked for in any order; for a text of ASCII alone nothing is built.
#[derive(Debug)]
pub struct OffsetMap {
    /// For each byte that begins a character, the units before it; one more for the end.
    /// Empty when every unit is a byte.
    units: Vec<u32>,
}

impl OffsetMap {
    /// A map for `text`.
    #[must_use]
    pub fn new(text: &str, encoding: Encoding) -> Self {
        let width: fn(char) -> u32 = match encoding {
            Encoding::Utf16 if !text.is_ascii() => |c| if c > '\u{FFFF}' { 2 } else { 1 },
            Encoding::Utf32 if !text.is_ascii() => |_| 1,
            _ => return Self { units: Vec::new() },
        };
        let mut units = Vec::with_capacity(text.len() + 1);
        let mut count = 0;
        for character in text.chars() {
            units.resize(units.len() + character.len_utf8(), count);
            count += width(character);
        }
        units.push(count);
        Self { units }
    }

    /// The offset, in the map's encoding, of a byte offset of the text.
    ///
    /// A byte inside a character counts as that character's start; one past the end as the end.
    #[must_use]
    pub fn offset(&self, byte: u32) -> u32 {
        match self.units.last() {
            None => byte,
            Some(&end) => self.units.get(byte as usize).copied().unwrap_or(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_a_surrogate_pair_as_two_utf16_units() {
        let text = "a€😀b";
        let at = |encoding, byte| OffsetMap::new(text, encoding).offset(byte);
        assert_eq!(
            [0, 1, 4, 8, 9].map(|b| at(Encoding::Utf8, b)),
            [0, 1, 4, 8, 9]
        );
        assert_eq!(
            [0, 1, 4, 8, 9].map(|b| at(Encoding::Utf16, b)),
            [0, 1, 2, 4, 5]
        );
        assert_eq!(
            [0, 1, 4, 8, 9].map(|b| at(Encoding::Utf32, b)),
            [0, 1, 2, 3, 4]
        );
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(text in any::<String>()) {
            let utf16 = OffsetMap::new(&text, Encoding::Utf16);
            let utf32 = OffsetMap::new(&text, Encoding::Utf32);
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let before = &text[..byte];
                let byte = u32::try_from(byte).unwrap_or(u32::MAX);
                prop_assert_eq!(utf16.offset(byte) as usize, before.encode_utf16().count());
                prop_assert_eq!(utf32.offset(byte) as usize, before.chars().count());
            }
        }
    }
}
