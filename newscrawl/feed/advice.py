"""What to do next, after a run that did not go as it should: one sentence for each cause."""

from collections.abc import Iterator, Mapping

AGAIN = "the same command with -o goes on where this run ended"

ENDED = {
    "shutdown": f"it was stopped; {AGAIN}",
    "memusage_exceeded": f"it took more memory than MEMUSAGE_LIMIT_MB; {AGAIN}",
    "feed_error": f"make room on the disk, or mend what the error names; {AGAIN}",
    "store_lost": f"see to the store that SEEN_STORE names; {AGAIN}",
}
"""Why a crawl ended early to what helps."""

LOOK = "scrapy look {url} shows what such a page offers, and which rules read it"
LATER = "the same command asks for them again; where they never come, give the site more time: -s DOWNLOAD_DELAY=5"
KEPT_OUT = "{url} wants no crawler, or none at this pace; -s DOWNLOAD_DELAY=10 is slower"

REFUSED = {
    "no_body": LOOK,
    "no_title": LOOK,
    "body_too_short": LOOK,
    "not_an_article": LOOK,
    "unreadable": LOOK,
    "repeated_text": LOOK,
    "bot_wall": KEPT_OUT,
    "consent_wall": KEPT_OUT,
    "login_wall": KEPT_OUT,
    "http_error": LATER,
    "download_failed": LATER,
    "host_down": LATER,
    "stopped": AGAIN,
    "claimed": LATER,
    "store_unavailable": LATER,
    "robots": "robots.txt forbids them, and newscrawl keeps to it; -a since= and -a languages= ask for fewer pages",
    "private_address": "-s ALLOW_PRIVATE_ADDRESSES=1 lets a crawl reach an intranet",
    "page_too_large": "-s DOWNLOAD_MAXSIZE=BYTES lets larger pages in",
    "read_error": "a defect; please report it with the line of the rejects",
}
"""Reject reason to what helps; of the others nothing does, or nothing need."""

SHARE = 0.1
"""Least share of the pages asked for of which something is said."""


def advice(
    *, reason: str, asked: int, rejects: Mapping[str, int], examples: Mapping[str, str], dead_listing: str | None
) -> Iterator[str]:
    """Yield what to do next.

    Args:
        reason: why the crawl ended, as Scrapy has it.
        asked: pages asked for.
        rejects: count of each reject reason.
        examples: a rejected address for each reason.
        dead_listing: address of a listing, when none gave anything.
    """
    if reason in ENDED:
        yield ENDED[reason]
    if dead_listing:
        yield f"scrapy look {dead_listing} shows what is there now; a site that is down needs nothing but another day"
    told = set()
    for name, count in sorted(rejects.items(), key=lambda entry: -entry[1]):
        if name in REFUSED and count >= SHARE * asked and REFUSED[name] not in told:
            told.add(REFUSED[name])
            yield f"{name}: " + REFUSED[name].format(url=examples.get(name, "URL"))
