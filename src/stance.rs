//! The domain's words: the four stances, and scores over them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The stance that a statement takes, or reports its actor as taking, toward the conflict that
/// it speaks of. `corpus/CODEBOOK.md` says what each one means.
///
/// The order is the class order of every model file: `stance as usize` is the column of the
/// weight matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Stance {
    /// Raises the confrontation: threatens, arms, attacks, sanctions, refuses, accuses.
    Escalation,
    /// Opens a channel or lowers the confrontation.
    Dialogue,
    /// Rejects something as untrue.
    Denial,
    /// None of these.
    None,
}

impl Stance {
    /// All stances, in class order.
    pub const ALL: [Self; 4] = [Self::Escalation, Self::Dialogue, Self::Denial, Self::None];

    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The name that files and the command line use: upper case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Escalation => "ESCALATION",
            Self::Dialogue => "DIALOGUE",
            Self::Denial => "DENIAL",
            Self::None => "NONE",
        }
    }
}

impl fmt::Display for Stance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A label that is not one of the four.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no stance: use ESCALATION, DIALOGUE, DENIAL or NONE")]
pub struct UnknownStance(pub String);

impl FromStr for Stance {
    type Err = UnknownStance;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|stance| stance.name() == name)
            .ok_or_else(|| UnknownStance(name.to_owned()))
    }
}

/// One number for each stance, in class order: logits, probabilities or weights.
pub type PerStance<T> = [T; Stance::COUNT];

/// The stances with their scores, highest first; equal scores keep class order.
#[must_use]
pub fn ranked(scores: &PerStance<f32>) -> PerStance<(Stance, f32)> {
    let mut ranked = Stance::ALL.map(|stance| (stance, scores[stance as usize]));
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for stance in Stance::ALL {
            assert_eq!(stance.name().parse(), Ok(stance));
        }
        assert_eq!(
            "escalation".parse::<Stance>(),
            Err(UnknownStance("escalation".into()))
        );
    }

    #[test]
    fn class_order_is_fixed_by_the_model_file_format() {
        assert_eq!(
            Stance::ALL.map(|s| s as usize),
            [0, 1, 2, 3],
            "changing this order breaks every model file"
        );
    }

    #[test]
    fn ranking_is_stable_for_equal_scores() {
        let ranked = ranked(&[0.25, 0.25, 0.3, 0.2]);
        assert_eq!(
            ranked.map(|(stance, _)| stance),
            [
                Stance::Denial,
                Stance::Escalation,
                Stance::Dialogue,
                Stance::None
            ]
        );
    }
}
