// For a map on a projector: a light on what is selected, and a red pen. Strokes lie on the ground and nowhere but here.

ICONS.spot = "M8 5.2a2.8 2.8 0 1 0 .01 0M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1";
ICONS.pen = "M2.5 13.5l.8-3.2 7.6-7.6 2.4 2.4-7.6 7.6ZM9.4 4.2l2.4 2.4";
ICONS.undo = "M6 3 2.8 6 6 9M3 6h6.2a3.6 3.6 0 0 1 0 7.2H6";
ICONS.clear = "M3 4.5h10M6.2 4.5V2.8h3.6v1.7M4.3 4.5l.7 8.8h6l.7-8.8";

class Pen {
  constructor(owner) {
    this.owner = owner;
    this.isOn = false;
    owner.state.strokes = [];
    this.press = this.press.bind(this);
    ["pointerdown", "pointermove", "pointerup", "pointercancel"].forEach((name) => {
      owner.pane.addEventListener(name, (event) => this.isOn && this.point(name, event), true);
    });
  }

  /** Begins or ends with the presentation; what was drawn is gone with it. */
  take(isPresented) {
    const { box, state } = this.owner;
    if (isPresented === Boolean(this.isThere)) return;
    this.isThere = isPresented;
    box.classList.toggle("is-presented", isPresented);
    state.spotlight = isPresented;
    state.strokes = [];
    this.turn(false);
    if (isPresented) window.addEventListener("keydown", this.press, true);
    else this.remove();
  }

  remove() {
    window.removeEventListener("keydown", this.press, true);
  }

  /** Buttons for the tools of the map; `button` makes one. */
  buttons(button, words) {
    const toggle = (name, isOn, act) => {
      const made = button(name, words[name], act);
      made.dataset.tool = name;
      made.setAttribute("aria-pressed", String(isOn));
      return made;
    };
    this.pressed = {
      spot: toggle("spot", this.owner.state.spotlight, () => this.light()),
      pen: toggle("pen", this.isOn, () => this.turn(!this.isOn)),
    };
    return [
      this.pressed.spot, this.pressed.pen, button("undo", words.undo, () => this.undo()),
      button("clear", words.clear, () => this.clear()),
    ];
  }

  press(event) {
    const keys = { s: () => this.light(), p: () => this.turn(!this.isOn), z: () => this.undo(), c: () => this.clear() };
    const act = keys[event.key.toLowerCase()];
    const from = event.composedPath()[0];
    const isWriting = from.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (!act || isWriting || event.altKey || event.metaKey || (event.ctrlKey && event.key !== "z")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has its own c
    act();
  }

  light() {
    const { state, canvas } = this.owner;
    state.spotlight = !state.spotlight;
    this.pressed?.spot.setAttribute("aria-pressed", String(state.spotlight));
    canvas.draw();
  }

  turn(isOn) {
    const { map, pane } = this.owner;
    this.isOn = isOn;
    this.stroke = null;
    pane.classList.toggle("is-drawing", isOn);
    if (isOn) map.dragging.disable();
    else map?.dragging.enable();
    this.pressed?.pen.setAttribute("aria-pressed", String(isOn));
  }

  undo() {
    this.owner.state.strokes.pop();
    this.show();
  }

  clear() {
    this.owner.state.strokes = [];
    this.show();
  }

  point(name, event) {
    const { map, canvas, state, pane } = this.owner;
    if (name === "pointerdown" && (event.button !== 0 || !state.town)) return;
    if (name === "pointermove" && !this.stroke) return;
    event.preventDefault();
    event.stopPropagation();
    if (name === "pointerdown") {
      pane.setPointerCapture(event.pointerId);
      this.stroke = [];
      state.strokes.push(this.stroke);
    }
    if (this.stroke && name !== "pointercancel") {
      // A busy browser hands over many moves as one.
      const moves = event.getCoalescedEvents?.() || [];
      (moves.length ? moves : [event]).forEach((move) => {
        const at = canvas.toTown(map.mouseEventToLayerPoint(move));
        canvas.pen([this.stroke.at(-1) || at, at]);
        this.stroke.push(at);
      });
    }
    if (name === "pointerdown" || name === "pointermove") return;
    this.stroke = null;
    this.show();
  }

  show() {
    const { box, canvas, state } = this.owner;
    box.dataset.strokes = state.strokes.length;
    canvas.draw();
  }
}
