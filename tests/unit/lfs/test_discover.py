from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from support.problems import shown
from support.vocabularies import vocabulary
from weaklabel import Record, labeling_function
from weaklabel.documents import Document
from weaklabel.errors import LabelingFunctionError
from weaklabel.lfs import declare_lfs, discover_python_lfs, find_lf_files
from weaklabel.lfs.discover import GROUP

TAGS = vocabulary("tensorflow", "nlp", "vision")
OURS = """from weaklabel import labeling_function

@labeling_function(tags={tags!r})
def {name}(record):
    return None
"""


def write(folder, **sources):
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source)
    return find_lf_files(folder)[1]


def load(files):
    lfs, problems = discover_python_lfs(files, TAGS, with_entry_points=False)
    return [lf.id for lf in lfs], shown(problems)


def test_files_are_found_in_every_folder_and_sorted(tmp_path):
    for name in ("b.yaml", "a.yml", "z/c.yaml", "m.py", "z/a.py", "note.txt", "data.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    yaml, python = find_lf_files(tmp_path)
    assert [str(p.relative_to(tmp_path)) for p in yaml] == ["a.yml", "b.yaml", "z/c.yaml"]
    assert [str(p.relative_to(tmp_path)) for p in python] == ["m.py", "z/a.py"]


def test_names_with_an_underscore_or_a_dot_are_passed_over(tmp_path):
    hidden = tmp_path / "_outer/lfs"  # what stands above the folder does not count
    for name in ("_shared.py", ".x.py", "_draft.yaml", "__pycache__/a.py", ".git/b.yaml", "_old/c.py", "kept_.py"):
        (hidden / name).parent.mkdir(parents=True, exist_ok=True)
        (hidden / name).touch()
    assert find_lf_files(hidden) == ([], [hidden / "kept_.py"])


def test_a_missing_folder_is_named_with_the_nearest(tmp_path):
    (tmp_path / "lfs").mkdir()
    with pytest.raises(LabelingFunctionError) as caught:
        find_lf_files(tmp_path / "lsf")
    assert str(caught.value) == f"{tmp_path}/lsf: there is no such folder of labeling functions. Did you mean 'lfs'?"


def test_labeling_functions_of_a_file_know_their_place(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(OURS.format(tags="nlp", name="f"))
    (lf,), problems = discover_python_lfs([path], TAGS, with_entry_points=False)
    assert problems == []
    assert (lf.id, lf.tags, lf.place.path, lf.place.line) == ("f", ("nlp",), str(path), 3)


def test_a_definition_changes_with_the_files_source(tmp_path):
    def definition(source):
        (tmp_path / "a.py").write_text(source)
        (lf,), _ = discover_python_lfs([tmp_path / "a.py"], TAGS, with_entry_points=False)
        return lf.definition

    source = OURS.format(tags="nlp", name="f")
    assert definition(source) == definition(source)
    assert definition(source + "\nWORDS = 1\n") != definition(source)


COLUMNS = {"syntax": ":7"}  # only Python's own parser tells the column
BROKEN = {
    "raises": ("x = 1\ny = 1 / 0\n", 2, "ZeroDivisionError: division by zero. See this line: y = 1 / 0"),
    "syntax": ("x = 1\n\ndef f(:\n", 3, "SyntaxError: invalid syntax. See this line: def f(:"),
    "missing": (
        "\nimport notthere\n",
        2,
        "ModuleNotFoundError: No module named 'notthere'. Install the missing package.",
    ),
    "leaves": ("import sys\nsys.exit(3)\n", 2, "SystemExit: 3. See this line: sys.exit(3)"),
}  # fmt: skip


@pytest.mark.parametrize("relative", [False, True], ids=["absolute path", "relative path"])
def test_every_broken_file_is_a_problem_with_its_line_and_the_others_are_loaded(tmp_path, monkeypatch, relative):
    (tmp_path / "lfs").mkdir()
    write(tmp_path / "lfs", good=OURS.format(tags="nlp", name="f"), **{k: source for k, (source, *_) in BROKEN.items()})
    monkeypatch.chdir(tmp_path)
    folder = Path("lfs") if relative else tmp_path / "lfs"
    found, problems = load(find_lf_files(folder)[1])
    assert found == ["f"]
    assert problems == [
        f"{folder}/{name}.py:{line}{COLUMNS.get(name, '')}: cannot be imported: {reason}"
        for name, (_, line, reason) in sorted(BROKEN.items())
    ]


def test_a_mistake_in_a_function_that_the_file_calls_is_found_in_the_file(tmp_path):
    _, (problem,) = load(write(tmp_path, a="import json\n\n\njson.loads('x')\n"))
    assert problem.startswith(f"{tmp_path}/a.py:4: cannot be imported: JSONDecodeError")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("from weaklabel import labelling_function", "Did you mean 'labeling_function'?"),
        ("import weaklable", "Did you mean 'weaklabel'?"),
        ("import nobody_wrote_this", "Install the missing package."),
        ("labeling_function", "Write at the top: from weaklabel import labeling_function"),
        ("from weaklabel import labeling_function as lf\nlf(1, batsch='')", "See this line: lf(1, batsch='')"),
        (
            "from weaklabel import labeling_function\n@labeling_function(tag='nlp')\ndef f(r): ...",
            "Write tags= in the place of tag=.",
        ),
    ],
)
def test_what_keeps_a_file_from_being_imported_is_told_how_to_mend(tmp_path, source, said):
    _, [problem] = discover_python_lfs(write(tmp_path, a=source), TAGS, with_entry_points=False)
    assert problem.fix == said


