"""The line that says what changed since the last run."""

import pytest

from weaklabel.cli.show_run import describe_changes
from weaklabel.report import Changes

SINCE = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (Changes(), ""),
        (Changes(problem="it is broken."), "The last run cannot be compared with this one: it is broken."),
        (Changes(since=SINCE), "Since the last run: nothing changed."),
        (
            Changes(since=SINCE, added_total=2, likely=4),
            "Since the last run: labeling functions +2; 4 labels became likely, 0 no longer.",
        ),
        (
            Changes(since=SINCE, removed_total=1, changed_total=3, new_total=1_200, gone_total=5, unlikely=1),
            "Since the last run: labeling functions -1, 3 changed; findings +1,200, -5; "
            "0 labels became likely, 1 no longer.",
        ),
        (Changes(since=SINCE, inputs=("records: 12 → 14",)), "Since the last run: records: 12 → 14."),
    ],
)
def test_a_line_says_what_changed_since_the_last_run(changes, said):
    assert describe_changes(changes) == said
