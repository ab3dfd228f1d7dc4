"""Texts as vectors of a sentence-transformers model, made offline and kept under a hash of model and text."""

from weaklabel.embeddings.embed import embed_texts
from weaklabel.embeddings.model import check_model, describe_model

__all__ = ["check_model", "describe_model", "embed_texts"]
