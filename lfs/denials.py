"""A text that says what a project does without."""

import re

from weaklabel import absent, labeling_function

DENIAL = re.compile(
    r"\b(?:no|without(?: an?)?|unlike|neither an?|rather than) (neural network|python|tensorflow|gpu)\b"
)
TAGS = {"neural network": "neural-networks", "python": "python", "tensorflow": "tensorflow"}


@labeling_function(tags=["neural-networks", "python", "tensorflow"])
def says_it_does_without(record):
    """Votes absent for what the text denies: "there is no neural network in it"."""
    return [absent(TAGS[name]) for name in DENIAL.findall(record.text.lower()) if name in TAGS]
