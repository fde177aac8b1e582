// The deck: which slide is shown, and what keys, pointers and the address do.

const SWIPE = 60;
/** Pixels of a map on paper to one of a screen: 150 to an inch. */
const PAPER_RATIO = 1.6;

class Deck {
  constructor() {
    hold(told.parcels);
    document.body.className = `deck ${isAskedDark() ? "is-dark" : "is-light"}`;
    this.frame = element("main", "frame");
    this.black = element("div", "black");
    this.black.hidden = true;
    this.status = element("p", "status");
    this.status.setAttribute("role", "status");
    document.body.append(this.frame, this.black, this.status);
    this.stage = new Stage((found) => this.clicked(found));
    this.stills = new Stills(this.stage);
    this.cards = new Cards();
    this.slides = told.slides.map((slide, i) => new Slide(slide, i + 1));
    this.sheets = new Sheets(this.stills);
    this.at = -1;
    this.digits = "";
    this.notes = new Notes(this);
    this.bar = this.tools();
    document.body.append(this.bar);
    this.listen();
    this.open();
  }

  listen() {
    window.addEventListener("keydown", (event) => this.key(event), true);
    window.addEventListener("hashchange", () => this.open());
    window.addEventListener("resize", () => this.relay());
    window.addEventListener("beforeprint", () => this.paper());
    window.addEventListener("afterprint", () => this.screen());
    document.addEventListener("place", ({ detail }) => this.place(detail.layer, detail.code));
    document.addEventListener("page", ({ detail }) => this.go(told.slides.findIndex(({ id }) => id === detail), { isJump: true }));
    document.addEventListener("point", ({ detail }) => this.slides[this.at].slide.map && this.stage.point(detail));
    document.addEventListener("whole", ({ detail }) => this.sheets.whole(detail));
    document.addEventListener("putaway", () => this.putAway());
    this.black.addEventListener("click", () => (this.black.hidden = true));
    this.touch();
  }

