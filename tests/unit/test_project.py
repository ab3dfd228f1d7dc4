# ruff: noqa: E501 - messages are kept whole, as a person reads them
from __future__ import annotations

from pathlib import Path

import pytest

from weaklabel import Project
from weaklabel.errors import ProjectError
from weaklabel.terms import ColumnNames, Settings, TagLabels


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    for name in ("projects.json", "tags.json", "gold.jsonl"):
        (tmp_path / "data" / name).write_text("[]")
    (tmp_path / "lfs").mkdir()
    return tmp_path


MINIMAL = "records: data/projects.json\ntags: data/tags.json\n"


def load(folder, text):
    (folder / "weaklabel.yaml").write_text(text)
    return Project.load(folder / "weaklabel.yaml").settings


def problems_of(folder, text):
    with pytest.raises(ProjectError) as caught:
        load(folder, text)
    return [str(p).replace(f"{folder}/", "") for p in caught.value.problems]


def test_every_setting_is_read_and_paths_are_beside_the_file(folder):
    settings = load(
        folder,
        """\
records: {path: data/projects.json, id: key, fields: [body, title], tags: labels, separator: ";"}
tags: {path: data/tags.json, language: de, synonyms: [exact, narrow]}
task: multiclass
lfs: lfs/
gold: data/gold.jsonl
label_model: majority
end_model: linear
embeddings: lfs
given_tags: ignore
class_balance: given
nested_matches: drop
lf_timeout: 2.5
cache_mb: 7
seed: 7
out: runs/x
""",
    )
    assert settings == Settings(
        records=f"{folder}/data/projects.json",
        tags=f"{folder}/data/tags.json",
        lfs=folder / "lfs",
        out=folder / "runs/x",
        gold=f"{folder}/data/gold.jsonl",
        columns=ColumnNames("key", ("body", "title"), "labels", ";"),
        tag_labels=TagLabels("de", ("exact", "narrow")),
        task="multiclass",
        label_model="majority",
        end_model="linear",
        embeddings=f"{folder}/lfs",
        given_tags="ignore",
        class_balance="given",
        nested_matches="drop",
        lf_timeout_s=2.5,
        cache=folder / ".weaklabel/cache",
        cache_mb=7,
        seed=7,
        source=f"{folder}/weaklabel.yaml",
    )


def test_the_least_file_has_the_documented_defaults(folder):
    settings = load(folder, MINIMAL)
    assert (settings.lfs, settings.gold, settings.columns) == (None, None, ColumnNames())
    assert (settings.label_model, settings.class_balance, settings.nested_matches, settings.seed) == (
        "snorkel",
        "uniform",
        "keep",
        0,
    )
    assert (settings.task, settings.end_model, settings.embeddings, settings.given_tags) == (
        "multilabel",
        "kernel",
        None,
        "use",
    )
    assert settings.out == folder / "runs/latest"


def test_a_folder_stands_for_the_file_in_it(folder):
    (folder / "weaklabel.yaml").write_text(MINIMAL)
    assert Project.load(folder).settings == Project.load(str(folder / "weaklabel.yaml")).settings


def test_without_a_name_the_file_of_the_working_folder_is_read(folder, monkeypatch):
    (folder / "weaklabel.yaml").write_text(MINIMAL)
    monkeypatch.chdir(folder)
    assert Path(Project.load().settings.records) == Path("data/projects.json")


def test_urls_are_kept_and_not_looked_for_on_disk(folder):
    settings = load(folder, "records: https://example.org/a.json\ntags: http://example.org/t.json\n")
    assert (settings.records, settings.tags) == ("https://example.org/a.json", "http://example.org/t.json")


