"""Baselines for the stance classifier: what simpler or well-known means reach on the same text.

From the repository's root, in a fresh virtual environment (Python 3.11 or 3.12):

    python3 -m venv target/baselines && target/baselines/bin/pip install -r tools/requirements.txt
    target/baselines/bin/python tools/baselines.py --data corpus/challenge.jsonl

Every baseline is trained on the corpus and measured on each file of --data: one JSON object a line
with "text" and "label". No setting is chosen on these files. Macro-F1 is what `stance evaluate`
prints: the mean F1 over the labels that occur as right or as given ones. Nothing is downloaded at
run time, and every seed is fixed. With 25,000 statements it takes about ten minutes on two cores,
most of them for cross-validation, and 2 GB of memory.
"""

import argparse
import hashlib
import json
import platform
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

LABELS = ("ESCALATION", "DIALOGUE", "DENIAL", "NONE")
SEED = 1
RESAMPLES = 1000
FOLDS = 5
# What cross-validation chooses from.
STRENGTHS = (4.0, 16.0, 64.0, 256.0)
CLASS_WEIGHTS = (None, "balanced")
# The library's 100 iterations are too few for the weaker penalties.
MAX_ITERATIONS = 5000
LIBRARIES = ("fasttext-wheel", "numpy", "scikit-learn", "scipy")


class DataError(Exception):
    """Labelled text that cannot be used; the message names the file and, for a row, the line."""


@dataclass(frozen=True)
class Example:
    """One labelled statement. Statements of one group are never separated by a split."""

    text: str
    label: str
    group: str
    id: str


Predict = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True)
class Baseline:
    """A way to label statements, and how it is trained."""

    name: str
    train: Callable[[Sequence[Example]], Predict]


@dataclass(frozen=True)
class Trained:
    """A baseline that can answer, and how long its training took."""

    name: str
    predict: Predict
    seconds: float


@dataclass(frozen=True)
class Choice:
    """The settings of logistic regression with the best macro-F1 in cross-validation."""

    strength: float
    class_weight: str | None
    macro_f1: float


@dataclass(frozen=True)
class Result:
    """One baseline on one data file."""

    data: str
    baseline: str
    statements: int
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    accuracy: float
    f1: dict[str, float]
    confusion: list[list[int]]
    training_seconds: float


# Labelled text


def parse_row(line: bytes) -> Example:
    """A row of a JSONL file; ValueError says what is wrong with it."""
    row = json.loads(line)
    json.dumps(row, ensure_ascii=False).encode()  # fails on half a surrogate pair
    if not isinstance(row, dict):
        raise ValueError("a row must be a JSON object")
    text, label = row.get("text"), row.get("label")
    if not isinstance(text, str) or not text.strip():
        raise ValueError('"text" must be a string that is not blank')
    if label not in LABELS:
        raise ValueError(f'"label" is {label!r}, not one of {", ".join(LABELS)}')
    for field in ("id", "group"):
        if not isinstance(row.get(field), str | None):
            raise ValueError(f'"{field}" must be a string')
    identity = row.get("id") or ""
    return Example(text, label, row.get("group") or identity or text, identity)


def read_examples(path: Path) -> list[Example]:
    """The rows of a JSONL file; blank lines are skipped."""
    examples = []
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                examples.append(parse_row(line))
            except ValueError as error:
                raise DataError(f"{path}:{number}: {error}") from error
    if not examples:
        raise DataError(f"{path}: there are no labelled statements in it")
    return examples


def read_corpus(directory: Path) -> list[Example]:
    """The training statements, in the order of the files' names and lines."""
    paths = sorted((directory / "statements").glob("*.jsonl"))
    if not paths:
        raise DataError(f"{directory}: there is no statements/*.jsonl in it")
    return [example for path in paths for example in read_examples(path)]


def corpus_hash(examples: Sequence[Example]) -> str:
    """What `stance train` records: SHA-256 of each row's id, label and text, each ended by 0."""
    digest = hashlib.sha256()
    for example in examples:
        for part in (example.id, example.label, example.text):
            digest.update(part.encode() + b"\0")
    return digest.hexdigest()


# Majority class


def train_majority(examples: Sequence[Example]) -> Predict:
    """Always the label that is most frequent in the corpus."""
    label = Counter(example.label for example in examples).most_common(1)[0][0]
    return lambda texts: [label] * len(texts)