def test_a_file_in_another_encoding_is_told_so(tmp_path):
    (tmp_path / "a.py").write_bytes("x = 'café'\n".encode("latin-1"))
    _, [said] = load(find_lf_files(tmp_path)[1])
    assert said == f"{tmp_path}/a.py:1:11: cannot be imported: it is not UTF-8. Save the file as UTF-8."


def test_a_decorator_without_tags_is_found_by_its_line(tmp_path):
    _, (problem,) = load(write(tmp_path, a=OURS.replace("(tags={tags!r})", "").format(name="f")))
    assert problem.startswith(f"{tmp_path}/a.py:3: @labeling_function needs the tags it votes on.")
    assert "needs the tags it votes on" in problem


@pytest.mark.parametrize("source", [b"x = 1\0\n", b'x = "\xe9"\n'], ids=["null byte", "latin-1"])
def test_a_file_that_is_no_python_text_is_a_problem(tmp_path, source):
    (tmp_path / "a.py").write_bytes(source)
    found, (problem,) = load([tmp_path / "a.py"])
    assert found == []
    assert "a.py" in problem
    assert "cannot be imported" in problem


def test_a_tag_that_is_none_is_a_problem_with_the_nearest(tmp_path):
    _, problems = load(write(tmp_path, a=OURS.format(tags=["nlp", "visoin"], name="f")))
    assert problems == [f"{tmp_path}/a.py:3: 'f' votes on 'visoin', which is no tag. Did you mean 'vision'?"]


@pytest.mark.parametrize("labels", ["5", "{'a': 'nlp'}", "{0: 1}", "{0: None}"])
def test_labels_must_map_ints_to_tags(tmp_path, labels):
    _, problems = load(write(tmp_path, a=f"LABELS = {labels}\n"))
    assert problems[0] == (f'{tmp_path}/a.py: LABELS does not map ints to tags. Write LABELS = {{0: "…", 1: "…"}}.')


def test_shared_code_in_an_underscored_file_is_imported_and_its_functions_counted_once(tmp_path):
    shared = OURS.format(tags="nlp", name="common")
    use = "from _shared_of_discover import common\n"
    own = use + OURS.format(tags="nlp", name="own")
    try:
        found, problems = load(write(tmp_path, a=use, b=own, _shared_of_discover=shared))
    finally:
        sys.modules.pop("_shared_of_discover", None)
    assert problems == []
    assert sorted(found) == ["common", "own"]


