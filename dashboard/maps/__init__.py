"""What to draw, in which colours, and the renderers that draw it."""