def test_absolute_paths_are_kept(folder):
    assert load(folder, f"records: {folder}/data/projects.json\ntags: data/tags.json\n").records == (
        f"{folder}/data/projects.json"
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("label_modle: x", "weaklabel.yaml:3:1: the key 'label_modle' is not known. Did you mean 'label_model'?"),
        ("zzz: x", "weaklabel.yaml:3:1: the key 'zzz' is not known. The keys here are records, tags, task, lfs, label_model, end_model, embeddings, given_tags, class_balance, nested_matches, lf_timeout, cache_mb, gold, decisions, slices, seed, out."),
        ("label_model: snorkle", "weaklabel.yaml:3:1: label_model is 'snorkle', which is not known. Did you mean 'snorkel'? The choices are auto, dawid-skene, majority, pooled, snorkel."),
        ("class_balance: 5", "weaklabel.yaml:3:1: class_balance is 5, which is not known. Write one of uniform, given, estimated."),
        ("end_model: kernal", "weaklabel.yaml:3:1: end_model is 'kernal', which is not known. Did you mean 'kernel'? Write one of kernel, linear, none."),
        ("given_tags: ignored", "weaklabel.yaml:3:1: given_tags is 'ignored', which is not known. Did you mean 'ignore'? Write one of use, ignore."),
        ("task: multiclas", "weaklabel.yaml:3:1: task is 'multiclas', which is not known. Did you mean 'multiclass'? Write one of multilabel, multiclass."),
        ("seed: x", "weaklabel.yaml:3:1: seed is 'x'; it should be a whole number. Write seed: 0."),
        ("seed: true", "weaklabel.yaml:3:1: seed is True; it should be a whole number. Write seed: 0."),
        ("lf_timeout: 0", "weaklabel.yaml:3:1: lf_timeout is 0; it should be greater than 0. Write lf_timeout: 10."),
        ("cache_mb: -1", "weaklabel.yaml:3:1: cache_mb is -1; it should be greater than or equal to 0. Write cache_mb: 512."),
        ("seed: -1", "weaklabel.yaml:3:1: seed is -1; it should be greater than or equal to 0. Write seed: 0."),
        ("seed: 4294967296", "weaklabel.yaml:3:1: seed is 4294967296; it should be less than 4294967296. Write seed: 0."),
        ("out: 5", 'weaklabel.yaml:3:1: out is read by YAML as 5, not as text. Put it in quotes: "5".'),
        ("lfs: no", 'weaklabel.yaml:3:1: lfs is read by YAML as false, not as text. Put it in quotes.'),
        ("lfs: [a]", "weaklabel.yaml:3:1: lfs is ['a']; it should be a text. Write lfs: a text."),
        ("tags: x", "weaklabel.yaml:3:1: the key 'tags' stands twice. It is in line 2 too."),
        ("gold: {path: data/gold.json}", "weaklabel.yaml:3:8: gold: there is no file 'data/gold.json'. Did you mean 'gold.jsonl'?"),
        ("gold: {}", "weaklabel.yaml:3:1: gold: it has neither path nor column. Give one of them: a file, or a column of the records."),
        ("gold: {path: data/gold.jsonl, column: a}", "weaklabel.yaml:3:1: gold: it has both path and column. Give one of them: a file, or a column of the records."),
        ("gold: {column: a, id: b}", "weaklabel.yaml:3:19: gold: it has id, which only a file of gold tags has. Remove it."),
        ("gold: {colum: a}", "weaklabel.yaml:3:8: the key 'colum' is not known. Did you mean 'column'?"),
        ("gold: data/gold.json", "weaklabel.yaml:3:1: gold: there is no file 'data/gold.json'. Did you mean 'gold.jsonl'?"),
        ("decisions: [data/gold.jsonl, data/gold.json]", "weaklabel.yaml:3:1: decisions: there is no file 'data/gold.json'. Did you mean 'gold.jsonl'?"),
        ("lfs: lsf", "weaklabel.yaml:3:1: lfs: there is no folder 'lsf'. Did you mean 'lfs'?"),
        ("  x", "weaklabel.yaml:4:1: this is not valid YAML: could not find expected ':'. Check indentation, colons and quotes there."),
    ],
)  # fmt: skip
def test_a_wrong_line_is_one_problem_with_its_place_and_fix(folder, line, problem):
    if line == "  x":  # a line that continues no value
        line = "x"
    assert problems_of(folder, MINIMAL + line + "\n") == [problem]


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("{path: data/projects.json, feilds: [a]}", "weaklabel.yaml:1:37: the key 'feilds' is not known. Did you mean 'fields'?"),
        ("{path: data/projects.json, fields: {a: b}}", "weaklabel.yaml:1:37: records.fields is {'a': 'b'}; it should be a list. Write fields: […, …]."),
        ("{path: data/projects.json, id: 5}", 'weaklabel.yaml:1:37: records.id is read by YAML as 5, not as text. Put it in quotes: "5".'),
        ("{id: a}", "weaklabel.yaml:1:1: the key 'path' is missing. Add path: …"),
        ("{path: data/project.json}", "weaklabel.yaml:1:11: records: there is no file 'data/project.json'. Did you mean 'projects.json'?"),
        ("data/project.json", "weaklabel.yaml:1:1: records: there is no file 'data/project.json'. Did you mean 'projects.json'?"),
        ("5", 'weaklabel.yaml:1:1: records is 5; it should be a mapping of keys to values. Write records: data/records.json.'),
    ],
)  # fmt: skip
def test_a_mistake_about_the_records_is_one_problem(folder, section, problem):
    assert problems_of(folder, f"records: {section}\ntags: data/tags.json\n") == [problem]


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("{path: data/tags.json, langauge: de}", "weaklabel.yaml:2:30: the key 'langauge' is not known. Did you mean 'language'?"),
        ("{path: data/tags.json, synonyms: [exat]}", "weaklabel.yaml:2:41: tags.synonyms.0 is 'exat', which is not known. Did you mean 'exact'? Write one of exact, narrow, broad, related."),
        ("{path: data/tag.json}", "weaklabel.yaml:2:8: tags: there is no file 'data/tag.json'. Did you mean 'tags.json'?"),
        ("{language: de}", "weaklabel.yaml:2:1: the key 'path' is missing. Add path: …"),
    ],
)  # fmt: skip
def test_a_mistake_about_the_tags_is_one_problem(folder, section, problem):
    assert problems_of(folder, f"records: data/projects.json\ntags: {section}\n") == [problem]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "hello\n"])
