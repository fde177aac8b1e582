"""Named things that people make on the screen and come back to (`shelf`), as they are written down (`thing`)."""
