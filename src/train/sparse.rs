//! Sparse rows, as records of a linfa dataset.

use linfa::dataset::Records;
use ndarray::Array2;

/// A matrix in compressed sparse row form: one row a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRecords {
    features: usize,
    /// Where each row begins, and where the last one ends.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

impl SparseRecords {
    /// No rows yet, of so many columns.
    #[must_use]
    pub fn new(features: usize) -> Self {
        Self {
            features,
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Appends a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f64)>) {
        for (column, value) in row {
            self.columns.push(column);
            self.values.push(value);
        }
        self.starts.push(self.values.len());
    }

    /// The entries of a row.
    pub fn row(&self, index: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.starts[index]..self.starts[index + 1];
        self.columns[range.clone()]
            .iter()
            .zip(&self.values[range])
            .map(|(&column, &value)| (column as usize, value))
    }

    /// For each column a place, those with the most entries first.
    #[must_use]
    pub fn places_by_use(&self) -> Vec<u32> {
        let mut entries = vec![0_u32; self.features];
        for &column in &self.columns {
            entries[column as usize] += 1;
        }
        let mut order: Vec<u32> = (0..).take(self.features).collect();
        order.sort_by_key(|&column| std::cmp::Reverse(entries[column as usize]));
        let mut places = vec![0; self.features];
        for (place, column) in (0..).zip(order) {
            places[column as usize] = place;
        }
        places
    }

    /// The same rows, their entries in the same order, with each column at its place.
    #[must_use]
    pub fn rearranged(&self, places: &[u32]) -> Self {
        let columns = self.columns.iter().map(|&column| places[column as usize]);
        Self {
            columns: columns.collect(),
            ..self.clone()
        }
    }

    /// The same as a dense matrix, to compare with linfa's own solver on small data.
    #[must_use]
    pub fn to_dense(&self) -> Array2<f64> {
        let mut dense = Array2::zeros((self.nsamples(), self.features));
        for index in 0..self.nsamples() {
            for (column, value) in self.row(index) {
                dense[(index, column)] = value;
            }
        }
        dense
    }
}

impl Records for SparseRecords {
    type Elem = f64;

    fn nsamples(&self) -> usize {
        self.starts.len() - 1
    }

    fn nfeatures(&self) -> usize {
        self.features
    }
}
