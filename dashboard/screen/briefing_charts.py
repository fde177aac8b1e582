"""The chart of a section as plain markup: bars that lie, columns and lines over weeks; as the papers draw them."""

import base64
from html import escape
from math import isnan

from dashboard.briefing.content import ALARM, BETTER, WORSE, Chart, written
from dashboard.maps import style

_TONES = {ALARM: style.LOUD, WORSE: style.LOUD, BETTER: style.BETTER}
_WIDTH, _HEIGHT, _FOOT, _HEAD = 720, 150, 18, 14


def drawn(chart: Chart) -> str:
    """The chart as HTML; texts are escaped."""
    colours = _colours(chart)
    key = "".join(
        f'<span><i style="background:{colours[one.name]}"></i>{escape(one.label)}</span>' for one in chart.series
    )
    if chart.marked and chart.marked_label:
        key += f'<span><i style="background:{style.CAMPAIGN}"></i>{escape(chart.marked_label)}</span>'
    body = _lying(chart, colours) if chart.kind == "bars" else _upright(chart, colours)
    note = f'<p class="note">{escape(chart.note)}</p>' if chart.note else ""
    title = escape(chart.title)
    head = f"<figcaption>{title}<span>{key}</span></figcaption>"
    return f'<figure class="brief-chart" aria-label="{title}">{head}{body}{note}</figure>'


def _colours(chart: Chart) -> dict[str, str]:
    plain = iter(style.SERIES)
    return {one.name: _TONES.get(one.tone) or next(plain, style.SERIES[-1]) for one in chart.series}


def _most(chart: Chart) -> float:
    found = chart.frame[[one.name for one in chart.series]].max().max()
    return float(found) if found > 0 else 1.0


def _lying(chart: Chart, colours: dict[str, str]) -> str:
    most, rows = _most(chart), []
    for _, row in chart.frame.iterrows():
        bars = "".join(
            f'<div><i style="width:{max(float(row[one.name]), 0) / most * 82:.1f}%;background:{colours[one.name]}"></i>'
            f"{escape(written(row[one.name], 'count'))}</div>"
            for one in chart.series
        )
        label = escape(str(row["label"]))
        rows.append(f'<li><span title="{label}">{label}</span><div>{bars}</div></li>')
    return f'<ol class="brief-bars">{"".join(rows)}</ol>'


def _upright(chart: Chart, colours: dict[str, str]) -> str:
    """Columns for the first two series and lines for the others, as counts of a week and counts at its end; lines alone
    where the chart says so."""
    count, most = max(len(chart.frame), 1), _most(chart)
    step, high = _WIDTH / count, _HEIGHT - _FOOT - _HEAD
    up = [one for one in chart.series if chart.kind == "columns"][:2]
    parts = [
        f'<rect x="{at * step:.1f}" y="0" width="{step:.1f}" height="{_HEIGHT - _FOOT}" class="marked"/>'
        for at in chart.marked
    ]
    for place, one in enumerate(up):
        wide = step * 0.7 / len(up)
        for at, value in enumerate(chart.frame[one.name].fillna(0).tolist()):
            tall = value / most * high
            parts.append(
                f'<rect x="{at * step + step * 0.15 + place * wide:.1f}" y="{_HEIGHT - _FOOT - tall:.1f}" '
                f'width="{wide:.1f}" height="{tall:.1f}" fill="{colours[one.name]}"/>'
            )
    parts += [_line(chart, one.name, step, high / most, colours[one.name]) for one in chart.series if one not in up]
    every = max(1, -(-count // 12))
    parts += [
        f'<text x="{(at + 0.5) * step:.1f}" y="{_HEIGHT - 4}">{escape(str(label))}</text>'
        for at, label in enumerate(chart.frame["label"].tolist())
        if at % every == 0
    ]
    # As a picture: markup that is put into a page may hold no drawing.
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"><style>text{{font:10px sans-serif;'
        f"fill:#6b6860;text-anchor:middle}}polyline{{fill:none;stroke-width:2}}.marked{{fill:{style.CAMPAIGN}}}</style>"
        f"{''.join(parts)}</svg>"
    )
    data = base64.b64encode(picture.encode("utf-8", "xmlcharrefreplace")).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(chart.title)}">'


def _line(chart: Chart, name: str, step: float, scale: float, colour: str) -> str:
    values = chart.frame[name].tolist()
    dots = " ".join(
        f"{(at + 0.5) * step:.1f},{_HEIGHT - _FOOT - value * scale:.1f}"
        for at, value in enumerate(values)
        if not isnan(value)
    )
    last = values[-1] if values else float("nan")
    end = ""
    if not isnan(last):
        at = _HEIGHT - _FOOT - last * scale - 5
        right = (len(values) - 0.5) * step
        end = f'<text x="{right:.1f}" y="{at:.1f}" style="fill:{colour}">{written(last, "count")}</text>'
    return f'<polyline points="{dots}" stroke="{colour}"/>{end}'