def test_two_projects_in_one_process_each_import_their_own_shared_code(tmp_path):
    found = []
    try:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            use = "from _words_of_discover import NAME\n" + OURS.replace("{tags!r}", "{tags!r}, name=NAME")
            files = write(tmp_path / name, a=use.format(tags="nlp", name="f"), _words_of_discover=f"NAME = {name!r}\n")
            found += load(files)[0]
    finally:
        sys.modules.pop("_words_of_discover", None)
    assert found == ["one", "two"]


def test_a_file_without_a_labeling_function_is_warned_of(tmp_path):
    files = write(tmp_path, bare="def f(record):\n    return None\n", good=OURS.format(tags="nlp", name="f"))
    _, problems = discover_python_lfs(files, TAGS, with_entry_points=False)
    assert [(problem.severity, problem.place.path) for problem in problems] == [("warning", str(files[0]))]
    assert problems[0].what == "it holds no labeling function; did you forget @labeling_function?"


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]"])
def test_a_yaml_file_without_a_labeling_function_is_warned_of(text):
    lfs, [problem] = declare_lfs(Document("l.yaml", text), TAGS, ("title",))
    assert (lfs, problem.severity, problem.what) == ([], "warning", "it holds no labeling function.")


def test_names_with_an_underscore_in_a_file_are_passed_over(tmp_path):
    assert load(write(tmp_path, a=OURS.format(tags="nlp", name="_private")))[0] == []


def test_importing_leaves_no_trace(tmp_path):
    path, wrote = list(sys.path), sys.dont_write_bytecode
    load(write(tmp_path, a=OURS.format(tags="nlp", name="f"), b="1 / 0\n"))
    assert (sys.path, sys.dont_write_bytecode) == (path, wrote)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.py", "b.py"]


@labeling_function(tags="nlp")
def from_a_plugin(record):
    return "nlp" if record.title else None


LISTED = labeling_function(tags="vision", name="listed")(lambda record: "vision")
OTHERS = [from_a_plugin, LISTED, "no lf"]


@pytest.fixture
def plugins(monkeypatch):
    """Fake installed entry points: a mapping of names to the attributes of this module that they name."""

    def install(**values):
        monkeypatch.setitem(sys.modules, "plugin_of_discover", sys.modules[__name__])
        points = [EntryPoint(name, f"plugin_of_discover:{value}", GROUP) for name, value in values.items()]
        monkeypatch.setattr("weaklabel.plugins.load.entry_points", lambda *, group: points if group == GROUP else [])

    return install


def discovered():
    return discover_python_lfs([], TAGS)


def test_an_entry_point_may_name_a_labeling_function_or_a_list(plugins):
    plugins(one="from_a_plugin")
    (lf,), problems = discovered()
    assert (lf.id, lf.call(Record(1, {"title": "x"})), problems) == ("from_a_plugin", [("nlp", 1)], [])
    plugins(many="OTHERS", one="from_a_plugin")  # one object named twice is one labeling function
    lfs, problems = discovered()
    assert ([lf.id for lf in lfs], problems) == (["from_a_plugin", "listed"], [])


def test_entry_points_are_loaded_in_the_order_of_their_names(plugins):
    plugins(z="from_a_plugin", a="LISTED")
    assert [lf.id for lf in discovered()[0]] == ["listed", "from_a_plugin"]
    one, two = (tuple(lf.definition for lf in discovered()[0]) for _ in range(2))
    assert one == two


def test_a_broken_entry_point_is_a_problem_that_names_it_and_the_others_are_loaded(plugins):
    plugins(gone="not_there", one="from_a_plugin")
    lfs, problems = discovered()
    assert [lf.id for lf in lfs] == ["from_a_plugin"]
    (problem,) = shown(problems)
    assert problem.startswith(
        "entry point weaklabel.lfs: gone = plugin_of_discover:not_there: cannot be imported: AttributeError"
    )


def test_entry_points_can_be_left_out(plugins):
    plugins(one="from_a_plugin")
    assert discover_python_lfs([], TAGS, with_entry_points=False) == ([], [])
