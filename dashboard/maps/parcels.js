// What the map fetches once and keeps, and arrays unpacked.

const towns = new Map(); // address → promise of a Town: geometry is fetched once per data version and page load

const held = new Map(); // address → gzip in base64: what a page that was made to stand alone brings with it

function hold(parcels) {
  Object.entries(parcels).forEach(([path, text]) => held.set(path, text));
}

async function fetchBlob(address, kind) {
  const answer = held.has(address.path)
    ? new Response(inflated(held.get(address.path), "gzip"))
    : await fetch(new URL(address.path, window.location.origin), { headers: { "x-grid-token": address.token } });
  if (!answer.ok) throw Object.assign(new Error(`map data: ${answer.status}`), { isLost: true });
  return kind === "json" ? answer.json() : kind === "blob" ? answer.blob() : answer.arrayBuffer();
}

function townOf(address) {
  if (!towns.has(address.path)) {
    const promise = (address.content ? Promise.resolve(address.content) : fetchBlob(address, "json")).then((content) => new Town(content));
    promise.catch(() => towns.delete(address.path));
    towns.set(address.path, promise);
    if (towns.size > 4) towns.delete(towns.keys().next().value);
  }
  return towns.get(address.path);
}

const kept = new Map(); // address → promise: weeks and pictures, the last few

function once(address, kind) {
  if (!kept.has(address.path)) {
    const promise = fetchBlob(address, kind);
    promise.catch(() => kept.delete(address.path));
    kept.set(address.path, promise);
    if (kept.size > 6) kept.delete(kept.keys().next().value);
  }
  return kept.get(address.path);
}

function inflated(text, form) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Blob([bytes]).stream().pipeThrough(new DecompressionStream(form));
}

const ARRAYS = { u1: Uint8Array, u2: Uint16Array, i4: Int32Array };

/** A packed array (`live.pack`) as numbers or texts by position; what is missing is null. */
async function unpack(packed) {
  if (!packed) return null;
  if (packed.texts) {
    const which = await unpack(packed.which);
    return (i) => (which(i) === null || which(i) === packed.texts.length ? null : packed.texts[which(i)]);
  }
  const values = new ARRAYS[packed.kind](await new Response(inflated(packed.zip, "deflate")).arrayBuffer());
  const at = (i) => (values[i] === packed.missing || values[i] === undefined ? null : values[i] / (packed.over || 1));
  at.values = values;
  return at;
}

function placed({ codes, titles, lon, lat }, town) {
  return codes.map((code, i) => {
    const [x, y] = town.place(lon[i], lat[i]);
    return { code, title: titles[i], x, y };
  });
}
