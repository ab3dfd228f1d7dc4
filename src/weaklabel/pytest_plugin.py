"""`pytest --weaklabel`: a project's labeling functions as tests of a team's own suite.

Each hand-written labeling function is one test: its examples, the contract of Python ones, and what it is expected to
do on the project's records.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from weaklabel.errors import Problem

YAML = {".yaml", ".yml"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("weaklabel").addoption(
        "--weaklabel",
        nargs="?",
        const=".",
        metavar="PROJECT",
        help="Test the labeling functions of a weaklabel project: its file or folder (default: this one).",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError where what the option names is no project."""
    from weaklabel.project import FILE_NAME

    if (location := config.getoption("--weaklabel")) is None:
        return
    path = Path(location)
    if (path.suffix in YAML and path.is_file()) or (path / FILE_NAME).is_file():
        return
    what = f"there is no {FILE_NAME} in {path.resolve()}" if path.is_dir() else f"{location} is no project file"
    following = "" if path == Path() else f" If {location} is something to test, write --weaklabel=. {location}"
    raise pytest.UsageError(f"--weaklabel: {what}. Name a project: --weaklabel=PROJECT.{following}")


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add a test for each labeling function."""
    if (location := config.getoption("--weaklabel")) is not None:
        project = LFProject.from_parent(session, name="weaklabel", location=Path(location))
        items.extend(project.collect())


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Say where a project has no labeling function to test."""
    is_tested = config.getoption("--weaklabel") is None or any(isinstance(item, LFItem) for item in items)
    return [] if is_tested else ["weaklabel: there is nothing to test: no labeling function is written by hand."]


class BrokenLFError(Exception):
    """What is wrong with a labeling function."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "\n".join(f"{problem.place or ''}: {problem.what} {problem.fix}".strip(": ") for problem in problems)
        )


class LFProject(pytest.Collector):
    """The labeling functions of a project."""

    def __init__(self, *, location: Path, **options: Any) -> None:
        super().__init__(**options)
        self.location = location

    def collect(self) -> list[pytest.Item]:
        """Return a test for each labeling function; one test that fails where the project cannot be read."""
        from weaklabel.errors import WeaklabelError
        from weaklabel.inputs import load_inputs
        from weaklabel.lf_checks import check_expectations
        from weaklabel.lf_tests import check_lfs
        from weaklabel.project import Project

        try:
            settings = Project.load(self.location).settings
            inputs = load_inputs(settings)
            found = dict(check_lfs(inputs, timeout_s=settings.lf_timeout_s).found)
            for breach in check_expectations(settings, inputs).breaches:
                found[breach.lf] = (*found.get(breach.lf, ()), breach.as_problem())
        except WeaklabelError as error:
            found = {"project": error.problems}
        return [LFItem.from_parent(self, name=name, problems=problems) for name, problems in found.items()]


class LFItem(pytest.Item):
    """One labeling function."""

    def __init__(self, *, problems: Sequence[Problem], **options: Any) -> None:
        super().__init__(**options)
        self.problems = problems

    def runtest(self) -> None:
        """Fail where something is wrong."""
        if self.problems:
            raise BrokenLFError(self.problems)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> str:
        """Return what is wrong, without a traceback."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where it is written."""
        place = self.problems[0].place if self.problems else None
        return Path(place.path) if place else self.path, place.line if place else None, f"labeling function {self.name}"
