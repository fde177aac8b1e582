"""How bytes that do not say so themselves are to be read: UTF-8, GB18030 or Big5.

Decoding without an error proves little for Chinese: Big5 decodes as GB18030 gibberish, short GBK words decode as UTF-8
Cyrillic. So a reading must also be plausible: nearly all of its Chinese characters are among the 6,763 of GB 2312 (or,
for Big5, among its 5,401 frequent ones). In running text and in place names of the mainland those are over 98 %.
"""

import codecs
import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from etl.errors import FileUnreadable
from etl.messages import Note, error

SPELLED = {"gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "936": "gb18030", "65001": "utf-8"}
"""GB18030 reads everything that GBK and GB 2312 write; numbers are Windows code pages, as in a `.cpg`."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_RARE_AT_MOST = 0.12
_TOO_FEW = 6  # characters from which a share says anything
_HAN = re.compile("[㐀-鿿豈-\ufaff\U00020000-\U0003ffff]")
_LOOK_AT = 200_000  # characters judged for plausibility


def canonical(name: str) -> str | None:
    """Python's name for an encoding as people write it (`GBK`, `936`, `UTF8`), `None` when there is no such thing."""
    spelled = name.strip().lower().replace("ansi ", "cp")
    spelled = SPELLED.get(spelled, spelled)
    try:
        found = codecs.lookup(spelled).name
    except (LookupError, ValueError):
        return None
    return SPELLED.get(found, found)


def decide(chunks: Iterable[bytes], *, file: str, declared: str | None = None) -> tuple[str, list[Note]]:
    """The encoding of all the chunks of one text, and what had to be said about it.

    The chunks are gone through several times. `declared` wins if the bytes can be decoded so. Raises `FileUnreadable`
    when nothing fits.
    """
    if declared is not None:
        name = canonical(declared) or declared
        if not decodes(chunks, name):
            raise error(FileUnreadable, "encoding_contradicted", file=file, encoding=declared)
        return _with_bom(chunks, name), []
    head = _first(chunks)
    for bom, name in _BOMS:
        if head.startswith(bom):
            if decodes(chunks, name):
                return name, []
            raise error(FileUnreadable, "encoding_unclear", file=file)
    if decodes(chunks, "utf-8"):
        return ("gb18030" if _is_gbk_in_disguise(chunks) else "utf-8"), []
    if decodes(chunks, "gb18030") and is_plausible(chunks, "gb18030"):
        return "gb18030", []
    if decodes(chunks, "big5hkscs") and is_plausible(chunks, "big5hkscs"):
        return "big5hkscs", [("encoding_big5", {"file": file})]
    raise error(FileUnreadable, "encoding_unclear", file=file)


def decodes(chunks: Iterable[bytes], encoding: str) -> bool:
    """Whether every byte fits the encoding."""
    if encoding in ("utf-8", "utf-8-sig"):
        return _is_utf8(chunks)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(chunks: Iterable[bytes]) -> bool:
    """As Python's decoder has it, but in Arrow, which looks without making a text of it."""
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        cut = len(data) - _unfinished(data)
        offsets = pa.py_buffer(np.array([0, cut], dtype=np.int64))
        whole = pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)])
        try:
            whole.cast(pa.large_string())
        except pa.ArrowInvalid:
            return False
        rest = data[cut:]
    return not rest


def _unfinished(data: bytes) -> int:
    """How many bytes at the end are the beginning of a character that is not whole."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte >= 0xC0:
            size = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < size else 0
        if byte < 0x80:
            return 0
    return 0


def _first(chunks: Iterable[bytes]) -> bytes:
    return next(iter(chunks), b"")


def is_plausible(chunks: Iterable[bytes], encoding: str, *, in_doubt: bool = True) -> bool:
    """Whether the Chinese characters are ones people use; `in_doubt` is the answer for a few with rare ones in them."""
    text = _sample(chunks, encoding)
    foreign = [character for character in text if ord(character) > 0x7F]
    rare = sum(1 for character in foreign if not _is_frequent(character, encoding))
    if rare and len(foreign) < _TOO_FEW:
        return in_doubt
    return rare <= _RARE_AT_MOST * len(foreign)


def _is_frequent(character: str, encoding: str) -> bool:
    if encoding == "big5hkscs":
        try:
            lead = character.encode("big5")[0]
        except UnicodeEncodeError:
            return False
        return lead < 0xC9  # punctuation and the frequent half; the rare half begins at C9
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        # Signs and symbols of GBK (①, ㎡ …) are no sign of a wrong reading, characters outside GB 2312 are.
        return not (_HAN.match(character) or 0xE000 <= ord(character) <= 0xF8FF)
    return True


def _is_gbk_in_disguise(chunks: Iterable[bytes]) -> bool:
    """Whether bytes that are valid UTF-8 are GBK all the same: not Chinese or Latin but Cyrillic or Arabic."""
    foreign = [character for character in _sample(chunks, "utf-8") if ord(character) > 0x7F]
    if not foreign or any(ord(c) > 0x7FF or ord(c) < 0x250 for c in foreign):
        return False
    return decodes(chunks, "gb18030") and all(_is_frequent(c, "gb18030") for c in _sample(chunks, "gb18030"))


def _sample(chunks: Iterable[bytes], encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    text, length = [], 0
    for chunk in chunks:
        if chunk.isascii():
            continue
        text.append(decoder.decode(chunk))
        length += len(text[-1])
        if length > _LOOK_AT:
            break
    return "".join(text)


def _with_bom(chunks: Iterable[bytes], name: str) -> str:
    return "utf-8-sig" if name == "utf-8" and _first(chunks).startswith(codecs.BOM_UTF8) else name
