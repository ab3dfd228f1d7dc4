import html
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from support.made import make_records
from weaklabel.errors import Place, Problem
from weaklabel.report import build_report, render_report
from weaklabel.report.render import breakable, percent
from weaklabel.terms import Evidence, Failure, Finding, FindingQuality, LFSummaryRow, SimilarRecord, TagSummaryRow

GOLDEN = Path(__file__).parents[2] / "golden" / "report.html"
UPDATE = "WEAKLABEL_UPDATE_GOLDEN"
ATTACKS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "'><b>", "&lt;i&gt; {% raw %}"]
NAN = float("nan")


class Page(HTMLParser):
    """What a browser would make of a page: its elements, with attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text, self._is_style = [], [], False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._is_style = tag == "style"

    def handle_data(self, data):
        if not self._is_style:
            self.text.append(data)

    @property
    def words(self):
        """The page's text; what stands in one element is not torn apart."""
        return " ".join("".join(self.text).split())

    @property
    def cells(self):
        """The page's text, that of each element apart."""
        return " ".join(" ".join(self.text).split())


def tiny_report(mark=""):
    """A report with every part in it; `mark` is put into every text that comes from a user."""
    records = make_records(
        [f"A BERT model{mark}", f"Pictures{mark}"], descriptions=[f"It reads text.{mark}", ""],
        given=[[f"cnn{mark}", "brt"], None], ids=[f"r1{mark}", "r2"],
    )  # fmt: skip
    votes = (Evidence(f"keyword:bert{mark}", "present", "title", 2, 6, "BERT"),)
    similar = (SimilarRecord(1, 0.734),)
    findings = [
        Finding(
            0, f"bert{mark}", "missing", 0.934, 1, f"The text speaks of it{mark}.", evidence=votes, similar=similar
        ),
        Finding(0, f"cnn{mark}", "unsupported", 0.8, 1, f"Nothing stands for it{mark}."),
        Finding(0, f"nlp{mark}", "missing_parent", 1.0, 1, f"It is above{mark}."),
        Finding(0, f"bert{mark}", "misspelt", 0.9, 1, f"A typing error{mark}.", f"brt{mark}"),
        Finding(0, f"cnn{mark}", "alias", 0.99, 1, f"An alias{mark}.", f"convnet{mark}"),
        Finding(1, None, "unknown", 1.0, 1, f"No tag{mark}.", f"xyz{mark}"),
    ]
    summary = [
        LFSummaryRow(f"keyword:bert{mark}", f"bert{mark}", "yaml", "keyword", "present", 0.5, 0.5, 0, 0.75, 0.3, 0.95, 4, 0),  # noqa: E501
        LFSummaryRow("silent", "cnn", "generated", "name", "", 0, 0, 0, NAN, NAN, NAN, 0, 0),
    ]  # fmt: skip
    return build_report(
        records, findings, summary,
        tags=[
            TagSummaryRow("nlp", 5, 5.0, 0, 0, 0, ""),
            TagSummaryRow(f"bert{mark}", 1, 2.25, 1, 0, 1, f"Twice{mark}."),
        ],
        troubles=[Problem(f"A tag is odd{mark}.", Place(f"tags{mark}.json", 7), f"Merge it{mark}.", "warning")],
        quality=[FindingQuality("missing", 3, 2, 4, 1), FindingQuality("alias", 0, 0, 0, 0)],
        warnings=[Problem(f"An odd record{mark}.", Place(f"data{mark}.json", 3), f"Mend it{mark}.", "warning")],
        failures=[Failure(f"fails{mark}", 2, 0, f"ValueError: odd{mark}", f"Traceback{mark}\nValueError: odd")],
        facts={f"Records{mark}": f"2{mark}"},
    )  # fmt: skip


