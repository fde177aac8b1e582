"""Maps on paper: matplotlib as a pen. Loads matplotlib, so it is imported in functions only."""
