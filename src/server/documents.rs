//! Whole documents: their messages to the domain's types and back.

use super::convert::{self, CheckedOptions, classification_at, int, scores, stance};
use super::proto;
use super::status::{CallError, MAX_ID_BYTES, MAX_TITLE_BYTES};
use crate::analysis::{Analysis, DocumentStatement, SpeakerSummary, Tally, analyze};
use crate::document::{Attribution, Document, Kind, Reader, Rule};
use crate::registry::Registry;
use crate::stance::{PerStance, Stance};
use crate::text::{OffsetMap, Span};

/// A request that was checked: everything that an analysis needs.
#[derive(Debug, Clone)]
pub(super) struct CheckedDocument {
    document: proto::Document,
    options: CheckedOptions,
    include_none: bool,
    max_bytes: usize,
}

impl CheckedDocument {
    pub(super) fn new(
        registry: &Registry,
        max_bytes: usize,
        document: Option<proto::Document>,
        options: Option<proto::AnalyzeOptions>,
    ) -> Result<Self, CallError> {
        let document = document.ok_or(CallError::NoDocument)?;
        Document::new(&document.text, max_bytes).map_err(CallError::Document)?;
        for (field, text, limit) in [
            ("document.title", &document.title, MAX_TITLE_BYTES),
            ("document.source_id", &document.source_id, MAX_ID_BYTES),
            (
                "document.default_speaker",
                &document.default_speaker,
                MAX_ID_BYTES,
            ),
        ] {
            if text.len() > limit {
                let bytes = text.len();
                return Err(CallError::DocumentField {
                    field,
                    bytes,
                    limit,
                });
            }
        }
        let options = options.unwrap_or_default();
        Ok(Self {
            include_none: options.include_none,
            options: CheckedOptions::new(registry, Some(classify_options(options)))?,
            document,
            max_bytes,
        })
    }

    /// The length of the text, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.document.text.len()
    }

    /// Analyses the document and writes the answer.
    pub(super) fn analyze(
        self,
        reader: &Reader,
    ) -> Result<proto::AnalyzeDocumentResponse, CallError> {
        let Self {
            document:
                proto::Document {
                    text,
                    title,
                    source_id,
                    default_speaker,
                },
            options: checked,
            include_none,
            max_bytes,
        } = self;
        let document = Document::new(&text, max_bytes)
            .map_err(CallError::Document)?
            .with_title(&title)
            .with_default_speaker(&default_speaker);
        let model = &checked.model.model;
        let analysis = analyze(model, reader, document, &checked.options, include_none);
        let answer = Answer {
            text: &text,
            offsets: OffsetMap::new(&text, checked.encoding),
            checked: &checked,
        };
        Ok(answer.write(&analysis, source_id))
    }
}

/// The options that a single statement has, too.
fn classify_options(options: proto::AnalyzeOptions) -> proto::ClassifyOptions {
    let proto::AnalyzeOptions {
        min_confidence,
        explain,
        max_contributions,
        encoding_type,
        model,
        none_share,
        include_none: _,
    } = options;
    proto::ClassifyOptions {
        min_confidence,
        explain,
        max_contributions,
        encoding_type,
        model,
        none_share,
    }
}

/// What an answer is written from.
struct Answer<'a> {
    text: &'a str,
    offsets: OffsetMap,
    checked: &'a CheckedOptions,
}

