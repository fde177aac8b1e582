"""The lines a town is made of: lanes and main streets, a ring road, a winding river and an irregular outline.

Everything here is in metres around the middle of the town; `etl.sample.town` makes blocks of it.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

NARROW_M, WIDE_M = 80.0, 150.0
"""Distance between parallel streets in the old town and at the edge."""
MAIN_EVERY = 6
"""Every sixth street is a main street."""
RIVER_HALF_WIDTH_M = 50.0
TURN = np.radians(-8.0)


@dataclass(frozen=True)
class Streets:
    """The linework of a town, in metres; `mains` and `lanes` are arrays of street pieces, one per crossing."""

    outline: Polygon
    river_line: LineString
    river: BaseGeometry
    ring: LineString
    mains: np.ndarray
    main_numbers: np.ndarray
    """For each piece of `mains` the number of its street: north-south ones even, west-east ones odd."""
    lanes: np.ndarray


def lay_streets(rng: np.random.Generator, *, area_m2: float) -> Streets:
    """The streets of a town of exactly `area_m2`, the river's share included."""
    radius = float(np.sqrt(area_m2 / np.pi))
    outline = _closed_curve(rng, radius, swing=0.07, waves=(2, 3, 4, 5))
    outline = shapely.transform(outline, lambda xy: xy * np.sqrt(area_m2 / outline.area))
    x = np.linspace(-1.4, 1.4, 161)
    y = -0.20 + 0.10 * np.sin(2.4 * x - 0.3) + 0.055 * np.sin(5.9 * x + 0.9) + 0.05 * x
    river_line = LineString(np.column_stack([x, y]) * radius)
    river = river_line.buffer(RIVER_HALF_WIDTH_M).intersection(outline)
    ring = LineString(_closed_curve(rng, 0.58 * radius, swing=0.03, waves=(2, 3, 4)).exterior)

    nodes, numbers = _crossings(rng, radius)
    pieces = _pieces(rng, nodes, numbers, radius)
    mains = shapely.intersection(pieces[0], outline)
    lanes = shapely.intersection(shapely.difference(pieces[2], river), outline)
    return Streets(
        outline=outline,
        river_line=river_line,
        river=river,
        ring=ring,
        mains=mains[~shapely.is_empty(mains)],
        main_numbers=pieces[1][~shapely.is_empty(mains)],
        lanes=lanes[~shapely.is_empty(lanes)],
    )


def _closed_curve(rng: np.random.Generator, radius: float, *, swing: float, waves: tuple[int, ...]) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 241)[:-1]
    phase = rng.uniform(0, 2 * np.pi, len(waves))
    stretch = 1 + sum(swing / (k - 1) ** 0.5 * np.cos(k * angle + p) for k, p in zip(waves, phase, strict=True))
    return Polygon(np.column_stack([1.06 * np.cos(angle), 0.94 * np.sin(angle)]) * (radius * stretch)[:, None])


def _offsets(rng: np.random.Generator, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Distances of parallel streets from the middle, and their numbers counted from there (0, ±1, …)."""
    sides = []
    for _ in range(2):
        at, steps = 0.0, []
        while at < 1.35 * radius:
            width = NARROW_M + (WIDE_M - NARROW_M) * min(1.0, at / radius) ** 0.8
            at += width * rng.uniform(0.85, 1.15)
            steps.append(at)
        sides.append(np.array(steps))
    left, right = sides
    return (
        np.concatenate([-left[::-1], [0.0], right]),
        np.concatenate([-np.arange(1, len(left) + 1)[::-1], [0], np.arange(1, len(right) + 1)]),
    )


def _crossings(rng: np.random.Generator, radius: float) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Crossings as an array (north-south street, west-east street, 2), bent, shaken and turned."""
    (u, u_number), (v, v_number) = _offsets(rng, radius), _offsets(rng, radius)
    shake = rng.uniform(-0.16, 0.16, (2, len(u), len(v)))
    # A crossing may slide along a main street but never off it: main streets stay smooth.
    shake[0, u_number % MAIN_EVERY == 0, :] = 0
    shake[1, :, v_number % MAIN_EVERY == 0] = 0
    x = u[:, None] + shake[0] * np.gradient(u)[:, None]
    y = v[None, :] + shake[1] * np.gradient(v)[None, :]
    p = rng.uniform(0, 2 * np.pi, 4)
    wave = 2 * np.pi / radius
    bent_x = x + 0.055 * radius * np.sin(wave * y / 1.9 + p[0]) + 0.017 * radius * np.sin(wave * (x + y) / 0.8 + p[1])
    bent_y = y + 0.055 * radius * np.sin(wave * x / 2.2 + p[2]) + 0.017 * radius * np.sin(wave * (x - y) / 0.9 + p[3])
    turned_x = bent_x * np.cos(TURN) - bent_y * np.sin(TURN)
    turned_y = bent_x * np.sin(TURN) + bent_y * np.cos(TURN)
    return np.stack([turned_x, turned_y], axis=-1), (u_number, v_number)


def _pieces(
    rng: np.random.Generator, nodes: np.ndarray, numbers: tuple[np.ndarray, np.ndarray], radius: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pieces of main streets, the numbers of their streets, and the lanes left once some have been taken out."""
    u_number, v_number = numbers
    nu, nv = len(u_number), len(v_number)
    along_v = np.stack([nodes[:, :-1], nodes[:, 1:]], axis=2).reshape(-1, 2, 2)
    along_u = np.stack([nodes[:-1, :], nodes[1:, :]], axis=2).reshape(-1, 2, 2)
    street_v, street_u = np.repeat(u_number, nv - 1), np.tile(v_number, nu - 1)
    is_main = np.concatenate([street_v, street_u]) % MAIN_EVERY == 0
    street = np.concatenate([2 * street_v, 2 * street_u + 1])
    # The two blocks a piece lies between, as numbers of a grid with a margin all round.
    i, j = np.divmod(np.arange(nu * (nv - 1)), nv - 1)
    k, m = np.divmod(np.arange((nu - 1) * nv), nv)
    one = np.concatenate([i * (nv + 1) + j + 1, (k + 1) * (nv + 1) + m])
    other = np.concatenate([(i + 1) * (nv + 1) + j + 1, (k + 1) * (nv + 1) + m + 1])
    ends = np.concatenate([along_v, along_u])
    # In the old town hardly a lane is missing; outside, whole fields lie between them.
    far = np.hypot(*ends.mean(axis=1).T) / radius
    is_wanted_out = ~is_main & (rng.random(len(ends)) < 0.12 + 0.20 * np.minimum(far, 1))
    is_out = _taken_out(rng.permutation(np.flatnonzero(is_wanted_out)), one, other, far)
    return shapely.linestrings(ends[is_main]), street[is_main], shapely.linestrings(ends[~is_main & ~is_out])


def _taken_out(wanted: np.ndarray, one: np.ndarray, other: np.ndarray, far: np.ndarray) -> np.ndarray:
    """Which pieces go: each joins two blocks, and no block may come to be more than two or, far out, three."""
    is_out = np.zeros(len(one), dtype=bool)
    head = list(range(int(max(one.max(), other.max())) + 1))
    size = [1] * len(head)

    def find(block: int) -> int:
        while head[block] != block:
            block = head[block]
        return block

    for piece in wanted.tolist():
        a, b = find(int(one[piece])), find(int(other[piece]))
        most = 3 if far[piece] > 0.45 else 2
        if a != b and size[a] + size[b] <= most:
            head[b], size[a] = a, size[a] + size[b]
            is_out[piece] = True
    return is_out