# Keyword rules


def words(listed: str) -> str:
    """A pattern for any of the listed words; one that ends in * stands for all that begin so."""
    alternatives = (re.escape(word).replace(r"\*", r"\w*") for word in listed.split())
    return rf"\b(?:{'|'.join(alternatives)})\b"


def near(first: str, second: str) -> str:
    """A pattern for the first with the second at most four words after it."""
    return rf"{first}(?:\W+\w+){{0,4}}?\W+{second}"


DENY = words("deny denies denied denying denial*")
REJECT = words("reject* dismiss* disput* refut*")
REFUSE = words("reject* dismiss* refus* rebuff* suspend* cancel* no")
PERMISSION = words("entry access visa* permission")
CLAIM = words("accusation* allegation* charge* claim* report* rumour* rumor*")
OFFER = words("offer* proposal* plan* call calls demand* truce ceasefire talks negotiation*")
EASE = words("lift* ease eases eased easing no")
PRESSURE = words("sanction* escalat*")

# The first rule that matches gives the label, so those of two words stand before those of one.
RULES = (
    ("NONE", r"\b(?:nor den(?:y|ies|ied)|not deny|declin\w+ to comment|no comment)\b"),
    ("ESCALATION", near(DENY, PERMISSION)),
    ("DENIAL", near(REJECT, CLAIM)),
    ("ESCALATION", near(REFUSE, OFFER)),
    ("DENIAL", DENY),
    ("DENIAL", words("refut* baseless unfounded groundless untrue fabricat* lie lies")),
    ("DENIAL", r"\b(?:not true|no truth|no intention|nothing to do with|ha(?:s|ve|d) never)\b"),
    ("DIALOGUE", near(EASE, PRESSURE)),
    ("ESCALATION", words("accus* blam* condemn* denounc* violat* aggress*")),
    ("ESCALATION", words("threat* warn* ultimatum retaliat* sanction* expel*")),
    ("DIALOGUE", words("talks negotiat* dialogue ceasefire cease-fire truce mediat* peace")),
    ("DIALOGUE", words("peaceful diplomacy agreement settlement compromise reconcil* restraint")),
    ("DIALOGUE", words("de-escalat* withdraw* withdrew releas* freed apolog*")),
    ("ESCALATION", words("attack* bomb* shell* missile* rocket* airstrike* raid* ambush* clash*")),
    ("ESCALATION", words("invad* invasion* offensive* occup* annex* seiz* blockade* terroris*")),
    ("ESCALATION", words("deploy* mobilis* mobiliz* rearm* troops must demand*")),
)


def label_by_rules(text: str) -> str:
    """The label of the first rule that matches; NONE where none does."""
    lower = text.lower()
    return next((label for label, pattern in RULES if re.search(pattern, lower)), "NONE")


def train_rules(_: Sequence[Example]) -> Predict:
    """The rules are fixed: there is nothing to train."""
    return lambda texts: [label_by_rules(text) for text in texts]


# TF-IDF and logistic regression


def texts_and_labels(examples: Sequence[Example]) -> tuple[list[str], list[str]]:
    return [example.text for example in examples], [example.label for example in examples]


def rich_features() -> FeatureUnion:
    """Words and pairs of words, and characters within words."""
    words_and_pairs = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 6), sublinear_tf=True)
    return FeatureUnion([("words", words_and_pairs), ("characters", characters)])


