"""The store of a review, as tests of several kinds use it."""

from weaklabel.review.store import enrol, open_database, read_decisions
from weaklabel.review.store.annotators import find_owner


def join(database, name, **options):
    """Enrol somebody, and return the id."""
    return find_owner(database, enrol(database, name, **options)).id


def stored(location, read=read_decisions):
    """What a database holds, opened for this alone."""
    store = open_database(location)
    found = read(store)
    store.close()
    return found
