//! Multinomial logistic regression over sparse records, in linfa's terms.
//!
//! linfa-logistic takes dense records alone, no sample weights, and does not say whether it
//! converged; on this corpus it takes minutes and gigabytes. This is the same cost function on the
//! same solver (argmin's L-BFGS with More-Thuente line search), over sparse rows, and gives back
//! linfa-logistic's own fitted type. A test pins it to linfa's dense solver.

use std::cell::RefCell;

use argmin::core::{CostFunction, Error as ArgminError, Executor, Gradient, State as _};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use linfa::dataset::{AsSingleTargets, DatasetBase, Records as _};
use linfa::traits::Fit;
use linfa::{ParamGuard, error::Error as LinfaError};
use linfa_logistic::{MultiFittedLogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2};

use super::Event;
use super::prior::prior_scales;
use super::recipe::FitRecipe;
use super::sparse::SparseRecords;
use crate::stance::{PerStance, Stance};

const CLASSES: usize = Stance::COUNT;
/// How many past steps L-BFGS remembers: linfa-logistic's number.
const MEMORY: usize = 10;

/// Why no optimum was found.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A setting is out of range.
    #[error("{name} is {value}: {expected}")]
    Parameter {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        expected: &'static str,
    },
    /// The solver stopped before the optimum.
    #[error(
        "the solver stopped after {iterations} iterations with a gradient of {gradient_norm:.1e}, above {tolerance:.1e}: raise fit.max_iterations or fit.alpha"
    )]
    NotConverged {
        /// How many iterations it made.
        iterations: u64,
        /// The gradient's norm over the number of statements.
        gradient_norm: f64,
        /// What it should be at most.
        tolerance: f64,
    },
    /// The solver failed.
    #[error("the solver failed: {0}")]
    Solver(String),
    /// linfa refused the result.
    #[error("linfa: {0}")]
    Linfa(#[from] LinfaError),
    /// linfa-logistic refused the result.
    #[error("linfa-logistic: {0}")]
    Logistic(#[from] linfa_logistic::error::Error),
}

/// Settings, before they are checked.
pub struct SparseMultiLogisticRegression<'a>(Checked<'a>);

/// Settings that were checked.
pub struct Checked<'a> {
    recipe: &'a FitRecipe,
    progress: &'a (dyn Fn(Event) + Sync),
}

/// A fit that converged.
#[derive(Debug)]
pub struct SparseFit {
    /// linfa-logistic's fitted model, with classes in class order.
    pub model: MultiFittedLogisticRegression<f64, Stance>,
    /// How many iterations the solver made.
    pub iterations: u64,
    /// The norm of the gradient where it stopped, over the number of statements.
    pub gradient_norm: f64,
}

impl<'a> SparseMultiLogisticRegression<'a> {
    /// With these settings, telling `progress` of every iteration.
    #[must_use]
    pub fn new(recipe: &'a FitRecipe, progress: &'a (dyn Fn(Event) + Sync)) -> Self {
        Self(Checked { recipe, progress })
    }
}

