"""Native charts: bars, columns with lines over them, lines; every number in the chart's own sheet."""

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from dashboard.briefing.content import ALARM, BETTER, WORSE, Content
from dashboard.briefing.slides import shapes, written
from dashboard.briefing.slides.shapes import Graph
from dashboard.briefing.slides.written import emu

_PLAIN = ("accent1", "tx2", "tx1", "accent2")
"""Slots of the theme that hold `style.SERIES`, in its order."""
_TONES = {ALARM: shapes.LOUD, WORSE: shapes.LOUD, BETTER: shapes.BETTER}
_FORMAT = "#,##0"
_FORMAT_BROKEN = "#,##0.0"
_SIZE = 12
_LABELLED_AT_MOST = 16
"""Columns that carry their numbers; of more, the axis is read."""
_COLUMNS_AT_MOST = 2
"""Series that stand as columns side by side; the others run over them as lines."""
_CLOSE = 0.12
"""Of the largest number of a chart."""
_MARK = "◆"
_CREATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")


def draw(slide: Any, graph: Graph, content: Content) -> None:
    """The chart on the slide, named and described."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    chart, rows = graph.chart, graph.chart.frame.iloc[graph.first : graph.last]
    values = chart.frame[[series.name for series in chart.series]].to_numpy(dtype="f8", na_value=float("nan"))
    form = _FORMAT if bool(((values == values.round()) | pd.isna(values)).all()) else _FORMAT_BROKEN
    data = CategoryChartData(number_format=form)
    data.categories = [_category(graph, at) for at in range(graph.first, graph.last)]
    for series in chart.series:
        data.add_series(
            written.legible(series.label), [None if pd.isna(value) else float(value) for value in rows[series.name]]
        )
    kinds = {
        "bars": XL_CHART_TYPE.BAR_CLUSTERED, "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "lines": XL_CHART_TYPE.LINE_MARKERS,
    }  # fmt: skip
    box = graph.box
    frame = slide.shapes.add_chart(kinds[chart.kind], emu(box.x), emu(box.y), emu(box.w), emu(box.h), data)
    frame.name = written.legible(chart.title)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", written.legible(graph.text))
    made = frame.chart
    workbook = made.part.chart_workbook
    workbook.update_from_xlsx_blob(dated(workbook.xlsx_part.blob, content.as_of))
    _look(made, graph, content, form)


def dated(blob: bytes, moment: datetime) -> bytes:
    """A workbook as if it had been made at that moment, so that equal numbers make equal bytes."""
    day = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob)) as read, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in read.infolist():
            told = read.read(entry)
            if entry.filename == "docProps/core.xml":
                told = _CREATED.sub(lambda found: found[1] + day + found[3], told)
            made.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), told, zipfile.ZIP_DEFLATED)
    return into.getvalue()


def _category(graph: Graph, at: int) -> str:
    label = written.legible(str(graph.chart.frame["label"].iloc[at]))
    return f"{label} {_MARK}" if at in graph.chart.marked else label


def _look(made: Any, graph: Graph, content: Content, form: str) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    chart = graph.chart
    made.font.size = Pt(_SIZE)
    _faces(made, content)
    title = chart.title
    if chart.marked and chart.marked_label:
        title = f"{title}　{_MARK} {chart.marked_label}"
    made.has_title = True
    made.chart_title.include_in_layout = False
    run = made.chart_title.text_frame.paragraphs[0].add_run()
    run.text = written.legible(title)
    run.font.size, run.font.bold = Pt(13), True
    run._r.get_or_add_rPr().set("lang", written.tag(content.language))
    made.has_legend = len(chart.series) > 1
    if made.has_legend:
        made.legend.position = XL_LEGEND_POSITION.TOP
        made.legend.include_in_layout = False
    for plot in made.plots:
        plot.vary_by_categories = False
    _axes(made, graph, form)
    _series(made, graph, form)
    if chart.kind == "columns" and len(chart.series) > _COLUMNS_AT_MOST:
        _over(made, graph)


def _axes(made: Any, graph: Graph, form: str) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.enum.dml import MSO_THEME_COLOR

    chart = graph.chart
    names, numbers = made.category_axis, made.value_axis
    names.format.line.color.theme_color = MSO_THEME_COLOR.ACCENT_6
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.has_major_gridlines = False
    numbers.minimum_scale = min(0.0, float(chart.frame[[each.name for each in chart.series]].min().min()))
    numbers.major_tick_mark = XL_TICK_MARK.NONE
    numbers.format.line.fill.background()
    numbers.tick_labels.number_format, numbers.tick_labels.number_format_is_linked = form, False
    if chart.kind == "bars":
        # The first row on top; one scale for all parts of the chart, with room for the numbers at the ends.
        names.reverse_order = True
        numbers.maximum_scale = graph.top * 1.12 or 1.0
        numbers.has_major_gridlines = False
        numbers.visible = False
    else:
        numbers.major_gridlines.format.line.color.theme_color = MSO_THEME_COLOR.ACCENT_6


def _series(made: Any, graph: Graph, form: str) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.enum.dml import MSO_THEME_COLOR
    from pptx.util import Pt

    chart = graph.chart
    plot = made.plots[0]
    is_line = chart.kind == "lines"
    if not is_line:
        plot.gap_width, plot.overlap = (60, 0) if chart.kind == "bars" else (50, 0)
    slots = {slot: getattr(MSO_THEME_COLOR, name) for slot, name in _SLOTS.items()}
    plain = 0
    for told, drawn in zip(chart.series, plot.series, strict=True):
        slot = _TONES.get(told.tone) or _PLAIN[plain % len(_PLAIN)]
        plain += 0 if told.tone else 1
        if is_line:
            drawn.format.line.color.theme_color, drawn.format.line.width = slots[slot], Pt(2.25)
            drawn.smooth = False
        else:
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.theme_color = slots[slot]
            drawn.invert_if_negative = False
    if chart.kind == "bars" or (not is_line and len(chart.frame) * len(chart.series) <= _LABELLED_AT_MOST):
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.number_format, labels.number_format_is_linked = form, False
        labels.show_value = True
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size = Pt(_SIZE)


_SLOTS = {
    "accent1": "ACCENT_1", "accent2": "ACCENT_2", "accent3": "ACCENT_3", "accent4": "ACCENT_4", "tx1": "TEXT_1",
    "tx2": "TEXT_2",
}  # fmt: skip


def _over(made: Any, graph: Graph) -> None:
    """The series behind the first two as lines on the same axes, with the last number beside each."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    bars = made._chartSpace.chart.plotArea.find(qn("c:barChart"))
    spaces = f'xmlns:c="{bars.nsmap["c"]}" {written.DECLARED}'
    axes = "".join(f'<c:axId val="{each.get("val")}"/>' for each in bars.findall(qn("c:axId")))
    lines = parse_xml(
        f'<c:lineChart {spaces}><c:grouping val="standard"/><c:varyColors val="0"/><c:marker val="1"/>{axes}'
        "</c:lineChart>"
    )
    over = bars.findall(qn("c:ser"))[_COLUMNS_AT_MOST:]
    highest = max(over, key=_last)
    for series in over:
        # Beside each other, two numbers above their lines would cover each other.
        is_close = series is not highest and _last(highest) - _last(series) < graph.top * _CLOSE
        side = "b" if is_close else "t"
        colour = series.find(f"{qn('c:spPr')}/{qn('a:solidFill')}/{qn('a:schemeClr')}").get("val")
        for name in ("c:invertIfNegative", "c:spPr"):
            found = series.find(qn(name))
            if found is not None:
                series.remove(found)
        last = int(series.find(f"{qn('c:val')}//{qn('c:ptCount')}").get("val")) - 1
        look = (
            f'<c:spPr {spaces}><a:ln w="31750" cap="rnd">{written.filled(colour)}<a:round/></a:ln></c:spPr>',
            f'<c:marker {spaces}><c:symbol val="none"/></c:marker>',
            f'<c:dLbls {spaces}><c:dLbl><c:idx val="{last}"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
            f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{_SIZE}00" b="1">{written.filled(colour)}'
            '</a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>'
            f'<c:dLblPos val="{side}"/>'
            '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
            '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbl><c:showLegendKey val="0"/><c:showVal val="0"/>'
            '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>'
            "</c:dLbls>",
        )
        place = series.find(qn("c:tx"))
        for each in look:
            new = parse_xml(each)
            place.addnext(new)
            place = new
        smooth = parse_xml(f'<c:smooth {spaces} val="0"/>')
        series.append(smooth)
        lines.find(qn("c:marker")).addprevious(series)
    bars.addnext(lines)


def _last(series: Any) -> float:
    """The last number of a series; minus one where there is none."""
    from pptx.oxml.ns import qn

    told = series.findall(f"{qn('c:val')}//{qn('c:v')}")
    return float(told[-1].text) if told else -1.0


def _faces(made: Any, content: Content) -> None:
    """Colour and fonts of the theme for every text of the chart."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    look = made._chartSpace.find(f".//{qn('c:txPr')}//{qn('a:defRPr')}")
    for each in (
        written.filled("tx1").replace("<a:solidFill>", f"<a:solidFill {written.DECLARED}>"),
        f'<a:latin {written.DECLARED} typeface="+mn-lt"/>', f'<a:ea {written.DECLARED} typeface="+mn-ea"/>',
    ):  # fmt: skip
        look.append(parse_xml(each))
