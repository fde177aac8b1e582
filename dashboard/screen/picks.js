// A list of places to click: a line a place, the same look on every page. Texts come from files, so they are only ever
// set as text, never as markup.

function made(tag, name, text, title) {
  const found = document.createElement(tag);
  if (name) found.className = name;
  if (text) found.textContent = text;
  if (title) found.title = title;
  return found;
}

function lineOf(row, rank, words, pick) {
  const line = made("li");
  const button = made("button", "pick");
  button.type = "button";
  button.dataset.code = row.code;
  button.title = words.pick;
  const place = made("span", "place", "", row.full);
  place.append(made("b", "", row.name || row.code));
  if (row.name) place.append(" ", made("span", "code", row.code));
  const at = made("span", "at");
  at.append(place);
  if (row.who) at.append(made("span", "name", row.who, row.who));
  else if (row.who === null) at.append(made("span", "nobody", words.nobody));
  const what = made("span", "what");
  what.append(at, made("span", "why", row.why, row.why));
  if (row.facts) what.append(made("span", "facts", row.facts, [row.facts, row.meaning].filter(Boolean).join("\n")));
  button.append(made("span", "rank", String(rank)), what);
  if (row.count) {
    const count = made("span", "count", row.count);
    if (row.unit) count.append(made("small", "", row.unit));
    button.append(count);
  }
  button.addEventListener("click", () => pick(row.key || row.code));
  line.append(button);
  return line;
}

export default function component({ data, parentElement, setTriggerValue }) {
  const list = made("ol", "worst");
  list.append(...data.rows.map((row, i) => lineOf(row, i + 1, data.words, (code) => setTriggerValue("picked", code))));
  parentElement.replaceChildren(list);
}
