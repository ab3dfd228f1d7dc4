"""Python files of others: imported, located, and forgotten again."""

import sys
import sysconfig
from pathlib import Path

import pytest

from support.problems import shown
from weaklabel.plugins import importable, load_files, load_module, place_of_error, values_in


@pytest.fixture
def write(tmp_path):
    def write(**sources):
        return [_written(tmp_path / f"{name}.py", source) for name, source in sources.items()]

    return write


def _written(path, source):
    path.write_text(source)
    return path


def load(files):
    problems = []
    return load_files(files, problems), shown(problems)


def test_files_of_a_folder_import_each_other_and_nothing_is_left_behind(write):
    files = write(one="from shared_by_two import word\nvalue = word\n", two="import shared_by_two\n")
    write(shared_by_two="word = 'shared'\n")
    path, modules = list(sys.path), set(sys.modules)
    plugins, problems = load(files)
    assert problems == []
    assert [plugin.content.value for plugin in plugins[:1]] == ["shared"]
    assert sys.path == path
    assert {name for name in set(sys.modules) - modules if not name.startswith("weaklabel_plugin_")} == set()
    assert not list(files[0].parent.glob("__pycache__"))


@pytest.mark.parametrize("order", [1, -1])
def test_plugins_are_sorted_by_folder_and_name(tmp_path, order):
    """Each folder is gone through once, also where the names of its folders stand between those of its files."""
    for folder in ("a", "a.b"):
        (tmp_path / folder).mkdir()
    files = [_written(tmp_path / name, "x = 1\n") for name in ("a/one.py", "a.b/one.py", "A.py", "a/two.py", "a0.py")]
    plugins, _ = load(files[::order])
    assert [str(Path(plugin.path).relative_to(tmp_path)) for plugin in plugins] == [
        "A.py",
        "a0.py",
        "a/one.py",
        "a/two.py",
        "a.b/one.py",
    ]


def test_what_is_on_the_path_already_stays_there(tmp_path, monkeypatch):
    entry = str(tmp_path.resolve())
    monkeypatch.setattr(sys, "path", [entry, *sys.path])
    with importable(tmp_path):
        assert sys.path.count(entry) == 1
    assert sys.path[0] == entry


def test_packages_installed_somewhere_in_the_folder_are_not_forgotten(tmp_path, monkeypatch):
    """Where a project folder holds its environment, and a model in it imports what is installed there."""
    site = tmp_path / ".venv" / "site"
    site.mkdir(parents=True)
    _written(site / "installed_for_test.py", "")
    _written(tmp_path / "own_for_test.py", "import installed_for_test\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setattr("weaklabel.plugins.load._find_installed", lambda: [site.resolve()])
    with importable(tmp_path):
        assert load_module("own_for_test", []) is not None
    assert "own_for_test" not in sys.modules
    assert sys.modules.pop("installed_for_test", None) is not None


def test_installed_packages_are_known():
    from weaklabel.plugins.load import _find_installed

    assert Path(sysconfig.get_path("purelib")).resolve() in _find_installed()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n1 / 0\n", "wrong.py:2: cannot be imported: ZeroDivisionError: division by zero. See this line: 1 / 0"),
        ("x = (\n", "wrong.py:1:5: cannot be imported: SyntaxError: '(' was never closed. See this line: x = ("),
        (
            "import numppy\n",
            "wrong.py:1: cannot be imported: ModuleNotFoundError: No module named 'numppy'. Did you mean 'numpy'?",
        ),
        ("raise SystemExit(3)\n", "wrong.py:1: cannot be imported: SystemExit: 3. See this line: raise SystemExit(3)"),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_and_hides_no_other(write, source, said):
    plugins, problems = load(write(wrong=source, right="x = 1\n"))
    assert [plugin.name for plugin in plugins] == ["right.py"]
    [problem] = problems
    assert problem.endswith(said)


def test_the_hash_changes_with_the_source_and_with_what_is_imported_from_the_folder(write):
    def digest(**sources):
        write(**sources)
        [plugin], _ = load([file for file in write(main="import lying_beside\n") if file.stem == "main"])
        return plugin.source_hash

    first = digest(lying_beside="x = 1\n")
    assert digest(lying_beside="x = 1\n", not_imported="y = 1\n") == first
    assert digest(lying_beside="x = 2\n") != first


def test_a_module_by_its_name(write, tmp_path):
    write(by_name="x = 1\n", by_name_broken="import by_name_missing\n")
    problems = []
    with importable(tmp_path):
        assert load_module("by_name", problems).x == 1
        assert load_module("by_name_broken", problems) is None
        for missing in ("by_nam", "by_nam.part"):
            with pytest.raises(ModuleNotFoundError):
                load_module(missing, problems)
    assert len(problems) == 1
    assert problems[0].place.path.endswith("by_name_broken.py")


def test_the_place_of_an_error_is_the_last_line_of_the_file(write):
    [file] = write(failing="def outer():\n    return inner()\n\ndef inner():\n    return int('x')\n")
    [plugin], _ = load([file])
    with pytest.raises(ValueError, match="invalid literal") as caught:
        plugin.content.outer()
    assert str(place_of_error(caught.value, str(file))) == f"{file}:5"
    assert place_of_error(caught.value, "other.py") is None


def test_values_are_those_of_a_module_a_list_or_the_thing_itself(write):
    [plugin], _ = load(write(values="b = 2\na = 1\n_hidden = 3\n"))
    assert values_in(plugin.content) == [1, 2]
    assert values_in((1, 2)) == [1, 2]
    assert values_in(5) == [5]
