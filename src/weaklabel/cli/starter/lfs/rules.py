"""Labeling functions written in Python: read a record, return None, a tag, several tags, or absent(…)."""

from weaklabel import absent, labeling_function


@labeling_function(tags=["fermentation", "cooking"])
def denies_fermentation(record):
    """Says that nothing is fermented."""
    text = record.text.lower()
    return absent("fermentation") if "nothing is fermented" in text else None
