"""How often authors gave a tag where a pattern shows: by hand, and counted cell by cell in plain Python."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.made import make_votes
from support.topics import given_of
from weaklabel.label_models import pool_cells, pooled_cells, resolve_by_pooling, without_given
from weaklabel.label_models.cell_symbols import BELOW, BELOW_GIVEN, DENIED, FIRST_FIELD, OTHER_FIELD, WRITTEN
from weaklabel.label_models.pooled_cells import LEAST_SHRUNK, MOST_SHRUNK, fit_pooled_precision

A, B = range(2)
F, O = FIRST_FIELD, OTHER_FIELD  # noqa: E741


def symbols(rows):
    return np.array(rows, dtype=np.uint8)


def pooled(table, given):
    return pool_cells(table, given, fit_pooled_precision(table, given))


def kappa_of(pairs, usual):
    """κ by Kleinman's moments, of pairs (given, shown) for the tags of a pattern."""
    pairs = [(s, n) for s, n in pairs if n]
    total = sum(n for _, n in pairs)
    if len(pairs) < 2:
        return MOST_SHRUNK
    spread = sum(n / total * (s / n - usual) ** 2 for s, n in pairs) / (usual * (1 - usual))
    by_chance = sum(n / total / n for _, n in pairs)
    if by_chance >= 1 or spread <= by_chance:
        return MOST_SHRUNK
    correlation = (spread - by_chance) / (1 - by_chance)
    return min(max(1 / correlation - 1, LEAST_SHRUNK), MOST_SHRUNK)


def pooled_by_counting(table, tags):
    """P of every cell: of the labelled cells that show its symbol, how many were given, itself left out."""
    n_tags = len(table[0])
    labelled = [r for r, names in enumerate(tags) if names is not None]
    used = {name for r in labelled for name in tags[r]} or set(range(n_tags))
    seen = sorted({symbol for r in labelled for symbol in table[r]} or {0})
    table = [
        [max((s for s in seen if s & symbol == s), key=int.bit_count, default=seen[0]) for symbol in row]
        for row in table
    ]
    result = []
    for r, row in enumerate(table):
        result.append([])
        for t, symbol in enumerate(row):
            cells = {u: [s for s in labelled if table[s][u] == symbol and u in used] for u in range(n_tags)}
            S = {u: sum(u in tags[s] for s in cells[u]) for u in range(n_tags)}
            N = {u: len(cells[u]) for u in range(n_tags)}
            usual = (sum(S.values()) + 0.5) / (sum(N.values()) + 1)
            kappa = kappa_of([(S[u], N[u]) for u in range(n_tags)], usual)
            own = tags[r] is not None and t in used
            mine = own and t in tags[r]
            usual = (sum(S.values()) - mine + 0.5) / (sum(N.values()) - own + 1)
            s, n = S[t] - mine, N[t] - own
            result[-1].append((s + kappa * usual) / (n + kappa))
    return result


def test_counts_by_hand():
    """Of five labelled records, "a" shows F in three and was given in two of these; "b" shows it in one."""
    table = symbols([[F, 0], [F, 0], [F, F], [0, 0], [0, 0], [F, F]])
    given = given_of([[A], [A], [], [B], [], None], 2)
    fitted = fit_pooled_precision(table, given)
    silent, fires = fitted.row[0], fitted.row[F]
    assert fitted.given[fires].tolist() == [2, 0]
    assert fitted.shown[fires].tolist() == [3, 1]
    assert fitted.given[silent].tolist() == [0, 1]
    assert fitted.shown[silent].tolist() == [2, 4]


