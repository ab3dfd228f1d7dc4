"""Labeling functions: generate them from the vocabulary, declare them in YAML, write them in Python, find them all."""

from weaklabel.lfs.build import Surroundings
from weaklabel.lfs.declare import declare_lfs, declare_match
from weaklabel.lfs.discover import discover_python_lfs, find_lf_files, place_in_folder
from weaklabel.lfs.gather import gather_lfs
from weaklabel.lfs.generate import generate_lfs
from weaklabel.lfs.python import absent, labeling_function, present

__all__ = [
    "Surroundings",
    "absent",
    "declare_lfs",
    "declare_match",
    "discover_python_lfs",
    "find_lf_files",
    "gather_lfs",
    "generate_lfs",
    "labeling_function",
    "place_in_folder",
    "present",
]
