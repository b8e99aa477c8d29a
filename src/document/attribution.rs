//! By which rule a statement got its speaker.

/// A rule of attribution. `docs/ATTRIBUTION.md` has what each one is right in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The document has one speaker, whom the caller named.
    DefaultSpeaker,
    /// The statement stands in a turn of a transcript: `MR. HOLT: Good afternoon.`
    TranscriptLabel,
    /// A headline names its speaker at a colon: `Minister: we will respond`.
    HeadlineLabel,
    /// The subject stands right before its verb of speech: `Holt said`, `officials have denied`.
    SubjectVerb,
    /// Something is inserted between the two: `Holt, who leads the mission, said`.
    SubjectApposition,
    /// The subject stands behind its verb: `"…," said the minister`.
    VerbSubject,
    /// The verb shares the subject of the sentence: `Moscow expelled two envoys and warned …`, `…, adding
    /// that …`.
    MainSubject,
    /// `according to the ministry`
    AccordingTo,
    /// `the minister was quoted as saying`
    QuotedAs,
    /// `was rejected by the ministry`
    PassiveBy,
    /// Another sentence of the same quotation says who speaks.
    SameQuotation,
    /// A quotation without a cue goes on after one that has a speaker.
    ContinuedQuotation,
    /// A post is signed beneath it: `— Ada Lund (@adalund) June 3`
    Signature,
}

impl Rule {
    /// All rules, the surest first.
    pub const ALL: [Self; 13] = [
        Self::DefaultSpeaker,
        Self::TranscriptLabel,
        Self::HeadlineLabel,
        Self::SubjectVerb,
        Self::SubjectApposition,
        Self::VerbSubject,
        Self::MainSubject,
        Self::AccordingTo,
        Self::QuotedAs,
        Self::PassiveBy,
        Self::SameQuotation,
        Self::ContinuedQuotation,
        Self::Signature,
    ];

    /// How often it was right in the gold documents of `tests/documents`, 0 to 1: (right + 1) / (all + 2), Laplace's
    /// rule of succession, so that a rule that few of them need is not called sure. `docs/ATTRIBUTION.md` has the
    /// counts.
    #[must_use]
    pub fn precision(self) -> f32 {
        match self {
            Self::DefaultSpeaker | Self::SubjectApposition | Self::VerbSubject => 0.99,
            Self::TranscriptLabel => 0.98,
            Self::SubjectVerb | Self::AccordingTo => 0.97,
            Self::ContinuedQuotation => 0.95,
            Self::SameQuotation => 0.93,
            Self::QuotedAs => 0.92,
            Self::Signature => 0.91,
            Self::HeadlineLabel => 0.88,
            Self::MainSubject => 0.87,
            Self::PassiveBy => 0.5,
        }
    }

    /// Its name in answers and documents; it does not change.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DefaultSpeaker => "default_speaker",
            Self::TranscriptLabel => "transcript_label",
            Self::HeadlineLabel => "headline_label",
            Self::SubjectVerb => "subject_verb",
            Self::SubjectApposition => "subject_apposition",
            Self::VerbSubject => "verb_subject",
            Self::MainSubject => "main_subject",
            Self::AccordingTo => "according_to",
            Self::QuotedAs => "quoted_as",
            Self::PassiveBy => "passive_by",
            Self::SameQuotation => "same_quotation",
            Self::ContinuedQuotation => "continued_quotation",
            Self::Signature => "signature",
        }
    }
}
