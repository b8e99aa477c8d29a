//! Reads a document: segments, kinds, speakers.

use std::ops::Range;

use super::attribution::Rule;
use super::blocks::blocks;
use super::casting::Casting;
use super::lexicon::Lexicon;
use super::quotes::Quotes;
use super::segments::segments;
use super::transcript::{is_transcript, turn_labels};
use super::words::WordReader;
use crate::text::Span;

/// The largest document, in bytes, that is taken unless told otherwise.
pub const DEFAULT_MAX_DOCUMENT_BYTES: usize = 1 << 20;

/// A document to read: not blank, and no longer than the limit it was checked against.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    text: &'a str,
    title: &'a str,
    default_speaker: &'a str,
}

impl<'a> Document<'a> {
    /// Checks a document's text against a limit in bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidDocument`] when the text is blank or longer than `max_bytes`.
    pub fn new(text: &'a str, max_bytes: usize) -> Result<Self, InvalidDocument> {
        if text.len() > max_bytes {
            return Err(InvalidDocument::TooLong {
                bytes: text.len(),
                limit: max_bytes,
            });
        }
        if text.trim().is_empty() {
            return Err(InvalidDocument::Blank { bytes: text.len() });
        }
        Ok(Self {
            text,
            title: "",
            default_speaker: "",
        })
    }

    /// The same with its title, where that is not part of the text: its names help to tell who is who.
    #[must_use]
    pub fn with_title(self, title: &'a str) -> Self {
        Self { title, ..self }
    }

    /// The same, all of it said by one speaker; a blank name says nothing.
    #[must_use]
    pub fn with_default_speaker(self, name: &'a str) -> Self {
        Self {
            default_speaker: name.trim(),
            ..self
        }
    }

    /// The text, exactly as given.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.text
    }
}

/// Why a text is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDocument {
    /// There is nothing in it but white space, or nothing at all.
    #[error(
        "the text is blank ({bytes} bytes of white space): send an article, a speech or a transcript"
    )]
    Blank {
        /// The text's length.
        bytes: usize,
    },
    /// It is longer than the limit; it is never cut.
    #[error(
        "the text has {bytes} bytes and the limit is {limit}: send its parts one by one, or raise --max-document-bytes"
    )]
    TooLong {
        /// The text's length.
        bytes: usize,
        /// The limit that was in force.
        limit: usize,
    },
}

/// What a part of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A headline or subheading.
    Headline,
    /// The speaker's own words: at least half of them in quotation marks, or a sentence of a
    /// transcript's turn or of a speech.
    Quote,
    /// What somebody says, told by another.
    ReportedSpeech,
    /// Everything else.
    Narration,
}

/// A part of a document that stands for itself: a sentence, a headline, a caption.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its place in the text, in bytes, without white space round it.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// Whether it is a byline, a caption, a credit, a link: nothing that takes a stance.
    pub is_furniture: bool,
    /// Who says it, where that is clear.
    pub attribution: Option<Attribution>,
}

/// Who says a part, and what tells so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// The place of the speaker in [`Reading::speakers`].
    pub speaker: usize,
    /// Where the text names the speaker; nothing for a default speaker.
    pub mention: Option<Span>,
    /// The verb or mark of speech, where there is one.
    pub cue: Option<Span>,
    /// By which rule.
    pub rule: Rule,
}

/// One who speaks in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The fullest phrase by which the text names them, without an article.
    pub name: String,
    /// Where the text names them as one who speaks, in order.
    pub mentions: Vec<Span>,
}

/// A document, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Its parts, in order. What lies between two of them is white space.
    pub parts: Vec<Part>,
    /// Those who speak in it, in the order in which they first do.
    pub speakers: Vec<Speaker>,
}

/// Reads documents. Cheap to share, expensive to make: it holds the lists of words.
#[derive(Debug, Clone)]
pub struct Reader {
    lexicon: Lexicon,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// A reader with the lists that are compiled in.
    #[must_use]
    pub fn new() -> Self {
        Self {
            lexicon: Lexicon::new(),
        }
    }