def test_tags_that_do_not_differ_beyond_chance_are_pooled():
    """κ = 200: what tags have of their own hardly counts beside μ of the other cells, a record's own tag not at all."""
    table = symbols([[F, 0], [F, 0], [F, F], [0, 0], [0, 0], [F, F]])
    found = pooled(table, given_of([[A], [A], [], [B], [], None], 2))
    assert found.dtype == np.float32
    assert found[0, A] == pytest.approx((1 + 200 * 1.5 / 4) / (2 + 200))  # one of the two others; one of three with "b"
    assert found[2, A] == pytest.approx((2 + 200 * 2.5 / 4) / (2 + 200))
    assert found[5, A] == pytest.approx((2 + 200 * 2.5 / 5) / (3 + 200))  # unlabelled: all count
    assert found[2, B] == pytest.approx(2.5 / 4)  # nobody else shows it for "b"
    assert found[5, B] == pytest.approx((0 + 100) / (1 + 200))


def test_tags_that_differ_keep_their_own_rate():
    """Of 40 cells each, "a" was given in 38 and "b" in 2: μ = 40.5 / 81, and κ from the spread of 0.95 and 0.05."""
    table = symbols([[F, F]] * 40)
    tags = [[A]] * 38 + [[B]] * 2
    fitted = fit_pooled_precision(table, given_of(tags, 2))
    correlation = (0.45**2 / 0.25 - 1 / 40) / (1 - 1 / 40)
    expected = max(1 / correlation - 1, 0.5)
    assert fitted.shrunk.tolist() == [pytest.approx(expected)]
    found = pooled(table, given_of(tags, 2))
    of_others = [(37, 39.5 / 80), (2, 40.5 / 80)]  # of the 39 others; the record itself was given "a"
    assert found[0].tolist() == pytest.approx([(s + expected * usual) / (39 + expected) for s, usual in of_others])


@st.composite
def cases(draw):
    n_tags = draw(st.integers(1, 4))
    n_records = draw(st.integers(1, 12))
    symbol = st.sampled_from([0, F, O, F | O, DENIED, WRITTEN | BELOW_GIVEN])
    table = [[draw(symbol) for _ in range(n_tags)] for _ in range(n_records)]
    names = st.none() | st.lists(st.integers(0, n_tags - 1), unique=True)
    return table, [draw(names) for _ in range(n_records)]


@settings(deadline=None)
@given(cases())
def test_cells_are_pooled_as_counting_them_one_by_one_pools_them(case):
    table, tags = case
    found = pooled(symbols(table), given_of(tags, len(table[0])))
    assert found == pytest.approx(np.array(pooled_by_counting(table, tags)), abs=1e-6)


def test_blocks_of_records_do_not_change_the_result(monkeypatch):
    rng = np.random.default_rng(0)
    table = rng.choice([0, F, O], (50, 3)).astype(np.uint8)
    rows = [None if rng.random() < 0.2 else np.flatnonzero(rng.random(3) < 0.4).tolist() for _ in range(50)]
    given = given_of(rows, 3)
    whole = pooled(table, given)
    monkeypatch.setattr(pooled_cells, "BLOCK", 7)
    assert pooled(table, given).tolist() == whole.tolist()


def test_a_records_own_tag_is_left_out_of_its_own_cell():
    """How far tags are pooled, κ, is learnt of all; beyond it the other cells alone decide."""
    rng = np.random.default_rng(1)
    table = rng.choice([0, F], (30, 2)).astype(np.uint8)
    tags = (rng.random((30, 2)) < 0.5).astype(float)
    fitted = fit_pooled_precision(table, given_of([np.flatnonzero(row).tolist() for row in tags], 2))
    everyone = np.ones(30, dtype=np.bool_)
    found = fitted.of_symbols(table, tags, everyone)
    for record, tag in ((0, 0), (11, 1), (29, 0)):
        others = np.delete(np.arange(30), record)
        alike = others[table[others, tag] == table[record, tag]]
        row = fitted.row[table[record, tag]]
        kappa = fitted.shrunk[row]
        all_alike = [
            (r, t) for r in range(30) for t in range(2) if table[r, t] == table[record, tag] and (r, t) != (record, tag)
        ]
        usual = (sum(tags[cell] for cell in all_alike) + 0.5) / (len(all_alike) + 1)
        expected = (tags[alike, tag].sum() + kappa * usual) / (len(alike) + kappa)
        assert found[record, tag] == pytest.approx(expected, abs=1e-6)


