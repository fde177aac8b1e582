"""What argparse itself says, in the language of the program."""

import argparse
import inspect
import re

import pytest

from etl import messages
from etl.__main__ import main
from etl.commandline import speak

OWN = messages.words("argparse_")


def test_every_word_is_one_that_argparse_has() -> None:
    # A newer Python may word it otherwise; then the word is English again, and this says so.
    source = inspect.getsource(argparse)
    assert [told["en"] for told in OWN.values() if told["en"] not in source] == []


def test_the_places_for_values_are_the_same() -> None:
    for code, told in OWN.items():
        there = [set(re.findall(r"%(?:\(\w+\))?[sr]", told[language])) for language in ("zh", "en")]
        assert there[0] <= there[1], code
        if "%s" in told["en"]:
            assert there[0] == there[1], code


@pytest.mark.parametrize(
    "arguments",
    [
        ["load"],
        ["lod"],
        ["undo", "--x"],
        ["history", "--place"],
        ["grid", "make", "--size", "w"],
        ["load", "--json=1", "x"],
    ],
)
def test_no_english_in_a_chinese_complaint(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*arguments, "--language", "zh"] if arguments != ["history", "--place"] else arguments)
    said = capsys.readouterr().err
    assert not re.search("required|argument|invalid|expected|unrecognized|ignored", said), said


def test_help_in_either_language(capsys: pytest.CaptureFixture[str]) -> None:
    for language, words in (
        ("zh", ("用法：", "选项", "参数", "显示这段说明")),
        ("en", ("usage: ", "options", "show this help")),
    ):
        with pytest.raises(SystemExit):
            main(["load", "--language", language, "-h"])
        out = capsys.readouterr().out
        assert all(word in out for word in words)
    speak("zh")
    assert "usage" not in argparse.ArgumentParser().format_usage()
