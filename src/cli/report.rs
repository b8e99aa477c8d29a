//! The page that `stance evaluate --report` writes.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use plotters::prelude::*;

use super::CommandError;
use super::evaluate::Measured;
use crate::model::{Coverage, Evaluation, Model, ReliabilityBin};
use crate::registry::NamedModel;
use crate::stance::{PerStance, Stance};
use crate::text::{Span, tokenize};
use crate::train::{Answer, ChallengeReport, Example, Passed};

const STYLE: &str = "
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
table { border-collapse: collapse; margin: .6rem 0 } caption { text-align: left; color: #57606a }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #d8dee4 }
th:first-child, td:first-child { text-align: left }
.plots { display: flex; flex-wrap: wrap; gap: 1rem } .plots figure { margin: 0 } figcaption { color: #57606a }
.error { border-left: 3px solid #d8dee4; padding: .2rem .8rem; margin: .8rem 0 } .error p { margin: .2rem 0 }
.meta { color: #57606a; font-size: .9rem }
";
const BLUE: RGBColor = RGBColor(31, 99, 172);
const RED: RGBColor = RGBColor(207, 34, 46);
const GREY: RGBColor = RGBColor(140, 149, 159);
/// The size of a plot, in pixels.
const PLOT: (u32, u32) = (440, 320);

/// The page: everything in one file.
pub(super) fn page(
    named: &NamedModel,
    measured: Option<&Measured>,
    challenged: Option<&ChallengeReport>,
) -> Result<String, CommandError> {
    let title = format!(
        "Stance model {}, version {}",
        named.name,
        named.model.version()
    );
    let measured = measured
        .map(|measured| evaluation(&named.model, measured))
        .transpose()?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                @if let Some(measured) = measured { (measured) }
                @if let Some(challenged) = challenged { (challenge(challenged)) }
            }
        }
    };
    Ok(page.into_string())
}

fn evaluation(model: &Model, measured: &Measured) -> Result<Markup, CommandError> {
    let Measured {
        evaluation,
        confusion,
        errors,
        ..
    } = measured;
    Ok(html! {
        p {
            (evaluation.data_set) ", " (evaluation.statements) " statements: macro-F1 "
            strong { (evaluation.macro_f1_with_interval()) } ", accuracy " (three(evaluation.accuracy))
            ", expected calibration error " (evaluation.calibration_error_with_interval())
            "; in brackets 95 % bootstrap intervals."
        }
        h2 { "Labels" }
        (labels(evaluation))
        (matrix(confusion))
        h2 { "Confidence" }
        div.plots {
            figure {
                (PreEscaped(reliability_diagram(&evaluation.reliability)?))
                figcaption { "Reliability: right answers by confidence, 15 bins; larger dots hold more answers." }
            }
            figure {
                (PreEscaped(risk_coverage_curve(&evaluation.risk_coverage)?))
                figcaption { "Risk and coverage: what is right where the least confident answers are left out." }
            }
        }
        table {
            caption { "What " code { "min_confidence" } " answers" }
            tr { th { "answered" } th { "min_confidence" } th { "right" } }
            @for point in &evaluation.risk_coverage {
                tr {
                    td { (percent(point.coverage)) }
                    td { (format!("{:.2}", point.min_confidence)) }
                    td { (percent(point.accuracy)) }
                }
            }
        }
        @if !evaluation.parts.is_empty() {
            h2 { "Sources" }
            table {
                tr { th { "source" } th { "statements" } th { "macro-F1" } th { "accuracy" } }
                @for part in &evaluation.parts {
                    tr {
                        td { (part.name) }
                        td { (part.statements) }
                        td { (three(part.macro_f1)) }
                        td { (three(part.accuracy)) }
                    }
                }
            }
        }
        @if !errors.is_empty() {
            h2 { "Most confident errors" }
            p.meta { "Marked are the words that speak for the wrong label, darker where they weigh more." }
            @for (example, answer) in errors { (error(model, example, answer)) }
        }
    })
}

fn labels(evaluation: &Evaluation) -> Markup {
    html! {
        table {
            tr { th { "label" } th { "statements" } th { "precision" } th { "recall" } th { "F1" } }
            @for (label, figures) in Stance::ALL.into_iter().zip(&evaluation.labels) {
                tr {
                    td { (label) }
                    td { (figures.support) }
                    td { (three(figures.precision)) }
                    td { (three(figures.recall)) }
                    td { (three(figures.f1)) }
                }
            }
        }
    }
}

fn matrix(confusion: &PerStance<PerStance<usize>>) -> Markup {
    html! {
        table {
            caption { "Confusion: rows are right, columns given" }
            tr {
                th { "right" }
                @for label in Stance::ALL { th { (label) } }
            }
            @for (label, row) in Stance::ALL.into_iter().zip(confusion) {
                tr {
                    td { (label) }
                    @for &count in row {
                        td style=(shade(BLUE, share(count, row.iter().sum()))) { (count) }
                    }
                }
            }
        }
    }
}

fn challenge(report: &ChallengeReport) -> Markup {
    let line = |name: &str, passed: &Passed| {
        html! { tr { td { (name) } td { (passed.total) } td { (three(passed.rate())) } } }
    };
    html! {
        h2 { "Challenge set" }
        table {
            tr { th { "phenomenon" } th { "statements" } th { "right" } }
            @for (name, passed) in &report.phenomena { (line(name, passed)) }
            (line("all", &report.accuracy))
            (line("invariance tests that hold", &report.invariance))
            (line("directional tests that hold", &report.directional))
        }
    }
}

/// One wrong answer, its words marked by what they add to the label that was given.
fn error(model: &Model, example: &Example, answer: &Answer) -> Markup {
    let text = example.text.as_str();
    let words = weighed_words(model, text, answer.given);
    let most = words
        .iter()
        .map(|&(_, weight)| weight)
        .fold(f32::EPSILON, f32::max);
    // Each token with the white space before it.
    let mut end = 0;
    let mut pieces = Vec::with_capacity(words.len());
    for (span, weight) in words {
        let range = span.range();
        let before = text.get(end..range.start).unwrap_or_default();
        pieces.push((before, span.of(text), weight / most));
        end = range.end;
    }
    html! {
        div.error {
            p {
                @for (before, word, weight) in pieces {
                    (before)
                    span style=(shade(RED, 0.6 * f64::from(weight))) { (word) }
                }
                (text.get(end..).unwrap_or_default())
            }
            p.meta {
                "right " (answer.right) ", given " (answer.given) " with "
                (format!("{:.2}", answer.confidence))
                @if let Some(part) = example.part() { ", " (part) }
            }
        }
    }
}

/// The tokens of a text with what speaks for a stance in each: the contributions that stand in it,
/// those that span several tokens shared among them; nothing below zero.
fn weighed_words(model: &Model, text: &str, stance: Stance) -> Vec<(Span, f32)> {
    let mut words: Vec<(Span, f32)> = tokenize(text)
        .iter()
        .map(|token| (token.span, 0.0))
        .collect();
    for contribution in model.explain(text, stance).contributions {
        let Span { start, end } = contribution.span;
        let first = words.partition_point(|(word, _)| word.end <= start);
        let last = words.partition_point(|(word, _)| word.start < end);
        let spanned = &mut words[first.min(last)..last];
        #[allow(clippy::cast_precision_loss)]
        let each = contribution.value / spanned.len().max(1) as f32;
        for (_, weight) in spanned {
            *weight += each;
        }
    }
    for (_, weight) in &mut words {
        *weight = weight.max(0.0);
    }
    words
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn reliability_diagram(bins: &[ReliabilityBin]) -> Result<String, CommandError> {
    let total: usize = bins.iter().map(|bin| bin.statements).sum();
    plot("confidence", "right", |chart| {
        chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], GREY))?;
        chart.draw_series(bins.iter().map(|bin| {
            // The area of a dot is the share of the answers.
            let radius = 3.0 + 22.0 * share(bin.statements, total).sqrt();
            let place = (bin.confidence, bin.accuracy);
            Circle::new(place, radius as i32, BLUE.mix(0.6).filled())
        }))?;
        Ok(())
    })
}

