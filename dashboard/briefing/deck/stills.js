// Maps that stand still, for paper and for the overview: drawn by the same script, one after the other.

class Stills {
  constructor(stage) {
    this.stage = stage;
    this.parts = new Map();
  }

  /** Unpacks what all maps draw, so that they can be drawn at once when the browser wants to print. */
  async prepare() {
    if (!this.preparing) {
      const slides = told.slides.filter(({ map }) => map);
      const load = async () => {
        const grid = this.stage.grid || new GridMap(element("div"), mapOf(slides[0].map), this.stage.send);
        for (const slide of slides) this.parts.set(slide.id, await grid.load(mapOf(slide.map)));
      };
      this.preparing = slides.length ? load() : Promise.resolve();
    }
    return this.preparing;
  }

  /** Draws the maps of laid-out slides into their slots. `ratio`: pixels of a picture to one of the slide. */
  draw(slides, ratio) {
    const wanted = slides.filter(({ slide }) => this.parts.has(slide.id));
    if (!wanted.length) return;
    const root = element("div", "aside");
    document.body.append(root);
    let grid = null;
    wanted.forEach((slide) => {
      const { clientWidth: width, clientHeight: height } = slide.slot;
      Object.assign(root.style, { width: `${width}px`, height: `${height}px` });
      const data = mapOf(slide.slide.map);
      if (!grid) grid = new GridMap(root, data, { trigger() {}, state() {} });
      Object.assign(grid.state, { ratio, covered: () => grid.panels.taken() });
      grid.prepare(data);
      grid.show(data, this.parts.get(slide.slide.id));
      aimFor(grid, slide.slide);
      slide.slot.replaceChildren(this.picture(grid, width, height, ratio), this.frame(grid));
    });
    grid.remove();
    root.remove();
  }

  picture(grid, width, height, ratio) {
    const { canvas, map } = grid;
    const made = element("canvas", "still");
    [made.width, made.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const corner = map.containerPointToLayerPoint([0, 0]).subtract(canvas._bounds.min).multiplyBy(ratio);
    const ink = made.getContext("2d");
    ink.fillStyle = "#fbfaf7";
    ink.fillRect(0, 0, made.width, made.height);
    ink.drawImage(canvas._container, -Math.round(corner.x), -Math.round(corner.y));
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", grid.data.title);
    return made;
  }

  /** Legend, scale bar and mark around it. */
  frame(grid) {
    const made = element("div", "gm still-frame");
    made.append(grid.panels.legend.cloneNode(true), grid.panels.foot.cloneNode(true));
    return made;
  }
}
