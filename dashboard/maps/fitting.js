// Where to look from, so that nothing of the town lies under legend or tools.

const EDGE = 16;
/** Fortieths of the map that may be left free beside and below the town, and one. */
const STEPS = 23;

/** Middle (in the town's pixels) and zoom of the largest view of the whole town in which nothing lies under `panes`
 *  (boxes in pixels of the map); where there is no room for that, of the largest view. `top`: pixels kept free above. */
function wholeTown(map, town, panes, top) {
  const { x: width, y: height } = map.getSize();
  const [west, north, east, south] = town.reach;
  let best = null;
  const lefts = Array.from({ length: STEPS }, (_, i) => EDGE + (i * width) / 40);
  const bottoms = Array.from({ length: STEPS }, (_, i) => EDGE + (i * height) / 40);
  lefts.forEach((left) => bottoms.forEach((bottom) => {
    const scale = Math.min((width - left - EDGE) / (east - west || 1), (height - top - bottom) / (south - north || 1));
    if (scale <= 0 || (best && scale <= best.scale)) return;
    const x = (west + east) / 2 - (left - EDGE) / 2 / scale;
    const y = (north + south) / 2 - (top - bottom) / 2 / scale;
    const hides = (px, py) => {
      const [sx, sy] = [(px - x) * scale + width / 2, (py - y) * scale + height / 2];
      return panes.some((box) => sx > box[0] && sx < box[2] && sy > box[1] && sy < box[3]);
    };
    if (!town.isUnder(hides)) best = { scale, x, y };
  }));
  if (!best) {
    const scale = Math.min((width - 2 * EDGE) / (east - west || 1), (height - top - EDGE) / (south - north || 1));
    best = { scale, x: (west + east) / 2, y: (north + south) / 2 - (top - EDGE) / 2 / scale };
  }
  const zoom = REFERENCE_ZOOM + Math.log2(Math.max(best.scale, 1e-9));
  return { ...best, zoom: Math.max(map.getMinZoom(), Math.min(map.getMaxZoom(), zoom)) };
}
