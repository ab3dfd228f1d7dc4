"""Which label models there are: those built in, and those of the entry-point group `weaklabel.label_models`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version

import numpy as np

from weaklabel.errors import LabelModelError, Problem, did_you_mean
from weaklabel.label_models.interface import Estimate, Fit
from weaklabel.label_models.patterns import Probabilities, VotePatterns

GROUP = "weaklabel.label_models"
BUILT_IN = {
    "auto": "weaklabel.label_models.auto:fit_auto",
    "dawid-skene": "weaklabel.label_models.dawid_skene:fit_dawid_skene",
    "majority": "weaklabel.label_models.majority:fit_majority",
    "pooled": "weaklabel.label_models.pooled:fit_pooled",
    "snorkel": "weaklabel.label_models.snorkel:fit_snorkel",
}


class _Methods(Mapping[str, str]):
    """The name of every method, built in or installed, and the `module:function` that it stands for.

    Nothing is imported to list them.
    """

    def __getitem__(self, name: str) -> str:
        return BUILT_IN[name] if name in BUILT_IN else _plugins()[name][0].value

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*BUILT_IN, *_plugins()}))

    def __len__(self) -> int:
        return len({*BUILT_IN, *_plugins()})


METHODS: Mapping[str, str] = _Methods()


def find_method(name: str) -> Fit:
    """Import a method and return it.

    Raises
    ------
    LabelModelError
        Where no method, or more than one, has this name, or a plugin cannot be loaded.
    """
    plugins = _plugins().get(name, ()) if isinstance(name, str) else ()
    if len(plugins) + (name in BUILT_IN) > 1:
        sources = [*(["weaklabel"] if name in BUILT_IN else []), *(_origin(point) for point in plugins)]
        what = f"the label model {name!r} is offered by {' and by '.join(sources)}."
        raise LabelModelError(Problem(what, fix="Uninstall the plugin, or have its author rename it."))
    if name in BUILT_IN:
        module, _, function = BUILT_IN[name].partition(":")
        fit: Fit = getattr(import_module(module), function)
        return fit
    if plugins:
        return _load(plugins[0])
    raise _unknown(name)


def describe_method(name: str) -> str:
    """Return which code a method is: the distribution that it is from, with its version, and `module:function`.

    Raises
    ------
    LabelModelError
        Where no method has this name.
    """
    if name in BUILT_IN:
        return f"weaklabel {version('weaklabel')} ({BUILT_IN[name]})"
    if name not in METHODS:
        raise _unknown(name)
    point = _plugins()[name][0]
    return f"{point.dist.name} {point.dist.version} ({point.value})" if point.dist else point.value


def _unknown(name: str) -> LabelModelError:
    fix = did_you_mean(str(name), METHODS) or f"Use one of {', '.join(METHODS)}."
    return LabelModelError(Problem(f"there is no label model {name!r}.", fix=fix))


def _plugins() -> dict[str, tuple[EntryPoint, ...]]:
    return _plugins_on(tuple(sys.path))


@cache
def _plugins_on(path: tuple[str, ...]) -> dict[str, tuple[EntryPoint, ...]]:  # noqa: ARG001 - where they are looked for
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    return {name: tuple(p for p in points if p.name == name) for name in dict.fromkeys(p.name for p in points)}


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} ({point.value})" if point.dist else point.value


def _load(point: EntryPoint) -> Fit:
    """Import a plugin, and guard its fit and its estimate: whatever it raises or returns wrongly names the plugin."""
    try:
        fit = point.load()
    except Exception as error:
        raise _failure(point, f"cannot be loaded: {type(error).__name__}: {error}") from error
    if not callable(fit):
        raise _failure(point, f"is a {type(fit).__name__}, not a function")

    def fit_guarded(patterns: VotePatterns, class_balance: Probabilities, seed: int) -> Estimate:
        try:
            estimate = fit(patterns, class_balance.copy(), seed)
        except LabelModelError:
            raise
        except Exception as error:
            raise _failure(point, f"fails: {type(error).__name__}: {error}") from error
        if not callable(estimate):
            raise _failure(point, f"returns a {type(estimate).__name__}, not a function that estimates")
        return lambda voted: _estimate_guarded(point, estimate, voted, len(class_balance))

    return fit_guarded


def _estimate_guarded(point: EntryPoint, estimate: Estimate, patterns: VotePatterns, cardinality: int) -> Probabilities:
    try:
        result = np.asarray(estimate(patterns), dtype=np.float64)
    except LabelModelError:
        raise
    except Exception as error:
        raise _failure(point, f"fails to estimate: {type(error).__name__}: {error}") from error
    if result.shape != (len(patterns), cardinality):
        raise _failure(point, f"estimates shape {result.shape} where {(len(patterns), cardinality)} is due")
    if not (np.isfinite(result).all() and (result >= 0).all() and np.allclose(result.sum(axis=1), 1, atol=1e-6)):
        raise _failure(point, "estimates rows that are no probabilities")
    return result


def _failure(point: EntryPoint, what: str) -> LabelModelError:
    fix = "Mend the plugin, or uninstall it."
    return LabelModelError(Problem(f"the label model {point.name!r} of {_origin(point)} {what}.", fix=fix))