impl Answer<'_> {
    fn write(&self, analysis: &Analysis, source_id: String) -> proto::AnalyzeDocumentResponse {
        let names: Vec<&str> = analysis
            .speakers
            .iter()
            .map(|speaker| speaker.speaker.name.as_str())
            .collect();
        proto::AnalyzeDocumentResponse {
            statements: analysis
                .statements
                .iter()
                .map(|statement| self.statement(statement, &names))
                .collect(),
            speakers: analysis
                .speakers
                .iter()
                .map(|speaker| self.speaker(speaker))
                .collect(),
            summary: Some(self.summary(analysis)),
            source_id,
            encoding_type: convert::encoding_type(self.checked.encoding).into(),
            model: self.checked.model.name.clone(),
            model_version: self.checked.model.model.version().to_owned(),
        }
    }

    fn span(&self, span: Span) -> proto::TextSpan {
        convert::span(span, &self.offsets)
    }

    fn statement(&self, statement: &DocumentStatement, names: &[&str]) -> proto::DocumentStatement {
        let start = statement.span.start;
        let place = |at: Span| {
            let in_document = Span {
                start: start + at.start,
                end: start + at.end,
            };
            Some(self.span(in_document))
        };
        proto::DocumentStatement {
            span: Some(self.span(statement.span)),
            text: statement.span.of(self.text).to_owned(),
            kind: kind(statement.kind).into(),
            classification: Some(classification_at(
                &statement.classification,
                self.checked,
                place,
            )),
            attribution: statement
                .attribution
                .as_ref()
                .map(|attribution| self.attribution(attribution, names)),
        }
    }

    fn attribution(&self, attribution: &Attribution, names: &[&str]) -> proto::Attribution {
        proto::Attribution {
            speaker: names
                .get(attribution.speaker)
                .map(|&name| name.to_owned())
                .unwrap_or_default(),
            speaker_index: int(attribution.speaker),
            mention: attribution.mention.map(|mention| self.span(mention)),
            cue: attribution.cue.map(|cue| self.span(cue)),
            rule: rule(attribution.rule).into(),
            confidence: attribution.rule.precision(),
        }
    }

    fn speaker(&self, summary: &SpeakerSummary) -> proto::Speaker {
        let SpeakerSummary {
            speaker,
            tally,
            statements,
        } = summary;
        proto::Speaker {
            name: speaker.name.clone(),
            mentions: speaker
                .mentions
                .iter()
                .map(|&mention| self.span(mention))
                .collect(),
            counts: counts(&tally.counts),
            abstained_count: int(tally.abstained),
            mean_scores: mean_scores(tally),
            statement_indexes: statements.iter().copied().map(int).collect(),
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn summary(&self, analysis: &Analysis) -> proto::DocumentSummary {
        proto::DocumentSummary {
            statement_count: int(analysis.tally.statements()),
            counts: counts(&analysis.tally.counts),
            abstained_count: int(analysis.tally.abstained),
            mean_scores: mean_scores(&analysis.tally),
            classified_share: analysis.classified_bytes as f32 / self.text.len() as f32,
        }
    }
}

fn counts(counts: &PerStance<usize>) -> Vec<proto::StanceCount> {
    Stance::ALL
        .into_iter()
        .zip(counts)
        .map(|(label, &count)| proto::StanceCount {
            stance: stance(label).into(),
            count: int(count),
        })
        .collect()
}

fn mean_scores(tally: &Tally) -> Vec<proto::StanceScore> {
    tally.mean_scores().as_ref().map(scores).unwrap_or_default()
}

fn kind(kind: Kind) -> proto::StatementKind {
    match kind {
        Kind::Headline => proto::StatementKind::Headline,
        Kind::Quote => proto::StatementKind::Quote,
        Kind::ReportedSpeech => proto::StatementKind::ReportedSpeech,
        Kind::Narration => proto::StatementKind::Narration,
    }
}

fn rule(rule: Rule) -> proto::AttributionRule {
    match rule {
        Rule::DefaultSpeaker => proto::AttributionRule::DefaultSpeaker,
        Rule::TranscriptLabel => proto::AttributionRule::TranscriptLabel,
        Rule::HeadlineLabel => proto::AttributionRule::HeadlineLabel,
        Rule::SubjectVerb => proto::AttributionRule::SubjectVerb,
        Rule::SubjectApposition => proto::AttributionRule::SubjectApposition,
        Rule::VerbSubject => proto::AttributionRule::VerbSubject,
        Rule::MainSubject => proto::AttributionRule::MainSubject,
        Rule::AccordingTo => proto::AttributionRule::AccordingTo,
        Rule::QuotedAs => proto::AttributionRule::QuotedAs,
        Rule::PassiveBy => proto::AttributionRule::PassiveBy,
        Rule::SameQuotation => proto::AttributionRule::SameQuotation,
        Rule::ContinuedQuotation => proto::AttributionRule::ContinuedQuotation,
        Rule::Signature => proto::AttributionRule::Signature,
    }
}
