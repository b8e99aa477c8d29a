//! The lines of a document, joined where a sentence was wrapped over several of them.

use std::ops::Range;

/// A line, or several that were one before they were wrapped, without white space round it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) span: Range<usize>,
    /// Whether a blank line, or the beginning of the text, comes before it.
    pub(super) after_blank: bool,
}

/// The widest line that counts as wrapped, in characters.
const WIDEST_WRAPPED: usize = 100;
/// The fewest lines from whose widths alone it shows that they were wrapped.
const FEWEST_WRAPPED: usize = 4;

/// The blocks of a text, in order; white space alone is in none.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<Range<usize>> = Vec::new();
    for line in lines(text) {
        let trimmed = trim(text, line);
        if trimmed.is_empty() {
            add_paragraph(text, &mut paragraph, &mut blocks);
        } else {
            paragraph.push(trimmed);
        }
    }
    add_paragraph(text, &mut paragraph, &mut blocks);
    blocks
}

fn add_paragraph(text: &str, lines: &mut Vec<Range<usize>>, blocks: &mut Vec<Block>) {
    let wrapped = are_wrapped(text, lines);
    let mut after_blank = true;
    for line in lines.drain(..) {
        match blocks.last_mut() {
            Some(last)
                if !after_blank
                    && (wrapped || goes_on(&text[last.span.clone()], &text[line.clone()])) =>
            {
                last.span.end = line.end;
            }
            _ => blocks.push(Block {
                span: line,
                after_blank,
            }),
        }
        after_blank = false;
    }
}

/// Whether a line goes on with the sentence of the one before.
fn goes_on(before: &str, line: &str) -> bool {
    line.starts_with(char::is_lowercase)
        && !before.ends_with(['.', '!', '?', ':', ';'])
        && ![before, line].into_iter().any(is_list_mark)
        && !is_byline(line)
}

/// "by Ada Lund"
fn is_byline(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next() == Some("by")
        && words.clone().take(6).count() < 6
        && words.all(|word| word.starts_with(char::is_uppercase) || word == "and")
}

/// What a page tells those who have it read out: "list 1 of 3", "after newsletter promotion".
fn is_list_mark(line: &str) -> bool {
    matches!(
        line,
        "end of list" | "after newsletter promotion" | "skip past newsletter promotion"
    ) || line
        .strip_prefix("list ")
        .is_some_and(|rest| rest.contains("of ") && rest.contains(|c: char| c.is_ascii_digit()))
}

/// Whether lines were broken by a program that fills them: the first word of each would not have
/// fitted on the line before.
fn are_wrapped(text: &str, lines: &[Range<usize>]) -> bool {
    if lines.len() < FEWEST_WRAPPED {
        return false;
    }
    let width = |line: &Range<usize>| text[line.clone()].chars().count();
    let widest = lines.iter().map(width).max().unwrap_or(0);
    widest <= WIDEST_WRAPPED
        && lines.windows(2).all(|pair| {
            let next = &text[pair[1].clone()];
            let word = next.split_whitespace().next().unwrap_or_default();
            width(&pair[0]) + 1 + word.chars().count() > widest
        })
}

/// The lines of a text without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(['\n', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
        .map(move |line| {
            let range = start..start + line.len();
            let after = &text[range.end..];
            start = range.end + after.chars().next().map_or(0, char::len_utf8);
            range
        })
}

/// A range without white space at either end.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.start + part.trim_end().len();
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        blocks(text).into_iter().map(|b| &text[b.span]).collect()
    }

    #[test]
    fn each_line_is_a_block_and_blank_ones_are_none() {
        let text = "One.\r\n  Two.\n\n\u{2003}\nThree.";
        assert_eq!(parts(text), ["One.", "Two.", "Three."]);
        let after: Vec<bool> = blocks(text).iter().map(|b| b.after_blank).collect();
        assert_eq!(after, [true, false, true]);
    }

    #[test]
    fn wrapped_lines_are_joined() {
        let text = "The Council met on Tuesday to hear the report of\nEnvoy Holt, who had come back from the capital and\nPresident Abara, who had not, on the truce that the\nparties signed in May.";
        assert_eq!(parts(text).len(), 1);
        assert_eq!(parts("Talks in Geneva ended\nwithout a date.").len(), 1);
        assert_eq!(
            parts("Talks end\nBy Ann Holt\nPhoto: A. B.\nThe talks ended.").len(),
            4
        );
    }
}
