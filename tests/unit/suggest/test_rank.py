import numpy as np
import pytest
from scipy.sparse import csr_array

from weaklabel.suggest import Evidence, Reference, rank_absent, rank_present

N = 400


def column(*records):
    flags = np.zeros(N)
    flags[list(records)] = 1
    return flags


def matrix(*columns):
    return csr_array(np.column_stack(columns)) if columns else csr_array((N, 0))


NOTHING = matrix(column())


def refer(tags, *, judged=None, covered=NOTHING, deniable=NOTHING):
    judged = np.ones(N, dtype=np.bool_) if judged is None else judged > 0
    return Reference(tags, judged, covered, deniable)


def noise(count=300, seed=0):
    """Phrases that say nothing, so that the prior has something to learn from."""
    rng = np.random.default_rng(seed)
    return [(rng.random(N) < rng.uniform(0.01, 0.1)).astype(float) for _ in range(count)]


def candidates(named):
    columns = [*named.values(), *noise()]
    evidence = [Evidence("keywords", name) for name in named] + [Evidence("keywords", f"zz{i}") for i in range(300)]
    return evidence, matrix(*columns)


def rank(named, reference, least=0.7, **options):
    return rank_present(*candidates(named), reference, least, **options)


def said(suggestions):
    return [(s.tag, s.evidence.text, s.right, s.judged, s.changed.tolist()) for s in suggestions]


def test_a_phrase_of_the_tag_is_found_and_noise_is_not():
    found = rank({"loaf": column(*range(20))}, refer(matrix(column(*range(40)))))
    assert said(found) == [(0, "loaf", 20, 20, list(range(20)))]
    best = found[0]
    assert best.gain == pytest.approx(20 * best.precision - 20 * (1 - best.precision))
    assert 0.7 <= best.low <= best.precision <= best.high <= 1


def test_what_is_covered_counts_neither_for_nor_against():
    reference = refer(matrix(column(*range(40))), covered=matrix(column(*range(10), *range(100, 110))))
    found = rank({"loaf": column(*range(20), *range(100, 110))}, reference)
    assert said(found) == [(0, "loaf", 10, 10, list(range(10, 20)))]
    assert found[0].fired.tolist() == [*range(20), *range(100, 110)]


def test_unlabelled_records_count_for_coverage_alone():
    judged = np.ones(N)
    judged[10:20] = 0
    tags = column(*range(10), *range(30, 60))
    found = rank({"loaf": column(*range(20))}, refer(matrix(tags), judged=judged))
    assert said(found) == [(0, "loaf", 10, 10, list(range(20)))]
    assert found[0].gain == pytest.approx(20 * (2 * found[0].precision - 1))


def test_of_phrases_with_the_same_records_the_most_general_is_shown_alone():
    same = column(*range(20))
    found = rank(
        {"rye loaf": same, "loaf": same, "a rye loaf": same, "loaves": same}, refer(matrix(column(*range(40))))
    )
    assert [s.evidence.text for s in found] == ["loaf"]


def test_a_general_phrase_takes_the_place_of_its_parts_where_it_is_as_precise():
    tags = matrix(column(*range(60)))
    named = {"rye loaf": column(*range(10)), "loaf": column(*range(30))}
    assert said(rank(named, refer(tags))) == [(0, "loaf", 30, 30, list(range(30)))]


def test_a_part_is_shown_where_the_general_phrase_is_less_precise():
    tags = matrix(column(*range(60)))
    named = {"rye loaf": column(*range(20)), "loaf": column(*range(20), *range(100, 140))}
    assert [s.evidence.text for s in rank(named, refer(tags))] == ["rye loaf"]


def test_a_phrase_that_holds_another_and_is_right_on_most_of_the_rest_stands_for_it():
    tags = matrix(column(*range(60)))
    early, late = column(*range(30)), column(*range(30), *range(30, 50), *range(100, 107))
    found = rank({"rye loaf": early, "loaf": late}, refer(tags), least=0.6)
    assert said(found) == [(0, "loaf", 50, 57, np.flatnonzero(late).tolist())]


def test_a_second_phrase_is_counted_on_what_the_first_left():
    tags = matrix(column(*range(80)))
    named = {"loaf": column(*range(30)), "crust": column(*range(20, 45))}
    assert said(rank(named, refer(tags))) == [
        (0, "loaf", 30, 30, list(range(30))),
        (0, "crust", 15, 15, list(range(30, 45))),
    ]


