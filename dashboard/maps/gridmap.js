// The map component: takes what `live.payload` gives, draws it, and says what was clicked.
// Texts come from files, so they are only ever set as text, never as markup.

const looks = new Map(); // key of the map → centre and zoom, so that they survive a change of page
const turns = new Map(); // key of the map → what it was told to show and asked last, so that each is done once
const instances = new WeakMap();

/** Pixels of the type that all sizes were chosen for. */
const USUAL_TYPE = 14;

class GridMap {
  constructor(root, data, send) {
    this.send = send;
    this.key = data.key;
    this.drawn = 0;
    this.waitUntil = 0;
    this.pending = null;
    this.state = { hidden: new Set(data.hidden), points: [], town: null, colours: data.colours, singleAtMost: 300, unit: 1 };
    this.style = element("style", "", STYLES);
    this.box = element("div", "gm");
    this.stage = element("div", "gm-stage");
    this.pane = element("div", "gm-map");
    this.pane.setAttribute("role", "application");
    this.stage.append(this.pane, element("div", "gm-cross"));
    this.box.append(this.stage);
    root.append(this.style, this.box);
    this.compare = new Compare(this);
    this.arrange = new Arrange(this);
    this.pen = new Pen(this);
    this.panels = new Panels(this);
    this.map = L.map(this.pane, {
      zoomControl: false, attributionControl: false, zoomSnap: 0, wheelPxPerZoomLevel: 110, zoomDelta: 0.5, minZoom: 3, maxZoom: 19,
      center: [0, 0], zoom: 3, bounceAtZoomLimits: false,
    });
    this.canvas = new TownCanvas(this.state);
    this.canvas.addTo(this.map);
    this.listen();
  }

