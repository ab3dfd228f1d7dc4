import numpy as np

from support.made import make_vocabulary
from weaklabel.audit import Neighbourhood
from weaklabel.terms import GivenTag, SimilarRecord, SpellingMatch

VOCABULARY = make_vocabulary("bert", "cnn", "nlp")
BERT, CNN, NLP = range(3)


def given(*names):
    return tuple(GivenTag(name, SpellingMatch(name, "name", name, 1.0)) for name in names)


class Texts:
    """Finds similar texts by a table of similarities, and remembers what it was asked."""

    def __init__(self, table):
        self.table, self.asked = np.array(table, dtype=float), []

    def find_similar(self, record, others, most):
        self.asked.append((record, others.tolist(), most))
        alike = [(other, self.table[record, other]) for other in others.tolist() if other != record]
        return sorted(((o, a) for o, a in alike if a > 0), key=lambda pair: (-pair[1], pair[0]))[:most]


def ring(n):
    """Similarities that fall with the distance between two records."""
    return [[1 / (1 + abs(i - j)) for j in range(n)] for i in range(n)]


def test_the_nearest_ten_labelled_records_are_asked_for_the_tag():
    tags = [given("bert") if i in (1, 9, 11, 13) else None if i == 2 else () for i in range(15)]
    compared = Neighbourhood(tags, VOCABULARY, Texts(ring(15)).find_similar).of_cell(0, BERT)
    assert compared.compared == 10  # records 1 and 3 to 11: record 2 is unlabelled
    assert compared.with_tag == 3
    assert compared.having_it == (SimilarRecord(1, 0.5), SimilarRecord(9, 0.1), SimilarRecord(11, 0.083))


def test_the_record_itself_is_not_among_those_that_have_the_tag():
    tags = [given("bert"), given("bert"), ()]
    compared = Neighbourhood(tags, VOCABULARY, Texts(ring(3)).find_similar).of_cell(0, BERT)
    assert (compared.compared, compared.with_tag) == (2, 1)
    assert compared.having_it == (SimilarRecord(1, 0.5),)


def test_a_tag_that_is_given_under_another_spelling_counts_and_an_unknown_spelling_does_not():
    tags = [(), (GivenTag("Bert", SpellingMatch("bert", "form", "bert", 0.9)),), (GivenTag("xyz", None),)]
    compared = Neighbourhood(tags, VOCABULARY, Texts(ring(3)).find_similar).of_cell(0, BERT)
    assert (compared.compared, compared.with_tag) == (2, 1)


def test_a_tag_that_nobody_gave_is_had_by_none():
    tags = [(), (), ()]
    compared = Neighbourhood(tags, VOCABULARY, Texts(ring(3)).find_similar).of_cell(1, NLP)
    assert (compared.compared, compared.with_tag, compared.having_it) == (2, 0, ())
    assert compared.in_words() == "None of the 2 records with the most similar texts were given it."


def test_where_no_text_is_like_it_there_is_nothing_to_compare():
    alone = Texts(np.eye(3))
    assert Neighbourhood([(), given("bert"), None], VOCABULARY, alone.find_similar).of_cell(0, BERT) is None


def test_counts_are_told_in_words():
    tags = [(), given("bert"), given("bert", "cnn")]
    neighbourhood = Neighbourhood(tags, VOCABULARY, Texts(ring(3)).find_similar)
    assert neighbourhood.of_cell(0, BERT).in_words() == "2 of the 2 records with the most similar texts were given it."
    assert neighbourhood.of_cell(0, CNN).in_words() == "1 of the 2 records with the most similar texts was given it."


def test_a_record_is_compared_with_all_others_once():
    texts = Texts(ring(4))
    neighbourhood = Neighbourhood([(), given("bert"), given("cnn"), None], VOCABULARY, texts.find_similar)
    neighbourhood.of_cell(0, BERT)
    neighbourhood.of_cell(0, CNN)
    assert texts.asked == [(0, [0, 1, 2], 10), (0, [1], 3), (0, [2], 3)]
