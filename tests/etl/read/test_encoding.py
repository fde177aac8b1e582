"""Encodings found out from the bytes."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.read import encoding
from tests.etl.read.reading import TEXT, codes, one, refusal, write


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, name: str) -> None:
    table = one(write(tmp_path / "a.csv", TEXT.encode(name)))
    assert table.frame["问题类别"].tolist() == ["乱堆乱放", "占道经营"]
    assert table.row_numbers.tolist() == [2, 3]


def test_big5_is_told_from_gb18030_which_decodes_it_to_gibberish(tmp_path: Path) -> None:
    text = (
        "發現時間,問題類別,地址\n2026-11-03,違規堆放雜物,中山北路二段一號\n2026-11-04,佔用道路經營,環城南路與市場街\n"
    )
    data = text.encode("big5hkscs")
    data.decode("gb18030")  # the trap
    table = one(write(tmp_path / "a.csv", data))
    assert (table.encoding, "encoding_big5" in codes(table)) == ("big5hkscs", True)
    assert table.frame["問題類別"].tolist() == ["違規堆放雜物", "佔用道路經營"]


def test_short_gbk_that_is_valid_utf8_is_gbk() -> None:
    data = "小校".encode("gbk")  # also four bytes of Cyrillic and Arabic
    data.decode("utf-8")
    assert encoding.decide([data], file="a")[0] == "gb18030"
    assert encoding.decide(["Café Zürich".encode()], file="a")[0] == "utf-8"


def test_rare_names_in_ordinary_text_stay_gb18030() -> None:
    data = "王堃,刘喆,李玥,在人民路十二号门前发现乱堆乱放现象并要求整改到位,编号①面积20㎡".encode("gb18030")
    assert encoding.decide([data], file="a")[0] == "gb18030"


@given(
    st.text(alphabet="的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动", min_size=8),
    st.data(),
)
def test_common_chinese_is_found_in_either_encoding(text: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["utf-8", "gb18030"]))
    assert encoding.decide([text.encode(name)], file="a")[0] == name


@given(
    st.binary(max_size=12) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6).map(str.encode),
    st.lists(st.integers(0, 12), max_size=3).map(sorted),
)
def test_utf8_in_chunks_is_what_python_says_of_the_whole(data: bytes, cuts: list[int]) -> None:
    edges = [0, *cuts, len(data)]
    chunks = [data[start:end] for start, end in pairwise(edges)]
    try:
        data.decode("utf-8")
        expected = True
    except UnicodeDecodeError:
        expected = False
    assert encoding.decodes(chunks if b"".join(chunks) == data else [data], "utf-8") == expected


def test_undecided_and_contradicted_encodings_are_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "a.csv", b"a,b\n\xff\x80\x80,\xfe\xff\n")) == "encoding_unclear"
    assert refusal(write(tmp_path / "b.csv", TEXT.encode("gbk")), encoding="utf-8") == "encoding_contradicted"
    assert refusal(write(tmp_path / "c.csv", b"a,b\n\0\1\2,3\n")) == "text_is_binary"
