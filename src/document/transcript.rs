//! Turns of a transcript: lines that begin with who speaks.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::blocks::Block;
use super::segments::{Form, Segment};

/// How many turns make a transcript.
const FEWEST_TURNS: usize = 3;
/// The longest label of a turn, in bytes.
const LONGEST_LABEL: usize = 120;
/// The most words of the name or office in it.
const MOST_WORDS: usize = 12;

/// Whether so many lines begin with a label that they are turns.
pub(super) fn is_transcript(labels: &[Option<Range<usize>>], blocks: &[Block]) -> bool {
    let turns = labels.iter().flatten().count();
    turns >= FEWEST_TURNS && turns * 5 >= blocks.len()
}

/// The labels that turns of a transcript begin with, by segment: `MR. HOLT:`
pub(super) fn turn_labels(
    text: &str,
    blocks: &[Block],
    segments: &[Segment],
) -> Vec<Option<Range<usize>>> {
    let mut labels = vec![None; segments.len()];
    let mut block = usize::MAX;
    for (index, segment) in segments.iter().enumerate() {
        if segment.block == block {
            continue;
        }
        block = segment.block;
        let line = &text[blocks[block].span.clone()];
        let start = blocks[block].span.start;
        if segment.form != Form::Furniture {
            labels[index] = label_end(line).map(|end| start..start + end);
        }
    }
    // A headline with a colon is no turn, unless its label comes again.
    let mut times: FxHashMap<String, usize> = FxHashMap::default();
    for label in labels.iter().flatten() {
        *times.entry(text[label.clone()].to_lowercase()).or_default() += 1;
    }
    for (label, segment) in labels.iter_mut().zip(segments) {
        let again = label
            .as_ref()
            .is_some_and(|label| times.get(&text[label.clone()].to_lowercase()) > Some(&1));
        if segment.form == Form::Headline && !again {
            *label = None;
        }
    }
    labels
}

/// Where a turn's label ends at its colon.
fn label_end(line: &str) -> Option<usize> {
    let colon = line
        .bytes()
        .take(LONGEST_LABEL)
        .position(|byte| byte == b':')?;
    let label = line.get(..colon)?;
    let rest = &line[colon + 1..];
    // "Mr. Holt:" may stand on a line of its own.
    let spaced = rest.is_empty() || rest.starts_with(char::is_whitespace);
    // "Mr. Holt (from his seat)"
    let label = label.split_once('(').map_or(label, |(name, _)| name);
    let named = label.split_whitespace().count() <= MOST_WORDS
        && label.split_whitespace().all(|word| {
            let word = word.trim_start_matches(['(', '[']);
            word.starts_with(char::is_uppercase)
                || matches!(
                    word,
                    "of" | "the" | "for" | "and" | "de" | "al" | "van" | "von"
                )
        })
        && label.chars().any(char::is_alphabetic)
        && !label.chars().any(|c| c.is_ascii_digit());
    (spaced && named).then_some(colon)
}
