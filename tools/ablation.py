"""What each part of the recipe brings: trains variants of corpus/training.toml and tables what they measure.

    cargo build --release
    python3 tools/ablation.py --data DEV.jsonl --data VALIDATION.jsonl [--cross-validate]

Every variant is the corpus's own recipe with one thing changed, in a copy of the corpus; nothing in the
project is written. Half a minute a variant on two cores, a whole one with --cross-validate. The temperature is
the shipped model's throughout, so calibration is not compared. Needs Python 3.11 and nothing else.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def setting(name: str, value: str) -> Callable[[str], str]:
    """A recipe with one setting changed."""

    def change(recipe: str) -> str:
        changed, found = re.subn(rf"(?m)^{re.escape(name)} = .*$", f"{name} = {value}", recipe)
        if found != 1:
            sys.exit(f"corpus/training.toml has {found} lines for {name!r}: one was expected")
        return changed

    return change


def without_prior(recipe: str) -> str:
    return recipe.split("\n[fit.prior]")[0] + "\n"


def unchanged(recipe: str) -> str:
    return recipe


VARIANTS: list[tuple[str, Callable[[str], str], bool]] = [
    # (name, change to training.toml, whether word_classes.toml is kept)
    ("the recipe", unchanged, True),
    ("words alone, no word pairs", setting("max_word_ngram", "1"), True),
    ("words 1-3", setting("max_word_ngram", "3"), True),
    ("no character n-grams", setting("max_char_ngram", "0"), True),
    ("characters 3-5", lambda r: setting("max_char_ngram", "5")(setting("min_char_ngram", "3")(r)), True),
    ("no word classes, pairs, or words before them", unchanged, False),
    ("no words before classes", setting("words_ahead", "0.0"), True),
    ("no class pairs", setting("word_class_pairs", "0.0"), True),
    ("negation ignored", setting("negation", '"ignore"'), True),
    ("negated words replace plain ones", setting("negation", '"replace"'), True),
    ("no naive Bayes prior", without_prior, True),
    ("idf as it is", setting("idf_power", "1.0"), True),
    ("no idf", setting("idf_power", "0.0"), True),
    ("30,000 features", setting("max_features", "30000"), True),
    ("60,000 features", setting("max_features", "60000"), True),
    ("all features", setting("max_features", "1000000"), True),
    ("alpha 0.1", setting("alpha", "0.1"), True),
    ("alpha 1", setting("alpha", "1.0"), True),
]


def measure(stance: Path, corpus: Path, change: Callable[[str], str], classes: bool, arguments: list[str]) -> list[dict]:
    """The evaluations of one variant."""
    with tempfile.TemporaryDirectory() as scratch:
        copy, out = Path(scratch, "corpus"), Path(scratch, "model")
        shutil.copytree(corpus, copy)
        recipe = copy / "training.toml"
        recipe.write_text(change(recipe.read_text(encoding="utf-8")), encoding="utf-8")
        if not classes:
            (copy / "word_classes.toml").unlink()
        command = [str(stance), "train", "--corpus", str(copy), "--out", str(out), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")
        return json.loads((out / "training.json").read_text(encoding="utf-8"))["evaluations"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", action="append", default=[], metavar="FILE.jsonl", help="labelled text to measure on")
    parser.add_argument("--cross-validate", action="store_true", help="measure by grouped cross-validation, too")
    parser.add_argument("--only", metavar="TEXT", help="only variants whose name holds this text")
    parser.add_argument("--stance", type=Path, default=ROOT / "target/release/stance", help="the built program")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    given = parser.parse_args()
    arguments = [part for path in given.data for part in ("--evaluate", path)]
    if not given.cross_validate:
        arguments.append("--no-cross-validation")
    if not (given.data or given.cross_validate):
        parser.error("nothing to measure on: name --data, --cross-validate or both")
    heading_done = False
    for name, change, classes in VARIANTS:
        if given.only and given.only not in name:
            continue
        evaluations = measure(given.stance, given.corpus, change, classes, arguments)
        if not heading_done:
            sets = [evaluation["data_set"].split(",")[0] for evaluation in evaluations]
            print("| variant | " + " | ".join(f"{s} macro-F1 | {s} accuracy" for s in sets) + " |")
            print("|---" * (1 + 2 * len(sets)) + "|")
            heading_done = True
        figures = " | ".join(f"{e['macro_f1']:.3f} | {e['accuracy']:.3f}" for e in evaluations)
        print(f"| {name} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
