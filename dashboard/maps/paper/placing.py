"""Where names may stand: boxes that are taken, and places tried until one is free."""

from collections.abc import Iterable, Sequence

import numpy as np

Box = tuple[float, float, float, float]


class Taken:
    """Boxes (left, bottom, right, top) that nothing else may touch."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._boxes = np.empty((64, 4))
        self._count = 0
        for box in boxes:
            self.add(box)

    def __len__(self) -> int:
        return self._count

    @property
    def boxes(self) -> np.ndarray:
        return self._boxes[: self._count]

    def add(self, *boxes: Box) -> None:
        for box in boxes:
            if self._count == len(self._boxes):
                self._boxes = np.concatenate([self._boxes, np.empty_like(self._boxes)])
            self._boxes[self._count] = box
            self._count += 1

    def is_free(self, *boxes: Box, gap: float = 0.0) -> bool:
        """Whether none of these comes within `gap` of one that is taken."""
        held = self.boxes
        return not any(
            (
                (held[:, 0] < box[2] + gap)
                & (held[:, 2] > box[0] - gap)
                & (held[:, 1] < box[3] + gap)
                & (held[:, 3] > box[1] - gap)
            ).any()
            for box in boxes
        )

    def first_free(self, tried: Iterable[Sequence[Box]], *, within: Box, gap: float = 0.0) -> int | None:
        """Position of the first set of boxes that lies in `within` and is free; None: there is none."""
        for position, boxes in enumerate(tried):
            if all(inside(box, within) for box in boxes) and self.is_free(*boxes, gap=gap):
                return position
        return None


def inside(box: Box, within: Box) -> bool:
    """Whether a box lies wholly in another."""
    return box[0] >= within[0] and box[1] >= within[1] and box[2] <= within[2] and box[3] <= within[3]


def around(x: float, y: float, width: float, height: float) -> Box:
    """The box of that size with its middle there."""
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def along(x: float, y: float, width: float, height: float, angle: float) -> list[Box]:
    """A turned line of text as a chain of upright boxes, which hold it with little to spare."""
    turn = np.radians(angle)
    if abs(np.sin(turn)) < 1e-6:
        return [around(x, y, width, height)]
    count = max(1, int(np.ceil(width / height)))
    steps = (np.arange(count) + 0.5) / count * width - width / 2
    piece = width / count
    wide = piece * abs(np.cos(turn)) + height * abs(np.sin(turn))
    high = piece * abs(np.sin(turn)) + height * abs(np.cos(turn))
    return [around(x + step * np.cos(turn), y + step * np.sin(turn), wide, high) for step in steps]


def ring(x: float, y: float, radii: Sequence[float], directions: int = 16) -> list[tuple[float, float]]:
    """Points around a point, the near ones first."""
    turns = np.arange(directions) / directions * 2 * np.pi
    return [(x + radius * np.cos(turn), y + radius * np.sin(turn)) for radius in radii for turn in turns]
