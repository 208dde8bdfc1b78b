"""Names of windows of time, as an answer prints them. Each is a phrase that is read back as the same window."""

from __future__ import annotations

from typing import Final

TODAY: Final = "today"
YESTERDAY: Final = "yesterday"
DAY_BEFORE: Final = "day before yesterday"
TOMORROW: Final = "tomorrow"
DAY: Final = "{weekday} {day}"
THIS: Final = {"week": "this week", "month": "this month", "quarter": "this quarter", "year": "year to date"}
LAST: Final = {"week": "last week", "month": "last month", "quarter": "last quarter", "year": "last year"}
BEFORE_LAST: Final = {"week": "week before last", "month": "month before last"}
NEXT: Final = {"week": "next week", "month": "next month", "quarter": "next quarter", "year": "next year"}
WEEK_OF: Final = "week of {day}"
WEEKEND: Final = "weekend"
LAST_WEEKEND: Final = "last weekend"
NEXT_WEEKEND: Final = "next weekend"
WEEKEND_OF: Final = "weekend of {day}"
MONTH: Final = "{month} {year}"
QUARTER: Final = "Q{number} {year}"
SPAN: Final = "{first} to {last}"
SINCE: Final = "since {start}"
DAYS: Final = "{number} days"
ROLLING: Final = "last {number} {unit}"
COMING: Final = "next {number} {unit}"
UNITS: Final = {"minutes": "minutes", "hours": "hours", "days": "days", "weeks": "weeks"}
LAST_NIGHT: Final = "last night"
NIGHT_BEFORE: Final = "night before last"
NIGHTS_AGO: Final = "{number} nights ago"
NIGHT_OF: Final = "last {weekday} night"
LAST_SHIFT: Final = "last shift"
THIS_MORNING: Final = "this morning"
THIS_AFTERNOON: Final = "this afternoon"
THIS_EVENING: Final = "this evening"
AFTER: Final = "after {clock}"
BEFORE: Final = "before {clock}"
