"""The report as a user meets it: written by a run, written again by `weaklabel report`, opened in a browser."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

from support.made import make_records
from support.reports import ATTACKS, make_material, tiny_report
from weaklabel.report import build_report
from weaklabel.report.render import render_report
from weaklabel.terms import Finding, LFSummaryRow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr", "--v=0",
)  # fmt: skip


def weaklabel(*arguments, cwd=None):
    command = [sys.executable, "-m", "weaklabel", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A small project with two runs, the second without its labeling functions."""
    folder = tmp_path_factory.mktemp("report") / "project"
    assert weaklabel("init", folder).returncode == 0
    for arguments in (["--out", "runs/first"], ["--lfs", "empty", "--out", "runs/latest"]):
        (folder / "empty").mkdir(exist_ok=True)
        done = weaklabel("run", "-q", *arguments, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


def test_without_options_the_latest_run_is_written_as_markdown(project):
    done = weaklabel("report", cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# weaklabel report\n")
    assert "## Labeling functions" in done.stdout


@pytest.mark.parametrize("form", ["html", "json"])
def test_the_page_and_the_data_are_written_as_the_run_wrote_them(project, form):
    done = weaklabel("report", "runs/first", "--format", form, cwd=project)
    assert done.stdout == (project / f"runs/first/report.{form}").read_text(encoding="utf-8")


def test_csv_is_all_findings(project):
    done = weaklabel("report", "runs/first", "--format", "csv", cwd=project)
    pd.testing.assert_frame_equal(
        pd.read_csv(io.StringIO(done.stdout))[["record_id", "kind", "rank"]],
        pd.read_parquet(project / "runs/first/findings.parquet")[["record_id", "kind", "rank"]],
        check_dtype=False,
    )


def test_the_name_of_the_file_says_how_it_is_written(project):
    done = weaklabel("report", "runs/first", "--out", "new/page.html", cwd=project)
    assert done.stdout.strip() == os.path.join("new", "page.html")  # noqa: PTH118
    assert (project / "new/page.html").read_bytes() == (project / "runs/first/report.html").read_bytes()


def test_two_runs_are_compared(project):
    done = weaklabel("report", "--compare", "runs/first", "--format", "json", cwd=project)
    changes = json.loads(done.stdout)["changes"]
    first = json.loads((project / "runs/first/report.json").read_text(encoding="utf-8"))
    written = {row["lf"] for row in first["lfs"]["rows"] if row["origin"] != "generated"}
    assert changes["since"] == first["time"]
    assert written <= set(changes["removed"])
    assert changes["added"] == []
    table = pd.read_csv(
        io.StringIO(weaklabel("report", "--compare", "runs/first", "--format", "csv", cwd=project).stdout)
    )
    assert (table["change"] == "gone").sum() == changes["gone_total"]
    assert (table["change"] == "new").sum() == changes["new_total"]


def test_a_run_into_the_same_folder_says_what_changed_and_one_that_is_repeated_says_it_again(project):
    shutil.copytree(project / "runs/first", project / "runs/again")

    def run(*arguments):
        done = weaklabel("run", "-q", "--out", "runs/again", *arguments, cwd=project)
        assert done.returncode == 0, done.stderr
        page = (project / "runs/again/report.html").read_text(encoding="utf-8")
        return re.sub(r"<time datetime.*?</time>", "", page, count=1)

    first = (project / "runs/first/report.html").read_text(encoding="utf-8")
    assert run() == re.sub(r"<time datetime.*?</time>", "", first, count=1)
    changed = run("--lfs", "empty")
    assert "labeling functions removed" in changed
    assert run("--lfs", "empty") == changed


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere", "there is no such folder"), ("empty", "no run is here"), ("runs/frist", "Did you mean 'first'?")],
)
def test_a_folder_without_a_run_is_a_plain_error(project, name, message):
    done = weaklabel("report", name, cwd=project)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("report.json", None, "an older version of weaklabel wrote it"),
        ("report.json", b"{}", "no report of this version"),
        ("findings.parquet", b"broken", "cannot be read"),
        ("labels.parquet", None, "cannot be read"),
        ("run.json", b"[", "cannot be read"),
    ],
)
def test_a_broken_run_is_a_plain_error_for_report_and_none_for_run(project, tmp_path, file, content, message):
    folder = tmp_path / "run"
    shutil.copytree(project / "runs/first", folder)
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    done = weaklabel("report", folder, cwd=project)
    assert done.returncode == 1
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    from weaklabel.report import RunTables, since_last
    from weaklabel.run_folder import changes_since, read_run

    whole = read_run(project / "runs/first")
    changes = changes_since(folder, RunTables(whole.report, whole.manifest, whole.findings, whole.labels), since_last)
    assert message in changes.problem