impl<'a> ParamGuard for SparseMultiLogisticRegression<'a> {
    type Checked = Checked<'a>;
    type Error = FitError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        let recipe = self.0.recipe;
        for (name, value) in [
            ("fit.alpha", recipe.alpha),
            ("fit.gradient_tolerance", recipe.gradient_tolerance),
        ] {
            if !(value.is_finite() && value > 0.0) {
                let expected = "it must be a number above 0";
                return Err(FitError::Parameter {
                    name,
                    value,
                    expected,
                });
            }
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<T: AsSingleTargets<Elem = Stance>> Fit<SparseRecords, T, FitError> for Checked<'_> {
    type Object = SparseFit;

    /// Fits the weights. The dataset's sample weights, where it has any, multiply the losses.
    fn fit(&self, dataset: &DatasetBase<SparseRecords, T>) -> Result<SparseFit, FitError> {
        let records = dataset.records();
        let targets = dataset.targets().as_single_targets();
        let targets: Vec<usize> = targets.iter().map(|&label| label as usize).collect();
        let weights = (0..records.nsamples()).map(|row| f64::from(dataset.weight_for(row)));
        let problem = Problem::new(records, targets, weights.collect(), self.recipe);
        let start = Array1::zeros((records.nfeatures() + 1) * CLASSES);
        let (params, iterations) = self.solve(&problem, start)?;
        #[allow(clippy::cast_precision_loss)]
        let statements = records.nsamples() as f64;
        let (_, gradient) = problem.loss(&params);
        let gradient_norm = gradient.dot(&gradient).sqrt() / statements;
        let tolerance = self.recipe.gradient_tolerance;
        // Ten times the tolerance: where the cost no longer changes in its last bits, the solver
        // stops with a gradient that is just above it.
        if !gradient_norm.is_finite() || gradient_norm > 10.0 * tolerance {
            return Err(FitError::NotConverged {
                iterations,
                gradient_norm,
                tolerance,
            });
        }
        Ok(SparseFit {
            model: as_linfa_model(problem.weights_of(params), records.nfeatures())?,
            iterations,
            gradient_norm,
        })
    }
}

impl Checked<'_> {
    fn solve(&self, problem: &Problem, start: Array1<f64>) -> Result<(Array1<f64>, u64), FitError> {
        let failed = |error: ArgminError| FitError::Solver(error.to_string());
        #[allow(clippy::cast_precision_loss)]
        let tolerance = self.recipe.gradient_tolerance * problem.records.nsamples() as f64;
        let solver: LBFGS<_, Array1<f64>, Array1<f64>, f64> =
            LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
                .with_tolerance_grad(tolerance)
                .map_err(failed)?;
        let limit = self.recipe.max_iterations;
        let observed = Observed {
            problem,
            progress: self.progress,
            last: RefCell::new(None),
        };
        let result = Executor::new(observed, solver)
            .configure(|state| state.param(start).max_iters(limit))
            .run()
            .map_err(failed)?;
        let iterations = result.state.get_iter();
        let ended = format!("{:?}", result.state.get_termination_status());
        result
            .state
            .best_param
            .map(|params| (params, iterations))
            .ok_or(FitError::Solver(ended))
    }
}

/// linfa-logistic's fitted type has no public constructor; its own solver hands back the initial
/// parameters that it was given when it may make no iteration.
fn as_linfa_model(
    params: Array1<f64>,
    features: usize,
) -> Result<MultiFittedLogisticRegression<f64, Stance>, FitError> {
    let shape = (features + 1, CLASSES);
    let params = params
        .into_shape_with_order(shape)
        .map_err(|error| FitError::Solver(error.to_string()))?;
    let one_row_each = Array2::zeros((CLASSES, features));
    let dataset = DatasetBase::new(one_row_each, Array1::from(Stance::ALL.to_vec()));
    Ok(MultiLogisticRegression::default()
        .initial_params(params)
        .max_iterations(0)
        .fit(&dataset)?)
}

/// Weighted cross-entropy of a softmax over sparse rows, with an L2 penalty on the weights but
/// not on the intercepts: linfa-logistic's cost with sample weights.
///
/// Parameters are one row a feature, one column a class, and the intercepts as the last row. With a
/// prior, a weight is its parameter times its scale, and the penalty is on the parameter.
struct Problem {
    /// The statements, with each feature at its place.
    records: SparseRecords,
    /// Where each feature's cell is: those that most statements have stand together, in the nearest caches.
    places: Vec<u32>,
    prior: Option<Vec<f64>>,
    targets: Vec<usize>,
    weights: Vec<f64>,
    alpha: f64,
}

/// A feature's weights and the slopes of the cost by them, side by side: what a row reads it soon writes.
#[derive(Clone, Copy, Default)]
struct Cell {
    weights: PerStance<f64>,
    slopes: PerStance<f64>,
}

impl Problem {
    fn new(
        records: &SparseRecords,
        targets: Vec<usize>,
        weights: Vec<f64>,
        recipe: &FitRecipe,
    ) -> Self {
        let places = records.places_by_use();
        Self {
            prior: recipe
                .prior
                .map(|prior| prior_scales(records, &targets, prior)),
            records: records.rearranged(&places),
            places,
            targets,
            weights,
            alpha: recipe.alpha,
        }
    }

