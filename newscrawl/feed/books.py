"""The books of a run: what came of every address, and whether the run may be called a success.

Keeps the feed's memory, writes rejects and the manifest beside the feed, tells the summary. Scrapy itself
ends with exit code 0 whatever happened; ``Books.faults`` is what the ``crawl`` command judges by.
"""

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro

from newscrawl.compression import offset_at
from newscrawl.feed.figures import Figures
from newscrawl.feed.lines import LineFile, beside, to_line
from newscrawl.feed.manifest import manifest, plain_arguments
from newscrawl.feed.summary import figures, one_line, summary
from newscrawl.items import REASONS, Article, Reject
from newscrawl.log import tell
from newscrawl.sites import Sites, plain_key
from newscrawl.store.near import MADE_NOWHERE, Text, text_of
from newscrawl.store.seen import Entry, SeenStore, Validators
from newscrawl.text.identity import record_key, text_key

logger = logging.getLogger(__name__)

FINE_ENDS = frozenset(("finished", "limit", "closespider_itemcount", "closespider_pagecount"))
"""Finish reasons of a crawl that did what it was asked."""

MAX_FORMS = 200
"""Forms of placeholders told apart; what a hostile page adds counts as ``others``."""

LOST = (
    "claimed", "download_failed", "host_down", "http_error", "private_address", "read_error",
    "stopped", "store_unavailable",
)  # fmt: skip
"""Reject reasons of pages that were asked for and not read; a later run asks for them again."""

BY_HAND = frozenset(("urls", "recheck", "follow", "archive"))
"""What pages are counted under that no listing named."""

IN_HISTORY = frozenset(
    "run_id state reason site arguments started_at ended_at outcomes sources hosts fields texts statuses errors"
    " versions".split()
)
"""What of a run's manifest is kept in the history."""

_ENTRY_FIELDS = ("site", "url", "source_url_status", "source_key", "language", "id", "content_hash", "revision", "body")