def test_a_file_without_settings_is_a_problem(folder, text):
    (problem,) = problems_of(folder, text)
    assert problem.endswith("the project file holds no settings. Write records: …, tags: … and lfs: … .")


def test_missing_keys_are_reported_together(folder):
    assert problems_of(folder, "seed: 1\n") == [
        "weaklabel.yaml:1:1: the key 'records' is missing. Add records: …",
        "weaklabel.yaml:1:1: the key 'tags' is missing. Add tags: …",
    ]


def test_every_missing_path_is_reported_at_once(folder):
    text = "lfs: lsf\nrecords:\n  path: data/project.json\ntags: data/tag.json\ngold: nowhere/g.json\n"
    assert sorted(problems_of(folder, text)) == [
        "weaklabel.yaml:1:1: lfs: there is no folder 'lsf'. Did you mean 'lfs'?",
        "weaklabel.yaml:3:3: records: there is no file 'data/project.json'. Did you mean 'projects.json'?",
        "weaklabel.yaml:4:1: tags: there is no file 'data/tag.json'. Did you mean 'tags.json'?",
        "weaklabel.yaml:5:1: gold: there is no file 'nowhere/g.json'. Check the path.",
    ]


def test_unknown_keys_wrong_values_and_missing_paths_are_reported_at_once(folder):
    text = "records: data/project.json\ntags: data/tags.json\nsed: 1\nlabel_model: 5\n"
    assert [problem.partition(": ")[0] for problem in sorted(problems_of(folder, text))] == [
        "weaklabel.yaml:1:1",
        "weaklabel.yaml:3:1",
        "weaklabel.yaml:4:1",
    ]


def test_a_folder_where_a_file_should_be_and_a_file_where_a_folder_should_be_are_problems(folder):
    text = "records: data\ntags: data\nlfs: data/tags.json\n"  # records may lie in a folder for `weaklabel vote`
    assert [problem.partition(": ")[0] for problem in sorted(problems_of(folder, text))] == [
        "weaklabel.yaml:2:1",
        "weaklabel.yaml:3:1",
    ]


def test_embeddings_are_a_folder_beside_the_file_or_a_package(folder):
    assert load(folder, MINIMAL + "embeddings: lfs\n").embeddings == f"{folder}/lfs"
    assert load(folder, MINIMAL + "embeddings: some-package\n").embeddings == "some-package"


def test_a_label_model_may_be_any_that_is_installed(folder):
    for name in ("auto", "dawid-skene", "majority", "pooled", "snorkel"):
        assert load(folder, MINIMAL + f"label_model: {name}\n").label_model == name


def test_no_cache_is_kept_where_its_size_is_none(folder):
    assert load(folder, MINIMAL + "cache_mb: 0\n").cache is None


def test_a_missing_project_file_is_named_with_the_nearest(tmp_path):
    (tmp_path / "weaklabel.yml").write_text(MINIMAL)
    with pytest.raises(ProjectError) as caught:
        Project.load(tmp_path)
    assert str(caught.value) == (f"{tmp_path}/weaklabel.yaml: there is no such file. Did you mean 'weaklabel.yml'?")


def test_a_control_character_in_the_file_is_a_problem_of_it(folder):
    (problem,) = problems_of(folder, MINIMAL + "out: a\x07\n")
    assert problem.startswith("weaklabel.yaml")


def test_a_project_without_a_file(folder):
    settings = Project.of(folder / "data/projects.json", folder / "data/tags.json", seed=3, lfs=folder / "lfs").settings
    assert (settings.records, settings.seed, settings.lfs) == (f"{folder}/data/projects.json", 3, folder / "lfs")
    assert settings.source is None


def test_a_project_without_a_file_reports_every_missing_path(folder):
    with pytest.raises(ProjectError) as caught:
        Project.of(folder / "data/project.json", folder / "data/tag.json", gold=f"{folder}/x")
    assert [str(p) for p in caught.value.problems] == [
        f"{folder}/data/{wrong}: {key}: there is no file '{folder}/data/{wrong}'. Did you mean {near!r}?"
        for key, wrong, near in (("records", "project.json", "projects.json"), ("tags", "tag.json", "tags.json"))
    ] + [f"{folder}/x: gold: there is no file '{folder}/x'. Check the path."]


def test_changed_settings_are_the_others_with_the_changes(folder):
    settings = load(folder, MINIMAL + "seed: 5\n")
    changed = Project.changed(settings, label_model="majority").settings
    assert (changed.label_model, changed.seed, changed.records) == ("majority", 5, settings.records)
    for key, wrong in {"task": "multi", "end_model": "kernal", "given_tags": "yes", "label_model": "snorkle"}.items():
        with pytest.raises(ProjectError, match=f"{key} is '{wrong}', which is not known"):
            Project.changed(settings, **{key: wrong})
    with pytest.raises(ProjectError, match="gold: there is no file"):
        Project.changed(settings, gold="nowhere.json")
