// What lies over a slide for a moment: overview, keys, everything of a slide.

const KEYS = [
  ["→ ↓ Space PgDn", "deck_next"], ["← ↑ PgUp", "deck_previous"], ["Home / End", "deck_ends"], ["0–9 Enter", "deck_number"],
  ["O / Esc", "deck_overview"], ["A", "deck_all"], ["W", "deck_weeks"], ["N", "deck_notes"], ["F", "deck_full"], ["D", "deck_dark"],
  ["B", "deck_black"], ["P", "deck_print"], ["Backspace", "deck_back"], ["?", "deck_help"],
];
/** Slides beside each other in the overview. */
const ACROSS = 5;

class Sheets {
  constructor(stills) {
    this.stills = stills;
    this.node = element("div", "sheet-over");
    this.node.hidden = true;
    this.node.setAttribute("role", "dialog");
    this.node.setAttribute("aria-modal", "true");
    this.node.tabIndex = -1;
    this.node.addEventListener("click", (event) => event.target === this.node && this.close());
    this.node.addEventListener("keydown", (event) => event.key === "Tab" && this.keep(event));
    document.body.append(this.node);
  }

  /** The focus stays in what is open. */
  keep(event) {
    const every = [...this.node.querySelectorAll("button")].filter((each) => each.offsetParent);
    const [first, last] = [every[0], every[every.length - 1]];
    const from = document.activeElement;
    if (!first || (event.shiftKey ? from !== first && from !== this.node : from !== last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }

  get isOpen() {
    return !this.node.hidden;
  }

  open(name, label, ...content) {
    this.before = this.isOpen ? this.before : document.activeElement;
    this.name = name;
    this.node.className = `sheet-over is-${name}`;
    this.node.setAttribute("aria-label", label);
    const close = button("close", "×", () => this.close());
    close.setAttribute("aria-label", say("deck_close"));
    const head = element("header");
    head.append(element("h2", "", label), close);
    const inner = element("div", "sheet");
    inner.append(head, ...content);
    this.node.replaceChildren(inner);
    this.node.hidden = false;
    (this.node.querySelector("[aria-current=true]") || this.node).focus();
  }

  close() {
    if (!this.isOpen) return false;
    this.node.hidden = true;
    this.before?.focus?.();
    return true;
  }

  help() {
    const list = element("dl", "key-list");
    KEYS.forEach(([keys, name]) => {
      const how = element("dt");
      how.append(...keys.split(" ").map((key) => element(key === "/" ? "span" : "kbd", "", key)));
      list.append(how, element("dd", "", say(name)));
    });
    this.open("help", say("deck_help"), list, element("p", "small", say("deck_touch")));
  }

  /** All sentences, tables and numbers of charts of one slide, to scroll through. */
  whole(slide) {
    const parts = [];
    if (slide.lines.length) {
      const list = element("ol", "lines");
      list.append(...slide.lines.map((line) => sentence(line)));
      parts.push(list);
    }
    slide.tables.forEach((table) => parts.push(new Shown(table, () => {}).node));
    if (slide.chart) parts.push(new Shown(tableOfChart(slide.chart), () => {}).node);
    if (slide.remarks.length) {
      const list = element("div", "remarks");
      list.append(...slide.remarks.map(({ text }) => element("p", "small", text)));
      parts.push(list);
    }
    this.open("whole", slide.message.text, ...parts);
  }

  /** Every slide, small; drawn once for a size of the window. */
  async overview(current, go) {
    await this.stills.prepare();
    const [width, height] = [window.innerWidth, window.innerHeight];
    const isKnown = this.thumbs?.size === `${width} ${height}`;
    if (!isKnown) this.thumbs = { ...this.small(width, height, go), size: `${width} ${height}` };
    const { grid, made, scale } = this.thumbs;
    [...grid.children].forEach((thumb, i) => thumb.setAttribute("aria-current", String(i === current)));
    this.open("overview", say("deck_overview"), grid);
    if (isKnown) return;
    made.forEach((slide) => fitSlide(slide, width, height));
    this.stills.draw(made, 2 * scale);
  }

  small(width, height, go) {
    const grid = element("div", "thumbs");
    // Of the width, the margins of the sheet and the gaps are left.
    const scale = (0.88 * (width - 4.8 * unitOf(width, height))) / ACROSS / width;
    const made = told.slides.map((slide, i) => new Slide(slide, i + 1));
    made.forEach((slide, i) => {
      const thumb = button("thumb", "", () => (this.close(), go(i)));
      const frame = element("div", "thumb-frame");
      Object.assign(frame.style, { width: `${width * scale}px`, height: `${height * scale}px` });
      Object.assign(slide.node.style, { width: `${width}px`, height: `${height}px`, transform: `scale(${scale})` });
      slide.node.setAttribute("aria-hidden", "true");
      slide.node.inert = true;
      frame.append(slide.node);
      thumb.append(frame, element("span", "thumb-number", String(i + 1)), element("span", "thumb-title", slide.slide.title));
      thumb.setAttribute("aria-label", `${slide.page()} ${slide.slide.title} ${slide.slide.message.text}`);
      grid.append(thumb);
    });
    return { grid, made, scale };
  }

  /** Moves the focus in the overview. */
  step(by) {
    const every = [...this.node.querySelectorAll(".thumb")];
    const across = every.filter((each) => each.offsetTop === every[0]?.offsetTop).length;
    const at = every.indexOf(document.activeElement.closest(".thumb"));
    const to = at + (Math.abs(by) === 2 ? Math.sign(by) * across : by);
    every[Math.max(0, Math.min(every.length - 1, to))]?.focus();
  }
}

/** The numbers of a chart as a table. */
function tableOfChart(chart) {
  const rows = chart.labels.map((label, i) => [
    label, ...chart.series.map(({ values }) => (values[i] === null ? "—" : values[i].toLocaleString("en-US", { maximumFractionDigits: 1 }))),
  ]);
  const columns = [{ name: "label", heading: "", kind: "text" }, ...chart.series.map(({ name, label }) => ({ name, heading: label, kind: "count", number: true }))];
  return { key: chart.key, title: chart.title, columns, rows, codes: chart.codes, flags: [], about: [], of: rows.length, note: chart.note };
}
