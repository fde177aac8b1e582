"""The language of the screen: the reader's choice, else the address, else the browser, else the settings."""

from pathlib import Path

import streamlit as st

from dashboard.screen import address
from dashboard.text import LANGUAGES, words

_TAGS = {"zh": "zh-CN", "en": "en"}
# Streamlit's widgets carry some fixed English; the script puts the place's words where those texts turn up.
_speak = st.components.v2.component(
    "speak", js=(Path(__file__).parent / "speak.js").read_text(encoding="utf-8"), isolate_styles=False
)


def language(default: str) -> str:
    """`zh` or `en`."""
    locale = (st.context.locale or "").lower()
    browsers = next((known for known in LANGUAGES if locale.startswith(known)), "en" if locale else default)
    return address.choice("lang", LANGUAGES, browsers)


def switch(current: str) -> None:
    """The switch in the corner; the choice goes into the address and along to every page."""
    other = next(known for known in LANGUAGES if known != current)
    st.button("中 / EN", key="language", type="tertiary", on_click=address.set_choice, args=("lang", other))


def speak(current: str) -> None:
    """Tells the browser the page's language, which also picks the right shape of Chinese characters."""
    ours = words(current)
    pairs = {
        text: ours[key]
        for other in LANGUAGES
        for key, text in words(other).items()
        if other != current and key.startswith("widget.")
    }
    _speak(data={"tag": _TAGS[current], "words": pairs}, key="speak")
