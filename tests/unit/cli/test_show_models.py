"""What the terminal shows of a comparison of models."""

import re

import pytest

from weaklabel.cli.show import out
from weaklabel.cli.show_models import show_comparison
from weaklabel.comparison import Comparison, ModelScore
from weaklabel.terms import Settings

FIGURES = {"micro_f1": 0.9, "macro_f1": 0.8, "average_precision": 0.9, "ece": 0.1, "log_loss": 0.03, "seconds": 12.3}
ROWS = tuple(
    ModelScore(name, end_model, **FIGURES, covered_cells=1_234_567)
    for name, end_model in (("snorkel", "none"), ("dawid-skene", "none"), ("dawid-skene", "kernel"))
)


@pytest.mark.parametrize(
    ("width", "first_cells"),
    [
        (100, ["Label model", "snorkel", "dawid-skene", "dawid-skene + kernel", ""]),
        (80, ["Label model", "snorkel", "dawid-skene", "dawid-skene", "+ kernel"]),
    ],
)
def test_an_end_model_stands_below_its_label_model_where_one_line_is_too_narrow(width, first_cells, monkeypatch):
    monkeypatch.setattr(out, "_width", width)
    with out.capture() as captured:
        show_comparison(Comparison(ROWS, 375, 107, None), Settings(records="r", tags="t"))
    lines = captured.get().splitlines()
    assert [line[:20].strip().split("  ")[0] for line in lines[:5]] == first_cells
    assert max(map(len, lines)) <= width
    assert all(line.rstrip().endswith("1,234,567") for line in lines[1:4])


@pytest.mark.parametrize(("is_terminal", "best", "said"), [(True, " 0.900", "Bold is"), (False, "*0.900", "A star is")])
def test_the_best_is_marked_also_where_nothing_can_be_bold(is_terminal, best, said, monkeypatch):
    monkeypatch.setattr(out, "_force_terminal", is_terminal)
    monkeypatch.setattr(out, "_width", 120)
    with out.capture() as captured:
        show_comparison(Comparison(ROWS, 375, 107, None), Settings(records="r", tags="t"))
    plain = re.sub(r"\x1b\[[\d;]*m", "", captured.get())
    assert best in plain.splitlines()[1]
    assert "*" not in plain.splitlines()[3]  # the end model's row is no label model
    assert said in plain
    assert "after closure over the tag graph, on tags given at least once" in " ".join(plain.split())
