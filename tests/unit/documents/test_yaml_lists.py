import pytest

from weaklabel.documents import Document, append_items
from weaklabel.errors import OutputError

ITEM = "- id: new\n  tags: [a]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ITEM),
        ("# only a comment\n", f"# only a comment\n\n{ITEM}"),
        ("- id: old\n", f"- id: old\n\n{ITEM}"),
        ("- id: old", f"- id: old\n\n{ITEM}"),
        ("# head\n  - id: old # why\n", "# head\n  - id: old # why\n\n  - id: new\n    tags: [a]\n"),
        ("---\n- id: old\n", f"---\n- id: old\n\n{ITEM}"),
    ],
)
def test_items_are_put_behind_a_list_and_nothing_else_changes(before, after):
    assert append_items(Document("f.yaml", before), ITEM, "things") == after


@pytest.mark.parametrize("text", ["id: alone\n", "[{id: old}]\n", "- id: old\n...\n", "just text", "- id: [\n", "3"])
def test_what_cannot_be_added_to_is_an_error(text):
    with pytest.raises(OutputError) as error:
        append_items(Document("f.yaml", text), ITEM, "things")
    assert error.value.problems[0].place.path == "f.yaml"
