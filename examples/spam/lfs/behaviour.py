"""Two labeling functions in weaklabel's decorator: how a comment is written, and what others make of it."""

from weaklabel import labeling_function

FIRST_EMOJI = 0x1F000
MANY_LIKES = 9


@labeling_function(tags="spam")
def shouts(record):
    """Has many capitals, a row of exclamation marks, or an emoji."""
    letters = [character for character in record.text if character.isalpha()]
    n_capitals = sum(character.isupper() for character in letters)
    is_in_capitals = len(letters) >= 12 and n_capitals > len(letters) / 3
    has_emoji = any(ord(character) >= FIRST_EMOJI for character in record.text)
    return "spam" if is_in_capitals or has_emoji or "!!" in record.text else None


@labeling_function(tags="ham")
def is_liked_by_many(record):
    """Metadata: nobody likes spam, except those who were paid for it."""
    return "ham" if record.likes >= MANY_LIKES else None
