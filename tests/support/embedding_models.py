"""Folders and packages that look like models, and an encoder that needs none."""

from __future__ import annotations

from pathlib import Path

import numpy as np

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class LetterEncoder:
    """Counts letters: a text's vector is told by the text alone. It yields three texts at once, the last ones first."""

    def __init__(self, factor=1.0):
        self.factor = factor
        self.seen = []

    @property
    def dimensions(self):
        return len(LETTERS)

    def encode(self, texts):
        self.seen += texts
        rows = list(range(len(texts)))[::-1]
        for start in range(0, len(rows), 3):
            part = rows[start : start + 3]
            yield part, self.factor * np.array([count_letters(texts[row]) for row in part], dtype=np.float32)


def count_letters(text):
    return [text.count(letter) for letter in LETTERS]


def write_model(folder: Path, weights: str = "weights") -> Path:
    """Write the files by which a folder is known as a model; nothing can load it."""
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text("[]")
    (folder / "config.json").write_text("{}")
    (folder / "1_Pooling" / "config.json").write_text("{}")
    (folder / "model.safetensors").write_text(weights)
    return folder


def write_package(site: Path, name: str, import_name: str, models: tuple[str, ...] = ("model",)) -> Path:
    """Write an installed package that carries models, and return its folder."""
    package = site / import_name
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('this package is not to be imported')\n")
    for model in models:
        write_model(package / model)
    about = site / f"{name.replace('-', '_')}-1.2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    files = [path.relative_to(site).as_posix() for path in package.rglob("*") if path.is_file()]
    (about / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    return package
