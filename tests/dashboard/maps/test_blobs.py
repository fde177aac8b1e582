"""Only who was let in reads a blob, and reads it once."""

import asyncio
import gzip
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.applications import Starlette

from dashboard.maps import blobs, live, script


@dataclass
class Answer:
    status_code: int
    headers: dict[str, str]
    raw: bytes

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.raw) if self.headers.get("content-encoding") == "gzip" else self.raw


class Client:
    """Asks the routes the way a server would; Starlette's own test client wants a package more."""

    def __init__(self) -> None:
        self.app = Starlette(routes=live.routes())

    def get(self, path: str, headers: dict[str, str | bytes] | None = None) -> Answer:
        pairs = [(k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in (headers or {}).items()]
        scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
                 "headers": pairs, "http_version": "1.1", "scheme": "http", "server": ("x", 80)}  # fmt: skip
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return Answer(sent[0]["status"], found, b"".join(part.get("body", b"") for part in sent[1:]))


@pytest.fixture
def client() -> Client:
    return Client()


def test_with_its_token_a_blob_comes_zipped_and_for_ever(client: Client) -> None:
    content = b'{"a": "' + b"x" * 1000 + b'"}'
    address = blobs.publish(content, place="999900", data_version=3)
    answer = client.get(address.path, headers={blobs.TOKEN_HEADER: address.token})
    assert answer.content == content
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) == len(gzip.compress(content, 6, mtime=0))


@pytest.mark.parametrize("token", ["", "0" * 64, "é", "x" * 10_000])
def test_without_it_nothing_comes(client: Client, token: str) -> None:
    address = blobs.publish(b"secret", place="999900", data_version=3)
    answer = client.get(address.path, headers={blobs.TOKEN_HEADER: token.encode("utf-8")})
    assert answer.status_code == 403
    assert not answer.content


def test_a_token_opens_only_its_own_blob(client: Client) -> None:
    one = blobs.publish(b"one", place="999900", data_version=3)
    two = blobs.publish(b"one", place="999900", data_version=4)
    assert one.path != two.path
    assert client.get(two.path, headers={blobs.TOKEN_HEADER: one.token}).status_code == 403
    assert client.get(two.path, headers={blobs.TOKEN_HEADER: two.token}).status_code == 200


def test_whether_a_blob_exists_is_told_to_nobody_without_a_token(client: Client) -> None:
    assert client.get(f"{blobs.PREFIX}/blob/{'0' * 32}").status_code == 403


def test_oldest_blobs_make_room(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "KEEP_BYTES", 3000)
    made = [blobs.publish(bytes([i]) * 1000, place="p", data_version=1, kind="image/png") for i in range(4)]
    codes = [client.get(each.path, headers={blobs.TOKEN_HEADER: each.token}).status_code for each in made]
    assert codes == [404, 200, 200, 200]


def test_the_script_is_kept_under_its_digest_only(client: Client) -> None:
    digest, text = script.script()
    answer = client.get(f"{blobs.PREFIX}/map-{digest}.js")
    assert answer.content == text
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(f"{blobs.PREFIX}/map-old.js").headers["cache-control"] == "no-store"


def test_the_script_names_no_other_host_and_no_picture() -> None:
    styles = script.script()[1].decode().split("const STYLES = ")[1].split("\n")[0]
    assert "url(" not in styles
    assert "@import" not in styles
