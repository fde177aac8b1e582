// The one live map, which moves from slide to slide.

/** What `maps.payload` gives, put together from the shared pieces. */
function mapOf(parts) {
  const data = Object.fromEntries(Object.entries(parts).map(([name, at]) => [name, told.pieces[at]]));
  return { ...data, height: "100%", card: null, compare: null, choices: [] };
}

/** Brings a zone into view, beside or above the legend, whichever shows it larger. */
function aimAt(grid, zone) {
  const { zones, base } = grid.state.town;
  const box = zones.boxes[zones.position.get(zone)];
  if (!box) {
    grid.fit();
    return;
  }
  const corner = (x, y) => grid.map.unproject([x + base[0], y + base[1]], REFERENCE_ZOOM);
  const bounds = L.latLngBounds(corner(box[0], box[1]), corner(box[2], box[3]));
  const { legend, tools } = grid.panels;
  const air = 14;
  const right = tools.offsetWidth + 2 * air;
  const options = [
    [[legend.offsetWidth + 2 * air, air], [right, 2 * air]],
    [[air, air], [right, legend.offsetHeight + 2 * air]],
  ];
  const zoomOf = ([topLeft, bottomRight]) => grid.map.getBoundsZoom(bounds, false, L.point(topLeft).add(bottomRight));
  const [topLeft, bottomRight] = zoomOf(options[0]) >= zoomOf(options[1]) ? options[0] : options[1];
  grid.map.fitBounds(bounds, { paddingTopLeft: topLeft, paddingBottomRight: bottomRight, animate: false });
}

/** Brings into view what a slide is of: its zone, its stretch of the map, or the whole place. */
function aimFor(grid, { zone, map }) {
  const [west, south, east, north] = mapOf(map).sight?.bounds || [];
  if (zone) aimAt(grid, zone);
  else if (north === undefined) grid.fit();
  else grid.map.fitBounds([[south, west], [north, east]], { animate: false });
}

class Stage {
  constructor(clicked) {
    this.root = element("div", "stage");
    this.send = { trigger: (name, value) => name === "clicked" && clicked(value), state: () => {} };
  }

  /** Puts the map of a slide into its slot. */
  async show(slide, { isWeeks = false } = {}) {
    slide.slot.append(this.root);
    this.slide = slide;
    const data = mapOf(isWeeks ? slide.slide.weeks : slide.slide.map);
    if (!this.grid) {
      this.grid = new GridMap(this.root, data, this.send);
      this.grid.state.covered = () => this.grid.panels.taken();
      // The keys turn the slides.
      this.grid.map.keyboard.disable();
      this.grid.map.doubleClickZoom.disable();
      this.grid.map.on("dblclick", (event) => this.zoneAt(event.layerPoint));
    }
    this.isWeeks = isWeeks;
    if (!isWeeks) this.grid.panels.weeks.stop();
    this.grid.week = undefined;
    await this.grid.update(data);
    if (this.slide === slide && this.grid.state.town) this.aim();
    slide.slot.dataset.ready = isWeeks ? "weeks" : "map";
  }

  /** Tells of the zone under a point, whatever else lies there. */
  zoneAt(point) {
    const { grid } = this;
    const { zones } = grid.state.town;
    const at = zones.find(...grid.canvas.toTown(point));
    if (at >= 0) this.send.trigger("clicked", { layer: "zones", code: zones.codes[at] });
  }

  aim() {
    if (!this.grid?.state.town) return;
    aimFor(this.grid, this.slide.slide);
  }

  /** Outlines a place that was picked from a list. */
  select(layer, code, { isFar = true } = {}) {
    if (!this.grid?.state.town?.[layer]?.position.has(code)) return false;
    this.grid.state.selected = [layer, code];
    this.grid.canvas.draw();
    if (isFar) this.grid.fly([layer, code]);
    return true;
  }

  /** Marks what a pointer is on in a list; null: nothing. */
  point(about) {
    const shapes = this.grid?.state.town?.[about?.[0]];
    const position = shapes?.position.get(about[1]);
    this.grid.state.hovered = position === undefined ? null : { layer: about[0], position };
    if (this.grid.canvas.frame) this.grid.canvas.outline();
  }

  /** Nothing is under the pointer any more. */
  rest() {
    if (this.grid?.state.town) this.grid.hover(null);
  }

  clear() {
    if (!this.grid?.state.town) return;
    this.grid.state.selected = this.slide.slide.zone ? ["zones", this.slide.slide.zone] : null;
    this.grid.canvas.draw();
  }

  /** Plays the weeks. */
  play() {
    if (!this.grid.panels.weeks.timer) this.grid.panels.weeks.start();
  }

  leave() {
    this.grid?.panels.weeks.stop();
    this.root.remove();
  }
}
