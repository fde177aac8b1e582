"""The maps of the slides: what several have in common (geometry, a colouring, words) lies in the page once."""

import base64
import gzip
import hashlib
import json
from typing import Any

from dashboard.maps.layers import MapView
from dashboard.maps.payload import payload

KEY = "deck"


class Maps:
    """Collects pieces and parcels while slides are made."""

    def __init__(self) -> None:
        self.pieces: list[Any] = []
        self.parcels: dict[str, str] = {}
        self._known: dict[str, int] = {}

    def add(self, view: MapView) -> dict[str, int]:
        """The map as positions in `pieces`, by the names of `maps.payload`."""
        return {name: self._piece(value) for name, value in payload(view, key=KEY, publish=self.publish).items()}

    def publish(self, content: bytes, kind: str) -> dict[str, str]:
        """Puts a content among the parcels, once; `maps.payload.Publish`."""
        path = f"{hashlib.sha256(kind.encode() + content).hexdigest()[:16]}"
        if path not in self.parcels:
            self.parcels[path] = base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")
        return {"path": path, "token": ""}

    def _piece(self, value: Any) -> int:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        if text not in self._known:
            self._known[text] = len(self.pieces)
            self.pieces.append(value)
        return self._known[text]
