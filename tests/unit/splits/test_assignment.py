"""splits.csv: what is read from it, and what is written."""

import pytest

from support.problems import shown
from weaklabel.errors import SplitsError
from weaklabel.records import parse_rows
from weaklabel.splits import Assignment, read_assignment, write_assignment


def read(text):
    return read_assignment("s.csv", parse_rows("s.csv", text.encode(), SplitsError))


def test_what_is_written_is_read():
    made = Assignment({"1": "train", 'a,"b"\n': "test", "007": "train"})
    text = write_assignment(made)
    assert text == 'record_id,split\n1,train\n"a,""b""\n",test\n007,train\n'
    assert read(text) == made


def test_new_records_stand_behind_the_others_which_keep_their_split():
    grown = Assignment({"3": "test", "9": "dev"}).with_new([1, 3], ["train", "train"])
    assert list(grown.split_of.items()) == [("3", "test"), ("9", "dev"), ("1", "train")]
    assert grown.vanished([1, 3]) == ["9"]


def test_a_file_may_have_other_columns_and_call_the_id_id():
    assert read("split,by,id\ntrain,me,4\n").split_of == {"4": "train"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("record_id,spilt\n1,a\n", ["s.csv: there is no column 'split'. Did you mean 'spilt'?"]),
        ("x,split\n1,a\n", ["s.csv: there is no column 'record_id'. The columns are x, split."]),
        (
            "id,split\n1,a\n,b\n2,\n1,b\n",
            [
                "s.csv:3: this row has no id or no split. Fill it, or remove the row.",
                "s.csv:4: this row has no id or no split. Fill it, or remove the row.",
                "s.csv:5: the id '1' stands twice. Keep one of the two rows.",
            ],
        ),
    ],
)
def test_every_row_that_is_wrong_is_said(text, said):
    with pytest.raises(SplitsError) as caught:
        read(text)
    assert shown(caught.value.problems) == said
