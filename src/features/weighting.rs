//! Sublinear tf-idf, as in Manning, Raghavan and Schütze (2008), section 6.4, with the smoothed
//! idf that scikit-learn uses.

/// The weight of a feature that occurs `count` times in one text: 1 + ln(count).
#[must_use]
pub fn term_frequency(count: u16) -> f32 {
    // Nearly every feature of a sentence occurs once.
    match count {
        0 => 0.0,
        1 => 1.0,
        2 => 1.0 + std::f32::consts::LN_2,
        _ => 1.0 + f32::from(count).ln(),
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
        assert!((term_frequency(4) - 2.386_294_4).abs() < 1e-6);
        assert!((term_frequency(2) - (1.0 + 2f32.ln())).abs() < 1e-7);
    }
}
