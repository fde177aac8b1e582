// Tables: their first rows on the slide, all of them where somebody asks.

const WHO = ["worker", "leader", "who"];
/** Names up to so many ems are not broken. */
const SHORT = 7.2;
const MOVED = ["signed", "signed_share"];

function tableOf(table) {
  const made = element("table");
  const head = element("tr");
  table.columns.forEach(({ heading, number }) => {
    const cell = element("th", number ? "is-number" : "", heading);
    cell.scope = "col";
    head.append(cell);
  });
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  // The first column of words names the row.
  const named = table.columns.findIndex(({ kind }) => kind === "text");
  table.rows.forEach((row, i) => {
    const line = element("tr");
    row.forEach((text, c) => {
      const { name, number, kind } = table.columns[c];
      const cell = element(c === named ? "th" : "td", number ? "is-number" : kind !== "text" ? "is-day" : ems(text) <= SHORT ? "is-short" : "");
      if (c === named) cell.scope = "row";
      if (c === named) cell.append(leading(text, table.about[i]));
      else if (WHO.includes(name) && text === told.words.nobody) cell.append(tag(text));
      else cell.textContent = text;
      if (table.flags[i] === "overdue" && name === "overdue") cell.classList.add("is-alarm");
      if (MOVED.includes(kind)) cell.classList.add("is-moved");
      line.append(cell);
    });
    body.append(line);
  });
  made.append(top, body);
  return made;
}

/** A table on a slide, whose rows can be taken away until it fits. */
class Shown {
  constructor(table, whole) {
    this.table = table;
    this.node = element("figure", "table");
    this.grid = tableOf(table);
    this.grid.setAttribute("aria-label", table.title);
    this.rows = [...this.grid.tBodies[0].rows];
    this.all = this.rows.length;
    this.note = button("note", "", whole);
    const caption = element("figcaption", "", table.title);
    caption.append(this.note);
    this.node.append(caption, this.grid);
    if (table.note) this.node.append(element("p", "small", table.note));
    this.show(this.all);
  }

  show(count) {
    this.count = count;
    this.rows.forEach((row, i) => (row.hidden = i >= count));
    this.grid.hidden = count === 0 && this.all > 0;
    const isPart = count < this.table.of;
    this.note.hidden = !isPart;
    this.note.textContent = isPart ? say("first_of", { shown: String(count), of: this.table.of.toLocaleString("en-US") }) : "";
  }
}
