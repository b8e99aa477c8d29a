//! The words of a segment as attribution sees them.

use std::ops::Range;

use super::lexicon::{Classes, Country, Entry, Lexicon};
use super::quotes::Quotes;
use crate::text::{Span, Token, TokenKind, tokenize_into};

/// One word or mark of a segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Where it stands in the document.
    span: Span,
    pub(super) kind: TokenKind,
    pub(super) classes: Classes,
    pub(super) country: Option<Country>,
    /// Whether it begins with a capital letter.
    pub(super) capital: bool,
    /// Whether it stands inside a quotation or is one of its marks.
    pub(super) quoted: bool,
    /// Its first character, where it is a mark.
    pub(super) mark: Option<char>,
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

    /// Whether it can be part of a name: capitalised, and no day or month.
    pub(super) fn is_name(&self) -> bool {
        self.capital && self.kind == TokenKind::Word && !self.is(Classes::MONTH_DAY)
    }
}

/// Reads the words of segments; keeps its buffers from one to the next.
pub(super) struct WordReader<'a> {
    text: &'a str,
    lexicon: &'a Lexicon,
    quotes: &'a Quotes,
    tokens: Vec<Token>,
    lower: String,
}

impl<'a> WordReader<'a> {
    pub(super) fn new(text: &'a str, lexicon: &'a Lexicon, quotes: &'a Quotes) -> Self {
        Self {
            text,
            lexicon,
            quotes,
            tokens: Vec::new(),
            lower: String::new(),
        }
    }

    /// Adds the words of a range of the text, in order, and says where they stand in `words`. The full stop
    /// of an abbreviation is none.
    pub(super) fn read(&mut self, range: Range<usize>, words: &mut Vec<Word>) -> Range<usize> {
        let begin = words.len();
        let part = &self.text[range.clone()];
        tokenize_into(part, &mut self.tokens);
        let mut quotations = self.quotes.within(range.clone()).map(|(_, q)| q).peekable();
        let last = self.tokens.len().saturating_sub(1);
        for (index, token) in self.tokens.iter().enumerate() {
            let token_text = token.span.of(part);
            let start = range.start + token.span.start as usize;
            let first = token_text.chars().next();
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
            words.push(Word {
                span: moved(token.span, range.start),
                kind: token.kind,
                classes: entry.classes,
                country: entry.country,
                capital: is_capitalised(token_text),
                quoted,
                mark: first.filter(|_| !token.kind.is_wordlike()),
            });
        }
        begin..words.len()
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

/// Whether a word can be a name by its form: a capital in front, or behind an article ("al-Rashdan"), but not in
/// an adjective ("Moscow-backed").
fn is_capitalised(word: &str) -> bool {
    let capital = |part: &str| part.starts_with(char::is_uppercase);
    match word.rsplit_once('-') {
        Some((before, last)) if !capital(before) => (1..4).contains(&before.len()) && capital(last),
        Some((_, last)) => !last.starts_with(char::is_lowercase),
        None => capital(word),
    }
}

/// A span of a part of a document that begins at `by`, in the document. Documents are far below 4 GiB:
/// see [`super::Document`].
fn moved(span: Span, by: usize) -> Span {
    let by = u32::try_from(by).unwrap_or(u32::MAX);
    Span {
        start: span.start.saturating_add(by),
        end: span.end.saturating_add(by),
    }
}

/// Whether a full stop at `at` belongs to the word before it.
fn is_short(word: &Word, text: &str, at: usize) -> bool {
    word.end() == at
        && (word.is(Classes::ABBREVIATION | Classes::ABBREVIATION_BEFORE_NUMBER)
            || word.capital && word.of(text).chars().count() == 1)
}
