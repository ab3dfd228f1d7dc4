import base64
import hashlib
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from support.made import make_records
from support.reports import ATTACKS, make_material, tiny_material, tiny_report
from weaklabel.report import Changes, Corrections, build_report
from weaklabel.report.cards import MAX_CARDS
from weaklabel.report.markdown import render_markdown
from weaklabel.report.render import SHOWN_CARDS, breakable, percent, render_report, signed
from weaklabel.report.words import list_sections
from weaklabel.terms import (
    Evidence,
    Finding,
    FindingQuality,
    GoldRecord,
    LFSummaryRow,
    SimilarRecord,
    Tag,
    TagSummaryRow,
    Vocabulary,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "report"
TEMPLATES = Path(__file__).parents[3] / "src/weaklabel/report/templates"
UPDATE = "WEAKLABEL_UPDATE_GOLDEN"
NAN = float("nan")
TEXTS = (
    "Records*", "2*", "data*.json:3", "An odd record*.", "Mend it*.", "fails*", "ValueError: odd*", "bert*", "r1*",
    "The text speaks of it*.", "cnn*", "nlp*", "It is above*.", "brt*", "A typing error*.", "convnet*", "An alias*.",
    "xyz*", "No tag*.", "keyword:bert*", "Nothing stands for it*.", "A tag is odd*.", "Merge it*.",
    "not_bert*", "silent*", "same votes as keyword:bert*", "Another does better*.",
    "added*", "removed*", "changed*", "gone*", "label_model: a* → b", "review*.sqlite", "→ ignored*",
)  # fmt: skip


def without_figures(_report):
    return {}


class Page(HTMLParser):
    """What a browser would make of a page: its elements, with attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text, self._is_code = [], [], False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._is_code = tag in {"style", "script"}

    def handle_data(self, data):
        if not self._is_code:
            self.text.append(data)

    @property
    def words(self):
        """The page's text; what stands in one element is not torn apart."""
        return " ".join("".join(self.text).split())

    @property
    def cells(self):
        """The page's text, that of each element apart."""
        return " ".join(" ".join(self.text).split())


def check_golden(text, name):
    path = GOLDEN / name
    if os.environ.get(UPDATE):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), (
        f"the report differs from {name}; if that is meant, run {UPDATE}=1 pytest {Path(__file__).name} "
        "and look at the difference in git"
    )


def test_the_page_is_the_golden_one():
    check_golden(render_report(tiny_report(), without_figures), "report.html")


def test_the_markdown_is_the_golden_one():
    check_golden(render_markdown(tiny_report()), "report.md")


@pytest.fixture(scope="module")
def harmless():
    return Page(render_report(tiny_report()))


