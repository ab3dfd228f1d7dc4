"""Small spaCy pipelines, made on the spot: no model is downloaded."""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language

from weaklabel.terms import TokenPatternLF


@Language.component("weaklabel_test_fails_on_bad")
def fails_on_bad(doc):
    if "bad" in doc.text:
        raise ValueError("a bad text")
    return doc


def entity_pipeline(folder: Path, *components: str) -> str:
    """Save an English pipeline that knows two products, and return its folder."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PRODUCT", "pattern": name} for name in ("TensorFlow", "Visual Studio")])
    for name in components:
        nlp.add_pipe(name)
    nlp.to_disk(folder)
    return str(folder)


def token_lf(name: str, patterns: str, pipeline: str = "blank:en", **settings) -> TokenPatternLF:
    return TokenPatternLF(
        id=name,
        tags=("x",),
        origin="yaml",
        family="spacy",
        definition="",
        patterns=patterns,
        pipeline=pipeline,
        fields=("title",),
        **settings,
    )


@Language.component("entity_linker_stub")
def entity_linker_stub(doc):
    return doc
