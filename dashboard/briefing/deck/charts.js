// Charts as SVG: lying bars, columns over time with lines for what stands at the end of a week, lines.

const TONES = { alarm: "var(--alarm)", worse: "var(--alarm)", better: "var(--better)" };
const PLAIN = ["var(--first)", "var(--second)", "var(--third)", "var(--fourth)"];
const COLUMNS_AT_MOST = 2;
/** Least height of a lying bar, and of its row, in letters; what is lower cannot be read. */
const BAR_EM = 0.62;
const ROW_EM = 1.15;

function drawn(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, String(value)));
  if (text !== undefined) made.textContent = text;
  return made;
}

const rule = document.createElement("canvas").getContext("2d");

/** Width of a text in ems. */
function ems(text) {
  rule.font = `100px ${getComputedStyle(document.documentElement).getPropertyValue("--st-font")}`;
  return rule.measureText(text).width / 100;
}

function within(text, most) {
  let kept = text;
  while (kept.length > 1 && ems(kept) > most) kept = `${kept.slice(0, -2)}…`;
  return kept;
}

class Chart {
  constructor(chart) {
    this.chart = chart;
    this.node = element("figure", "chart");
    this.box = element("div", "chart-box");
    let plain = 0;
    this.series = chart.series.map((series, i) => ({
      ...series,
      colour: TONES[series.tone] || PLAIN[plain++ % PLAIN.length],
      isLine: chart.kind === "lines" || (chart.kind === "columns" && i >= COLUMNS_AT_MOST),
    }));
    const caption = element("figcaption", "", chart.title);
    this.part = element("span", "part");
    caption.append(this.part);
    this.node.append(caption, this.legend(), this.box);
    if (chart.kind === "bars") this.node.style.minHeight = `${Math.min(22, 3 + 0.85 * chart.labels.length * this.series.length)}em`;
    if (chart.note) this.node.append(element("p", "small", chart.note));
  }

  legend() {
    const made = element("div", "keys");
    const key = (label, colour, kind) => {
      const one = element("span", "key");
      const box = element("i", kind);
      box.style.background = colour;
      one.append(box, label);
      made.append(one);
    };
    if (this.series.length > 1) this.series.forEach(({ label, colour, isLine }) => key(label, colour, isLine ? "is-line" : ""));
    if (this.chart.marked.length) key(this.chart.markedLabel, "var(--band)", "");
    return made;
  }

