// Points that a reader arranges: dragged, moved by the arrow keys, added by a click, taken away. The map shows at once
// where a point lies; what that changes is for the server to say.

const HIT = { mouse: 13, touch: 24 };
const DRAGGED = 4;
const KEY_STEP = 8;
const KEY_REST = 450;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NEW = "+";

class Arrange {
  constructor(owner) {
    this.owner = owner;
    this.isAdding = false;
    this.button = element("button", "gm-toggle gm-add");
    this.button.type = "button";
    this.button.hidden = true;
    this.button.addEventListener("click", () => this.mode(!this.isAdding));
    L.DomEvent.disableClickPropagation(this.button);
    const { stage } = owner;
    // Before Leaflet hears of them: a point that is held must not drag the map, nor its release be a click.
    stage.addEventListener("pointerdown", (event) => this.down(event), true);
    stage.addEventListener("pointermove", (event) => this.move(event), true);
    stage.addEventListener("pointerup", (event) => this.up(event, true), true);
    stage.addEventListener("pointercancel", (event) => this.up(event, false), true);
    stage.addEventListener("pointerleave", () => this.ghost(null));
    stage.addEventListener("click", (event) => this.swallow(event), true);
    stage.addEventListener("keydown", (event) => this.key(event), true);
  }

  remove() {
    window.clearTimeout(this.pending);
    window.cancelAnimationFrame(this.frame);
  }

  /** `data`: which points may be arranged (null: none here); after the points of the map were taken. */
  take(data, words) {
    this.data = data;
    this.button.hidden = !data;
    if (!data && this.isAdding) this.mode(false);
    if (!data) return;
    this.button.textContent = words.add;
    this.button.title = words.add_how;
    this.button.setAttribute("aria-pressed", String(this.isAdding));
    this.button.disabled = this.layer()?.items.length >= data.most;
    if (this.button.disabled && this.isAdding) this.mode(false);
    if (!this.held && !this.pending) return;
    // New data came while a point was on its way: the hand is ahead of the server.
    const { code, x, y } = this.held?.item || this.carried;
    const item = this.find(code);
    if (!item) {
      this.held = null;
      return;
    }
    Object.assign(item, { x, y });
    if (this.held) this.held.item = item;
    else this.carried = item;
  }

  layer() {
    return this.data && this.owner.state.points.find(({ kind }) => kind === this.data.kind);
  }

  find(code) {
    return this.layer()?.items.find((item) => item.code === code);
  }

  /** The point under the pointer. */
  under(event) {
    const { canvas, map, pane, state } = this.owner;
    if (!this.data || !state.town || !canvas.frame || !pane.contains(event.target)) return null;
    const at = canvas.onCanvas(...canvas.toTown(map.mouseEventToLayerPoint(event)));
    let best = null;
    let nearest = event.pointerType === "touch" ? HIT.touch : HIT.mouse;
    (canvas.shownPoints || []).forEach(({ layer, item, x, y }) => {
      const distance = Math.hypot(x - at[0], y - at[1]);
      if (layer.kind === this.data.kind && item.code !== NEW && distance < nearest) [best, nearest] = [item, distance];
    });
    return best;
  }

  down(event) {
    this.isReleased = false;
    if (event.button !== 0 || !event.isPrimary) return;
    const item = this.under(event);
    if (!item) return;
    this.settle();
    this.held = { item, from: [event.clientX, event.clientY], at: [item.x, item.y], isMoved: false };
    this.owner.map.dragging.disable();
    this.owner.pane.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (this.held) {
      const [x, y] = this.held.from;
      this.held.isMoved = this.held.isMoved || Math.hypot(event.clientX - x, event.clientY - y) > DRAGGED;
      if (!this.held.isMoved) return;
      event.stopPropagation();
      this.owner.hover(null);
      this.owner.pane.style.cursor = "grabbing";
      this.put(this.held.item, this.owner.map.mouseEventToLayerPoint(event));
    } else if (this.isAdding && this.owner.pane.contains(event.target)) {
      this.ghost(this.owner.map.mouseEventToLayerPoint(event));
    }
  }