def fit(estimator: BaseEstimator, inputs: Any, labels: Sequence[str]) -> None:
    """Fits until it has converged, on one thread, so that the baselines' seconds compare."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        estimator.fit(inputs, labels)


def train_pipeline(pipeline: Pipeline, examples: Sequence[Example]) -> Predict:
    fit(pipeline, *texts_and_labels(examples))
    return lambda texts: pipeline.predict(texts).tolist()


def train_default_regression(examples: Sequence[Example]) -> Predict:
    regression = LogisticRegression(max_iter=MAX_ITERATIONS)
    return train_pipeline(make_pipeline(TfidfVectorizer(), regression), examples)


def train_tuned_regression(examples: Sequence[Example], choice: Choice) -> Predict:
    regression = LogisticRegression(
        C=choice.strength, class_weight=choice.class_weight, max_iter=MAX_ITERATIONS
    )
    return train_pipeline(make_pipeline(rich_features(), regression), examples)


Settings = tuple[float, str | None]


def confusions_on_fold(
    training: Sequence[Example], held_out: Sequence[Example], candidates: Sequence[Settings]
) -> list[np.ndarray]:
    """The confusion of each candidate on what is held out; the candidates share the features."""
    texts, labels = texts_and_labels(training)
    held_out_texts, right = texts_and_labels(held_out)
    features = rich_features()
    known = features.fit_transform(texts)
    unseen = features.transform(held_out_texts)
    confusions = []
    for strength, class_weight in candidates:
        regression = LogisticRegression(
            C=strength, class_weight=class_weight, max_iter=MAX_ITERATIONS
        )
        fit(regression, known, labels)
        confusions.append(confusion_of(right, regression.predict(unseen)))
    return confusions


def split(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """The training and the held-out statements of each fold; groups stay together."""
    texts, labels = texts_and_labels(examples)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for training, held_out in folds.split(texts, labels, [example.group for example in examples]):
        yield [examples[i] for i in training], [examples[i] for i in held_out]


def choose(examples: Sequence[Example]) -> Choice:
    """The settings with the best macro-F1 over all held-out answers of grouped cross-validation."""
    candidates = list(product(STRENGTHS, CLASS_WEIGHTS))
    by_fold = Parallel(n_jobs=-1)(
        delayed(confusions_on_fold)(training, held_out, candidates)
        for training, held_out in split(examples)
    )
    scores = macro_f1(np.sum(by_fold, axis=0))
    best = int(np.argmax(scores))
    return Choice(*candidates[best], float(scores[best]))


# fastText


def for_fasttext(text: str) -> str:
    """Lower case, punctuation set apart, one line: much as fastText's tutorial prepares text."""
    return " ".join(re.sub(r"([^\w\s-])", r" \1 ", text.lower()).split())


def train_fasttext(examples: Sequence[Example], **settings: float) -> Predict:
    """fastText reads its training text from a file. One thread makes it deterministic."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "training.txt")
        lines = (f"__label__{example.label} {for_fasttext(example.text)}\n" for example in examples)
        path.write_text("".join(lines), encoding="utf-8")
        model = fasttext.train_supervised(str(path), thread=1, seed=SEED, verbose=0, **settings)

    def predict(texts: Sequence[str]) -> list[str]:
        best, _ = model.predict([for_fasttext(text) for text in texts])
        return [labels[0].removeprefix("__label__") for labels in best]

    return predict


# Figures


def confusion_of(right: Sequence[str], given: Sequence[str]) -> np.ndarray:
    """How many statements of each label (rows) were given each label (columns)."""
    counts = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    for row, column in zip(right, given, strict=True):
        counts[LABELS.index(row), LABELS.index(column)] += 1
    return counts


def f1_of_labels(confusions: np.ndarray) -> np.ndarray:
    """Each label's F1, of one confusion or of many in an array; NaN for one that never occurs."""
    right = np.diagonal(confusions, axis1=-2, axis2=-1)
    occurrences = confusions.sum(axis=-1) + confusions.sum(axis=-2)
    f1 = np.full(right.shape, np.nan)
    np.divide(2 * right, occurrences, out=f1, where=occurrences > 0)
    return f1


def macro_f1(confusions: np.ndarray) -> np.ndarray:
    """The mean F1 over the labels that occur, of one confusion or of many in an array."""
    return np.asarray(np.nanmean(f1_of_labels(confusions), axis=-1))


