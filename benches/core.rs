//! The core, stage by stage, on one statement of 25 words.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stance::classifier::{Options, classify};
use stance::features::Scratch;
use stance::registry::Registry;
use stance::stance::Stance;
use stance::statement::Statement;
use stance::text::tokenize_into;

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

fn start(criterion: &mut Criterion) {
    criterion.bench_function("load the embedded model", |bencher| {
        bencher.iter(|| black_box(Registry::embedded().unwrap()));
    });
}

criterion_group!(benches, core, start);
criterion_main!(benches);
