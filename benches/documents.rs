//! Whole documents: a megabyte of article, twice as much, and a megabyte of each kind of text that could
//! make a reader slow. Reading is linear where twice the length takes at most 2.1 times as long.
//!
//! `cargo bench --bench documents`, or with `-- --rounds N --only NAME`. One and two megabytes take turns, so that a
//! noisy machine troubles both alike; medians are printed, of the times and of the ratio in each round. With
//! `--only NAME --mebibytes N` one text is read once and nothing measured: for a profiler, or to count instructions.
//!
//! `-- --repeat TEXT --mebibytes N` does the same with any piece of text. `-- --search N` looks for slow kinds of text:
//! every sequence of up to N of the pieces below, repeated to 32 KiB, and the slowest of them to 64 and 128 KiB. It
//! prints those that take longest and those that grow fastest.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss
)]

use std::hint::black_box;
use std::time::Instant;

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

/// What the search puts together: letters of all sorts, marks, spaces, and words that some rule looks for.
const PIECES: [&str; 64] = [
    "a",
    "A",
    "\u{e9}",
    "\u{c9}",
    "\u{df}",
    "\u{130}",
    "\u{1c5}",
    "1",
    "\u{661}",
    "\u{301}",
    "\u{4e2d}",
    "\u{5d0}",
    "\u{1f600}",
    "\u{200d}",
    ".",
    ",",
    ";",
    ":",
    "!",
    "?",
    "\"",
    "\u{201c}",
    "\u{201d}",
    "'",
    "\u{2018}",
    "\u{2019}",
    "\u{ab}",
    "(",
    ")",
    "[",
    "]",
    "-",
    "\u{2013}",
    "\u{2014}",
    "/",
    "@",
    "#",
    "_",
    "*",
    "|",
    "\u{2022}",
    "\u{2026}",
    " ",
    "\u{a0}",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "said ",
    "Minister ",
    "Lund ",
    "he ",
    "according to ",
    "Mr. ",
    "U.S. ",
    "of ",
    "the ",
    "and ",
    "Moscow ",
    "By ",
    "Photo: ",
    "Q: ",
    "told ",
    "who ",
];

/// Part of an article in another script, for letters that are not ASCII's.
const CYRILLIC: &str = "Министр иностранных дел заявила в понедельник, что её правительство готово возобновить переговоры. \
    «Мы никогда не отдавали такого приказа, — сказал генерал. — Кто так говорит, хочет войны».\n\n";

/// A text of so many bytes.
type Text = fn(usize) -> String;

fn filled(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len())
}

const CASES: [(&str, Text); 16] = [
    ("article", |bytes| filled(ARTICLE, bytes)),
    ("article in Russian", |bytes| filled(CYRILLIC, bytes)),
    ("straight quotation marks alone", |bytes| {
        filled("\"", bytes)
    }),
    ("an opening mark on each line", |bytes| {
        filled("\u{201c}a\n", bytes)
    }),
    ("full stops alone", |bytes| filled(".", bytes)),
    ("full stops and spaces", |bytes| filled(". ", bytes)),
    ("one word", |bytes| filled("a", bytes)),
    ("one word in capitals", |bytes| filled("A", bytes)),
    ("one word of accented capitals", |bytes| {
        filled("\u{c9}", bytes)
    }),
    ("nested brackets", |bytes| filled("([", bytes)),
    ("one sentence of verbs of speech", |bytes| {
        filled("said, and ", bytes)
    }),
    ("one sentence of names", |bytes| {
        filled("Minister Ada Lund, ", bytes)
    }),
    ("labels of turns on lines of their own", |bytes| {
        filled("Minister Ada Lund:\n\nNo.\n\n", bytes)
    }),
    ("posts signed on one line", |bytes| {
        filled("No. \u{2014} Ada Lund (@lund) ", bytes)
    }),
    ("a new person in each sentence", people),
    ("a new office of one person in each", offices),
];

