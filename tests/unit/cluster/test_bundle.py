import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

from support.vote_files import make_project
from weaklabel.cluster import bundle as bundle_module
from weaklabel.cluster.bundle import build_bundle
from weaklabel.errors import ClusterError
from weaklabel.terms import ColumnNames


@pytest.fixture
def settings(tmp_path):
    return make_project(tmp_path / "project", n_files=1)


@pytest.fixture
def elsewhere(monkeypatch):
    """Nothing is loaded yet, as in another process."""
    return lambda: monkeypatch.setattr(bundle_module, "_loaded", {})


LOAD = """
import pickle, sys
bundle = pickle.load(sys.stdin.buffer)
loaded = bundle.load()
assert bundle.load() is loaded
lf = next(lf for lf in loaded.lfs if lf.id == "names_a_word")
from weaklabel.terms import Record
print([lf.id for lf in loaded.lfs], lf.call(Record(1, {"title": "a flat"}, ("title",))), loaded.folder)
"""


def test_another_process_loads_python_lfs_with_their_shared_code_and_data(settings):
    bundle = build_bundle(settings, ("title",)).packed()
    done = subprocess.run([sys.executable, "-c", LOAD], input=pickle.dumps(bundle), capture_output=True, check=True)
    ids, _, rest = done.stdout.decode().partition("] ")
    assert ids + "]" == str([lf.id for lf in bundle.load().lfs])
    assert rest.startswith("[('gardening', 1)] ")
    assert str(settings.lfs) not in rest


def test_the_fingerprint_changes_with_what_decides_votes_and_nothing_else(settings, tmp_path):
    def fingerprint(**changes):
        return build_bundle(replace(settings, **changes), ("title",)).fingerprint

    first = fingerprint()
    assert fingerprint(records="elsewhere", seed=5, out=tmp_path, label_model="majority") == first
    assert build_bundle(settings, ("title", "text")).fingerprint != first
    changes = ({"nested_matches": "drop"}, {"lf_timeout_s": 3.0}, {"lfs": None}, {"columns": ColumnNames(id="x")})
    prints = {first, *(fingerprint(**change) for change in changes)}
    for name, content in {
        "words.txt": "flat",
        "_words.yaml": "- flat",
        "_helper.py": "def words(): return []",
        "rules.yaml": "",
    }.items():
        (settings.lfs / name).write_text(content)
        prints.add(fingerprint())
    assert len(prints) == 9
    assert fingerprint() in prints


def test_other_files_in_the_folder_do_not_matter_where_all_is_phrases_and_patterns(tmp_path):
    settings = make_project(tmp_path / "project", n_files=1, python="")
    bundle = build_bundle(settings, ("title",))
    assert bundle.only_texts
    (settings.lfs / "notes.md").write_text("x")
    assert build_bundle(settings, ("title",)).fingerprint == bundle.fingerprint


def test_a_worker_with_other_labeling_functions_is_told_of_each(settings, elsewhere):
    bundle = build_bundle(settings, ("title",)).packed()
    assert not bundle.only_texts
    other = dict(bundle.lf_hashes)
    other["plugin:a"] = other.pop("names_a_word")
    other["stumbles"] = "0"
    elsewhere()
    with pytest.raises(ClusterError) as caught:
        replace(bundle, lf_hashes=other).load()
    fix = "Install the same packages and plugins (entry points weaklabel.lfs), in the same versions, on every worker."
    assert str(caught.value).splitlines() == [
        f"a worker lacks 1 labeling function that there is here: 'plugin:a'. {fix}",
        f"a worker has 1 labeling function that there is not here: 'names_a_word'. {fix}",
        f"a worker has 1 labeling function in another version than here: 'stumbles'. {fix}",
    ]


def test_a_worker_with_another_weaklabel_says_so(settings, elsewhere):
    bundle = replace(build_bundle(settings, ("title",)).packed(), version="99.0")
    elsewhere()
    with pytest.raises(ClusterError, match=r"a worker has weaklabel \d.*; this is weaklabel 99\.0"):
        bundle.load()


def test_workers_get_a_knowledge_base_as_json_and_need_nothing_to_read_it(settings, elsewhere, tmp_path, monkeypatch):
    pytest.importorskip("obonet", reason="the extra kb is not installed")
    plain = build_bundle(settings, ("title",)).load().vocabulary
    stanzas = [f"[Term]\nid: X:{i}\nname: {name}\n" for i, name in enumerate(plain.names)]
    (tmp_path / "t.obo").write_text("\n".join(stanzas), encoding="utf-8")
    bundle = build_bundle(replace(settings, tags=str(tmp_path / "t.obo")), ("title",))
    elsewhere()
    monkeypatch.setattr("weaklabel.knowledge_bases.read.find_spec", lambda name: None)
    assert pickle.loads(pickle.dumps(bundle)).load().vocabulary.names == plain.names
