"""Stage 3 of 7: dates to ISO 8601, as exact as the page is."""

from datetime import date, datetime, timedelta
from typing import Self

from scrapy.crawler import Crawler

from newscrawl.feed.books import Books
from newscrawl.items import Article
from newscrawl.sites import Site
from newscrawl.text.dates import EARLIEST, Moment, facts_for, read_dateline, read_moment


class NormaliseDates:
    """Read ``published_raw`` and ``modified_at`` by the site's facts."""

    def __init__(self, crawler: Crawler) -> None:
        self.sites = Books.of(crawler).sites
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the stage with every site's facts."""
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        """Return ``item`` with its dates; what cannot be read is ``None``, flagged and counted, never guessed."""
        if item.published_on:
            return item  # a line read back from the feed
        site = self.sites[item.site]
        fetched = datetime.fromisoformat(item.crawled_at) if item.crawled_at else None
        latest = (fetched + timedelta(days=1)).date().isoformat() if fetched else "9999-12-31"
        moment = self._published(item, site, fetched.date() if fetched else None)
        if moment is not None and not EARLIEST <= moment.on <= latest:
            self._flag(item, "date_future" if moment.on > latest else "date_unreadable")
            moment = None
        if moment is not None:
            item.published_on, item.published_at = moment.on, moment.at
        changed = _read(item.modified_at, site, item.language)
        item.modified_at = changed.at if changed and EARLIEST <= changed.on <= latest else None
        return item

    def _published(self, item: Article, site: Site, fetched: date | None) -> Moment | None:
        if item.published_raw:
            moment = _read(item.published_raw, site, item.language)
            if moment is None:
                self._flag(item, "date_unreadable")
            return moment
        if site.rules.dateline and fetched and item.body:
            found = read_dateline(item.body, fetched)
            if found is not None:
                day, item.published_raw = found
                self._flag(item, "date_inferred")
                return Moment(day.isoformat())
        return None

    def _flag(self, item: Article, flag: str) -> None:
        item.flags.append(flag)
        if self.stats is not None:
            self.stats.inc_value(f"newscrawl/dates/{flag}")


def _read(raw: str | None, site: Site, language: str | None) -> Moment | None:
    if not raw:
        return None
    try:
        return read_moment(raw, facts_for(site.dates, language))
    except ValueError:
        return None
