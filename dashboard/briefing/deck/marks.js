// What slides are made of: words, sentences, figures. Every text is set as text, wherever it comes from.

/** More figures than these stand closer. */
const MANY = 4;

const told = JSON.parse(document.getElementById("told").textContent);

function say(name, values = {}) {
  return told.words[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

function button(name, label, act) {
  const made = element("button", name, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function ask(node, name, detail) {
  node.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

/** A text in which no date is broken at its hyphens. */
function worded(kind, name, text) {
  const made = element(kind, name);
  text.split(/(\d+(?:[-:]\d+)+)/).forEach((part, i) => part && made.append(i % 2 ? element("span", "date", part) : part));
  return made;
}

/** A name that leads to a place, or the plain text where it leads nowhere. */
function leading(text, about) {
  if (!about) return worded("span", "", text);
  const made = button("lead", "", () => ask(made, "place", { layer: about[0], code: about[1] }));
  made.append(worded("span", "", text));
  made.addEventListener("pointerenter", () => ask(made, "point", about));
  made.addEventListener("pointerleave", () => ask(made, "point", null));
  return made;
}

function tag(text) {
  return element("em", "tag", text);
}

function sentence(line, kind = "li") {
  const made = element(kind, "line");
  const text = leading(line.text, line.about);
  if (line.tag) text.append(" ", tag(line.tag));
  made.append(text);
  return made;
}

function figure(told_) {
  const made = element("li", "figure");
  const value = element("div", `value${told_.tone ? " is-alarm" : ""}${told_.missing ? " is-missing" : ""}`, told_.text);
  if (told_.unit && !told_.missing) value.append(element("small", "", told_.unit));
  const beside = element("div", "beside");
  beside.append(element("span", "label", told_.label));
  if (told_.of) beside.append(element("span", "of", told_.of));
  const change = element("div", `change is-${told_.changeTone || "even"}`, told_.change);
  made.append(value, change, beside);
  return made;
}

function figures(every) {
  const made = element("ul", "figures");
  made.classList.toggle("has-change", every.some(({ change }) => change));
  made.classList.toggle("is-many", every.length > MANY);
  made.append(...every.map(figure));
  return made;
}
