//! Where a document quotes: which marks open and close a quotation, also where scraped text mixes
//! their styles, forgets one, or lets a quotation run over several paragraphs.

use std::ops::Range;

use super::blocks::Block;
use crate::text::Span;
use crate::text::letters::is_letter_or_digit;

/// What a quotation mark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Opens,
    Closes,
}

/// The quotation marks of a text, and what stands between them.
#[derive(Debug, Clone, Default)]
pub(super) struct Quotes {
    /// For each byte of the text, what the mark that begins there does. Apostrophes are none.
    roles: Vec<Option<Role>>,
    /// The outermost quotations with their marks, in order. One that runs over several paragraphs is
    /// one.
    quotations: Vec<Span>,
}

impl Quotes {
    /// Finds the quotations of a text, block by block.
    pub(super) fn find(text: &str, blocks: &[Block]) -> Self {
        let mut finder = Finder {
            text,
            quotes: Self {
                roles: vec![None; text.len()],
                quotations: Vec::new(),
            },
            open: None,
            nested: 0,
        };
        for (index, block) in blocks.iter().enumerate() {
            finder.read(block.span.clone());
            finder.end_of_block(block.span.end, blocks.get(index + 1));
        }
        finder.quotes
    }

    /// What the mark at this byte does, if there is one.
    pub(super) fn role(&self, at: usize) -> Option<Role> {
        self.roles.get(at).copied().flatten()
    }

    /// The quotations that share a byte with a range, with their places in the list.
    pub(super) fn within(
        &self,
        range: Range<usize>,
    ) -> impl Iterator<Item = (usize, Range<usize>)> {
        let first = self
            .quotations
            .partition_point(|quotation| quotation.end as usize <= range.start);
        self.quotations[first..]
            .iter()
            .map(|quotation| quotation.range())
            .take_while(move |quotation| quotation.start < range.end)
            .enumerate()
            .map(move |(index, quotation)| (first + index, quotation))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Single,
    Double,
}

/// A quotation mark or apostrophe, with what stands round it.
#[derive(Clone, Copy)]
struct Mark {
    at: usize,
    character: char,
    before: Option<char>,
    after: Option<char>,
}

impl Mark {
    fn style(self) -> Style {
        match self.character {
            '\'' | '‘' | '’' | '‚' | '‹' | '›' => Style::Single,
            _ => Style::Double,
        }
    }

    /// Whether its form says that it opens; the straight ones and `”`, which some pages put on both
    /// sides, say nothing.
    fn looks_opening(self) -> bool {
        matches!(self.character, '“' | '„' | '«' | '‘' | '‚' | '‹')
    }

    fn stands_before_a_word(self) -> bool {
        let open = |c: char| c.is_whitespace() || "([{—–-/“„\"«‘'".contains(c);
        self.before.is_none_or(open) && self.after.is_some_and(|c| !c.is_whitespace())
    }

    fn stands_after_a_word(self) -> bool {
        // "‘fantasy'The": two lines run together.
        let joint = self.before.is_some_and(char::is_lowercase)
            && self.after.is_some_and(char::is_uppercase);
        self.before.is_some_and(|c| !c.is_whitespace())
            && (joint || !self.after.is_some_and(is_letter_or_digit))
    }

    /// Whether what it closes, if it closes, has its punctuation.
    fn follows_punctuation(self) -> bool {
        self.before.is_some_and(|c| ",.?!…;".contains(c))
    }
}

pub(super) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂' | '\'' | '‘' | '’' | '‚' | '‹' | '›'
    )
}

struct Finder<'a> {
    text: &'a str,
    quotes: Quotes,
    /// The outermost quotation that is open: its style and where it began.
    open: Option<(Style, usize)>,
    /// How many quotations of the same style are open inside it.
    nested: usize,
}

