"""`briefing.pptx`: native slides that can be edited, for a projector without a network."""

from pathlib import Path

from dashboard.briefing.content import Content

NAME = "briefing.pptx"


def presentation(content: Content, folder: Path) -> list[Path]:
    """Writes the deck; the same content gives the same bytes."""
    from dashboard.briefing.slides.package import saved
    from dashboard.briefing.slides.pages import pages
    from dashboard.briefing.slides.painted import painted

    path = folder / NAME
    path.write_bytes(saved(painted(content, pages(content)), content))
    return [path]
