//! Messages to the domain's types and back. Requests become checked types here, once.

use std::sync::Arc;

use prost_types::{Duration, Timestamp};
use tracing::Span;

use super::proto;
use super::status::{CallError, MAX_CONTRIBUTIONS};
use crate::classifier::{Classification, Options, is_share};
use crate::features::FeatureKind;
use crate::model::{Evaluation, Explanation};
use crate::registry::{NamedModel, Registry};
use crate::stance::{PerStance, Stance};
use crate::text::{Encoding, OffsetMap, Span as TextSpan, Token, TokenKind, fold_into};

/// How much of a name that a client sent is repeated in an error.
const NAME_EXCERPT_CHARS: usize = 64;

/// Checked options: what they name exists, and every number is in range.
#[derive(Debug, Clone)]
pub(super) struct CheckedOptions {
    pub(super) model: Arc<NamedModel>,
    pub(super) options: Options,
    pub(super) encoding: Encoding,
}

impl CheckedOptions {
    pub(super) fn new(
        registry: &Registry,
        options: Option<proto::ClassifyOptions>,
    ) -> Result<Self, CallError> {
        let options = options.unwrap_or_default();
        if !(0.0..=1.0).contains(&options.min_confidence) {
            return Err(CallError::MinConfidence(options.min_confidence));
        }
        let none_share = match options.none_share {
            0.0 => None,
            share if is_share(share) => Some(share),
            share => return Err(CallError::NoneShare(share)),
        };
        let limit = match usize::try_from(options.max_contributions) {
            Ok(0) => MAX_CONTRIBUTIONS,
            Ok(limit) if limit <= MAX_CONTRIBUTIONS => limit,
            _ => return Err(CallError::ContributionLimit(options.max_contributions)),
        };
        Ok(Self {
            model: model(registry, &options.model, "options.model")?,
            options: Options {
                min_confidence: options.min_confidence,
                none_share,
                explain: options.explain.then_some(Some(limit)),
            },
            encoding: encoding(options.encoding_type, "options.encoding_type")?,
        })
    }
}

/// The model of a name, which is noted in the call's span.
pub(super) fn model(
    registry: &Registry,
    name: &str,
    field: &'static str,
) -> Result<Arc<NamedModel>, CallError> {
    let model = registry.get(name).ok_or_else(|| CallError::UnknownModel {
        field,
        name: name.chars().take(NAME_EXCERPT_CHARS).collect(),
    })?;
    Span::current().record("model", model.name.as_str());
    Ok(Arc::clone(model))
}

/// The encoding of an enum number, which a client may send any of.
pub(super) fn encoding(value: i32, field: &'static str) -> Result<Encoding, CallError> {
    match proto::EncodingType::try_from(value) {
        Ok(proto::EncodingType::Unspecified | proto::EncodingType::Utf8) => Ok(Encoding::Utf8),
        Ok(proto::EncodingType::Utf16) => Ok(Encoding::Utf16),
        Ok(proto::EncodingType::Utf32) => Ok(Encoding::Utf32),
        Err(_) => Err(CallError::UnknownEncoding { field, value }),
    }
}

pub(super) fn encoding_type(encoding: Encoding) -> proto::EncodingType {
    match encoding {
        Encoding::Utf8 => proto::EncodingType::Utf8,
        Encoding::Utf16 => proto::EncodingType::Utf16,
        Encoding::Utf32 => proto::EncodingType::Utf32,
    }
}

pub(super) fn stance(stance: Stance) -> proto::Stance {
    match stance {
        Stance::Escalation => proto::Stance::Escalation,
        Stance::Dialogue => proto::Stance::Dialogue,
        Stance::Denial => proto::Stance::Denial,
        Stance::None => proto::Stance::None,
    }
}

