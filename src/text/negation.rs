//! Marks the scope of negation: from a negating word to the end of its clause, after Das and
//! Chen (2001) and Pang, Lee and Vaithyanathan (2002), who end it at punctuation; here a contrast
//! marker ends it, too ("not to fight but to talk").

use super::token::{Span, Token, TokenKind};

/// Words after which the clause is negated; `n't` with each of the apostrophes that it is written with.
const CUES: &[&str] = &[
    "no",
    "not",
    "never",
    "nobody",
    "nothing",
    "none",
    "nowhere",
    "neither",
    "nor",
    "without",
    "cannot",
    "n't",
    "n\u{2019}t",
    "n\u{02BC}t",
    "n\u{FF07}t",
];

/// Words that open a clause of their own and so end a scope.
const CONTRASTS: &[&str] = &[
    "but", "however", "although", "though", "yet", "while", "whereas", "because", "instead",
    "rather", "unless", "except", "until",
];

/// Sets `negated` on the tokens in the scope of a negation; the negating word itself is not in it.
pub(super) fn mark_negation(text: &str, tokens: &mut [Token]) {
    let mut in_scope = false;
    for index in 0..tokens.len() {
        let token = tokens[index];
        if token.kind == TokenKind::Word && !may_be_listed(text, token.span) {
            tokens[index].negated = in_scope;
            continue;
        }
        let word = token.span.of(text);
        if ends_scope(token, word) {
            in_scope = false;
        } else if is_cue(token, word) {
            let next = tokens.get(index + 1).map(|next| next.span.of(text));
            // "not only … but also" negates nothing.
            in_scope |= !next.is_some_and(|next| next.eq_ignore_ascii_case("only"));
        } else {
            tokens[index].negated = in_scope && token.kind.is_wordlike();
        }
    }
}

fn is_cue(token: Token, word: &str) -> bool {
    token.kind == TokenKind::Word && is_one_of(word, CUES)
}

fn ends_scope(token: Token, word: &str) -> bool {
    match token.kind {
        TokenKind::Word => is_one_of(word, CONTRASTS),
        TokenKind::Number => false,
        TokenKind::Quote | TokenKind::Mark => true,
        TokenKind::Punctuation => {
            word.starts_with([
                '.', ',', ';', ':', '(', ')', '[', ']', '{', '}', '\u{2013}', '\u{2014}',
                '\u{2026}',
            ]) || word.starts_with("--")
        }
    }
}

/// For each length of a cue or contrast, the first letters that there are, a bit each, numbered by the lowest
/// bits of the letter: nearly every word is neither, and this says so at once.
const FIRST_LETTERS: [u32; 9] = first_letters();

const fn first_letters() -> [u32; 9] {
    let mut letters = [0; 9];
    let lists = [CUES, CONTRASTS];
    let mut list = 0;
    while list < lists.len() {
        let mut word = 0;
        while word < lists[list].len() {
            let bytes = lists[list][word].as_bytes();
            letters[bytes.len()] |= 1 << (bytes[0] & 0x1F);
            word += 1;
        }
        list += 1;
    }
    letters
}

/// Whether a word has the length and first letter of a cue or contrast.
fn may_be_listed(text: &str, word: Span) -> bool {
    let first = text.as_bytes().get(word.start as usize).copied();
    // The five lowest bits of a letter, in either case, number it from 1.
    let letter = first.unwrap_or_default() & 0x1F;
    let letters = FIRST_LETTERS.get(word.bytes()).copied();
    letters.unwrap_or_default() >> letter & 1 == 1
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|entry| word.eq_ignore_ascii_case(entry))
}

#[cfg(test)]
mod tests {
    use crate::text::tokenize;

    /// The negated words of a text.
    fn negated(text: &str) -> Vec<&str> {
        tokenize(text)
            .iter()
            .filter(|t| t.negated)
            .map(|t| t.span.of(text))
            .collect()
    }

    #[test]
    fn scope_runs_to_the_end_of_the_clause() {
        for (text, words) in [
            (
                "We are not going toward endless escalation, he said.",
                vec!["going", "toward", "endless", "escalation"],
            ),
            ("They didn't attack; we did.", vec!["attack"]),
            ("They didn\u{2019}t attack.", vec!["attack"]),
            ("NEVER again", vec!["again"]),
            ("not to fight but to talk", vec!["to", "fight"]),
            ("not only arms but men", vec![]),
            ("There will be no 5 talks \"now\"", vec!["5", "talks"]),
            ("neither war nor peace", vec!["war", "peace"]),
            ("another note on nothing", vec![]),
            ("no cease-fire - ever", vec!["cease-fire", "ever"]),
            ("no talks -- ever", vec!["talks"]),
        ] {
            assert_eq!(negated(text), words, "{text:?}");
        }
    }
}
