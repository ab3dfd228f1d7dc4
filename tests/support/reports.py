"""Reports made by hand, with every section in them."""

import json
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from support.made import make_records, make_votes
from weaklabel.errors import Place, Problem
from weaklabel.report import Changes, Material, build_report
from weaklabel.report.data import (
    CorrectedCell,
    CorrectedLF,
    Corrections,
    DecidedScores,
    FindingLine,
    KindChange,
    LabelChange,
    SliceRow,
    SliceScores,
)
from weaklabel.tags import build_graph
from weaklabel.terms import (
    CellProbabilities,
    Evidence,
    Failure,
    Finding,
    FindingQuality,
    GivenMatrix,
    GoldRecord,
    LFSummaryRow,
    SimilarRecord,
    Tag,
    TagSummaryRow,
    Vocabulary,
)

NAN = float("nan")
ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "'><b>",
    "&lt;i&gt; {% raw %}",
    "**bold** [x](https://user.example) `code` | # $\\frac{1}{2}$ ~~y~~",
    "]]> --> </style></title></svg><script>alert(2)</script>",
]


def make_cells(rows, *, n_records, n_tags):
    """Cells of rows (record, tag, probability), all voted on."""
    ordered = sorted(rows)
    record, tag, probability = (np.array([row[i] for row in ordered]) for i in range(3))
    flags = np.ones(len(ordered), dtype=np.bool_)
    return CellProbabilities(
        record.astype(np.int32), tag.astype(np.int32), probability.astype(np.float64), flags, ~flags,
        np.full((n_tags, 2), NAN), np.ones(n_records, dtype=np.bool_),
    )  # fmt: skip


