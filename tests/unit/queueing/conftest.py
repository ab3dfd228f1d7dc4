"""A project to queue."""

from functools import partial

import pytest

from support.topic_project import write_project


@pytest.fixture
def make(tmp_path):
    """Write a project, in which three records are given a wrong topic, and gold tags say so; see `write_project`."""
    return partial(write_project, tmp_path)
