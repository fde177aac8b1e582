"""A section while it is written: a number gets into a sentence as a figure of the section or not at all."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pandas as pd

from dashboard.briefing.content import shape
from dashboard.briefing.content.known import Known
from dashboard.briefing.content.shape import ALARM, BETTER, WORSE, Figure, Section, Sentence
from dashboard.briefing.content.written import cleaned, day, one_line, written
from dashboard.sentences.densities import rounded
from dashboard.text import missing, number, t

Value = Figure | Sentence | str | date | datetime


class Draft:
    """Collects the figures of a section and fills its sentences."""

    def __init__(self, known: Known, key: str, zone: str | None = None) -> None:
        self.known = known
        self.key = key
        self.zone = zone
        self._figures: dict[str, Figure] = {}

    def __getitem__(self, name: str) -> Figure:
        """A figure that was made already."""
        return self._figures[name]

    def figure(
        self,
        name: str,
        value: float | None,
        *,
        kind: str = "count",
        unit: str = "problems",
        of: float | None = None,
        count: float | None = None,
        change: float | None = None,
        more_is: str = WORSE,
        is_alarming: bool = False,
        is_large: bool = False,
        label: str = "",
        reason: str = "",
    ) -> Figure:
        """A figure of the section; one of the same name is had again as it was. `label`: key of its word where that is
        not `name`; `more_is`: the tone of a change upwards ("" for neither); `reason`: why nobody can tell it."""
        if name in self._figures:
            return self._figures[name]
        templates = self.known.templates
        is_share = kind in ("share", "whole_share")
        is_none = value is None or pd.isna(value)
        number_ = None if is_none else float(value)  # type: ignore[arg-type]
        found = Figure(
            name=name,
            value=int(number_) if number_ is not None and kind == "count" else number_,
            kind=kind,
            unit="" if is_share else unit,
            text=missing.value(reason, self.known.language) if reason else written(value, kind),
            label=templates.label(label or name) if is_large or label else "",
            unit_text="" if is_share or not unit else templates.say(f"unit.{unit}"),
            of=None if of is None else int(of),
            of_text="" if of is None else self._of(int(of), kind, unit),
            count=None if count is None else int(count),
            change=None if change is None or pd.isna(change) else float(change),
            missing=reason,
            tone=ALARM if is_alarming and number_ else "",
            is_large=is_large,
            **_moved(change, kind, more_is),
        )
        self._figures[name] = found
        return found

    def density(self, name: str, value: float, layer: str) -> Figure:
        """Problems per km², with decimals that never contradict its colour."""
        edges = self.known.edges(layer)
        exact = float(rounded(value, edges).replace(",", "")) if value > 0 else value
        return self.figure(name, exact, kind="density", unit="per_km2")

    def say(self, entry: str, /, **values: Value) -> Sentence:
        """The sentence of an entry. A number is put in as a `Figure`; a text is a name; a sentence brings its own
        figures along. Raises `TypeError` for a bare number."""
        texts: dict[str, str] = {}
        figures: list[str] = []
        names: list[str] = []
        for name, value in values.items():
            if isinstance(value, Figure):
                texts[name] = value.text
                figures.append(value.name)
            elif isinstance(value, Sentence):
                texts[name] = value.text
                figures += value.figures
                names += value.names
            elif isinstance(value, str | date):
                texts[name] = cleaned(value) if isinstance(value, str) else day(value)
                names.append(texts[name])
            else:
                raise TypeError(f"{name} of {entry} is {value!r}: a number is said as a figure")
        text = self.known.templates.say(entry, texts)
        return Sentence(text, entry, tuple(dict.fromkeys(figures)), tuple(dict.fromkeys(names)))

    def joined(self, parts: Iterable[Sentence], by: str = "briefing.between") -> Sentence:
        """Several as one, with the comma of lists between them."""
        every = list(parts)
        text = self.known.templates.say(by).join(one.text for one in every)
        figures = tuple(dict.fromkeys(name for one in every for name in one.figures))
        return Sentence(text, by, figures, tuple(dict.fromkeys(name for one in every for name in one.names)))

    def names(self, every: Iterable[str], most: int) -> Sentence:
        """Names with the comma of lists between them, the first `most` of them."""
        told = [cleaned(name) for name in every]
        text = self.known.templates.say("briefing.between").join(told[:most])
        if len(told) > most:
            text = self.known.templates.say("briefing.and_more", {"names": text})
        return Sentence(text, "briefing.between", names=tuple(told[:most]))

    def whole(self, text: str) -> Sentence:
        """A text from a file or of somebody's own that is said however long it is."""
        told = one_line(text)
        return Sentence(told, "", names=(told,))

    def section(self, message: Sentence, *, lines: Iterable[Sentence | None] = (), **parts: Any) -> Section:
        """The section, with the figures it has said; None among the lines is left out. `parts`: further fields."""
        told = tuple(line for line in lines if line is not None)
        return Section(
            key=self.key,
            title=self.known.templates.say(f"part.{self.key}"),
            message=message,
            zone=self.zone,
            lines=told,
            figures=tuple(self._figures.values()),
            **{"seconds": _SECONDS + _SECONDS_A_LINE * min(len(told), _LINES_READ), **parts},
        )

    def left_out(self, reason: str, **values: str) -> shape.LeftOut:
        """In place of the section: why there is none; `values`: of its sentence."""
        part = self.known.templates.say(f"part.{self.key}")
        told = {name: cleaned(value) for name, value in values.items()}
        text = self.known.templates.say(f"left_out.{reason}", {"part": part, **told})
        return shape.LeftOut(self.key, self.zone, reason, text, part)

    def _of(self, of: int, kind: str, unit: str) -> str:
        if kind == "share":
            return t("figure.of_due", self.known.language, of=number(of))
        say = self.known.templates.say
        return say("paper.of", {"of": " ".join(part for part in (number(of), say(f"unit.{unit}")) if part)})


_SECONDS, _SECONDS_A_LINE, _LINES_READ = 25, 8, 5


def _moved(change: float | None, kind: str, more_is: str) -> dict[str, str]:
    """Text and tone of a change; none where it is nothing once written."""
    if change is None or pd.isna(change):
        return {}
    amount = f"{abs(change) * 100:.1f}" if kind == "share" else written(abs(change), kind)
    if not float(amount.replace(",", "")):
        return {}
    less_is = {BETTER: WORSE, WORSE: BETTER}.get(more_is, "")
    return {"change_text": f"{'▲' if change > 0 else '▼'} {amount}", "change_tone": more_is if change > 0 else less_is}
