"""What the terminal shows of slices that were found."""

import json
from datetime import date

import numpy as np
import pytest

from weaklabel.cli.show import out
from weaklabel.cli.show_discovery import print_definitions, print_discovery, show_discovery
from weaklabel.discovery import Discovery, ErrorGap, Literal, WeakSlice
from weaklabel.slice_discovery import Found, define_slices

TAG = Literal("given", {"given": "natural-language-processing"}, "given natural-language-processing", "nlp")
OLD = Literal("metadata", {"metadata": {"created": {"<": date(2020, 5, 1)}}}, "created before 2020-05-01", "created")
SHORT = Literal("words", {"words": {"<": 10}}, "below 10 words", "words")
WEAK = WeakSlice((TAG, OLD), np.ones(4, bool), 1234, ErrorGap(0.512, 0.2, 0.21, 0.39), 1e-12, ((SHORT,),))


def make_found(*slices):
    discovery = Discovery(slices, (300, 1234), 20_000, 0.25, 100)
    return Found(discovery, define_slices(slices), "the given tags of 20,000 records", 300)


def test_the_table_fits_80_columns(monkeypatch):
    monkeypatch.setattr(out, "_width", 80)
    with out.capture() as captured:
        show_discovery(make_found(WEAK))
    lines = [line.rstrip() for line in captured.get().splitlines()]
    assert lines == [
        " Size      Error          Difference        p  Slice",
        "1,234  0.20→0.51  +0.31 (0.21, 0.39)  < 1e-09  given natural-language-processing",
        "                                               and created before 2020-05-01",
        "                                               also: below 10 words",
        "",
        "Error: 1 − F1 of a record's tags (of one class: 0 or 1), outside the slice and",
        "inside. Difference with its 95% interval, as if this slice alone had been looked",
        "at. p: corrected for the search, on the records that slices above have left.",
        "Mean error 0.25, held against the given tags of 20,000 records. 1,534",
        "definitions with 100 records or more were searched (300 of 1, 1,234 of 2",
        "conditions).",
    ]


def test_nothing_found_is_said(monkeypatch):
    monkeypatch.setattr(out, "_width", 80)
    with out.capture() as captured:
        show_discovery(make_found())
    assert captured.get().splitlines()[0].rstrip() == "No slice is worse than chance explains."


def test_as_json_dates_are_texts(capsys):
    print_discovery(make_found(WEAK))
    printed = json.loads(capsys.readouterr().out)
    assert printed["searched"] == [300, 1234]
    assert printed["slices"][0]["where"] == {
        "given": "natural-language-processing",
        "metadata": {"created": {"<": "2020-05-01"}},
    }
    assert printed["slices"][0]["difference"] == pytest.approx(0.312)
    assert printed["slices"][0]["alternatives"] == ["below 10 words"]


def test_definitions_alone(capsys):
    print_definitions(make_found(WEAK))
    assert capsys.readouterr().out.startswith("- id: given_natural_language_processing_and_created_before_2020_05\n")
