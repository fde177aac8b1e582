// Dark for a dark room or light: as the address asks, else as it was chosen in this very file, else as it was made.

const LOOKS = ["dark", "light"];
/** Files share one memory, as a browser takes them for one site: what was chosen in another one is nothing to this. */
const LOOK_KEY = `deck.look ${told.edition} ${told.look}`;

function isAskedDark() {
  const { search, hash } = window.location;
  const asked = LOOKS.find((look) => [`?${look}`, `#${look}`].some((each) => each === search || each === hash));
  if (asked) remember(asked);
  return (asked || remembered() || told.look) === "dark";
}

/** A browser may keep nothing for a file, and may say so by throwing. */
function remembered() {
  try {
    return window.localStorage.getItem(LOOK_KEY);
  } catch {
    return null;
  }
}

function remember(look) {
  try {
    window.localStorage.setItem(LOOK_KEY, look);
  } catch {
    // It is chosen anew the next time.
  }
}
