//! A document to segments: sentences, headlines, captions. Every byte is in exactly one.
//!
//! The rules are our own and not a library's; `docs/ATTRIBUTION.md` has what three libraries measure at.

use std::ops::Range;

use super::blocks::{Block, trim};
use super::lexicon::{Classes, Lexicon};
use super::quotes::{Quotes, Role, is_mark};
use crate::text::letters::{is_letter, is_letter_or_digit};

/// One part of a document that stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// Its text, without white space round it.
    pub(super) text: Range<usize>,
    pub(super) form: Form,
    /// The block that it stands in.
    pub(super) block: usize,
}

/// What a segment looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Sentence,
    /// A line that does not end as sentences do.
    Headline,
    /// A byline, a caption, a credit, a link, a date: what stands round a text.
    Furniture,
}

/// The most words of a headline.
const LONGEST_HEADLINE: usize = 30;
/// The most words of a headline that asks.
const LONGEST_QUESTION: usize = 9;
/// How many words make a line in brackets a sentence: "[The committee met at noon, the chair being absent]" is none.
const STAGE: usize = 20;
/// How many words after a quoted question are looked through for who asks it.
const ASKED_WITHIN: usize = 9;

/// Cuts the blocks of a text into segments.
pub(super) fn segments(
    text: &str,
    blocks: &[Block],
    quotes: &Quotes,
    lexicon: &Lexicon,
) -> Vec<Segment> {
    let cutter = Cutter {
        text,
        quotes,
        lexicon,
    };
    let mut segments: Vec<Segment> = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let parts = cutter.cut(block.span.clone());
        let alone = parts.len() == 1;
        for range in parts {
            let part = &text[range.clone()];
            let form = match cutter.form(part) {
                Form::Sentence if alone && is_question_headline(part) => Form::Headline,
                form => form,
            };
            segments.push(Segment {
                form,
                text: range,
                block: index,
            });
        }
    }
    mark_captions(text, &mut segments);
    segments
}

/// "What happens next?": a question that has a line to itself.
fn is_question_headline(line: &str) -> bool {
    line.ends_with('?')
        && line.starts_with(char::is_uppercase)
        && !line.contains([':', '.'])
        && (2..=LONGEST_QUESTION)
            .contains(&line.split_whitespace().take(LONGEST_QUESTION + 1).count())
}

/// What stands over a credit is its picture's caption.
fn mark_captions(text: &str, segments: &mut [Segment]) {
    for index in 1..segments.len() {
        let credit = segments[index].form == Form::Furniture
            && is_credit(&text[segments[index].text.clone()].to_lowercase());
        let before = &mut segments[index - 1];
        if credit && before.form == Form::Headline && index > 1 {
            before.form = Form::Furniture;
        }
    }
}

struct Cutter<'a> {
    text: &'a str,
    quotes: &'a Quotes,
    lexicon: &'a Lexicon,
}