def test_a_symbol_that_was_never_seen_is_taken_for_the_largest_part_of_it_that_was():
    table = symbols([[0, F, O, F | O, DENIED]])
    fitted = fit_pooled_precision(table, given_of([[1]], 5))
    row = fitted.row
    assert row.shape == (256,)
    assert len({int(row[s]) for s in (0, F, O, F | O, DENIED)}) == 5
    assert row[F | O | WRITTEN] == row[F | O]  # not row[F]: that is a smaller part
    assert row[F | WRITTEN] == row[F]
    assert row[WRITTEN] == row[0]
    assert row[DENIED | WRITTEN | BELOW_GIVEN] == row[DENIED]
    own = fitted.of_symbols(symbols([[F | O | WRITTEN] * 5]))
    assert own.tolist() == fitted.of_symbols(symbols([[F | O] * 5])).tolist()


def test_what_was_given_below_can_be_taken_out_of_symbols():
    assert without_given(symbols([[BELOW_GIVEN, F | BELOW_GIVEN, F, 0]])).tolist() == [[0, F, F, 0]]


def test_unlabelled_records_are_no_negative_evidence():
    table = symbols([[F], [F], [0], [0]])
    few = pooled(table, given_of([[0], [0], [], []], 1))
    more = pooled(symbols([*table.tolist(), *[[F]] * 50]), given_of([[0], [0], [], [], *[None] * 50], 1))
    assert more[:4].tolist() == few.tolist()
    denied = pooled(symbols([*table.tolist(), *[[F]] * 50]), given_of([[0], [0], [], [], *[[]] * 50], 1))
    assert denied[0, 0] < 0.1 < few[0, 0]


def test_a_records_own_tag_plays_no_part_where_no_other_cell_shows_its_pattern():
    table = symbols([[F | WRITTEN], *[[F]] * 5])
    found = [pooled(table, given_of([own, *[[0]] * 5], 1))[0, 0] for own in ([0], [])]
    assert found[0] == pytest.approx(found[1], abs=1e-6)  # it is 0.75 where the tag was given, and 0.25 where not


def test_a_pattern_that_only_unlabelled_records_show_is_taken_for_its_largest_part_that_labelled_ones_show():
    table = symbols([*[[F]] * 20, [F | WRITTEN], [F]])
    found = pooled(table, given_of([*[[0]] * 20, None, None], 1))
    assert found[20, 0] == pytest.approx(found[21, 0])


# --- as a label model ---------------------------------------------------------------------------------------------


def resolved_by(rows, tags, *, n_lfs=1):
    """Resolve rows (tag, record, lf, vote) on two tags; every labeling function reads the first field."""
    table = np.zeros((len(tags), 2), dtype=np.uint8)
    for tag, record, _, vote in rows:
        table[record, tag] |= FIRST_FIELD if vote == 1 else DENIED
    votes = make_votes(rows, n_records=len(tags), lf_ids=[f"lf{i}" for i in range(n_lfs)])
    given = given_of(tags, 2)
    return resolve_by_pooling(votes, table, given, fit_pooled_precision(table, given))


ROWS = [(A, 0, 0, 1), (A, 1, 0, 1), (A, 2, 0, 1), (B, 2, 0, 1), (A, 3, 0, -1), (A, 5, 0, 1)]
GIVEN = [[A], [A], [], [B], [], None]


def test_cells_with_votes_have_the_pooled_probability():
    cells = resolved_by(ROWS, GIVEN)
    keys = list(zip(cells.record.tolist(), cells.tag.tolist(), strict=True))
    assert keys == [(0, A), (1, A), (2, A), (2, B), (3, A), (5, A)]
    table = [[F, 0], [F, 0], [F, F], [DENIED, 0], [0, 0], [F, 0]]
    expected = pooled_by_counting(table, GIVEN)
    assert cells.probability.tolist() == pytest.approx([expected[r][t] for r, t in keys], abs=1e-6)
    assert cells.voted.all()
    assert not cells.raised.any()
    assert cells.has_positive.tolist() == [True, True, True, False, False, True]


