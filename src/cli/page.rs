//! A document on the terminal: each statement with its stance, its speaker in the margin, and a table
//! of the speakers.

use std::io::{self, Write};
use std::path::Path;

use console::{Alignment, Style, measure_text_width, pad_str, truncate_str};

use crate::analysis::{Analysis, Tally};
use crate::document::Kind;
use crate::stance::Stance;

const MARGIN: usize = 28;
/// The widest label and a score: "ESCALATION 0.97".
const LABEL: usize = 15;
/// Stands for the speaker of the statement above.
const SAME: &str = "″";
/// Between the columns.
const GAP: usize = 2;
/// The narrowest column of text; narrower terminals get longer lines than they have.
const NARROWEST: usize = 30;
/// The widest, which can still be read with ease.
const WIDEST: usize = 92;

/// Writes one document. Colours are left out where the output takes none.
pub(super) fn write_page(
    output: &mut impl Write,
    file: &Path,
    text: &str,
    analysis: &Analysis,
    terminal_width: usize,
) -> io::Result<()> {
    let column = terminal_width
        .saturating_sub(MARGIN + LABEL + 2 * GAP)
        .clamp(NARROWEST, WIDEST);
    let bold = Style::new().bold();
    let title = file.display().to_string();
    writeln!(
        output,
        "{}   {}\n",
        bold.apply_to(title),
        in_words(&analysis.tally)
    )?;
    let mut last = None;
    for statement in &analysis.statements {
        let speaker = statement
            .attribution
            .as_ref()
            .map(|attribution| attribution.speaker);
        // An empty margin is a statement of nobody's.
        let name = match speaker {
            Some(_) if speaker == last => SAME,
            Some(speaker) => {
                (analysis.speakers.get(speaker)).map_or("", |summary| summary.speaker.name.as_str())
            }
            None => "",
        };
        last = speaker;
        let (label, style) = match statement.classification.stance {
            Some(stance) => (stance.name(), style_of(stance)),
            None => ("abstained", Style::new().dim()),
        };
        let is_none = statement.classification.stance == Some(Stance::None);
        let label = if is_none {
            String::new()
        } else {
            format!("{label} {:.2}", statement.classification.confidence())
        };
        let margin = pad_str(
            &truncate_str(name, MARGIN, "…"),
            MARGIN,
            Alignment::Right,
            None,
        )
        .into_owned();
        let text_style = match statement.kind {
            Kind::Headline => Style::new().bold(),
            _ if is_none => Style::new().dim(),
            _ => Style::new(),
        };
        for (index, line) in wrapped(statement.span.of(text), column).iter().enumerate() {
            let (margin, label) = if index == 0 {
                (margin.as_str(), label.as_str())
            } else {
                ("", "")
            };
            writeln!(
                output,
                "{}{:GAP$}{}{:GAP$}{}",
                Style::new()
                    .cyan()
                    .apply_to(pad_str(margin, MARGIN, Alignment::Left, None)),
                "",
                style.apply_to(pad_str(label, LABEL, Alignment::Left, None)),
                "",
                text_style.apply_to(line),
            )?;
        }
    }
    speakers(output, analysis, &bold)?;
    writeln!(output)
}

fn speakers(output: &mut impl Write, analysis: &Analysis, bold: &Style) -> io::Result<()> {
    if analysis.speakers.is_empty() {
        return Ok(());
    }
    let names = analysis
        .speakers
        .iter()
        .map(|who| measure_text_width(&who.speaker.name));
    let width = names.max().unwrap_or(0).clamp(MARGIN, 2 * MARGIN);
    writeln!(output)?;
    let head = pad_str("speaker", width, Alignment::Left, None);
    write!(output, "{}", bold.apply_to(head))?;
    for stance in Stance::ALL {
        write!(
            output,
            "{}",
            bold.apply_to(format!("{:>12}", stance.name()))
        )?;
    }
    writeln!(output)?;
    for who in &analysis.speakers {
        let name = truncate_str(&who.speaker.name, width, "…").into_owned();
        write!(output, "{}", pad_str(&name, width, Alignment::Left, None))?;
        for (stance, count) in Stance::ALL.into_iter().zip(who.tally.counts) {
            let count = if count == 0 {
                "·".to_owned()
            } else {
                count.to_string()
            };
            write!(
                output,
                "{}",
                style_of(stance).apply_to(pad_str(&count, 12, Alignment::Right, None))
            )?;
        }
        writeln!(output)?;
    }
    Ok(())
}

/// "41 statements: 13 escalation, 8 dialogue"
fn in_words(tally: &Tally) -> String {
    let counts: Vec<String> = Stance::ALL
        .into_iter()
        .zip(tally.counts)
        .filter(|(_, count)| *count > 0)
        .map(|(stance, count)| format!("{count} {}", stance.name().to_lowercase()))
        .collect();
    format!("{} statements: {}", tally.statements(), counts.join(", "))
}

fn style_of(stance: Stance) -> Style {
    match stance {
        Stance::Escalation => Style::new().red().bold(),
        Stance::Dialogue => Style::new().green().bold(),
        Stance::Denial => Style::new().yellow().bold(),
        Stance::None => Style::new().dim(),
    }
}

/// A text in lines of at most `width` columns, broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let needed = measure_text_width(word);
        match lines.last_mut() {
            Some(line) if used + 1 + needed <= width => {
                line.push(' ');
                line.push_str(word);
                used += 1 + needed;
            }
            _ => {
                lines.push(word.to_owned());
                used = needed;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words_and_a_long_word_is_kept_whole() {
        assert_eq!(
            wrapped("aa bb cc dddddddd e", 5),
            ["aa bb", "cc", "dddddddd", "e"]
        );
        assert!(wrapped("  ", 5).is_empty());
    }
}
