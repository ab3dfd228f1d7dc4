"""A labeling function as Snorkel's documentation writes them; weaklabel runs it unchanged."""

from snorkel.labeling import labeling_function


@labeling_function()
def is_short(x):
    """Spam needs more than a few words to sell something."""
    return "ham" if len(x.text.split()) < 9 else None
