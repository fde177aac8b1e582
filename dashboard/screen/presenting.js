// The line at the bottom of a page on a projector, and its keys. The first key is answered at once; those that follow it
// quickly are one step, so that the server is asked once. Texts come from files, so they are only ever set as text.

const REST_MS = 140;
const BUSY_MS = 600;
const WAIT_MS = 2500;
const ICONS = {
  previous: "M10 3 5 8l5 5",
  next: "M6 3l5 5-5 5",
  full: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  leave: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  link: "M2.5 2.5h4v4h-4ZM9.5 2.5h4v4h-4ZM2.5 9.5h4v4h-4ZM9.5 9.5h1.6v1.6M13.5 9.5v4h-4",
};
const KEYS = [
  ["→ ↓ PageDown space", "next"], ["← ↑ PageUp", "previous"], ["1 2 3", "agenda"], ["S", "spot"], ["P", "pen"],
  ["Z", "undo"], ["C", "clear"], ["M", "compare"], ["F", "full"], ["?", "help"], ["Esc", "leave"],
];

function made(tag, name, text) {
  const found = document.createElement(tag);
  if (name) found.className = name;
  if (text) found.textContent = text;
  return found;
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

class Bar {
  constructor(root) {
    this.root = root;
    this.box = made("div", "stage-bar");
    this.box.setAttribute("role", "toolbar");
    this.over = made("div", "stage-over");
    this.over.setAttribute("role", "dialog");
    this.over.hidden = true;
    root.replaceChildren(this.over, this.box);
    this.press = this.press.bind(this);
    window.gridPresenter?.remove();
    window.gridPresenter = this;
    window.addEventListener("keydown", this.press, true);
  }

  remove() {
    window.clearTimeout(this.timer);
    window.removeEventListener("keydown", this.press, true);
    if (window.gridPresenter === this) window.gridPresenter = null;
  }

  take(data, send) {
    const isAhead = this.timer || (Date.now() < (this.sentAt || 0) + WAIT_MS && data.agenda === this.data?.agenda && data.step !== this.step);
    this.data = data;
    this.send = send;
    if (!isAhead) this.step = data.step;
    this.draw();
    this.drawOver();
  }

  draw() {
    const { data } = this;
    const { words } = data;
    const focused = this.box.contains(document.activeElement) ? document.activeElement.dataset.does : null;
    this.box.setAttribute("aria-label", words.bar);
    const item = data.items[this.step] || { title: "" };
    const title = made("div", "stage-title");
    title.setAttribute("aria-live", "polite");
    title.append(made("b", "", item.title));
    if (item.tag) title.append(made("em", "nobody", item.tag));
    if (item.note) title.append(made("span", "stage-note", item.note));
    const at = made("span", "stage-at", data.items.length ? `${this.step + 1} / ${data.items.length}` : "");
    const agendas = made("div", "stage-agendas");
    agendas.setAttribute("role", "group");
    agendas.setAttribute("aria-label", words.agenda);
    data.agendas.forEach(({ key, label, count }) => {
      const button = this.button(`agenda-${key}`, label, () => this.act("agenda", key));
      button.setAttribute("aria-pressed", String(key === data.agenda));
      button.disabled = !count;
      if (!count) button.title = words.nothing;
      agendas.append(button);
    });
    const more = [];
    if (data.compare !== null) {
      const compare = this.button("compare", data.compare.label, () => this.act("compare"));
      compare.setAttribute("aria-pressed", String(data.compare.is_on));
      more.push(compare);
    }
    if (data.has_link) more.push(this.button("link", words.link, () => this.act("link"), ICONS.link));
    this.box.replaceChildren(
      this.button("previous", words.previous, () => this.move(-1), ICONS.previous), at,
      this.button("next", words.next, () => this.move(1), ICONS.next), title, agendas, ...more,
      this.button("full", words.full, () => this.full(), ICONS.full),
      this.button("help", words.help, () => this.help(), null, "?"),
      this.button("leave", words.leave, () => this.leave(), ICONS.leave),
    );
    this.box.querySelector("[data-does=previous]").disabled = this.step <= 0;
    this.box.querySelector("[data-does=next]").disabled = this.step >= data.items.length - 1;
    if (focused) this.box.querySelector(`[data-does="${focused}"]`)?.focus();
  }

  button(does, label, act, path, text) {
    const found = made("button", "", path ? "" : text || label);
    found.type = "button";
    found.dataset.does = does;
    if (path || text) {
      found.title = label;
      found.setAttribute("aria-label", label);
    }
    if (path) found.append(icon(path));
    found.addEventListener("click", act);
    return found;
  }

  act(what, to = null) {
    this.send("act", { do: what, to });
  }

  move(by) {
    this.go(this.step + by);
  }

  go(step) {
    const last = this.data.items.length - 1;
    const to = Math.max(0, Math.min(last, step));
    if (to === this.step) return;
    this.step = to;
    this.draw();
    window.clearTimeout(this.timer);
    const isFirst = !this.timer && Date.now() > (this.sentAt || 0) + BUSY_MS;
    this.timer = isFirst ? null : window.setTimeout(() => this.ask(), REST_MS);
    if (isFirst) this.ask();
  }

  ask() {
    this.timer = null;
    this.sentAt = Date.now();
    this.act("step", this.step);
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  leave() {
    if (document.fullscreenElement) document.exitFullscreen();
    window.clearTimeout(this.timer);
    this.act("leave");
  }

  help() {
    this.isHelping = !this.isHelping;
    this.drawOver();
  }

  close() {
    this.isHelping = false;
    if (this.data.link) this.act("no_link");
    this.data = { ...this.data, link: null };
    this.drawOver();
  }

  /** What lies over the map: the keys, or the code that opens the view on a phone. */
  drawOver() {
    const { words, link } = this.data;
    this.over.hidden = !this.isHelping && !link;
    if (this.over.hidden) return;
    const parts = link && !this.isHelping ? this.code(link) : [made("h2", "", words.keys), this.keys(words)];
    const shut = this.button("close", words.close, () => this.close(), ICONS.leave);
    this.over.setAttribute("aria-label", link && !this.isHelping ? words.link : words.keys);
    this.over.replaceChildren(shut, ...parts);
    if (this.over.dataset.shows !== (link?.text || "keys")) shut.focus();
    this.over.dataset.shows = link?.text || "keys";
  }

  keys(words) {
    const list = made("dl");
    KEYS.forEach(([keys, name]) => {
      const term = made("dt");
      keys.split(" ").forEach((key) => term.append(made("kbd", "", words[`key_${key}`] || key)));
      list.append(term, made("dd", "", words[name]));
    });
    return list;
  }

  code({ text, svg }) {
    const { words } = this.data;
    const parts = [made("h2", "", words.scan)];
    if (svg) {
      const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", words.link);
      parts.push(document.importNode(drawn, true));
    } else parts.push(made("p", "", words.too_long));
    parts.push(made("p", "stage-link", text));
    return parts;
  }

  press(event) {
    if (!this.root.isConnected) return this.remove();
    const from = event.composedPath()[0];
    const isWriting = from.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable], [role=slider], [role=option]");
    if (isWriting || event.altKey || event.ctrlKey || event.metaKey) return undefined;
    if (event.key === " " && from.closest?.("button, a, summary, [role=checkbox]")) return undefined;
    const isOver = !this.over.hidden;
    const steps = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": event.shiftKey ? -1 : 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
    const acts = {
      Home: () => this.go(0),
      End: () => this.go(this.data.items.length - 1),
      f: () => this.full(),
      "?": () => this.help(),
      m: () => this.data.compare !== null && this.act("compare"),
      Escape: () => (isOver ? this.close() : this.leave()),
    };
    this.data.agendas.forEach(({ key, count }, n) => { acts[n + 1] = () => count && this.act("agenda", key); });
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = key in steps ? () => this.move(steps[key]) : Object.hasOwn(acts, key) ? acts[key] : null;
    if (!act) return undefined;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
    return undefined;
  }
}

const bars = new WeakMap();

export default function component({ data, parentElement, setTriggerValue }) {
  if (!bars.has(parentElement) || window.gridPresenter !== bars.get(parentElement)) bars.set(parentElement, new Bar(parentElement));
  const bar = bars.get(parentElement);
  bar.take(data, setTriggerValue);
  return () => window.setTimeout(() => !parentElement.isConnected && bar.remove(), 0);
}
