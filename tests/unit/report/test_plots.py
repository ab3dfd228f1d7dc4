import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest

from support.made import make_records
from support.reports import make_material, tiny_report
from weaklabel.report import build_report
from weaklabel.report.plots import Plots
from weaklabel.report.svg import as_svg

NAMES = ["imbalance", "calibration", "cooccurrence", "lf_overlap", "slices"]


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_the_same_whatever_the_users_style_is(name):
    def draw():
        return as_svg(getattr(Plots(tiny_report()), name)(), name, "Title", "Text")

    first = draw()
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "svg.hashsalt": None, "lines.linewidth": 9}):
        assert draw() == first


@pytest.mark.parametrize("name", NAMES)
def test_a_report_with_nothing_in_it_has_empty_pictures(name):
    figure = getattr(Plots(build_report(make_material(make_records(["x"])))), name)()
    assert type(figure).__name__ == "Figure"
    assert as_svg(figure, name, "", "").startswith("<svg")


def test_the_pictures_show_the_reports_numbers():
    report = tiny_report()
    figure = Plots(report).calibration()
    line = figure.axes[0].containers[0].lines[0]
    assert list(line.get_xdata()) == [b.mean for b in report.calibration.bins]
    assert list(line.get_ydata()) == [b.share for b in report.calibration.bins]
    [few, bars] = [axes.containers[0] for axes in Plots(report).imbalance().axes]
    assert [bar.get_width() for bar in few] == [5, 1, 1]  # of tag_summary: nlp, bert, cnn
    assert [bar.get_width() for bar in bars] == [area.lacking for area in report.support.areas]
    overlap = Plots(report).lf_overlap().axes[0]
    assert sorted(text.get_text() for text in overlap.texts) == ["1", "1", "1", "1"]  # not_bert against both, twice


def test_many_tags_are_a_curve():
    report = tiny_report()
    many = replace(report, support=replace(report.support, tag_total=50, curve=((1, 90), (2, 7), (50, 0))))
    [line] = Plots(many).imbalance().axes[0].lines
    assert list(zip(line.get_xdata(), line.get_ydata(), strict=True)) == [(1, 90), (2, 7), (50, 0)]


def test_drawing_imports_no_window_system():
    script = (
        "import sys; from support.reports import tiny_report; from weaklabel.report.plots import Plots; "
        "assert 'matplotlib' not in sys.modules; Plots(tiny_report()).calibration(); "
        "print('matplotlib.pyplot' in sys.modules, 'tkinter' in sys.modules)"
    )
    tests = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tests)
    assert done.stdout.split() == ["False", "False"]
