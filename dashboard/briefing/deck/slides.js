// A slide: message, map or figures, sentences, tables, remarks, foot.

/** More sentences than these stand close to each other. */
const DENSE = 6;

class Slide {
  /** `number` counts from 1. */
  constructor(slide, number) {
    this.slide = slide;
    this.number = number;
    this.isCover = number === 1;
    this.tables = slide.tables.map((table) => new Shown(table, () => ask(this.node, "whole", slide)));
    this.chart = slide.chart ? new Chart(slide.chart) : null;
    this.node = element("section", `slide ${this.isCover ? "is-cover" : slide.map ? "has-map" : "is-wide"}${slide.zone ? " is-zone" : ""}`);
    this.node.dataset.id = slide.id;
    this.node.setAttribute("aria-label", `${this.page()} ${slide.title}`);
    this.areas = [];
    this.slot = element("div", "slot");
    this.more = button("note more", "", () => ask(this.node, "whole", slide));
    this.more.hidden = true;
    const body = this.isCover ? this.cover() : slide.map ? this.beside() : this.wide();
    this.node.append(this.head(), body, this.foot());
  }

  page() {
    return say("page_of", { page: String(this.number), pages: String(told.slides.length) });
  }

  head() {
    const head = element("header");
    const { slide } = this;
    const title = element(this.isCover ? "h1" : "h2", "message");
    title.append(worded("span", "", slide.message.text));
    if (slide.message.tag) title.append(" ", tag(slide.message.tag));
    head.append(element("p", "kicker", slide.kicker), title);
    this.title = title;
    return head;
  }

  lines() {
    const made = element("ol", this.slide.lines.length > DENSE ? "lines is-dense" : "lines");
    this.lineNodes = this.slide.lines.map((line) => sentence(line));
    made.append(...this.lineNodes);
    return made;
  }

  remarks() {
    const made = element("div", "remarks");
    made.append(...this.slide.remarks.map(({ text }) => worded("p", "small", text)));
    return made;
  }

  /** The map at the left, all else at its right. */
  beside() {
    const body = element("div", "body");
    const side = this.area("side");
    if (this.slide.figures.length) side.append(figures(this.slide.figures));
    if (this.slide.lines.length) side.append(this.lines(), this.more);
    if (this.chart) side.append(this.chart.node);
    side.append(...this.tables.map(({ node }) => node));
    if (this.slide.remarks.length) side.append(this.remarks());
    body.append(this.slot, side);
    return body;
  }

  /** Figures above; sentences and remarks at the left with the first table where there is nothing else for it. */
  wide() {
    const body = element("div", "body");
    if (this.slide.figures.length) body.append(figures(this.slide.figures));
    const [left, right] = [this.area("column"), this.area("column")];
    const rest = this.tables.map(({ node }) => node);
    if (this.slide.lines.length) left.append(this.lines(), this.more);
    if (this.chart) (rest.length ? left : right).append(this.chart.node);
    else if (rest.length > 1) left.append(rest.shift());
    right.append(...rest);
    if (this.slide.remarks.length) left.append(this.remarks());
    const columns = element("div", "columns");
    columns.append(left, ...(right.childElementCount ? [right] : []));
    body.append(columns);
    return body;
  }

  cover() {
    const outer = element("div", "body");
    const body = this.area("cover");
    const { slide } = this;
    outer.append(body, ...(slide.map ? [this.slot] : []));
    const subtitle = element("p", "subtitle");
    (slide.subtitle.match(/[^；;]+[；;]?\s*/g) || []).forEach((part) => subtitle.append(worded("span", "", part)));
    body.append(subtitle);
    if (slide.headline) {
      const lead = button("headline", "", () => ask(lead, "page", slide.headline.id));
      lead.append(worded("span", "", slide.headline.text));
      body.append(lead);
    }
    if (slide.figures.length) body.append(figures(slide.figures));
    const low = element("div", "low");
    if (slide.remarks.length) {
      const left = element("div", "left-out");
      left.append(element("b", "", say("left_out")), ...slide.remarks.map(({ text }) => element("p", "small", text)));
      low.append(left);
    }
    low.append(element("p", "hint small", say("deck_hint")));
    body.append(low);
    return outer;
  }

  area(name) {
    const made = element("div", name);
    this.areas.push(made);
    return made;
  }

  foot() {
    const foot = element("footer");
    const left = element("span", "facts");
    left.append(...[told.name, ...this.slide.facts].map((text) => element("span", "", text)), element("span", "mark", told.mark));
    const number = element("span", "number", `${this.number} / ${told.slides.length}`);
    number.setAttribute("aria-label", this.page());
    foot.append(left, number);
    return foot;
  }
}
