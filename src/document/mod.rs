//! A document to its statements: where each one stands, what kind it is and who says it.
//!
//! # The path of one document
//!
//! 1. `blocks.rs`: the lines, joined where a program wrapped them;
//! 2. `quotes.rs`: which marks open and close quotations, over paragraphs too;
//! 3. `segments.rs`: the blocks to sentences, headlines and what stands round a text;
//! 4. `words.rs`, `mentions.rs`, `verbs.rs`, `cues.rs`, `names.rs`: in each sentence the verb of speech and its subject;
//! 5. `describe.rs`, `cast.rs`: the subjects taken apart and joined to people;
//! 6. `casting.rs`: each segment gets its speaker, also over quotations without a verb of their own, or, in a
//!    transcript, by its turn (`transcript.rs`).
//!
//! Nothing here knows of the classifier; [`crate::analysis`] puts the two together.

mod acronyms;
mod attribution;
mod blocks;
mod cast;
mod casting;
mod cues;
mod describe;
mod lexicon;
mod mentions;
mod names;
mod quotes;
mod reader;
mod segments;
mod transcript;
mod verbs;
mod words;

pub use attribution::Rule;
pub use reader::{
    Attribution, DEFAULT_MAX_DOCUMENT_BYTES, Document, InvalidDocument, Kind, Part, Reader,
    Reading, Speaker,
};
