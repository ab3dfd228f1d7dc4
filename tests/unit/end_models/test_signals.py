import numpy as np
import pytest

from weaklabel.end_models.signals import CellChanges, Cells, Signals, choose_terms, log_odds, terms_of_text


def signals_of(flags=(), chances=(), shape=(2, 3)):
    rng = np.random.default_rng(0)
    return Signals(
        {name: rng.random(shape) < 0.5 for name in flags},
        {name: rng.random(shape).astype(np.float32) for name in chances},
        np.full(shape[1], 0.2),
    )


def names_of(signals):
    return {term.name: term.part for term in choose_terms(signals)}


def all_cells(signals):
    record, tag = np.divmod(np.arange(np.prod(signals.shape)), signals.shape[1])
    return Cells(signals, record, tag)


def test_log_odds_are_cut_a_thousandth_from_certainty():
    found = log_odds(np.array([0.5, 0.8, 0.2, 0.0, 1.0, -0.3, 1.7, 0.0005]))
    most = np.log(999)
    expected = [0, np.log(4), -np.log(4), -most, most, -most, most, -most]
    assert found.tolist() == pytest.approx(expected)


def test_the_terms_of_votes_and_texts_alone():
    """One a flag; a label model counts as log-odds, a text also as it is, squared, less where evidence fires."""
    assert names_of(signals_of(["denied", "in the first field"], ["pooled", "label model", "text"])) == {
        "base rate": "base rate",
        "denied": "labeling functions",
        "in the first field": "labeling functions",
        "log-odds pooled": "labeling functions",
        "log-odds label model": "labeling functions",
        "text": "text",
        "log-odds text": "text",
        "fired · text": "text",
        "log-odds text, squared": "text",
        "log-odds text · pooled": "text",
    }


def test_the_terms_where_given_tags_may_be_looked_at():
    found = names_of(signals_of(["below given", "lacks a parent"], ["pooled", "text", "text and given tags"]))
    assert found == {
        "base rate": "base rate",
        "below given": "given tags",
        "lacks a parent": "given tags",
        "log-odds pooled": "labeling functions",
        "text": "text",
        "log-odds text": "text",
        "fired · text": "text",
        "text and given tags": "given tags",
        "log-odds text and given tags": "given tags",
        "fired · text and given tags": "given tags",
        "log-odds text and given tags, squared": "given tags",
    }


def test_how_near_a_text_is_to_a_tags_name_is_put_down_to_the_text():
    plain = names_of(signals_of([], ["pooled", "text"]))
    found = names_of(signals_of([], ["pooled", "text", "name similarity"]))
    assert {name: part for name, part in found.items() if name not in plain} == {"not fired · name similarity": "text"}
    assert plain.items() <= found.items()


def test_how_near_a_text_is_to_a_tags_name_counts_as_it_is_where_nothing_fires():
    flags = {"denied": np.array([[True, False, False]]), "by a written function": np.array([[False, False, True]])}
    near = np.array([[2.5, -1.5, 3.0]], np.float32)
    signals = Signals(flags, {"text": np.zeros((1, 3), np.float32), "name similarity": near}, np.full(3, 0.1))
    [term] = [term for term in choose_terms(signals) if "name similarity" in term.name]
    assert term.of(all_cells(signals)).tolist() == [2.5, -1.5, 0]


def test_values_of_terms():
    flags = {"denied": np.array([[True, False]]), "by a written function": np.array([[False, True]])}
    chances = {"pooled": np.array([[0.2, 0.5]], np.float32), "text": np.array([[0.8, 0.0]], np.float32)}
    signals = Signals(flags, chances, np.array([0.5, 0.1]))
    values = {term.name: term.of(all_cells(signals)).tolist() for term in choose_terms(signals)}
    most = np.log(999)
    expected = {
        "base rate": [0, -np.log(9)],
        "denied": [1, 0],
        "by a written function": [0, 1],
        "log-odds pooled": [-np.log(4), 0],
        "text": [0.8, 0],
        "log-odds text": [np.log(4), -most],
        "fired · text": [0, 0],  # "denied" is no evidence for the tag, and where the other fires the text says 0
        "log-odds text, squared": [np.log(4) ** 2, most**2],
        "log-odds text · pooled": [-(np.log(4) ** 2), 0],
    }
    assert values.keys() == expected.keys()
    for name, value in expected.items():
        assert values[name] == pytest.approx(value, abs=1e-6), name


def test_evidence_fires_where_any_flag_speaks_for_the_tag():
    flags = {
        "denied": np.array([[True, False, True, False]]),
        "lacks a parent": np.array([[True, True, False, False]]),
        "in the first field": np.array([[False, False, True, False]]),
        "below given": np.array([[False, True, False, False]]),
    }
    signals = Signals(flags, {"text": np.zeros((1, 4), np.float32)}, np.full(4, 0.1))
    assert all_cells(signals).fired.tolist() == [0, 1, 1, 0]
    none = Signals({}, {"text": np.zeros((1, 4), np.float32)}, np.full(4, 0.1))
    assert all_cells(none).fired.tolist() == [0, 0, 0, 0]


def test_cells_are_read_by_record_and_tag():
    signals = signals_of(["denied"], ["pooled", "text"])
    cells = Cells(signals, np.array([1, 0, 1]), np.array([2, 0, 2]))
    assert cells.has("denied").tolist() == signals.flags["denied"][[1, 0, 1], [2, 0, 2]].tolist()
    assert cells.chance("text").tolist() == signals.chances["text"][[1, 0, 1], [2, 0, 2]].tolist()
    assert cells.base_rate.tolist() == pytest.approx([np.log(0.25)] * 3)


def test_the_terms_of_text_alone():
    signals = Signals({}, {"text": np.array([[0.8]], np.float32)}, np.array([0.5]))
    values = {term.name: term.of(all_cells(signals)).item() for term in terms_of_text()}
    assert values == pytest.approx(
        {"base rate": 0, "text": 0.8, "log-odds text": np.log(4), "log-odds text, squared": np.log(4) ** 2}, abs=1e-6
    )


def test_one_cell_has_its_own_signals_or_others_and_nothing_else():
    signals = signals_of(["denied", "voted"], ["pooled", "text"], shape=(50, 30))
    signals.base_rates[4] = 0.7
    own = signals.of_cell(7, 4)
    for name, values in {**signals.flags, **signals.chances}.items():
        taken = {**own.flags, **own.chances}[name]
        assert (taken.shape, taken.dtype, taken.item()) == ((1, 1), values.dtype, values[7, 4].item())
        assert not np.shares_memory(taken, values)
    assert own.base_rates.tolist() == [0.7]
    other = signals.of_cell(7, 4, CellChanges({"denied": not signals.flags["denied"][7, 4]}, {"text": 0.25, "?": 0.5}))
    assert other.flags["denied"].item() != own.flags["denied"].item()
    assert other.flags["voted"].item() == own.flags["voted"].item()
    assert set(other.chances) == {"pooled", "text"}
    assert (other.chances["text"].item(), other.chances["pooled"].item()) == (0.25, own.chances["pooled"].item())