  listen() {
    this.map.on("moveend", () => {
      if (this.isQuiet || !this.state.town) return;
      looks.set(this.key, { center: this.map.getCenter(), zoom: this.map.getZoom(), version: this.data.place });
      this.hasMoved = true;
    });
    this.map.on("moveend zoomend", () => this.panels.scale());
    this.map.on("move", () => this.canvas.compose());
    this.map.on("dragstart", () => { this.aim = null; });
    this.pane.addEventListener("wheel", () => { this.aim = null; }, { passive: true });
    this.map.on("mousemove", (event) => this.hover(event));
    this.map.on("mouseout dragstart", () => this.hover(null));
    this.map.on("click", (event) => this.click(event.layerPoint));
    this.pane.addEventListener("keydown", (event) => {
      this.box.classList.add("is-keyed");
      if (event.key === "Enter") this.click(this.map.containerPointToLayerPoint(this.map.getSize().divideBy(2)));
      if (event.key === "0") this.fit();
    });
    this.pane.addEventListener("pointerdown", () => this.box.classList.remove("is-keyed"));
    this.watch = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = this.pane;
      if (!clientWidth || !clientHeight) return;
      this.measure();
      this.resize();
      this.compare.place();
      if (!this.hasMoved) this.fit();
      else if (this.data.presented) this.aim?.();
      this.canvas.compose();
      this.panels.scale();
    });
    this.watch.observe(this.pane);
  }

  /** Labels and signs grow with the page's type, which grows with the screen. */
  measure() {
    this.state.unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_TYPE;
  }

  /** Takes new data; the last call wins when several overtake each other. */
  async update(data) {
    this.turn = (this.turn || 0) + 1;
    const turn = this.turn;
    this.prepare(data);
    if (!this.state.town) this.panels.say(data.words.loading);
    try {
      const parts = await this.load(data);
      if (turn !== this.turn || this.isGone) return;
      this.show(data, parts);
    } catch (error) {
      if (turn !== this.turn || this.isGone) return;
      this.panels.say(data.words.failed);
      if (error.isLost) this.askAgain();
      else console.warn(error);
    }
  }

  prepare(data) {
    this.data = data;
    this.box.style.height = data.height;
    this.box.lang = data.lang;
    this.pane.setAttribute("aria-label", data.title);
    this.state.font = getComputedStyle(this.box).fontFamily;
    this.measure();
    this.state.colours = { ...data.colours, font: this.state.font };
  }

  /** What `show` draws: geometry and arrays, fetched and unpacked. */
  async load(data) {
    const [town, polygons, frames, before, raster, ...points] = await Promise.all([
      townOf(data.geometry), this.polygons(data.polygons), this.frames(data.frames), this.earlier(data.compare),
      this.raster(data.raster),
      ...data.points.map((layer) => layer.content || (layer.address ? once(layer.address, "json") : null)),
    ]);
    return { town, polygons, frames, before, raster, points };
  }

  /** The server has lost the data (a restart): a rerun publishes it again, under the same address, so the same data
   *  come back and Streamlit does not call again; the retry is ours. */
  askAgain() {
    this.lost = (this.lost || 0) + 1;
    if (this.lost > 5) return;
    this.send.trigger("lost", this.lost);
    window.setTimeout(() => !this.isGone && this.update(this.data), 600 * this.lost);
  }

  show(data, { town, polygons, frames, before, raster, points }) {
    const { state } = this;
    const isNew = state.town !== town;
    Object.assign(state, { town, polygons, raster, selected: data.selected, hovered: null, hasTiles: Boolean(data.tiles) });
    this.frameSet = frames;
    state.points = data.points.map((layer, number) => ({
      ...layer,
      items: points[number] ? placed(points[number], town) : town.facilities.get(layer.kind) || [],
    }));
    state.points.forEach((layer) => {
      if (!layer.shown && !this.panels.touched.has(layer.kind)) state.hidden.add(layer.kind);
    });
    this.arrange.take(data.arrange, data.words);
    this.pen.take(Boolean(data.presented));
    this.tiles(data.tiles);
    this.lost = 0;
    this.panels.draw(data);
    this.panels.say(town.isEmpty ? data.words.empty : "");
    if (frames) this.takeWeek(frames);
    this.compare.take(data.compare, data.words, before);
    this.resize();
    const room = [...this.panels.taken(), this.compare.isOn].join();
    if (isNew) this.start(town, data);
    // Whoever arranges points keeps the ground under them.
    else if (!this.hasMoved && room !== this.room && !(data.arrange && this.wasArranged)) this.fit();
    this.room = room;
    this.wasArranged = Boolean(data.arrange);
    if (data.fly && data.fly !== this.flown) this.take(() => this.fly(data.selected));
    this.flown = data.fly;
    this.attend(data);
    this.canvas.draw();
    this.panels.scale();
    this.drawn += 1;
    this.box.dataset.version = data.version;
    this.box.dataset.drawn = this.drawn;
  }

  start(town, data) {
    const before = looks.get(this.key);
    if (before && before.version === data.place) {
      this.hasMoved = true;
      this.map.setView(before.center, before.zoom, { animate: false });
    } else this.fit();
  }

  /** Goes there, and again when the window changes, until the reader moves the map. */
  take(aim) {
    this.aim = aim;
    aim();
  }

  /** Brings the stretch that was asked for into view, and says which one is where the server asks; once each. */
  attend({ key, sight, ask }) {
    const done = turns.get(key) || {};
    turns.set(key, { sight: sight?.turn || done.sight, ask: ask || done.ask });
    if (sight && sight.turn !== done.sight) {
      const [west, south, east, north] = sight.bounds || [];
      if (sight.bounds) this.take(() => this.map.fitBounds([[south, west], [north, east]], { animate: false }));
      else this.fit();
    }
    if (!ask || ask === done.ask) return;
    const seen = this.map.getBounds();
    const bounds = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
    this.send.trigger("seen", { turn: ask, bounds: this.hasMoved ? bounds : null });
  }

  /** A new size is no move of the reader's. */
  resize() {
    this.isQuiet = true;
    this.map.invalidateSize({ animate: false, pan: false });
    this.isQuiet = false;
  }

  fit() {
    if (!this.state.town) return;
    this.isQuiet = true;
    // What the page lays over the top of the map, its style sheet says, in pixels of usual type.
    const row = parseFloat(getComputedStyle(this.map.getContainer()).getPropertyValue("--map-row")) || 0;
    const { offsetTop, offsetHeight } = this.panels.top;
    const choices = this.data.choices.length ? offsetTop + offsetHeight + 4 * this.state.unit : 0;
    const top = Math.max(row * this.state.unit, 16 * this.state.unit, choices) + (this.compare.isOn ? 34 : 0) * this.state.unit;
    const { x, y, zoom } = wholeTown(this.map, this.state.town, this.panels.taken(), top);
    const { base } = this.state.town;
    this.map.setView(this.map.unproject([x + base[0], y + base[1]], REFERENCE_ZOOM), zoom, { animate: false });
    this.isQuiet = false;
    const [west, , east] = this.state.town.reach;
    this.compare.centre(((west + east) / 2 - x) * 2 ** (zoom - REFERENCE_ZOOM) + this.map.getSize().x / 2);
    this.hasMoved = false;
    looks.delete(this.key);
  }

  /** Brings one zone into view. */
  go(code) {
    const { zones, base } = this.state.town;
    const box = zones.boxes[zones.position.get(code)];
    const corner = (x, y) => this.map.unproject([x + base[0], y + base[1]], REFERENCE_ZOOM);
    if (box) this.map.fitBounds([corner(box[0], box[1]), corner(box[2], box[3])], { padding: [40, 40], animate: false });
  }

  /** Brings a place that was picked from a list into view, with what lies around it. */
  fly(place) {
    const shapes = this.state.town[place?.[0]];
    const box = shapes?.boxes[shapes.position.get(place[1])];
    if (!box) {
      this.flyToPoint(place);
      return;
    }
    const { base } = this.state.town;
    const middle = this.map.unproject([(box[0] + box[2]) / 2 + base[0], (box[1] + box[3]) / 2 + base[1]], REFERENCE_ZOOM);
    const side = Math.max(box[2] - box[0], box[3] - box[1], 1);
    const { x, y } = this.map.getSize();
    const around = place[0] === "zones" ? 1.6 : 7;
    const zoom = Math.min(REFERENCE_ZOOM + Math.log2(Math.min(x, y) / (around * side)), this.map.getMaxZoom());
    const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const closer = this.data.presented ? zoom : Math.max(this.map.getZoom(), zoom);
    this.map.setView(middle, closer, { animate: !isStill });
  }

  /** A point with what it reaches. */
  flyToPoint(place) {
    const layer = this.state.points.find(({ kind }) => kind === place?.[0]);
    const item = layer?.items.find(({ code }) => code === place[1]);
    if (!item) return;
    const middle = this.map.layerPointToLatLng(this.canvas.toLayer(item.x, item.y));
    const metres = this.canvas.frame.metres * 2 ** this.map.getZoom();
    const { x, y } = this.map.getSize();
    const zoom = layer.radius ? Math.log2((metres * Math.min(x, y)) / (5 * layer.radius)) : this.map.getZoom();
    const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.setView(middle, Math.max(this.map.getZoom(), Math.min(zoom, this.map.getMaxZoom())), { animate: !isStill });
  }

  async polygons(packed) {
    if (!packed) return null;
    const [classes, ...rows] = await Promise.all([unpack(packed.classes), ...packed.rows.map((row) => unpack(row.values))]);
    return { ...packed, classes: classes.values, rows: packed.rows.map((row, i) => ({ label: row.label, at: rows[i] })) };
  }

  async earlier(compare) {
    if (!compare?.classes) return null;
    const [classes, values] = await Promise.all([unpack(compare.classes), unpack(compare.values)]);
    return { classes: classes.values, values };
  }

  async frames(packed) {
    if (!packed) return null;
    const bytes = new Uint8Array(await once(packed.address, "bytes"));
    const n = packed.totals.length;
    const each = packed.width;
    return {
      ...packed,
      classes: Array.from({ length: n }, (_, week) => bytes.subarray(week * each, (week + 1) * each)),
      values: packed.hasValues ? new Uint16Array(bytes.slice(n * each + ((n * each) % 2)).buffer) : null,
    };
  }

  async raster(packed) {
    if (!packed) return null;
    return { bounds: packed.bounds, image: await createImageBitmap(await once(packed.address, "blob")) };
  }

  /** The server's week counts, but not while the reader is ahead of it: playing, sliding, or waiting for its answer. */
  takeWeek(frames) {
    const isAhead = this.pending || this.panels.weeks.timer || (frames.current !== this.sentWeek && Date.now() < this.waitUntil);
    if (!isAhead || this.week === undefined) this.week = frames.current;
    this.applyWeek();
  }

  /** Puts the classes of the chosen week under the map's colours. */
  applyWeek() {
    const { frameSet: frames, state } = this;
    this.week = Math.max(0, Math.min(frames.totals.length - 1, this.week));
    state.polygons = { ...state.polygons, classes: frames.classes[this.week] };
    this.panels.weeks.select(this.week);
    this.compare.settle();
  }

  chooseWeek(week) {
    this.week = week;
    this.applyWeek();
    this.canvas.draw();
    this.sendWeek();
  }

  /** Tells the server the week once it rests; not every week that passes by. */
  sendWeek() {
    window.clearTimeout(this.pending);
    this.pending = null;
    if (this.panels.weeks.timer) return;
    this.pending = window.setTimeout(() => {
      this.pending = null;
      this.sentWeek = this.week;
      this.waitUntil = Date.now() + 2500;
      this.send.state("week", this.week);
    }, 400);
  }

  tiles(tiles) {
    if (this.tileLayer && this.tileLayer._url !== tiles?.url) {
      this.tileLayer.remove();
      this.tileLayer = null;
    }
    if (tiles && !this.tileLayer) this.tileLayer = L.tileLayer(tiles.url, { maxZoom: 19 }).addTo(this.map);
  }

  toggle(name, isOn) {
    this.panels.touched.add(name);
    if (isOn) this.state.hidden.delete(name);
    else this.state.hidden.add(name);
    this.canvas.draw();
    this.panels.hint();
  }

  /** What lies at a layer point: a point before a polygon. */
  at(point) {
    const { state, canvas } = this;
    if (!state.town || !canvas.frame) return null;
    const [x, y] = canvas.toTown(point);
    const [cx, cy] = canvas.onCanvas(x, y);
    let best = null;
    let nearest = 10;
    (canvas.shownPoints || []).forEach((each) => {
      const distance = Math.hypot(each.x - cx, each.y - cy);
      if (distance < nearest) [best, nearest] = [each, distance];
    });
    if (best) return { layer: best.layer.kind, code: best.item.code, title: best.item.title, point: best };
    const layers = state.polygons?.layer === "zones" ? ["zones", "cells"] : ["cells", "zones"];
    for (const layer of layers) {
      const position = state.town[layer].find(x, y);
      if (position >= 0) return { layer, position, code: state.town[layer].codes[position] };
    }
    return null;
  }

  hover(event) {
    const found = event && !this.arrange.isAdding && !this.pen.isOn ? this.at(event.layerPoint) : null;
    const before = this.state.hovered;
    this.pane.style.cursor = this.arrange.cursor(found) || (found ? "pointer" : "");
    this.panels.tip(found, event?.containerPoint);
    const next = found && !found.point ? { layer: found.layer, position: found.position } : null;
    if (before?.position !== next?.position || before?.layer !== next?.layer) {
      this.state.hovered = next;
      this.canvas.outline();
    }
  }

  click(point) {
    if (this.pen.isOn) return;
    const found = this.at(point);
    if (this.arrange.adds(found, point) || !found) return;
    if (!found.point || this.data.arrange) {
      this.state.selected = [found.layer, found.code];
      this.canvas.draw();
    }
    this.send.trigger("clicked", { layer: found.layer, code: found.code });
  }

  remove() {
    this.isGone = true;
    window.clearTimeout(this.pending);
    this.panels.weeks.stop();
    this.compare.remove();
    this.arrange.remove();
    this.pen.remove();
    this.watch.disconnect();
    this.map._animatingZoom = false; // the end of a zoom would still look for the panes
    this.map.remove();
    this.box.remove();
    this.style.remove();
  }
}

/** Draws `data` into `root`; the same root keeps its map. `send` has `trigger(name, value)` and `state(name, value)`. */
export function mount(root, data, send) {
  let instance = instances.get(root);
  if (!instance || instance.isGone) {
    instance = new GridMap(root, data, send);
    instances.set(root, instance);
  }
  instance.send = send;
  instance.update(data);
  return instance;
}

/** The entry point of st.components.v2: called with every change of the data. */
export default function component({ data, parentElement, setStateValue, setTriggerValue }) {
  const instance = mount(parentElement, data, { state: setStateValue, trigger: setTriggerValue });
  // Streamlit calls this also when a call was merely overtaken by the next one; only a map that left the page goes.
  return () => window.setTimeout(() => {
    if (!instance.box.isConnected) instance.remove();
  }, 0);
}