def test_tags_are_ranked_together_by_gain():
    tags = matrix(column(*range(20)), column(*range(100, 150)), column())
    covered = matrix(column(), column(), column())
    named = {"loaf": column(*range(20)), "iron": column(*range(100, 150))}
    found = rank(named, refer(tags, covered=covered))
    assert [(s.tag, s.evidence.text) for s in found] == [(1, "iron"), (0, "loaf")]
    gains = [s.gain for s in found]
    assert gains == sorted(gains, reverse=True)


def test_the_figures_of_a_tag_are_the_same_where_it_is_asked_for_alone():
    tags = matrix(column(*range(20)), column(*range(100, 150)))
    covered = matrix(column(), column())
    named = {"loaf": column(*range(20)), "iron": column(*range(100, 150))}
    alone = rank(named, refer(tags, covered=covered), tags=[0])
    assert [(s.evidence.text, s.precision, s.gain) for s in alone] == [
        (s.evidence.text, s.precision, s.gain) for s in rank(named, refer(tags, covered=covered)) if s.tag == 0
    ]


def test_tags_that_nobody_gave_change_no_figure():
    tags, named = matrix(column(*range(20))), {"loaf": column(*range(8), 100)}
    alone = rank(named, refer(tags), least=0.5)
    wide = refer(matrix(column(*range(20)), *[column()] * 50), covered=matrix(*[column()] * 51))
    assert [(s.evidence.text, s.precision) for s in rank(named, wide, least=0.5)] == [
        (s.evidence.text, s.precision) for s in alone
    ]
    assert [s.evidence.text for s in alone] == ["loaf"]


def test_a_higher_bound_suggests_no_more():
    tags = matrix(column(*range(60)))
    named = {"loaf": column(*range(20)), "crust": column(*range(20, 40), *range(100, 108))}
    assert [s.evidence.text for s in rank(named, refer(tags), least=0.5)] == ["loaf", "crust"]
    assert [s.evidence.text for s in rank(named, refer(tags), least=0.85)] == ["loaf"]
    assert rank(named, refer(tags), least=1.0) == []


@pytest.mark.parametrize(
    "reference",
    [
        refer(matrix(column())),  # a tag nobody gave
        refer(matrix(column(*range(N))), covered=matrix(column(*range(N)))),  # all is covered
        refer(matrix(column(1, 2, 3)), judged=column(1)),
    ],
)
def test_where_nothing_can_be_learnt_nothing_is_suggested(reference):
    assert rank({"loaf": column(*range(20))}, reference) == []


def test_no_candidates_and_no_tags():
    assert rank_present([], matrix(), refer(NOTHING), 0.5) == []
    assert rank_absent([], matrix(), csr_array((0, 1)), refer(NOTHING), 0.5) == []
    assert rank_present(*candidates({}), refer(csr_array((N, 0)), covered=csr_array((N, 0))), 0.5) == []


def deny(named, tags, deniable, near=None, least=0.7):
    evidence, fires = candidates(named)
    by = csr_array(np.ones((len(evidence), 1)) if near is None else np.array(near, dtype=float)[:, None])
    return rank_absent(evidence, fires, by, refer(tags, deniable=deniable), least)


def test_a_phrase_beside_which_the_surface_is_wrong_votes_absent():
    deniable, tags = matrix(column(*range(60))), matrix(column(*range(18, 60)))
    found = deny({"go to": column(*range(18), 200)}, tags, deniable)
    assert said(found) == [(0, "go to", 18, 18, list(range(18)))]
    assert found[0].polarity == -1
    assert found[0].fired.tolist() == [*range(18), 200]


def test_where_the_surface_is_wrong_anyway_a_phrase_says_nothing():
    deniable, tags = matrix(column(*range(60))), matrix(column(*range(6)))
    assert deny({"with": column(*range(6, 24, 2), 3)}, tags, deniable) == []


def test_what_stands_elsewhere_more_often_says_nothing_of_a_surface():
    deniable, tags = matrix(column(*range(60))), matrix(column(*range(18, 60)))
    assert deny({"the": column(*range(18), *range(200, 219))}, tags, deniable) == []
    assert said(deny({"the": column(*range(18), *range(200, 218))}, tags, deniable)) != []


def test_a_phrase_that_stands_by_no_surface_of_the_tag_is_not_asked():
    deniable, tags = matrix(column(*range(60))), matrix(column(*range(18, 60)))
    assert deny({"go to": column(*range(18))}, tags, deniable, near=[0, *[1] * 300]) == []