def shape(page):
    """Elements with the names of their attributes; but for places in an id where a line may break."""
    return [(tag, sorted(attributes)) for tag, attributes in page.elements if tag != "wbr"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_text_of_a_user_is_escaped(attack):
    harmless, attacked = (Page(render_report(tiny_report(mark), without_figures)) for mark in ("", attack))
    assert shape(attacked) == shape(harmless)  # the attack opened, closed and added nothing
    assert not any(name.startswith("on") for _, attributes in attacked.elements for name in attributes)


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_text_of_a_user_is_escaped_in_pictures(attack, harmless):
    attacked = Page(render_report(tiny_report(attack)))
    assert {tag for tag, _ in attacked.elements} == {tag for tag, _ in harmless.elements}
    for tag in ("svg", "script", "style", "title"):
        assert sum(t == tag for t, _ in attacked.elements) == sum(t == tag for t, _ in harmless.elements)
    assert not any(name.startswith("on") for _, attributes in attacked.elements for name in attributes)
    assert f"cnn{attack}"[:20] in attacked.words


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_text_of_a_user_is_shown_letter_for_letter(attack):
    shown = Page(render_report(tiny_report(attack), without_figures)).words
    attack = " ".join(attack.split())
    for text in (*TEXTS, "Traceback*", "record r1*", "A BERT model*", "It reads text.*"):
        assert " ".join(text.replace("*", attack).split()) in shown, text
    assert "49" not in shown.replace(attack, "")  # {{ 7*7 }} was not computed


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_shows_every_text_letter_for_letter_too(attack):
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable("table")
    attacked = Page(markdown.render(render_markdown(tiny_report(attack))))
    plain = Page(markdown.render(render_markdown(tiny_report())))
    assert [tag for tag, _ in attacked.elements] == [tag for tag, _ in plain.elements]
    for text in TEXTS:
        assert " ".join(text.replace("*", attack).split()) in attacked.words, text


def test_a_labeling_functions_id_stays_inside_the_title_of_its_mark():
    page = Page(render_report(tiny_report(ATTACKS[1]), without_figures))
    marks = [attributes for tag, attributes in page.elements if tag == "mark"]
    assert marks == [{"title": f"keyword:bert{ATTACKS[1]}"}]


def test_the_page_refers_to_nothing_outside_itself():
    page = render_report(tiny_report(" https://user.example/x http://user.example/y"))
    for tag, attributes in Page(page).elements:
        for name, value in attributes.items():
            assert name not in {"src", "srcset", "action", "data"}, (tag, name)
            if name == "href":
                assert value.startswith("#"), value
    markup = re.sub(r"https?://(user\.example|[^\s<]{0,12}…)", "", page)
    for outside in ("http://", "https://", "@import", "//cdn", "fetch(", "XMLHttpRequest"):
        assert outside not in markup
    assert set(re.findall(r"url\((.)", markup)) <= {"#"}


def test_the_policy_admits_the_pages_own_script_and_nothing_else():
    page = render_report(tiny_report(), without_figures)
    [policy] = [a["content"] for tag, a in Page(page).elements if a.get("http-equiv") == "Content-Security-Policy"]
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith(
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:"
    )


def test_every_link_has_its_target_and_every_id_is_there_once(harmless):
    ids = [attributes["id"] for _, attributes in harmless.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [word for _, a in harmless.elements for word in a.get("aria-labelledby", "").split()]
    links = {attributes["href"][1:] for _, attributes in harmless.elements if "href" in attributes}
    assert links | set(named) <= set(ids)


def test_the_sections_stand_in_their_order_and_the_side_list_names_each():
    page = Page(render_report(tiny_report(), without_figures))
    order = [a["id"] for tag, a in page.elements if tag == "section"]
    assert order == [
        "changes", "corrections", "health", "missing", "unsupported", "missing_parent", "misspelt", "alias", "unknown",
        "support", "lfs", "meetings", "models", "gold", "cooccurrence", "queue", "slices",
    ]  # fmt: skip
    assert [a["href"][1:] for tag, a in page.elements if tag == "a" and a["href"] != "#main"] == order


def test_every_picture_has_a_title_and_says_in_words_what_it_shows(harmless):
    pictures = [a for tag, a in harmless.elements if tag == "svg"]
    assert [a["aria-labelledby"].split()[0] for a in pictures] == [
        f"plot-{name}-title" for name in ("imbalance", "lf_overlap", "calibration", "cooccurrence", "slices")
    ]
    assert all(a["role"] == "img" for a in pictures)
    assert (
        "The most frequent tag was given to 1 record, the middle one to 1. 3 of 3 have fewer than ten" in harmless.words
    )


def test_a_picture_has_no_colour_or_font_of_its_own():
    page = render_report(tiny_report())
    for picture in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        assert not re.search(r"#[0-9a-f]{6}\b|font-family|DejaVu", picture)
        assert "currentColor" in picture
        assert "<text" in picture


def test_evidence_is_marked_in_the_text():
    assert '<mark title="keyword:bert">BERT</mark> model' in render_report(tiny_report(), without_figures)


def test_figures_are_shown():
    shown = Page(render_report(tiny_report(), without_figures)).cells
    assert "score 0.934" in shown
    assert "missing 3 66.7% 4 25.0%" in shown  # kind, found, precision, known, recall
    assert "alias 0 – 0 –" in shown
    assert "bert present 50.0% overlap 50.0% 0.0% 60.0% 23–88% of 5 75.0% of 4 81.0% +0.0125 2 r1, r2" in shown
    assert "bert present 25.0% overlap 25.0% 0.0% – – – 0 0 same votes as keyword: bert" in shown
    assert "1 of 3 labeling functions never vote" in shown
    assert "fails failed on 2 records: ValueError: odd" in shown
    assert "similar, given the tag r2 Pictures (0.73)" in shown
    assert "3 labeling functions removed: removed , and 2 more." in shown
    assert shown.index("bert 1 2.2 1 0 1") < shown.index("nlp 5 5.0 0 0 0")  # the tag with more to mend is first


def test_what_changed_says_where_there_is_nothing_to_compare_with():
    report = replace(tiny_report(), changes=Changes())
    assert "This is the first run" in Page(render_report(report, without_figures)).words
    broken = replace(report, changes=Changes(problem="it is broken."))
    assert "it cannot be read: it is broken." in Page(render_report(broken, without_figures)).words


def test_a_run_without_findings_gold_or_votes_has_a_page_with_pictures_too():
    page = Page(render_report(build_report(make_material(make_records(["x"], given=[[]])))))
    assert page.words.count("None.") == 7
    assert "Nothing odd was found." in page.words
    assert "Against gold" not in page.words
    assert sum(tag == "svg" for tag, _ in page.elements) == 1


def test_of_classes_each_wrong_one_is_shown_with_the_one_that_is_suggested():
    records = make_records(["free links", "thanks"], given=[["ham"], ["spam"]])
    similar = (SimilarRecord(1, 0.5),)
    found = Finding(0, "ham", "unsupported", 0.98, 1, "It is.", similar=similar, suggestion="spam")
    report = build_report(make_material(records, [found], task="multiclass"))
    shown = Page(render_report(report, without_figures)).words
    assert "ham → spam record 1 · score 0.980" in shown
    assert "similar, given spam 2 thanks (0.50)" in shown
    assert "Likely wrong classes 1" in shown
    for absent in ("Likely missing", "Missing parents", "similar, given the tag"):
        assert absent not in shown
    assert "ham → spam" in render_markdown(report)


def tiny_report_of_classes():
    """A report of two classes with everything in it that such a run can have."""
    vocabulary = Vocabulary.of([Tag("ham"), Tag("spam")])
    records = make_records(["free links", "thanks"], given=[["ham"], ["spam"]])
    found = [
        Finding(0, "ham", "unsupported", 0.98, 1, "It is.", suggestion="spam"),
        Finding(1, "spam", "misspelt", 0.98, 1, "It is.", "spma"),
    ]
    summary = [LFSummaryRow("links", "spam", "yaml", "", "present", 0.5, 0, 0, 1, 0.2, 1, 1, 0, "gold", 1, 0.2, 1, 1)]
    material = make_material(
        records, found, vocabulary=vocabulary, task="multiclass", summary=summary, given=[(0, 0), (1, 1)],
        cells=[(0, 0, 0.2), (0, 1, 0.8), (1, 0, 0.4), (1, 1, 0.6)],
        votes=[(1, 0, 0, 1), (0, 0, 1, 1)], lf_ids=["links", "polite"],
        tags=[TagSummaryRow("ham", 1, 0.5, 0, 1, 0, ""), TagSummaryRow("spam", 1, 1.5, 1, 0, 1, "")],
        gold={0: GoldRecord(frozenset({"spam"}))},
        quality=[FindingQuality(kind, n, n, n, n) for kind, n in (("unsupported", 1), ("alias", 0))],
    )  # fmt: skip
    return replace(build_report(material), changes=replace(tiny_report().changes, gone=(), gone_total=0))


def test_a_report_of_classes_speaks_of_classes_and_has_no_section_that_only_tags_have():
    report = tiny_report_of_classes()
    page = Page(render_report(report))
    assert re.findall(r"\btags?\b", page.cells) == []
    assert re.findall(r"\btags?\b", render_markdown(report)) == []
    assert [a["id"] for tag, a in page.elements if tag == "section"] == [
        "changes", "health", "unsupported", "misspelt", "support", "lfs", "meetings", "models", "gold", "queue",
    ]  # fmt: skip
    assert [row.kind for row in report.quality] == ["unsupported"]
    assert "The most frequent class was given to 1 record. 2 of 2 have fewer than ten records" in page.words


def test_figures_of_labeling_functions_say_whose_tags_they_are_measured_against():
    material = tiny_material()
    by_gold = Page(render_report(build_report(material), without_figures)).words
    assert "Precision, goldAgreement, givenEstimatedValue, goldWrong, gold" in by_gold
    measured = [replace(row, reference="given") for row in material.summary]
    by_given = Page(render_report(build_report(replace(material, summary=measured)), without_figures)).words
    assert "Precision, givenEstimatedValue, givenWrong, given" in by_given
    assert "Agreement" not in by_given  # precision is the same


def test_a_first_run_has_no_changes_to_begin_with():
    sections = list_sections(replace(tiny_report(), changes=Changes(), corrections=Corrections()))
    assert (sections[0].id, sections[-1].id) == ("health", "changes")
    assert "corrections" not in {section.id for section in sections}


def test_what_people_decided_is_said_of_a_first_run_and_of_one_that_nothing_contradicts():
    said = tiny_report().corrections
    nothing = {"open": 0, "lost": 0, "contradictions": 0}
    first = replace(said, before=None, since="", models=(), lf_changed=None, led_astray=0, applied=4, **nothing)
    page = Page(render_report(replace(tiny_report(), corrections=first), without_figures)).words
    assert "No contradicted vote led the label model to a wrong cell." in page
    assert "Given tags are as decided." in page
    assert "than in the run before" not in page
    assert "contradict each other" not in page
    same = Page(render_report(replace(tiny_report(), corrections=replace(said, lf_changed=0)), without_figures)).words
    assert "It thinks of all labeling functions as in the run before" in same


def test_numbers_with_a_sign():
    assert [signed(value, 3) for value in (0.0125, -2.0, 0.0001, -0.0001, 0.0, None)] == [
        "+0.013", "-2.000", "0", "0", "0", "–",
    ]  # fmt: skip


def test_a_long_name_may_break_between_its_words():
    assert breakable("name:a_b@<i>") == "name:<wbr>a_<wbr>b@<wbr>&lt;i&gt;"


def test_every_table_has_a_caption_can_be_scrolled_by_keyboard_and_says_so_by_a_shadow():
    page = render_report(tiny_report(), without_figures)
    assert len(re.findall(r'<table class="sortable[ a-z-]*">\n<caption id=', page)) == page.count("<table") > 10
    assert page.count('<div class="scroll" tabindex="0" role="region" aria-labelledby=') == page.count("<table")
    rule = re.search(r"\n\.scroll \{(.*?)\}", page, re.DOTALL).group(1)
    assert "overflow: auto" in rule
    assert rule.count("no-repeat local") == rule.count("var(--shadow), transparent") == 2


def palettes():
    """The colours of the light and the dark page."""
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{([^}]*)\}", css)
    )
    assert light.keys() == dark.keys()
    return {"light": light, "dark": dark}


