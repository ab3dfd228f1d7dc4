from __future__ import annotations

import pytest

from support.vocabularies import vocabulary
from weaklabel.lfs import generate_lfs
from weaklabel.lfs.generate import variants
from weaklabel.terms import PRESENT


def generate(*entries, fields=("title",)):
    return {lf.id: lf for lf in generate_lfs(vocabulary(*entries), fields)}


def test_every_name_and_alias_gets_a_labeling_function_for_each_field():
    lfs = generate("computer-vision = Machine Vision, cv", fields=("title", "body"))
    assert {key: (lf.tags, lf.fields, lf.phrases[0], lf.family) for key, lf in lfs.items()} == {
        "name:computer-vision@title": (("computer-vision",), ("title",), "computer vision", "name"),
        "name:computer-vision@body": (("computer-vision",), ("body",), "computer vision", "name"),
        "alias:Machine Vision@title": (("computer-vision",), ("title",), "machine vision", "alias"),
        "alias:Machine Vision@body": (("computer-vision",), ("body",), "machine vision", "alias"),
        "alias:cv@title": (("computer-vision",), ("title",), "cv", "short"),
        "alias:cv@body": (("computer-vision",), ("body",), "cv", "short"),
    }
    assert {(lf.polarity, lf.origin) for lf in lfs.values()} == {(PRESENT, "generated")}


@pytest.mark.parametrize(("name", "family"), [("ab", "short"), ("abc", "short"), ("abcd", "name"), ("a-b", "short")])
def test_names_of_three_characters_or_fewer_are_a_family_of_their_own(name, family):
    assert generate(name)[f"name:{name}@title"].family == family


def test_a_surface_that_is_a_name_and_anothers_alias_votes_for_the_name_alone():
    lfs = generate("bert = Transformers", "transformers")
    assert {key: lf.tags for key, lf in lfs.items()} == {
        "name:bert@title": ("bert",),
        "name:transformers@title": ("transformers",),
    }


def test_an_alias_that_two_tags_share_votes_for_both():
    assert {key: lf.tags for key, lf in generate("bbbb = pose", "aaaa = Pose").items() if "alias" in key} == {
        "alias:Pose@title": ("aaaa", "bbbb")
    }


def test_two_forms_of_one_alias_are_one_labeling_function():
    assert sorted(generate("cnns = conv net, Conv-Net")) == ["alias:conv net@title", "name:cnns@title"]


def test_two_names_in_two_forms_are_one_labeling_function_of_the_first():
    assert {key: lf.tags for key, lf in generate("data sets", "Data-Sets").items()} == {
        "name:Data-Sets@title": ("Data-Sets",)
    }


def test_a_surface_of_separators_alone_matches_nothing_and_is_left_out():
    assert generate("nlp = -, __") == generate("nlp")


def test_a_variant_that_is_another_tags_surface_is_left_to_it():
    lfs = generate("data-sets", "dataset", "transformers", "transformer")
    assert lfs["name:data-sets@title"].phrases == ("data sets", "data set", "datasets")
    assert lfs["name:transformers@title"].phrases == ("transformers",)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("transformers", {"transformer"}),
        ("cnn", {"cnns"}),
        ("rss", set()),
        ("c++", set()),
        ("3d", set()),
        ("data set", {"dataset"}),
        ("data sets", {"data set", "datasets", "dataset"}),
        ("ab cd", set()),  # too short to be read as one word
        ("loss", set()),
        ("analysis", set()),
        ("corpus", set()),
        ("gans", set()),  # three letters are left: another word as likely as not
        ("gpt 2", set()),
    ],
)
def test_variants_are_joined_words_singulars_and_plurals_of_abbreviations(form, expected):
    assert variants(form) == expected


def test_ids_do_not_depend_on_the_order_of_the_tags():
    entries = ("bert = x-bert, pose", "aaaa = Pose", "nlp")
    assert {(i, lf.tags, lf.phrases) for i, lf in generate(*entries).items()} == {
        (i, lf.tags, lf.phrases) for i, lf in generate(*entries[::-1]).items()
    }


def test_a_definition_changes_with_what_is_matched():
    one = generate("nlp", fields=("title", "body"))
    assert one["name:nlp@title"].definition != one["name:nlp@body"].definition
    assert one["name:nlp@title"].definition == generate("nlp", "cv")["name:nlp@title"].definition
