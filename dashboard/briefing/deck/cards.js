// The card of a cell or zone: who answers for it and all its numbers.

const CARD_SIZES = [1, 0.94, 0.88, 0.82, 0.76, 0.7];
const ANSWERS = ["worker", "leader"];

class Cards {
  constructor() {
    this.node = element("aside", "place-card");
    this.node.hidden = true;
  }

  /** Every cell and zone, unpacked when the first one is asked for. */
  async all() {
    if (!this.loading) {
      this.loading = fetchBlob(told.cards, "json").then((cards) => {
        Object.values(cards).forEach((table) => (table.position = new Map(table.codes.map((code, i) => [code, i]))));
        return cards;
      });
    }
    return this.loading;
  }

  /** Shows the card in a slide; false where there is no such place. */
  async show(layer, code, parent) {
    const cards = await this.all();
    const table = cards[layer];
    const row = table?.position.get(code);
    if (row === undefined) return false;
    const values = table.columns.map((column, i) => ({ ...column, text: table.rows[row][i] }));
    const name = values.find((each) => each.name === "name")?.text || code;
    const zone = layer === "cells" ? table.zone[row] : code;
    const isNobody = values.some((each) => each.name === (layer === "cells" ? "worker" : "leader") && each.text === told.words.nobody);
    const head = element("header");
    const title = element("h3", "", name);
    if (isNobody) title.append(" ", tag(told.words.nobody));
    head.append(title, this.close());
    if (code !== name) head.append(element("p", "small", code));
    this.node.replaceChildren(head, this.answers(values), ...this.onward(zone, cards.zones, parent), this.numbers(values));
    this.node.setAttribute("aria-label", name);
    this.node.dataset.code = code;
    this.node.hidden = false;
    parent.append(this.node);
    CARD_SIZES.find((size) => {
      this.node.style.setProperty("--type", String(size));
      return !excess(this.node);
    });
    return true;
  }

  close() {
    const made = button("close", "×", () => ask(made, "putaway"));
    made.setAttribute("aria-label", say("deck_close"));
    return made;
  }

  answers(values) {
    const made = element("dl", "answers");
    values.filter(({ name }) => ANSWERS.includes(name)).forEach(({ heading, text }) => {
      const value = element("dd", "");
      value.append(text === told.words.nobody ? tag(text) : text || "—");
      made.append(element("dt", "", heading), value);
    });
    return made;
  }

  numbers(values) {
    const made = element("dl", "numbers");
    values.filter(({ name }) => name !== "name" && !ANSWERS.includes(name)).forEach(({ name, heading, text }) => {
      const value = element("dd", name === "overdue" && text !== "0" && text !== "—" ? "is-alarm" : "", text || "—");
      made.append(element("dt", "", heading), value);
    });
    return made;
  }

  onward(zone, zones, parent) {
    const page = told.slides.find((slide) => slide.zone === zone && zone);
    const here = parent.closest(".slide")?.dataset.id;
    if (!page || page.id === here) return [];
    const name = zones.rows[zones.position.get(zone)]?.[zones.columns.findIndex((column) => column.name === "name")] || zone;
    const made = button("onward", say("deck_zone_page", { name }), () => ask(made, "page", page.id));
    return [made];
  }

  hide() {
    const wasShown = !this.node.hidden;
    this.node.hidden = true;
    this.node.remove();
    return wasShown;
  }
}
