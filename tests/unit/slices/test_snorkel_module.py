"""The exported module, run with Snorkel's applier."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from snorkel.slicing import PandasSFApplier

from support.made import make_records
from weaklabel.slices import SlicedRecords, write_module
from weaklabel.terms import Membership
from weaklabel.terms.slices import HasRareTag, Slice

NAMES = ("plain", "with-hyphen", "with_hyphen", "class", "7days", "is_in", "quoted", "odd")
DESCRIPTIONS = ("It's plain.", "", "its namesake", 'three """ quotes', "back\\slash", "{braces}", "'\"", "\r\0\t\\")


@pytest.fixture
def exported(tmp_path):
    members = np.random.default_rng(0).random((5, len(NAMES))) < 0.5
    slices = tuple(
        Slice(name, HasRareTag(2), described, definition='{"rare": 2}')
        for name, described in zip(NAMES, DESCRIPTIONS, strict=True)
    )
    records = make_records("abcde", ids=[f"r{i}" for i in range(5)])
    SlicedRecords(slices, Membership(NAMES, members), records).to_frame().to_parquet(tmp_path / "s.parquet")
    (tmp_path / "s.py").write_text(write_module(slices, tmp_path / "s.parquet", ["key"]))
    spec = importlib.util.spec_from_file_location("exported_slices", tmp_path / "s.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, members


def test_it_gives_the_same_membership(exported):
    module, members = exported
    frame = pd.DataFrame({"key": [f"r{i}" for i in (3, 0, 4, 1, 2)]})
    found = PandasSFApplier(module.slicing_functions).apply(frame, progress_bar=False)
    assert found.dtype.names == NAMES
    for i, name in enumerate(NAMES):
        assert found[name].tolist() == members[[3, 0, 4, 1, 2], i].astype(int).tolist()


def test_what_it_does_not_know_is_no_membership(exported):
    module, _ = exported
    with pytest.raises(KeyError, match=r"'r9' is not in s\.parquet"):
        module.is_in("plain", pd.Series({"key": "r9"}))
    with pytest.raises(KeyError, match="none of the columns"):
        module.is_in("plain", pd.Series({"id": "r1"}))


def test_functions_say_what_their_slices_are(exported):
    module, _ = exported
    source = Path(module.__file__).read_text()
    described = {each.name: each._f.__doc__ for each in module.slicing_functions}
    for name, text in zip(NAMES, DESCRIPTIONS, strict=True):
        assert described[name] == f'{text or name}\n\n    {{"rare": 2}}\n    '
    assert source.count('(x):\n    """') == len(NAMES)  # one style
    assert SimpleNamespace(**vars(module)).slice_class.name == "class"
