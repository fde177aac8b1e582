// Dark for a dark room or light: as the address asks, else as the file was made, else as it was the last time.

const LOOKS = ["dark", "light"];
const LOOK_KEY = "deck.look";

/** What the address asks for (`?dark`, `#dark`), else what the slides were made for, else what was chosen last. */
function isAskedDark() {
  const { search, hash } = window.location;
  const asked = LOOKS.find((look) => [`?${look}`, `#${look}`].some((each) => each === search || each === hash));
  if (asked) remember(asked);
  return (asked || told.look || remembered()) === "dark";
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
