// Hatchings, names and symbols on the drawing.

function hatchPattern(context, colour, ratio) {
  const tile = document.createElement("canvas");
  const side = Math.round(6 * ratio);
  tile.width = side;
  tile.height = side;
  const ink = tile.getContext("2d");
  ink.strokeStyle = colour;
  ink.lineWidth = 0.95 * ratio;
  ink.beginPath();
  for (const shift of [-side, 0, side]) {
    ink.moveTo(shift - 1, side + 1);
    ink.lineTo(shift + side + 1, -1);
  }
  ink.stroke();
  return context.createPattern(tile, "repeat");
}

/** Sparse tufts of grass, as maps draw a park. */
function tuftPattern(context, colour, ratio) {
  const tile = document.createElement("canvas");
  tile.width = Math.round(12 * ratio);
  tile.height = Math.round(10 * ratio);
  const ink = tile.getContext("2d");
  ink.scale(ratio, ratio);
  ink.strokeStyle = colour;
  ink.lineWidth = 0.9;
  ink.beginPath();
  [[3, 4], [9, 9]].forEach(([x, y]) => {
    [[-1.8, -2], [0, -2.8], [1.8, -2]].forEach(([dx, dy]) => {
      ink.moveTo(x, y);
      ink.lineTo(x + dx, y + dy);
    });
  });
  ink.stroke();
  return context.createPattern(tile, "repeat");
}

/** A zone's name without the word for zone, as a map writes it. */
function shortName(name) {
  return name.length > 2 && name.endsWith("片区") ? name.slice(0, -2) : name;
}

const LONGEST_LINE = 10;
const MOST_LINES = 3;

/** A long name in lines of about equal length: Latin words stay whole, Chinese breaks anywhere. */
function linesOf(name) {
  const pieces = name.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+/g) || [name];
  const wide = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 1 : 0.5), 0);
  const count = Math.min(MOST_LINES, Math.ceil(wide(name) / LONGEST_LINE));
  const most = wide(name) / count;
  const lines = [""];
  pieces.forEach((piece) => {
    const last = lines[lines.length - 1];
    if (last && lines.length < count && wide(last) + wide(piece.trim()) / 2 > most) lines.push(piece);
    else lines[lines.length - 1] = last + piece;
  });
  return lines.map((line) => line.trim()).map((line) => (line.length > 26 ? `${line.slice(0, 25)}…` : line));
}

function drawSymbol(ink, layer, x, y, grown, colours) {
  const r = layer.size * (layer.shape === "dot" ? Math.max(0.8, grown) : grown);
  ink.beginPath();
  if (layer.shape === "square") ink.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (layer.shape === "diamond" || layer.shape === "hexagon") {
    const n = layer.shape === "diamond" ? 4 : 6;
    for (let i = 0; i < n; i += 1) {
      const angle = (i / n) * 2 * Math.PI - Math.PI / 2;
      ink.lineTo(x + 1.15 * r * Math.cos(angle), y + 1.15 * r * Math.sin(angle));
    }
    ink.closePath();
  } else ink.arc(x, y, r, 0, 2 * Math.PI);
  ink.fillStyle = layer.colour;
  ink.strokeStyle = "#ffffff";
  ink.lineWidth = layer.shape === "dot" ? 1 : 1.5;
  ink.fill();
  ink.stroke();
  if (!layer.letter || layer.shape === "dot" || r < 5.5) return;
  ink.fillStyle = "#ffffff";
  ink.font = `600 ${Math.round(r * 1.3)}px ${colours.font}`;
  ink.textAlign = "center";
  ink.textBaseline = "middle";
  ink.fillText(layer.letter, x, y + 0.5);
}
