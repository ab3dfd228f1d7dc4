import numpy as np

from weaklabel.slices.clusters import cluster_texts

TEXTS = ["rye bread and sourdough loaf", "sourdough bread with rye", "loaf of rye bread"] * 10 + [
    "telescope and planet orbit",
    "orbit of a planet",
    "planet seen by telescope",
] * 5


def test_texts_that_use_the_same_words_are_together_and_the_greatest_cluster_comes_first():
    found = cluster_texts([*TEXTS, "xyzzy"], 2)
    assert found.labels.tolist() == [0] * 30 + [1] * 15 + [-1]
    assert len(found) == 2
    assert set(found.names[0].split(", ")) <= {"bread", "rye", "sourdough", "loaf"}
    assert "planet" in found.names[1]


def test_the_same_seed_gives_the_same_clusters():
    one, other = cluster_texts(TEXTS, 4, seed=3), cluster_texts(TEXTS, 4, seed=3)
    assert (one.labels == other.labels).all()
    assert one.names == other.names


def test_there_are_no_more_clusters_than_different_texts():
    assert len(cluster_texts(["a bee", "a bee", "one wasp", "one wasp"], 20)) == 2


def test_without_shared_words_there_are_no_clusters():
    for texts in ([], ["", ""], ["one", "two"]):
        found = cluster_texts(texts)
        assert found.names == ()
        assert (found.labels == -1).all()
        assert found.labels.shape == np.shape(texts)
