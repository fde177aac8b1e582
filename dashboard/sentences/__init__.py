"""Which sentence of `dashboard.text` is said of a row, and of which values: for the screen and for papers alike."""