  up(event, isMeant) {
    const { held } = this;
    if (!held) return;
    this.held = null;
    this.owner.map.dragging.enable();
    this.owner.pane.style.cursor = "";
    if (!held.isMoved) return;
    this.isReleased = true;
    if (isMeant) this.send("move", held.item);
    else {
      [held.item.x, held.item.y] = held.at;
      this.draw();
    }
  }

  /** The click that a browser makes of a release is none. */
  swallow(event) {
    if (!this.isReleased) return;
    this.isReleased = false;
    event.stopPropagation();
    event.preventDefault();
  }

  key(event) {
    const { owner } = this;
    if (!this.data || event.target !== owner.pane || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.isAdding) this.mode(false);
    else if (/^[1-9]$/.test(event.key)) this.select(event.key);
    else {
      const { selected } = owner.state;
      const item = selected?.[0] === this.data.kind && this.find(selected[1]);
      const step = ARROWS[event.key];
      if (!item || !(step || event.key === "Delete")) return;
      event.stopPropagation();
      event.preventDefault();
      if (step) this.carry(item, step, event.shiftKey ? 1 : KEY_STEP);
      else owner.send.trigger("arranged", { act: "drop", code: item.code });
    }
  }

  select(code) {
    const { owner } = this;
    if (!this.find(code)) return;
    this.settle();
    owner.state.selected = [this.data.kind, code];
    owner.canvas.draw();
    owner.send.trigger("clicked", { layer: this.data.kind, code });
  }

  /** Moves a point by pixels; the server hears of it once the keys rest. */
  carry(item, [right, down], pixels) {
    this.carried = item;
    this.put(item, this.owner.canvas.toLayer(item.x, item.y).add([right * pixels, down * pixels]));
    window.clearTimeout(this.pending);
    this.pending = window.setTimeout(() => this.settle(), KEY_REST);
  }

  settle() {
    if (!this.pending) return;
    window.clearTimeout(this.pending);
    this.pending = null;
    this.send("move", this.carried);
  }

  put(item, point) {
    [item.x, item.y] = this.owner.canvas.toTown(point);
    this.draw();
  }

  draw() {
    window.cancelAnimationFrame(this.frame);
    this.frame = window.requestAnimationFrame(() => this.owner.canvas.draw());
  }

  mode(isAdding) {
    this.isAdding = isAdding;
    this.button.setAttribute("aria-pressed", String(isAdding));
    if (!isAdding) this.ghost(null);
    this.owner.pane.style.cursor = isAdding ? "crosshair" : "";
    this.owner.panels.hint();
    if (isAdding) this.owner.pane.focus({ preventScroll: true });
  }

  /** What a point would reach where the pointer is. */
  ghost(point) {
    const layer = this.layer();
    const there = layer?.items.findIndex(({ code }) => code === NEW);
    if (!layer || (!point && there < 0)) return;
    if (!point) layer.items.splice(there, 1);
    else if (there < 0) layer.items.push({ code: NEW, title: "" });
    if (point) this.put(this.find(NEW), point);
    else this.draw();
  }

  /** Whether a click there adds a point. */
  adds(found, point) {
    if (!this.isAdding || (found?.layer === this.data.kind && found.code !== NEW)) return false;
    const [x, y] = this.owner.canvas.toTown(point);
    this.ghost(null);
    this.send("add", { x, y });
    return true;
  }

  send(act, { code, x, y }) {
    const { map, canvas } = this.owner;
    const { lat, lng } = map.layerPointToLatLng(canvas.toLayer(x, y));
    this.owner.send.trigger("arranged", { act, code, lon: Number(lng.toFixed(6)), lat: Number(lat.toFixed(6)) });
  }

  cursor(found) {
    if (this.isAdding) return "crosshair";
    return this.data && found?.layer === this.data.kind ? "grab" : "";
  }
}