fn risk_coverage_curve(points: &[Coverage]) -> Result<String, CommandError> {
    plot("answered", "right", |chart| {
        let places = points.iter().map(|point| (point.coverage, point.accuracy));
        chart.draw_series(LineSeries::new(places, BLUE.stroke_width(2)).point_size(3))?;
        Ok(())
    })
}

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// An SVG of a chart whose axes both run from 0 to 1.
fn plot(
    across: &str,
    up: &str,
    draw: impl FnOnce(&mut Chart<'_, '_>) -> Result<(), CommandError>,
) -> Result<String, CommandError> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, PLOT).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(12)
            .x_label_area_size(38)
            .y_label_area_size(48)
            .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc(across)
            .y_desc(up)
            .draw()?;
        draw(&mut chart)?;
        area.present()?;
    }
    Ok(svg)
}

#[allow(clippy::cast_precision_loss)]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn shade(RGBColor(red, green, blue): RGBColor, opacity: f64) -> String {
    format!("background: rgba({red}, {green}, {blue}, {opacity:.2})")
}

fn three(figure: f64) -> String {
    format!("{figure:.3}")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::toy;

    #[test]
    fn the_words_that_a_label_rests_on_weigh_most() {
        let words = weighed_words(&toy(), "They denied it", Stance::Denial);
        let weights: Vec<f32> = words.iter().map(|&(_, weight)| weight).collect();
        assert_eq!(words.len(), 3);
        assert!(weights[1] > 1.0 && weights[0].abs() < 1e-6 && weights[2].abs() < 1e-6);
    }

    #[test]
    fn a_statement_stays_as_it_is_and_cannot_break_the_page() {
        let example = Example::new("<b>They</b> denied & \"fled\"", Stance::None);
        let answer = Answer {
            right: Stance::None,
            given: Stance::Denial,
            confidence: 0.9,
        };
        let page = error(&toy(), &example, &answer).into_string();
        assert!(!page.contains("<b>"));
        let shown: String = page
            .split("</p>")
            .next()
            .unwrap_or_default()
            .split('<')
            .filter_map(|part| part.split_once('>'))
            .map(|(_, text)| text)
            .collect();
        assert_eq!(
            shown,
            "&lt;b&gt;They&lt;/b&gt; denied &amp; &quot;fled&quot;"
        );
    }
}
