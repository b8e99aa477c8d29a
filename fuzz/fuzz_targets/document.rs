//! Any text as a document: it is read without a panic, every byte that is not white space is in
//! exactly one part, and every mention and cue is a piece of the text.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use stance::document::{Document, Reader};

static READER: LazyLock<Reader> = LazyLock::new(Reader::new);

fuzz_target!(|text: &str| {
    // A first line that ends with a bell names the default speaker.
    let (speaker, text) = text.split_once('\u{7}').unwrap_or(("", text));
    let Ok(document) = Document::new(text, 1 << 20) else {
        return;
    };
    let reading = READER.read(document.with_default_speaker(speaker).with_title(speaker));
    let mut end = 0;
    for part in &reading.parts {
        let range = part.span.range();
        assert!(text[end..range.start].trim().is_empty());
        assert!(!text[range.clone()].trim().is_empty());
        end = range.end;
        if let Some(attribution) = &part.attribution {
            assert!(attribution.speaker < reading.speakers.len());
            for span in attribution.mention.iter().chain(&attribution.cue) {
                assert!(!text[span.range()].is_empty());
            }
        }
    }
    assert!(text[end..].trim().is_empty());
});
