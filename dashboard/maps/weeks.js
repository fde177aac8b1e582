/** The bars of the weeks: a slider that plays, drawn and moved without the server. */
class Weeks {
  constructor(owner) {
    this.owner = owner;
    this.box = element("div", "gm-weeks");
    this.box.hidden = true;
    this.play = element("button", "gm-play");
    this.play.type = "button";
    this.period = element("div", "gm-period");
    this.bars = element("div", "gm-bars");
    this.bars.tabIndex = 0;
    this.bars.setAttribute("role", "slider");
    this.note = element("div", "gm-weeknote");
    const left = element("div", "gm-weekhead");
    left.append(this.play, this.period);
    this.box.append(left, this.bars, this.note);
    this.play.addEventListener("click", () => (this.timer ? this.stop() : this.start()));
    this.bars.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      const last = this.frames.totals.length - 1;
      const to = event.key === "Home" ? 0 : event.key === "End" ? last : step ? this.at + step : null;
      if (to === null) return;
      event.preventDefault();
      this.stop();
      this.owner.chooseWeek(Math.max(0, Math.min(last, to)));
    });
    const drag = (event) => {
      const { left: x, width } = this.bars.getBoundingClientRect();
      const n = this.frames.totals.length;
      const week = Math.max(0, Math.min(n - 1, Math.floor(((event.clientX - x) / width) * n)));
      if (week !== this.at) this.owner.chooseWeek(week);
    };
    this.bars.addEventListener("pointerdown", (event) => {
      this.stop();
      this.bars.setPointerCapture(event.pointerId);
      this.isDragging = true;
      drag(event);
    });
    this.bars.addEventListener("pointermove", (event) => this.isDragging && drag(event));
    ["pointerup", "pointercancel"].forEach((name) => this.bars.addEventListener(name, () => (this.isDragging = false)));
  }

  draw(data) {
    const frames = this.owner.frameSet;
    this.box.hidden = !frames;
    this.owner.box.classList.toggle("has-weeks", Boolean(frames));
    if (!frames) return this.stop();
    this.frames = frames;
    this.words = data.words;
    const most = Math.max(1, ...frames.totals);
    this.bars.replaceChildren(...frames.totals.map((total, week) => {
      const bar = element("i", frames.campaign[week] ? "gm-week is-campaign" : "gm-week");
      bar.style.setProperty("--part", String(total / most));
      const names = frames.marks[week] || [];
      bar.classList.toggle("is-marked", names.length > 0);
      const told = [`${frames.starts[week]} — ${frames.ends[week]}`, shown(total)];
      if (frames.campaign[week]) told.push(data.words.campaign);
      bar.title = [...told, ...names].join(" · ");
      return bar;
    }));
    this.bars.setAttribute("aria-label", data.words.weeks);
    this.bars.setAttribute("aria-valuemin", "0");
    this.bars.setAttribute("aria-valuemax", String(frames.totals.length - 1));
    const key = (name, text) => {
      const line = element("span", `gm-key ${name}`);
      line.append(element("i"), text);
      return line;
    };
    const keys = element("div");
    if (frames.campaign.some(Boolean)) keys.append(key("is-campaign", data.words.campaign));
    keys.append(key("is-current", data.words.chosen_week));
    const names = [...new Set(frames.marks.flat())];
    const marked = key("is-marked", names.join(data.words.between));
    marked.title = names.join(data.words.between);
    if (names.length) keys.append(marked);
    this.note.replaceChildren(keys, element("div", "", data.words.slide));
    this.face();
  }

  face() {
    const label = this.timer ? this.words.pause : this.words.play;
    this.play.replaceChildren(icon(ICONS[this.timer ? "pause" : "play"]));
    this.play.title = label;
    this.play.setAttribute("aria-label", label);
  }

  select(week) {
    this.at = week;
    const { starts, ends, totals } = this.frames || this.owner.frameSet;
    [...this.bars.children].forEach((bar, i) => bar.classList.toggle("is-current", i === week));
    this.period.textContent = `${starts[week]} — ${ends[week]}`;
    this.bars.setAttribute("aria-valuenow", String(week));
    this.bars.setAttribute("aria-valuetext", `${starts[week]} — ${ends[week]}, ${totals[week]}`);
  }

  start() {
    if (this.at >= this.frames.totals.length - 1) this.owner.chooseWeek(0);
    this.timer = window.setInterval(() => {
      if (this.at >= this.frames.totals.length - 1) return this.stop();
      this.owner.chooseWeek(this.at + 1);
    }, 700);
    this.face();
  }

  stop() {
    if (!this.timer) return;
    window.clearInterval(this.timer);
    this.timer = null;
    this.face();
    if (!this.owner.isGone) this.owner.sendWeek();
  }
}
