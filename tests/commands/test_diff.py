"""What ``scrapy diff`` says of two revisions."""

from typing import Any

from newscrawl.commands.diff import report


def line(revision: int, **fields: Any) -> dict[str, Any]:
    given = {"id": "i", "site": "ria", "url": "https://ria.ru/1", "revision": revision, "status": "published", "title": "A fair opens",
             "lead": None, "authors": ["Ann"], "body": "One.\n\nTwo is two.\n\nThree.", "crawled_at": f"2024-09-1{revision}T08:00:00+00:00"}  # fmt: skip
    return given | fields


def text(*lines: dict[str, Any]) -> str:
    return "\n".join(report(list(lines)))


def test_fields_and_words() -> None:
    found = text(line(1), line(2, title="A fair opened", authors=["Ann", "Bo"], body="One.\n\nTwo is three.\n\nThree."))
    assert found.split("\n")[2:] == [
        "revision 1 → 2   fetched 2024-09-11T08:00:00+00:00 → 2024-09-12T08:00:00+00:00",
        "  title", "    - A fair opens", "    + A fair opened", "  authors", "    - Ann", "    + Ann, Bo",
        "  body, paragraph 2", "    ~ Two is [-two.-] {+three.+}",
    ]  # fmt: skip


def test_paragraphs_that_come_and_go() -> None:
    assert "  body, paragraph 4\n    + Four." in text(line(1), line(2, body="One.\n\nTwo is two.\n\nThree.\n\nFour."))
    assert "  body, paragraph 1\n    - One." in text(line(1), line(2, body="Two is two.\n\nThree."))
    gone = text(line(1), line(2, status="withdrawn", body=None))
    assert "  body, paragraph 1 to 3\n    - One.\n    - Two is two.\n    - Three." in gone