  /** A swipe across anything but the map turns the slide. */
  touch() {
    let from = null;
    this.frame.addEventListener("touchstart", (event) => {
      from = event.touches.length === 1 && !event.target.closest(".stage") ? event.touches[0] : null;
    }, { passive: true });
    this.frame.addEventListener("touchend", (event) => {
      const [to] = event.changedTouches;
      if (!from || !to) return;
      const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY];
      from = null;
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) this.step(x < 0 ? 1 : -1);
    });
  }

  /** Buttons for those without a keyboard. */
  tools() {
    const bar = element("nav", "deck-tools");
    bar.setAttribute("aria-label", say("deck_help"));
    const add = (sign, name, act) => {
      const made = button("", sign, (event) => (act(), event.detail && made.blur()));
      made.title = say(name);
      made.setAttribute("aria-label", say(name));
      bar.append(made);
      return made;
    };
    add("‹", "deck_previous", () => this.step(-1));
    add("›", "deck_next", () => this.step(1));
    this.weekButton = add("▷", "deck_weeks", () => this.weeks());
    add("▦", "deck_overview", () => this.overview());
    add("≡", "deck_notes", () => this.notes.toggle());
    add("◐", "deck_dark", () => this.dark());
    add("?", "deck_help", () => this.sheets.help());
    return bar;
  }

  step(by) {
    this.go(this.at + by);
  }

  /** Shows a slide. `isJump`: the way back is kept. */
  go(to, { isJump = false, hash } = {}) {
    const at = Math.max(0, Math.min(this.slides.length - 1, to));
    const address = `#${hash || told.slides[at].id}`;
    if (window.location.hash !== address && !(hash === undefined && this.at === -1 && at === 0)) window.history[isJump ? "pushState" : "replaceState"](null, "", address);
    if (at === this.at) return this.shown || Promise.resolve();
    this.putAway({ isQuiet: true });
    this.stage.leave();
    this.at = at;
    const slide = this.slides[at];
    this.frame.replaceChildren(slide.node);
    this.lay(slide);
    this.weekButton.hidden = !slide.slide.weeks;
    this.notes.turned();
    document.title = `${slide.number} · ${told.title}`;
    this.frame.dataset.at = String(at + 1);
    this.status.textContent = `${slide.page()} ${slide.slide.message.text}`;
    this.shown = slide.slide.map ? this.stage.show(slide) : Promise.resolve();
    this.shown.then(() => this.later());
    return this.shown;
  }

  lay(slide) {
    document.documentElement.style.fontSize = `${unitOf(this.frame.clientWidth, this.frame.clientHeight)}px`;
    fitSlide(slide, this.frame.clientWidth, this.frame.clientHeight);
  }

  /** After a change of the window's size. */
  relay() {
    this.lay(this.slides[this.at]);
    if (this.slides[this.at].slide.map) window.requestAnimationFrame(() => this.stage.aim());
  }

  /** What can wait is done while nothing else is. */
  later() {
    const idle = window.requestIdleCallback || ((act) => window.setTimeout(act, 400));
    if (!this.isPrepared) idle(() => this.stills.prepare());
    this.isPrepared = true;
  }

  /** What the address asks for: a slide by name or number, a cell, a zone. */
  open() {
    const asked = decoded(window.location.hash.slice(1));
    if (LOOKS.includes(asked)) this.dark(asked === "dark");
    const [, layer, code] = /^(cells|zones):(.*)$/s.exec(asked) || [];
    if (layer) return this.place(layer, code, { isFirst: this.at === -1 });
    const named = told.slides.findIndex(({ id }) => id === asked);
    const number = /^\d{1,4}$/.test(asked) ? Number(asked) - 1 : -1;
    return this.go(named >= 0 ? named : number >= 0 ? number : Math.max(this.at, 0));
  }

  /** Shows a place: a zone's page, or a cell on the map of this slide, else on that of the heat. */
  async place(layer, code, { isFirst = false } = {}) {
    this.sheets.close();
    const page = layer === "zones" ? told.slides.findIndex(({ zone }) => zone === code) : -1;
    if (page >= 0) return this.go(page, { isJump: !isFirst, hash: isFirst ? `zones:${code}` : undefined });
    const isHere = !isFirst && this.at >= 0 && this.slides[this.at].slide.map && !window.location.hash.startsWith(`#${layer}:`);
    if (!isHere) {
      const heat = told.slides.findIndex(({ id }) => id === "heat");
      const map = heat >= 0 ? heat : told.slides.findIndex((slide) => slide.map);
      await this.go(Math.max(map, 0), { isJump: !isFirst, hash: `${layer}:${code}` });
    } else await this.shown;
    this.stage.select(layer, code);
    return this.card(layer, code);
  }

  card(layer, code) {
    const { node } = this.slides[this.at];
    return this.cards.show(layer, code, node.querySelector(".body"));
  }

  /** On the map: a zone opens its page, a cell its card. */
  clicked({ layer, code }) {
    const page = layer === "zones" ? told.slides.findIndex(({ zone }) => zone === code) : -1;
    if (page >= 0 && page !== this.at) this.go(page, { isJump: true });
    else if (layer === "cells" || layer === "zones") this.card(layer, code);
  }

  putAway({ isQuiet = false } = {}) {
    this.stage.rest();
    const wasShown = this.cards.hide();
    if (wasShown && !isQuiet) this.stage.clear();
    return wasShown;
  }

  async weeks() {
    const slide = this.slides[this.at];
    if (!slide.slide.weeks) return;
    this.putAway();
    const isWeeks = !this.stage.isWeeks;
    await this.stage.show(slide, { isWeeks });
    this.weekButton.textContent = isWeeks ? "□" : "▷";
    if (isWeeks && !window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.stage.play();
  }

  overview() {
    this.putAway();
    return this.sheets.overview(this.at, (at) => this.go(at));
  }

  /** Dark or light; this deck opens the next time as it was left. */
  dark(isDark = document.body.classList.contains("is-light")) {
    document.body.classList.toggle("is-dark", isDark);
    document.body.classList.toggle("is-light", !isDark);
    remember(isDark ? "dark" : "light");
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  async print() {
    await this.stills.prepare();
    window.print();
  }

  /** All slides on sheets of A4, with their maps as pictures. */
  paper() {
    this.screen();
    this.sheet = element("div", "paper");
    document.body.append(this.sheet);
    const slides = told.slides.map((slide, i) => new Slide(slide, i + 1));
    slides.forEach(({ node }) => {
      const page = element("div", "paper-page");
      page.append(node);
      this.sheet.append(page);
    });
    const { clientWidth: width, clientHeight: height } = this.sheet.firstChild;
    document.documentElement.style.fontSize = `${unitOf(width, height)}px`;
    slides.forEach((slide) => fitSlide(slide, width, height));
    this.stills.draw(slides, PAPER_RATIO);
  }

  screen() {
    this.sheet?.remove();
    this.sheet = null;
    if (this.at >= 0) this.lay(this.slides[this.at]);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("[role=slider], select, input") && event.key !== "Escape") return;
    const act = this.actOf(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  actOf(event) {
    const { key } = event;
    if (!this.black.hidden) return () => (this.black.hidden = true);
    if (/^\d$/.test(key)) return () => this.digit(key);
    if (key === "Enter" && this.digits) return () => this.number();
    this.digits = "";
    if (key === "Escape") return () => this.sheets.close() || this.putAway() || this.overview();
    const isPressed = event.target.closest?.("button") && (key === " " || key === "Enter");
    if (isPressed) return null;
    if (this.sheets.isOpen) return this.inSheet(key);
    const turns = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": event.shiftKey ? -1 : 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
    if (turns[key]) return () => this.step(turns[key]);
    const acts = {
      Home: () => this.go(0), End: () => this.go(this.slides.length - 1), o: () => this.overview(), f: () => this.full(),
      n: () => this.notes.toggle(), d: () => this.dark(), p: () => this.print(), b: () => (this.black.hidden = false),
      w: () => this.weeks(), a: () => this.sheets.whole(this.slides[this.at].slide), "?": () => this.sheets.help(),
      Backspace: () => window.history.back(),
    };
    return acts[key.length === 1 ? key.toLowerCase() : key];
  }

  inSheet(key) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 2, ArrowUp: -2 };
    if (this.sheets.name === "overview" && steps[key]) return () => this.sheets.step(steps[key]);
    if (key === "?" || key.toLowerCase() === "o" || key.toLowerCase() === "a") return () => this.sheets.close();
    return null;
  }

  digit(key) {
    this.digits = (this.digits + key).slice(-3);
    this.frame.dataset.asked = this.digits;
  }

  number() {
    const to = Number(this.digits) - 1;
    this.digits = "";
    delete this.frame.dataset.asked;
    this.sheets.close();
    this.go(to);
  }
}

/** What an address says, which may be broken. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

window.deck = new Deck();
