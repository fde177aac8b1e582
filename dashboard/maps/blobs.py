"""What a browser fetches once and keeps: geometry, weeks, heat pictures and the map's own script.

A blob's address is its digest (of place, data version and content), so it may be cached for ever; reading one also
takes a token signed by this process and handed out only in the data of a component, that is to somebody the app has
let in. `routes` go into `st.App(…, routes=…)`. A blob that was dropped for space (or by a restart) answers 404; the
script then asks for a rerun, which publishes it again.
"""

import gzip
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

PREFIX = "/grid-map"
TOKEN_HEADER = "x-grid-token"  # noqa: S105 - the name of a header
KEEP_BYTES = 96 * 1024 * 1024
FOR_EVER = "private, max-age=31536000, immutable"

_secret = secrets.token_bytes(32)
_lock = Lock()
_blobs: OrderedDict[str, tuple[bytes, str, bool]] = OrderedDict()


@dataclass(frozen=True)
class Address:
    """Where a browser finds a blob and what lets it in."""

    path: str
    token: str


def publish(content: bytes, *, place: str, data_version: int, kind: str = "application/json") -> Address:
    """Puts `content` where browsers can fetch it; the oldest unused blobs make room."""
    digest = hashlib.sha256(f"{place}\n{data_version}\n{kind}\n".encode() + content).hexdigest()[:32]
    with _lock:
        known = digest in _blobs
        if known:
            _blobs.move_to_end(digest)
    if not known:
        zipped = not kind.startswith("image/")
        kept = gzip.compress(content, compresslevel=6, mtime=0) if zipped else content
        with _lock:
            _blobs[digest] = (kept, kind, zipped)
            while sum(len(each) for each, _, _ in _blobs.values()) > KEEP_BYTES and len(_blobs) > 1:
                _blobs.popitem(last=False)
    return Address(f"{base_path()}{PREFIX}/blob/{digest}", token_for(digest))


def forget() -> None:
    """Drops every blob, as a restart does; the next run of each page publishes what it needs."""
    with _lock:
        _blobs.clear()


def token_for(digest: str) -> str:
    """The token that opens a blob, good for as long as this process runs."""
    return hmac.new(_secret, digest.encode("ascii"), hashlib.sha256).hexdigest()


def base_path() -> str:
    """What Streamlit's `server.baseUrlPath` puts before every address: empty, or `/name`."""
    from streamlit import get_option

    path = str(get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def routes(script: Callable[[], tuple[str, bytes]]) -> "list[Route]":
    """The routes of the map; `script` gives the digest and the text of the map's script."""
    from starlette.responses import Response
    from starlette.routing import Route

    async def blob(request: "Request") -> "Response":
        digest = request.path_params["digest"]
        token = request.headers.get(TOKEN_HEADER, "")
        # Compared as bytes: `compare_digest` refuses text that is not ASCII, and a header may hold anything.
        if not hmac.compare_digest(token.encode("utf-8", "replace"), token_for(ascii_only(digest)).encode("ascii")):
            return Response(status_code=403)
        with _lock:
            found = _blobs.get(digest)
            if found is not None:
                _blobs.move_to_end(digest)
        if found is None:
            return Response(status_code=404)
        content, kind, zipped = found
        headers = {"cache-control": FOR_EVER, "x-content-type-options": "nosniff"}
        if zipped:
            headers["content-encoding"] = "gzip"
        return Response(content, media_type=kind, headers=headers)

    async def code(request: "Request") -> "Response":
        digest, text = script()
        headers = {"cache-control": FOR_EVER if request.path_params["digest"] == digest else "no-store"}
        return Response(text, media_type="text/javascript; charset=utf-8", headers=headers)

    base = base_path()
    return [
        Route(f"{base}{PREFIX}/blob/{{digest}}", blob, methods=["GET"]),
        Route(f"{base}{PREFIX}/map-{{digest}}.js", code, methods=["GET"]),
    ]


def ascii_only(text: str) -> str:
    """The text without what is not ASCII, for a digest that came from outside."""
    return text.encode("ascii", "ignore").decode("ascii")
