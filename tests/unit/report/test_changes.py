from dataclasses import replace

import pandas as pd

from support.reports import tiny_changes, tiny_report
from weaklabel.report import RunTables, compare_runs, mark_changes, since_last
from weaklabel.report.changes import MAX_LINES
from weaklabel.tables import FINDING_COLUMNS

NAN = float("nan")


def findings(*rows):
    """Findings of rows (record_id, tag, kind, score) and, for spellings, what was given."""
    made = [
        dict.fromkeys(FINDING_COLUMNS) | {"record_id": row[0], "tag": row[1], "kind": row[2], "score": row[3],
                                          "given": row[4] if len(row) > 4 else None}
        for row in rows
    ]  # fmt: skip
    return pd.DataFrame(made, columns=list(FINDING_COLUMNS))


def run(found=(), labels=(), lfs=None, **manifest):
    kinds = {"missing": 0, "alias": 0}
    base = {
        "labeling_functions": lfs or {},
        "findings": kinds,
        "inputs": {},
        "settings": {},
        "weaklabel": "1",
        "python": "3",
    }
    table = pd.DataFrame(list(labels), columns=["record_id", "tag", "probability"])
    report = replace(tiny_report(), changes=tiny_changes())
    return RunTables(report, base | manifest, findings(*found), table)


def test_findings_that_are_new_or_gone_are_counted_by_kind():
    before = run([(1, "a", "missing", 0.9), (2, "a", "missing", 0.8), (3, "b", "alias", 0.99, "bee")])
    after = run(
        [(1, "a", "missing", 0.7), (2, "a", "missing", 0.4), (4, "a", "missing", 0.6), (3, "b", "alias", 0.99, "be")]
    )
    changes = compare_runs(before, after)
    assert [(k.kind, k.before, k.after, k.gone, k.new) for k in changes.kinds] == [
        ("missing", 2, 2, 1, 1),
        ("alias", 1, 1, 1, 1),
    ]
    assert [(line.kind, line.record_id, line.given) for line in changes.new] == [
        ("missing", 4, None),
        ("alias", 3, "be"),
    ]
    assert [(line.kind, line.record_id, line.tag) for line in changes.gone] == [("missing", 2, "a"), ("alias", 3, "b")]
    assert (changes.new_total, changes.gone_total) == (2, 2)
    assert changes.since == before.report.time


def test_labels_that_cross_one_half_are_counted_the_largest_changes_first():
    before = run(labels=[(1, "a", 0.9), (2, "a", 0.4), (3, "a", 0.6), (4, "a", NAN), (5, "a", 0.7)])
    after = run(labels=[(1, "a", 0.6), (2, "a", 0.6), (4, "a", 0.9), (5, "a", 0.1)])
    changes = compare_runs(before, after)
    assert [(row.record_id, row.before, row.after) for row in changes.labels] == [
        (4, None, 0.9),
        (3, 0.6, None),
        (5, 0.7, 0.1),
        (2, 0.4, 0.6),
    ]
    assert (changes.likely, changes.unlikely) == (2, 2)


def test_labeling_functions_are_told_apart_by_the_hash_of_what_they_are():
    changes = compare_runs(run(lfs={"a": "1", "b": "1", "c": "1"}), run(lfs={"a": "1", "b": "2", "d": "1"}))
    assert (changes.added, changes.removed, changes.changed) == (("d",), ("c",), ("b",))


def test_inputs_settings_and_versions_that_changed_are_named():
    before = run(
        inputs={"records": {"sha256": "1", "records": 7}, "tags": {"sha256": "1", "tags": 3}},
        settings={"seed": 0, "out": "a"},
    )
    after = run(
        inputs={"records": {"sha256": "2", "records": 8}, "tags": {"sha256": "2", "tags": 3},
                "gold": {"sha256": "1", "gold": 2}},
        settings={"seed": 1, "out": "b"}, weaklabel="2",
    )  # fmt: skip
    assert compare_runs(before, after).inputs == (
        "gold: none → 2", "records: 7 → 8", "tags: other content", "seed: 0 → 1", "weaklabel: 1 → 2",
    )  # fmt: skip


def test_ids_that_are_numbers_in_one_run_and_text_in_the_other_are_the_same():
    before = run([(1, "a", "missing", 0.9)], [(1, "a", 0.9)])
    after = run([("1", "a", "missing", 0.9)], [("1", "a", 0.9)])
    assert compare_runs(before, after).is_empty


def test_a_run_that_is_only_repeated_says_what_the_one_before_it_said():
    one = run([(1, "a", "missing", 0.9)], [(1, "a", 0.9)], {"x": "1"})
    assert since_last(one, one) == one.report.changes == tiny_changes()
    other = run([(1, "a", "missing", 0.9)], [(1, "a", 0.9)], {"x": "2"})
    assert since_last(one, other).changed == ("x",)


def test_long_lists_are_cut_and_counted():
    n = MAX_LINES + 7
    changes = compare_runs(
        run(),
        run(
            [(i, "a", "missing", 0.9) for i in range(n)],
            [(i, "a", 0.9) for i in range(n)],
            {f"f{i}": "" for i in range(n)},
        ),
    )
    assert len(changes.new) == len(changes.added) == len(changes.labels) == MAX_LINES
    assert changes.new_total == changes.added_total == changes.likely == n


def test_the_findings_of_two_runs_are_marked():
    old = findings((1, "a", "missing", 0.9), (2, "a", "missing", 0.9), (5, "a", "missing", 0.2))
    new = findings((1, "a", "missing", 0.8), (3, "a", "missing", 0.7), (4, "a", "missing", 0.3))
    marked = mark_changes(old, new)
    assert list(zip(marked["record_id"], marked["change"], strict=True)) == [(1, "same"), (3, "new"), (2, "gone")]
