import networkx as nx
import numpy as np
import pytest

from support.made import make_records, make_vocabulary, make_votes
from weaklabel.audit import CellScores, EvidenceFinder, Neighbourhood, find_missing, find_unsupported
from weaklabel.tags import close_probabilities
from weaklabel.terms import CellProbabilities, GivenTag, SpellingMatch

NAMES = ("bert", "cnn", "never", "nlp")
VOCABULARY = make_vocabulary(*NAMES)
BERT, CNN, NEVER, NLP = range(4)
GRAPH = nx.DiGraph([("bert", "nlp")])
GRAPH.add_nodes_from(NAMES)
BASE_RATES = np.array([0.2, 0.1, 0.05, 0.4])  # their mean is 0.1875
SILENT = {BERT: (0.3, 0.1), CNN: (0.4, 0.2), NEVER: (np.nan, np.nan), NLP: (0.5, 0.25)}


def given(*names):
    return tuple(GivenTag(name, SpellingMatch(name, "name", name, 1.0)) for name in names)


def wrong_rate(name):
    return 0.1 * (0.1875 * BASE_RATES[NAMES.index(name)]) ** 0.5


def left_out(probability, name):
    """P(right | not given) by Bayes' rule: an author leaves out one right tag in ten, and gives few of the wrong."""
    right, wrong = probability * 0.1, (1 - probability) * (1 - wrong_rate(name))
    return right / (right + wrong)


def mistaken(probability, name):
    """P(wrong | given) by Bayes' rule."""
    right, wrong = probability * 0.9, (1 - probability) * wrong_rate(name)
    return wrong / (right + wrong)


def finder(rows, n):
    votes = make_votes(rows, n_records=n, lf_ids=["x", "y"])
    return EvidenceFinder(votes, make_records(["text"] * n), VOCABULARY, lambda lf, record: [])


def cells(entries, n, *, inferred=(), raised=(), predicted=(), positive=()):
    """Cell probabilities by (record, tag); `inferred` and `predicted` cells have no vote of their own."""
    keys = sorted(entries)
    return CellProbabilities(
        record=np.array([record for record, _ in keys], dtype=np.int32),
        tag=np.array([tag for _, tag in keys], dtype=np.int32),
        probability=np.array([entries[key] for key in keys], dtype=np.float64),
        voted=np.array([key not in inferred and key not in predicted for key in keys], dtype=np.bool_),
        raised=np.array([key in inferred or key in raised for key in keys], dtype=np.bool_),
        silent=np.array([SILENT[tag] for tag in range(len(NAMES))]),
        has_positive=np.array([record in positive for record in range(n)], dtype=np.bool_),
    )


def missing(entries, tags, rows=None, neighbours=None, *, reads="texts and given tags", **options):
    """Missing tags; without rows, one labeling function votes present on each entry."""
    rows = [(tag, record, 0, 1) for record, tag in entries] if rows is None else rows
    judged = cells(entries, len(tags), **options)
    scored = CellScores.of_cells(judged, BASE_RATES, VOCABULARY)
    evidence = finder(rows, len(tags))
    return list(find_missing(judged, scored, tags, VOCABULARY, GRAPH, evidence, neighbours, reads=reads))


def unsupported(entries, tags, rows=(), neighbours=None, **options):
    closed = close_probabilities(cells(entries, len(tags), **options), VOCABULARY, GRAPH, tags)
    scored = CellScores.of_cells(closed, BASE_RATES, VOCABULARY)
    return list(find_unsupported(scored, tags, VOCABULARY, GRAPH, finder(list(rows), len(tags)), neighbours))


def scores(findings):
    return {(f.record, f.tag): pytest.approx(f.score) for f in findings}


def test_a_voted_tag_that_was_not_given_is_missing_as_far_as_authors_leave_such_tags_out():
    found = missing({(0, BERT): 0.9, (0, CNN): 0.3, (1, CNN): 0.8}, [given("cnn"), given()])
    assert scores(found) == {(0, "bert"): left_out(0.9, "bert"), (1, "cnn"): left_out(0.8, "cnn")}
    assert {f.kind for f in found} == {"missing"}


def test_inferred_cells_and_very_unlikely_ones_are_not_missing():
    assert missing({(0, NLP): 0.9, (0, CNN): 0.09}, [()], inferred={(0, NLP)}) == []  # left out with 0.0099
    assert scores(missing({(0, CNN): 0.095}, [()])) == {(0, "cnn"): left_out(0.095, "cnn")}  # 0.0105