    /// The weights that parameters stand for.
    fn weights_of(&self, mut params: Array1<f64>) -> Array1<f64> {
        if let Some(scales) = &self.prior {
            params.iter_mut().zip(scales).for_each(|(p, s)| *p *= s);
        }
        params
    }

    /// The cells of the features, each at its place, and that of the intercepts behind them.
    fn cells(&self, params: &Array1<f64>) -> Vec<Cell> {
        let weights = self.weights_of(params.clone());
        let (weights, _) = weights.as_slice().unwrap_or_default().as_chunks();
        let mut cells = vec![Cell::default(); weights.len()];
        for (feature, &weights) in weights.iter().enumerate() {
            cells[self.place(feature)].weights = weights;
        }
        cells
    }

    /// Where the cell of a feature is, or, behind all of them, that of the intercepts.
    fn place(&self, feature: usize) -> usize {
        self.places
            .get(feature)
            .map_or(self.places.len(), |&place| place as usize)
    }

    /// The cost and its gradient.
    fn loss(&self, params: &Array1<f64>) -> (f64, Array1<f64>) {
        let mut cells = self.cells(params);
        let mut cost = 0.0;
        for (row, (&target, &weight)) in self.targets.iter().zip(&self.weights).enumerate() {
            let (loss, mut slopes) = self.row_loss(row, target, &cells);
            cost += weight * loss;
            slopes.iter_mut().for_each(|slope| *slope *= weight);
            for (place, value) in self.records.row(row) {
                cells[place].add_slopes(value, &slopes);
            }
            cells[self.places.len()].add_slopes(1.0, &slopes);
        }
        let mut gradient: Vec<f64> = (0..cells.len())
            .flat_map(|feature| cells[self.place(feature)].slopes)
            .collect();
        if let Some(scales) = &self.prior {
            gradient.iter_mut().zip(scales).for_each(|(g, s)| *g *= s);
        }
        let penalized = self.records.nfeatures() * CLASSES;
        for (slope, &param) in gradient.iter_mut().zip(params.iter().take(penalized)) {
            *slope += self.alpha * param;
            cost += 0.5 * self.alpha * param * param;
        }
        (cost, Array1::from(gradient))
    }

    /// The loss of one row and its derivative by the row's logits.
    fn row_loss(&self, row: usize, target: usize, cells: &[Cell]) -> (f64, PerStance<f64>) {
        let mut logits = cells[self.places.len()].weights;
        for (place, value) in self.records.row(row) {
            for (logit, weight) in logits.iter_mut().zip(cells[place].weights) {
                *logit += value * weight;
            }
        }
        // The maximum of the row, where linfa-logistic takes that of the whole matrix.
        let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits.iter().map(|logit| (logit - max).exp()).sum();
        let log_sum = max + sum.ln();
        let mut slopes = logits.map(|logit| (logit - log_sum).exp());
        slopes[target] -= 1.0;
        (log_sum - logits[target], slopes)
    }
}

impl Cell {
    fn add_slopes(&mut self, scale: f64, slopes: &PerStance<f64>) {
        for (sum, slope) in self.slopes.iter_mut().zip(slopes) {
            *sum += scale * slope;
        }
    }
}

/// The problem as the solver sees it: its progress shown, and the last point remembered, because the
/// line search asks for cost and gradient of the same point one after the other.
struct Observed<'a> {
    problem: &'a Problem,
    progress: &'a (dyn Fn(Event) + Sync),
    last: RefCell<Option<Point>>,
}

struct Point {
    params: Array1<f64>,
    cost: f64,
    gradient: Array1<f64>,
}

impl Observed<'_> {
    fn at<T>(&self, params: &Array1<f64>, read: impl FnOnce(&Point) -> T) -> T {
        let mut last = self.last.borrow_mut();
        let point = last.take().filter(|point| point.params == params);
        let point = last.insert(point.unwrap_or_else(|| {
            (self.progress)(Event::Gradient);
            let (cost, gradient) = self.problem.loss(params);
            Point {
                params: params.clone(),
                cost,
                gradient,
            }
        }));
        read(point)
    }
}

impl CostFunction for Observed<'_> {
    type Param = Array1<f64>;
    type Output = f64;

    fn cost(&self, params: &Self::Param) -> Result<f64, ArgminError> {
        Ok(self.at(params, |point| point.cost))
    }
}

