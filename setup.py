"""Build the compiled phrase matcher; where that fails, weaklabel installs without it and matches in Python."""

import os

from Cython.Build import cythonize
from setuptools import Extension, setup

FOLDER = "src/weaklabel/vote/phrases"
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1", "-fno-omit-frame-pointer"]
flags = SANITIZE if os.environ.get("WEAKLABEL_SANITIZE") else ["/O2" if os.name == "nt" else "-O3"]

native = Extension(
    "weaklabel.vote.phrases._native",
    sources=[f"{FOLDER}/_native.pyx", f"{FOLDER}/phrases.c"],
    depends=[f"{FOLDER}/phrases.h"],
    extra_compile_args=flags,
    extra_link_args=flags if os.environ.get("WEAKLABEL_SANITIZE") else [],
)
modules = cythonize([native], build_dir="build/cython")
for module in modules:
    module.optional = True  # cythonize makes new extensions, without this

setup(ext_modules=modules)
