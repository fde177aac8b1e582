"""The files of the work: who answers for what, ledgers, visits, campaign weeks, exposures."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.sample import sheets
from etl.sample.county import County
from etl.sample.ledgers import SHEET_ROWS, Ledger
from etl.sample.people import People
from etl.sample.size import facts
from etl.sample.spelling import ISO, date_texts, object_frame, taken
from etl.sample.words import LEDGER_FILES, LEDGER_GROUPS, LEDGER_TITLES, LEDGERS


def write_people(directory: Path, county: County, people: People) -> Iterator[tuple[Path, int]]:
    """Units, persons, who leads a zone, who works a cell."""
    place, zone = facts()["place"]["name"], county.zones["name"].to_numpy()
    units = pd.DataFrame(
        {
            "序号": range(1, len(people.units) + 1),
            "单位名称": people.units["name"],
            "单位类别": people.units["class"],
            "所属片区": zone[people.units["zone"]],
            "联系电话": people.units["phone"],
        }
    )
    path = directory / "责任/单位名录.xlsx"
    sheets.write_xlsx(path, units, titles=[f"{place}创建国家卫生县城责任单位名录"])
    yield path, len(units)

    persons = people.persons.rename(columns={"name": "姓名", "unit": "工作单位", "post": "职务", "phone": "联系电话"})
    persons.insert(0, "序号", range(1, len(persons) + 1))
    path = directory / "责任/人员名册.xlsx"
    sheets.write_xlsx(path, persons, titles=[f"{place}片区网格责任人员名册"])
    yield path, len(persons)

    roles = people.zone_roles
    leaders = pd.DataFrame(
        {
            "片区名称": zone[roles["zone"]],
            "职责": roles["role"],
            "责任人": roles["party"],
            "任职起": pd.Series(sheets.day_cells(roles["valid_from"].to_numpy()), dtype=object),
            "任职止": None,
        }
    )
    path = directory / "责任/片区责任分工.xlsx"
    sheets.write_xlsx(path, leaders, sheet="责任分工")
    yield path, len(leaders)

    workers = pd.DataFrame(
        {
            "网格编码": county.cells["code"].to_numpy()[people.workers["cell"]],
            "网格员": people.workers["name"],
            "联系电话": people.workers["phone"],
            "任职起": people.workers["valid_from"].dt.strftime("%Y-%m-%d"),
            "任职止": people.workers["valid_to"].dt.strftime("%Y.%m.%d"),
        }
    )
    path = directory / "责任/网格员.csv"
    sheets.write_csv(path, workers, encoding="utf-8-sig")
    yield path, len(workers)


def ledger_path(number: int, rows: int) -> str:
    """Where a ledger of so many rows is written, relative to the sample."""
    is_sheet = number != 1 and rows <= SHEET_ROWS
    return f"{LEDGER_FILES[number]}.{'xlsx' if is_sheet else 'csv'}"


def write_ledger(directory: Path, ledger: Ledger, number: int) -> tuple[Path, int]:
    """A workbook with title and merged headings, or a CSV (the second ledger in GB18030)."""
    headings, rows = LEDGERS[number], len(ledger.columns["code"])
    columns = {headings[field]: ledger.columns[field] for field in headings}
    path = directory / ledger_path(number, rows)
    if path.suffix == ".csv":
        arrow = {name: column for name, column in columns.items() if isinstance(column, pa.Array | pa.ChunkedArray)}
        encoding = "gb18030" if number == 1 else "utf-8"
        sheets.write_large_csv(path, arrow, encoding=encoding, extra=ledger.rows(headings))
        return path, rows + len(ledger.extra)
    frame = object_frame(columns)
    extra = pd.DataFrame(ledger.rows(headings), columns=list(frame.columns), dtype=object)
    place = facts()["place"]
    titles = [f"{place['name']}{LEDGER_TITLES[number]}"]
    if number == 0:
        titles.append(f"填报单位：{place['name']}创卫指挥部办公室    截止日期：{place['last_day']}")
    groups = [LEDGER_GROUPS.get(field) for field in headings] if number == 0 else ()
    sheets.write_xlsx(path, pd.concat([frame, extra], ignore_index=True), titles=titles, groups=groups, sheet="台账")
    return path, rows + len(ledger.extra)


def write_visits(directory: Path, county: County, visits: pd.DataFrame) -> Iterator[tuple[Path, int]]:
    """A file for each month; the last has cells whose code a spreadsheet rounded, and rows sent twice."""
    month = visits["visited_at"].to_numpy().astype("datetime64[M]")
    names, who = pd.factorize(visits["name"])[::-1]
    code = taken(county.cells["code"].to_numpy(), visits["cell"].to_numpy())
    columns = {
        "巡查时间": date_texts(visits["visited_at"].to_numpy(), np.full(len(visits), ISO), with_time=True),
        "网格编码": code,
        "巡查人": taken(names.to_list(), who),
    }
    months = np.unique(month)
    for each in months:
        rows = np.flatnonzero(month == each)
        start, stop = int(rows[0]), int(rows[-1]) + 1
        extra: list[list[object]] = []
        if each == months[-1]:
            sent_twice = [[column[at].as_py() for column in columns.values()] for at in range(start, start + 3)]
            rounded = [[row[0], "9.99900001001E+14", row[2]] for row in sent_twice]
            extra = sent_twice + rounded
        path = directory / f"巡查/巡查记录{str(each).replace('-', '')}.csv"
        part = {name: column.slice(start, stop - start) for name, column in columns.items()}
        sheets.write_large_csv(path, part, encoding="utf-8-sig", extra=extra)
        yield path, stop - start + len(extra)


def write_events(directory: Path, county: County, exposures: pd.DataFrame) -> Iterator[tuple[Path, int]]:
    """Campaign weeks and what the media showed."""
    size, rows = county.size, []
    for campaign in facts()["story"]["campaign"]:
        start = size.week_start(size.weeks - 1 - campaign["weeks_before_end"])
        rows.append((campaign["name"], str(start), str(start + 6), "、".join(f"{z}片区" for z in campaign["zones"])))
    path = directory / "攻坚周.csv"
    frame = pd.DataFrame(rows, columns=["攻坚周名称", "开始日期", "结束日期", "参与片区"])
    sheets.write_csv(path, frame, encoding="utf-8")
    yield path, len(rows)
    path = directory / "媒体曝光.xlsx"
    sheets.write_xlsx(path, exposures, titles=[f"{facts()['place']['name']}媒体曝光问题登记表"])
    yield path, len(exposures)
