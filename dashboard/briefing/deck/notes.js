// What the speaker sees: notes and times, below the slide or in a window of its own.

class Notes {
  constructor(deck) {
    this.deck = deck;
    this.node = element("aside", "notes");
    this.node.hidden = true;
    this.node.setAttribute("aria-label", say("notes"));
    this.started = null;
    document.body.append(this.node);
  }

  get isOpen() {
    return !this.node.hidden || Boolean(this.window);
  }

  toggle() {
    if (this.window) return this.window.close();
    this.node.hidden = !this.node.hidden;
    document.body.classList.toggle("has-notes", !this.node.hidden);
    this.run();
    this.draw();
    return this.deck.relay();
  }

  run() {
    window.clearInterval(this.timer);
    if (this.isOpen) this.timer = window.setInterval(() => this.tick(), 1000);
  }

  /** Called with every change of slide; the clock starts when the cover is left. */
  turned() {
    this.here = Date.now();
    if (!this.started && this.deck.at > 0) this.started = this.here;
    if (this.isOpen) this.draw();
  }

  draw() {
    const { slide } = this.deck.slides[this.deck.at];
    const next = told.slides[this.deck.at + 1];
    this.clock = element("b", "clock");
    this.own = element("span", "clock-own");
    const times = element("div", "times");
    const whole = element("span", "", told.length);
    const reset = button("", say("deck_reset"), () => {
      this.started = Date.now();
      this.here = this.started;
      this.tick();
    });
    times.append(this.clock, this.own, whole, reset);
    if (!this.window) times.append(button("", say("deck_window"), () => this.pop()));
    const text = element("div", "notes-text");
    text.append(element("b", "", slide.message.text), ...slide.notes.map((line) => element("p", "", line.text)));
    if (!slide.notes.length) text.append(element("p", "small", say("deck_no_notes")));
    this.seconds = slide.seconds;
    text.append(element("p", "small next", next ? say("deck_upcoming", { title: next.message.text }) : say("deck_end")));
    this.node.replaceChildren(text, times);
    this.tick();
  }

  tick() {
    const shown = (from) => {
      const seconds = from ? Math.floor((Date.now() - from) / 1000) : 0;
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };
    if (!this.clock) return;
    this.clock.textContent = say("deck_elapsed", { time: shown(this.started) });
    this.own.textContent = say("deck_here", { time: shown(this.here), seconds: String(this.seconds) });
    this.own.classList.toggle("is-alarm", this.seconds > 0 && Date.now() - this.here > 1000 * this.seconds);
  }

  /** Into a window of its own, for a second screen. */
  pop() {
    const opened = window.open("", "", "width=720,height=480");
    if (!opened) return;
    this.window = opened;
    opened.document.title = say("notes");
    opened.document.documentElement.lang = document.documentElement.lang;
    opened.document.head.append(element("style", "", document.querySelector("style").textContent));
    opened.document.body.className = `${document.body.className} is-speaker`;
    opened.document.body.append(this.node);
    this.node.hidden = false;
    document.body.classList.remove("has-notes");
    opened.addEventListener("keydown", (event) => this.deck.key(event));
    opened.addEventListener("pagehide", () => this.back());
    this.draw();
    this.deck.relay();
  }

  back() {
    this.window = null;
    this.node.hidden = true;
    document.body.append(this.node);
    this.run();
  }
}