  /** Draws into what room there is; `type`: pixels of its letters. */
  paint(type) {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !height) return;
    const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": this.chart.title, "font-size": type });
    this.put = (name, attributes, text) => svg.append(drawn(name, attributes, text));
    this.most = Math.max(1, ...this.series.flatMap(({ values }) => values.map((value) => value || 0)));
    if (this.chart.kind === "bars") this.bars(width, height, type);
    else this.columns(width, height, type);
    this.box.replaceChildren(svg);
  }

  text(value) {
    return value === null ? "" : value.toLocaleString("en-US", { maximumFractionDigits: 1 });
  }

  bars(width, height, type) {
    const least = type * Math.max(ROW_EM, (BAR_EM * this.series.length) / 0.74);
    const all = this.chart.labels.length;
    const labels = this.chart.labels.slice(0, Math.max(1, Math.floor(height / least)));
    this.part.textContent = labels.length < all ? say("first_of", { shown: String(labels.length), of: String(all) }) : "";
    const left = Math.min(0.36 * width, type * (0.8 + Math.max(...labels.map(ems))));
    const right = type * (0.8 + ems(this.text(this.most)));
    const row = Math.min(height / labels.length, type * 2.6 * this.series.length);
    const thick = (row * 0.74) / this.series.length;
    const small = Math.min(type, thick * 1.25);
    labels.forEach((label, i) => {
      const middle = (i + 0.5) * row;
      this.put("text", { x: left - type * 0.5, y: middle + type * 0.35, "text-anchor": "end" }, within(label, left / type - 0.5));
      this.series.forEach(({ values, colour }, s) => {
        const y = middle + (s - this.series.length / 2) * thick;
        const long = ((width - left - right) * (values[i] || 0)) / this.most;
        this.put("rect", { x: left, y: y + thick * 0.06, width: Math.max(long, values[i] ? 1 : 0), height: thick * 0.88, fill: colour });
        this.put("text", { x: left + long + type * 0.3, y: y + thick / 2 + small * 0.35, "font-size": small, class: "figures-of" }, this.text(values[i]));
      });
    });
    this.put("line", { x1: left, x2: left, y1: 0, y2: row * labels.length, class: "axis" });
  }

  columns(width, height, type) {
    const { labels, marked } = this.chart;
    const lines = this.series.filter(({ isLine }) => isLine);
    const stood = this.series.filter(({ isLine }) => !isLine);
    const right = lines.length ? type * (0.8 + Math.max(...lines.map(({ values }) => ems(this.text(values[values.length - 1]))))) : 0;
    const group = (width - right) / labels.length;
    const foot = height - type * 1.6;
    const top = type * 1.5;
    const y = (value) => foot - ((foot - top) * value) / this.most;
    marked.forEach((i) => this.put("rect", { x: i * group, y: top - type, width: group, height: foot - top + type, fill: "var(--band)" }));
    const every = Math.ceil((Math.max(...labels.map(ems)) * type + type * 0.6) / group);
    labels.forEach((label, i) => {
      if ((labels.length - 1 - i) % every === 0) this.put("text", { x: (i + 0.5) * group, y: height - type * 0.3, "text-anchor": "middle", class: "quiet" }, label);
    });
    const thick = (group * 0.76) / Math.max(1, stood.length);
    const taken = [];
    const texts = [];
    const size = type * 0.86;
    // From the present backwards, so that the last week has its numbers.
    for (let i = labels.length - 1; i >= 0; i -= 1) {
      stood.forEach(({ values, colour }, s) => {
        const x = (i + 0.12) * group + s * thick;
        const high = y(values[i] || 0);
        this.put("rect", { x, y: high, width: thick * 0.92, height: Math.max(foot - high, 0), fill: colour });
        const half = (ems(this.text(values[i])) * size) / 2;
        const middle = x + thick * 0.46;
        const box = [middle - half, middle + half, high - type * 1.2, high - type * 0.2];
        const isOver = taken.some((other) => box[0] < other[1] + 2 && box[1] > other[0] - 2 && box[2] < other[3] && box[3] > other[2]);
        if (isOver && i < labels.length - 1) return;
        if (isOver) [box[2], box[3]] = [taken[0][2] - type, taken[0][2]];
        taken.push(box);
        texts.push([{ x: middle, y: box[3], "text-anchor": "middle", "font-size": size, class: "halo" }, this.text(values[i])]);
      });
    }
    this.lines(lines, { group, y, type, last: labels.length - 1 });
    texts.forEach(([attributes, text]) => this.put("text", attributes, text));
    this.put("line", { x1: 0, x2: group * labels.length, y1: foot, y2: foot, class: "axis" });
  }

  lines(every, { group, y, type, last }) {
    const taken = [];
    every.forEach(({ values, colour }) => {
      const points = values.map((value, i) => (value === null ? null : `${(i + 0.5) * group},${y(value)}`)).filter(Boolean);
      this.put("polyline", { points: points.join(" "), fill: "none", stroke: colour, "stroke-width": type * 0.16, "stroke-linejoin": "round" });
      if (values[last] === null) return;
      this.put("circle", { cx: (last + 0.5) * group, cy: y(values[last]), r: type * 0.24, fill: colour });
      let at = y(values[last]) + type * 0.35;
      while (taken.some((other) => Math.abs(other - at) < type)) at -= type * 0.3;
      taken.push(at);
      this.put("text", { x: (last + 1) * group + type * 0.15, y: at, fill: colour, "font-weight": 700, class: "halo" }, this.text(values[last]));
    });
  }
}
