"""Which programming language a project is written in, said in words: "written in Rust", "a C++ toolkit"."""

from itertools import pairwise

import spacy
from spacy.matcher import Matcher

from weaklabel import labeling_function

LANGUAGES = {
    "c++": "c++",
    "go": "go",
    "javascript": "javascript",
    "julia": "julia",
    "python": "python",
    "r": "r",
    "rust": "rust",
    "typescript": "javascript",
}

# A blank pipeline only cuts text into tokens; it needs no model.
nlp = spacy.blank("en")
matcher = Matcher(nlp.vocab)
verbs = ["written", "implemented", "rewritten", "coded"]
matcher.add("written_in", [[{"LOWER": {"IN": verbs}}, {"LOWER": "in"}, {"LOWER": {"IN": list(LANGUAGES)}}]])


@labeling_function(tags=sorted(set(LANGUAGES.values())))
def is_written_in(record):
    """Votes for the language after "written in", "implemented in" and the like."""
    doc = nlp(record.text[:10_000])
    return sorted({LANGUAGES[doc[end - 1].lower_] for _, _, end in matcher(doc)})


@labeling_function(tags=["c++", "julia", "python", "r", "rust"])
def is_a_package_for_its_users(record):
    """Votes for a language named as an adjective: "R package", "Python library", "C++ toolkit"."""
    nouns = {"package", "library", "toolkit", "users", "bindings", "wrapper", "api"}
    words = [word.strip(".,;:()'\"").lower() for word in record.text.split()]
    tags = set(is_a_package_for_its_users.tags)
    return sorted({word for word, following in pairwise(words) if word in tags and following in nouns})
