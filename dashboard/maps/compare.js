// Two moments on one map: an earlier one left of a divider, the present one right of it. The divider moves without the
// server; on paper, where nothing moves, both stand side by side.

const STEP = 0.02;
const PAGE_STEP = 0.1;

class Compare {
  constructor(owner) {
    this.owner = owner;
    this.part = 0.5;
    this.isMoved = false;
    this.line = element("div", "gm-divider");
    this.line.tabIndex = 0;
    this.line.setAttribute("role", "separator");
    this.line.setAttribute("aria-orientation", "vertical");
    this.line.setAttribute("aria-valuemin", "0");
    this.line.setAttribute("aria-valuemax", "100");
    this.grip = element("span", "gm-grip");
    this.grip.append(icon(ICONS.swipe));
    this.before = element("div", "gm-moment is-before");
    this.select = element("select");
    this.before.append(this.select);
    this.now = element("div", "gm-moment is-now");
    this.line.append(this.grip);
    this.pair = element("div", "gm-pair");
    this.button = element("button", "gm-toggle");
    this.button.type = "button";
    owner.stage.append(this.line, this.before, this.now, this.pair);
    this.listen();
  }

  listen() {
    const drag = (event) => {
      const { left, width } = this.owner.stage.getBoundingClientRect();
      this.move((event.clientX - left) / (width || 1));
    };
    this.line.addEventListener("pointerdown", (event) => {
      this.line.setPointerCapture(event.pointerId);
      this.isDragging = true;
    });
    this.line.addEventListener("pointermove", (event) => this.isDragging && drag(event));
    ["pointerup", "pointercancel"].forEach((name) => this.line.addEventListener(name, () => (this.isDragging = false)));
    this.line.addEventListener("keydown", (event) => {
      const { part } = this;
      const to = { ArrowLeft: part - STEP, ArrowDown: part - STEP, ArrowRight: part + STEP, ArrowUp: part + STEP,
        PageDown: part - PAGE_STEP, PageUp: part + PAGE_STEP, Home: 0, End: 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.move(to);
    });
    this.select.addEventListener("change", () => this.owner.send.trigger("compare", this.select.value));
    this.button.addEventListener("click", () => {
      const isOn = this.button.getAttribute("aria-pressed") === "true";
      this.button.setAttribute("aria-pressed", String(!isOn));
      this.owner.send.trigger("compare", isOn ? "off" : this.usual);
    });
    this.paper = window.matchMedia("print");
    this.print = () => this.paper.matches && this.drawPair();
    this.paper.addEventListener("change", this.print);
    this.onPaper = () => this.drawPair();
    window.addEventListener("beforeprint", this.onPaper);
  }

  remove() {
    this.paper.removeEventListener("change", this.print);
    window.removeEventListener("beforeprint", this.onPaper);
  }

  /** `data`: what the server says of comparing (null: not here); `unpacked`: classes and values of the earlier moment. */
  take(data, words, unpacked) {
    this.data = data;
    this.words = words;
    this.unpacked = unpacked;
    this.button.hidden = !data;
    if (data) {
      this.button.textContent = words.compare;
      this.button.setAttribute("aria-pressed", String(Boolean(data.chosen)));
    }
    this.line.setAttribute("aria-label", words.divider);
    this.select.setAttribute("aria-label", words.compare_with);
    this.select.title = words.compare_with;
    this.settle();
  }

  /** What the two sides show, for the week that is chosen: with weeks, an earlier one lies before it. */
  settle() {
    const { data, owner } = this;
    const frames = owner.frameSet;
    let moments = data?.moments || [];
    let chosen = moments.findIndex(([key]) => key === data?.chosen);
    this.usual = data?.usual;
    if (frames && data) {
      moments = moments.slice(0, owner.week);
      this.usual = moments.at(-1)?.[0];
      if (chosen >= moments.length) chosen = moments.length - 1;
    }
    this.button.disabled = !moments.length;
    if (this.words) this.button.title = moments.length ? this.words.compare_how : this.words.compare_none;
    const isOn = chosen >= 0;
    owner.box.classList.toggle("has-moments", isOn);
    this.isOn = isOn;
    [this.line, this.before, this.now].forEach((each) => (each.hidden = !isOn));
    if (!isOn) {
      owner.state.before = null;
      return;
    }
    this.labels = [moments[chosen][1], frames ? `${frames.starts[owner.week]} — ${frames.ends[owner.week]}` : data.now];
    this.week = frames ? chosen : null;
    owner.state.before = frames ? frames.classes[chosen] : this.unpacked.classes;
    const options = moments.map(([key, label]) => new Option(label, key)).reverse();
    this.select.replaceChildren(...options);
    this.select.value = moments[chosen][0];
    this.now.textContent = this.labels[1];
    this.place();
  }

  /** Where nobody has moved it, the divider stands in the middle of the town. */
  centre(x) {
    if (this.isMoved || !this.isOn) return;
    this.part = Math.max(0.1, Math.min(0.9, x / (this.owner.stage.clientWidth || 1)));
    this.place();
  }

  move(part) {
    this.isMoved = true;
    this.part = Math.max(0, Math.min(1, part));
    this.place();
    this.owner.canvas.compose();
  }

  /** Puts divider and labels where the divider stands; a side that is too narrow for its label is not named. */
  place() {
    if (!this.isOn) return;
    const width = this.owner.stage.clientWidth;
    const x = Math.round(this.part * width);
    this.owner.state.divider = x;
    this.line.style.left = `${x}px`;
    this.before.style.right = `${width - x}px`;
    this.now.style.left = `${x}px`;
    this.before.classList.toggle("is-narrow", x < this.before.offsetWidth);
    this.now.classList.toggle("is-narrow", width - x < this.now.offsetWidth);
    const percent = Math.round(100 * this.part);
    this.line.setAttribute("aria-valuenow", String(percent));
    this.line.setAttribute("aria-valuetext", `${this.labels[0]} ${percent}% · ${this.labels[1]} ${100 - percent}%`);
  }

  /** Lines of a tooltip: label and value of either side. */
  rows(position, polygons) {
    const frames = this.owner.frameSet;
    const classes = [this.owner.state.before, polygons.classes];
    const values = frames?.values
      ? [this.week, this.owner.week].map((week) => frames.values[week * frames.width + position])
      : [this.unpacked.values(position), polygons.rows[0]?.at(position)];
    const title = frames?.values ? this.words.counted : polygons.rows[0]?.label;
    const lines = this.labels.map((label, side) => {
      const hatched = polygons.swatches[classes[side][position]]?.hatch && polygons.swatches[classes[side][position]].label;
      const value = values[side] === null || values[side] === undefined ? "—" : shown(values[side]);
      return [label, hatched ? `${value} · ${hatched}` : value];
    });
    return { title, lines };
  }

  /** Both sides whole, side by side, as they lie in the window of the map. */
  drawPair() {
    if (!this.isOn) return;
    const views = this.owner.canvas.views();
    this.pair.replaceChildren(...views.map((view, side) => {
      const figure = element("figure", "gm-side");
      figure.append(element("figcaption", "", this.labels[side]), view);
      return figure;
    }));
  }
}