impl Gradient for Observed<'_> {
    type Param = Array1<f64>;
    type Gradient = Array1<f64>;

    fn gradient(&self, params: &Self::Param) -> Result<Self::Gradient, ArgminError> {
        Ok(self.at(params, |point| point.gradient.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small random-looking but fixed problem, rows of unit length.
    fn dataset(rows: usize, features: usize) -> DatasetBase<SparseRecords, Array1<Stance>> {
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let mut records = SparseRecords::new(features);
        let mut targets = Vec::new();
        for row in 0..rows {
            let label = Stance::ALL[row % 4];
            let entries: Vec<(u32, f64)> = (0..features as u32)
                .filter_map(|column| {
                    let value = next();
                    (value % 3 == 0 || column % 4 == label as u32)
                        .then_some((column, 1.0 + f64::from(value % 5)))
                })
                .collect();
            let norm = entries.iter().map(|(_, v)| v * v).sum::<f64>().sqrt();
            records.push(entries.into_iter().map(|(c, v)| (c, v / norm)));
            targets.push(label);
        }
        DatasetBase::new(records, Array1::from(targets))
    }

    fn recipe() -> FitRecipe {
        FitRecipe {
            alpha: 0.5,
            max_iterations: 200,
            gradient_tolerance: 1e-8,
            prior: None,
        }
    }

    fn fit(dataset: &DatasetBase<SparseRecords, Array1<Stance>>, recipe: &FitRecipe) -> SparseFit {
        SparseMultiLogisticRegression::new(recipe, &|_| {})
            .fit(dataset)
            .unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn agrees_with_linfas_dense_solver() {
        let sparse = dataset(60, 12);
        let ours = fit(&sparse, &recipe());
        let dense = DatasetBase::new(sparse.records().to_dense(), sparse.targets().clone());
        let linfas = MultiLogisticRegression::default()
            .alpha(recipe().alpha)
            .max_iterations(1000)
            .gradient_tolerance(1e-7)
            .fit(&dense)
            .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(ours.model.classes(), linfas.classes());
        let difference = (ours.model.params() - linfas.params()).mapv(f64::abs);
        assert!(difference.iter().all(|&d| d < 1e-4), "{difference}");
        // Intercepts are not penalised, so they are only fixed up to a common shift.
        let centred = |b: &Array1<f64>| b - b.mean().unwrap_or_default();
        let difference = centred(ours.model.intercept()) - centred(linfas.intercept());
        assert!(difference.iter().all(|d| d.abs() < 1e-4), "{difference}");
    }

    #[test]
    fn a_sample_of_weight_two_counts_as_two_samples() {
        let single = dataset(40, 8);
        let mut twice = SparseRecords::new(8);
        let mut targets = Vec::new();
        let mut weights = Vec::new();
        for (row, &label) in single.targets().iter().enumerate() {
            let repeat = if row % 3 == 0 { 2 } else { 1 };
            weights.push(repeat as f32);
            for _ in 0..repeat {
                twice.push(single.records().row(row).map(|(c, v)| (c as u32, v)));
                targets.push(label);
            }
        }
        let repeated = fit(&DatasetBase::new(twice, Array1::from(targets)), &recipe());
        let weighted = fit(&single.with_weights(Array1::from(weights)), &recipe());
        let difference = (repeated.model.params() - weighted.model.params()).mapv(f64::abs);
        assert!(difference.iter().all(|&d| d < 1e-5), "{difference}");
    }

    #[test]
    fn stopping_short_of_the_optimum_is_an_error() {
        let short = FitRecipe {
            max_iterations: 1,
            ..recipe()
        };
        let error = SparseMultiLogisticRegression::new(&short, &|_| {})
            .fit(&dataset(60, 12))
            .err();
        assert!(matches!(
            error,
            Some(FitError::NotConverged { iterations: 1, .. })
        ));
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let wrong = FitRecipe {
            alpha: 0.0,
            ..recipe()
        };
        let error = SparseMultiLogisticRegression::new(&wrong, &|_| {})
            .fit(&dataset(8, 4))
            .err()
            .map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains("fit.alpha is 0")));
    }
}
