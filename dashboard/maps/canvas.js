// The drawing: a county's geometry unpacked, one canvas over the whole map, and what lies under the pointer.
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

function hatchPattern(context, colour, ratio) {
  const tile = document.createElement("canvas");
  const side = Math.round(6 * ratio);
  tile.width = side;
  tile.height = side;
  const ink = tile.getContext("2d");
  ink.strokeStyle = colour;
  ink.lineWidth = 0.95 * ratio;
  ink.beginPath();
  for (const shift of [-side, 0, side]) {
    ink.moveTo(shift - 1, side + 1);
    ink.lineTo(shift + side + 1, -1);
  }
  ink.stroke();
  return context.createPattern(tile, "repeat");
}

/** Sparse tufts of grass, as maps draw a park. */
function tuftPattern(context, colour, ratio) {
  const tile = document.createElement("canvas");
  tile.width = Math.round(12 * ratio);
  tile.height = Math.round(10 * ratio);
  const ink = tile.getContext("2d");
  ink.scale(ratio, ratio);
  ink.strokeStyle = colour;
  ink.lineWidth = 0.9;
  ink.beginPath();
  [[3, 4], [9, 9]].forEach(([x, y]) => {
    [[-1.8, -2], [0, -2.8], [1.8, -2]].forEach(([dx, dy]) => {
      ink.moveTo(x, y);
      ink.lineTo(x + dx, y + dy);
    });
  });
  ink.stroke();
  return context.createPattern(tile, "repeat");
}

