"""Label models side by side, against the given tags of labelled records.

What is scored is what a run would say: a cell that it would not show (no votes, and no tag below it that has any)
counts as 0. Nothing is fitted on what it is scored on:

- snorkel, majority, dawid-skene, auto and plugins see no given tags. With `class_balance: given` they see how often
  each was given, counted among other records (five folds).
- pooled, on cells, predicts each labelled record from the given tags of the others: leave-one-out in closed form. What
  is usual for a pattern, and how much tags differ in it, is counted among all records: two numbers a pattern.
- the end model scores each labelled record as if it had not seen that record's tag (leave-one-out, or folds). Only its
  last step is fitted on all labelled records: some twenty weights that all cells share, and a slope and a shift a tag,
  which priors hold near 1 and 0. It also reads the *other* tags that the author gave, which label models do not: its
  row says how well it judges given tags.
"""

from weaklabel.comparison.advice import LEAST_RECORDS, advise
from weaklabel.comparison.compare import Comparison, compare_models
from weaklabel.comparison.score import ModelScore

__all__ = ["LEAST_RECORDS", "Comparison", "ModelScore", "advise", "compare_models"]
