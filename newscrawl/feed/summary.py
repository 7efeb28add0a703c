"""The end of a run, for people and for programs."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from newscrawl.feed.advice import advice
from newscrawl.feed.lines import beside
from newscrawl.feed.manifest import counts_below, outcomes

if TYPE_CHECKING:
    from newscrawl.feed.books import Books


def summary(books: "Books", reason: str) -> str:
    """Return the end of the run in a few lines."""
    site = books.crawler.spider.name if books.crawler.spider else "?"
    known = books.known
    seconds = time.monotonic() - books.started
    state = "failed" if books.faults else "finished"
    lines = [f"{site}: {state} in {seconds:.1f} s ({reason})"]
    feed = str(books.feed_path or "no feed")
    lines.append(f"  {books.outcomes['new']:>6} new                   {feed}")
    if books.delivered:
        lines.append(f"  {len(books.delivered):>6} stored                {books.delivered[-1]}")
    if books.outcomes["revised"] or books.outcomes["unchanged"] or books.outcomes["withdrawn"]:
        lines.append(f"  {books.outcomes['revised']:>6} changed               as a new revision")
        lines.append(f"  {books.outcomes['withdrawn']:>6} withdrawn             no longer there")
        lines.append(f"  {books.outcomes['unchanged']:>6} unchanged")
    hint = "  -a recrawl=1 reads them again" if known else ""
    lines.append(f"  {known:>6} already in the feed{hint}")
    lines.append(f"  {books.outcomes['duplicate']:>6} duplicates            other addresses of what is there")
    apart = ("duplicate", "not_archived")
    others = {name: count for name, count in books.rejects.most_common() if name not in apart}
    told = ", ".join(f"{name} {count}" for name, count in others.items())
    lines.append(f"  {sum(others.values()):>6} rejected              {told}".rstrip())
    if missing := books.rejects["not_archived"]:
        lines.append(f"  {missing:>6} not in the archive    asked for, but never recorded")
    records = counts_below(books.crawler, "newscrawl/archive/")
    if over := {name: count for name, count in records.items() if name != "pages"}:
        told = ", ".join(f"{name} {count}" for name, count in over.items())
        lines.append(f"  {sum(over.values()):>6} records passed over   {told}")
    failed = sum(counts["failed"] for counts in books.sources.values())
    if failed:
        lines.append(f"  {failed:>6} listings failed       {next(iter(books.source_errors.values()))}")
    if unchanged := sum(counts["unchanged"] for counts in books.sources.values()):
        lines.append(f"  {unchanged:>6} listings unchanged    since the last complete run")
    named = ("entries", "unchanged")
    if empty := [name for name, c in books.sources.items() if c["answered"] and not any(c[kind] for kind in named)]:
        lines.append(f"  {len(empty):>6} listings empty        {empty[0]}")
    for host, event in books.hosts.items():
        state = "given up" if event["down"] else "rested" if event["rested"] else "held"
        lines.append(f"  {host} {state}: {one_line(event['why'])}")
    if odd := books.placeholders["unknown"]:
        told = one_line(", ".join(form for form, _ in odd.most_common(3)))
        lines.append(f"  {odd.total():>6} marks left in texts  {told}: placeholders of a new form?")
    if books.feed is not None and books.feed.torn:
        lines.append(f"  a torn last line of {books.feed.torn} bytes was cut off and kept in {books.feed_path}.tail")
    if twice := getattr(books.memory, "twice", 0):
        lines.append(f"  {twice:>6} twice                 also in another feed, written while this one was away")
    if books.memory.bad_lines:
        lines.append(f"  {books.memory.bad_lines} lines of the feed are no records; they were left as they are")
    if books.rejects and books.feed_path is not None:
        lines.append(f"  why: {beside(books.feed_path, '.rejects.jsonl')}")
    lines += [f"  ERROR: {one_line(fault)}" for fault in books.faults]
    lines += [f"  next: {what}" for what in _advice(books, reason)]
    return "\n".join(lines)


def figures(books: "Books", reason: str) -> dict[str, Any]:
    """Return the summary for programs; the manifest says more."""
    return {
        "site": books.crawler.spider.name if books.crawler.spider else None,
        "run_id": books.run_id,
        "state": "failed" if books.faults else "finished",
        "reason": reason,
        "seconds": round(time.monotonic() - books.started, 1),
        "feed": str(books.feed_path) if books.feed_path else None,
        "outcomes": outcomes(books),
        "errors": books.faults,
    }


def _advice(books: "Books", reason: str) -> Iterator[str]:
    """Return what to do next, one sentence each."""
    if books.refused:
        return iter(())
    return advice(
        reason=reason,
        asked=sum(counts["admitted"] for counts in books.sources.values()),
        rejects=books.rejects,
        examples=books.examples,
        dead_listing=_dead_listing(books),
    )


def _dead_listing(books: "Books") -> str | None:
    """Return where to look when no listing gave anything."""
    listed = books.listed.values()
    if not listed or any(counts["entries"] or counts["unchanged"] for counts in listed):
        return None
    failed = next(iter(books.source_errors.values()), "").partition(": ")[0]
    hosts = getattr(getattr(books.crawler.spider, "site", None), "hosts", ())
    return failed or next((f"https://{host}/" for host in hosts), None)


def one_line(text: str) -> str:
    """Return ``text`` with nothing in it that a terminal or a log reader would obey."""
    return "".join(char if char.isprintable() else " " for char in text)[:500]
