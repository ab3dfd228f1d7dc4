"""Figures in words, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator

from weaklabel.agreement import Accuracy, Coefficient, Drift, Habits

UNKNOWN = "–"


def say_value(coefficient: Coefficient) -> str:
    """Return a coefficient with two decimals."""
    return UNKNOWN if coefficient.value is None else _shorten(coefficient.value)


def say_interval(coefficient: Coefficient) -> str:
    """Return the 95 % interval of a coefficient."""
    if coefficient.low is None or coefficient.high is None:
        return UNKNOWN
    return f"[{_shorten(coefficient.low)}, {_shorten(coefficient.high)}]"


def say_figure(coefficient: Coefficient) -> str:
    """Return a coefficient with its 95 % interval, if it has one."""
    return f"{say_value(coefficient)} {say_interval(coefficient)}".removesuffix(f" {UNKNOWN}")


def _shorten(number: float) -> str:
    """Return a number with two decimals, and without the 0 before its point."""
    text = f"{number:.2f}".replace("-0.00", "0.00")
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def say_share(share: float | None) -> str:
    """Return a share in percent."""
    return UNKNOWN if share is None else f"{share:.0%}"


def say_accuracy(accuracy: Accuracy | None) -> str:
    """Return how often an annotator is right, and on how many cells that rests."""
    return UNKNOWN if accuracy is None else f"{accuracy.accuracy:.0%} of {accuracy.cells:,}"


def say_number(number: float | None, digits: int = 1) -> str:
    """Return a number."""
    return UNKNOWN if number is None else f"{number:,.{digits}f}"


def say_drift(habits: Habits) -> Iterator[str]:
    """Yield what of an annotator's work changes from the first half of their records to the last."""
    if habits.speed is not None and habits.speed.is_drift:
        yield _say_speed(habits.speed)
    if habits.accuracy is not None and habits.accuracy.is_drift:
        yield _say_points("is right {how} often, by the estimate", habits.accuracy)
    elif habits.accuracy is None and habits.agreement is not None and habits.agreement.is_drift:
        yield _say_points("agrees {how} with the others", habits.agreement)


def _say_speed(drift: Drift) -> str:
    how = "slower" if drift.change > 1 else "faster"
    times = f"× {drift.change:.2f} [{drift.low:.2f}, {drift.high:.2f}]"
    return f"grows {how}: {drift.first:.1f} s, then {drift.last:.1f} s a record ({times})."


def _say_points(what: str, drift: Drift) -> str:
    how = "more" if drift.change > 0 else "less"
    points = f"{drift.change * 100:+.0f} [{drift.low * 100:+.0f}, {drift.high * 100:+.0f}] points"
    return f"{what.format(how=how)}: {drift.first:.0%}, then {drift.last:.0%} ({points})."
