// A county's geometry unpacked, and what lies under a point of it.
// Everything is kept in pixels of one high zoom level, so that a redraw is a transform and a few fills.

const REFERENCE_ZOOM = 17;
const NOT_DRAWN = 255;
const HIT_CELLS = 96;

/** Web Mercator pixels at the reference zoom. */
function mercator(lon, lat) {
  const size = 256 * 2 ** REFERENCE_ZOOM;
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return [((lon + 180) / 360) * size, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * size];
}

/** A running sum over steps of whole numbers, as pairs of pixels relative to `base`. */
function unpackPoints(steps, geometry, base) {
  const points = new Float64Array(steps.length);
  let x = 0;
  let y = 0;
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    const [px, py] = mercator(geometry.origin[0] + x * geometry.unit, geometry.origin[1] + y * geometry.unit);
    points[i] = px - base[0];
    points[i + 1] = py - base[1];
  }
  return points;
}

function pathOf(points, start, sizes, first, count, isClosed) {
  const path = new Path2D();
  let at = start;
  for (let ring = first; ring < first + count; ring += 1) {
    for (let i = 0; i < sizes[ring]; i += 1, at += 2) {
      if (i === 0) path.moveTo(points[at], points[at + 1]);
      else path.lineTo(points[at], points[at + 1]);
    }
    if (isClosed) path.closePath();
  }
  return path;
}

/** Polygons with a path and a box each, all outlines as one path, and a grid of boxes to find what is hit. */
class Shapes {
  constructor(content, geometry, base) {
    this.codes = content.codes;
    this.names = content.names;
    this.zone = content.zone;
    this.position = new Map(content.codes.map((code, i) => [code, i]));
    this.points = unpackPoints(content.at, geometry, base);
    this.paths = [];
    this.boxes = [];
    this.starts = [];
    this.firstRing = [];
    this.sizes = content.sizes;
    this.ringCounts = content.rings;
    this.outline = new Path2D();
    let ring = 0;
    let at = 0;
    content.rings.forEach((count) => {
      this.starts.push(at);
      this.firstRing.push(ring);
      const path = pathOf(this.points, at, content.sizes, ring, count, true);
      this.paths.push(path);
      this.outline.addPath(path);
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let r = ring; r < ring + count; r += 1) {
        for (let i = 0; i < content.sizes[r]; i += 1, at += 2) {
          box[0] = Math.min(box[0], this.points[at]);
          box[1] = Math.min(box[1], this.points[at + 1]);
          box[2] = Math.max(box[2], this.points[at]);
          box[3] = Math.max(box[3], this.points[at + 1]);
        }
      }
      this.boxes.push(box);
      ring += count;
    });
    this.span = this.boxes.reduce(
      (all, b) => [Math.min(all[0], b[0]), Math.min(all[1], b[1]), Math.max(all[2], b[2]), Math.max(all[3], b[3])],
      [Infinity, Infinity, -Infinity, -Infinity],
    );
    this.grid = new Map();
    this.boxes.forEach((box, i) => {
      const [x0, y0, x1, y1] = [...this.bin(box[0], box[1]), ...this.bin(box[2], box[3])];
      for (let x = x0; x <= x1; x += 1) {
        for (let y = y0; y <= y1; y += 1) {
          const key = x * HIT_CELLS + y;
          if (!this.grid.has(key)) this.grid.set(key, []);
          this.grid.get(key).push(i);
        }
      }
    });
    const widths = this.boxes.map((b) => Math.sqrt(Math.max(0, (b[2] - b[0]) * (b[3] - b[1])))).sort((a, b) => a - b);
    this.usualWidth = widths[widths.length >> 1] || 1;
  }

  bin(x, y) {
    const [west, north, east, south] = this.span;
    const part = (value, low, high) =>
      Math.max(0, Math.min(HIT_CELLS - 1, Math.floor(((value - low) / (high - low || 1)) * HIT_CELLS)));
    return [part(x, west, east), part(y, north, south)];
  }

  /** Position of the polygon that holds the point, -1 for none. */
  find(x, y) {
    const [gx, gy] = this.bin(x, y);
    const near = this.grid.get(gx * HIT_CELLS + gy) || [];
    return near.find((i) => this.holds(i, x, y)) ?? -1;
  }

  holds(i, x, y) {
    const box = this.boxes[i];
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return false;
    let inside = false;
    let at = this.starts[i];
    for (let r = this.firstRing[i]; r < this.firstRing[i] + this.ringCounts[i]; r += 1) {
      const n = this.sizes[r];
      for (let a = 0, b = n - 1; a < n; b = a, a += 1) {
        const [ax, ay] = [this.points[at + 2 * a], this.points[at + 2 * a + 1]];
        const [bx, by] = [this.points[at + 2 * b], this.points[at + 2 * b + 1]];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      }
      at += 2 * n;
    }
    return inside;
  }
}

/** A county's geometry, ready to draw. */
class Town {
  constructor(content) {
    const [west, south, east, north] = content.bounds;
    this.bounds = [[south, west], [north, east]];
    this.base = mercator(west, north);
    this.reach = [0, 0, ...this.place(east, south)];
    this.latitude = (south + north) / 2;
    this.zones = new Shapes(content.zones, content, this.base);
    this.cells = new Shapes(content.cells, content, this.base);
    this.labels = content.zones.labels.map((at) => at && unpackPoints(at, content, this.base));
    this.features = content.base.map((feature) => {
      const points = unpackPoints(feature.at, content, this.base);
      return { kind: feature.kind, isArea: feature.is_area,
        path: pathOf(points, 0, feature.sizes, 0, feature.sizes.length, feature.is_area) };
    });
    const { kinds, kind, codes, names, at } = content.facilities;
    const points = unpackPoints(at, content, this.base);
    this.facilities = new Map(kinds.map((name) => [name, []]));
    codes.forEach((code, i) =>
      this.facilities.get(kinds[kind[i]]).push({ code, title: names[i], x: points[2 * i], y: points[2 * i + 1] }));
    this.isEmpty = codes.length + this.zones.codes.length + this.cells.codes.length === 0;
  }

  /** Whether any corner of a zone (or cell, where there are no zones) is in what `hides` says. */
  isUnder(hides) {
    const { points } = this.zones.codes.length ? this.zones : this.cells;
    const step = 2 * Math.max(1, Math.floor(points.length / 8000));
    for (let i = 0; i < points.length; i += step) if (hides(points[i], points[i + 1])) return true;
    return false;
  }

  place(lon, lat) {
    const [x, y] = mercator(lon, lat);
    return [x - this.base[0], y - this.base[1]];
  }
}
