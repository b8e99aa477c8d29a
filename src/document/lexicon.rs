//! The words that say who speaks: cue verbs, titles, kinds of people and organisations, countries.
//! Lists of our own, `lexicon.txt` and `countries.txt`, compiled in.

use std::num::NonZeroU8;
use std::ops::BitOr;

use rustc_hash::FxHashMap;

/// What a word can be, as a set: a word may be several things.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Classes(u32);

impl Classes {
    pub(super) const NONE: Self = Self(0);
    /// A finite verb of speech: "said".
    pub(super) const SAY: Self = Self(1);
    /// One that is also something else, a noun or an act: "claims", "added to", "called off".
    pub(super) const SAY_AMBIGUOUS: Self = Self(1 << 1);
    /// The present after a plural: "officials say".
    pub(super) const SAY_PLURAL: Self = Self(1 << 2);
    /// "…, adding that".
    pub(super) const SAY_PARTICIPLE: Self = Self(1 << 3);
    /// A verb that is one of speech only beside a quotation: "he continued".
    pub(super) const SAY_WITH_QUOTATION: Self = Self(1 << 4);
    /// What stands before a name: "Lt.", "Foreign", "Minister".
    pub(super) const TITLE: Self = Self(1 << 5);
    /// A person by what he is: "minister", "witnesses".
    pub(super) const ROLE: Self = Self(1 << 6);
    /// A body of people: "ministry", "alliance".
    pub(super) const ORGANISATION: Self = Self(1 << 7);
    /// What speaks on paper: "statement".
    pub(super) const DOCUMENT: Self = Self(1 << 8);
    /// A capital, country or body that speaks by its bare name: "Moscow", "NATO".
    pub(super) const BARE: Self = Self(1 << 9);
    pub(super) const MONTH_DAY: Self = Self(1 << 10);
    /// A word that begins a sentence with a capital and is no name.
    pub(super) const STARTER: Self = Self(1 << 11);
    pub(super) const DETERMINER: Self = Self(1 << 12);
    pub(super) const PREPOSITION: Self = Self(1 << 13);
    /// What begins another clause: "that", "while", "and".
    pub(super) const BOUNDARY: Self = Self(1 << 14);
    pub(super) const AUXILIARY: Self = Self(1 << 15);
    pub(super) const BE: Self = Self(1 << 16);
    pub(super) const ADVERB: Self = Self(1 << 17);
    /// "he", "she".
    pub(super) const PERSON_PRONOUN: Self = Self(1 << 18);
    /// "they", "it".
    pub(super) const GROUP_PRONOUN: Self = Self(1 << 19);
    pub(super) const FEMININE: Self = Self(1 << 20);
    pub(super) const MASCULINE: Self = Self(1 << 21);
    /// A word whose full stop does not end a sentence.
    pub(super) const ABBREVIATION: Self = Self(1 << 22);
    /// One of those only before a number: "No. 4".
    pub(super) const ABBREVIATION_BEFORE_NUMBER: Self = Self(1 << 23);
    /// A name with a capital inside, which is no run-together line: "YouTube".
    pub(super) const BRAND: Self = Self(1 << 24);
    /// A country, its people or their adjective.
    pub(super) const COUNTRY: Self = Self(1 << 25);
    /// The adjective: "Turkish".
    pub(super) const NATIONALITY: Self = Self(1 << 26);
    /// What a line round a text begins with: "Share".
    pub(super) const FURNITURE: Self = Self(1 << 27);
    /// Who carries what others say: "newspaper".
    pub(super) const PRESS: Self = Self(1 << 28);

