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
    let cases = [
        ("article, 1 MiB", filled(ARTICLE, MEBIBYTE)),
        ("article, 2 MiB", filled(ARTICLE, 2 * MEBIBYTE)),
        ("straight quotation marks, 1 MiB", filled("\"", MEBIBYTE)),
        (
            "straight quotation marks, 2 MiB",
            filled("\"", 2 * MEBIBYTE),
        ),
        (
            "quotation marks on lines of their own, 1 MiB",
            filled("\u{201c}a\n", MEBIBYTE),
        ),
        (
            "quotation marks on lines of their own, 2 MiB",
            filled("\u{201c}a\n", 2 * MEBIBYTE),
        ),
        ("full stops, 1 MiB", filled(".", MEBIBYTE)),
        ("full stops, 2 MiB", filled(".", 2 * MEBIBYTE)),
        ("full stops and spaces, 1 MiB", filled(". ", MEBIBYTE)),
        ("full stops and spaces, 2 MiB", filled(". ", 2 * MEBIBYTE)),
        ("one word, 1 MiB", filled("a", MEBIBYTE)),
        ("one word, 2 MiB", filled("a", 2 * MEBIBYTE)),
        ("nested brackets, 1 MiB", filled("([", MEBIBYTE)),
        ("nested brackets, 2 MiB", filled("([", 2 * MEBIBYTE)),
        (
            "a sentence of verbs of speech, 1 MiB",
            filled("said, and ", MEBIBYTE),
        ),
        (
            "a sentence of verbs of speech, 2 MiB",
            filled("said, and ", 2 * MEBIBYTE),
        ),
        (
            "a sentence of names, 1 MiB",
            filled("Minister Ada Lund, ", MEBIBYTE),
        ),
        (
            "a sentence of names, 2 MiB",
            filled("Minister Ada Lund, ", 2 * MEBIBYTE),
        ),
        ("new people all the time, 1 MiB", people(MEBIBYTE)),
        ("new people all the time, 2 MiB", people(2 * MEBIBYTE)),
    ];
    for (name, text) in cases {
        let document = Document::new(&text, usize::MAX).unwrap();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                black_box(analyze(
                    model,
                    &reader,
                    document,
                    &Options::default(),
                    false,
                ))
            });
        });
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
