"""What the articles of a run are like, in figures: how often a field is filled, how long texts are, how new."""

from collections import Counter
from datetime import date
from typing import Any

from newscrawl.items import Article

FIELDS = ("lead", "body", "published_on", "published_at", "modified_at", "authors", "section", "tags", "images",
          "source_url", "language")  # fmt: skip
"""Fields that a page may lack."""


class Figures:
    """Counts over the articles that a run wrote; of a size that does not grow with them."""

    def __init__(self) -> None:
        self.articles = 0
        self._filled: Counter[str] = Counter()
        self._flags: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()
        self._lengths: Counter[int] = Counter()
        self._freshest: int | None = None

    def add(self, article: Article) -> None:
        """Count one article that is in the feed."""
        if article.status != "published":
            return
        self.articles += 1
        self._filled.update(name for name in FIELDS if getattr(article, name))
        self._flags.update(article.flags)
        self._sources[article.source_url_status or "none"] += 1
        self._lengths[_rounded(len(article.body or ""))] += 1
        if article.published_on and article.crawled_at:
            age = (date.fromisoformat(article.crawled_at[:10]) - date.fromisoformat(article.published_on)).days
            self._freshest = age if self._freshest is None else min(age, self._freshest)

    def as_dict(self) -> dict[str, Any]:
        """Return ``articles``; ``filled``, ``flags``, ``sources`` (name to count); ``letters``, ``freshest_days``.

        ``sources`` counts ``source_url_status``.
        ``letters`` is the median of the bodies' lengths; ``freshest_days`` how old the newest article was when it was
        fetched. ``None`` where there are none.
        """
        return {
            "articles": self.articles,
            "filled": {name: self._filled[name] for name in FIELDS},
            "flags": dict(sorted(self._flags.items())),
            "sources": dict(sorted(self._sources.items())),
            "letters": self._median(),
            "freshest_days": self._freshest,
        }

    def _median(self) -> int | None:
        middle, passed = (self.articles + 1) // 2, 0
        for length in sorted(self._lengths):
            passed += self._lengths[length]
            if passed >= middle:
                return length
        return None


def _rounded(length: int) -> int:
    """Return ``length`` to two figures: some hundred values, whatever there is."""
    step = int(10 ** max(0, len(str(length)) - 2))
    return length // step * step
