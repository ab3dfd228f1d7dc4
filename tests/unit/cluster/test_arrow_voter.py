import pickle

import pyarrow as pa
import pytest

from support.vote_files import TEXTS, make_project
from weaklabel.cluster import ArrowVoter, build_bundle
from weaklabel.cluster import bundle as bundle_module
from weaklabel.errors import RecordsError


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return build_bundle(make_project(tmp_path_factory.mktemp("project") / "p", n_files=1), ("title",))


def as_tuples(votes):
    return [tuple(row.values()) for row in votes.to_pylist()]


def test_a_record_batch_goes_in_and_its_votes_come_out(bundle):
    batch = pa.record_batch({"id": ["b", "a", "c"], "title": [TEXTS[0], TEXTS[4], TEXTS[3]]})
    with ArrowVoter(bundle) as vote:
        votes = vote(batch)
        assert vote(batch) == votes
    assert as_tuples(votes) == [
        ("b", "iron_is_no_language", "rust", -1, None),
        ("b", "name:rust@title", "rust", 1, None),
        ("a", "loaves", "cooking", 1, None),
        ("a", "names_a_word", "gardening", 1, None),
        ("a", "stumbles", "rust", -1, None),
        ("c", "stumbles", None, 0, "ValueError: stuck on 'nothing'"),
    ]


@pytest.mark.parametrize(("ids", "kind"), [([1], pa.int64()), (["x"], pa.string())])
def test_no_records_have_no_votes(bundle, ids, kind):
    batch = pa.record_batch({"id": ids, "title": ["Rust"]})
    with ArrowVoter(bundle) as vote:
        assert vote(batch.slice(0, 0)).num_rows == 0
        assert vote(batch.slice(0, 0)).schema == vote(batch).schema
    assert vote(batch.slice(0, 0)).schema.field("record_id").type == kind


def test_what_is_wrong_with_a_batch_is_said(bundle):
    with ArrowVoter(bundle) as vote, pytest.raises(RecordsError, match="no record has the column 'title'"):
        vote(pa.record_batch({"id": [1], "titel": ["x"]}))


def test_errors_name_the_projects_folder_wherever_it_was_unpacked(tmp_path, monkeypatch):
    settings = make_project(tmp_path / "p", n_files=1)
    (settings.lfs / "rules.py").write_text(
        "from weaklabel import labeling_function\n\n\n"
        '@labeling_function(tags="rust")\ndef looks_beside(record):\n    raise ValueError(__file__)\n'
    )
    made = build_bundle(settings, ("title",))
    batch = pa.record_batch({"id": [1], "title": ["x"]})
    with ArrowVoter(made) as vote:
        here = vote(batch)
    assert here.column("error").to_pylist() == [f"ValueError: {settings.lfs / 'rules.py'}"]
    sent = pickle.loads(pickle.dumps(made.packed()))
    monkeypatch.setattr(bundle_module, "_loaded", {})
    with ArrowVoter(sent) as vote:
        assert vote(batch) == here
    assert sent.load().folder != settings.lfs