def test_a_cell_about_which_nothing_is_known_is_not_missing():
    assert missing({(0, NEVER): np.nan}, [()], []) == []


def test_unlabelled_records_have_no_findings():
    entries = {(0, BERT): 0.9, (1, BERT): 0.9}
    assert scores(missing(entries, [None, ()])) == {(1, "bert"): left_out(0.9, "bert")}
    assert unsupported({(0, BERT): 0.1}, [None]) == []


def test_a_tag_that_only_closure_supports_is_not_missing_itself():
    assert missing({(0, NLP): 0.9}, [()], [(NLP, 0, 0, -1)], raised={(0, NLP)}) == []
    assert len(missing({(0, NLP): 0.9}, [()], [(NLP, 0, 0, 1)], raised={(0, NLP)})) == 1


def reason(tags=("cnn",), rows=(), tag=BERT, **options):
    [finding] = missing({(0, tag): 0.9}, [given(*tags)], list(rows), **options)
    assert (finding.tag, finding.score) == (NAMES[tag], pytest.approx(left_out(0.9, NAMES[tag])))
    return finding.reason


def test_a_tag_that_the_end_model_predicts_is_missing_and_the_reason_says_what_it_was_read_from():
    by_text = "The text as a whole speaks for 'bert', though nothing in it names it."
    by_both = "The text as a whole, and the other tags, speak for 'bert', though nothing in it names it."
    assert reason(predicted={(0, BERT)}) == by_both
    assert reason(tags=(), predicted={(0, BERT)}) == by_text  # the author gave no other tags
    assert reason(reads="texts", predicted={(0, BERT)}) == by_text  # given tags are not learnt from
    assert reason(tags=(), reads="texts", predicted={(0, BERT)}) == by_text


def test_a_tag_that_is_predicted_though_it_is_denied_says_who_denies_it():
    against = " Against it: y votes absent."
    assert reason(rows=[(BERT, 0, 1, -1)]) == (
        f"The text as a whole, and the other tags, speak for 'bert', though nothing in it names it.{against}"
    )
    assert reason(rows=[(BERT, 0, 1, -1)], reads="votes") == (
        f"'bert' cannot be ruled out, though no labeling function votes for it.{against}"
    )


def test_a_tag_without_votes_is_implied_by_one_below_it_that_the_text_speaks_of():
    said = "'nlp' is implied by 'bert', of which the text speaks."
    assert reason(rows=[(BERT, 0, 0, 1), (CNN, 0, 0, 1)], tag=NLP, predicted={(0, NLP)}) == said
    assert reason(rows=[(BERT, 0, 0, 1), (NLP, 0, 1, -1)], tag=NLP) == f"{said} Against it: y votes absent."
    named = reason(rows=[(BERT, 0, 0, 1), (NLP, 0, 1, 1)], tag=NLP)
    assert named == "The text speaks of 'nlp': y votes present."


def test_a_tag_above_a_given_one_is_not_missing():
    assert missing({(0, NLP): 0.9}, [given("bert")]) == []
    assert scores(missing({(0, BERT): 0.9}, [given("nlp")])) == {(0, "bert"): left_out(0.9, "bert")}


def test_missing_tags_come_most_probable_first():
    found = missing({(0, BERT): 0.6, (0, CNN): 0.9, (1, BERT): 0.8}, [(), ()])
    assert [(f.record, f.tag) for f in found] == [(0, "cnn"), (1, "bert"), (0, "bert")]


def test_missing_carries_its_evidence_and_names_it():
    [finding] = missing({(0, BERT): 0.9}, [()], [(BERT, 0, 0, 1), (BERT, 0, 1, -1), (CNN, 0, 1, 1)])
    assert [(e.lf, e.vote) for e in finding.evidence] == [("x", "present"), ("y", "absent")]
    assert "'bert'" in finding.reason
    assert "x votes present" in finding.reason


def test_a_given_tag_that_the_votes_doubt_is_unsupported_as_far_as_authors_give_wrong_ones():
    found = unsupported({(0, BERT): 0.2, (0, CNN): 0.9}, [given("bert", "cnn")])  # cnn is wrong with 0.0017
    assert scores(found) == {(0, "bert"): mistaken(0.2, "bert")}


