//! A document to its statements: where each one stands, what kind it is and who says it.
//!
//! # The path of one document
//!
//! 1. `blocks.rs`: the lines, joined where a program wrapped them;
//! 2. `quotes.rs`: which marks open and close quotations, over paragraphs too;
//! 3. `segments.rs`: the blocks to sentences, headlines and what stands round a text;
//! 4. `words.rs`, `mentions.rs`, `cues.rs`: in each sentence the verb of speech and its subject;
//! 5. `cast.rs`: the subjects joined to people; `reader.rs` leads the way and carries speakers on over
//!    quotations that have no verb of their own.
//!
//! Nothing here knows of the classifier; [`crate::analysis`] puts the two together.

mod attribution;
mod blocks;
mod cast;
mod cues;
mod lexicon;
mod mentions;
mod quotes;
mod reader;
mod segments;
mod words;

pub use attribution::Rule;
pub use reader::{
    Attribution, DEFAULT_MAX_DOCUMENT_BYTES, Document, InvalidDocument, Kind, Part, Reader,
    Reading, Speaker,
};