/// The answer for one text.
pub(super) fn classification(
    text: &str,
    classification: &Classification,
    checked: &CheckedOptions,
) -> proto::Classification {
    // Offsets cost a pass over the text, which only an explanation needs.
    let offsets = classification
        .explanation
        .as_ref()
        .map(|_| OffsetMap::new(text, checked.encoding));
    classification_at(classification, checked, |at| {
        offsets.as_ref().map(|offsets| span(at, offsets))
    })
}

/// The same for a statement whose places in the caller's text `place` knows.
pub(super) fn classification_at(
    classification: &Classification,
    checked: &CheckedOptions,
    place: impl Fn(TextSpan) -> Option<proto::TextSpan>,
) -> proto::Classification {
    let decided = classification.stance;
    let outcome = match decided {
        Some(_) => proto::Outcome::Decided,
        None => proto::Outcome::Abstained,
    };
    let explanation = classification.explanation.as_ref();
    let NamedModel { name, model, .. } = checked.model.as_ref();
    proto::Classification {
        stance: decided.map_or(proto::Stance::Unspecified, stance).into(),
        confidence: classification.confidence(),
        scores: scores(&classification.scores),
        outcome: outcome.into(),
        contributions: explanation
            .map(|explanation| contributions(explanation, place))
            .unwrap_or_default(),
        known_feature_ratio: classification.known_ratio,
        model: name.clone(),
        model_version: model.version().to_owned(),
        encoding_type: encoding_type(checked.encoding).into(),
        logits: explanation
            .map(|explanation| logits(classification, explanation, checked))
            .unwrap_or_default(),
        temperature: explanation.map_or(0.0, |_| model.temperature()),
    }
}

/// Scores as they stand, highest first.
pub(super) fn scores(scores: &PerStance<(Stance, f32)>) -> Vec<proto::StanceScore> {
    scores
        .iter()
        .map(|&(label, score)| proto::StanceScore {
            stance: stance(label).into(),
            score,
        })
        .collect()
}

fn logits(
    classification: &Classification,
    explanation: &Explanation,
    checked: &CheckedOptions,
) -> Vec<proto::Logit> {
    classification
        .scores
        .iter()
        .map(|&(label, _)| proto::Logit {
            stance: stance(label).into(),
            bias: checked.model.model.bias()[label as usize],
            value: classification.logits[label as usize],
            omitted: if label == explanation.stance {
                explanation.omitted
            } else {
                0.0
            },
        })
        .collect()
}

fn contributions(
    explanation: &Explanation,
    place: impl Fn(TextSpan) -> Option<proto::TextSpan>,
) -> Vec<proto::Contribution> {
    explanation
        .contributions
        .iter()
        .map(|contribution| proto::Contribution {
            kind: feature_kind(contribution.kind).into(),
            feature: contribution.feature.clone(),
            span: place(contribution.span),
            value: contribution.value,
        })
        .collect()
}

fn feature_kind(kind: FeatureKind) -> proto::FeatureKind {
    match kind {
        FeatureKind::Word => proto::FeatureKind::Word,
        FeatureKind::WordNgram => proto::FeatureKind::WordNgram,
        FeatureKind::CharacterNgram => proto::FeatureKind::CharacterNgram,
        FeatureKind::WordClass => proto::FeatureKind::WordClass,
        FeatureKind::WordClassPair => proto::FeatureKind::WordClassPair,
        FeatureKind::WordAhead => proto::FeatureKind::WordAhead,
    }
}

pub(super) fn span(span: TextSpan, offsets: &OffsetMap) -> proto::TextSpan {
    proto::TextSpan {
        begin_offset: int(offsets.offset(span.start)),
        end_offset: int(offsets.offset(span.end)),
    }
}