impl Cutter<'_> {
    /// The sentences of a block, trimmed.
    fn cut(&self, block: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = block.start;
        let mut at = block.start;
        while let Some(end) = self.next_end(&mut at, block.end) {
            self.add(trim(self.text, start..end), &mut parts);
            start = end;
        }
        self.add(trim(self.text, start..block.end), &mut parts);
        parts
    }

    /// Adds a part; one without a letter or digit belongs to the one before.
    fn add(&self, part: Range<usize>, parts: &mut Vec<Range<usize>>) {
        let stands_alone = self.text[part.clone()].contains(is_letter_or_digit);
        match parts.last_mut() {
            Some(last) if !stands_alone => last.end = last.end.max(part.end),
            _ if part.is_empty() => {}
            _ => parts.push(part),
        }
    }

    /// The end of the sentence that holds `at`, which moves on behind it; none if it is the block's.
    fn next_end(&self, at: &mut usize, end: usize) -> Option<usize> {
        while *at < end {
            let rest = &self.text[*at..end];
            let c = rest.chars().next()?;
            let next = *at + c.len_utf8();
            let boundary = match c {
                '.' | '!' | '?' | '…' => {
                    let run = self.run_end(*at, end);
                    let closed = self.closers_end(run, end);
                    let ends = closed < end && self.ends(*at, run, closed, end);
                    *at = closed.max(next);
                    ends.then_some(closed)
                }
                _ => {
                    let joint = (!c.is_whitespace() && self.is_joint(*at, c, end)).then_some(next);
                    *at = next;
                    joint
                }
            };
            if boundary.is_some() {
                return boundary;
            }
        }
        None
    }

    /// Behind the full stops and marks that follow one another; `. . .` is one run.
    fn run_end(&self, at: usize, end: usize) -> usize {
        let rest = &self.text[at..end];
        let spaced = rest.starts_with(". . .");
        let is_run = |c: char| ".!?…".contains(c) || (spaced && c == ' ');
        let run = rest.find(|c: char| !is_run(c)).unwrap_or(rest.len());
        at + rest[..run].trim_end().len()
    }

    /// Behind the brackets and quotation marks that close after a sentence.
    fn closers_end(&self, at: usize, end: usize) -> usize {
        let closes = |at: usize, c: char| {
            matches!(c, ')' | ']' | '}') || self.quotes.role(at) == Some(Role::Closes)
        };
        let mut at = at;
        let mut characters = self.text[at..end].chars().peekable();
        while let Some(c) = characters.next() {
            // "‘…’ ”": a space between two that close.
            let gap = c == ' '
                && self.quotes.role(at + 1) == Some(Role::Closes)
                && characters.peek().is_some_and(|&next| is_mark(next));
            if !gap && !closes(at, c) {
                break;
            }
            at += c.len_utf8();
        }
        at
    }

    /// Whether a sentence ends with the run of marks from `at`, which ends at `run`, with what closes
    /// after it at `closed`. There is text behind it.
    fn ends(&self, at: usize, run: usize, closed: usize, end: usize) -> bool {
        let behind = &self.text[closed..end];
        let marks = &self.text[at..run];
        let next = behind.trim_start();
        let Some(first) = next.chars().next() else {
            return false;
        };
        let spaced = next.len() < behind.len();
        let before = self.word_before(at);
        // "DOHA, 14 May. /Agency/. The talks …"
        if first == '/' || self.text[..at].ends_with('/') {
            return false;
        }
        // "at 8 p.m. \"in keeping with the plan.\""
        let quoted_on = self.quotes.role(end - next.len()) == Some(Role::Opens)
            && next
                .trim_start_matches(is_mark)
                .starts_with(char::is_lowercase);
        if first.is_lowercase() || quoted_on || ",;:)]}—–-".contains(first) && !spaced {
            return false;
        }
        if ",;:".contains(first) || "—–".contains(first) && !is_signature(next) {
            return false;
        }
        if !spaced {
            return self.ends_unspaced(before, closed > run, first, next, closed);
        }
        if marks == "." && self.is_list_number(before, at) {
            return false;
        }
        if closed > run && marks.ends_with(['?', '!']) {
            return !self.is_asked_by(next);
        }
        if marks == "." && closed == run {
            return !self.is_abbreviation(before, first, next);
        }
        if marks.len() > 1 && self.text[..at].ends_with(' ') {
            // "They left ... Nobody saw it": a gap unless the next word begins a sentence.
            return self.begins_sentence(next);
        }
        true
    }

    /// Whether a full stop at `at` ends the number of a paragraph: "12. The parties".
    fn is_list_number(&self, before: &str, at: usize) -> bool {
        is_list_mark(before) && {
            let lead = self.text[..at - before.len()].trim_end_matches([' ', '\t', '(']);
            lead.is_empty() || lead.ends_with('\n')
        }
    }

    /// "…security.The president": no space between two sentences.
    fn ends_unspaced(
        &self,
        before: &str,
        closed: bool,
        first: char,
        next: &str,
        at: usize,
    ) -> bool {
        if self.quotes.role(at) == Some(Role::Opens) {
            return true;
        }
        let second = next.chars().nth(1);
        let capital = first.is_uppercase() && second != Some('.');
        let word = before.trim_start_matches(|c: char| !is_letter_or_digit(c));
        let whole = word.chars().count() > 1
            && !word.contains('.')
            && !word.contains("//")
            && !word.starts_with("www")
            && !self.class_of(word).any(Classes::ABBREVIATION);
        capital && (closed || whole)
    }

    fn is_abbreviation(&self, before: &str, first: char, next: &str) -> bool {
        let word = before.trim_start_matches(|c: char| !is_letter_or_digit(c));
        let class = self.class_of(word);
        if first.is_numeric() || first == '+' {
            return class.any(Classes::ABBREVIATION | Classes::ABBREVIATION_BEFORE_NUMBER);
        }
        let mut characters = word.chars();
        let initial =
            characters.next().is_some_and(char::is_uppercase) && characters.next().is_none();
        let dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() < 3);
        if initial || dotted {
            return !self.begins_sentence(next);
        }
        if class.any(Classes::ABBREVIATION) && !class.any(Classes::ABBREVIATION_BEFORE_NUMBER) {
            // "Mr. The" does not occur; "the company Orbit Inc. The" does.
            return class.any(Classes::TITLE) || !self.begins_sentence(next);
        }
        false
    }

    /// Whether a text begins with a word that begins sentences, or a quotation.
    fn begins_sentence(&self, next: &str) -> bool {
        let word = first_word(next);
        let initial = word.len() == 1 && next[1..].starts_with('.');
        !initial && (word.is_empty() || self.class_of(word).any(Classes::STARTER))
    }

    /// Whether what follows a quoted question says who asks: "Will they come?" Holt asked.
    fn is_asked_by(&self, next: &str) -> bool {
        let mut words = next.split_whitespace().take(ASKED_WITHIN);
        let Some(first) = words.next() else {
            return false;
        };
        let begins = first.chars().all(is_letter) && !self.class_of(first).any(Classes::STARTER);
        begins && {
            let mut previous = first;
            words.any(|word| {
                let word = word.trim_end_matches(|c: char| !is_letter_or_digit(c));
                let says = self
                    .class_of(word)
                    .any(Classes::SAY | Classes::SAY_AMBIGUOUS | Classes::SAY_WITH_QUOTATION)
                    && !previous.ends_with(',');
                previous = word;
                says
            })
        }
    }

    /// Whether a line runs into the next one without a space after the character at `at`: "againThe
    /// minister", "2031Moscow", "‘fantasy’The".
    fn is_joint(&self, at: usize, c: char, end: usize) -> bool {
        let next = at + c.len_utf8();
        let behind = &self.text[next..end];
        let mut after = behind.chars();
        let (Some(first), second) = (after.next(), after.next()) else {
            return false;
        };
        if !first.is_uppercase() {
            return is_mark(first)
                && c.is_lowercase()
                && self.quotes.role(next) == Some(Role::Opens);
        }
        let capitalised = second.is_none_or(|c| c.is_lowercase() || c.is_whitespace());
        if self.quotes.role(at) == Some(Role::Closes) {
            return capitalised;
        }
        let word_follows = second.is_some_and(char::is_lowercase);
        if c.is_numeric() {
            let left = self.word_before(next);
            return word_follows && left.len() == 4 && left.bytes().all(|b| b.is_ascii_digit());
        }
        if c.is_uppercase() {
            return word_follows && self.is_joint_of_capitals(next, behind);
        }
        if !c.is_lowercase() {
            return false;
        }
        let left = self.word_before(next);
        let right = first_word(behind);
        let length = left.chars().count();
        let two = right.chars().nth(1).is_some();
        let joint = if left.starts_with(char::is_lowercase) {
            length > 2 && two
        } else {
            let known = Classes::STARTER
                | Classes::TITLE
                | Classes::BARE
                | Classes::COUNTRY
                | Classes::ORGANISATION
                | Classes::MONTH_DAY
                | Classes::FURNITURE;
            let article = right == "A" && length > 5 && behind[1..].starts_with(' ');
            article || length > 3 && two && self.class_of(right).any(known)
        };
        joint && !self.class_of(&format!("{left}{right}")).any(Classes::BRAND)
    }

    /// Whether a word of capitals ends at a byte and another word begins there: "9.42 p.m. EESTShare this article",
    /// "12.05 BSTGuards deny".
    fn is_joint_of_capitals(&self, at: usize, behind: &str) -> bool {
        let left = self.word_before(at);
        let right = first_word(behind);
        let follows_hour = || {
            self.text[..at - left.len()]
                .trim_end()
                .ends_with(|c: char| c.is_ascii_digit())
        };
        left.chars().count() > 2
            && left.chars().all(char::is_uppercase)
            && (self.class_of(left).any(Classes::MONTH_DAY) && follows_hour()
                || self.class_of(right).any(Classes::FURNITURE) && right.len() > 3)
    }

    /// The letters, digits and inner dots that end at a byte.
    fn word_before(&self, at: usize) -> &str {
        /// Longer ones are no abbreviation, and looking for their start would take too long.
        const LONGEST: usize = 24;
        let mut start = at;
        for c in self.text[..at].chars().rev().take(LONGEST) {
            if !(is_letter_or_digit(c) || c == '.' || c == '/') {
                break;
            }
            start -= c.len_utf8();
        }
        &self.text[start..at]
    }

    fn class_of(&self, word: &str) -> Classes {
        self.lexicon.get_in_any_case(word).classes
    }

    fn form(&self, segment: &str) -> Form {
        let lower = segment.to_lowercase();
        let words = segment
            .split_whitespace()
            .take(LONGEST_HEADLINE + 1)
            .count();
        let closed = segment.trim_end_matches(|c: char| is_mark(c) || ")]".contains(c));
        let ends = closed.ends_with(['.', '!', '?', '…', ':', ';', ',']);
        let listed = segment.starts_with(['•', '▪', '●', '‣', '■'])
            || segment
                .trim_start_matches('(')
                .split_once(')')
                .is_some_and(|(mark, _)| is_list_mark(mark));
        if self.is_furniture(&lower, segment, ends) {
            Form::Furniture
        } else if ends
            || listed
            || !(1..=LONGEST_HEADLINE).contains(&words)
            || words == 1 && !is_word(segment)
        {
            Form::Sentence
        } else {
            Form::Headline
        }
    }

    fn is_furniture(&self, lower: &str, segment: &str, ends: bool) -> bool {
        const OPENINGS: [&str; 69] = [
            "more from ",
            "enter your email",
            "published",
            "first published",
            "read all ",
            "updated",
            "last updated",
            "last modified",
            "posted ",
            "read more",
            "read also",
            "see also",
            "watch:",
            "listen:",
            "share ",
            "follow us",
            "subscribe",
            "sign up",
            "advertisement",
            "copyright",
            "©",
            "all rights reserved",
            "additional reporting",
            "reporting by",
            "editing by",
            "writing by",
            "more on ",
            "related",
            "story continues",
            "tags:",
            "topics:",
            "click here",
            "download ",
            "also read",
            "newsletter",
            "check against delivery",
            "other reports",
            "leading article",
            "edited by",
            "compiled by",
            "with reporting by",
            "to play this video",
            "please enable",
            "your browser",
            "this story has been updated",
            "this article has been updated",
            "free article",
            "recommended stories",
            "most read",
            "more:",
            "media caption",
            "listen to ",
            "skip ",
            "credit...",
            "with additional ",
            "- with additional ",
            "with inputs from",
            "after newsletter promotion",
            "question put and ",
            "our standards",
            "purchase licensing",
            "opens new tab",
            "explore more",
            "end of list",
            "to report a ",
            "list of ",
            "list 1 of",
            "list 2 of",
            "list 3 of",
        ];
        let lower = lower.trim_start_matches(['(', '[']);
        let bracketed = (segment.starts_with('[') && segment.ends_with([']', '.']))
            || (segment.starts_with('(') && segment.trim_end_matches('.').ends_with(')'));
        // "* * *": nothing that could take a stance.
        !segment.contains(is_letter_or_digit)
            || is_signature(segment)
            || !ends && (is_age(lower) || is_column(lower))
            || lower.ends_with("opens new tab")
            || lower.ends_with(" rose—")
            || is_word(segment) && self.lexicon.get(lower).classes.any(Classes::FURNITURE)
            || !ends && lower.matches(" / ").count() > 1
            || bracketed && segment.split_whitespace().take(STAGE).count() < STAGE
            || is_credit(lower)
            || begins_with_one(lower, &OPENINGS) && (!ends || segment.len() < 160)
            || lower.contains(" | ")
            || lower.contains(" > ")
            || lower.contains(" › ")
            || (!ends && self.is_place_and_date(segment))
            || (!ends && is_initials(segment))
            || (!ends && (self.is_byline(segment) || are_reporters(segment)))
            || self.is_date(lower)
    }

    /// "By Ann Holt in Geneva"
    fn is_byline(&self, segment: &str) -> bool {
        let mut words = segment.split_whitespace();
        let by = words
            .next()
            .is_some_and(|word| matches!(word, "By" | "BY" | "by" | "From"));
        by && words.clone().next().is_some_and(|word| {
            (word.starts_with(char::is_uppercase) || matches!(word, "a" | "our" | "staff"))
                && !self.class_of(word).any(Classes::MONTH_DAY)
        }) && words.clone().take(20).count() < 16
            && !words.any(|word| {
                self.class_of(word.trim_end_matches(','))
                    .any(Classes::AUXILIARY | Classes::SAY)
            })
    }

    /// "Ministry of Defence, Seoul, October 21, 10:30 a.m."
    fn is_place_and_date(&self, segment: &str) -> bool {
        let mut words = segment
            .split(|c: char| !is_letter_or_digit(c) && c != '.')
            .filter(|word| !word.is_empty());
        let date = |word: &str| self.class_of(word).any(Classes::MONTH_DAY);
        let numbers = |part: &str| part.split('/').all(|n| (1..=4).contains(&n.len()));
        let has_date = || {
            words.clone().take(20).any(date)
                || segment
                    .split(|c: char| !c.is_ascii_digit() && c != '/')
                    .any(|part| part.matches('/').count() == 2 && numbers(part))
        };
        segment.contains(|c: char| c.is_ascii_digit())
            && has_date()
            && words.all(|word| {
                !word.starts_with(char::is_lowercase)
                    || matches!(
                        word,
                        "of" | "the" | "at" | "and" | "in" | "a.m." | "p.m." | "a.m" | "p.m"
                    )
            })
    }

    /// A line of numbers, months and days alone.
    fn is_date(&self, lower: &str) -> bool {
        let mut numbers = false;
        let dates = lower
            .split(|c: char| !is_letter_or_digit(c))
            .filter(|word| !word.is_empty())
            .all(|word| {
                let number = word.starts_with(|c: char| c.is_ascii_digit());
                numbers |= number;
                number
                    || self.lexicon.get(word).classes.any(Classes::MONTH_DAY)
                    || matches!(
                        word,
                        "gmt"
                            | "utc"
                            | "cet"
                            | "cest"
                            | "est"
                            | "edt"
                            | "bst"
                            | "et"
                            | "ist"
                            | "updated"
                            | "a"
                            | "p"
                            | "m"
                            | "am"
                            | "pm"
                            | "at"
                            | "of"
                    )
            });
        dates && numbers
    }
}