    const SECTIONS: [(&'static str, Self); 27] = [
        ("say", Self::SAY),
        ("say-ambiguous", Self::SAY_AMBIGUOUS),
        ("say-plural", Self::SAY_PLURAL),
        ("say-participle", Self::SAY_PARTICIPLE),
        ("say-with-quotation", Self::SAY_WITH_QUOTATION),
        ("title", Self::TITLE),
        ("role", Self::ROLE),
        ("organisation", Self::ORGANISATION),
        ("document", Self::DOCUMENT),
        ("bare", Self::BARE),
        ("month-day", Self::MONTH_DAY),
        ("starter", Self::STARTER),
        ("determiner", Self::DETERMINER),
        ("preposition", Self::PREPOSITION),
        ("boundary", Self::BOUNDARY),
        ("auxiliary", Self::AUXILIARY),
        ("be", Self::BE),
        ("adverb", Self::ADVERB),
        ("person-pronoun", Self::PERSON_PRONOUN),
        ("group-pronoun", Self::GROUP_PRONOUN),
        ("feminine", Self::FEMININE),
        ("masculine", Self::MASCULINE),
        ("abbreviation", Self::ABBREVIATION),
        (
            "abbreviation-before-number",
            Self::ABBREVIATION_BEFORE_NUMBER,
        ),
        ("brand", Self::BRAND),
        ("furniture", Self::FURNITURE),
        ("press", Self::PRESS),
    ];

    /// The set without these.
    pub(super) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether it is any of these.
    pub(super) fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }
}

impl BitOr for Classes {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A country's number, the same for its name, its adjective and its capital. With none, an
/// `Option<Country>` is a byte.
pub(super) type Country = NonZeroU8;

/// The lists, ready to be looked up in.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    words: FxHashMap<&'static str, Entry>,
    /// The bytes of the longest word.
    longest: usize,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    pub(super) classes: Classes,
    pub(super) country: Option<Country>,
}

impl Lexicon {
    /// The lists that are compiled in.
    pub(super) fn new() -> Self {
        let mut words: FxHashMap<&'static str, Entry> = FxHashMap::default();
        let mut section = Classes::NONE;
        for line in lines(include_str!("lexicon.txt")) {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                let known = Classes::SECTIONS.iter().find(|(known, _)| *known == name);
                section = known.map_or(Classes::NONE, |(_, class)| *class);
                continue;
            }
            for word in line.split_whitespace() {
                let entry = words.entry(word).or_default();
                entry.classes = entry.classes | section;
            }
        }
        for (number, line) in (1..).zip(lines(include_str!("countries.txt"))) {
            for (column, forms) in line.split('|').enumerate() {
                for word in forms.split_whitespace() {
                    let entry = words.entry(word).or_default();
                    entry.classes = entry.classes | Classes::COUNTRY;
                    if column == 1 {
                        entry.classes = entry.classes | Classes::NATIONALITY;
                    } else if word.contains('_') {
                        entry.classes = entry.classes | Classes::BARE;
                    }
                    entry.country = Country::new(number);
                }
            }
        }
        let longest = words.keys().map(|word| word.len()).max().unwrap_or(0);
        Self { words, longest }
    }

    /// What is known of a word in lower case.
    pub(super) fn get(&self, word: &str) -> Entry {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// What is known of a word as it stands in a text. One longer than all that are known is not looked at.
    pub(super) fn get_in_any_case(&self, word: &str) -> Entry {
        if word.len() > self.longest {
            return Entry::default();
        }
        self.get(&word.to_lowercase())
    }
}

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_list_is_a_class_and_every_class_has_words() {
        for line in lines(include_str!("lexicon.txt")) {
            if let Some(name) = line.strip_prefix('[') {
                let name = name.trim_end_matches(']');
                assert!(
                    Classes::SECTIONS.iter().any(|(known, _)| *known == name),
                    "{name} is no class"
                );
            }
        }
        let lexicon = Lexicon::new();
        for (name, class) in Classes::SECTIONS {
            assert!(
                lexicon.words.values().any(|entry| entry.classes.any(class)),
                "{name} has no words"
            );
        }
    }

    #[test]
    fn a_country_its_people_and_its_capital_are_one() {
        let lexicon = Lexicon::new();
        let france = lexicon.get("france").country;
        assert!(france.is_some());
        assert_eq!(france, lexicon.get("french").country);
        assert_eq!(france, lexicon.get("paris").country);
        assert_ne!(france, lexicon.get("german").country);
    }

    #[test]
    fn the_lists_are_in_lower_case() {
        for list in [include_str!("lexicon.txt"), include_str!("countries.txt")] {
            for line in lines(list) {
                assert_eq!(line, line.to_lowercase());
            }
        }
    }
}
