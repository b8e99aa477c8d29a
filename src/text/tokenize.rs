//! Text to tokens: every character that is not white space ends up in exactly one token, in
//! order, unchanged.
//!
//! A scanner with one character of look-ahead, so its time is linear in the text. UAX #29 word
//! boundaries are close to what is wanted but split `cease-fire` and keep `didn't` whole; the
//! differences would have to be repaired afterwards, so the rules are written down here instead.

use super::ascii;
use super::letters::is_letter;
use super::negation::mark_negation;
use super::token::{Span, Token, TokenKind};

/// The tokens of a text, with the scope of negation marked.
#[must_use]
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    tokenize_into(text, &mut tokens);
    tokens
}

/// As [`tokenize`], into a buffer that is cleared first, so that it can be used again.
pub fn tokenize_into(text: &str, tokens: &mut Vec<Token>) {
    tokens.clear();
    let mut at = 0;
    while let Some(first) = char_at(text, at) {
        if first == ' ' {
            at += 1;
            continue;
        }
        if let Some(end) = plain_word_end(text, at) {
            tokens.push(Token {
                span: Span::new(at..end),
                kind: TokenKind::Word,
                negated: false,
                is_plain: true,
            });
            at = end;
            continue;
        }
        let end = match class(first) {
            Class::Space => at + first.len_utf8(),
            Class::Letter | Class::Digit => {
                let end = word_end(text, at, first);
                push_word(text, at, end, tokens);
                end
            }
            Class::Apostrophe => push_apostrophe(text, at, first, tokens),
            Class::Quote => {
                let end = quote_end(text, at, first);
                push(tokens, at, end, TokenKind::Quote);
                end
            }
            Class::Mark => {
                let end = at + first.len_utf8();
                push(tokens, at, end, TokenKind::Mark);
                end
            }
            Class::Hyphen | Class::Extend | Class::Other => {
                let end = run_end(text, at, first);
                push(tokens, at, end, TokenKind::Punctuation);
                end
            }
        };
        at = end;
    }
    mark_negation(text, tokens);
}

/// What the scanner tells apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Digit,
    /// Combining marks and invisible joiners: they belong to the word before them.
    Extend,
    Apostrophe,
    Hyphen,
    Quote,
    Mark,
    Other,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        ' ' | '\t' | '\n' | '\r' => Class::Space,
        '\'' => Class::Apostrophe,
        '-' => Class::Hyphen,
        '"' | '`' => Class::Quote,
        '?' | '!' => Class::Mark,
        '\0'..='\x7f' => Class::Other,
        _ => class_beyond_ascii(c),
    }
}

fn class_beyond_ascii(c: char) -> Class {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{FF07}' => Class::Apostrophe,
        '\u{2010}' | '\u{2011}' => Class::Hyphen,
        '\u{00AB}'
        | '\u{00BB}'
        | '\u{201A}'..='\u{201F}'
        | '\u{2039}'
        | '\u{203A}'
        | '\u{300C}'..='\u{300F}'
        | '\u{FF02}' => Class::Quote,
        '\u{00A1}' | '\u{00BF}' | '\u{203D}' | '\u{FF01}' | '\u{FF1F}' | '\u{061F}' => Class::Mark,
        '\u{00AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}' => Class::Extend,
        '\u{0300}'..='\u{036F}'
        | '\u{0483}'..='\u{0489}'
        | '\u{0591}'..='\u{05C7}'
        | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FE20}'..='\u{FE2F}' => Class::Extend,
        _ if c.is_whitespace() => Class::Space,
        _ if is_letter(c) => Class::Letter,
        _ if c.is_numeric() => Class::Digit,
        _ => Class::Other,
    }
}

/// Scripts that are written without spaces: each ideograph stands alone.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(&byte) if byte.is_ascii() => Some(char::from(byte)),
        Some(_) => text.get(at..).and_then(|rest| rest.chars().next()),
        None => None,
    }
}

/// Where the word of ASCII letters that begins at `start` ends, if one does and nothing after it can
/// belong to it: what [`word_end`] and [`push_word`] find of nearly every word, without a look at
/// each character.
fn plain_word_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let letters = ascii::letter_run(ascii::chunk(bytes, start));
    if letters == 0 || letters == 16 {
        return None;
    }
    let ends = match bytes.get(start + letters) {
        None | Some(b' ' | b',' | b';' | b':' | b'?' | b'!' | b'"' | b')' | b'\n') => true,
        // A dot after one letter may be an abbreviation's.
        Some(b'.') => letters > 1,
        Some(_) => false,
    };
    ends.then_some(start + letters)
}