    /// Reads a document. The time is linear in its length.
    #[must_use]
    pub fn read(&self, document: Document<'_>) -> Reading {
        let text = document.text;
        let blocks = blocks(text);
        let quotes = Quotes::find(text, &blocks);
        let segments = segments(text, &blocks, &quotes, &self.lexicon);
        let mut reader = WordReader::new(text, &self.lexicon, &quotes);
        let mut words = Vec::new();
        let places: Vec<Range<usize>> = segments
            .iter()
            .map(|segment| reader.read(segment.text.clone(), &mut words))
            .collect();
        let labels = turn_labels(text, &blocks, &segments);
        let mut casting = Casting::new(text, &quotes, &segments, &words, &places);
        if !document.default_speaker.is_empty() {
            casting.one_speaker(document.default_speaker);
        } else if is_transcript(&labels, &blocks) {
            casting.note_names();
            casting.turns(&labels);
        } else {
            casting.note_title(document.title, &self.lexicon);
            casting.note_names();
            casting.cues();
            casting.signatures();
            casting.quotations();
        }
        casting.reading(!document.default_speaker.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Reading {
        let document = Document::new(text, text.len()).unwrap_or_else(|e| panic!("{e}"));
        Reader::new().read(document)
    }

    /// Who says each part of a text, by name.
    fn speakers(text: &str) -> Vec<String> {
        let reading = read(text);
        let name = |attribution: &Attribution| reading.speakers[attribution.speaker].name.clone();
        let parts = reading.parts.iter();
        parts
            .map(|part| part.attribution.as_ref().map(name).unwrap_or_default())
            .collect()
    }

    #[test]
    fn the_subject_is_found_on_either_side_of_its_verb() {
        for (text, expected) in [
            (
                "The Finnish foreign minister said it was over.",
                "Finnish foreign minister",
            ),
            (
                "\u{201c}It is over,\u{201d} said the foreign minister of Finland.",
                "foreign minister of Finland",
            ),
            (
                "Ada Lund, who leads the mission, has repeatedly denied it.",
                "Ada Lund",
            ),
            (
                "In a statement, the ministry called the report \"a lie\".",
                "ministry",
            ),
            (
                "Moscow expelled two envoys, warning that more would follow.",
                "Moscow",
            ),
            (
                "It was over, according to Lt. Gen. T. K. Abara.",
                "Lt. Gen. T. K. Abara",
            ),
            ("The envoy was quoted as saying that it was over.", "envoy"),
            ("The offer was rejected by the Kremlin.", "Kremlin"),
            (
                "Residents reached by telephone said it was over.",
                "Residents",
            ),
            (
                "NATO chief Jan Holt said it was over.",
                "NATO chief Jan Holt",
            ),
            (
                "Both Washington and Brussels have denied it.",
                "Washington and Brussels",
            ),
            (
                "According to the Moscow-backed health ministry, it was over.",
                "Moscow-backed health ministry",
            ),
            (
                "Holt, the chief envoy, was quoted as saying it was over.",
                "Holt",
            ),
            ("Berlin is urging both sides to talk.", "Berlin"),
            ("Lund was adamant that it was over.", "Lund"),
            ("The envoy pushed back on the report.", "envoy"),
            (
                "It was over, two diplomats with knowledge of the matter said.",
                "two diplomats",
            ),
            ("Lund doubted that it was over.", "Lund"),
            (
                "Asked whether the king had ruled out more, Lund said no.",
                "Lund",
            ),
            (
                "Pressed on the plan, the minister demurred, saying it was over.",
                "minister",
            ),
            (
                "A spokesman who goes by Abu Turab said it was over.",
                "Abu Turab",
            ),
            ("Holt would not be drawn on the date.", "Holt"),
            (
                "The group's armed wing, the Qassam Brigades, said it was over.",
                "Qassam Brigades",
            ),
            (
                "A source in the agency (GUR) told a paper it was over.",
                "A source in the agency",
            ),
            ("It was over, local channels said.", "local channels"),
            (
                "\"It is over,\" said a statement read by General Ole Berg.",
                "General Ole Berg",
            ),
            (
                "\"It is over,\" one of the officials said.",
                "one of the officials",
            ),
            ("For analyst Ada Lund, \"it is over\".", "analyst Ada Lund"),
            (
                "The Quai d\u{2019}Orsay said it was over.",
                "Quai d\u{2019}Orsay",
            ),
            ("He paid tribute, one of them said.", "one of them"),
            (
                "A Ministry of Defence spokesman said it was over.",
                "A Ministry of Defence spokesman",
            ),
            ("The envoy would not say whether it was over.", "envoy"),
            ("The official declined to describe it.", "official"),
            (
                "\"It is over,\" managing director Ole Berg said by phone.",
                "director Ole Berg",
            ),
            (
                "The ministry, for its part, pledged that it was over.",
                "ministry",
            ),
            ("Lund neither confirmed nor denied it.", "Lund"),
            ("Hamas turned down the terms.", "Hamas"),
            (
                "The agency estimated last month that it was over.",
                "agency",
            ),
            ("Houthis reject new truce terms", "Houthis"),
            (
                "Rebels loyal to the warlord's cousin Ole Berg said it was over.",
                "Rebels",
            ),
            (
                "The town burned, tribal sources in neighbouring Chad said.",
                "tribal sources in neighbouring Chad",
            ),
            (
                "The road was cut after the separatist group Adrar threatened to close it.",
                "separatist group Adrar",
            ),
            (
                "Norway's donors Friday said that it was over.",
                "Norway's donors",
            ),
            ("Kenyan tea farmers said it was over.", "Kenyan tea farmers"),
            (
                "Norwegian officials claim it is over.",
                "Norwegian officials",
            ),
            (
                "It was over, the Norwegian news agency Nordbyrå reported from Oslo.",
                "Norwegian news agency Nordbyrå",
            ),
            (
                "Chad expelled inspectors after Kenyan officials alleged that the south had lied.",
                "Kenyan officials",
            ),
            ("It is against this that critics argue.", "critics"),
            (
                "Ole bin Laren's northern network threatened the town.",
                "Ole bin Laren's northern network",
            ),
            ("Officially Norway denies it.", "Norway"),
            (
                "A Norwegian diplomat who was not allowed to speak publicly told a paper it was over.",
                "A Norwegian diplomat",
            ),
            (
                "An envoy who met the minister said it was over.",
                "An envoy",
            ),
            ("A man who the police said was armed fled.", "police"),
            (
                "Critics, including the rights chief, Ole Berg, say it was over.",
                "Critics",
            ),
            (
                "The UN chief on Friday renewed his call for a truce.",
                "UN chief",
            ),
            ("It is for Oslo to move, the senator believes.", "senator"),
            ("There is no way back, the envoy is convinced.", "envoy"),
            (
                "The road was closed, a statement from its leadership said.",
                "its leadership",
            ),
            (
                "The road was closed, a note issued by the ministry of finance said today.",
                "ministry of finance",
            ),
            (
                "Most of the speakers stressed that it was over.",
                "Most of the speakers",
            ),
            (
                "It came after Ole Berg, his main rival, called for a vote.",
                "Ole Berg",
            ),
            ("Chad announced a truce, a statement said.", "Chad"),
        ] {
            assert_eq!(speakers(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_credit_in_front_makes_a_caption() {
        let text = "Oslo said no.\n\nGetty Images: Leaders of the allies outside the palace\n\nIt was over.";
        assert!(read(text).parts[1].is_furniture);
    }

    #[test]
    fn a_dateline_names_nobody() {
        let text = "Norway says it is over\n\nOSLO \u{2014} The army said it was over.";
        assert_eq!(speakers(text), ["Norway", "army"]);
        let text = "NATO \u{2014} and nobody else \u{2014} had a plan. It denied more.";
        assert_eq!(speakers(text)[1], "NATO");
    }

    #[test]
    fn a_clause_after_said_that_has_no_speaker_in_it() {
        let text = "Holt, meanwhile, said that Ukraine was ready. Talks help, he wrote.";
        assert_eq!(speakers(text), ["Holt", "Holt"]);
    }

    #[test]
    fn what_is_not_said_has_no_speaker() {
        for text in [
            "No state had claimed it by Monday.",
            "The embassy had not replied to an email.",
            "It did not say when.",
            "Its most disputed clause would pay for it.",
            "What Moscow said",
            "Troops maintained their positions on the river.",
            "The talks failed after Oslo's announced pullout.",
            "Requests the committee to meet, and requests all states to report.",
            "Rest assured that this is so.",
            "Funds pledged for the camps were late.",
            "We deplore the attack on the town, for which Hamas has claimed responsibility.",
            "I would ask my colleagues to tell them so.",
        ] {
            assert_eq!(speakers(text), [""], "{text}");
        }
    }

    #[test]
    fn statements_spokesmen_and_pronouns_belong_to_who_is_spoken_of() {
        let text = "The ministry said it was over. \"Good,\" the statement said.";
        assert_eq!(speakers(text), ["ministry", "ministry"]);
        let text =
            "A spokesman for Minsk denied it. Lund met Berg. His spokesman said it was over.";
        assert_eq!(speakers(text)[2], "His spokesman");
        let text = "Ada Lund said no. Eva Holm said yes. Ada Lund left the door open: if they come, she said, she will talk.";
        assert_eq!(speakers(text)[2], "Ada Lund");
        let text = "Berg's government denied it. The Kenyan government has no say, the Kenyan government said.";
        assert_eq!(speakers(text)[0], "Berg's government");
        let text = "Prime Minister Ada Lund said no. Berg, in town for talks, said yes. \"Now,\" the Kenyan leader said.";
        assert_eq!(speakers(text)[2], "Berg");
        let text = "The ministry said it was over. It was night. The river rose. Ole Berg, a rebel, denied it. \
            \"Never,\" the statement said.";
        assert_eq!(speakers(text)[4], "Ole Berg");
    }

    #[test]
    fn who_closes_a_sentence_reports_all_of_it() {
        for (text, expected) in [
            (
                "China, which wants talks, welcomed the offer, a spokesman said on Friday.",
                "a spokesman",
            ),
            (
                "Moscow rejected the plan, Foreign Minister Ada Lund said.",
                "Foreign Minister Ada Lund",
            ),
            ("Moscow rejected the plan, state media said.", "Moscow"),
            ("Lund denied it, and Berg said that it was true.", "Lund"),
        ] {
            assert_eq!(speakers(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_body_is_one_with_and_without_its_article_and_a_country_with_its_capital() {
        for text in [
            "Kremlin says it is over\n\nThe Kremlin said it was over.",
            "Russia said it was over. Moscow warned of more.",
            "PM says it is over\n\nPrime Minister Ada Lund said it was over.",
            "Gen. Ole Berg said it was over. The general warned of more.",
            "Norwegian Foreign Minister Ada Lund said it was over. The top Norwegian diplomat warned of more.",
            "Foreign Minister Ada Lund said it was over. The politician warned of more.",
            "Hamas said it was over. The group warned of more.",
            "The Institute for Rivers (IFR) said it was over. The agency warned of more.",
            "Kremlin spokesman Ole Berg said it was over. The Kremlin official warned of more.",
            "Foreign Ministry official Ole Berg said it was over. The diplomat warned of more.",
        ] {
            let found = speakers(text);
            assert_eq!(found[0], found[1], "{text}");
            assert_eq!(read(text).speakers.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_label_on_a_line_of_its_own_begins_a_turn_and_is_no_statement() {
        let text = "President Lund:\n\nWe met. We agreed.\n\nPresident Berg (through an interpreter):\n\n\
            We did.\n\nPresident Lund:\n\nGood.";
        let lund = "President Lund";
        let expected = ["", lund, lund, "", "President Berg", "", lund];
        assert_eq!(speakers(text), expected);
        assert!(read(text).parts[0].is_furniture);
    }

    #[test]
    fn a_post_is_said_by_who_signs_it() {
        let text = "Ada Lund posted this:\n\nThe gloves come off. You have a day.\n\
            \u{2014} Ada Lund (@adalund) June 3, 2025\n\nThe border was quiet.";
        assert_eq!(speakers(text), ["Ada Lund", "Ada Lund", "Ada Lund", "", ""]);
        assert_eq!(read(text).parts[1].kind, Kind::Quote);
    }

    #[test]
    fn what_a_headline_is_about_or_asks_is_no_speaker() {
        for text in [
            "DR Congo: rebels leave the talks",
            "Middle East: the talks go on",
            "What have other countries said?",
        ] {
            assert_eq!(speakers(text), [""], "{text}");
        }
        assert_eq!(speakers("Moscow: we will respond"), ["Moscow"]);
    }

    #[test]
    fn delegates_of_countries_with_two_words_are_kept_apart() {
        let text = "The representative of the United Kingdom said it was over. The representative of Kenya said \
            it was not. The representative of the United States warned of more. The United States said so, too.";
        let reading = read(text);
        assert_eq!(reading.speakers.len(), 4, "{:?}", reading.speakers);
        assert_eq!(
            speakers("South Korea said it was over. Seoul warned of more.")[1],
            "South Korea"
        );
    }

    #[test]
    fn a_body_and_its_acronym_are_one() {
        for (text, name) in [
            (
                "The International Atomic Energy Agency (IAEA) said it was over. The IAEA warned of more.",
                "International Atomic Energy Agency",
            ),
            (
                "IAEA says it is over\n\nThe International Atomic Energy Agency warned of more.",
                "International Atomic Energy Agency",
            ),
            (
                "The Israel Defense Forces said it was over. The IDF warned of more.",
                "Israel Defense Forces",
            ),
            (
                "The Ministry of Defence said it was over. The MoD warned of more.",
                "Ministry of Defence",
            ),
            (
                "The Kurdistan Workers\u{2019} Party (PKK) said it was over. The PKK warned of more.",
                "Kurdistan Workers\u{2019} Party",
            ),
            (
                "Europe\u{2019}s Joint Chiefs of Staff (JCS) said it was over. The JCS warned of more.",
                "Europe\u{2019}s Joint Chiefs of Staff",
            ),
            (
                "The Organization for Security and Co-operation in Europe (OSCE) said it was over. The OSCE warned of more.",
                "Organization for Security and Co-operation in Europe",
            ),
            (
                "The United Nations said it was over. The U.N. warned of more.",
                "United Nations",
            ),
        ] {
            let reading = read(text);
            let names: Vec<&str> = reading.speakers.iter().map(|s| s.name.as_str()).collect();
            assert_eq!(names, [name], "{text}");
        }
        for apart in [
            "Chancellor Ada Lund (SPD) said it was over. The SPD warned of more.",
            "Ada Lund of the African Union (AU) said it was over. The AU warned of more.",
        ] {
            assert_eq!(read(apart).speakers.len(), 2, "{apart}");
        }
    }

    #[test]
    fn names_join_by_the_family_name_wherever_it_stands() {
        for text in [
            "Gen. Ko Jong Chol said it was over. Ko warned of more.",
            "President Jang Tae-hoon said it was over. Jang warned of more.",
            "Foreign ministry spokesperson Qiu Wenlan said it was over. Ms Qiu warned of more.",
            "Secretary of State Denise Okafor-Reyes said it was over. Ms. Okafor-Reyes warned of more.",
            "Its spokesman, General Ole Berg, said it was over. Berg warned of more.",
            "President Ada Lund said it was over. The 61-year-old warned of more.",
            "External Affairs Minister Ada Lund said it was over. EAM Lund warned of more.",
            "Secretary of State Ada Lund gave Iran a day, saying it was over. Lund warned of more.",
            "Ministry of Defence spokesman Ole Berg waved it aside, saying it was over. Berg warned of more.",
            "Yemen\u{2019}s Houthis said it was over. The Houthis warned of more.",
        ] {
            assert_eq!(read(text).speakers.len(), 1, "{text}");
        }
        let text = "The shadow defence secretary Ole Berg said it was over. The defence secretary warned of more.";
        assert_eq!(read(text).speakers.len(), 2);
    }

    #[test]
    fn what_is_no_speech_has_no_speaker() {
        for text in [
            "Cambodia hit back with a ban on fruit.",
            "The neighbours have argued for a century over the hills.",
            "A video said to show the ship was posted.",
            "They left because of what the minister said.",
            "That leaves Oman, which seldom complains.",
            "The man accused of spying left.",
            "The United States left the treaty.",
            "The general was told to leave.",
            "Ankara called up its reserves.",
            "The price was added to the bill.",
        ] {
            assert_eq!(speakers(text), [""], "{text}");
        }
    }

    #[test]
    fn mentions_are_joined_by_name_title_and_country() {
        let text = "French President Emil Marchand spoke in Paris.\n\nMarchand said it was over. \
            The French leader said it again. He added that it was.\n\n\
            The Polish president said it was not.";
        let found = speakers(text);
        let marchand = "French President Emil Marchand";
        assert_eq!(found[1..4], [marchand, marchand, marchand]);
        assert_eq!(found[4], "Polish president");
    }

    #[test]
    fn who_spoke_in_the_first_sentence_was_spoken_of() {
        let text = "Foreign Minister Ada Lund said it was over. The minister said so again. \
            Defence Minister Ole Berg left.";
        assert_eq!(speakers(text)[1], "Foreign Minister Ada Lund");
    }

    #[test]
    fn a_sentence_without_end_is_one_part_and_read_for_its_speaker_at_its_beginning_alone() {
        let endless = "and nobody came ".repeat(5_000);
        let text = format!("Ada Lund said that it was over {endless}.");
        assert_eq!(speakers(&text), ["Ada Lund"]);
        let text = format!("It was over {endless}, said Ada Lund.");
        assert_eq!(speakers(&text), [""]);
    }

    #[test]
    fn a_quotation_has_one_speaker_over_its_sentences_and_paragraphs() {
        let text = "\"We waited. We left,\" Holt said. \"That is all.\"\n\n\"Nobody came.\"";
        assert_eq!(speakers(text), ["Holt", "Holt", "Holt", "Holt"]);
    }

    #[test]
    fn a_turn_of_a_transcript_is_its_labels() {
        let text = "MR. HOLT: Good morning. We begin.\nQUESTION: Why?\nMR. HOLT: Because.";
        assert_eq!(
            speakers(text),
            ["MR. HOLT", "MR. HOLT", "QUESTION", "MR. HOLT"]
        );
    }

    proptest! {
        /// Every byte is in exactly one part, if the white space between two of them is the first one's.
        #[test]
        fn parts_follow_one_another_and_leave_out_white_space_alone(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "said", "Holt", "the minister", "Mr.", "U.S.", ".", "...", "?", "\"", "\u{201c}", "\u{201d}",
                    "\u{2018}", "\u{2019}", "'", ", ", " ", "\n", "\n\n", "\r\n", ":", "according to", "who", "(", ")",
                    "No. 4", "\u{2014}", "By", "Photo:", "QUESTION: ", "\u{1f399}", "\u{e9}A", "He", "denied", "that",
                ]),
                1..60,
            ),
        ) {
            let text = pieces.concat();
            prop_assume!(!text.trim().is_empty());
            let reading = read(&text);
            let mut end = 0;
            for part in &reading.parts {
                let range = part.span.range();
                prop_assert!(text[end..range.start].trim().is_empty());
                prop_assert!(!text[range.clone()].trim().is_empty());
                end = range.end;
                if let Some(attribution) = &part.attribution {
                    prop_assert!(attribution.speaker < reading.speakers.len());
                    for span in attribution.mention.iter().chain(&attribution.cue) {
                        prop_assert!(!text[span.range()].is_empty());
                    }
                }
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
