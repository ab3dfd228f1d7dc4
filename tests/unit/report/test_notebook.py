import re

import pandas as pd
import pytest
from markupsafe import escape

from support.made import make_records
from support.reports import ATTACKS, tiny_report
from weaklabel.report.notebook import MAX_ROWS, Findings, LFSummary, run_html
from weaklabel.tables import finding_table, row_table
from weaklabel.terms import Finding, LFSummaryRow


def found(mark="", n=1):
    records = make_records(["x"], given=[[]], ids=[f"r{mark}"])
    rows = [Finding(0, f"t{mark}", "missing", 0.75, 1, f"because{mark}", f"g{mark}") for _ in range(n)]
    return Findings(finding_table(rows, records))


def summary(mark="", n=1):
    row = LFSummaryRow(f"lf{mark}", f"t{mark}", "yaml", "", "present", 0.5, 0.25, 0, float("nan"), 0, 0, 0, 0)
    return LFSummary(row_table([row] * n, LFSummaryRow))


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_notebook_shows_is_escaped(attack):
    shown = [found(attack)._repr_html_(), summary(attack)._repr_html_(), run_html(tiny_report(attack), {"missing": 1})]
    plain = [found()._repr_html_(), summary()._repr_html_(), run_html(tiny_report(), {"missing": 1})]
    for page, harmless in zip(shown, plain, strict=True):
        assert str(escape(attack)) in page
        assert re.findall(r"</?\w+", page) == re.findall(r"</?\w+", harmless)


def test_findings_and_their_parts_are_shown_small_and_with_a_count():
    frame = found(n=MAX_ROWS + 3)
    page = frame._repr_html_()
    assert "13 findings, 13 with score &gt; 0.5" in page
    assert page.count("<tr>") == MAX_ROWS + 1
    assert "And 3 more." in page
    assert ">0.750<" in page
    assert "evidence" not in page
    part = frame[frame["kind"] == "alias"]
    assert isinstance(part, Findings)
    assert "0 findings" in part._repr_html_()
    assert "background" not in page  # the notebook's own colours


def test_columns_picked_out_are_shown_as_pandas_does():
    assert "dataframe" in found()[["tag"]]._repr_html_()
    assert "dataframe" in summary()[["lf"]]._repr_html_()


def test_the_summary_says_what_agreement_is_with():
    page = summary()._repr_html_()
    assert "1 labeling function; agreement is with given tags" in page
    assert ">50.0%<" in page
    assert ">–<" in page


def test_both_are_data_frames_to_everyone_else(tmp_path):
    frame = found()
    frame.to_parquet(tmp_path / "f.parquet", index=False)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "f.parquet"), pd.DataFrame(frame))
    assert isinstance(summary().head(), LFSummary)
