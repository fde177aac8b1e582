"""What is counted (people, shopfronts, floor area, area) with its unit, and sentences one after the other."""

from collections.abc import Iterable

from dashboard.analysis.served import AREA
from dashboard.text import number, t


def told(denominator: str, value: float, language: str) -> str:
    """A sum with its unit: people, problems, km²."""
    return t(f"siting.amount.{denominator}", language, count=bare(denominator, value))


def bare(denominator: str, value: float) -> str:
    """The number alone, area in km²."""
    return number(value / 1e6, 2) if denominator == AREA else number(value)


def unit(denominator: str, language: str) -> str:
    """The unit that stands beside it."""
    return t(f"coverage.unit.{denominator}", language)


def sentences(told: Iterable[str], language: str) -> str:
    """One after the other, without the empty ones."""
    return ("" if language == "zh" else " ").join(text for text in told if text)