/// The tokens of a text and what a model knows of each.
pub(super) fn tokens(
    text: &str,
    tokens: &[Token],
    named: &NamedModel,
    encoding: Encoding,
) -> Vec<proto::Token> {
    let offsets = OffsetMap::new(text, encoding);
    tokens
        .iter()
        .map(|&token| {
            let knowledge = named.model.vocabulary().knowledge(text, token);
            let feature = knowledge
                .feature
                .and_then(|id| named.model.features().get(id as usize));
            let mut lookup = String::new();
            fold_into(token.span.of(text), &mut lookup);
            proto::Token {
                span: Some(span(token.span, &offsets)),
                text: token.span.of(text).to_owned(),
                kind: token_kind(token.kind).into(),
                lookup,
                negated: token.negated,
                known: knowledge.known,
                inverse_document_frequency: feature.map_or(0.0, |feature| feature.idf),
                weights: feature
                    .map(|feature| {
                        Stance::ALL
                            .into_iter()
                            .zip(feature.weights)
                            .map(|(label, weight)| proto::StanceWeight {
                                stance: stance(label).into(),
                                weight,
                            })
                            .collect()
                    })
                    .unwrap_or_default(),
                known_character_ngrams: int(knowledge.character_ngrams),
            }
        })
        .collect()
}

fn token_kind(kind: TokenKind) -> proto::TokenKind {
    match kind {
        TokenKind::Word => proto::TokenKind::Word,
        TokenKind::Number => proto::TokenKind::Number,
        TokenKind::Quote => proto::TokenKind::Quote,
        TokenKind::Mark => proto::TokenKind::Mark,
        TokenKind::Punctuation => proto::TokenKind::Punctuation,
    }
}

/// A model as it is described to clients.
pub(super) fn description(named: &NamedModel, is_default: bool) -> proto::Model {
    let NamedModel {
        name,
        model,
        record,
    } = named;
    let counts = model.feature_counts();
    let corpus = model.corpus();
    proto::Model {
        name: name.clone(),
        version: model.version().to_owned(),
        is_default,
        labels: model
            .labels()
            .iter()
            .map(|&label| stance(label).into())
            .collect(),
        feature_counts: Some(proto::FeatureCounts {
            total: int(model.vocabulary().len()),
            words: int(counts.words),
            word_ngrams: int(counts.word_ngrams),
            character_ngrams: int(counts.character_ngrams),
            word_classes: int(counts.word_classes),
            word_class_pairs: int(counts.word_class_pairs),
            words_ahead: int(counts.words_ahead),
        }),
        corpus: Some(proto::TrainingCorpus {
            statements: int(corpus.statements),
            sha256: corpus.sha256.clone(),
            label_counts: Stance::ALL
                .into_iter()
                .zip(corpus.labels)
                .map(|(label, statements)| proto::LabelCount {
                    stance: stance(label).into(),
                    statements: int(statements),
                })
                .collect(),
        }),
        train_time: record.as_ref().map(|record| Timestamp {
            seconds: record.trained_at,
            nanos: 0,
        }),
        training_duration: record
            .as_ref()
            .and_then(|record| std::time::Duration::try_from_secs_f64(record.seconds).ok())
            .and_then(|duration| Duration::try_from(duration).ok()),
        temperature: model.temperature(),
        evaluations: record
            .iter()
            .flat_map(|record| &record.evaluations)
            .map(evaluation)
            .collect(),
    }
}

#[allow(clippy::cast_possible_truncation)] // figures have three digits that matter
fn evaluation(evaluation: &Evaluation) -> proto::Evaluation {
    proto::Evaluation {
        data_set: evaluation.data_set.clone(),
        statements: int(evaluation.statements),
        macro_f1: evaluation.macro_f1 as f32,
        accuracy: evaluation.accuracy as f32,
        expected_calibration_error: evaluation.expected_calibration_error as f32,
        stances: Stance::ALL
            .into_iter()
            .zip(&evaluation.labels)
            .map(|(label, figures)| proto::StanceEvaluation {
                stance: stance(label).into(),
                support: int(figures.support),
                precision: figures.precision as f32,
                recall: figures.recall as f32,
                f1: figures.f1 as f32,
            })
            .collect(),
    }
}

/// Counts and offsets are far below 2³¹: texts and messages are limited.
pub(super) fn int(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