def make_given(rows, labelled, n_tags):
    """Given tags of pairs (record, tag)."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    shape = (len(labelled), n_tags)
    return GivenMatrix(
        csr_array((np.ones(len(table)), (table[:, 0], table[:, 1])), shape=shape), np.array(labelled, dtype=np.bool_)
    )


def make_material(records, findings=(), *, vocabulary=None, given=(), cells=(), votes=(), lf_ids=(), **others):
    """What a report is made of; what is not named is empty."""
    vocabulary = vocabulary or Vocabulary.of([Tag("t")])
    n, width = len(records), len(vocabulary)
    made = make_cells(cells, n_records=n, n_tags=width)
    base = Material(
        records=records,
        vocabulary=vocabulary,
        graph=build_graph(vocabulary)[0],
        votes=make_votes(votes, n_records=n, lf_ids=lf_ids, failures=others.pop("failures", ())),
        given=make_given(given, [tags is not None for tags in records.given], width),
        cells=made,
        models={"snorkel": made},
        findings=findings,
        summary=(),
        tags=(),
        troubles=(),
        gold={},
        quality=(),
        warnings=(),
        facts={},
        time="2026-01-02T03:04:05+00:00",
    )
    return replace(base, **others)


def tiny_material(mark=""):
    """A run with something in every section; `mark` is put into every text that comes from a user."""
    bert, cnn, nlp = (f"{name}{mark}" for name in ("bert", "cnn", "nlp"))
    vocabulary = Vocabulary.of([Tag(bert, parents=(nlp,)), Tag(cnn), Tag(nlp)])
    b, c, n = (vocabulary.index[name] for name in (bert, cnn, nlp))
    records = make_records(
        [f"A BERT model{mark}", f"Pictures{mark}"], descriptions=[f"It reads text.{mark}", ""],
        given=[[cnn, f"brt{mark}"], None], ids=[f"r1{mark}", "r2"],
    )  # fmt: skip
    votes = (Evidence(f"keyword:bert{mark}", "present", "title", 2, 6, "BERT"),)
    findings = [
        Finding(0, bert, "missing", 0.934, 1, f"The text speaks of it{mark}.", evidence=votes,
                similar=(SimilarRecord(1, 0.734),)),
        Finding(0, cnn, "unsupported", 0.8, 1, f"Nothing stands for it{mark}."),
        Finding(0, nlp, "missing_parent", 1.0, 1, f"It is above{mark}."),
        Finding(0, bert, "misspelt", 0.9, 1, f"A typing error{mark}.", f"brt{mark}"),
        Finding(0, cnn, "alias", 0.99, 1, f"An alias{mark}.", f"convnet{mark}"),
        Finding(1, None, "unknown", 1.0, 1, f"No tag{mark}.", f"xyz{mark}"),
    ]  # fmt: skip
    summary = [
        LFSummaryRow(
            f"keyword:bert{mark}",
            bert,
            "yaml",
            "keyword",
            "present",
            0.5,
            0.5,
            0,
            0.75,
            0.3,
            0.95,
            4,
            0,
            "gold",
            0.6,
            0.23,
            0.88,
            5,
            0.81,
            0.0125,
            12.5,
            3,
            cluster=f"keyword:bert{mark}",
            wrong=json.dumps([f"r1{mark}", "r2"]),
        ),
        LFSummaryRow(
            f"name:bert{mark}",
            bert,
            "generated",
            "name",
            "present",
            0.25,
            0.25,
            0,
            NAN,
            NAN,
            NAN,
            0,
            0,
            "gold",
            value_f1=-0.00001,
            redundant=True,
            same_as=f"keyword:bert{mark}",
            cluster=f"keyword:bert{mark}",
        ),
        LFSummaryRow(f"silent{mark}", cnn, "generated", "name", "", 0, 0, 0, NAN, NAN, NAN, 0, 0, "gold"),
    ]
    return make_material(
        records, findings, vocabulary=vocabulary, summary=summary,
        given=[(0, c), (0, b), (0, n)],
        cells=[(0, b, 0.93), (0, c, 0.4), (0, n, 0.93), (1, b, 0.55)],
        votes=[(b, 0, 0, 1), (b, 0, 1, 1), (b, 0, 2, -1), (b, 1, 0, 1), (b, 1, 1, 1)],
        lf_ids=[f"keyword:bert{mark}", f"name:bert{mark}", f"not_bert{mark}"],
        tags=[TagSummaryRow(nlp, 5, 5.0, 0, 0, 0, ""), TagSummaryRow(cnn, 1, 0.4, 0, 1, 0, ""),
              TagSummaryRow(bert, 1, 2.25, 1, 0, 1, f"Twice{mark}.")],
        troubles=[Problem(f"A tag is odd{mark}.", Place(f"tags{mark}.json", 7), f"Merge it{mark}.", "warning")],
        gold={0: GoldRecord(frozenset({bert, nlp}))},
        quality=[FindingQuality("missing", 3, 2, 4, 1), FindingQuality("alias", 0, 0, 0, 0)],
        warnings=[Problem(f"An odd record{mark}.", Place(f"data{mark}.json", 3), f"Mend it{mark}.", "warning")],
        failures=[Failure(f"fails{mark}", 2, 0, f"ValueError: odd{mark}", f"Traceback{mark}\nValueError: odd")],
        facts={f"Records{mark}": f"2{mark}"}, advice=f"Another does better{mark}.",
        slices=SliceScores("gold", 2, 0.75, (
            SliceRow(f"short{mark}", f"Few words{mark}.", 1, 0.5, 1, 0.6, 0.4, 0.48, 0.3, 0.6, -0.27, 0.012, ""),
            SliceRow("rare", "", 1, 0.5, 1, 1.0, 0.5, 0.667, 0.5, 1.0, -0.083, None, "small"),
            SliceRow("nobody", "", 0, 0.0, 0, None, None, None, None, None, None, None, "empty"),
        )),
    )  # fmt: skip


def tiny_changes(mark=""):
    """Changes of every sort."""
    return Changes(
        since="2026-01-01T02:03:04+00:00",
        inputs=(f"label_model: a{mark} → b",),
        kinds=(KindChange("missing", 3, 2, 2, 1), KindChange("alias", 1, 1, 0, 0)),
        new=(FindingLine("missing", f"r1{mark}", f"bert{mark}", None, 0.934),),
        new_total=1,
        gone=(FindingLine("unknown", "r2", None, f"gone{mark}", 1.0),),
        gone_total=2,
        added=(f"added{mark}",),
        added_total=1,
        removed=(f"removed{mark}",),
        removed_total=3,
        changed=(f"changed{mark}",),
        changed_total=1,
        likely=1,
        unlikely=1,
        labels=(LabelChange(f"r1{mark}", f"bert{mark}", None, 0.93), LabelChange("r2", f"cnn{mark}", 0.6, 0.4)),
    )


def tiny_corrections(mark=""):
    """What decisions say, with everything that can be said."""
    return Corrections(
        sources=(f"review{mark}.sqlite", "decisions.jsonl"),
        records=2, cells=4, yes=3, no=1, open=1, lost=2, contradictions=2, model_wrong=2, model_silent=1, led_astray=1,
        applied=3,
        after=DecidedScores(4, 1, 0.75, 1.0, 0.857143, 0.12, 0.31, 2, 1),
        before=DecidedScores(4, 2, 0.5, 0.5, 0.5, 0.28, 0.61, 3, 2),
        since="2026-01-01T02:03:04+00:00",
        made_on=3,
        models=(f"given tags: – → ignored{mark}",),
        lfs=(
            CorrectedLF(f"keyword:bert{mark}", f"bert{mark}", 7, 1, 2, 0.3333, 0.06, 0.79, 0.81, 0.8, 0.75, 1,
                        (f"r1{mark}",), 2),
            CorrectedLF("name:cnn", f"cnn{mark}", 3, 1, 0, 1.0, 0.21, 1.0, None, None, 0.0, 0, (), 0),
        ),
        lf_total=3, lf_changed=1,
        rows=(
            CorrectedCell(f"r1{mark}", f"bert{mark}", "no", True, 0.93, 0.9, (f"keyword:bert{mark}",)),
            CorrectedCell("r2", f"cnn{mark}", "yes", None, None, 0.6, ()),
        ),
        row_total=4,
    )  # fmt: skip


def tiny_report(mark=""):
    """A report with every section."""
    report = build_report(tiny_material(mark))
    return replace(report, changes=tiny_changes(mark), corrections=tiny_corrections(mark))
