"""The words of the screen, Chinese and English."""
