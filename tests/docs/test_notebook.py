"""The worked notebook runs on the example project, from its first cell to its last."""

from pathlib import Path

import pytest

from support.markdown import copy_example

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def output_of(cell):
    return "".join(output.get("text", "") or "".join(output.get("data", {}).values()) for output in cell.outputs)


def test_notebook_is_kept_without_outputs():
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed (make docs)")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) >= 8
    assert [cell for cell in code if cell.outputs or cell.execution_count] == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_notebook_runs(tmp_path):
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed (make docs)")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed (make docs)")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed (make docs)")
    example = copy_example(tmp_path)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(example)}}
    ).execute()
    printed = {cell.source.splitlines()[0]: output_of(cell) for cell in notebook.cells if cell.cell_type == "code"}
    assert "375" in printed["%matplotlib inline"]
    assert "semi-supervised-learning" in printed["run.findings"]
    assert "name:pytorch@description votes present: 'PyTorch'" in printed['explanation = run.why(92, "pytorch")[0]']
    plots = [cell for cell in notebook.cells if cell.source.startswith("run.plot.")]
    assert ["image/png" in output.data for cell in plots for output in cell.outputs] == [True] * 3
    before, after = printed[next(source for source in printed if source.startswith("before, "))].split(", ")
    assert float(before.split()[1]) < 0.5 < float(after.split()[1])
    assert "(217, 'image-segmentation')" in printed["def likely_cells(one):"]
    assert not (example / "lfs" / "mine.yaml").exists()
