import importlib.util

import pytest

from support.vote_files import make_project
from weaklabel.cluster import ENGINES, cast_votes, find_engine, plan_votes
from weaklabel.cluster.engines import NEEDED_PACKAGES
from weaklabel.cluster.spark import _check_reachable, _with_retries
from weaklabel.errors import ClusterError


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_can_be_found(name):
    if name in NEEDED_PACKAGES:
        pytest.importorskip(NEEDED_PACKAGES[name], reason=f"the extra {name} is not installed")
    assert f"{find_engine(name).__module__}:{find_engine(name).__name__}" == ENGINES[name]


@pytest.mark.parametrize(("name", "fix"), [("sparc", "Did you mean 'spark'?"), ("x", "Use one of local, dask, spark.")])
def test_an_unknown_engine_is_told_with_the_nearest(name, fix):
    with pytest.raises(ClusterError) as caught:
        find_engine(name)
    assert str(caught.value) == f"there is no engine {name!r}. {fix}"


@pytest.mark.parametrize(("name", "package"), [("dask", "distributed"), ("spark", "pyspark")])
def test_a_missing_extra_is_told_with_how_to_install_it(name, package, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "weaklabel.cluster.engines.find_spec", lambda wanted: None if wanted == package else find(wanted)
    )
    with pytest.raises(ClusterError) as caught:
        find_engine(name)
    assert str(caught.value) == (
        f"the engine {name!r} needs the package {package}, which is not installed. pip install 'weaklabel[{name}]'"
    )


def test_the_local_engine_has_no_address(tmp_path):
    plan = plan_votes(make_project(tmp_path / "project", n_files=1), tmp_path / "votes")
    with pytest.raises(ClusterError, match="the engine 'local' has no address"):
        list(cast_votes(plan, "local", "tcp://127.0.0.1:1"))


@pytest.mark.parametrize(
    ("master", "retrying"),
    [
        ("local", "local[1,4]"),
        ("local[*]", "local[*,4]"),
        ("local[2]", "local[2,4]"),
        ("local[2,9]", "local[2,9]"),
        ("spark://host:7077", "spark://host:7077"),
        ("yarn", "yarn"),
    ],
)
def test_spark_tries_a_task_again_in_local_mode_too(master, retrying):
    assert _with_retries(master) == retrying


@pytest.mark.parametrize("master", ["spark://127.0.0.1:1", "spark://127.0.0.1", "spark://127.0.0.1:99999"])
def test_a_spark_master_that_does_not_answer_is_told_at_once(master):
    with pytest.raises(ClusterError, match=f"there is no Spark master at '{master}'"):
        _check_reachable(master)