def test_a_report_that_cannot_be_written_is_a_plain_error(project):
    done = weaklabel("report", "runs/first", "--out", "runs/first/run.json/x.html", cwd=project)
    assert done.returncode == 1
    assert "it cannot be written" in done.stderr


@pytest.fixture(scope="module")
def browse(tmp_path_factory):
    """Open a page in a browser; returns the document as its script left it, and what it said on the console."""
    if CHROMIUM is None:
        pytest.skip("chromium is not there")

    def open_page(page, *options):
        folder = tmp_path_factory.mktemp("browser")
        (folder / "report.html").write_text(page, encoding="utf-8")
        command = [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", *options, "--dump-dom"]
        done = subprocess.run(
            [*command, (folder / "report.html").as_uri()], capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line or "Refused" in line]

    return open_page


def many_findings(mark=""):
    records = make_records([f"text {i}{mark}" for i in range(30)], given=[[]] * 30)
    found = [Finding(i, f"t{mark}", "missing", 0.9, i + 1, "because") for i in range(30)]
    found += [Finding(i, None, "unknown", 1.0, i + 1, "none", f"s{i}{mark}") for i in range(12)]
    return replace(build_report(make_material(records, found)), changes=tiny_report(mark).changes)


@pytest.mark.slow
@pytest.mark.parametrize("mark", ["", *ATTACKS])
def test_in_a_browser_the_page_has_its_controls_and_says_nothing_on_the_console(browse, mark):
    for page in (render_report(tiny_report(mark)), render_report(many_findings(mark))):
        dom, console = browse(page, "--window-size=1400,1000")
        assert console == []
        assert dom.count('<th scope="col"') == len(re.findall(r'<th scope="col"[^>]*><button type="button">', dom))
    assert dom.count('<label class="filter">') == 2  # of the cards and of the spellings


@pytest.mark.slow
def test_the_list_of_sections_is_open_on_a_wide_page_and_folded_on_a_narrow_one(browse):
    page = render_report(tiny_report())
    assert '<details id="contents" open="">' in browse(page, "--window-size=1400,1000")[0]
    assert '<details id="contents">' in browse(page, "--window-size=500,1000")[0]


CLICKS = """
const header = [...document.querySelectorAll("#unknown th")].find((th) => th.textContent === "Written");
const rows = () => [...document.querySelectorAll("#unknown tbody tr")].filter((row) => !row.hidden);
const cells = () => rows().map((row) => row.cells[0].textContent);
const said = [];
header.querySelector("button").click(); said.push(header.getAttribute("aria-sort"), cells().slice(0, 3).join());
header.querySelector("button").click(); said.push(header.getAttribute("aria-sort"), cells().slice(0, 3).join());
const input = document.querySelector("#unknown .filter input");
input.value = "S1"; input.dispatchEvent(new Event("input"));
said.push(cells().sort().join(), document.querySelector("#unknown output").textContent);
const more = document.querySelector("#missing .filter input");
more.value = "text 25"; more.dispatchEvent(new Event("input"));
said.push(String(document.querySelector("#missing details.more").open));
document.title = said.join("|");
"""


def analysed_lfs():
    """Labeling functions with long names and every figure, worse and worse, and more and more often wrong."""
    return [
        LFSummaryRow(
            f"mentions_a_very_long_name_of_a_library_{i}", "convolutional-neural-networks", "yaml", "", "present",
            0.9, 0.5, 0.1, 0.8, 0.7, 0.9, 1_000 + i, 0, "gold", 1 - i / 10, 0, 1, 1_000, 0.5, 0.01 - i / 100, 12.5, 3,
            redundant=True, cluster="mentions_another_very_long_name", wrong=json.dumps(wrong),
        )
        for i, wrong in ((2, [7]), (0, []), (1, [1, 12_345, 678]))
    ]  # fmt: skip


WITHOUT_POLICY = re.compile(r"<meta http-equiv[^>]*>")  # a test's own script is not in the policy


def page_of_lfs():
    records = make_records(["x"], given=[[]])
    return WITHOUT_POLICY.sub("", render_report(build_report(make_material(records, summary=analysed_lfs()))))


def title_after(browse, page, script, *options):
    """Run a script in a page; returns what it made the page's title."""
    dom, console = browse(page.replace("</body>", f"<script>{script}</script></body>"), *options)
    assert console == []
    return re.search(r"<title>(.*?)</title>", dom).group(1)


WIDTHS = """
const box = document.querySelector("#lfs .scroll");
document.title = [document.documentElement.scrollWidth <= innerWidth, box.scrollWidth <= box.clientWidth].join();
"""


@pytest.mark.slow
def test_the_table_of_labeling_functions_fits_a_wide_page_and_scrolls_in_its_box_on_a_narrow_one(browse):
    page = page_of_lfs()
    assert title_after(browse, page, WIDTHS, "--window-size=1400,1000") == "true,true"
    assert title_after(browse, page, WIDTHS, "--window-size=390,1000") == "true,false"


SORTS = """
const sorted = (name) => {
  const header = [...document.querySelectorAll("#lfs th")].find((th) => th.textContent.startsWith(name));
  header.querySelector("button").click();
  return [...document.querySelectorAll("#lfs tbody th code")].map((code) => code.textContent.slice(-1)).join("");
};
document.title = ["Precision", "Value", "Wrong"].map(sorted).join();
"""


@pytest.mark.slow
def test_figures_with_small_print_are_sorted_by_the_figure(browse):
    assert title_after(browse, page_of_lfs(), SORTS, "--window-size=1400,1000") == "012,012,210"


UNFOLDS = """
const closed = () => document.querySelectorAll("main details:not([open])").length;
const counts = [closed()];
dispatchEvent(new Event("beforeprint")); counts.push(closed());
dispatchEvent(new Event("afterprint")); counts.push(closed());
document.title = counts.join();
"""


@pytest.mark.slow
def test_what_is_folded_is_unfolded_to_be_printed_and_folded_again(browse):
    page = WITHOUT_POLICY.sub("", render_report(many_findings()))
    before, printed, after = title_after(browse, page, UNFOLDS, "--window-size=1400,1000").split(",")
    assert (printed, after) == ("0", before)
    assert int(before) > 0


@pytest.fixture(scope="module")
def count_pages(tmp_path_factory):
    """Print a page; returns how many sheets it takes."""
    if CHROMIUM is None:
        pytest.skip("chromium is not there")

    def print_page(page):
        folder = tmp_path_factory.mktemp("print")
        (folder / "report.html").write_text(page, encoding="utf-8")
        command = [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'report.pdf'}"]
        subprocess.run([*command, (folder / "report.html").as_uri()], capture_output=True, check=True, timeout=120)
        return len(re.findall(rb"/Type ?/Page\b", (folder / "report.pdf").read_bytes()))

    return print_page


@pytest.mark.slow
def test_what_is_folded_is_printed_without_a_script_too(count_pages):
    page = re.sub(r"<script>.*?</script>", "", render_report(many_findings()), flags=re.DOTALL)
    unfolded = re.sub("<details(?! id)", "<details open", page)
    assert count_pages(page) == count_pages(unfolded)
    assert count_pages(page) > count_pages(page.replace("details::details-content", "details::nothing"))


@pytest.mark.slow
def test_tables_are_sorted_and_filtered(browse):
    page = WITHOUT_POLICY.sub("", render_report(many_findings()))
    assert title_after(browse, page, CLICKS, "--window-size=1400,1000").split("|") == [
        "ascending", "s0,s1,s2", "descending", "s11,s10,s9", "s1,s10,s11", "3 of 12", "true",
    ]  # fmt: skip