def test_the_page_is_the_golden_one():
    page = render_report(tiny_report())
    if os.environ.get(UPDATE):
        GOLDEN.write_text(page, encoding="utf-8")
    assert page == GOLDEN.read_text(encoding="utf-8"), (
        f"the report differs from {GOLDEN.name}; if that is meant, run {UPDATE}=1 pytest {Path(__file__).name} "
        "and look at the difference in git"
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_text_of_a_user_is_escaped(attack):
    page = render_report(tiny_report(attack))
    harmless = Page(render_report(tiny_report()))
    attacked = Page(page)
    # The same elements with the same names of attributes: the attack opened, closed and added nothing.
    shape = [(tag, sorted(attributes)) for tag, attributes in attacked.elements]
    assert shape == [(tag, sorted(attributes)) for tag, attributes in harmless.elements]
    assert not any(name.startswith("on") for _, attributes in attacked.elements for name in attributes)
    assert not any(tag in {"script", "img", "iframe", "object", "link"} for tag, _ in attacked.elements)


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_text_of_a_user_is_shown_letter_for_letter(attack):
    shown = Page(render_report(tiny_report(attack))).words
    attack = " ".join(attack.split())
    for text in (
        "Records*", "2*", "data*.json:3", "An odd record*.", "Mend it*.", "fails*", "ValueError: odd*", "Traceback*",
        "bert*", "record r1*", "A BERT model*", "It reads text.*", "The text speaks of it*.", "cnn*", "nlp*",
        "It is above*.", "brt*", "A typing error*.", "convnet*", "An alias*.", "xyz*", "No tag*.", "keyword:bert*",
        "Nothing stands for it*.", "Pictures*", "A tag is odd*.", "Merge it*.",
    ):  # fmt: skip
        assert " ".join(text.replace("*", attack).split()) in shown or text.replace("*", attack) in shown, text
    assert "49" not in shown.replace(attack, "")  # {{ 7*7 }} was not computed


def test_a_labeling_functions_id_stays_inside_the_title_of_its_mark():
    page = Page(render_report(tiny_report(ATTACKS[1])))
    marks = [attributes for tag, attributes in page.elements if tag == "mark"]
    assert marks == [{"title": f"keyword:bert{ATTACKS[1]}"}]


def test_the_page_refers_to_nothing_outside_itself():
    page = render_report(tiny_report(" https://user.example/x http://user.example/y"))
    parsed = Page(page)
    for tag, attributes in parsed.elements:
        for name, value in attributes.items():
            assert name not in {"src", "srcset", "action", "data"}, (tag, name)
            if name == "href":
                assert value.startswith("#"), value
    markup = re.sub(r"https?://user\.example", "", page)
    assert "http://" not in markup
    assert "https://" not in markup
    assert "url(" not in markup
    assert "@import" not in markup


def test_every_link_of_the_page_has_its_target():
    parsed = Page(render_report(tiny_report()))
    targets = {attributes["id"] for _, attributes in parsed.elements if "id" in attributes}
    links = {attributes["href"][1:] for _, attributes in parsed.elements if "href" in attributes}
    assert links <= targets
    assert {"missing", "unsupported", "missing_parent", "misspelt", "alias", "unknown", "quality", "lfs"} <= links


def test_evidence_is_marked_in_the_text():
    page = render_report(tiny_report())
    assert '<mark title="keyword:bert">BERT</mark> model' in page


def test_figures_are_shown():
    shown = Page(render_report(tiny_report())).cells
    assert "score 0.934" in shown
    assert "missing 3 66.7% 4 25.0%" in shown  # kind, found, precision, known, recall
    assert "alias 0 – 0 –" in shown
    assert "present 50.0% 50.0% 0.0% 75.0% 30.0% to 95.0% 4" in shown
    assert "1 of 2 labeling functions never vote" in shown
    assert "fails failed on 2 records: ValueError: odd" in shown
    assert "similar, with the tag r2 Pictures (0.73)" in shown
    assert shown.index("bert 1 2.2 1 0 1") < shown.index("nlp 5 5.0 0 0 0")  # the tag with more to mend is first


def test_a_run_without_findings_has_a_page_too():
    records = make_records(["x"], given=[[]])
    shown = Page(render_report(build_report(records, [], []))).words
    assert shown.count("None.") == 6
    assert "Data health" not in shown
    assert "Findings against gold" not in shown


def test_of_classes_each_wrong_one_is_shown_with_the_one_that_is_suggested():
    records = make_records(["free links", "thanks"], given=[["ham"], ["spam"]])
    similar = (SimilarRecord(1, 0.5),)
    found = Finding(0, "ham", "unsupported", 0.98, 1, "It is.", similar=similar, suggestion="spam")
    shown = Page(render_report(build_report(records, [found], [], task="multiclass"))).words
    assert "ham → spam record 1 · score 0.980" in shown
    assert "similar, given spam 2 thanks (0.50)" in shown
    assert "Likely wrong classes 1" in shown
    assert "Aliases in place of classes" in shown
    for absent in ("missing", "Missing parents", "similar, with the tag"):
        assert absent not in shown


def test_a_long_name_may_break_between_its_words():
    assert breakable("name:a_b@<i>") == "name:<wbr>a_<wbr>b@<wbr>&lt;i&gt;"


def test_every_table_can_be_scrolled_and_says_so_by_a_shadow():
    page = render_report(tiny_report())
    assert page.count("<table>") == page.count('<div class="scroll" tabindex="0"><table>') > 5
    rule = re.search(r"\n\.scroll \{(.*?)\}", page, re.DOTALL).group(1)
    assert "overflow-x: auto" in rule
    assert rule.count("no-repeat local") == rule.count("var(--shadow), transparent") == 2
    assert len(re.findall(r"--shadow: #", page)) == 2  # light and dark
    assert "td:first-child { position: sticky; left: 0; background: var(--bg)" in page


def test_percentages():
    assert [percent(share) for share in (0.5, 0, 1.0, 0.1234)] == ["50.0%", "0.0%", "100.0%", "12.3%"]
    assert percent(None) == percent(NAN) == "–"


def test_escaping_is_the_same_as_the_standard_librarys():
    page = render_report(tiny_report(ATTACKS[0]))
    assert html.escape(ATTACKS[0]) in page
    assert ATTACKS[0] not in page