/// What follows a flag.
fn argument(flag: &str) -> Option<String> {
    std::env::args().skip_while(|given| given != flag).nth(1)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let rounds: usize = argument("--rounds").map_or(9, |number| number.parse().unwrap());
    let only = argument("--only");
    let once: Option<usize> = argument("--mebibytes").map(|number| number.parse().unwrap());
    let registry = Registry::embedded().unwrap();
    let model = &registry.default_model().model;
    let reader = Reader::new();
    let seconds = |text: &str| {
        let document = Document::new(text, usize::MAX).unwrap();
        let start = Instant::now();
        black_box(analyze(
            model,
            &reader,
            document,
            &Options::default(),
            false,
        ));
        start.elapsed().as_secs_f64()
    };
    if let (Some(piece), Some(mebibytes)) = (argument("--repeat"), once) {
        seconds(&repeated(&piece, mebibytes * MEBIBYTE));
        return;
    }
    let cases = CASES
        .into_iter()
        .filter(|&(name, _)| only.as_ref().is_none_or(|only| only == name));
    if let Some(mebibytes) = once {
        for (_, text) in cases {
            // Nothing to read is still a text: what is left is what the program costs by itself.
            let text = text(mebibytes * MEBIBYTE);
            seconds(if text.is_empty() { "a" } else { &text });
        }
        return;
    }
    if let Some(longest) = argument("--search") {
        search(longest.parse().unwrap(), seconds);
        return;
    }
    println!("medians of {rounds} rounds; a MiB and two in turn");
    for (name, text) in cases {
        let texts = [1, 2].map(|mebibytes| text(mebibytes * MEBIBYTE));
        // The first round warms up.
        let times: Vec<[f64; 2]> = (0..=rounds)
            .map(|_| texts.each_ref().map(|text| seconds(text)))
            .skip(1)
            .collect();
        let one = median(times.iter().map(|&[one, _]| one).collect());
        let two = median(times.iter().map(|&[_, two]| two).collect());
        let ratio = median(times.iter().map(|&[one, two]| two / one).collect());
        println!(
            "{name:<34} {:>6.1} ms {:>6.1} ms   x {ratio:.2}",
            one * 1e3,
            two * 1e3
        );
    }
}

/// A text of one piece over and over, which is a document even if that is a space.
fn repeated(piece: &str, bytes: usize) -> String {
    format!("a {}", filled(piece, bytes))
}

/// Times every sequence of up to so many pieces, and prints the slowest and the steepest.
fn search(longest: usize, seconds: impl Fn(&str) -> f64) {
    /// How many are measured again, and how many of them printed.
    const KEPT: usize = 400;
    const SHOWN: usize = 20;
    let per_mebibyte = |piece: &str, kibibytes: usize, rounds: usize| {
        let text = repeated(piece, kibibytes << 10);
        let times = (0..rounds).map(|_| seconds(&text));
        times.fold(f64::INFINITY, f64::min) * 1e3 * MEBIBYTE as f64 / text.len() as f64
    };
    let mut kinds = vec![String::new()];
    let mut found: Vec<(String, f64)> = Vec::new();
    for _ in 0..longest {
        let longer = |kind: &String| PIECES.map(|piece| format!("{kind}{piece}"));
        kinds = kinds.iter().flat_map(longer).collect();
        found.extend(
            kinds
                .iter()
                .map(|kind| (kind.clone(), per_mebibyte(kind, 32, 1))),
        );
    }
    println!("{} kinds, times in ms a MiB; at 32 KiB", found.len());
    for limit in [100.0, 150.0, 200.0, 300.0, 400.0] {
        let over = found.iter().filter(|&&(_, time)| time > limit).count();
        println!("  over {limit}: {over}");
    }
    found.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    found.truncate(KEPT);
    let mut measured: Vec<(String, f64, f64)> = found
        .into_iter()
        .map(|(kind, _)| {
            let [one, two] = [64, 128].map(|kibibytes| per_mebibyte(&kind, kibibytes, 3));
            (kind, two, 2.0 * two / one)
        })
        .collect();
    for (title, key) in [("slowest", 0), ("steepest", 1)] {
        let key = |&(_, time, ratio): &(String, f64, f64)| [time, ratio][key];
        measured.sort_by(|one, other| key(other).total_cmp(&key(one)));
        println!("{title} at 128 KiB, and how many times 64 KiB:");
        for (kind, time, ratio) in measured.iter().take(SHOWN) {
            println!("{kind:<40?} {time:>6.1}   x {ratio:.2}");
        }
    }
}

/// A word that no other number has.
fn word(number: usize) -> String {
    let digits = number.to_string();
    let letters = digits.bytes().map(|digit| char::from(digit - b'0' + b'a'));
    letters.collect()
}

/// Sentences one after the other, each with its number's word.
fn numbered(bytes: usize, sentence: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&sentence(&word(number)));
        number += 1;
    }
    text
}

/// Ministers of one family name and many given ones, each of whom says something.
fn people(bytes: usize) -> String {
    numbered(bytes, |given| {
        format!("Foreign Minister K{given} Holt said no. The minister left.\n")
    })
}

/// Somebody who is minister of something else each time.
fn offices(bytes: usize) -> String {
    numbered(bytes, |of| {
        format!("Ada Lund, the {of} minister, said no. The {of} minister said yes.\n")
    })
}
