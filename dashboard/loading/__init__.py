"""Files in by hand: dropped, checked, loaded, taken back, and what was loaded before; the only part of the screen that
knows the loading side."""
