"""All query strategies, by name."""

from __future__ import annotations

from collections.abc import Mapping

from weaklabel.sampling.chance import random, say_drawn
from weaklabel.sampling.conflict import lf_conflict, say_conflict
from weaklabel.sampling.correction import expected_correction, say_correction
from weaklabel.sampling.disagreement import (
    ensemble_disagreement,
    label_model_disagreement,
    say_ensemble_disagrees,
    say_label_models_disagree,
)
from weaklabel.sampling.diversity import diversity, say_diverse
from weaklabel.sampling.interface import Strategy
from weaklabel.sampling.long_tail import long_tail, say_rare
from weaklabel.sampling.representative import representative, say_representative
from weaklabel.sampling.uncertainty import entropy, least_confidence, margin, say_uncertain

_ALL = (
    Strategy(
        "expected_correction",
        "what the author likely got wrong",
        expected_correction,
        say_correction,
        pool="max",
        pools_classes=True,
    ),
    Strategy("entropy", "the most entropy", entropy, say_uncertain, pool="sum"),
    Strategy("least_confidence", "what is said with the least confidence", least_confidence, say_uncertain, pool="max"),
    Strategy("margin", "the smallest gap between the tags said and not said", margin, say_uncertain),
    Strategy(
        "label_model_disagreement",
        "what label models do not agree on",
        label_model_disagreement,
        say_label_models_disagree,
        pool="sum",
        needs=frozenset({"label models"}),
    ),
    Strategy(
        "ensemble_disagreement",
        "what end models, each fitted to half of the records, do not agree on",
        ensemble_disagreement,
        say_ensemble_disagrees,
        pool="sum",
        needs=frozenset({"ensemble"}),
    ),
    Strategy("lf_conflict", "what labeling functions contradict each other on", lf_conflict, say_conflict, pool="sum"),
    Strategy("long_tail", "tags of which few records are known", long_tail, say_rare, pool="max", pools_classes=True),
    Strategy("diversity", "texts unlike those before", diversity, say_diverse, needs=frozenset({"texts"})),
    Strategy(
        "representative",
        "texts that stand for most others",
        representative,
        say_representative,
        needs=frozenset({"texts"}),
    ),
    Strategy("random", "any record, by chance", random, say_drawn),
)
STRATEGIES: Mapping[str, Strategy] = {strategy.name: strategy for strategy in _ALL}
