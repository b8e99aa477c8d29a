//! Sixteen bytes at a time, for plain words: most of a text is ASCII letters, and a branch for each
//! of them costs more than all else that is done with a statement.

/// One bit in each byte, the highest.
const HIGH: u128 = 0x8080_8080_8080_8080_8080_8080_8080_8080;

/// A byte in each byte.
const fn each(byte: u8) -> u128 {
    u128::from_le_bytes([byte; 16])
}

/// The sixteen bytes from `at`, the first one lowest; zeros past the end.
pub(crate) fn chunk(bytes: &[u8], at: usize) -> u128 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(chunk) = rest.first_chunk() {
        return u128::from_le_bytes(*chunk);
    }
    let mut chunk = [0; 16];
    chunk[..rest.len()].copy_from_slice(rest);
    u128::from_le_bytes(chunk)
}

/// The bytes with ASCII's upper-case letters, and some other characters, as lower-case ones: right
/// for letters.
pub(crate) fn lower(chunk: u128) -> u128 {
    chunk | each(b'a' - b'A')
}

/// The highest bit of each byte that is an ASCII letter.
fn letters(chunk: u128) -> u128 {
    // No sum carries into the next byte: the summands are below 0x80 and 0x20.
    let folded = lower(chunk & !HIGH);
    let from_a = folded + each(0x80 - b'a');
    let past_z = folded + each(0x7F - b'z');
    from_a & !past_z & !chunk & HIGH
}

/// How many ASCII letters the bytes begin with, up to 16.
pub(crate) fn letter_run(chunk: u128) -> usize {
    (!letters(chunk) & HIGH).trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_the_letters_that_a_loop_finds(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
            letters in "[A-Za-z@`{\\[]{0,20}",
            at in 0usize..30,
        ) {
            for bytes in [bytes.as_slice(), letters.as_bytes()] {
                let rest = bytes.get(at..).unwrap_or_default();
                let run = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count().min(16);
                prop_assert_eq!(letter_run(chunk(bytes, at)), run);
                let lowered = lower(chunk(bytes, at)).to_le_bytes();
                let expected = rest[..run].to_ascii_lowercase();
                prop_assert_eq!(&lowered[..run], expected.as_slice());
            }
        }
    }
}
