"""The command line as a user runs it: a process, its exit code, what it prints and what it leaves on disk."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from support.loopback import serve
from support.run_files import read_without_times

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "labels.parquet", "labels.csv", "votes.parquet", "findings.parquet", "findings.csv", "lf_summary.csv",
    "lf_pairs.csv", "tag_summary.csv", "report.html", "report.json", "run.json",
}  # fmt: skip


def weaklabel(*arguments, cwd=None, **options):
    command = [sys.executable, "-m", "weaklabel", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, check=False, **options)


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    folder = tmp_path_factory.mktemp("starter") / "project"
    made = weaklabel("init", folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def starter_run(starter):
    done = weaklabel("run", cwd=starter)
    assert done.returncode == 0, done.stderr
    return done


def test_help_answers_in_under_0_4_s_and_imports_nothing_heavy():
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        assert "Usage" in weaklabel("--help").stdout
        seconds.append(time.perf_counter() - begin)
    assert min(seconds) < 0.4
    heavy = "{'torch', 'snorkel', 'spacy', 'sklearn', 'pandas', 'matplotlib'}"
    script = f"import sys, weaklabel.cli.main; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command",
    ["", "run", "report", "why", "vote", "init", "schema", "lf", "lf list", "lf show", "lf test", "lf check", "lf diff",
     "lf watch", "lf suggest", "lf new", "evaluate", "slices", "slices init", "slices list", "slices show",
     "slices export", "slices discover", "split", "split check", "behaviour", "gold import", "export", "import",
     "queue", "queue simulate", "review", "models", "models compare", "tags", "tags check", "tags export", "cache",
     "cache clear"],
)  # fmt: skip
def test_every_command_has_help_that_fits_80_columns_and_names_what_options_take(command):
    done = subprocess.run(
        [sys.executable, "-m", "weaklabel", *command.split(), "--help"],
        capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Usage: ")
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines)
    assert not re.search(r"^ +-.*<\w+( range)?>", done.stdout, re.M)
    assert not re.search(r"^  \w+ .*\.\.\.$", done.stdout, re.M)  # no summary of a command is cut


def test_piped_output_has_no_trailing_spaces(starter, starter_run):
    for done in (starter_run, weaklabel("tags", "check", cwd=starter), weaklabel("lf", "test", cwd=starter)):
        assert done.stdout
        assert not re.search(" $", done.stdout + done.stderr, re.M)


def test_the_starter_names_every_label_model_and_every_choice_of_the_models(starter):
    from weaklabel.label_models import METHODS

    text = (starter / "weaklabel.yaml").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("label_model: "))
    assert all(name in line for name in METHODS)
    for setting in ("task: multilabel", "end_model: kernel", "# embeddings: ", "given_tags: use"):
        assert f"\n{setting}" in text


def test_embeddings_that_are_not_there_are_an_error_before_anything_is_read(starter, tmp_path):
    for command in (["run"], ["why", "1"], ["models", "compare"]):
        done = weaklabel(*command, "--embeddings", "no-such-model", "--lfs", tmp_path, cwd=starter)
        assert done.returncode == 1
        said = " ".join(done.stderr.split())
        assert "there is no installed package and no folder 'no-such-model'" in said
        assert "Traceback" not in said


def test_embeddings_without_an_end_model_are_said_to_be_unused(starter, tmp_path):
    options = ("--embeddings", "no-such-model", "--end-model", "none")
    models = "End model: none. Embeddings: not used (only an end model reads them)."
    for command in (("run", "--out", tmp_path / "out"), ("why", "1")):
        done = weaklabel(*command, *options, cwd=starter)
        assert done.returncode == 0, done.stderr
        assert models in done.stdout
    compared = weaklabel("models", "compare", *options, cwd=starter)
    assert "no end model, so embeddings are not used." in compared.stdout


def test_a_run_in_which_nothing_votes_says_so_and_how_to_mend_it(tmp_path):
    write(
        tmp_path, "r.json", '[{"id": 1, "title": "A cake", "tags": ["bread"]}, {"id": 2, "title": "Tea", "tags": []}]'
    )
    write(tmp_path, "t.json", TAGS)
    done = weaklabel("run", "--records", "r.json", "--tags", "t.json", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert said.count("no labeling function votes on any record") == 1
    assert "add aliases to the tags file" in said
    assert "0 votes on 0 records (0%)" in done.stdout


def test_a_fresh_project_runs_and_writes_every_file(starter, starter_run):
    assert {path.name for path in (starter / "runs/latest").iterdir()} == FILES
    assert "Report: runs/latest/report.html" in starter_run.stdout
    findings = pd.read_csv(starter / "runs/latest/findings.csv")
    found = set(zip(findings["record_id"], findings["kind"], findings["tag"].fillna(""), strict=True))
    assert {
        (9, "missing", "fermentation"),
        (8, "unsupported", "fermentation"),
        (6, "misspelt", "vegetables"),
        (10, "alias", "bread"),
        (11, "missing_parent", "cooking"),
        (8, "unknown", ""),
    } <= found
    assert not (findings["record_id"] == 12).any()  # it is unlabelled


def test_two_runs_write_the_same_bytes_but_for_the_times(starter, starter_run):
    first = read_without_times(starter / "runs/latest")
    assert weaklabel("run", "--out", "runs/again", cwd=starter).returncode == 0
    again = read_without_times(starter / "runs/again")
    again["run.json"]["settings"]["out"] = first["run.json"]["settings"]["out"]
    assert again == first


def test_a_run_says_what_changed_since_the_last_one_and_where_labels_are(starter, starter_run, tmp_path):
    copy = shutil.copytree(starter, tmp_path / "copy")
    assert "Since the last run" not in starter_run.stdout
    assert "1 unlabelled record got 1 likely label: runs/latest/labels.csv" in starter_run.stdout
    assert "Since the last run: nothing changed." in weaklabel("run", cwd=copy).stdout
    (copy / "lfs" / "more.yaml").write_text("- {id: names_a_shelf, tags: baking, match: {keywords: [shelf]}}\n")
    again = weaklabel("run", cwd=copy).stdout
    assert "labeling functions +1; findings +1, -0; 1 label became likely, 0 no longer." in again
    assert "- Label: record 3, baking (– → " in weaklabel("report", cwd=copy).stdout


def test_where_nobody_labelled_records_the_summary_counts_what_they_got(starter, tmp_path):
    copy = shutil.copytree(starter, tmp_path / "copy", ignore=shutil.ignore_patterns("runs"))
    file = copy / "data" / "records.json"
    rows = [{**row, "tags": None} for row in json.loads(file.read_text(encoding="utf-8"))]
    file.write_text(json.dumps(rows))
    shown = weaklabel("run", cwd=copy).stdout
    labels = pd.read_csv(copy / "runs/latest/labels.csv")
    assert f"12 unlabelled records got {len(labels)} likely labels: runs/latest/labels.csv" in shown
    assert re.search(rf"^cooking +{(labels['tag'] == 'cooking').sum()}$", shown, re.M)
    assert "Findings" not in shown


def test_a_file_without_a_labeling_function_is_warned_of_in_every_command_that_reads_it(starter, tmp_path):
    copy = shutil.copytree(starter, tmp_path / "copy")
    (copy / "lfs" / "bad.py").write_text("def f(record):\n    return None\n")
    for command in ("run", "lf list", "lf test"):
        done = weaklabel(*command.split(), cwd=copy)
        assert done.returncode == 0
        assert "lfs/bad.py  it holds no labeling function; did you forget @labeling_function?" in done.stderr


def test_a_list_without_hand_written_ones_says_so(starter, tmp_path):
    copy = shutil.copytree(starter, tmp_path / "copy")
    shutil.rmtree(copy / "lfs")
    assert "lfs: there is no folder 'lfs'.  Make it, or remove `lfs:`." in weaklabel("lf", "list", cwd=copy).stderr
    (copy / "lfs").mkdir()
    shown = weaklabel("lf", "list", cwd=copy).stdout
    assert re.fullmatch(r"No labeling function is written by hand: .* \(30\)\.\n", shown)


def test_a_report_is_found_by_its_project_and_written_only_as_what_is_known(starter, starter_run):
    assert weaklabel("report", starter).stdout == weaklabel("report", cwd=starter).stdout != ""
    for arguments, option in (
        (("report", "--out", "rep.txt"), "--out"),
        (("tags", "export", "--to", "x.yaml"), "--to"),
    ):
        done = weaklabel(*arguments, cwd=starter)
        assert done.returncode == 2
        assert re.search(rf"^{option} .*\.json", done.stderr, re.M)
        assert not (starter / arguments[-1]).exists()


def test_a_killed_run_leaves_the_old_one(starter, starter_run):
    before = read_without_times(starter / "runs/latest")
    for delay_s in (0.3, 1.0, 2.0, 3.0):  # a fast machine is done before the last
        process = subprocess.Popen(
            [sys.executable, "-m", "weaklabel", "run", "-q"], cwd=starter, stdout=subprocess.DEVNULL
        )
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = read_without_times(starter / "runs/latest")
        assert set(after) == FILES
        assert after == before


def test_records_and_tags_may_be_urls_and_no_project_file_is_needed(starter, tmp_path):
    pages = {f"/{name}": (starter / "data" / name).read_bytes() for name in ("records.json", "tags.json")}
    with serve(pages) as url:
        done = weaklabel(
            "run", "--records", f"{url}/records.json", "--tags", f"{url}/tags.json", "--out", tmp_path / "out"
        )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES


def test_lf_test_names_the_file_and_line_of_a_failing_example(starter, tmp_path):
    lfs = tmp_path / "lfs"
    lfs.mkdir()
    (lfs / "bad.yaml").write_text(
        "- id: bad\n  tags: bread\n  match: {keywords: [rye]}\n  examples: {match: [wheat]}\n"
    )
    passed = weaklabel("lf", "test", cwd=starter)
    assert passed.returncode == 0, passed.stdout
    failed = weaklabel("lf", "test", "--lfs", lfs, cwd=starter)
    assert failed.returncode == 1
    assert "bad.yaml" in failed.stdout
    assert "1:3" in failed.stdout
    assert "'wheat'" in failed.stdout


def test_lf_list_says_how_to_see_the_generated_ones_that_it_leaves_out(starter):
    by_hand, everything = weaklabel("lf", "list", cwd=starter), weaklabel("lf", "list", "--all", cwd=starter)
    assert by_hand.stdout.endswith(" generated). `--all` lists the generated ones too.\n")
    assert everything.stdout.endswith(" generated).\n")
    assert "`--all`" not in weaklabel("lf", "list", "--tag", "bread", cwd=starter).stdout


def test_of_classes_only_kinds_of_findings_that_there_are_have_a_row(tmp_path):
    def kinds(given):
        rows = [{"id": i, "title": f"A {name} {i}", "tags": name} for i, name in enumerate(given)]
        write(tmp_path, "r.json", json.dumps(rows))
        write(tmp_path, "t.json", '["cat", "dog"]')
        done = weaklabel("run", "--records", "r.json", "--tags", "t.json", "--task", "multiclass", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return re.findall(r"^(missing|unsupported|misspelt|alias|unknown) +\d", done.stdout, re.M)

    assert kinds(["cat", "dog"] * 5) == ["unsupported"]
    assert kinds(["cat", "dog"] * 5 + ["Cat", "cow"]) == ["unsupported", "misspelt", "unknown"]


HANGS = """from weaklabel import labeling_function

