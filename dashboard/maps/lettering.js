// Points and names on the drawing, of one size whatever the zoom.

TownCanvas.include({
  drawPoints(ink) {
    const { metres } = this.frame;
    this.shownPoints = [];
    this.tooMany = false;
    const size = [this._container.width / this._ratio, this._container.height / this._ratio];
    this.state.points.forEach((layer) => {
      if (!this.isOn(layer.kind)) return;
      const placed = [];
      layer.items.forEach((item) => {
        const [x, y] = this.onCanvas(item.x, item.y);
        if (x > -60 && y > -60 && x < size[0] + 60 && y < size[1] + 60) placed.push({ layer, item, x, y });
      });
      if (layer.radius) this.drawRadius(ink, layer, metres);
      if (layer.kind === "problem" && placed.length > this.state.singleAtMost) {
        this.tooMany = true;
        return;
      }
      const grown = this.state.unit * Math.max(0.62, Math.min(1.15, 7 / Math.sqrt(metres) / 2));
      const look = (item) => (layer.numbered ? { ...layer, letter: item.code } : layer);
      placed.forEach(({ item, x, y }) => drawSymbol(ink, look(item), x, y, grown, this.state.colours));
      this.drawRing(ink, layer, placed, grown);
      this.shownPoints.push(...placed);
    });
  },

  /** Around the point that is selected. */
  drawRing(ink, layer, placed, grown) {
    const { selected, colours } = this.state;
    const chosen = selected?.[0] === layer.kind && placed.find(({ item }) => item.code === selected[1]);
    if (!chosen) return;
    [["#ffffff", 6], [colours.text, 2.5]].forEach(([colour, width]) => {
      ink.beginPath();
      ink.arc(chosen.x, chosen.y, layer.size * grown + 4.5, 0, 2 * Math.PI);
      ink.strokeStyle = colour;
      ink.lineWidth = width;
      ink.stroke();
    });
  },

  drawRadius(ink, layer, metres) {
    const reach = new Path2D();
    layer.items.forEach((item) => {
      const [x, y] = this.onCanvas(item.x, item.y);
      reach.moveTo(x + layer.radius / metres, y);
      reach.arc(x, y, layer.radius / metres, 0, 2 * Math.PI);
    });
    ink.globalAlpha = 0.07;
    ink.fillStyle = layer.colour;
    ink.fill(reach);
    ink.globalAlpha = 0.55;
    ink.strokeStyle = layer.colour;
    ink.lineWidth = 1;
    ink.setLineDash([4, 3]);
    ink.stroke(reach);
    ink.setLineDash([]);
    ink.globalAlpha = 1;
  },

  /** Left and right edge of what the map's window shows, on the canvas. */
  window() {
    const { x } = this._map.containerPointToLayerPoint([0, 0]).subtract(this._bounds.min);
    return [x, x + this._map.getSize().x];
  },

  drawLabels(ink) {
    if (!this.isOn("labels")) return;
    const { town, font, colours, selected } = this.state;
    const taken = [];
    const meets = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
    const numbers = this.shownPoints
      .filter(({ layer }) => layer.numbered)
      .map(({ layer, x, y }) => [x - layer.size, y - layer.size, x + layer.size, y + layer.size]);
    const inside = this.state.keepsNames ? this.window() : null;
    const write = (text, at, middle, usual, weight, colour) => {
      const size = usual * this.state.unit;
      ink.font = `${weight} ${size}px ${font}`;
      const lines = linesOf(text);
      const half = Math.max(...lines.map((line) => ink.measureText(line).width)) / 2 + 3;
      const high = size * (0.6 * lines.length + 0.15);
      const isIn = inside && weight === 700 && at > inside[0] && at < inside[1];
      const x = isIn ? Math.max(inside[0] + half, Math.min(inside[1] - half, at)) : at;
      const boxAt = (top) => [x - half, top - high, x + half, top + high];
      // A name makes way for a number; for another name it is left out.
      const y = [0, 1.7, -1.7].map((by) => middle + by * size).find((top) => !numbers.some((b) => meets(boxAt(top), b)));
      if (y === undefined) return;
      const box = boxAt(y);
      if (taken.some((b) => meets(box, b))) return;
      taken.push(box);
      ink.lineJoin = "round";
      ink.strokeStyle = "rgba(255,255,255,0.92)";
      ink.lineWidth = size > 12 ? 4 : 3;
      ink.fillStyle = colour;
      lines.forEach((line, i) => {
        const base = y + (i - (lines.length - 1) / 2) * size * 1.2;
        ink.strokeText(line, x, base);
        ink.fillText(line, x, base);
      });
    };
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    const order = town.labels.map((_, i) => i);
    if (selected?.[0] === "zones") order.sort((a, b) => (town.zones.codes[b] === selected[1]) - (town.zones.codes[a] === selected[1]));
    order.forEach((i) => {
      if (!town.labels[i]) return;
      const [x, y] = this.onCanvas(town.labels[i][0], town.labels[i][1]);
      write(shortName(town.zones.names[i]) || town.zones.codes[i], x, y, 14, 700, colours.text);
    });
    const cell = town.cells.usualWidth * this.frame.scale;
    if (!this.isOn("cells") || cell < 64) return;
    const [width, height] = [this._container.width / this._ratio, this._container.height / this._ratio];
    town.cells.boxes.forEach((box, i) => {
      const [x, y] = this.onCanvas((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
      if (x < 0 || y < 0 || x > width || y > height || (box[2] - box[0]) * this.frame.scale < 40) return;
      write(shortName(town.cells.names[i]) || town.cells.codes[i].slice(-4), x, y, 11, 400, colours.secondary);
    });
  },
});
