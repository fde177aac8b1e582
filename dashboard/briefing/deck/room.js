// Making a slide fit: larger letters where there is room, smaller ones where there is none, then fewer rows.

const LARGER = [1.5, 1.4, 1.3, 1.2, 1.1];
const COVER_AT_MOST = 1.1;
// Size of the letters, rows that every table keeps, sentences that are kept.
const SMALLER = [
  [1, 6, Infinity], [1, 5, Infinity], [0.93, 4, Infinity], [0.93, 3, Infinity], [0.93, 3, 7], [0.93, 2, 6], [0.87, 2, 5], [0.82, 1, 4], [0.78, 0, 2],
];
/** Letters of one column are larger than those of the other by so much at most. */
const APART = 1.2;
const TITLES = [1, 0.9, 0.8, 0.7, 0.6];

/** Pixels of the unit in which a slide of that size is laid out. */
function unitOf(width, height) {
  return Math.min(width / 76, height / 46);
}

/** Pixels by which a part is higher than its room; one where it is too wide, none where it fits. */
function excess(area) {
  if (area.scrollHeight > area.clientHeight + 1) return area.scrollHeight - area.clientHeight;
  return area.scrollWidth > area.clientWidth + 1 ? 1 : 0;
}

function fitTitle(slide) {
  const { title } = slide;
  const most = slide.isCover ? 3.6 : 2.7;
  TITLES.find((size) => {
    title.style.setProperty("--title", String(size));
    const { fontSize } = getComputedStyle(title);
    return title.scrollHeight <= most * parseFloat(fontSize) && title.scrollWidth <= title.clientWidth + 1;
  });
}

/** Lays one part of a slide out; tables and sentences that lie in it lose their last ones when all else fails. */
function fitArea(slide, area) {
  const tables = slide.tables.filter(({ node }) => area.contains(node));
  const lines = (slide.lineNodes || []).filter((line) => area.contains(line));
  const reset = () => {
    tables.forEach((table) => table.show(table.all));
    lines.forEach((line) => (line.hidden = false));
    slide.more.hidden = true;
  };
  const type = (size) => area.style.setProperty("--type", String(size));
  reset();
  const larger = slide.isCover ? LARGER.filter((size) => size <= COVER_AT_MOST) : LARGER;
  let [low, high] = [0, larger.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    type(larger[middle]);
    if (excess(area)) low = middle + 1;
    else high = middle;
  }
  if (low < larger.length) {
    type(larger[low]);
    return;
  }
  SMALLER.some(([size, rows, sentences]) => {
    type(size);
    reset();
    for (let over = excess(area); over; over = excess(area)) {
      const row = tables.reduce((most, { rows: [first] }) => Math.max(most, first?.offsetHeight || 0), 1);
      for (let taken = 0; taken < Math.max(1, Math.floor(over / (1.6 * row))); taken += 1) {
        if (!takeOne(slide, tables, lines, rows, sentences)) return false;
      }
    }
    return true;
  });
}

/** Takes the last row of the longest table, or the last sentence; says whether there was any to take. */
function takeOne(slide, tables, lines, rows, sentences) {
  const longest = tables.reduce((best, table) => (table.count > (best?.count ?? rows) ? table : best), null);
  if (longest && longest.count > rows) {
    longest.show(longest.count - 1);
    return true;
  }
  const shown = lines.filter((line) => !line.hidden);
  if (shown.length <= sentences) return false;
  shown[shown.length - 1].hidden = true;
  slide.more.hidden = false;
  slide.more.textContent = say("deck_more", { count: String(lines.length - shown.length + 1) });
  return true;
}

/** Lays a slide out that stands in a box of that size. */
function fitSlide(slide, width, height) {
  slide.node.style.setProperty("--unit", `${unitOf(width, height)}px`);
  fitTitle(slide);
  slide.areas.forEach((area) => fitArea(slide, area));
  const sizes = slide.areas.map((area) => Number(area.style.getPropertyValue("--type")));
  slide.areas.forEach((area, i) => area.style.setProperty("--type", String(Math.min(sizes[i], APART * Math.min(...sizes)))));
  const type = 0.82 * unitOf(width, height);
  slide.chart?.paint(type * Math.min(1.15, parseFloat(slide.chart.node.parentElement.style.getPropertyValue("--type")) || 1));
}
