//! The shipped model is what the corpus gives. Ignored unless asked for, since it trains the whole
//! model: `cargo test --test shipped_model -- --ignored`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use stance::model::Model;
use stance::registry::Registry;
use stance::train::{Corpus, Example, Recipe, Tuned, train};

/// How far weights may be apart. Processors differ in the last bits of their exponentials, and the
/// solver stops within its tolerance of the optimum, not on it.
const TOLERANCE: f32 = 1e-2;

#[test]
#[ignore = "trains the whole model"]
fn the_shipped_model_is_what_the_corpus_gives() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = Corpus::load(&directory).unwrap();
    let recipe = Recipe::load(&directory).unwrap();
    let tuned = Tuned::load(&directory).unwrap().expect("corpus/tuned.json");
    let examples: Vec<&Example> = corpus.examples.iter().collect();
    let trained = train(&examples, &recipe, &tuned, &|_| {}).unwrap().model;
    let registry = Registry::embedded().unwrap();
    let shipped: &Model = &registry.default_model().model;

    assert_eq!(shipped.corpus(), trained.corpus());
    assert!(
        shipped.vocabulary().keys() == trained.vocabulary().keys(),
        "another vocabulary"
    );
    assert!((shipped.temperature() - trained.temperature()).abs() < f32::EPSILON);
    let mut largest: f32 = 0.0;
    for (ours, theirs) in shipped.features().iter().zip(trained.features()) {
        assert!((ours.idf - theirs.idf).abs() < 1e-5);
        for (a, b) in ours.weights.iter().zip(theirs.weights) {
            largest = largest.max((a - b).abs());
        }
    }
    for (a, b) in shipped.bias().iter().zip(trained.bias()) {
        largest = largest.max((a - b).abs());
    }
    println!("largest difference of a weight: {largest:e}");
    assert!(largest < TOLERANCE, "weights differ by up to {largest}");
}