class Books:
    """Extension: one run's memory, counts, rejects, manifest and summary."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.sites = Sites.load(crawler.settings)
        self.memory = SeenStore(None, self.entry_of, text_of)
        self.claims: dict[str, Article] = {}
        """What articles on their way to the feed have laid claim to: once a line is written, the memory has it."""
        self.texts: dict[str, Text] = {}
        """The texts of those articles by ``id``: what later ones are compared with."""
        self.prints = MADE_NOWHERE
        """Fingerprints that another process made, by ``content_hash``; of other texts they are made here."""
        self.run_id = getattr(crawler.spider, "_job", None) or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex[:8]}"
        """Scrapyd's job, or made up: stands in every line, reject and manifest of the run."""
        self.refused: str | None = None
        """Why the feed cannot be written; ``None`` when it can."""
        self.faults: list[str] = []
        """What makes the run a failure, one sentence each; empty when it ended well."""
        self.feed: LineFile | None = None
        self.feed_path: Path | None = None
        self.copies: tuple[Path, ...] = ()
        """Other local files that get the same lines."""
        self.delivered: list[str] = []
        """Addresses elsewhere at which this run stored lines."""
        self.overwrite = False
        self.sources: dict[str, Counter[str]] = {}
        self.source_errors: dict[str, str] = {}
        self.validators: dict[str, Validators] = {}
        """Listings read in this run, with what to ask for them next time."""
        self.followed_up = False
        """Whether the run before this one, with the same arguments, read all it found."""
        self.placeholders: dict[str, Counter[str]] = {"known": Counter(), "unknown": Counter()}
        """Ad placeholders of translated pages by form; those of unknown form are left in the text."""
        self.hosts: dict[str, dict[str, Any]] = {}
        """Hosts that had to be left alone: how often, and why."""
        self.figures = Figures()
        self.rejects: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        """An address that was rejected for each reason, as the log may show it."""
        self.outcomes: Counter[str] = Counter()
        self._rejects_file: LineFile | None = None
        self.started = time.monotonic()
        self.started_at = datetime.now(UTC)
        self.closed = False
        """Whether the run has been judged."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the books and listen."""
        books = cls(crawler)
        connect = crawler.signals.connect
        connect(books.dropped, signals.item_dropped)
        connect(books._on_item_error, signals.item_error)
        connect(books._on_spider_error, signals.spider_error)
        if not crawler.settings.getdict("FEEDS"):
            connect(books._on_opened_without_feed, signals.spider_opened)
            connect(books._on_scraped_without_feed, signals.item_scraped)
            connect(books.close, signals.spider_closed)
        return books

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Return the books of a crawl. Raises ``RuntimeError`` when the extension is switched off."""
        books = crawler.get_extension(cls)
        if books is None:
            raise RuntimeError("the extension newscrawl.feed.books.Books must be enabled")
        return books

    # --- the feed ---------------------------------------------------------------------------------

    def open(
        self,
        feed: Path | None,
        *,
        overwrite: bool,
        copies: tuple[Path, ...] = (),
        opened: Callable[[LineFile], int] | None = None,
    ) -> None:
        """Open the feed and its memory. A feed that cannot be written ends up in ``refused``.

        ``copies`` are files that get the same lines; each has its own manifest. ``opened`` is given for a feed that is
        stored elsewhere: called once this run alone has the file, it returns before which byte all is stored.
        """
        self.started, self.started_at = time.monotonic(), datetime.now(UTC)
        self.feed_path, self.overwrite, self.copies = feed, overwrite, copies
        if self.refused:
            return
        if feed is None:
            if self.crawler.settings.get("SEEN_STORE"):
                self.refuse("SEEN_STORE needs a feed")
            return
        try:
            if overwrite:
                self._forget(feed)
            self.feed = LineFile(feed, anew=overwrite)
            if overwrite:
                kinds = (".seen.db", ".seen.db-wal", ".seen.db-shm", ".rejects.jsonl")
                for path in (*(beside(feed, kind) for kind in kinds), feed.with_name(feed.name + ".tail")):
                    path.unlink(missing_ok=True)
            upto = offset_at(feed, opened(self.feed)) if opened is not None else None
            self.memory = self.store_of(feed, upto)
            self.memory.follow(feed)
        except OSError as error:
            self.refuse(f"the feed cannot be written: {error}")
            return
        before = self._manifest_before()
        if before.get("state") == "aborted" and before.get("ended_at") is None:
            self._remember_run(before | {"state": "killed"})
        self.followed_up = not overwrite and self._follows(before)
        self._write_manifest("aborted", None)  # true until the run has ended well

    def refuse(self, why: str) -> None:
        """Have the run end before it asks for anything; to be told before the feed is opened."""
        self.refused = why
        self.faults.append(why)

    def store_of(self, feed: Path, upto: int | None = None) -> SeenStore:
        """Return the memory of a feed, shared with others where ``SEEN_STORE`` says so. Raises ``StoreUnavailable``.

        ``upto`` is the offset before which a feed counts as exported that is stored elsewhere.
        """
        settings, path = self.crawler.settings, beside(feed, ".seen.db")
        if not settings.get("SEEN_STORE"):
            return SeenStore(path, self.entry_of, text_of)
        from newscrawl.store.shared import SharedStore  # its library is an extra

        url, prefix, lease = (settings[name] for name in ("SEEN_STORE", "SEEN_STORE_PREFIX", "SEEN_STORE_LEASE"))
        return SharedStore(
            path, self.entry_of, text_of, url=url, prefix=prefix, lease=float(lease), upto=upto, on_lost=self.store_lost
        )

    def _forget(self, feed: Path) -> None:
        """Have a shared store forget the lines that a feed begun anew will no longer hold."""
        if self.crawler.settings.get("SEEN_STORE") and feed.exists():
            lock, store = LineFile(feed), self.store_of(feed)
            try:
                store.forget(feed)
            finally:
                store.close()
                lock.close()

    def _manifest_before(self) -> dict[str, Any]:
        """Return the manifest of the run before this one; empty where there is none."""
        assert self.feed_path is not None
        try:
            before = json.loads(beside(self.feed_path, ".manifest.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return before if isinstance(before, dict) else {}

    def _follows(self, before: dict[str, Any]) -> bool:
        spider = self.crawler.spider
        try:
            outcomes = before["outcomes"]["rejected"]
            lost = sum(outcomes.get(reason, 0) for reason in LOST)
            arguments = json.loads(json.dumps(plain_arguments(getattr(spider, "arguments", None))))
            same = (before["site"], before["arguments"]) == (spider.name if spider else None, arguments)
            return bool(same and before["reason"] == "finished" and before["state"] == "finished" and not lost)
        except (KeyError, TypeError, AttributeError):
            return False

    def wrote(self, article: Article) -> None:
        """Note that an article's line is in the feed."""
        entry = self.entry_of({name: getattr(article, name) for name in _ENTRY_FIELDS})
        self.memory.add(entry, self.texts.get(entry.id), self.feed.last if self.feed is not None else -1)
        self.release(article)
        self.figures.add(article)
        gone = article.status == "withdrawn"
        self.outcomes["withdrawn" if gone else "new" if article.revision == 1 else "revised"] += 1

    def release(self, article: Article) -> None:
        """Forget what an article laid claim to: its line is written, or will not be."""
        for key in [key for key, holder in self.claims.items() if holder is article]:
            del self.claims[key]
            self.memory.release(article.id or "")
            self.texts.pop(article.id or "", None)

    def store_lost(self, message: str) -> None:
        """Note that the shared store answers no more; ends the crawl."""
        self.faults.append(message)
        logger.error("%s; the crawl stops", message)
        self.end("store_lost")

    def write_failed(self, error: Exception) -> None:
        """Note that the feed took no more; ends the crawl."""
        message = f"writing the feed failed: {error}"
        if message not in self.faults:
            self.faults.append(message)
            logger.error("%s; the crawl stops, nothing half-written is left in the feed", message)
        self.count("feed/write_errors")
        self.end("feed_error")

    def end(self, reason: str) -> None:
        """Have the crawl end, for ``reason``, once what is in flight has come; nothing where it has not begun."""
        if self.crawler.crawling and self.crawler.engine is not None and self.crawler.engine.spider is not None:
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def entry_of(self, line: dict[str, Any]) -> Entry:
        """Return the index entry of a feed line."""
        page = self.page_key(line["site"], line["url"])
        original = line.get("source_url_status") == "own"
        record = record_key(line.get("source_key"), page, line.get("language"), original=original)
        text = text_key(line["site"], line.get("language"), line["content_hash"]) if line.get("body") else None
        return Entry(page, record, line["id"], line["content_hash"], line["revision"], text)

    def page_key(self, site: str, url: str) -> str:
        """Return the key of a page by its site's facts."""
        try:
            return self.sites[site].page_key(url)
        except KeyError:
            return plain_key(url)

    # --- what the crawl tells -----------------------------------------------------------------------

    def source_opened(self, name: str) -> None:
        """Note that a source will be asked."""
        self.sources.setdefault(name, Counter())

    def source_answered(self, name: str, entries: int) -> None:
        """Note a listing that answered, and how many entries it had."""
        self.sources.setdefault(name, Counter()).update(answered=1, entries=entries)

    def source_led_on(self, name: str) -> None:
        """Note an answer that names further listings and no article: they are judged when they answer."""
        self.sources.setdefault(name, Counter())["indexes"] += 1

    def source_unchanged(self, name: str) -> None:
        """Note a listing that says it has not changed since the last complete run."""
        self.sources.setdefault(name, Counter()).update(answered=1, unchanged=1)
        self.count("listing/unchanged")

    def source_failed(self, name: str, detail: str) -> None:
        """Note a listing that did not answer, or not with a listing."""
        self.sources.setdefault(name, Counter())["failed"] += 1
        self.source_errors[name] = detail
        self.count("listing/failed")
        logger.warning("listing failed: %s", detail)

    def admitted(self, via: str) -> None:
        """Note that a page will be asked for."""
        self.sources.setdefault(via, Counter())["admitted"] += 1
        self.count("pages/admitted")

    def answered(self, via: str, *, fetched: bool) -> None:
        """Note whether a page that was asked for came."""
        self.sources.setdefault(via, Counter())["fetched" if fetched else "unfetched"] += 1

    def left_over(self, via: str, most: int) -> None:
        """Note a page that is not asked for since the run has its fill; such a run is no complete one."""
        self.sources.setdefault(via, Counter())["left_over"] += 1
        fault = f"the listings name more than {most} pages; the same command again goes on with the rest"
        if fault not in self.faults:
            self.faults.append(fault)
        self.count("links/left_over")

    def skipped(self, via: str, reason: str) -> None:
        """Note a link not followed.

        ``known``, ``elsewhere`` (in another feed of the shared store), ``repeated``, ``no_article``,
        ``outside_window``, ``over_limit``.
        """
        self.sources.setdefault(via, Counter())[reason] += 1
        if reason == "over_limit":
            self.outcomes["over_limit"] += 1
        self.count(f"links/{reason}")

    def rejected(self, url: str, reason: str, detail: str = "") -> None:
        """Write an address that gave no article to the rejects."""
        if reason not in REASONS:
            raise KeyError(reason)
        self.rejects[reason] += 1
        self.examples.setdefault(reason, one_line(url))
        self.count(f"rejected/{reason}")
        line = {"url": url, "reason": reason, "detail": detail, "run_id": self.run_id,
                "rejected_at": datetime.now(UTC).isoformat(timespec="seconds")}  # fmt: skip
        logger.info("rejected %s: %s %s", url, reason, one_line(detail))
        if self.feed_path is None or self.refused:
            return
        try:
            if self._rejects_file is None:
                self._rejects_file = LineFile(beside(self.feed_path, ".rejects.jsonl"))
            self._rejects_file.write(to_line(line))
        except OSError as error:
            self.write_failed(error)

    def dropped(self, item: Any, exception: Exception) -> None:
        """Note an article that a stage refused."""
        url = getattr(item, "url", "?")
        self.release(item)
        if isinstance(exception, Reject):
            if exception.reason in ("duplicate", "outside_window", "unchanged"):
                self.outcomes[exception.reason] += 1
            if exception.reason != "unchanged":
                self.rejected(url, exception.reason, exception.detail)
        else:
            self.rejected(url, "read_error", repr(exception))

    def stage_failed(self, item: Any, error: BaseException) -> None:
        """Note a defect of ours: the article is lost, and the run no success."""
        self.release(item)
        url = getattr(item, "url", "?")
        self.faults.append(f"a stage failed on {url}: {error!r}")
        self.rejected(url, "read_error", repr(error)[:300])

    def met_placeholders(self, known: Iterable[str], unknown: Iterable[str]) -> None:
        """Note ad placeholders taken out of a text, and marks left in it that may be some."""
        for kind, forms in (("known", known), ("unknown", unknown)):
            counts = self.placeholders[kind]
            for form in forms:
                counts[form if form in counts or len(counts) < MAX_FORMS else "others"] += 1

    def host_event(self, host: str, event: str, why: str) -> None:
        """Note that a host was ``held`` (it asked for a pause), ``rested`` (it failed) or is ``down`` (given up)."""
        known = self.hosts.setdefault(host, {"held": 0, "rested": 0, "down": False, "why": why})
        known[event] = True if event == "down" else known[event] + 1
        known["why"] = why
        self.count(f"hosts/{event}")

    def count(self, name: str, by: int = 1) -> None:
        """Count ``newscrawl/<name>`` in Scrapy's stats."""
        if by and self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"newscrawl/{name}", by)

    def _on_item_error(self, item: Any, response: Any, failure: Any) -> None:
        self.stage_failed(item, failure.value)

    def _on_spider_error(self, failure: Any, response: Any) -> None:
        self.faults.append(f"the spider failed on {getattr(response, 'url', '?')}: {failure.value!r}")

    def _on_opened_without_feed(self) -> None:
        self.open(None, overwrite=False)

    def _on_scraped_without_feed(self, item: Any) -> None:
        if isinstance(item, Article):
            self.wrote(item)

    # --- the end ------------------------------------------------------------------------------------

    def close(self, reason: str) -> None:
        """Close the feed, judge the run, write the manifest, print the summary."""
        if self.closed:
            return
        self.closed = True
        for file in (self._rejects_file, self.feed):
            if file is not None:
                try:
                    file.close()
                except OSError as error:
                    self.faults.append(f"closing {file.path} failed: {error}")
        self._judge(reason)
        if reason == "finished" and not self.faults and not self.lost:
            self.memory.remember(self.validators)
        self.memory.close()
        self._write_manifest("aborted" if self.faults else "finished", reason)
        if self.faults or not self.crawler.settings.getbool("QUIET"):
            level = logging.ERROR if self.faults else logging.INFO
            tell(self.crawler.settings, "summary", summary(self, reason), figures(self, reason), level=level)

    @property
    def listed(self) -> dict[str, Counter[str]]:
        """The counts of listings, without those of pages given by hand."""
        return {name: counts for name, counts in self.sources.items() if name not in BY_HAND}

    @property
    def known(self) -> int:
        """Links whose article is in a feed."""
        return sum(counts["known"] + counts["elsewhere"] for counts in self.sources.values())

    @property
    def pending(self) -> int:
        """Pages asked for whose outcome is not known."""
        done = sum(self.outcomes[name] for name in ("new", "revised", "withdrawn", "unchanged", "over_limit"))
        return sum(counts["admitted"] for counts in self.sources.values()) - done - self.rejects.total()

    def _judge(self, reason: str) -> None:
        listed = self.listed
        answered = sum(counts["answered"] for counts in listed.values())
        entries = sum(counts["entries"] for counts in listed.values())
        unchanged = sum(counts["unchanged"] for counts in listed.values())
        strange = sum(counts["no_article"] for counts in listed.values())
        failed = sum(counts["failed"] for counts in listed.values())
        if self.refused:
            return
        if reason not in FINE_ENDS:
            self.faults.append(f"the crawl ended early: {reason}")
        elif listed and failed and not answered:
            self.faults.append(f"no listing answered: {next(iter(self.source_errors.values()), '')}")
        elif listed and answered and not entries and not unchanged:
            self.faults.append("the listings are empty: the site changed, or shows crawlers another page")
        elif strange and strange == entries and not unchanged:
            self.faults.append(f"none of the {strange} addresses listed is an article: the site changed them")
        elif not self.sources.keys() & BY_HAND and not listed:
            self.faults.append("the site names no listing; give pages with -a urls=")
        if reason == "finished" and self.pending:
            self.faults.append(
                f"{self.pending} pages are unaccounted for: a defect; please report it with the manifest"
            )
        admitted = sum(counts["admitted"] for counts in self.sources.values())
        if self.rejects["host_down"]:
            down = ", ".join(host for host, told in self.hosts.items() if told["down"])
            self.faults.append(
                f"{self.rejects['host_down']} pages were not asked for: {down or 'a host'} was left alone"
            )
        if admitted and self.lost == admitted:
            self.faults.append(f"none of the {admitted} pages could be read")

    @property
    def lost(self) -> int:
        """Pages asked for and not read; a later run asks for them again."""
        return sum(self.rejects[reason] for reason in (*LOST, "not_archived"))

    def _write_manifest(self, state: str, reason: str | None) -> None:
        if self.feed_path is None:
            return
        # What is beside a feed that another run writes to is that run's.
        for feed in self.copies if self.refused else (self.feed_path, *self.copies):
            path = beside(feed, ".manifest.json")
            draft = path.with_name(path.name + ".part")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                told = manifest(self, feed, state, reason)
                draft.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
                draft.replace(path)
            except OSError as error:
                self.faults.append(f"the manifest cannot be written: {error}")
                continue
            if reason is not None and feed == self.feed_path:
                self._remember_run(told)

    def _remember_run(self, manifest: dict[str, Any]) -> None:
        """Add a run to the history beside the feed, which ``scrapy health`` reads."""
        assert self.feed_path is not None
        line = {name: value for name, value in manifest.items() if name in IN_HISTORY}
        try:
            with closing(LineFile(beside(self.feed_path, ".runs.jsonl"))) as history:
                history.write(to_line(line))
        except OSError as error:
            self.faults.append(f"the history of runs cannot be written: {error}")
