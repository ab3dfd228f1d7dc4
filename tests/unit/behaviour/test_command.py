"""Models that are commands, and all that can go wrong with them."""

import shlex
import sys
import time

import pytest

from support.problems import shown
from weaklabel.behaviour import ask_command
from weaklabel.errors import ModelError

ROWS = [{"id": 1, "text": "a ü"}, {"id": 2, "text": "b"}]


def python(code):
    return shlex.join([sys.executable, "-c", code])


def fails(command, timeout_s=20.0):
    with pytest.raises(ModelError) as caught:
        ask_command(command, ROWS, timeout_s)
    return shown(caught.value.problems)


def test_answers_are_put_in_order_by_their_ids():
    code = (
        "import json, sys\n"
        "for line in reversed(sys.stdin.readlines()):\n"
        "    row = json.loads(line); print(json.dumps({'id': row['id'], 'tags': [row['text']]}))\n"
    )
    answers, places = ask_command(python(code), ROWS, 20.0)
    assert answers == [["a ü"], ["b"]]
    assert [place.line for place in places] == [2, 1]


def test_ids_may_come_back_as_text():
    code = """print('{"id": "1", "tags": []}'); print(); print('{"id": "2", "tags": null}')"""
    assert ask_command(python(code), ROWS, 20.0)[0] == [[], None]


def test_a_command_that_fails_is_quoted():
    code = "import sys; sys.stderr.write('\\n'.join(f'line {i}' for i in range(9))); sys.exit(3)"
    assert fails(python(code)) == [
        "--command: the command exited with 3.\nIt said:\nline 4\nline 5\nline 6\nline 7\nline 8"
        " It must read all lines, answer, and exit with 0."
    ]
    assert "was killed by signal 40." in fails(python("import os; os.kill(os.getpid(), 40)"))[0]
    assert "was killed by SIGKILL." in fails(python("import os; os.kill(os.getpid(), 9)"))[0]


def test_a_command_that_hangs_is_stopped_with_what_it_started():
    begin = time.monotonic()
    code = "import subprocess, sys; print('working', file=sys.stderr, flush=True); subprocess.run(['sleep', '60'])"
    assert fails(python(code), 1.5) == [
        "--command: the command ran longer than 1.5 s.\nIt said:\nworking Give it more time with --timeout."
    ]
    assert time.monotonic() - begin < 20


def test_a_command_need_not_read_what_it_does_not_want():
    rows = [{"id": i, "text": "x" * 10_000} for i in range(100)]
    with pytest.raises(ModelError, match="leaves out 100 ids of 100: 0, 1, 2 and 97 more"):
        ask_command(python("pass"), rows, 20.0)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program x", "--command: the command cannot be started: No such file or directory. Give its path."),
        ("'a", "--command: the command cannot be split: No closing quotation. Quote it."),
        (" ", '--command: the command is empty. Write "python predict.py".'),
    ],
)
def test_a_command_that_cannot_be_started(command, said):
    assert fails(command) == [said]


def test_every_line_that_is_no_answer_is_told():
    lines = ["loading", '{"id": 1}', '{"id": 1, "tags": []}', '{"id": 1, "tags": []}', '{"id": 9, "tags": []}']
    assert fails(python(f"print({chr(10).join(lines)!r})")) == [
        "the command's output:1: 'loading' is no JSON. Write logs to standard error.",
        'the command\'s output:2: \'{"id": 1}\' has no id or no tags. Write {"id": …, "tags": […]}.',
        "the command's output:4: the id '1' is answered twice. It is in line 3 too.",
        "the command's output:5: nobody asked for the id '9'. Answer with the ids that were asked.",
        "--command: the command leaves out 1 id of 2: 2. Write one line for each that is read.",
    ]