def luminance(colour):
    """WCAG 2's relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *((front, back, 4.5) for front in ("fg", "muted", "link") for back in ("bg", "soft")),
        ("mark-fg", "mark", 4.5), ("good-fg", "good", 4.5), ("warn-fg", "warn", 4.5),
        ("plot-1", "bg", 3.0), ("plot-2", "bg", 3.0),
    ],
)  # fmt: skip
def test_colours_contrast_as_wcag_aa_asks(theme, front, back, least):
    colours = palettes()[theme]
    bright, dim = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= least


def test_percentages():
    assert [percent(share) for share in (0.5, 0, 1.0, 0.1234)] == ["50.0%", "0.0%", "100.0%", "12.3%"]
    assert percent(None) == percent(NAN) == "–"


def test_the_page_of_a_million_findings_about_long_texts_has_less_than_5_mb_and_of_a_usual_one_less_than_2():
    def size(n, text, name):
        records = make_records([text] * n, descriptions=[text] * n, given=[[f"{name}{j}" for j in range(50)]] * n)
        spans = tuple(Evidence(f"{name}{j}", "present", "title", 7 * j, 7 * j + 5) for j in range(20))
        found = [
            Finding(i % n, name, kind, 0.9, 1, text[:300], evidence=spans)
            for kind in ("missing", "unsupported", "missing_parent")
            for i in range(20_000)
        ]
        found += [
            Finding(i % n, name, kind, 0.9, 1, text[:300], f"{i}{name}")
            for kind in ("misspelt", "alias", "unknown")
            for i in range(5_000)
        ]
        summary = [
            LFSummaryRow(f"{i}{name}", name, "yaml", "", "present", 0.1, 0, 0, 0.5, 0.1, 0.9, 4, 0)
            for i in range(5_000)
        ]
        return len(render_report(build_report(make_material(records, found, summary=summary))).encode())

    assert size(2_000, "A text with “quotes” & <signs>. " * 8, "a-usual-name") < 2e6
    assert size(2_000, "<&\"'機械学習 " * 1_000, "<a-very-long-name>" * 100) < 5e6


def test_cards_beyond_the_first_are_folded_away_and_those_beyond_the_limit_are_counted():
    records = make_records(["x"] * 150, given=[[]] * 150)
    found = [Finding(i, "t", "missing", 0.9, i + 1, "") for i in range(150)]
    page = render_report(build_report(make_material(records, found)), without_figures)
    assert f"<summary>{MAX_CARDS - SHOWN_CARDS} more</summary>" in page
    assert page.count('<li class="card">') == MAX_CARDS
    assert "And 50 more in findings.parquet." in page
