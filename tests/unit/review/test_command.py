"""What `weaklabel review` says before it serves."""

import getpass
import json

import pytest

pytest.importorskip("starlette", reason="the extra review is not installed")

from support.loopback import closed_port
from support.reviews import make_deck, write_project
from weaklabel.cli import review as command
from weaklabel.cli.main import main
from weaklabel.manifest import name_run
from weaklabel.project import Project
from weaklabel.review.serve import Address, Loaded, load_deck, make_links, make_site
from weaklabel.review.store import LeaseRules, enrol, list_annotators, log_in, open_database


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("project"), 3)


def call(monkeypatch, capsys, *arguments):
    """Call the command; return its exit code and what it printed, with the words as they were."""
    monkeypatch.setattr("sys.argv", ["weaklabel", "review", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        main()
    printed = capsys.readouterr()
    return left.value.code, " ".join((printed.out + printed.err).split())


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["nowhere"], 1, "there is no such folder"),
        (["--database", "postgresql://127.0.0.1:1/x"], 1, "cannot be opened"),
        (["--database", "oracle://x/y"], 1, "no database"),
        (["--annotator", "a\tb"], 2, "is no name"),
        (["--annotator", "n" * 81], 2, "is no name"),
        (["--reviewer", ""], 2, "--reviewer"),
        (["--queue", "nowhere.csv"], 1, "nowhere.csv"),
        (["--host", "192.0.2.1"], 1, "cannot listen"),
        (["--overlap", "0"], 2, "--overlap"),
        (["--public-url", "review.example"], 2, "it is no address of a host"),
        (["--revoke", "nobody"], 1, "there is no annotator 'nobody'"),
    ],
)
def test_what_is_wrong_is_told(project, tmp_path, monkeypatch, capsys, options, code, says):
    database = [] if "--database" in options else ["--database", tmp_path / "review.sqlite"]
    root = ["--project", project.parent.parent, "--port", closed_port()]
    assert call(monkeypatch, capsys, *root, *database, *options)[0] == code
    assert says in call(monkeypatch, capsys, *root, *database, *options)[1]


def test_access_is_revoked_without_serving(project, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("weaklabel.review.serve.serve", lambda *_: pytest.fail("it serves"))
    store = open_database(tmp_path / "review.sqlite")
    tokens = [enrol(store, name) for name in ("ana", "bo", "cy")]
    revoked = ["--revoke", "ana", "--revoke", "bo", "--database", tmp_path / "review.sqlite"]
    code, printed = call(monkeypatch, capsys, "--project", project.parent.parent, *revoked)
    assert (code, printed) == (0, "Links and log-ins have ended: ana, bo. What they decided stays.")
    assert [log_in(store, token) is None for token in tokens] == [True, True, False]
    store.close()


def test_a_missing_extra_is_told(monkeypatch, capsys):
    monkeypatch.setattr(command, "NEEDED", ("sqlalchemy", "not_installed"))
    code, printed = call(monkeypatch, capsys)
    assert code == 1
    assert "the review needs not_installed." in printed
    assert "weaklabel[review]" in printed


def test_help_fits_eighty_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.argv", ["weaklabel", "review", "--help"])
    with pytest.raises(SystemExit):
        main()
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_a_run_is_warned_of_that_read_other_files(project):
    loaded = load_deck(Project.load(project.parent.parent).settings, project)
    assert [problem.severity for problem in loaded.warnings] == ["warning", "warning"]
    assert "suggestions are as old as the run" in loaded.warnings[0].what
    assert loaded.deck.deal(2).offers[0].tag == "pytorch"


def test_a_run_has_the_name_that_exports_give_it(project):
    loaded = load_deck(Project.load(project.parent.parent).settings, project)
    manifest = json.loads((project / "run.json").read_text())
    assert loaded.run == name_run(manifest) == name_run({**manifest, "times": {"started": "2027"}})
    assert loaded.run != name_run({**manifest, "seed": 1})


def test_links_log_in_and_name_a_host_that_is_allowed(small_database):
    address = Address("0.0.0.0", 1, ("review.example",))
    [link] = make_links(small_database, ["ana"], address, 81).values()
    assert link.startswith("http://review.example:81/login?token=")
    assert log_in(small_database, link.partition("token=")[2])
    site = make_site(Loaded(make_deck(), "r1", ()), small_database, LeaseRules(), address, 81)
    assert "review.example" in site.hosts
    assert site.cookie == "weaklabel_review_81"
    links = make_links(small_database, ["ana"], address, 81, ["rey", "ana"])
    assert list(links) == ["ana", "rey"]
    assert [(each.name, each.is_reviewer) for each in list_annotators(small_database)] == [("ana", True), ("rey", True)]
    make_links(small_database, ["ana"], address, 81)
    assert [each.is_reviewer for each in list_annotators(small_database)] == [False, True]
    [local] = make_links(small_database, ["ana"], Address("::1"), 81).values()
    assert local.startswith("http://[::1]:81/")


def test_without_names_the_user_is_the_annotator():
    assert command._check_names([getpass.getuser()]) == [getpass.getuser()]
    assert command._check_names([" ana ", "ana", "bo"]) == ["ana", "bo"]
