from __future__ import annotations

import pickle
import subprocess
import sys

import pyarrow as pa
import pytest

from support.made import make_records
from weaklabel.errors import RecordsError
from weaklabel.records import check_batch
from weaklabel.terms import ColumnNames
from weaklabel.terms.records import VIEWED_AT_ONCE

ROWS = {
    "id": [7, 8, 9],
    "title": ["a", None, "c"],
    "topics": [["x", " x", ""], None, []],
    "stars": [1.5, None, 2.0],
}


def arrow(**columns):
    return check_batch(pa.record_batch({**ROWS, **columns}), ColumnNames(tags="topics"))[0]


def as_dicts(source):
    return [(view.record_id, view.tags, view.as_dict()) for view in source.views()]


def test_the_terms_do_not_import_pyarrow_or_pandas():
    code = "import sys, weaklabel.terms.records; print({'pyarrow', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_views_of_arrow_records_have_every_column_and_no_null_text():
    assert as_dicts(arrow()) == [
        (7, ("x",), {"id": 7, "title": "a", "topics": ["x", " x", ""], "stars": 1.5, "text": "a", "tags": ("x",)}),
        (8, None, {"id": 8, "title": "", "topics": None, "stars": None, "text": "", "tags": None}),
        (9, (), {"id": 9, "title": "c", "topics": [], "stars": 2.0, "text": "c", "tags": ()}),
    ]


def test_text_arrays_keep_null_in_arrow_and_empty_text_in_records():
    assert arrow().text_array("title").to_pylist() == ["a", None, "c"]
    records = make_records(["a", "", "é"])
    assert records.text_array("title").to_pylist() == ["a", "", "é"]
    assert records.text_array("title").type == pa.large_string()


def test_a_column_that_is_no_text_field_has_no_text_array():
    with pytest.raises(KeyError):
        arrow().text_array("stars")


@pytest.mark.parametrize("ids", [(1, 2), ("a", "b")])
def test_id_arrays_have_the_type_of_the_ids(ids):
    array = make_records(["a", "b"], ids=ids).id_array()
    assert (array.to_pylist(), array.type) == (list(ids), pa.int64() if ids[0] == 1 else pa.string())


@pytest.mark.parametrize("make", [arrow, lambda: make_records(["a", "b", "c"], given=[["x"], None, []], ids=[7, 8, 9])])
@pytest.mark.parametrize("stretch", [(0, 2), (1, 3), (2, 99), (3, 5), (0, 0), (2, 1)])
def test_a_slice_has_the_records_of_that_stretch(make, stretch):
    whole = make()
    part = whole.slice(*stretch)
    wanted = slice(*stretch)
    assert len(part) == len(whole.ids[wanted])
    assert (part.ids, part.given, as_dicts(part)) == (whole.ids[wanted], whole.given[wanted], as_dicts(whole)[wanted])


def test_a_slice_is_pickled_without_the_rest():
    whole = arrow(title=["x" * 1_000_000, "b", "c"])
    packed = pickle.dumps(whole.slice(1, 3))
    assert len(packed) < 10_000
    assert as_dicts(pickle.loads(packed)) == as_dicts(whole)[1:]


def test_unlabelled_arrow_records_have_no_tags_after_pickling_too():
    records, _ = check_batch(pa.record_batch(ROWS), only_texts=True)
    assert pickle.loads(pickle.dumps(records)).given == (None, None, None)


def test_views_cross_the_stretches_in_which_they_are_made():
    n = 2 * VIEWED_AT_ONCE + 1
    records, _ = check_batch(pa.record_batch({"id": range(n), "title": [str(i) for i in range(n)]}))
    assert [(v.record_id, v.title) for v in records.views()] == [(i, str(i)) for i in range(n)]


def test_a_batch_is_checked_with_every_problem_at_its_row():
    batch = pa.record_batch({"id": [1, None, 1], "title": ["a", "b", "c"], "tags": [[True], [], []]})
    with pytest.raises(RecordsError) as caught:
        check_batch(batch, name="part 3")
    assert [str(p) for p in caught.value.problems] == [
        "part 3:2: the id is missing. Give 'id' a whole number or a text that no other record has.",
        "part 3:3: the id 1 stands twice. It is in line 1 too: change one, or remove it.",
        'part 3:1: a tag is \'True\', which is no name. Write tags as a list of names, such as ["a", "b"].',
    ]
