//! Text to tokens. Spans point into the caller's own text, which is never changed: folding
//! happens on the side, for look-ups only.

pub(crate) mod ascii;
mod encoding;
mod fold;
pub(crate) mod letters;
mod negation;
mod token;
mod tokenize;

pub use encoding::{Encoding, OffsetMap};
pub use fold::fold_into;
pub use token::{Span, Token, TokenKind};
pub use tokenize::{tokenize, tokenize_into};
