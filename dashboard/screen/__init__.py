"""Pieces of screen that the pages share: header line, filters, figures, lists, states; they know Streamlit and words."""