/// Who signs a post: "— Ada Lund (@adalund) June 3".
pub(super) fn is_signature(text: &str) -> bool {
    /// Longer names stand before no handle.
    const LONGEST: usize = 80;
    text.starts_with(['—', '–', '-'])
        && text
            .char_indices()
            .take(LONGEST)
            .any(|(at, _)| text[at..].starts_with("(@"))
}

/// The number of a column in a printed debate: "Column 213"
fn is_column(lower: &str) -> bool {
    lower
        .strip_prefix("column ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.contains(' '))
}

/// "Ada Lund in Oslo and Ole Berg in Riga", "Ada Lund (now) and Ole Berg (earlier)"
fn are_reporters(line: &str) -> bool {
    let words = || line.split([' ', ',']).filter(|word| !word.is_empty());
    let shift = |word: &str| matches!(word, "(now)" | "(earlier)");
    let link = |word: &str| matches!(word, "in" | "and" | "with") || shift(word);
    let named = words()
        .take(LONGEST_HEADLINE)
        .all(|word| link(word) || word.starts_with(char::is_uppercase) || word == "de");
    // Each has a name of two words before his place.
    let mut run = 0;
    let mut places = 0;
    for word in words().take(LONGEST_HEADLINE) {
        if word == "in" || shift(word) {
            places += usize::from(run > 1);
            run = 0;
        } else {
            run = if link(word) { 0 } else { run + 1 };
        }
    }
    named && (places > 1 || places == 1 && line.contains("(now)"))
}

/// "7 hours ago"
fn is_age(lower: &str) -> bool {
    let mut words = lower.split_whitespace();
    let number = words
        .next()
        .is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    number && words.next().is_some() && words.next() == Some("ago") && words.next().is_none()
}

/// A word with a capital and nothing else: "Background".
fn is_word(segment: &str) -> bool {
    segment.starts_with(char::is_uppercase) && segment.chars().all(is_letter)
}

/// What counts the parts of a text: "12", "4.1", "iii", "b".
fn is_list_mark(word: &str) -> bool {
    let number = word
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let roman = word.bytes().all(|byte| b"ivxIVX".contains(&byte));
    let letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    (1..=4).contains(&word.len()) && (number || roman || letter)
}

/// Who wrote it, in short: "rk/jsi (AFP, dpa)".
fn is_initials(segment: &str) -> bool {
    let first = segment.split_whitespace().next().unwrap_or_default();
    let agencies = segment[first.len()..].trim();
    first.len() < 12
        && first.contains('/')
        && first.chars().all(|c| c == '/' || c.is_lowercase())
        && (agencies.is_empty() || agencies.starts_with('(') && agencies.ends_with(')'))
}

/// A picture's credit.
fn is_credit(lower: &str) -> bool {
    const OPENINGS: [&str; 15] = [
        "getty images:",
        "photo:",
        "photo by",
        "photograph:",
        "photograph by",
        "photos:",
        "image:",
        "image credit",
        "image caption",
        "picture:",
        "credit:",
        "file photo",
        "caption:",
        "photo credit",
        "source: ",
    ];
    const ENDINGS: [&str; 5] = ["getty images", "/afp", "/reuters", "/ap", "/epa"];
    // "R. Holt/Northern Press"
    let by_agency = lower.contains('/') && !lower.contains(' ') || {
        let mut sides = lower.splitn(2, '/');
        let short = |side: Option<&str>| {
            side.is_some_and(|side| (1..5).contains(&side.split_whitespace().count()))
        };
        short(sides.next()) && short(sides.next()) && !lower.ends_with(['.', '?', '!'])
    };
    // "A street in Doha on Monday [A. Berg/Northern Press]"
    let bracketed = lower.ends_with([']', ')'])
        && lower
            .rfind(['[', '('])
            .is_some_and(|open| open > 0 && lower[open..].contains('/'));
    by_agency
        || bracketed
        || begins_with_one(lower, &OPENINGS)
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// Whether a text begins with one of these. The first byte tells mostly that it does not.
fn begins_with_one(text: &str, openings: &[&str]) -> bool {
    let first = text.bytes().next();
    openings
        .iter()
        .any(|opening| opening.bytes().next() == first && text.starts_with(opening))
}

/// The first word of a text, without marks round it; empty if it begins with a quotation mark.
fn first_word(text: &str) -> &str {
    /// Longer words are in no list, and looking for their end at each letter would take too long.
    const LONGEST: usize = 32;
    let end = text.floor_char_boundary(LONGEST);
    text[..end]
        .split(|c: char| !is_letter_or_digit(c) && c != '-')
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::blocks::blocks;

    fn cut(text: &str) -> Vec<&str> {
        let blocks = blocks(text);
        let quotes = Quotes::find(text, &blocks);
        segments(text, &blocks, &quotes, &Lexicon::new())
            .into_iter()
            .map(|segment| &text[segment.text])
            .collect()
    }

    #[test]
    fn abbreviations_and_initials_do_not_end_a_sentence() {
        for whole in [
            "Lt. Gen. T. K. Abara of the U.S. Army met Mr. Holt on Jan. 4 at 3.12 a.m. local time.",
            "Resolution No. 4 of the U.N. Security Council was passed.",
            "They tore up the treaty ... and left.",
            "\"Will they come?\" Foreign Minister Ann Holt asked.",
            "\"No!\" he shouted.",
            "The e.g. and i.e. of it, etc., were left out.",
        ] {
            assert_eq!(cut(whole), [whole]);
        }
    }

    #[test]
    fn sentences_end_inside_and_after_quotations() {
        assert_eq!(
            cut(
                "\"We will not wait. We will act,\" he said. \"There is no other way.\" They left."
            ),
            [
                "\"We will not wait.",
                "We will act,\" he said.",
                "\"There is no other way.\"",
                "They left."
            ]
        );
        assert_eq!(
            cut("He went to the U.S. The talks failed. Did they? Yes."),
            [
                "He went to the U.S.",
                "The talks failed.",
                "Did they?",
                "Yes."
            ]
        );
    }

    #[test]
    fn a_word_without_end_is_read_only_as_far_as_words_go() {
        assert_eq!(first_word(&"A".repeat(100_000)).len(), 32);
        assert_eq!(first_word("Talks, then"), "Talks");
    }

    #[test]
    fn run_together_lines_are_cut() {
        assert_eq!(
            cut("Talks collapse againThe ministers left.They said \"no.\"The rest was silence."),
            [
                "Talks collapse again",
                "The ministers left.",
                "They said \"no.\"",
                "The rest was silence."
            ]
        );
        assert_eq!(cut("He watched YouTube with McDonald.").len(), 1);
    }
}
