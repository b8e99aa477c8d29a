//! A document to its statements with their stances, summed up by speaker: [`crate::document`] says
//! where the statements are and who makes them, [`crate::classifier`] what stance they take.

use crate::classifier::{Classification, Options, classify};
use crate::document::{Attribution, Document, Kind, Reader, Speaker};
use crate::model::Model;
use crate::stance::{PerStance, Stance, ranked};
use crate::statement::Statement;
use crate::text::Span;

/// One statement of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentStatement {
    /// Where it stands in the document, in bytes.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// Its stance. Spans in an explanation point into the statement, not the document.
    pub classification: Classification,
    /// Who makes it, where that is clear.
    pub attribution: Option<Attribution>,
}

/// What a number of statements come to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// How many take each stance, in class order.
    pub counts: PerStance<usize>,
    /// How many are abstained.
    pub abstained: usize,
    scored: usize,
    sums: PerStance<f64>,
}

impl Tally {
    /// How many statements it is of.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.counts.iter().sum::<usize>() + self.abstained
    }

    /// The mean probability of each stance over the statements that were scored, highest first; none
    /// where nothing was.
    #[must_use]
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    pub fn mean_scores(&self) -> Option<PerStance<(Stance, f32)>> {
        let scored = self.scored as f64;
        (self.scored > 0).then(|| ranked(&self.sums.map(|sum| (sum / scored) as f32)))
    }

    fn add(&mut self, classification: &Classification, scored: bool) {
        match classification.stance {
            Some(stance) => self.counts[stance as usize] += 1,
            None => self.abstained += 1,
        }
        if scored {
            self.scored += 1;
            for (stance, score) in classification.scores {
                self.sums[stance as usize] += f64::from(score);
            }
        }
    }
}

/// One who speaks in a document, and what they say in sum.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeakerSummary {
    /// Who it is.
    pub speaker: Speaker,
    /// What they say.
    pub tally: Tally,
    /// The places of their statements in [`Analysis::statements`].
    pub statements: Vec<usize>,
}

/// A document, analysed.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Its statements, in order.
    pub statements: Vec<DocumentStatement>,
    /// Those who speak, in the order in which they first do.
    pub speakers: Vec<SpeakerSummary>,
    /// All statements together.
    pub tally: Tally,
    /// The bytes of the document that stand in statements that were scored.
    pub classified_bytes: usize,
}

/// Analyses a document. Without `include_none`, statements of [`Stance::None`] are counted but left out
/// of the list.
#[must_use]
pub fn analyze(
    model: &Model,
    reader: &Reader,
    document: Document<'_>,
    options: &Options,
    include_none: bool,
) -> Analysis {
    let reading = reader.read(document);
    let mut analysis = Analysis {
        statements: Vec::with_capacity(reading.parts.len()),
        speakers: reading
            .speakers
            .into_iter()
            .map(|speaker| SpeakerSummary {
                speaker,
                tally: Tally::default(),
                statements: Vec::new(),
            })
            .collect(),
        tally: Tally::default(),
        classified_bytes: 0,
    };
    for part in reading.parts {
        let text = part.span.of(document.text());
        let statement = Statement::new(text, text.len()).ok();
        let scored = statement.filter(|_| !part.is_furniture);
        let classification = match scored {
            Some(statement) => classify(model, statement, options),
            None => unscored(),
        };
        analysis.tally.add(&classification, scored.is_some());
        if scored.is_some() {
            analysis.classified_bytes += part.span.bytes();
        }
        let is_listed = include_none || classification.stance != Some(Stance::None);
        let place = analysis.statements.len();
        if let Some(attribution) = &part.attribution
            && let Some(summary) = analysis.speakers.get_mut(attribution.speaker)
        {
            summary.tally.add(&classification, scored.is_some());
            if is_listed {
                summary.statements.push(place);
            }
        }
        if is_listed {
            analysis.statements.push(DocumentStatement {
                span: part.span,
                kind: part.kind,
                classification,
                attribution: part.attribution,
            });
        }
    }
    analysis
}

/// What stands round a text takes no stance.
fn unscored() -> Classification {
    let mut probabilities = [0.0; Stance::ALL.len()];
    probabilities[Stance::None as usize] = 1.0;
    Classification {
        stance: Some(Stance::None),
        scores: ranked(&probabilities),
        known_ratio: 0.0,
        logits: [0.0; Stance::ALL.len()],
        explanation: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::toy;

    fn analyzed(text: &str, include_none: bool) -> Analysis {
        let document = Document::new(text, 10_000).unwrap_or_else(|e| panic!("{e}"));
        analyze(
            &toy(),
            &Reader::new(),
            document,
            &Options::default(),
            include_none,
        )
    }

    const TEXT: &str = "By Ann Holt\n\n\"They denied it,\" the minister said. \"They denied it.\"";

    #[test]
    fn every_statement_is_counted_and_those_of_no_stance_are_listed_on_demand() {
        let all = analyzed(TEXT, true);
        assert_eq!(all.statements.len(), 3);
        assert_eq!(all.tally.statements(), 3);
        let some = analyzed(TEXT, false);
        assert_eq!(some.tally, all.tally);
        assert_eq!(
            some.statements.len(),
            3 - all.tally.counts[Stance::None as usize]
        );
    }

    #[test]
    fn a_speaker_has_the_statements_that_are_listed() {
        let analysis = analyzed(TEXT, true);
        assert_eq!(analysis.speakers.len(), 1);
        let minister = &analysis.speakers[0];
        assert_eq!(minister.speaker.name, "minister");
        assert_eq!(minister.statements, [1, 2]);
        assert_eq!(minister.tally.statements(), 2);
    }

    #[test]
    fn a_byline_is_of_no_stance_and_not_scored() {
        let analysis = analyzed(TEXT, true);
        let byline = &analysis.statements[0];
        assert_eq!(byline.classification.scores[0], (Stance::None, 1.0));
        assert_eq!(
            analysis.classified_bytes,
            TEXT.len() - "By Ann Holt".len() - 3
        );
    }
}
