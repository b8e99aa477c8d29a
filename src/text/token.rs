//! What a token is.

use std::ops::Range;

/// A half-open range of bytes of the caller's text, on character boundaries.
///
/// `u32` is enough: a statement is limited far below 4 GiB, see [`crate::statement`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of a range of bytes. Texts are limited far below 4 GiB at the door; what lies beyond saturates
    /// rather than wraps.
    #[must_use]
    pub fn new(range: Range<usize>) -> Self {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: offset(range.start),
            end: offset(range.end),
        }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn bytes(self) -> usize {
        self.range().len()
    }

    /// The range, to index the text with.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text at this span; empty if the span is not one of this text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, with inner hyphens, apostrophes and digits: `cease-fire`, `n't`, `U.S.`, `T-72`.
    Word,
    /// Digits with inner separators: `1,000`, `3.5`.
    Number,
    /// A quotation mark of any style.
    Quote,
    /// `?` or `!`.
    Mark,
    /// Any other punctuation or symbol.
    Punctuation,
}

impl TokenKind {
    /// Whether the model looks at such tokens; the others only end the scope of a negation.
    #[must_use]
    pub fn is_seen(self) -> bool {
        self != Self::Punctuation
    }

    /// Whether such tokens are words in the wide sense: words and numbers.
    #[must_use]
    pub fn is_wordlike(self) -> bool {
        matches!(self, Self::Word | Self::Number)
    }
}

/// One token: where it stands, what it is, and whether a negation reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands in the text.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// Whether it stands in the scope of a negation.
    pub negated: bool,
    /// Whether the tokenizer saw that it is 1 to 15 ASCII letters and nothing else, as nearly every word is: its
    /// look-up form is then itself in lower case. Others may be so, too, without this mark.
    pub is_plain: bool,
}
