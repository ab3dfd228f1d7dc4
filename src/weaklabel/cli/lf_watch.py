"""`weaklabel lf watch`: edit a file, see what it does."""

from __future__ import annotations

import time

from weaklabel.cli.options import LimitOption, Source, join_options


@join_options
def watch_lfs(
    *,
    source: Source,
    limit: LimitOption = 10,
) -> None:
    """Watch the folder of labeling functions, and show after each edit what it does: hits, conflicts, changed records.

    Ctrl-C ends it.
    """
    from weaklabel.cli.show import out
    from weaklabel.cli.show_diff import show_effect
    from weaklabel.errors import quantity
    from weaklabel.lf_watch import Session, watch_folder

    settings, folder = source.with_folder()
    session = Session(settings)
    written = sum(lf.origin != "generated" for lf in session.inputs.lfs)
    out.print(f"Watching {folder}: {quantity(written, 'labeling function')}. Ctrl-C ends.", soft_wrap=True)
    for effect in watch_folder(session, folder):
        show_effect(effect, session.inputs.records, limit, time.strftime("%H:%M:%S"))
