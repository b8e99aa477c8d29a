//! How far two readers of the corpus agree.

use std::path::Path;

use serde::Deserialize;

use super::corpus::{CorpusError, read_rows};
use super::evaluate::Confusion;
use crate::stance::Stance;

/// The file of the second reading in a corpus directory.
const FILE_NAME: &str = "second_reading.jsonl";

/// The labels of one statement by two readers, before they settled it.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Reading {
    first: Stance,
    second: Stance,
}

/// The agreement of a second, blind reading with the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// How many statements were read twice.
    pub statements: usize,
    /// The share of them that both gave the same label.
    pub observed: f64,
    /// Cohen's kappa (1960): agreement beyond what the readers' label shares give by chance.
    pub kappa: f64,
}

impl Agreement {
    /// From the second reading of a corpus directory; `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`CorpusError`] with the file and line of the first row that is not right.
    pub fn load(directory: &Path) -> Result<Option<Self>, CorpusError> {
        let path = directory.join(FILE_NAME);
        if !path.exists() {
            return Ok(None);
        }
        let readings: Vec<(usize, Reading)> = read_rows(&path)?;
        let labels = readings.iter().map(|(_, row)| (row.first, row.second));
        Ok(Some(Self::of(labels)))
    }

    fn of(readings: impl Iterator<Item = (Stance, Stance)>) -> Self {
        let mut table = Confusion::default();
        for (first, second) in readings {
            table.add(first, second);
        }
        let observed = table.accuracy();
        let by_chance = table.chance_agreement();
        Self {
            statements: table.total(),
            observed,
            kappa: if by_chance < 1.0 {
                (observed - by_chance) / (1.0 - by_chance)
            } else {
                1.0
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_worked_out_by_hand() {
        use Stance::{Denial, None};
        // 20 and 15 agreed on, 5 and 10 not: observed 0.7, by chance 0.5 (Cohen 1960's own form).
        let readings = [
            (Denial, Denial, 20),
            (Denial, None, 5),
            (None, Denial, 10),
            (None, None, 15),
        ];
        let readings = readings
            .into_iter()
            .flat_map(|(first, second, times)| std::iter::repeat_n((first, second), times));
        let agreement = Agreement::of(readings);
        assert_eq!(agreement.statements, 50);
        assert!((agreement.observed - 0.7).abs() < 1e-12);
        assert!((agreement.kappa - 0.4).abs() < 1e-12);
    }
}
