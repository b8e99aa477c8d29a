//! Classes of words that do the same work in a statement: words of accusing, of attacking, of
//! talking. A class is a feature of its own, so that a word that training has hardly seen counts as
//! its kin do, and so are two classes in a row: *accuse … attack*, *reject … offer*.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::str_map::{ShortKey, StrMap};

/// The most classes that there can be: a set of them is one number.
pub(super) const MAX_CLASSES: usize = 32;

/// A set of classes, a bit each.
pub(super) type ClassSet = u32;

/// Named lists of words. Part of the model file, as the model is only right with the lists that it
/// was trained with.
///
/// A list is words in their look-up form, separated by spaces; one that ends in `*` is a stem and
/// stands for every word that begins with it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<String, String>",
    into = "BTreeMap<String, String>"
)]
pub struct WordClasses {
    lists: BTreeMap<String, String>,
    names: Vec<Box<str>>,
    words: StrMap<ClassSet>,
    stems: StrMap<ClassSet>,
    longest_stem: usize,
}

/// Why lists make no classes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWordClasses {
    /// A set of classes could not be one number.
    #[error("there are {0} word classes and the limit is {MAX_CLASSES}")]
    TooMany(usize),
    /// A name could be taken for something else in a feature's key.
    #[error("the word class {0:?} must be named in upper-case letters")]
    Name(String),
}

impl PartialEq for WordClasses {
    fn eq(&self, other: &Self) -> bool {
        self.lists == other.lists
    }
}

impl TryFrom<BTreeMap<String, String>> for WordClasses {
    type Error = InvalidWordClasses;

    fn try_from(lists: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        if lists.len() > MAX_CLASSES {
            return Err(InvalidWordClasses::TooMany(lists.len()));
        }
        let mut classes = Self::default();
        for (index, (name, list)) in lists.iter().enumerate() {
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_uppercase()) {
                return Err(InvalidWordClasses::Name(name.clone()));
            }
            classes.names.push(name.as_str().into());
            for word in list.split_whitespace() {
                let set = match word.strip_suffix('*') {
                    Some(stem) => {
                        classes.longest_stem = classes.longest_stem.max(stem.len());
                        classes.stems.entry(stem)
                    }
                    None => classes.words.entry(word),
                };
                *set |= 1 << index;
            }
        }
        classes.lists = lists;
        Ok(classes)
    }
}

impl From<WordClasses> for BTreeMap<String, String> {
    fn from(classes: WordClasses) -> Self {
        classes.lists
    }
}

impl WordClasses {
    /// The names, sorted; a class's bit is its place here.
    #[must_use]
    pub fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// The classes of a word in its look-up form.
    #[must_use]
    pub(super) fn of(&self, word: &str) -> ClassSet {
        let mut set = self.words.get(word).copied().unwrap_or(0);
        let whole = ShortKey::of(word);
        for end in 1..=word.len().min(self.longest_stem) {
            let found = match whole {
                Some(key) => self.stems.get_rare(key.part(0, end)),
                None => word.get(..end).and_then(|stem| self.stems.get(stem)),
            };
            set |= found.copied().unwrap_or(0);
        }
        set
    }
}

/// The places of the bits of a set, ascending.
pub(super) fn members(mut set: ClassSet) -> impl Iterator<Item = usize> + Clone {
    std::iter::from_fn(move || {
        let lowest = set.trailing_zeros();
        // Takes the lowest bit off.
        set &= set.checked_sub(1)?;
        Some(lowest as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(lists: &[(&str, &str)]) -> Result<WordClasses, InvalidWordClasses> {
        let lists = lists.iter().map(|&(n, l)| (n.to_owned(), l.to_owned()));
        WordClasses::try_from(lists.collect::<BTreeMap<_, _>>())
    }

    #[test]
    fn words_and_stems_are_found() {
        let classes = classes(&[("ATTACK", "attack* fire"), ("DENY", "deny den* no")]).unwrap();
        assert_eq!(classes.names(), [Box::from("ATTACK"), Box::from("DENY")]);
        for (word, set) in [
            ("attackers", 1),
            ("attac", 0),
            ("fire", 1),
            ("fired", 0),
            ("deny", 2),
            ("denial", 2),
            ("dé", 0),
            ("", 0),
        ] {
            assert_eq!(classes.of(word), set, "{word}");
        }
        assert_eq!(members(0b101).collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn lists_that_make_no_classes_are_refused() {
        assert_eq!(
            classes(&[("Attack", "x")]).err(),
            Some(InvalidWordClasses::Name("Attack".to_owned()))
        );
        let many: BTreeMap<String, String> = (0..33)
            .map(|n| {
                let letter = |n: u8| char::from(b'A' + n);
                (
                    format!("{}{}", letter(n / 26), letter(n % 26)),
                    String::new(),
                )
            })
            .collect();
        assert_eq!(
            WordClasses::try_from(many).err(),
            Some(InvalidWordClasses::TooMany(33))
        );
    }
}
