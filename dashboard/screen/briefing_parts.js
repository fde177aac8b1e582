// The list of what a briefing says: a line a part, to look at, to tick, to move by its buttons or by dragging. Texts
// hold names from files, so they are only ever set as text, never as markup.

function made(tag, name, text, title) {
  const found = document.createElement(tag);
  if (name) found.className = name;
  if (text) found.textContent = text;
  if (title) found.title = title;
  return found;
}

function ticker(isTicked, label, act) {
  const box = made("input");
  box.type = "checkbox";
  box.checked = isTicked;
  box.setAttribute("aria-label", label);
  box.addEventListener("change", act);
  return box;
}

function mover(sign, label, act) {
  const button = made("button", "move", sign, label);
  button.type = "button";
  button.setAttribute("aria-label", label);
  button.disabled = act === null;
  if (act) button.addEventListener("click", act);
  return button;
}

function lineOf(row, words, seen, tell) {
  const isSeen = row.id !== "" && row.id === seen;
  const line = made("li", ["part", row.is_under ? "is-under" : "", row.id ? "" : "is-empty", row.is_ticked ? "" : "is-out", isSeen ? "is-seen" : ""].join(" "));
  line.dataset.name = row.name;
  if (!row.is_under) line.append(ticker(row.is_ticked, `${words.take} ${row.title}`, () => tell("tick", row)));
  const told = made(row.id ? "button" : "span", "told", "", row.text);
  told.append(made("b", "", row.title), made("span", "", row.text));
  if (row.id) {
    told.type = "button";
    if (isSeen) told.setAttribute("aria-current", "true");
    told.addEventListener("click", () => tell("see", row));
  }
  line.append(told);
  return line;
}

// Where a line is dropped it comes before the one under the pointer, or after it in its lower half.
function draggable(line, row, before, after, tell) {
  line.draggable = true;
  line.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/x-part", row.name);
    event.dataTransfer.effectAllowed = "move";
  });
  line.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("text/x-part")) return;
    event.preventDefault();
    const box = line.getBoundingClientRect();
    line.dataset.drop = event.clientY > box.top + box.height / 2 ? "after" : "before";
  });
  line.addEventListener("dragleave", () => delete line.dataset.drop);
  line.addEventListener("drop", (event) => {
    event.preventDefault();
    const name = event.dataTransfer.getData("text/x-part");
    const to = line.dataset.drop === "after" ? after : before;
    delete line.dataset.drop;
    if (name && name !== row.name && to !== name) tell("move", { name, is_zone: false }, to);
  });
}

export default function component({ data, parentElement, setTriggerValue }) {
  const tell = (act, row, before) => setTriggerValue("act", { act, name: row.name, is_zone: row.is_zone, before });
  const parts = data.rows.filter((row) => !row.is_zone && !row.is_under);
  const zones = data.rows.filter((row) => row.is_zone);
  const list = made("ol", "parts");
  parts.forEach((row, at) => {
    // Sections of the same part follow it, to look at; then the first of them is seen, and not the part.
    const first = data.rows.indexOf(row) + 1;
    const after = data.rows.slice(first).findIndex((each) => !each.is_under);
    const under = data.rows.slice(first, after < 0 ? undefined : first + after);
    const line = lineOf(row, data.words, under.length ? null : data.seen, tell);
    line.title = data.words.drag;
    const name = (position) => parts[position]?.name ?? "";
    line.append(
      mover("↑", `${data.words.up} ${row.title}`, at ? () => tell("move", row, name(at - 1)) : null),
      mover("↓", `${data.words.down} ${row.title}`, at + 1 < parts.length ? () => tell("move", row, name(at + 2)) : null),
    );
    draggable(line, row, row.name, name(at + 1), tell);
    list.append(line, ...under.map((each) => lineOf(each, data.words, data.seen, tell)));
  });
  if (zones.length) {
    const head = made("li", "part is-head");
    const every = { name: "*", is_zone: true };
    head.append(ticker(data.are_all, data.zones, () => tell("tick", every)), made("b", "", data.zones));
    list.append(head, ...zones.map((row) => lineOf(row, data.words, data.seen, tell)));
  }
  const old = parentElement.firstElementChild;
  const focused = old && old.contains(document.activeElement) ? document.activeElement : null;
  const at = focused && [focused.closest("li")?.dataset.name, focused.className, focused.tagName];
  parentElement.replaceChildren(list);
  if (at) {
    const line = [...list.children].find((one) => one.dataset.name === at[0]);
    const same = line && [...line.querySelectorAll(at[2])].find((one) => one.className === at[1] && !one.disabled);
    if (same) same.focus({ preventScroll: true });
  }
}
