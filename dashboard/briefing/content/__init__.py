"""What is said at the meeting: `shape.Content`, from county and snapshot alone."""

from dashboard.briefing.content.shape import (
    ALARM,
    BETTER,
    NOBODY,
    OVERDUE,
    WORSE,
    Chart,
    Column,
    Content,
    Figure,
    LeftOut,
    Section,
    Sentence,
    Series,
    Table,
)

__all__ = [
    "ALARM", "BETTER", "NOBODY", "OVERDUE", "WORSE", "Chart", "Column", "Content", "Figure", "LeftOut", "Section",
    "Sentence", "Series", "Table",
]  # fmt: skip
