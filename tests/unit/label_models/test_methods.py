"""Which label models there are, and what happens with those of others."""

import subprocess
import sys
from importlib.metadata import EntryPoint, distribution, version

import pytest

from support.label_model_plugin import installed, offered
from weaklabel.errors import LabelModelError
from weaklabel.label_models import METHODS, fit_label_model
from weaklabel.label_models.methods import BUILT_IN, GROUP, describe_method

PLUGIN = "support.label_model_plugin"
L = [[0, 1, 1], [1, 1, -1], [0, -1, 0]]


def test_plugins_stand_among_the_built_in():
    with installed(weighted=f"{PLUGIN}:fit_weighted", zeta="nowhere:fit"):
        assert list(METHODS) == ["auto", "dawid-skene", "majority", "pooled", "snorkel", "weighted", "zeta"]
        assert len(METHODS) == 7
        assert "weighted" in METHODS
        assert METHODS["weighted"] == f"{PLUGIN}:fit_weighted"
    assert "weighted" not in METHODS
    assert dict(METHODS) == BUILT_IN


def test_a_method_is_described_by_its_distribution_and_that_ones_version():
    own = f"weaklabel {version('weaklabel')}"
    assert describe_method("pooled") == f"{own} (weaklabel.label_models.pooled:fit_pooled)"
    value = f"{PLUGIN}:fit_weighted"
    of_numpy = EntryPoint("theirs", value, GROUP)._for(distribution("numpy"))
    with offered([of_numpy, EntryPoint("nobodys", value, GROUP)]):
        assert describe_method("theirs") == f"numpy {version('numpy')} ({value})"
        assert describe_method("nobodys") == value
        with pytest.raises(LabelModelError, match="there is no label model 'their'") as caught:
            describe_method("their")
    assert "theirs" in caught.value.problems[0].fix


def test_a_plugin_fits_and_answers():
    with installed(weighted=f"{PLUGIN}:fit_weighted"):
        model = fit_label_model(L, 2, "weighted", class_balance=[0.25, 0.75])
    assert model.method == "weighted"
    # The first votes once with the plurality and once without, the second twice with it.
    assert model.predict_proba([[0, 1, -1]])[0].tolist() == pytest.approx(
        [(1 / 3 + 0.25) / 2, (2 / 3 + 0.75) / 2], rel=0.2
    )


def test_listing_and_importing_needs_no_plugin_nor_torch():
    code = (
        "import sys; from weaklabel.label_models import METHODS, fit_label_model; list(METHODS);"
        "assert not {'torch', 'snorkel', 'sklearn', 'pandas'} & set(sys.modules), sorted(sys.modules);"
        "fit_label_model([[0, 1, 1]] * 9, 2, 'snorkel');"
        "assert not {'torch', 'snorkel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no_such_module:fit", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
        (f"{PLUGIN}:fit_missing", "cannot be loaded: AttributeError"),
        (f"{PLUGIN}:NO_FUNCTION", "is a int, not a function"),
        (f"{PLUGIN}:fit_raising", "fails: ZeroDivisionError: no votes at all"),
        (f"{PLUGIN}:fit_nothing", "returns a NoneType, not a function that estimates"),
    ],
)
def test_a_plugin_that_cannot_be_fitted_is_named(value, said):
    with installed(theirs=value), pytest.raises(LabelModelError) as caught:
        fit_label_model(L, 2, "theirs")
    assert f"the label model 'theirs' of {value} " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("fit_wrong_shape", "estimates shape (3,) where (3, 2) is due"),
        ("fit_no_probabilities", "estimates rows that are no probabilities"),
        ("fit_raising_late", "fails to estimate: AttributeError"),
    ],
)
def test_a_plugin_whose_answers_are_none_is_named(function, said):
    with installed(theirs=f"{PLUGIN}:{function}"):
        model = fit_label_model(L, 2, "theirs")
    with pytest.raises(LabelModelError) as caught:
        model.predict_proba(L)
    assert "'theirs'" in str(caught.value)
    assert said in str(caught.value)


def test_a_plugin_cannot_change_the_class_balance():
    with installed(theirs=f"{PLUGIN}:fit_changing_the_balance"):
        model = fit_label_model(L, 2, "theirs", class_balance=[0.25, 0.75])
    assert model.predict_proba([[-1, -1, -1]]).tolist() == [[0.25, 0.75]]


def test_a_plugin_with_a_built_in_name_is_a_clash_and_hides_nothing_else():
    with installed(majority=f"{PLUGIN}:fit_weighted"):
        with pytest.raises(LabelModelError) as caught:
            fit_label_model(L, 2, "majority")
        assert f"'majority' is offered by weaklabel and by {PLUGIN}:fit_weighted" in str(caught.value)
        assert METHODS["majority"] == BUILT_IN["majority"]
        assert fit_label_model(L, 2, "pooled").method == "pooled"


def test_two_plugins_with_one_name_are_a_clash():
    points = [EntryPoint("twice", f"{PLUGIN}:{name}", GROUP) for name in ("fit_weighted", "fit_raising")]
    with offered(points), pytest.raises(LabelModelError) as caught:
        fit_label_model(L, 2, "twice")
    assert f"offered by {PLUGIN}:fit_raising and by {PLUGIN}:fit_weighted" in str(caught.value)


@pytest.mark.parametrize("name", [None, 3, "", "Majority "])
def test_what_is_no_name_of_a_method_is_said_to_be_none(name):
    with pytest.raises(LabelModelError) as caught:
        fit_label_model(L, 2, name)
    assert f"there is no label model {name!r}" in str(caught.value)
