"""Stage 1 of 7: every text to its normal form."""

from dataclasses import fields

from newscrawl.items import Article
from newscrawl.text.clean import clean_line, clean_paragraphs, content_hash

_LINES = tuple(f.name for f in fields(Article) if f.metadata.get("text") == "line")
_PARAGRAPHS = tuple(f.name for f in fields(Article) if f.metadata.get("text") == "paragraphs")


class CleanText:
    """Clean texts as the fields' metadata say; hash the result."""

    def process_item(self, item: Article) -> Article:
        """Return ``item``, its texts in normal form, empty ones ``None``, lists without repeats."""
        for name in _LINES:
            value = getattr(item, name)
            setattr(item, name, _lines(value) if isinstance(value, list) else _line(value))
        for name in _PARAGRAPHS:
            value = getattr(item, name)
            setattr(item, name, clean_paragraphs(value) if value else None)
        item.source_name = _line(item.source_name)
        for image in item.images:
            image.caption, image.credit = _line(image.caption), _line(image.credit)
        if any("\ufffd" in (text or "") for text in (item.title, item.lead, item.body)):
            item.flags.append("text_damaged")
        item.content_hash = content_hash(item.title, item.lead, item.body)
        return item


def _line(value: str | None) -> str | None:
    return clean_line(value) if value else None


def _lines(values: list[str]) -> list[str]:
    return list(dict.fromkeys(line for value in values if (line := clean_line(value))))
