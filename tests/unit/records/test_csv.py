from __future__ import annotations

import pandas as pd
import pytest

from support.parse import parse, refuse
from support.problems import what, where
from weaklabel.terms import ColumnNames


def read(text, columns=ColumnNames(), name="f.csv"):  # noqa: B008 - frozen
    return parse(text if isinstance(text, bytes) else text.encode(), columns, name)


def test_every_value_is_text():
    records, _ = read("id,title,tags\n007,2.50,nlp\n")
    assert (records.ids, records.texts["title"], records.given) == (("007",), ("2.50",), (("nlp",),))


def test_quotes_may_hold_separators_quotes_and_line_breaks():
    records, _ = read('id,title,tags\n1,"a, ""b""\nc",x\n"2","d","x,y"\n')
    assert records.texts["title"] == ('a, "b"\nc', "d")
    assert records.given == (("x",), ("x", "y"))


def test_line_breaks_in_quotes_count_as_lines():
    problems = refuse(b'id,title\n1,"a\nb\nc"\n2\n3,x,y\n', name="f.csv")
    assert where(problems) == [(5, 0), (6, 0)]
    assert what(problems) == [
        "this line has 1 cells, the header has 2.",
        "this line has 3 cells, the header has 2.",
    ]


def test_carriage_returns_in_quotes_are_kept_and_line_ends_are_not():
    records, _ = read('id,title\r\n1,"a\r\nb"\r\n2,c\r\n')
    assert records.texts["title"] == ("a\r\nb", "c")


def test_an_empty_cell_of_tags_is_unlabelled_and_an_empty_list_is_no_tags():
    assert read("id,title,tags\n1,a,\n2,b,[]\n")[0].given == (None, ())


def test_a_list_in_a_cell_is_read_as_json_or_python_writes_it():
    records, _ = read('id,title,tags\n1,a,"[""x"", ""y, z""]"\n2,b,"[\'x\', ""it\'s""]"\n')
    assert records.given == (("x", "y, z"), ("x", "it's"))


def test_what_pandas_writes_is_read_back(tmp_path):
    frame = pd.DataFrame({"id": ["a", "b"], "title": ['x "1"\n', "ü,"], "tags": [["n", "m"], []]})
    records, _ = read(frame.to_csv(index=False))
    assert (records.ids, records.texts["title"], records.given) == (("a", "b"), ('x "1"\n', "ü,"), (("n", "m"), ()))


def test_a_separator_of_tags_can_be_named():
    assert read("id,title,tags\n1,a,x; y,\n".replace(",\n", "\n"), ColumnNames(separator=";"))[0].given == (("x", "y"),)


def test_tabs_separate_the_cells_of_a_tsv():
    records, _ = read("id\ttitle\ttags\n1\ta, b\tx,y\n", name="f.tsv")
    assert (records.texts["title"], records.given) == (("a, b",), (("x", "y"),))


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    assert read(b"\xef\xbb\xbfid,title\n1,a\n")[0].ids == ("1",)


def test_spaces_around_column_names_are_dropped():
    assert read("id, title \n1,a\n")[0].fields == ("title",)


def test_blank_lines_are_passed_over():
    assert read("id,title\n\n1,a\n\n2,b\n\n")[0].ids == ("1", "2")


def test_a_column_twice_in_the_header_is_an_error():
    problems = refuse(b"id,title,title,id\n1,a,b,2\n", name="f.csv")
    assert what(problems) == [
        "the header has the column 'id' more than once.",
        "the header has the column 'title' more than once.",
    ]
    assert where(problems) == [(1, 0), (1, 0)]


def test_a_header_alone_has_no_records():
    assert what(refuse(b"id,title\n", name="f.csv")) == ["the file has no records."]


def test_a_quote_that_is_never_closed_is_an_error():
    problems = refuse(b'id,title\n1,"a\n2,b\n', name="f.csv")
    assert len(problems) == 1
    assert problems[0].what.startswith("this is not valid CSV:")
    assert problems[0].place.line in {2, 3}


def test_a_cell_of_a_megabyte_is_read_whole():
    long = "x, " * 400_000
    assert read(f'id,title\n1,"{long}"\n')[0].texts["title"] == (long,)


def test_a_byte_order_mark_alone_is_an_empty_file():
    assert what(refuse(b"\xef\xbb\xbf", name="f.csv")) == ["the file is empty."]


@pytest.mark.parametrize("cell", ["[{[]: 1}]", "[0x" + "f" * 5000 + "]"])
def test_a_python_list_that_cannot_be_built_is_an_error_of_its_line(cell):
    assert where(refuse(f'id,title,tags\n1,a,"{cell}"\n'.encode(), name="f.csv")) == [(2, 0)]


def test_a_duplicate_id_names_both_lines():
    (problem,) = refuse(b'id,title\n1,"a\nb"\n1,c\n', name="f.csv")
    assert (problem.place.line, problem.fix) == (4, "It is in line 2 too: change one, or remove it.")


def test_blank_lines_before_the_header_are_passed_over():
    records, _ = read("\n\nid,title\n1,a\n")
    assert records.texts["title"] == ("a",)


def test_semicolons_are_found_in_the_header_and_said():
    records, warnings = read("id;title;tags\n1;a, b;x\n")
    assert (records.texts["title"], records.given) == (("a, b",), (("x",),))
    assert what(warnings) == ["the cells are separated by semicolons."]


def test_tags_that_seem_to_be_split_by_another_mark_are_a_warning():
    _, warnings = read("id,title,tags\n1,a,x|y\n")
    assert what(warnings) == ["1 cell of tags with '|' inside a tag."]