@labeling_function(tags="bread")
def hangs(record):
    while "rye" in record.text.lower():
        pass
    return "bread"

@labeling_function(tags="bread")
def crashes(record):
    import os
    if record.record_id == 3:
        os._exit(7)
    return "bread"
"""


@pytest.mark.skipif(sys.platform != "linux", reason="crashes are survived in forked workers")
def test_labeling_functions_that_hang_or_crash_are_named_and_the_run_goes_on(starter, tmp_path):
    lfs = tmp_path / "lfs"
    lfs.mkdir()
    (lfs / "bad.py").write_text(HANGS)
    (lfs / "evil.yaml").write_text("- id: evil\n  tags: bread\n  match: {regex: '(\\w+\\s?)+$'}\n")
    done = weaklabel("run", "--lfs", lfs, "--lf-timeout", "0.2", "--out", tmp_path / "out", cwd=starter)
    assert done.returncode == 0, done.stderr
    assert "'hangs' failed on" in done.stderr
    assert "it ran longer than 0.2 s" in " ".join(done.stderr.split())
    assert "'crashes' failed on 1 record" in " ".join(done.stderr.split())
    assert "exit code 7" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    tested = weaklabel("lf", "test", "--lfs", lfs, "--lf-timeout", "0.2", cwd=starter)
    assert tested.returncode == 1
    said = " ".join(tested.stdout.split())
    assert "'hangs' fails on record" in said
    assert "exit code 7" in said


def test_a_second_run_says_what_it_reused_and_clearing_makes_it_vote_again(starter, tmp_path):
    def run(*options):
        done = weaklabel("run", "--out", tmp_path / "out", *options, cwd=starter)
        assert done.returncode == 0, done.stderr
        return done.stdout

    weaklabel("cache", "clear", cwd=starter)
    assert "From the cache" not in run()
    again = run()
    kept = int(re.search(r"votes of (\d+) of \1 labeling functions? \(", again).group(1))
    assert kept > 0
    assert "From the cache" not in run("--no-cache")
    assert re.search(r"Removed .weaklabel/cache \(\d", weaklabel("cache", "clear", cwd=starter).stdout)
    assert weaklabel("cache", "clear", cwd=starter).stdout == "There is nothing in .weaklabel/cache.\n"
    assert "From the cache" not in run()


def test_tags_check_prints_a_cycle_and_exits_with_1(tmp_path):
    tags = tmp_path / "tags.json"
    tags.write_text(json.dumps([{"tag": "a", "parents": ["b"]}, {"tag": "b", "parents": ["a"]}]))
    done = weaklabel("tags", "check", "--tags", tags)
    assert done.returncode == 1
    assert "a → b → a" in done.stdout


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def test_tags_check_and_export_take_a_knowledge_base(tmp_path):
    pytest.importorskip("obonet", reason="the extra kb is not installed")
    source, target = tmp_path / "t.obo", tmp_path / "tags.json"
    source.write_text("[Term]\nid: B:1\nname: rye\nis_a: B:2\nis_a: B:3\n\n[Term]\nid: B:2\nname: bread\n", "utf-8")
    done = weaklabel("tags", "check", "--tags", source)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 tags: 0 errors, 1 suggestion.")
    assert "B:3, which B:1 ('rye') stands below, is not in the file" in done.stdout
    done = weaklabel("tags", "export", "--tags", source, "--to", target)
    assert (done.returncode, done.stdout) == (0, f"Wrote 2 tags to {target}.\n")
    assert json.loads(target.read_text(encoding="utf-8")) == [{"tag": "bread"}, {"tag": "rye", "parents": ["bread"]}]
    done = weaklabel("tags", "export", "--tags", source, "--to", target)
    assert (done.returncode, "File exists" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


RECORDS = '[{"id": 1, "title": "A loaf", "tags": ["bread"]}]'
TAGS = '[{"tag": "bread"}]'
BAD = {
    "no project file": ({}, ["run"], "weaklabel.yaml"),
    "unknown key": ({"weaklabel.yaml": "records: r.json\ntags: t.json\nlfz: x\n"}, ["run"], "'lfs'"),
    "missing file": ({"weaklabel.yaml": "records: recs.json\ntags: t.json\n", "rec.json": "[]"}, ["run"], "'rec.json'"),
    "broken JSON": ({"r.json": '[{"id": 1}\n {"id": 2}]', "t.json": TAGS}, None, "2:2"),
    "duplicate id": (
        {"r.json": '[{"id": 1, "title": "a"},\n{"id": 1, "title": "b"}]', "t.json": TAGS},
        None,
        "stands twice",
    ),
    "not UTF-8": ({"r.json": b'[{"id": 1, "title": "caf\xe9"}]', "t.json": TAGS}, None, "UTF-8"),
    "empty records": ({"r.json": "", "t.json": TAGS}, None, "empty"),
    "empty tags": ({"r.json": RECORDS, "t.json": "[]"}, None, "no tags"),
    "unknown tag": (
        {"r.json": RECORDS, "t.json": TAGS, "lfs/x.yaml": "- id: x\n  tags: bred\n  match: {keywords: [rye]}\n"},
        None,
        "'bread'",
    ),
    "broken plugin": ({"r.json": RECORDS, "t.json": TAGS, "lfs/x.py": "def f(:\n"}, None, "SyntaxError"),
    "foreign out": ({"r.json": RECORDS, "t.json": TAGS, "out/notes.txt": "mine"}, None, "no run of weaklabel wrote"),
    "unknown label model": (
        {"r.json": RECORDS, "t.json": TAGS},
        ["run", "--records", "r.json", "--tags", "t.json", "--label-model", "snorkle"],
        "'snorkel'",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_explained_without_a_traceback(case, tmp_path):
    files, arguments, expected = BAD[case]
    for name, text in files.items():
        write(tmp_path, name, text)
    lfs = ["--lfs", "lfs"] if (tmp_path / "lfs").exists() else []
    done = weaklabel(
        *(arguments or ["run", "--records", "r.json", "--tags", "t.json", "--out", "out", *lfs]), cwd=tmp_path
    )
    assert done.returncode == (2 if case == "unknown label model" else 1), done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert expected in " ".join(done.stderr.split())
    if "out/notes.txt" in files:
        assert (tmp_path / "out/notes.txt").read_text() == "mine"
    else:
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "where", "said", "exit_code"),
    [
        ("run --label-model snorkle --seed 99999999999", ("--label-model", "--seed"), "Did you mean 'snorkel'?", 2),
        ("run --given-tags no", ("--given-tags",), "The choices are use, ignore.", 2),
        ("run --records nowhere.json", ("--records",), "there is no file 'nowhere.json'", 2),
        ("run --seed x", ("'--seed'",), "valid integer", 2),
        ("run --embeddings none-such", ("--embeddings",), "no folder 'none-such'", 1),
        ("why 99 bread", ("RECORD",), "no record has the id '99'", 1),
        ("why 1 bred", ("TAG",), "Did you mean 'bread'?", 1),
        ("lf list --tag bred", ("--tag",), "Did you mean 'bread'?", 1),
    ],
)
def test_a_mistake_in_the_command_line_is_told_with_its_option(starter, arguments, where, said, exit_code):
    done = weaklabel(*arguments.split(), cwd=starter)
    shown = " ".join(done.stderr.split())
    assert done.returncode == exit_code, shown
    assert said in shown
    assert all(f" {option} " in f" {shown}".replace(":", " ") for option in where), shown


def test_without_a_project_file_the_lacking_option_is_named(tmp_path):
    done = weaklabel("run", "--tags", "t.json", cwd=tmp_path)
    assert done.returncode == 2
    assert re.search("^--records +it is missing", done.stderr, re.M)


def test_a_failing_labeling_function_is_shown_and_the_run_goes_on(starter, tmp_path):
    write(
        tmp_path,
        "lfs/x.py",
        "from weaklabel import labeling_function as lf\n\n@lf(tags='bread')\ndef fails(record):\n    return 1 / 0\n",
    )
    done = weaklabel("run", "--lfs", tmp_path / "lfs", "--out", tmp_path / "out", cwd=starter)
    assert done.returncode == 0
    shown = " ".join(done.stderr.split())
    assert "x.py:3 'fails' failed on 12 records: ZeroDivisionError: division by zero" in shown
    report = (tmp_path / "out/report.html").read_text()
    assert "ZeroDivisionError: division by zero" in report
