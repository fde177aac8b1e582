"""What a place is called."""


def called(name: object, code: str, zone: object = None) -> tuple[str, str]:
    """What a place is called before its code, and all of it for hovering: its own name, else its zone's; empty where
    the code is all the name there is."""
    own = _text(name) if _text(name) != code else ""
    full = " · ".join(dict.fromkeys(part for part in (_text(zone), own, code) if part))
    return own or _text(zone), full


def said(name: object, code: str, zone: object = None) -> str:
    """What a place is called in a sentence: its own name, else its zone's with the code."""
    own = _text(name) if _text(name) != code else ""
    return own or " ".join(part for part in (_text(zone), code) if part)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
