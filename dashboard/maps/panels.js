// What stands around the drawing: legend, card, switches, tooltip, scale bar, the line of the map.

function element(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

function icon(path) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(ns, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const ICONS = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  layers: "M8 2.2 14 5.5 8 8.8 2 5.5ZM2 8.5l6 3.3 6-3.3M2 11.2l6 3.3 6-3.3",
  play: "M5 3.2v9.6l8-4.8Z",
  pause: "M5 3.5v9M11 3.5v9",
  swipe: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
};

function shown(value) {
  return typeof value === "number" ? value.toLocaleString("en-US", { maximumFractionDigits: 1 }) : value;
}

class Panels {
  constructor(owner) {
    this.owner = owner;
    this.touched = new Set();
    const { stage, box } = owner;
    this.legend = element("div", "gm-legend gm-card");
    this.card = element("div", "gm-info gm-card");
    this.tipBox = element("div", "gm-tip");
    this.tipBox.hidden = true;
    this.tipBox.setAttribute("role", "status");
    this.message = element("div", "gm-message");
    this.message.setAttribute("role", "status");
    this.tools = element("div", "gm-tools");
    this.top = element("div", "gm-top");
    this.choices = element("div", "gm-choices");
    this.top.append(owner.compare.button, this.choices);
    stage.append(owner.arrange.button);
    this.foot = element("div", "gm-foot");
    this.switches = element("div", "gm-switches gm-card");
    this.switches.hidden = true;
    this.weeks = new Weeks(owner);
    stage.append(this.legend, this.card, this.tools, this.top, this.switches, this.foot, this.tipBox, this.message);
    box.append(this.weeks.box);
    [this.legend, this.card, this.tools, this.top, this.switches, this.foot].forEach((each) => {
      L.DomEvent.disableClickPropagation(each);
      L.DomEvent.disableScrollPropagation(each);
    });
    this.bar = element("span", "gm-bar");
    this.length = element("span", "gm-length");
    this.mark = element("span", "gm-mark");
    this.shifted = element("span", "gm-shifted");
    this.hintBox = element("span", "gm-hint");
    const ruler = element("span", "gm-ruler");
    ruler.append(this.length, this.bar);
    this.foot.append(this.hintBox, this.shifted, ruler, this.mark);
  }

  draw(data) {
    this.data = data;
    this.drawTools(data);
    this.drawChoices(data);
    this.drawLegend(data.legend);
    this.drawCard(data.card);
    this.drawSwitches(data);
    this.weeks.draw(data);
    this.mark.textContent = data.mark;
    this.shifted.textContent = data.tiles?.mark || "";
    this.hint();
  }

  /** What the legend and the tools take of the map, in its pixels, with some air. */
  taken() {
    return [this.legend, this.tools, ...(this.data.presented ? [this.card] : [])].filter((each) => !each.hidden).map((each) => [
      each.offsetLeft - 8, each.offsetTop - 8, each.offsetLeft + each.offsetWidth + 8, each.offsetTop + each.offsetHeight + 8,
    ]);
  }

  drawTools({ words, presented }) {
    const told = JSON.stringify([words, presented]);
    if (this.tools.dataset.words === told) return;
    this.tools.dataset.words = told;
    const button = (name, label, act) => {
      const made = element("button", "gm-tool");
      made.type = "button";
      made.title = label;
      made.setAttribute("aria-label", label);
      made.append(icon(ICONS[name]));
      made.addEventListener("click", () => act(made));
      return made;
    };
    this.tools.replaceChildren(
      button("plus", words.zoom_in, () => this.owner.map.zoomIn()),
      button("minus", words.zoom_out, () => this.owner.map.zoomOut()),
      button("fit", words.fit, () => this.owner.fit()),
      button("layers", words.layers, (made) => {
        this.switches.hidden = !this.switches.hidden;
        made.setAttribute("aria-expanded", String(!this.switches.hidden));
      }),
      ...(presented ? this.owner.pen.buttons(button, words) : []),
    );
  }

  drawChoices({ choices, chosen }) {
    const buttons = choices.map(([key, label]) => {
      const made = element("button", "gm-choice", label);
      made.type = "button";
      made.dataset.choice = key;
      made.setAttribute("aria-pressed", String(key === chosen));
      made.addEventListener("click", () => {
        buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === made)));
        if (key !== chosen) this.owner.send.trigger("choice", key);
      });
      return made;
    });
    this.choices.replaceChildren(...buttons);
    this.top.hidden = choices.length === 0;
  }

  drawLegend(legend) {
    this.legend.hidden = !legend;
    if (!legend) return;
    const lines = legend.swatches.map(({ colour, hatch, edge, label }) => {
      const line = element("div", "gm-class");
      const box = element("i", "gm-swatch");
      box.style.backgroundColor = colour;
      if (hatch) box.style.backgroundImage = `repeating-linear-gradient(135deg, ${hatch} 0 1.1px, transparent 1.1px 4.8px)`;
      if (edge) box.style.borderColor = edge;
      line.append(box, element("span", "", label));
      return line;
    });
    this.legend.replaceChildren(element("b", "", legend.title), ...lines);
    if (!legend.note) return;
    const note = element("small");
    // A date is not broken at its hyphens.
    legend.note.split(/(\d+(?:-\d+)+)/).forEach((part, i) => note.append(i % 2 ? element("span", "gm-date", part) : part));
    this.legend.append(note);
  }

  drawCard(card) {
    this.card.hidden = !card;
    if (!card) return;
    const head = element("b", "", card.title);
    if (card.tag) head.append(" ", element("em", "gm-tag", card.tag));
    this.card.replaceChildren(head, ...card.lines.map((line) => element("div", "", line)));
  }

  drawSwitches({ words, points }) {
    const { state } = this.owner;
    const switchFor = (name, label, layer) => {
      const line = element("label", "gm-switch");
      const box = element("input");
      box.type = "checkbox";
      box.name = name;
      box.checked = !state.hidden.has(name);
      box.addEventListener("change", () => this.owner.toggle(name, box.checked));
      line.append(box);
      if (layer) line.append(symbolOf(layer));
      line.append(element("span", "", label));
      return line;
    };
    const names = ["colours", "zones", "cells", "labels", "base"];
    if (state.raster) names.splice(1, 0, "heat");
    const go = element("select", "gm-go");
    go.setAttribute("aria-label", words.go);
    go.append(new Option(words.go, ""));
    state.town.zones.codes.forEach((code, i) => go.append(new Option(state.town.zones.names[i] || code, code)));
    go.addEventListener("change", () => {
      if (go.value) this.owner.go(go.value);
      go.value = "";
    });
    const kinds = points.map((layer) => switchFor(layer.kind, layer.label, layer));
    this.switches.replaceChildren(go, ...names.map((name) => switchFor(name, words[`switch_${name}`])), ...kinds);
  }

  hint() {
    const { canvas, arrange } = this.owner;
    this.hintBox.textContent = arrange.isAdding ? this.data.words.adding : canvas.tooMany ? this.data.words.too_many : "";
  }

  say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
  }

  tip(found, at) {
    this.tipBox.hidden = !found;
    if (!found) return;
    const { town, polygons } = this.owner.state;
    const lines = [];
    if (found.point) {
      found.title.split("\n").forEach((text, i) => lines.push(element(i ? "div" : "b", "", i ? text : text || found.point.layer.label)));
      if (found.title) lines.push(element("small", "", found.point.layer.label));
    } else {
      lines.push(element("b", "", this.titleOf(found, town)));
      const { names, codes } = town[found.layer];
      if (names[found.position] && names[found.position] !== codes[found.position]) lines.push(element("small", "", codes[found.position]));
      if (polygons && polygons.layer === found.layer) lines.push(this.table(found.position, polygons));
    }
    this.tipBox.replaceChildren(...lines);
    const { clientWidth, clientHeight } = this.owner.pane;
    const { offsetWidth, offsetHeight } = this.tipBox;
    const x = at.x + 16 + offsetWidth > clientWidth ? at.x - offsetWidth - 12 : at.x + 16;
    const y = at.y + 16 + offsetHeight > clientHeight ? at.y - offsetHeight - 12 : at.y + 16;
    this.tipBox.style.transform = `translate(${Math.max(0, x)}px, ${Math.max(0, y)}px)`;
  }

  titleOf({ layer, position }, town) {
    const shapes = town[layer];
    const own = shapes.names[position] || shapes.codes[position];
    const zone = layer === "cells" ? town.zones.names[shapes.zone[position]] : "";
    return zone ? `${zone} · ${own}` : own;
  }

  table(position, polygons) {
    const frames = this.owner.frameSet;
    const table = element("dl", "gm-rows");
    const add = (label, value) => table.append(element("dt", "", label), element("dd", "", shown(value)));
    if (this.owner.compare.isOn) {
      const { title, lines } = this.owner.compare.rows(position, polygons);
      table.append(element("dt", "gm-wide", title));
      lines.forEach(([label, value]) => add(label, value));
      return table;
    }
    if (frames?.values) {
      const week = this.owner.week;
      add(this.data.words.this_week, frames.values[week * frames.width + position]);
    } else {
      polygons.rows.forEach(({ label, at }) => {
        const value = at(position);
        if (value !== null && value !== "") add(label, value);
      });
    }
    const swatch = polygons.swatches[polygons.classes[position]];
    if (swatch?.hatch) table.append(element("dd", "gm-wide", swatch.label));
    return table;
  }

  /** A round length that fits into 90 pixels. */
  scale() {
    const { map } = this.owner;
    const y = map.getSize().y / 2;
    const metres = map.containerPointToLatLng([0, y]).distanceTo(map.containerPointToLatLng([90, y]));
    if (!metres) return;
    const power = 10 ** Math.floor(Math.log10(metres));
    const round = [5, 2, 1].find((each) => each * power <= metres) * power;
    const words = this.owner.data?.words;
    this.bar.style.width = `${(90 * round) / metres}px`;
    this.length.textContent = words ? (round >= 1000 ? `${round / 1000} ${words.kilometres}` : `${round} ${words.metres}`) : "";
  }
}

function symbolOf(layer) {
  const tile = element("canvas", "gm-symbol");
  const ratio = 2;
  tile.width = 18 * ratio;
  tile.height = 18 * ratio;
  const ink = tile.getContext("2d");
  ink.scale(ratio, ratio);
  drawSymbol(ink, layer, 9, 9, layer.shape === "dot" ? 1 : 0.9, { font: "sans-serif" });
  return tile;
}
