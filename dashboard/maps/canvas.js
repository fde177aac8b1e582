// The drawing: one canvas over the whole map.

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
    this._spare = [document.createElement("canvas"), document.createElement("canvas")];
  },

  _destroyContainer() {
    this._container.remove();
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = this.state.ratio || Math.min(window.devicePixelRatio || 1, 2);
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

  /** Back from the town's own pixels to layer pixels of the map. */
  toLayer(x, y) {
    const scale = 2 ** (this._map.getZoom() - REFERENCE_ZOOM);
    const origin = this._map.getPixelOrigin();
    const { base } = this.state.town;
    return L.point((x + base[0]) * scale - origin.x, (y + base[1]) * scale - origin.y);
  },

  draw() {
    const { state } = this;
    if (!this._map || !this._bounds || !state.town) return;
    this._still = null;
    this._sides = null;
    if (!state.before || !state.polygons) {
      this.paint(this._context);
      return;
    }
    const present = state.polygons;
    const { width, height } = this._container;
    this._sides = [state.before, present.classes].map((classes, side) => {
      const canvas = this._spare[side];
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      state.polygons = { ...present, classes };
      this.paint(canvas.getContext("2d"));
      return canvas;
    });
    state.polygons = present;
    this.compose();
  },

  /** Lays the earlier moment left of the divider and the present one right of it. */
  compose() {
    if (!this._sides) return;
    this._still = null;
    const ink = this._context;
    const { width, height } = this._container;
    const left = this._map.containerPointToLayerPoint([this.state.divider, 0]).x - this._bounds.min.x;
    const x = Math.max(0, Math.min(width, Math.round(left * this._ratio)));
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, width, height);
    if (x > 0) ink.drawImage(this._sides[0], 0, 0, x, height, 0, 0, x, height);
    if (x < width) ink.drawImage(this._sides[1], x, 0, width - x, height, x, 0, width - x, height);
  },

  /** Both sides whole, each a canvas of what the map's window shows. */
  views() {
    const size = this._map.getSize();
    const corner = this._map.containerPointToLayerPoint([0, 0]).subtract(this._bounds.min).multiplyBy(this._ratio);
    return (this._sides || []).map((side) => {
      const view = document.createElement("canvas");
      [view.width, view.height] = [Math.round(size.x * this._ratio), Math.round(size.y * this._ratio)];
      view.getContext("2d").drawImage(side, -Math.round(corner.x), -Math.round(corner.y));
      return view;
    });
  },

  paint(ink) {
    const { town } = this.state;
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
    this.drawVeil(ink);
    this.drawSelected(ink, px);
    this.state.strokes?.forEach((stroke) => this.drawStroke(ink, stroke));
  },

  /** Dims everything but what is selected. */
  drawVeil(ink) {
    const { town, selected, spotlight } = this.state;
    const shapes = selected && town[selected[0]];
    const lit = shapes?.paths?.[shapes.position.get(selected[1])];
    if (!spotlight || !lit) return;
    const { scale, shift } = this.frame;
    const { x, y } = this._bounds.getSize();
    const veil = new Path2D();
    veil.rect(-shift[0] / scale, -shift[1] / scale, x / scale, y / scale);
    veil.addPath(lit);
    ink.fillStyle = "rgba(24, 23, 20, .56)";
    ink.fill(veil, "evenodd");
  },

  /** A red line with a white edge, so that it is seen on red as well. */
  drawStroke(ink, stroke) {
    const width = (this.state.unit || 1) / this.frame.scale;
    const line = new Path2D();
    stroke.forEach(([x, y], n) => (n ? line.lineTo(x, y) : line.moveTo(x, y)));
    [ink.lineCap, ink.lineJoin] = ["round", "round"];
    [["#ffffff", 6.4], ["#e4002b", 4]].forEach(([colour, wide]) => {
      ink.strokeStyle = colour;
      ink.lineWidth = wide * width;
      ink.stroke(line);
    });
    ink.lineCap = "butt";
  },

  /** A piece of a stroke over what is drawn, without drawing all of it anew. */
  pen(piece) {
    const { scale, shift, ratio } = this.frame;
    this._still = null;
    this._context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * shift[0], ratio * shift[1]);
    this.drawStroke(this._context, piece);
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
    if (this._shapes !== shapes) this._mergedOf = new WeakMap();
    this._shapes = shapes;
    this._merged = this.merged(polygons, shapes);
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

  /** One path a class, made anew only when the classes changed. */
  merged({ classes, swatches }, shapes) {
    if (!this._mergedOf.has(classes)) {
      const paths = swatches.map(() => new Path2D());
      classes.forEach((which, i) => {
        if (which !== NOT_DRAWN && paths[which] && shapes.paths[i]) paths[which].addPath(shapes.paths[i]);
      });
      this._mergedOf.set(classes, paths);
    }
    return this._mergedOf.get(classes);
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
    if (isFaint || !polygons || !this._merged) return;
    ink.lineWidth = px(Math.max(0.7, Math.min(1.8, (town.cells.usualWidth * this.frame.scale) / 11)));
    polygons.swatches.forEach(({ edge }, which) => {
      if (!edge) return;
      ink.strokeStyle = edge;
      ink.stroke(this._merged[which]);
    });
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
});
