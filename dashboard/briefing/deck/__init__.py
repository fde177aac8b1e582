"""`deck.html`: the meeting's slides with live maps, in one file that opens without a network."""

from dashboard.briefing.deck.page import NAME, deck, html_of

__all__ = ["NAME", "deck", "html_of"]