/** The renderer: Leaflet moves and scales the canvas during a zoom, this draws it anew after each move. */
const TownCanvas = L.Renderer.extend({
  options: { padding: 0.25 },

  initialize(state) {
    this.state = state;
    L.Renderer.prototype.initialize.call(this, {});
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.style.pointerEvents = "none";
    this._context = this._container.getContext("2d");
    this._patterns = new Map();
  },

  _destroyContainer() {
    this._container.remove();
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    const [width, height] = [Math.round(ratio * size.x), Math.round(ratio * size.y)];
    if (this._container.width !== width || this._container.height !== height) {
      this._container.width = width;
      this._container.height = height;
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
    }
    this._ratio = ratio;
    this.draw();
  },

  /** From layer pixels of the map to the town's own. */
  toTown(point) {
    const scale = 2 ** (this._map.getZoom() - REFERENCE_ZOOM);
    const origin = this._map.getPixelOrigin();
    return [(point.x + origin.x) / scale - this.state.town.base[0], (point.y + origin.y) / scale - this.state.town.base[1]];
  },

  draw() {
    const { town } = this.state;
    const ink = this._context;
    if (!this._map || !this._bounds || !town) return;
    this._still = null;
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, this._container.width, this._container.height);
    const scale = 2 ** (this._map.getZoom() - REFERENCE_ZOOM);
    const origin = this._map.getPixelOrigin();
    const shift = [
      town.base[0] * scale - origin.x - this._bounds.min.x,
      town.base[1] * scale - origin.y - this._bounds.min.y,
    ];
    const ratio = this._ratio;
    this.frame = { scale, shift, ratio, metres: (40075016.7 * Math.cos((town.latitude * Math.PI) / 180)) / (256 * 2 ** this._map.getZoom()) };
    ink.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * shift[0], ratio * shift[1]);
    ink.lineJoin = "round";
    const px = (width) => width / scale;
    this.drawGreen(ink);
    this.drawFills(ink);
    this.drawParks(ink, px);
    this.drawRaster(ink);
    this.drawCellLines(ink, px);
    this.drawRoads(ink, px);
    this.drawZoneLines(ink, px);
    this.drawWater(ink, px);
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawPoints(ink);
    this.drawLabels(ink);
    ink.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * shift[0], ratio * shift[1]);
    this.drawSelected(ink, px);
  },

  /** Outlines what is under the pointer over a copy of the drawing, which need not be drawn again for it. */
  outline() {
    const { town, hovered, colours } = this.state;
    if (!this._bounds || !town) return;
    const { width, height } = this._container;
    if (!this._still) {
      this._still = document.createElement("canvas");
      [this._still.width, this._still.height] = [width, height];
      this._still.getContext("2d").drawImage(this._container, 0, 0);
    }
    const ink = this._context;
    const { scale, shift, ratio } = this.frame;
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, width, height);
    ink.drawImage(this._still, 0, 0);
    const over = hovered && town[hovered.layer].paths[hovered.position];
    if (!over) return;
    ink.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * shift[0], ratio * shift[1]);
    ink.strokeStyle = colours.text;
    ink.lineWidth = 1.7 / scale;
    ink.stroke(over);
  },

  isOn(name) {
    return !this.state.hidden.has(name);
  },

  drawGreen(ink) {
    if (!this.isOn("base")) return;
    ink.fillStyle = this.state.colours.green;
    this.state.town.features.forEach((each) => {
      if (each.kind === "green" && each.isArea) ink.fill(each.path);
    });
  },

  /** Over cells of class 0 a park is green; over coloured ones, whose colour is a number, it is tufts of grass. */
  drawParks(ink, px) {
    const { polygons, colours, town } = this.state;
    if (!polygons || !this.isOn("base") || !this.isOn("colours")) return;
    const parks = new Path2D();
    town.features.forEach((each) => each.kind === "green" && each.isArea && parks.addPath(each.path));
    ink.save();
    ink.clip(this._merged[0]);
    ink.fillStyle = colours.green;
    ink.fill(parks);
    ink.restore();
    ink.fillStyle = this.pattern(colours.greenLine, tuftPattern);
    ink.fill(parks);
    ink.strokeStyle = colours.greenLine;
    ink.lineWidth = px(0.8);
    ink.stroke(parks);
  },

  drawFills(ink) {
    const { town, polygons } = this.state;
    if (!polygons || !this.isOn("colours")) return;
    const shapes = town[polygons.layer];
    // One path a class, made anew only when the classes changed.
    if (this._classed !== polygons.classes || this._shapes !== shapes) {
      this._merged = polygons.swatches.map(() => new Path2D());
      polygons.classes.forEach((which, i) => {
        if (which !== NOT_DRAWN && this._merged[which] && shapes.paths[i]) this._merged[which].addPath(shapes.paths[i]);
      });
      this._classed = polygons.classes;
      this._shapes = shapes;
    }
    ink.globalAlpha = this.state.hasTiles ? 0.78 : 1;
    polygons.swatches.forEach(({ colour, hatch }, which) => {
      ink.fillStyle = colour;
      ink.fill(this._merged[which]);
      if (hatch) {
        ink.fillStyle = this.pattern(hatch);
        ink.fill(this._merged[which]);
      }
    });
    ink.globalAlpha = 1;
  },

  pattern(colour, make = hatchPattern) {
    const { ratio, scale } = this.frame;
    const key = `${make.name} ${colour} ${ratio}`;
    if (!this._patterns.has(key)) this._patterns.set(key, make(this._context, colour, ratio));
    const pattern = this._patterns.get(key);
    pattern.setTransform(new DOMMatrix().scale(1 / (ratio * scale)));
    return pattern;
  },

  drawRaster(ink) {
    const { raster } = this.state;
    if (!raster || !raster.image || !this.isOn("heat")) return;
    const [west, north] = this.state.town.place(raster.bounds[0], raster.bounds[3]);
    const [east, south] = this.state.town.place(raster.bounds[2], raster.bounds[1]);
    ink.save();
    if (this.state.town.zones.codes.length) ink.clip(this.state.town.zones.outline);
    ink.imageSmoothingEnabled = true;
    ink.drawImage(raster.image, west, north, east - west, south - north);
    ink.restore();
  },

  drawCellLines(ink, px) {
    const { town, colours, polygons, raster } = this.state;
    if (!this.isOn("cells") || !town.cells.codes.length) return;
    const isFaint = polygons?.layer === "zones" || raster;
    ink.strokeStyle = isFaint ? colours.lane : colours.cellLine;
    ink.globalAlpha = isFaint ? 0.55 : 1;
    ink.lineWidth = px(Math.max(0.35, Math.min(1.6, (town.cells.usualWidth * this.frame.scale) / 14)));
    ink.stroke(town.cells.outline);
    ink.globalAlpha = 1;
  },

  drawRoads(ink, px) {
    if (!this.isOn("base")) return;
    const { town, colours } = this.state;
    const { metres } = this.frame;
    ink.lineCap = "round";
    [["road_lane", 6, 0.8], ["road_main", 18, 1.1], ["road_ring", 26, 1.5]].forEach(([kind, width, thinnest]) => {
      const wide = (width * 0.7) / metres;
      if (kind === "road_lane" && metres > 4) return;
      const roads = town.features.filter((each) => each.kind === kind && !each.isArea);
      const isCased = wide > 3;
      ink.strokeStyle = kind === "road_lane" && !isCased ? colours.lane : colours.casing;
      ink.lineWidth = px(isCased ? wide + 1.6 : Math.max(thinnest, Math.min(2.2, wide)));
      roads.forEach((each) => ink.stroke(each.path));
      if (!isCased) return;
      ink.strokeStyle = colours.road;
      ink.lineWidth = px(wide);
      roads.forEach((each) => ink.stroke(each.path));
    });
    ink.lineCap = "butt";
  },

  drawZoneLines(ink, px) {
    if (!this.isOn("zones")) return;
    ink.strokeStyle = this.state.colours.zoneLine;
    ink.lineWidth = px(1.7);
    ink.stroke(this.state.town.zones.outline);
  },

  /** Water hides the border that runs in it; roads cross it on bridges. */
  drawWater(ink, px) {
    if (!this.isOn("base")) return;
    const { town, colours } = this.state;
    const water = new Path2D();
    town.features.filter((each) => each.kind === "water").forEach((each) => {
      if (each.isArea) water.addPath(each.path);
      else {
        ink.strokeStyle = colours.water;
        ink.lineWidth = px(2);
        ink.stroke(each.path);
      }
    });
    ink.fillStyle = colours.water;
    ink.fill(water);
    ink.save();
    ink.clip(water);
    this.drawRoads(ink, px);
    ink.restore();
    ink.strokeStyle = colours.waterLine;
    ink.lineWidth = px(1.3);
    ink.stroke(water);
  },

  drawSelected(ink, px) {
    const { town, selected } = this.state;
    const chosen = selected && town[selected[0]];
    const at = chosen ? chosen.position.get(selected[1]) : undefined;
    if (at === undefined) return;
    ink.strokeStyle = "#ffffff";
    ink.lineWidth = px(5.6);
    ink.stroke(chosen.paths[at]);
    ink.strokeStyle = "#100f0d";
    ink.lineWidth = px(3.2);
    ink.stroke(chosen.paths[at]);
  },

  /** Pixels on the canvas of a point of the town. */
  onCanvas(x, y) {
    const { scale, shift } = this.frame;
    return [x * scale + shift[0], y * scale + shift[1]];
  },

  drawPoints(ink) {
    const { metres } = this.frame;
    this.shownPoints = [];
    this.tooMany = false;
    const size = [this._container.width / this._ratio, this._container.height / this._ratio];
    this.state.points.forEach((layer) => {
      if (!this.isOn(layer.kind)) return;
      const placed = [];
      layer.items.forEach((item) => {
        const [x, y] = this.onCanvas(item.x, item.y);
        if (x > -60 && y > -60 && x < size[0] + 60 && y < size[1] + 60) placed.push({ layer, item, x, y });
      });
      if (layer.radius) this.drawRadius(ink, layer, metres);
      if (layer.kind === "problem" && placed.length > this.state.singleAtMost) {
        this.tooMany = true;
        return;
      }
      const grown = this.state.unit * Math.max(0.62, Math.min(1.15, 7 / Math.sqrt(metres) / 2));
      placed.forEach(({ item, x, y }) => drawSymbol(ink, layer, x, y, grown, this.state.colours));
      this.shownPoints.push(...placed);
    });
  },

  drawRadius(ink, layer, metres) {
    const reach = new Path2D();
    layer.items.forEach((item) => {
      const [x, y] = this.onCanvas(item.x, item.y);
      reach.moveTo(x + layer.radius / metres, y);
      reach.arc(x, y, layer.radius / metres, 0, 2 * Math.PI);
    });
    ink.globalAlpha = 0.07;
    ink.fillStyle = layer.colour;
    ink.fill(reach);
    ink.globalAlpha = 0.55;
    ink.strokeStyle = layer.colour;
    ink.lineWidth = 1;
    ink.setLineDash([4, 3]);
    ink.stroke(reach);
    ink.setLineDash([]);
    ink.globalAlpha = 1;
  },

  drawLabels(ink) {
    if (!this.isOn("labels")) return;
    const { town, font, colours, selected } = this.state;
    const taken = [];
    const write = (text, x, y, usual, weight, colour) => {
      const size = usual * this.state.unit;
      ink.font = `${weight} ${size}px ${font}`;
      const lines = linesOf(text);
      const half = Math.max(...lines.map((line) => ink.measureText(line).width)) / 2 + 3;
      const high = size * (0.6 * lines.length + 0.15);
      const box = [x - half, y - high, x + half, y + high];
      if (taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) return;
      taken.push(box);
      ink.lineJoin = "round";
      ink.strokeStyle = "rgba(255,255,255,0.92)";
      ink.lineWidth = size > 12 ? 4 : 3;
      ink.fillStyle = colour;
      lines.forEach((line, i) => {
        const at = y + (i - (lines.length - 1) / 2) * size * 1.2;
        ink.strokeText(line, x, at);
        ink.fillText(line, x, at);
      });
    };
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    const order = town.labels.map((_, i) => i);
    if (selected?.[0] === "zones") order.sort((a, b) => (town.zones.codes[b] === selected[1]) - (town.zones.codes[a] === selected[1]));
    order.forEach((i) => {
      if (!town.labels[i]) return;
      const [x, y] = this.onCanvas(town.labels[i][0], town.labels[i][1]);
      write(shortName(town.zones.names[i]) || town.zones.codes[i], x, y, 14, 700, colours.text);
    });
    const cell = town.cells.usualWidth * this.frame.scale;
    if (!this.isOn("cells") || cell < 64) return;
    const [width, height] = [this._container.width / this._ratio, this._container.height / this._ratio];
    town.cells.boxes.forEach((box, i) => {
      const [x, y] = this.onCanvas((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
      if (x < 0 || y < 0 || x > width || y > height || (box[2] - box[0]) * this.frame.scale < 40) return;
      write(shortName(town.cells.names[i]) || town.cells.codes[i].slice(-4), x, y, 11, 400, colours.secondary);
    });
  },
});

