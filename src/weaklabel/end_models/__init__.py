"""End models: what texts say of tags, also where no labeling function fires."""

from weaklabel.end_models.interface import EndModel
from weaklabel.end_models.predict import (
    KERNEL_RECORDS,
    MIN_LABELLED,
    Embeddings,
    Prediction,
    VoteSignals,
    predict_cells,
)
from weaklabel.end_models.signals import CellChanges
from weaklabel.end_models.softmax import ClassPrediction, evidence_of_votes, predict_classes
from weaklabel.end_models.texts import read_texts
from weaklabel.end_models.voted import predict_from_votes

__all__ = [
    "KERNEL_RECORDS",
    "MIN_LABELLED",
    "CellChanges",
    "ClassPrediction",
    "Embeddings",
    "EndModel",
    "Prediction",
    "VoteSignals",
    "evidence_of_votes",
    "predict_cells",
    "predict_classes",
    "predict_from_votes",
    "read_texts",
]