def test_silent_cells_have_the_probability_of_the_empty_pattern_of_their_tag():
    cells = resolved_by(ROWS, GIVEN)
    # No labelled record is silent on A but 4, of B 0, 1, 3 and 4, of which 3 was given it: μ = 1.5 / 6.
    usual = 1.5 / 6
    kappa = kappa_of([(0, 1), (1, 4)], usual)
    expected = [(0 + kappa * usual) / (1 + kappa), (1 + kappa * usual) / (4 + kappa)]
    assert cells.silent.tolist() == pytest.approx(np.column_stack([expected, expected]), abs=1e-6)


def test_a_given_cell_without_votes_is_as_probable_as_the_other_silent_cells_are_without_it():
    """Four records are silent on A, one was given it: of the three others none was."""
    rows, tags = [(A, 0, 0, 1), (A, 1, 0, 1), (B, 2, 0, 1)], [[A], [A], [B], [A], [], [B], None]
    cells = resolved_by(rows, tags)
    table = [[F, 0], [F, 0], [0, F], [0, 0], [0, 0], [0, 0], [0, 0]]
    expected = pooled_by_counting(table, tags)
    assert cells.given_silent == {
        (3, A): pytest.approx(expected[3][A], abs=1e-6),
        (5, B): pytest.approx(expected[5][B], abs=1e-6),
    }
    assert cells.of_silent(3, A) == cells.given_silent[3, A] < 0.7 * cells.silent[A, 0]
    for record in (4, 6):  # labelled and not given, unlabelled
        assert cells.of_silent(record, A) == cells.silent[A, 0]
    assert cells.silent[A, 0] < expected[4][A] < 1.5 * cells.silent[A, 0]  # of few records, itself is one
    table[5][B] = BELOW  # then it is not counted among the silent ones
    given = given_of(tags, 2)
    votes = make_votes(rows, n_records=len(tags), lf_ids=["lf0"])
    below = resolve_by_pooling(votes, symbols(table), given, fit_pooled_precision(symbols(table), given))
    assert set(below.given_silent) == {(3, A)}
    alone = resolved_by([(A, 0, 0, 1)], [[A], [A, B], [B]])
    assert set(alone.given_silent) == {(1, A)}  # nothing ever votes on B


def test_of_a_tag_on_which_nothing_votes_nothing_is_known():
    cells = resolved_by([(A, 0, 0, 1)], GIVEN)
    assert not np.isnan(cells.silent[A]).any()
    assert np.isnan(cells.silent[B]).all()


def test_many_labeling_functions_that_say_the_same_change_nothing():
    one = resolved_by(ROWS, GIVEN)
    many = resolved_by([(t, r, lf, vote) for t, r, _, vote in ROWS for lf in range(25)], GIVEN, n_lfs=25)
    assert many.probability.tolist() == one.probability.tolist()
    assert many.silent.tolist() == pytest.approx(one.silent, nan_ok=True)


def test_the_order_of_labeling_functions_and_of_records_does_not_matter():
    one = resolved_by(ROWS, GIVEN)
    order = np.array([3, 5, 0, 4, 1, 2])
    place = np.argsort(order)
    again = resolved_by([(t, int(place[r]), lf, vote) for t, r, lf, vote in ROWS], [GIVEN[i] for i in order])
    moved = np.lexsort((again.tag, order[again.record]))
    assert order[again.record][moved].tolist() == one.record.tolist()
    assert again.tag[moved].tolist() == one.tag.tolist()
    assert again.probability[moved].tolist() == pytest.approx(one.probability.tolist())


def test_without_votes_there_are_no_cells():
    cells = resolved_by([], GIVEN)
    assert len(cells) == 0
    assert np.isnan(cells.silent).all()
    assert not cells.has_positive.any()
