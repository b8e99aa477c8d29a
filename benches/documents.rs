//! Whole documents: a megabyte of article, twice as much, and a megabyte of each kind of text that could
//! make a reader slow. Reading is linear where twice the length takes at most 2.1 times as long.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stance::analysis::analyze;
use stance::classifier::Options;
use stance::document::{Document, Reader};
use stance::registry::Registry;

const MEBIBYTE: usize = 1 << 20;

/// Part of an article, written for this bench.
const ARTICLE: &str = "Talks to resume after raid on border post\n\n\
    The foreign minister, Ada Lund, said on Monday that her government was ready to resume talks with its \
    neighbour, which denied that its troops had crossed the river. \u{201c}We have never ordered such a raid,\u{201d} \
    General Idris Kane told reporters, \u{201c}and we never will. Those who say so want a war.\u{201d}\n\n\
    The two armies have faced each other along the river since 1994. Lund, who took office in May, called the \
    denial \u{201c}an insult\u{201d} and said that the U.N. envoy, Mr. J. R. Holt, would be asked to look into it. \
    According to a diplomat, he had already agreed.\n\n";

/// A text of so many bytes.
type Text = fn(usize) -> String;

fn filled(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len())
}

fn documents(criterion: &mut Criterion) {
    let registry = Registry::embedded().unwrap();
    let model = &registry.default_model().model;
    let reader = Reader::new();
    let mut group = criterion.benchmark_group("documents");
    group.sample_size(10);
    group.measurement_time(std::time::Duration::from_secs(2));
    group.warm_up_time(std::time::Duration::from_millis(500));
    let cases: [(&str, Text); 10] = [
        ("article", |bytes| filled(ARTICLE, bytes)),
        ("straight quotation marks", |bytes| filled("\"", bytes)),
        ("an opening mark on each line", |bytes| {
            filled("\u{201c}a\n", bytes)
        }),
        ("full stops", |bytes| filled(".", bytes)),
        ("full stops and spaces", |bytes| filled(". ", bytes)),
        ("one word", |bytes| filled("a", bytes)),
        ("nested brackets", |bytes| filled("([", bytes)),
        ("a sentence of verbs of speech", |bytes| {
            filled("said, and ", bytes)
        }),
        ("a sentence of names", |bytes| {
            filled("Minister Ada Lund, ", bytes)
        }),
        ("a new person in each sentence", people),
    ];
    for (name, text) in cases {
        for mebibytes in [1, 2] {
            let text = text(mebibytes * MEBIBYTE);
            let document = Document::new(&text, usize::MAX).unwrap();
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("{name}, {mebibytes} MiB"), |bencher| {
                bencher.iter(|| {
                    let options = Options::default();
                    black_box(analyze(model, &reader, document, &options, false))
                });
            });
        }
    }
    group.finish();
}

/// Ministers of one family name and many given ones, each of whom says something.
fn people(bytes: usize) -> String {
    let mut text = String::new();
    let mut number: usize = 0;
    while text.len() < bytes {
        let given: String = number
            .to_string()
            .bytes()
            .map(|digit| char::from(digit - b'0' + b'a'))
            .collect();
        text.push_str("Foreign Minister K");
        text.push_str(&given);
        text.push_str(" Holt said no. The minister left.\n");
        number += 1;
    }
    text
}

criterion_group!(benches, documents);
criterion_main!(benches);