impl Finder<'_> {
    /// The marks of a block, in order.
    fn marks(text: &str, range: Range<usize>) -> impl DoubleEndedIterator<Item = Mark> {
        let block = &text[range.clone()];
        block.match_indices(is_mark).filter_map(move |(at, mark)| {
            Some(Mark {
                at: range.start + at,
                character: mark.chars().next()?,
                before: block[..at].chars().next_back(),
                after: block[at + mark.len()..].chars().next(),
            })
        })
    }

    fn read(&mut self, range: Range<usize>) {
        // For each single mark, from the last to the first, whether one that can close comes later in the block.
        let mut closed_later = Vec::new();
        let mut seen = false;
        for mark in Self::marks(self.text, range.clone()).rev() {
            if mark.style() == Style::Single {
                closed_later.push(seen);
                // A later opening one begins a quotation of its own, with its own closing mark.
                let opens = mark.stands_before_a_word() && mark.character != '’';
                seen = (seen && !opens) || mark.stands_after_a_word();
            }
        }
        for mark in Self::marks(self.text, range.clone()) {
            let closed_later = mark.style() == Style::Single && closed_later.pop() == Some(true);
            let continues =
                mark.at == range.start && self.open.is_some_and(|(style, _)| style == mark.style());
            let role = if continues {
                Some(Role::Opens)
            } else {
                match mark.style() {
                    Style::Double => self.double(mark),
                    Style::Single => self.single(mark, closed_later),
                }
            };
            self.quotes.roles[mark.at] = role;
        }
    }

    fn double(&mut self, mark: Mark) -> Option<Role> {
        match self.open {
            Some((Style::Double, _)) => {
                if mark.stands_before_a_word() && mark.looks_opening() {
                    self.nested += 1;
                    return Some(Role::Opens);
                }
                if mark.stands_before_a_word() && mark.character == '"' {
                    // The one before was never closed.
                    self.close(mark.at);
                    self.begin(mark);
                    return Some(Role::Opens);
                }
                if self.nested > 0 {
                    self.nested -= 1;
                } else {
                    self.close(mark.at + mark.character.len_utf8());
                }
                Some(Role::Closes)
            }
            Some((Style::Single, _)) => Some(if mark.stands_before_a_word() {
                Role::Opens
            } else {
                Role::Closes
            }),
            None => {
                let glued = mark.after.is_some_and(is_letter_or_digit);
                if mark.looks_opening() || mark.stands_before_a_word() || glued {
                    self.begin(mark);
                    Some(Role::Opens)
                } else {
                    Some(Role::Closes)
                }
            }
        }
    }

    /// `closed_later`: whether another mark of the block can close what this one opens.
    fn single(&mut self, mark: Mark, closed_later: bool) -> Option<Role> {
        let opens = mark.stands_before_a_word()
            && mark.character != '’'
            && !self.is_short_year(mark)
            && mark
                .after
                .is_some_and(|c| is_letter_or_digit(c) || is_mark(c) || "[…".contains(c));
        match self.open {
            Some((Style::Single, _)) => {
                if opens && mark.looks_opening() {
                    self.nested += 1;
                    return Some(Role::Opens);
                }
                if !mark.stands_after_a_word() {
                    return None;
                }
                // "the ministers’ plan’": a plural's apostrophe, if something closes later.
                if !mark.follows_punctuation()
                    && mark.before == Some('s')
                    && closed_later
                    && mark.after == Some(' ')
                {
                    return None;
                }
                if self.nested > 0 {
                    self.nested -= 1;
                } else {
                    self.close(mark.at + mark.character.len_utf8());
                }
                Some(Role::Closes)
            }
            Some((Style::Double, _)) if opens => Some(Role::Opens),
            Some((Style::Double, _)) => mark.stands_after_a_word().then_some(Role::Closes),
            None if opens && closed_later => {
                self.begin(mark);
                Some(Role::Opens)
            }
            None => {
                (mark.stands_after_a_word() && mark.follows_punctuation()).then_some(Role::Closes)
            }
        }
    }

    /// `'90s`
    fn is_short_year(&self, mark: Mark) -> bool {
        let rest = &self.text[mark.at + mark.character.len_utf8()..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).take(3).count();
        digits == 2 && rest.as_bytes().get(2) == Some(&b's')
    }

    fn begin(&mut self, mark: Mark) {
        self.open = Some((mark.style(), mark.at));
        self.nested = 0;
    }

    fn close(&mut self, end: usize) {
        if let Some((_, start)) = self.open.take() {
            self.quotes.quotations.push(Span::new(start..end));
        }
        self.nested = 0;
    }

    /// A quotation that is still open goes on in the next block if that begins with a mark, or has
    /// the one that closes it before any other; otherwise its closing mark was forgotten.
    fn end_of_block(&mut self, end: usize, next: Option<&Block>) {
        let Some((style, _)) = self.open else {
            return;
        };
        self.nested = 0;
        let goes_on = next.is_some_and(|next| {
            let mut marks = Self::marks(self.text, next.span.clone());
            let first = marks.find(|mark| mark.style() == style);
            first.is_some_and(|mark| {
                mark.at == next.span.start
                    || (style == Style::Double
                        && !mark.stands_before_a_word()
                        && !mark.looks_opening())
            })
        });
        if !goes_on {
            self.close(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::blocks::blocks;

    fn quoted(text: &str) -> Vec<&str> {
        let quotes = Quotes::find(text, &blocks(text));
        quotes.quotations.iter().map(|q| q.of(text)).collect()
    }

    #[test]
    fn straight_typographic_and_mixed_marks_pair() {
        assert_eq!(
            quoted("He said \"no\" and “yes” and “so\"."),
            ["\"no\"", "“yes”", "“so\""]
        );
    }

    #[test]
    fn single_marks_quote_and_apostrophes_do_not() {
        assert_eq!(
            quoted("‘We won’t take the ministers’ word,’ she said. It’s the states’ plan."),
            ["‘We won’t take the ministers’ word,’"]
        );
        assert_eq!(quoted("In the '90s the 'plan' of '62 failed."), ["'plan'"]);
        assert!(quoted("The states' plan isn't the ministers' plan.").is_empty());
    }

    #[test]
    fn a_quotation_within_one_belongs_to_it() {
        assert_eq!(
            quoted("“He told me ‘never’ and “not now” again,” she said."),
            ["“He told me ‘never’ and “not now” again,”"]
        );
    }

    #[test]
    fn a_quotation_goes_on_in_a_paragraph_that_opens_with_a_mark() {
        let text = "“We waited.\n\n“Then we left,” he said. “So.”";
        assert_eq!(quoted(text), ["“We waited.\n\n“Then we left,”", "“So.”"]);
    }

    #[test]
    fn a_forgotten_mark_spoils_its_own_paragraph_alone() {
        let text = "\"We waited, he said.\n\nNobody came. \"No one,\" she said.";
        assert_eq!(quoted(text), ["\"We waited, he said.", "\"No one,\""]);
    }
}
