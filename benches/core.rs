//! The core, stage by stage, on one statement of 25 words, asked again and again; and on those of the whole corpus, whose
//! words wait for memory.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stance::classifier::{Options, classify};
use stance::features::Scratch;
use stance::registry::Registry;
use stance::stance::Stance;
use stance::statement::Statement;
use stance::text::tokenize_into;
use stance::train::Corpus;

/// 25 words, some of them names that the model does not know.
const STATEMENT: &str = "The foreign ministry in Ulaanbaatar denied on Tuesday that its border \
    guards had fired at a patrol near Khovd and said that talks on the pasture would go on.";

fn core(criterion: &mut Criterion) {
    let registry = Registry::embedded().unwrap();
    let model = &registry.default_model().model;
    let mut group = criterion.benchmark_group("core");
    group.throughput(Throughput::Elements(1));

    let mut tokens = Vec::new();
    group.bench_function("tokenize", |bencher| {
        bencher.iter(|| tokenize_into(black_box(STATEMENT), &mut tokens));
    });
    let mut scratch = Scratch::default();
    group.bench_function("tokenize and count features", |bencher| {
        bencher.iter(|| {
            model.vocabulary().count(black_box(STATEMENT), &mut scratch);
        });
    });
    group.bench_function("tokenize, count and score", |bencher| {
        bencher.iter(|| black_box(model.score(black_box(STATEMENT), &mut scratch)));
    });
    let statement = Statement::new(STATEMENT, 1000).unwrap();
    group.bench_function("classify", |bencher| {
        bencher.iter(|| black_box(classify(model, black_box(statement), &Options::default())));
    });
    group.bench_function("explain", |bencher| {
        bencher.iter(|| black_box(model.explain(black_box(STATEMENT), Stance::Denial)));
    });
    group.finish();
}

/// Every statement of the corpus, in an order that mixes its files.
fn corpus(criterion: &mut Criterion) {
    let registry = Registry::embedded().unwrap();
    let model = &registry.default_model().model;
    let mut texts: Vec<String> = Corpus::load(Path::new("corpus"))
        .unwrap()
        .examples
        .into_iter()
        .map(|example| example.text)
        .collect();
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    texts.sort_by_cached_key(|text| hasher.hash_one(text));
    let words: usize = texts
        .iter()
        .map(|text| text.split_whitespace().count())
        .sum();
    let mut group = criterion.benchmark_group("corpus");
    group.sample_size(20);
    // An element is as many words as the one statement has.
    group.throughput(Throughput::Elements(words as u64 / 25));
    group.bench_function("classify each statement", |bencher| {
        bencher.iter(|| {
            for text in &texts {
                let statement = Statement::new(text, usize::MAX).unwrap();
                black_box(classify(model, statement, &Options::default()));
            }
        });
    });
    group.finish();
}

fn start(criterion: &mut Criterion) {
    criterion.bench_function("load the embedded model", |bencher| {
        bencher.iter(|| black_box(Registry::embedded().unwrap()));
    });
}

criterion_group!(benches, core, corpus, start);
criterion_main!(benches);