def interval(confusion: np.ndarray) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of macro-F1.

    To draw statements with replacement is to draw the confusion from a multinomial distribution.
    """
    total = int(confusion.sum())
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(total, confusion.ravel() / total, size=RESAMPLES)
    low, high = np.quantile(macro_f1(drawn.reshape(-1, *confusion.shape)), (0.025, 0.975))
    return float(low), float(high)


def measure(trained: Trained, path: Path, rows: Sequence[Example]) -> Result:
    texts, right = texts_and_labels(rows)
    confusion = confusion_of(right, trained.predict(texts))
    return Result(
        data=path.name,
        baseline=trained.name,
        statements=len(rows),
        macro_f1=float(macro_f1(confusion)),
        macro_f1_interval=interval(confusion),
        accuracy=float(np.trace(confusion) / confusion.sum()),
        f1=dict(zip(LABELS, np.nan_to_num(f1_of_labels(confusion)).tolist(), strict=True)),
        confusion=confusion.tolist(),
        training_seconds=trained.seconds,
    )


# Reports


def markdown(results: Sequence[Result]) -> str:
    """The results as a table, a data file after the other."""
    f1_columns = [f"{label} F1" for label in LABELS]
    header = ["data", "baseline", "macro-F1 (95 %)", "accuracy", *f1_columns, "training, s"]
    lines = [header, ["---"] * len(header)]
    for result in results:
        low, high = result.macro_f1_interval
        lines.append(
            [
                f"{result.data} ({result.statements:,})",
                result.baseline,
                f"{result.macro_f1:.3f} ({low:.2f} to {high:.2f})",
                f"{result.accuracy:.3f}",
                *(f"{result.f1[label]:.3f}" for label in LABELS),
                f"{result.training_seconds:.1f}",
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def report(
    examples: Sequence[Example], choice: Choice, results: Sequence[Result]
) -> dict[str, Any]:
    """Everything that was measured, and what it depends on, for --json."""
    counts = Counter(example.label for example in examples)
    libraries = {name: version(name) for name in LIBRARIES}
    return {
        "corpus": {
            "statements": len(examples),
            "labels": {label: counts[label] for label in LABELS},
            "sha256": corpus_hash(examples),
        },
        "cross_validation": {"folds": FOLDS, **asdict(choice)},
        "label_order": LABELS,
        "results": [asdict(result) for result in results],
        "seed": SEED,
        "versions": {"python": platform.python_version(), **libraries},
    }


def baselines(choice: Choice) -> list[Baseline]:
    tuned = f"C={choice.strength:g}, class_weight={choice.class_weight}"
    return [
        Baseline("majority class", train_majority),
        Baseline("keyword rules", train_rules),
        Baseline("TF-IDF, logistic regression: defaults", train_default_regression),
        Baseline(
            f"TF-IDF, logistic regression: words 1-2, characters 4-6, sublinear, {tuned}",
            partial(train_tuned_regression, choice=choice),
        ),
        Baseline("fastText: defaults", train_fasttext),
        Baseline(
            "fastText: wordNgrams=2, epoch=25, lr=0.5, minn=3, maxn=6",
            partial(train_fasttext, wordNgrams=2, epoch=25, lr=0.5, minn=3, maxn=6),
        ),
    ]


def progress(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def train(baseline: Baseline, examples: Sequence[Example]) -> Trained:
    progress(f"training {baseline.name}")
    start = time.perf_counter()
    predict = baseline.train(examples)
    return Trained(baseline.name, predict, time.perf_counter() - start)


def run(arguments: argparse.Namespace) -> None:
    data = [(path, read_examples(path)) for path in arguments.data]
    examples = read_corpus(arguments.corpus)
    progress(f"{len(examples):,} statements in the corpus; cross-validating logistic regression")
    choice = choose(examples)
    progress(f"chosen with macro-F1 {choice.macro_f1:.3f} on what was held out")
    trained = [train(baseline, examples) for baseline in baselines(choice)]
    results = [measure(one, path, rows) for path, rows in data for one in trained]
    print(markdown(results))
    if arguments.json:
        text = json.dumps(report(examples, choice, results), indent=2)
        arguments.json.write_text(text + "\n", encoding="utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Trains baselines on the corpus and prints how they do on labelled text, as a "
        "Markdown table: macro-F1 and its 95 % bootstrap interval, accuracy, the F1 of each label, "
        "and seconds of training, without those of the cross-validation that chooses settings.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        action="extend",
        required=True,
        metavar="FILE.jsonl",
        help='labelled text to measure on: one JSON object a line with "text" and "label"; '
        "several files may be named, and the option may be repeated",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        default=Path(__file__).resolve().parents[1] / "corpus",
        metavar="DIR",
        help="the corpus to train on: its statements/*.jsonl (default: the repository's corpus)",
    )
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="also write the figures, the confusions, the corpus's hash and the versions as JSON",
    )
    return parser.parse_args()


def main() -> None:
    try:
        run(parse_arguments())
    except (DataError, OSError, ConvergenceWarning) as error:
        sys.exit(f"baselines: {error}")


if __name__ == "__main__":
    main()
