import pytest

from weaklabel.documents import Document, append_items, list_items
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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("slices:\n  - {id: a}\n", "slices:\n  - {id: a}\n\n  - {id: new}\n"),
        ("slices:\n- id: a # why\nclusters: 3\n", "slices:\n- id: a # why\n\n- {id: new}\n\nclusters: 3\n"),
        ("# head\nslices:\n  - id: a\n\n# checks\nchecks: []\n", None),
        ("slices: []\nclusters: 3\n", "slices:\n  - {id: new}\n\nclusters: 3\n"),
        ("clusters: 3\n", "clusters: 3\n\nslices:\n  - {id: new}\n"),
        ("- {id: a}\n", "- {id: a}\n\n- {id: new}\n"),
        ("", "- {id: new}\n"),
    ],
)
def test_a_list_under_a_key_is_added_to(before, after):
    text = append_items(Document("f.yaml", before), "- {id: new}\n", "slices", "slices")
    if after is not None:
        assert text == after
    assert [each["id"] for each in list_items(Document("f.yaml", text), "slices", "slices")][-1] == "new"
    for line in before.splitlines():
        assert line.removesuffix(" []") in text


def test_a_list_of_another_key_is_none(tmp_path):
    with pytest.raises(OutputError, match="no list of slices"):
        append_items(Document("f.yaml", "slices: {a: 1}\n"), "- {id: new}\n", "slices", "slices")
