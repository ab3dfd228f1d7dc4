"""Which pairs of duplicates leak."""

import numpy as np

from weaklabel.splits import Duplicates, Leak, find_leaks


def duplicates(text, near=()):
    pairs = np.array([pair[:2] for pair in near], dtype=np.intp).reshape(-1, 2)
    return Duplicates(np.array(text), pairs, np.array([pair[2] for pair in near], dtype=np.float64))


def test_copies_in_one_split_do_not_leak():
    assert find_leaks(duplicates([0, 0, 1]), ["train", "train", "test"]) == []


def test_every_copy_in_another_split_is_in_a_pair():
    found = find_leaks(duplicates([0, 0, 0, 0]), ["train", "train", "test", "test"])
    assert found == [Leak(0, 2, 1.0), Leak(0, 3, 1.0), Leak(1, 2, 1.0)]


def test_near_duplicates_leak_with_their_similarity_the_most_similar_first():
    found = find_leaks(duplicates([0, 1, 2, 2], [(0, 1, 0.6), (1, 2, 0.7)]), ["a", "b", "b", "a"])
    assert found == [Leak(2, 3, 1.0), Leak(1, 3, 0.7), Leak(0, 1, 0.6)]


def test_records_without_text_or_split_leak_nowhere():
    assert find_leaks(duplicates([-1, -1, 0, 0]), ["a", "b", "a", None]) == []
