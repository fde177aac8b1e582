"""Our figures against peers, measured alternating in one run; the ratios count, not the seconds."""