def test_a_given_tag_without_any_probability_is_unsupported_for_certain():
    assert scores(unsupported({(0, BERT): 0.0}, [given("bert")])) == {(0, "bert"): 1.0}


def test_a_given_tag_on_which_the_record_is_silent_has_the_silent_probability():
    found = unsupported({}, [given("bert"), given("bert")], positive={1})
    assert scores(found) == {(0, "bert"): mistaken(0.3, "bert"), (1, "bert"): mistaken(0.1, "bert")}


def test_a_tag_on_which_nothing_ever_votes_is_not_judged():
    assert unsupported({}, [given("never")]) == []


def test_all_given_tags_are_judged_those_above_others_too():
    both = {(0, "bert"): mistaken(0.3, "bert"), (0, "nlp"): mistaken(0.5, "nlp")}
    assert scores(unsupported({}, [given("bert", "nlp")])) == both


def test_a_tag_given_in_two_spellings_is_judged_once():
    twice = (*given("bert"), GivenTag("Bert", SpellingMatch("bert", "form", "bert", 0.99)))
    assert scores(unsupported({}, [twice])) == {(0, "bert"): mistaken(0.3, "bert")}


def test_unsupported_says_what_the_text_speaks_of_instead():
    [finding] = unsupported({}, [given("bert")], [(CNN, 0, 0, 1)], positive={0})
    assert finding.kind == "unsupported"
    assert "does not support 'bert'" in finding.reason
    assert "'cnn'" in finding.reason


def test_unsupported_names_the_votes_against_the_tag():
    [finding] = unsupported({(0, BERT): 0.1}, [given("bert")], [(BERT, 0, 1, -1)])
    assert "against 'bert'" in finding.reason
    assert "y votes absent" in finding.reason
    assert [(e.lf, e.vote) for e in finding.evidence] == [("y", "absent")]


def test_more_than_three_pieces_of_evidence_are_counted():
    votes = make_votes([(BERT, 0, lf, 1) for lf in range(5)], n_records=1, lf_ids=list("abcde"))
    evidence = EvidenceFinder(votes, make_records(["text"]), VOCABULARY, lambda lf, record: [])
    judged = cells({(0, BERT): 0.9}, 1)
    scored = CellScores.of_cells(judged, BASE_RATES, VOCABULARY)
    [finding] = find_missing(judged, scored, [()], VOCABULARY, GRAPH, evidence)
    assert "a votes present, b votes present, c votes present and 2 more" in finding.reason
    assert len(finding.evidence) == 5


def always_alike(record, others, most):
    return [(other, 0.5) for other in others.tolist() if other != record][:most]


def test_findings_say_how_many_similar_records_have_the_tag_and_name_those():
    tags = [(), given("bert"), given("cnn"), given("bert", "nlp")]
    neighbours = Neighbourhood(tags, VOCABULARY, always_alike)
    [finding] = missing({(0, BERT): 0.9}, tags, neighbours=neighbours)
    assert finding.reason.endswith(" 2 of the 3 records with the most similar texts were given it.")
    assert [(other.record, other.similarity) for other in finding.similar] == [(1, 0.5), (3, 0.5)]
    found = unsupported({(1, BERT): 0.1, (3, BERT): 1.0, (2, CNN): 1.0}, tags, neighbours=neighbours)
    assert [(f.record, f.tag) for f in found] == [(1, "bert")]
    assert found[0].reason.endswith(" 1 of the 3 records with the most similar texts was given it.")
    assert [other.record for other in found[0].similar] == [3]


def test_that_no_similar_record_has_a_tag_is_told_of_one_that_was_given_alone():
    tags = [given("cnn"), given("cnn"), given("bert")]
    neighbours = Neighbourhood(tags, VOCABULARY, always_alike)
    [finding] = missing({(0, NLP): 0.9}, tags, [(NLP, 0, 0, 1)], neighbours=neighbours)
    assert finding.reason == "The text speaks of 'nlp': x votes present."
    found = unsupported({(2, BERT): 0.1, (0, CNN): 1.0, (1, CNN): 1.0}, tags, neighbours=neighbours)
    assert [(f.record, f.tag) for f in found] == [(2, "bert")]
    assert found[0].reason.endswith(" None of the 2 records with the most similar texts were given it.")