/// Where the word or number that begins at `start` ends.
fn word_end(text: &str, start: usize, first: char) -> usize {
    let mut end = start + first.len_utf8();
    if is_ideograph(first) {
        return end;
    }
    let mut previous = class(first);
    // Whether the part since the last dot is one letter, as in an abbreviation.
    let mut one_letter = previous == Class::Letter;
    let mut dotted = false;
    while let Some(c) = char_at(text, end) {
        let next = class(c);
        let after = end + c.len_utf8();
        match next {
            Class::Letter if is_ideograph(c) => break,
            Class::Letter | Class::Digit => one_letter = false,
            Class::Extend => {
                end = after;
                continue;
            }
            Class::Apostrophe | Class::Hyphen => {
                let joins = |c| match class(c) {
                    Class::Letter => !is_ideograph(c),
                    Class::Digit => next == Class::Hyphen,
                    _ => false,
                };
                match char_at(text, after) {
                    Some(joined) if joins(joined) => {
                        end = after + joined.len_utf8();
                        previous = class(joined);
                        one_letter = false;
                        continue;
                    }
                    _ => break,
                }
            }
            Class::Other if c == '.' && one_letter => match char_at(text, after) {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    end = after + 1;
                    dotted = true;
                    continue;
                }
                // The last dot of `U.S.`, not the one after an initial.
                _ if dotted => return after,
                _ => break,
            },
            Class::Other if matches!(c, '.' | ',') && previous == Class::Digit => {
                match char_at(text, after) {
                    Some(digit) if class(digit) == Class::Digit => {
                        end = after + digit.len_utf8();
                        continue;
                    }
                    _ => break,
                }
            }
            _ => break,
        }
        previous = next;
        end = after;
    }
    end
}

/// Pushes a scanned word, with `n't` and clitics such as `'s` as tokens of their own.
fn push_word(text: &str, start: usize, end: usize, tokens: &mut Vec<Token>) {
    let word = &text[start..end];
    let kind = if word.chars().any(|c| class(c) == Class::Letter) {
        TokenKind::Word
    } else {
        TokenKind::Number
    };
    match clitic_len(word) {
        Some(len) if len < word.len() => {
            push(tokens, start, end - len, kind);
            push(tokens, end - len, end, TokenKind::Word);
        }
        _ => push(tokens, start, end, kind),
    }
}

/// The bytes of the clitic that ends `word`, apostrophe included: `n't`, `'s`, `'re`, …
fn clitic_len(word: &str) -> Option<usize> {
    let (at, apostrophe) = word
        .char_indices()
        .rev()
        .take(3)
        .find(|&(_, c)| class(c) == Class::Apostrophe)?;
    let suffix = &word[at + apostrophe.len_utf8()..];
    if suffix.eq_ignore_ascii_case("t") {
        let before_n = word[..at].strip_suffix(['n', 'N'])?;
        return Some(word.len() - before_n.len());
    }
    is_clitic(suffix).then(|| word.len() - at)
}

fn is_clitic(suffix: &str) -> bool {
    ["s", "re", "ve", "ll", "d", "m"]
        .iter()
        .any(|clitic| suffix.eq_ignore_ascii_case(clitic))
}

/// Pushes a token that begins with an apostrophe outside a word: a clitic that scraped text has
/// torn from its word (`Kathmandu 's`), a quotation mark, or the mark of a plural's possessive.
fn push_apostrophe(text: &str, at: usize, first: char, tokens: &mut Vec<Token>) -> usize {
    let after = at + first.len_utf8();
    if let Some(letter) = char_at(text, after).filter(char::is_ascii_alphabetic) {
        let end = word_end(text, after, letter);
        if is_clitic(&text[after..end]) {
            push(tokens, at, end, TokenKind::Word);
            return end;
        }
    }
    let after_s = text[..at].ends_with(['s', 'S']);
    let kind = if after_s && !text[after..].starts_with(['\'', '\u{2019}']) {
        TokenKind::Punctuation
    } else {
        TokenKind::Quote
    };
    let end = if kind == TokenKind::Quote {
        quote_end(text, at, first)
    } else {
        after
    };
    push(tokens, at, end, kind);
    end
}

/// A quotation mark may be typed as two: ``` `` ``` and `''`.
fn quote_end(text: &str, at: usize, first: char) -> usize {
    let after = at + first.len_utf8();
    let doubles = matches!(first, '`' | '\'' | '\u{2018}' | '\u{2019}');
    match char_at(text, after) {
        Some(second) if doubles && second == first => after + second.len_utf8(),
        _ => after,
    }
}

