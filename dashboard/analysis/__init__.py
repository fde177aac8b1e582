"""Pure answers from frames: no screen, no map, no SQL."""
