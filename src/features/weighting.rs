//! Sublinear tf-idf, as in Manning, Raghavan and Schütze (2008), section 6.4, with the smoothed
//! idf that scikit-learn uses.

use super::terms::FeatureKind;

impl FeatureKind {
    /// The weight of a feature of this kind that occurs `count` times in one text, before its idf:
    /// 1 + ln(count), but for character n-grams the count itself. Theirs add up word by word, so
    /// that a known word's can be added up once, when the model is loaded.
    #[must_use]
    pub fn term_frequency(self, count: u32) -> f32 {
        #[allow(clippy::cast_precision_loss)]
        match (self, count) {
            (Self::CharacterNgram, _) => count as f32,
            (_, 0) => 0.0,
            // Nearly every feature of a sentence occurs once.
            (_, 1) => 1.0,
            (_, 2) => 1.0 + std::f32::consts::LN_2,
            _ => 1.0 + (count as f32).ln(),
        }
    }

    /// What such a feature adds to the square of its kind's length, before its idf: the square of its
    /// weight; for character n-grams one for each occurrence, as if each word stood alone.
    #[must_use]
    pub fn squared_length(self, count: u32) -> f32 {
        match self {
            #[allow(clippy::cast_precision_loss)]
            Self::CharacterNgram => count as f32,
            _ => self.term_frequency(count).powi(2),
        }
    }
}

/// ln((1 + documents) / (1 + document frequency)) + 1: rarer features weigh more.
#[must_use]
pub fn inverse_document_frequency(documents: usize, document_frequency: usize) -> f32 {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    let idf = ((1.0 + documents as f64) / (1.0 + document_frequency as f64)).ln() + 1.0;
    idf as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_scikit_learn() {
        // TfidfTransformer(sublinear_tf=True), 1.5: 3 documents, df 1 and 3; tf 4.
        assert!((inverse_document_frequency(3, 1) - 1.693_147_2).abs() < 1e-6);
        assert!((inverse_document_frequency(3, 3) - 1.0).abs() < 1e-6);
        let word = FeatureKind::Word;
        assert!((word.term_frequency(4) - 2.386_294_4).abs() < 1e-6);
        assert!((word.term_frequency(2) - (1.0 + 2f32.ln())).abs() < 1e-7);
    }

    #[test]
    fn character_ngrams_count_once_for_each_word_that_they_stand_in() {
        let characters = FeatureKind::CharacterNgram;
        assert!((characters.term_frequency(4) - 4.0).abs() < f32::EPSILON);
        assert!((characters.squared_length(4) - 4.0).abs() < f32::EPSILON);
    }
}
