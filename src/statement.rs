//! The only door in: raw text becomes a [`Statement`] once, and only a `Statement` can be
//! classified.

/// The largest text, in bytes, that a server accepts unless told otherwise.
pub const DEFAULT_MAX_TEXT_BYTES: usize = 16 * 1024;

/// Text that was checked: not blank, and no longer than the limit it was checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a>(&'a str);

impl<'a> Statement<'a> {
    /// Checks `text` against a limit in bytes. The text itself is kept as it is: nothing is
    /// trimmed, so that offsets hold.
    ///
    /// # Errors
    ///
    /// [`InvalidStatement`] when the text is blank or longer than `max_bytes`.
    pub fn new(text: &'a str, max_bytes: usize) -> Result<Self, InvalidStatement> {
        if text.len() > max_bytes {
            return Err(InvalidStatement::TooLong {
                bytes: text.len(),
                limit: max_bytes,
            });
        }
        if text.trim().is_empty() {
            return Err(InvalidStatement::Blank { bytes: text.len() });
        }
        Ok(Self(text))
    }

    /// The text, exactly as given.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.0
    }
}

/// Why a text is no statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStatement {
    /// There is nothing in it but white space, or nothing at all.
    #[error(
        "the text is blank ({bytes} bytes of white space): send a sentence, headline or quotation"
    )]
    Blank {
        /// The text's length.
        bytes: usize,
    },
    /// It is longer than the limit; it is never cut.
    #[error(
        "the text has {bytes} bytes and the limit is {limit}: send sentences one by one, or raise --max-text-bytes"
    )]
    TooLong {
        /// The text's length.
        bytes: usize,
        /// The limit that was in force.
        limit: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_and_oversized_texts_are_refused_and_the_limit_itself_is_allowed() {
        assert_eq!(
            Statement::new("", 10),
            Err(InvalidStatement::Blank { bytes: 0 })
        );
        assert_eq!(
            Statement::new(" \u{2003}\n", 10),
            Err(InvalidStatement::Blank { bytes: 5 })
        );
        assert_eq!(
            Statement::new("0123456789a", 10),
            Err(InvalidStatement::TooLong {
                bytes: 11,
                limit: 10
            })
        );
        assert_eq!(
            Statement::new("0123456789", 10).map(Statement::text),
            Ok("0123456789")
        );
    }
}
