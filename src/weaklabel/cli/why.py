"""`weaklabel why`."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from weaklabel.cli.options import Columns, LfTimeoutOption, Models, Source, join_options, name_embeddings, naming


@join_options
def why(
    *,
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The id of the record.")],
    tag: Annotated[
        str | None,
        typer.Argument(
            metavar="TAG", help="The tag, or an alias of it; by default all that are given, voted on, or likely."
        ),
    ] = None,
    source: Source,
    models: Models,
    columns: Columns,
    lf_timeout: LfTimeoutOption = None,
) -> None:
    """Say why a record's tags have their probabilities: votes, texts, given tags, closure, and what each adds.

    Shares are log-odds; they add up to the probability that is shown.
    """
    from weaklabel.cli.show import watch
    from weaklabel.cli.show_why import show_explanations, show_spelling
    from weaklabel.errors import RecordsError, TagsError
    from weaklabel.pipeline import explain
    from weaklabel.resolution import explain_record, find_record, read_tag

    settings = source.find(columns, lf_timeout_s=lf_timeout, **models.as_changes()).settings
    with (
        contextlib.redirect_stdout(sys.stderr),  # what labeling functions print is not this command's output
        name_embeddings(models.embeddings, settings),
        naming("RECORD", RecordsError),
        naming("TAG", TagsError),
    ):
        explainer = explain(settings, watch, record, tag)
        explanations = explain_record(explainer, record, tag)
    if tag is not None:
        show_spelling(tag, read_tag(explainer.inputs, tag))
    show_explanations(explainer, find_record(explainer.inputs, record), explanations, is_full=tag is not None)