/// A run of one and the same symbol is one token: `...`, `--`.
fn run_end(text: &str, at: usize, first: char) -> usize {
    let mut end = at + first.len_utf8();
    while char_at(text, end) == Some(first) {
        end += first.len_utf8();
    }
    end
}

fn push(tokens: &mut Vec<Token>, start: usize, end: usize, kind: TokenKind) {
    tokens.push(Token {
        span: Span::new(start..end),
        kind,
        negated: false,
        is_plain: false,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        tokenize(text).iter().map(|t| t.span.of(text)).collect()
    }

    #[test]
    fn keeps_what_carries_meaning() {
        for (text, tokens) in [
            ("didn't", vec!["did", "n't"]),
            ("didn\u{2019}t", vec!["did", "n\u{2019}t"]),
            ("DON'T", vec!["DO", "N'T"]),
            ("Moscow's", vec!["Moscow", "'s"]),
            (
                "Kathmandu 's coalition",
                vec!["Kathmandu", "'s", "coalition"],
            ),
            ("the U.S. said", vec!["the", "U.S.", "said"]),
            ("in the U.N.", vec!["in", "the", "U.N."]),
            ("J. Smith.", vec!["J", ".", "Smith", "."]),
            ("cease-fire", vec!["cease-fire"]),
            ("de - escalation", vec!["de", "-", "escalation"]),
            ("O'Brien", vec!["O'Brien"]),
            ("1,250.75 men", vec!["1,250.75", "men"]),
            ("by 2016.", vec!["by", "2016", "."]),
            ("T-72s", vec!["T-72s"]),
            (
                "\u{201C}Never!\u{201D}",
                vec!["\u{201C}", "Never", "!", "\u{201D}"],
            ),
            ("``Never,'' he", vec!["``", "Never", ",", "''", "he"]),
            ("'No' means", vec!["'", "No", "'", "means"]),
            ("rebels' camp", vec!["rebels", "'", "camp"]),
            ("war--again...", vec!["war", "--", "again", "..."]),
            ("nai\u{0308}ve", vec!["nai\u{0308}ve"]),
            ("和平 talks", vec!["和", "平", "talks"]),
            ("n't", vec!["n't"]),
        ] {
            assert_eq!(words(text), tokens, "{text:?}");
        }
    }

    #[test]
    fn tells_kinds_apart() {
        let kinds: Vec<_> = tokenize("\"72 T-72 tanks?\" 'twas rebels' -")
            .iter()
            .map(|t| t.kind)
            .collect();
        use TokenKind::{Mark, Number, Punctuation, Quote, Word};
        assert_eq!(
            kinds,
            [
                Quote,
                Number,
                Word,
                Word,
                Mark,
                Quote,
                Quote,
                Word,
                Word,
                Punctuation,
                Punctuation
            ]
        );
    }

    proptest! {
        #[test]
        fn never_changes_adds_or_skips(text in "(\\PC|[ a-z'.,\u{2019}\"?!0-9\u{0300}\u{4E2D}-])*") {
            let tokens = tokenize(&text);
            let mut end = 0;
            for token in &tokens {
                let range = token.span.range();
                prop_assert!(range.start >= end && range.end > range.start);
                prop_assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
                prop_assert!(text[end..range.start].chars().all(char::is_whitespace));
                prop_assert!(!text[range.clone()].contains(char::is_whitespace));
                end = range.end;
            }
            prop_assert!(text[end..].chars().all(char::is_whitespace));
        }

        #[test]
        fn plain_words_end_where_the_rules_say(text in "[a-zA-Z]{0,17}(\\PC|[ '.,\u{2019}\"?!0-9\u{0300}\u{4E2D}-]){0,2}[a-zA-Z]{0,3}") {
            if let Some(end) = plain_word_end(&text, 0) {
                let mut tokens = Vec::new();
                prop_assert_eq!(Some(end), char_at(&text, 0).map(|first| word_end(&text, 0, first)));
                push_word(&text, 0, end, &mut tokens);
                prop_assert_eq!(tokens.len(), 1);
                prop_assert_eq!(tokens[0].kind, TokenKind::Word);
            }
        }

        #[test]
        fn any_string_is_tokenized(text in any::<String>()) {
            let tokens = tokenize(&text);
            let bytes: usize = tokens.iter().map(|t| t.span.range().len()).sum();
            let visible: usize = text.chars().filter(|c| !c.is_whitespace()).map(char::len_utf8).sum();
            prop_assert_eq!(bytes, visible);
        }
    }
}
