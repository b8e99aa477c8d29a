//! Acronyms: that "IAEA" is the International Atomic Energy Agency.

use super::lexicon::Classes;
use super::mentions::{Mention, MentionKind, ending_at};
use super::words::Word;

/// The most letters of an acronym.
const LONGEST: usize = 8;
/// The most words that an acronym stands for.
const MOST_WORDS: usize = 12;

/// An acronym in lower case; none for a word that is no acronym. "MoD" is one.
pub(super) fn acronym(word: &str) -> Option<String> {
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let is_one = (2..=LONGEST).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && capitals > 1
        && capitals + 1 >= word.len();
    is_one.then(|| word.to_ascii_lowercase())
}

/// The acronyms that a name of several words can have, in lower case: of its words with capitals, and of all of
/// them, "md" and "mod" for "Ministry of Defence". Empty for a name of one word.
pub(super) fn initials(name: &str) -> [String; 2] {
    let mut found = [String::new(), String::new()];
    for word in name.split_whitespace().take(MOST_WORDS) {
        let Some(first) = word.chars().next().filter(|c| c.is_alphabetic()) else {
            continue;
        };
        if first.is_uppercase() {
            found[0].extend(first.to_lowercase());
        }
        found[1].extend(first.to_lowercase());
    }
    if found[0].len() < 2 {
        return [String::new(), String::new()];
    }
    found
}

/// An acronym in brackets behind what it stands for.
#[derive(Debug)]
pub(super) struct SpelledOut {
    /// In lower case.
    pub(super) acronym: String,
    /// The name of a body, where the phrase is read as one.
    pub(super) mention: Option<Mention>,
    /// The first word of the phrase, and the bracket behind it.
    pub(super) words: (usize, usize),
}

/// The acronyms that a sentence explains: "the International Atomic Energy Agency (IAEA)".
pub(super) fn spelled_out<'a>(
    words: &'a [Word],
    text: &'a str,
) -> impl Iterator<Item = SpelledOut> + 'a {
    (1..words.len()).filter_map(move |open| {
        let acronym = bracketed(words, text, open)?;
        let mention = ending_at(words, text, 0, open - 1)
            .filter(|mention| matches!(mention.kind, MentionKind::Name | MentionKind::Description));
        let spelled = (open.saturating_sub(MOST_WORDS)..open)
            .find(|&first| is_spelled_by(words, text, first, open, &acronym));
        let body = mention.filter(|mention| {
            let head = &words[mention.head];
            let is_body = head.capital && head.is(Classes::ORGANISATION) && !head.is(Classes::ROLE);
            spelled.map_or(is_body, |first| {
                (mention.first..=mention.head).contains(&first)
            })
        });
        let first = body.map(|body| body.first).or(spelled)?;
        Some(SpelledOut {
            acronym,
            mention: body,
            words: (first, open),
        })
    })
}

/// The acronym that stands alone in the brackets that open at a word.
pub(super) fn bracketed(words: &[Word], text: &str, open: usize) -> Option<String> {
    let [bracket, inside, closing] = words.get(open..open + 3)? else {
        return None;
    };
    let alone = bracket.mark(text) == Some('(') && closing.mark(text) == Some(')');
    alone.then(|| acronym(inside.of(text))).flatten()
}

/// Whether the words from `first` to before `open` begin with the letters of an acronym.
fn is_spelled_by(words: &[Word], text: &str, first: usize, open: usize, acronym: &str) -> bool {
    let phrase = &text[words[first].start()..words[open - 1].end()];
    words[first].capital && initials(phrase).iter().any(|initials| initials == acronym)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_told_from_words() {
        for (word, expected) in [
            ("IAEA", Some("iaea")),
            ("MoD", Some("mod")),
            ("Moscow", None),
            ("A", None),
            ("McKay", None),
            ("U.N.", None),
            ("G7", None),
            ("COMMUNIQUE", None),
        ] {
            assert_eq!(acronym(word).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn a_name_has_initials_with_and_without_its_small_words() {
        assert_eq!(initials("Ministry of Defence"), ["md", "mod"]);
        assert_eq!(initials("International Atomic Energy Agency")[0], "iaea");
        assert_eq!(initials("the ministry"), ["", ""]);
    }
}
