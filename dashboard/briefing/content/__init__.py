"""What is said at the meeting: `brief` makes a `Content` of county and snapshot alone."""

from dashboard.briefing.content.brief import PARTS, REASONS, VIEWS, WEEK, ZONE, brief, in_order
from dashboard.briefing.content.shape import (
    ALARM,
    BETTER,
    KINDS,
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
from dashboard.briefing.content.whole import LEDGER_AT_MOST, ledger_rows
from dashboard.briefing.content.written import written

__all__ = [
    "ALARM", "BETTER", "KINDS", "LEDGER_AT_MOST", "NOBODY", "OVERDUE", "PARTS", "REASONS", "VIEWS", "WEEK", "WORSE",
    "ZONE", "Chart", "Column", "Content", "Figure", "LeftOut", "Section", "Sentence", "Series", "Table", "brief",
    "in_order", "ledger_rows", "written",
]  # fmt: skip
