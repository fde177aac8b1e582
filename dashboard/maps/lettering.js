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

  /** Corners of what the map's window shows, on the canvas. */
  window() {
    const { x, y } = this._map.containerPointToLayerPoint([0, 0]).subtract(this._bounds.min);
    const size = this._map.getSize();
    return [x, y, x + size.x, y + size.y];
  },

  drawLabels(ink) {
    if (!this.isOn("labels")) return;
    const { town, font, colours, selected } = this.state;
    const taken = [];
    const meets = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
    const numbers = this.shownPoints
      .filter(({ layer }) => layer.numbered)
      .map(({ layer, x, y }) => [x - layer.size, y - layer.size, x + layer.size, y + layer.size]);
    const inside = this.state.covered ? this.window() : null;
    const covered = inside ? this.state.covered().map((box) => box.map((edge, i) => edge + inside[i % 2])) : [];
    const isFree = (box) => !numbers.some((b) => meets(box, b)) && !covered.some((b) => meets(box, b));
    const write = (text, centre, middle, usual, weight, colour) => {
      const size = usual * this.state.unit;
      ink.font = `${weight} ${size}px ${font}`;
      const lines = linesOf(text);
      const half = Math.max(...lines.map((line) => ink.measureText(line).width)) / 2 + 3;
      const high = size * (0.6 * lines.length + 0.15);
      // Of what is in sight a zone's name is moved to where it is seen whole; what would be cut is left out.
      if (inside && (centre < inside[0] || centre > inside[2] || middle < inside[1] || middle > inside[3])) return;
      const moves = inside && weight === 700;
      const x = moves ? Math.max(inside[0] + half, Math.min(inside[2] - half, centre)) : centre;
      const over = moves ? Math.max(inside[1] + high, Math.min(inside[3] - high, middle)) : middle;
      if (inside && (x - half < inside[0] || x + half > inside[2] || over - high < inside[1] || over + high > inside[3])) return;
      // A name makes way for a number and for what lies on the map; for another name it is left out.
      const beside = covered.flatMap((b) => [b[0] - half - 1, b[2] + half + 1]).filter((to) => moves && Math.abs(to - x) < half);
      const places = [x, ...beside].flatMap((to) => [0, 1.7, -1.7].map((by) => [to, over + by * size]));
      const place = places.find(([to, top]) => isFree([to - half, top - high, to + half, top + high]));
      if (!place) return;
      const [at, y] = place;
      const box = [at - half, y - high, at + half, y + high];
      if (taken.some((b) => meets(box, b))) return;
      taken.push(box);
      ink.lineJoin = "round";
      ink.strokeStyle = "rgba(255,255,255,0.92)";
      ink.lineWidth = size > 12 ? 4 : 3;
      ink.fillStyle = colour;
      lines.forEach((line, i) => {
        const base = y + (i - (lines.length - 1) / 2) * size * 1.2;
        ink.strokeText(line, at, base);
        ink.fillText(line, at, base);
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
