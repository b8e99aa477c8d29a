//! The form that a token is looked up by.

/// Appends the look-up form of a token's text: lower case, typographic apostrophes and hyphens
/// as the plain ones, every digit as `0`, soft hyphens and other invisible joiners left out.
///
/// Digits are folded because a date or a death toll says nothing about stance by its value.
pub fn fold_into(text: &str, folded: &mut String) {
    for character in text.chars() {
        match character {
            'a'..='z' | '-' | '\'' | '.' => folded.push(character),
            'A'..='Z' => folded.push(character.to_ascii_lowercase()),
            '0'..='9' => folded.push('0'),
            '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{FF07}' => folded.push('\''),
            '\u{2010}' | '\u{2011}' => folded.push('-'),
            '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => {}
            _ if character.is_numeric() => folded.push('0'),
            _ => folded.extend(character.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        let mut folded = String::new();
        fold_into(text, &mut folded);
        folded
    }

    #[test]
    fn folds_case_apostrophes_hyphens_digits_and_joiners() {
        for (text, folded) in [
            ("U.S.", "u.s."),
            ("n\u{2019}t", "n't"),
            ("CEASE\u{2011}FIRE", "cease-fire"),
            ("1,250", "0,000"),
            ("ÉLYSÉE", "élysée"),
            ("nego\u{00AD}tiate", "negotiate"),
            ("T-72", "t-00"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["İstanbul", "ẞ", "Ǆ", "DON\u{2019}T", "٣"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text:?}");
        }
    }
}
