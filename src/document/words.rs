//! The words of a segment as attribution sees them.

use std::ops::Range;

use super::lexicon::{Classes, Country, Entry, Lexicon};
use super::quotes::Quotes;
use crate::text::{Span, Token, TokenKind, tokenize_into};

/// One word or mark of a segment. A document has many of them: they are kept small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Where it stands in the document.
    pub(super) span: Span,
    pub(super) kind: TokenKind,
    pub(super) classes: Classes,
    pub(super) country: Option<Country>,
    /// Whether it begins with a capital letter.
    pub(super) capital: bool,
    /// Whether it stands inside a quotation or is one of its marks.
    pub(super) quoted: bool,
}

impl Word {
    pub(super) fn of<'a>(&self, text: &'a str) -> &'a str {
        self.span.of(text)
    }

    /// Its first byte in the document.
    pub(super) fn start(&self) -> usize {
        self.span.start as usize
    }

    /// One past its last byte in the document.
    pub(super) fn end(&self) -> usize {
        self.span.end as usize
    }

    pub(super) fn is(&self, classes: Classes) -> bool {
        self.classes.any(classes)
    }

    pub(super) fn is_wordlike(&self) -> bool {
        self.kind.is_wordlike()
    }

    /// Its first character, where it is a mark and no word.
    pub(super) fn mark(&self, text: &str) -> Option<char> {
        if self.is_wordlike() {
            return None;
        }
        self.of(text).chars().next()
    }

    /// Whether it can be part of a name: capitalised, and no day or month.
    pub(super) fn is_name(&self) -> bool {
        self.capital && self.kind == TokenKind::Word && !self.is(Classes::MONTH_DAY)
    }
}

/// How many bytes of a segment are read at most. No sentence of a real text is nearly as long, and what a program
/// sends that is one needs no memory for words that could not tell who speaks.
const LONGEST_READ: usize = 64 * 1024;

/// Reads the words of segments; keeps its buffers from one to the next.
pub(super) struct WordReader<'a> {
    text: &'a str,
    lexicon: &'a Lexicon,
    quotes: &'a Quotes,
    tokens: Vec<Token>,
    lower: String,
    /// The name before, in lower case.
    pair: String,
}

impl<'a> WordReader<'a> {
    pub(super) fn new(text: &'a str, lexicon: &'a Lexicon, quotes: &'a Quotes) -> Self {
        Self {
            text,
            lexicon,
            quotes,
            tokens: Vec::new(),
            lower: String::new(),
            pair: String::new(),
        }
    }

    /// Adds the words of a range of the text, in order, as far as [`LONGEST_READ`], and says where they stand in
    /// `words`. The full stop of an abbreviation is none.
    pub(super) fn read(&mut self, range: Range<usize>, words: &mut Vec<Word>) -> Range<usize> {
        let begin = words.len();
        let end = range.end.min(range.start + LONGEST_READ);
        let range = range.start..self.text.floor_char_boundary(end);
        let part = &self.text[range.clone()];
        tokenize_into(part, &mut self.tokens);
        let mut quotations = self.quotes.within(range.clone()).map(|(_, q)| q).peekable();
        let tokens = std::mem::take(&mut self.tokens);
        let last = tokens.len().saturating_sub(1);
        for (index, token) in tokens.iter().enumerate() {
            let token_text = token.span.of(part);
            let start = range.start + token.span.start as usize;
            if token_text == "."
                && index < last
                && words.last().is_some_and(|w| is_short(w, self.text, start))
            {
                continue;
            }
            while quotations
                .next_if(|quotation| quotation.end <= start)
                .is_some()
            {}
            let quoted = quotations
                .peek()
                .is_some_and(|quotation| quotation.start <= start);
            self.lower.clear();
            if token.kind == TokenKind::Word {
                for c in token_text.chars() {
                    let c = if c == '’' { '\'' } else { c };
                    self.lower.extend(c.to_lowercase());
                }
            }
            if is_capitalised(token_text) && token.kind == TokenKind::Word {
                unmake_month(&mut words[begin..]);
            }
            let entry = match token.kind {
                TokenKind::Word => self.lexicon.get(&self.lower),
                _ => Entry::default(),
            };
            let word = Word {
                span: Span::new(start..start + token.span.bytes()),
                kind: token.kind,
                classes: entry.classes,
                country: entry.country,
                capital: is_capitalised(token_text),
                quoted,
            };
            words.push(word);
            if word.is_name() {
                self.join_country(&mut words[begin..]);
            } else {
                self.pair.clear();
            }
        }
        self.tokens = tokens;
        begin..words.len()
    }
}

impl WordReader<'_> {
    /// Makes a country of the last two words if they name one: "United States".
    fn join_country(&mut self, words: &mut [Word]) {
        if let [.., before, word] = words
            && before.end() + 1 == word.start()
            && !self.pair.is_empty()
        {
            self.pair.push('_');
            self.pair.push_str(&self.lower);
            let entry = self.lexicon.get(&self.pair);
            if entry.country.is_some() {
                for word in [before, word] {
                    word.classes = entry.classes;
                    word.country = entry.country;
                }
            }
        }
        self.pair.clear();
        self.pair.push_str(&self.lower);
    }
}

/// Before another name and behind a title, the name of a month is a person's: "Minister May Lund".
fn unmake_month(words: &mut [Word]) {
    if let [.., title, month] = words
        && title.is(Classes::TITLE)
        && month.is(Classes::MONTH_DAY)
    {
        month.classes = month.classes.without(Classes::MONTH_DAY);
    }
}

/// What a hyphen hangs on a name to make an adjective of it, beside what ends in "ed".
const ADJECTIVE_ENDINGS: [&str; 26] = [
    "led", "run", "era", "born", "held", "made", "wide", "style", "only", "old", "like", "bound",
    "area", "type", "free", "time", "sea", "built", "based", "owned", "level", "age", "year",
    "plus", "to", "ish",
];

/// Whether a word can be a name by its form: a capital in front, or behind an article ("al-Rashdan"), but not in
/// an adjective ("Moscow-backed").
fn is_capitalised(word: &str) -> bool {
    let capital = |part: &str| part.starts_with(char::is_uppercase);
    // "Tae-hoon"
    let syllable = |part: &str| {
        (2..=5).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_lowercase())
            && !part.ends_with("ed")
            && !ADJECTIVE_ENDINGS.contains(&part)
    };
    // "d'Orsay"
    if let Some((1, name)) = word
        .split_once(['\'', '’'])
        .map(|(d, name)| (d.len(), name))
    {
        return capital(name) || capital(word);
    }
    match word.rsplit_once('-') {
        Some((before, last)) if capital(before) && before.len() < 6 && syllable(last) => true,
        Some((before, last)) if !capital(before) => (1..4).contains(&before.len()) && capital(last),
        Some((_, last)) => !last.starts_with(char::is_lowercase),
        None => capital(word),
    }
}

/// Whether a full stop at `at` belongs to the word before it.
fn is_short(word: &Word, text: &str, at: usize) -> bool {
    word.end() == at
        && (word.is(Classes::ABBREVIATION | Classes::ABBREVIATION_BEFORE_NUMBER)
            || word.capital && word.of(text).chars().count() == 1)
}
