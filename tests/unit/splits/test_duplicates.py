"""Near-duplicates, against all pairs compared one by one."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from weaklabel.splits import find_duplicates
from weaklabel.splits.duplicates import split_words

WORDS = [f"w{i}" for i in range(300)]


def draw_texts(n=300, seed=0):
    """Texts of 20 words, every third a copy of another with one to six words changed."""
    rng = np.random.default_rng(seed)
    texts = [rng.choice(WORDS, 20).tolist() for _ in range(n)]
    for i in range(0, n, 3):
        copied = list(texts[i + 1])
        for at in rng.choice(20, rng.integers(1, 7), replace=False):
            copied[at] = "zzz"
        texts[i] = copied
    return [" ".join(words) for words in texts]


def shingles(text):
    words = text.split()
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def all_pairs(texts, similarity):
    cut = [shingles(text) for text in texts]
    scored = {(i, j): len(cut[i] & cut[j]) / len(cut[i] | cut[j]) for i, j in combinations(range(len(texts)), 2)}
    return {pair: score for pair, score in scored.items() if score >= similarity}


@pytest.mark.parametrize(("similarity", "least"), [(0.4, 100), (0.5, 60), (0.8, 5)])
def test_pairs_are_those_of_a_comparison_of_all(similarity, least):
    texts = draw_texts(900)
    found = find_duplicates(texts, similarity)
    right = all_pairs(texts, similarity)
    assert len(right) >= least
    got = {tuple(pair): score for pair, score in zip(found.near.tolist(), found.similarity.tolist(), strict=True)}
    assert got.items() <= right.items()  # exactly as similar as they are, and none that is not
    assert len(got) >= 0.97 * len(right)


def test_texts_that_are_one_once_folded_have_one_number():
    texts = ["Deep-Learning, for all", "deep learning  FOR ALL!", "other", "", " - "]
    found = find_duplicates(texts)
    assert found.text.tolist() == [0, 0, 1, -1, -1]
    assert found.groups.tolist() == [0, 0, 1, 2, 3]


def test_groups_join_duplicates_of_duplicates():
    words = [f"w{i}" for i in range(20)]
    texts = [" ".join(words), " ".join([*words[:15], *"vwxyz"]), " ".join([*"abcde", *words[5:15], *"vwxyz"])]
    found = find_duplicates([*texts, "something else"])
    assert found.near.tolist() == [[0, 1], [1, 2]]
    assert len(set(found.groups[:3])) == 1
    assert found.groups[3] != found.groups[0]


def test_scripts_without_spaces_are_compared_by_characters():
    assert split_words("計算機視覚 GPT-4") == ("計", "算", "機", "視", "覚", "gpt", "4")
    base = "深層学習による画像認識の入門と実践についての講義資料"
    found = find_duplicates([base, base.replace("講義", "授業"), "自然言語処理の基礎"])
    assert found.near.tolist() == [[0, 1]]


def test_many_copies_are_joined_without_all_their_pairs():
    """Two texts, each copied 150 times with a word of its own at the end, between texts that are like no other."""
    rng = np.random.default_rng(0)
    first, second = (rng.permutation(WORDS)[:60].tolist() for _ in range(2))
    copied = [" ".join([*text, f"x{i}"]) for i in range(150) for text in (first, second)]
    texts = [text for pair in zip(copied, draw_texts(300, seed=1), strict=True) for text in pair]
    found = find_duplicates(texts)
    assert len(found.near) < 3_000  # of 22,350 pairs
    got = {tuple(pair): score for pair, score in zip(found.near.tolist(), found.similarity.tolist(), strict=True)}
    right = all_pairs(texts, 0.5)
    assert got.items() <= right.items()
    assert groups_of(found.groups) == groups_of(connect(right, len(texts)))


def groups_of(numbers):
    return {frozenset(np.flatnonzero(numbers == number).tolist()) for number in set(numbers.tolist())}


def connect(pairs, n):
    graph = nx.Graph(pairs.keys())
    graph.add_nodes_from(range(n))
    numbers = np.empty(n, dtype=int)
    for number, members in enumerate(nx.connected_components(graph)):
        numbers[list(members)] = number
    return numbers


def test_no_texts_have_no_duplicates():
    found = find_duplicates([])
    assert (found.groups.tolist(), found.near.tolist()) == ([], [])