/** A zone's name without the word for zone, as a map writes it. */
function shortName(name) {
  return name.length > 2 && name.endsWith("片区") ? name.slice(0, -2) : name;
}

const LONGEST_LINE = 10;
const MOST_LINES = 3;

/** A long name in lines of about equal length: Latin words stay whole, Chinese breaks anywhere. */
function linesOf(name) {
  const pieces = name.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+/g) || [name];
  const wide = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 1 : 0.5), 0);
  const count = Math.min(MOST_LINES, Math.ceil(wide(name) / LONGEST_LINE));
  const most = wide(name) / count;
  const lines = [""];
  pieces.forEach((piece) => {
    const last = lines[lines.length - 1];
    if (last && lines.length < count && wide(last) + wide(piece.trim()) / 2 > most) lines.push(piece);
    else lines[lines.length - 1] = last + piece;
  });
  return lines.map((line) => line.trim()).map((line) => (line.length > 26 ? `${line.slice(0, 25)}…` : line));
}

function drawSymbol(ink, layer, x, y, grown, colours) {
  const r = layer.size * (layer.shape === "dot" ? Math.max(0.8, grown) : grown);
  ink.beginPath();
  if (layer.shape === "square") ink.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (layer.shape === "diamond" || layer.shape === "hexagon") {
    const n = layer.shape === "diamond" ? 4 : 6;
    for (let i = 0; i < n; i += 1) {
      const angle = (i / n) * 2 * Math.PI - Math.PI / 2;
      ink.lineTo(x + 1.15 * r * Math.cos(angle), y + 1.15 * r * Math.sin(angle));
    }
    ink.closePath();
  } else ink.arc(x, y, r, 0, 2 * Math.PI);
  ink.fillStyle = layer.colour;
  ink.strokeStyle = "#ffffff";
  ink.lineWidth = layer.shape === "dot" ? 1 : 1.5;
  ink.fill();
  ink.stroke();
  if (!layer.letter || layer.shape === "dot" || r < 5.5) return;
  ink.fillStyle = "#ffffff";
  ink.font = `600 ${Math.round(r * 1.3)}px ${colours.font}`;
  ink.textAlign = "center";
  ink.textBaseline = "middle";
  ink.fillText(layer.letter, x, y + 0.5);
}
