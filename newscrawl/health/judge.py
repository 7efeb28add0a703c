"""What is wrong with a site's last run, by its own history: pure functions over the runs' figures.

A share (of pages refused, of fields filled) is compared with the pooled share of the runs before it: it counts as moved
when chance would move it so far less than once in ten thousand runs (the exact binomial tail) and it moved by at least
a fifth of all pages. A size (entries of listings, new articles, letters of a text) is compared with the band of median
and three scaled median absolute deviations (Rousseeuw and Croux 1993), on logarithms, since sizes vary by factors.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Run = dict[str, Any]
"""A line of ``<feed>.runs.jsonl``."""

ENOUGH_RUNS = 3
"""Runs before the last without which nothing is compared."""
ENOUGH_PAGES = 8
"""Pages of a run below which its shares say nothing."""
MOVED = 0.2
"""Least change of a share that counts, of 1."""
CHANCE = 1e-4
"""Probability below which a share has moved."""
HISTORY = 30
"""Runs looked back at."""

BLOCKED = frozenset(("bot_wall", "consent_wall", "login_wall", "robots"))
UNREADABLE = frozenset(("no_body", "no_title", "body_too_short", "not_an_article", "unreadable", "soft_404"))
DOWN = frozenset(("download_failed", "host_down", "private_address"))


KINDS = {
    "crashed": "the run was killed, or its machine failed",
    "site_down": "no listing, or not half of the pages, gave an answer",
    "blocked": "walls, refusals, robots.txt: the site does not want this crawler, or not at this pace",
    "listing_empty": "listings, or one of several, name no pages, far fewer than ever, or are gone",
    "redesign": "pages can no longer be read, fields are gone, or come from elsewhere",
    "same_body": "many pages have one text",
    "shorter_texts": "texts are far shorter than usual: a paywall, or a part of the page is no longer found",
    "dates_stand_still": "new articles claim to be no newer than old ones",
    "failed": "the run ended with errors that none of these explains",
    "slow_day": "few new articles and nothing else odd; no fault",
    "too_little_history": "too few runs to compare with; no fault",
}
NO_FAULTS = frozenset(("slow_day", "too_little_history"))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the last run."""

    kind: str
    """A key of ``KINDS``."""
    what: str
    """One sentence with the figures."""

    @property
    def is_fault(self) -> bool:
        """Whether somebody should look."""
        return self.kind not in NO_FAULTS


def judge(runs: Sequence[Run]) -> list[Finding]:
    """Return what there is to say of the last of ``runs`` (one site, oldest first), the cause before its effects.

    A cause that explains the rest stands alone: of a site that is down nothing else is said.
    """
    if not runs:
        return []
    last = runs[-1]
    before = [run for run in runs[:-1] if _is_sound(run)][-HISTORY:]
    for rule in (_crashed, _down, _blocked, _empty):
        if finding := rule(last, before):
            return [finding]
    if len(before) < ENOUGH_RUNS and _is_sound(last):
        return [Finding("too_little_history", f"{len(before)} sound runs before this one; {ENOUGH_RUNS} are needed")]
    found = [finding for rule in (_silent, _redesign, _same_body, _shorter, _dates) if (finding := rule(last, before))]
    if not found and not _is_sound(last):
        return [Finding("failed", "; ".join(last["errors"])[:300] or f"{last['reason']}")]
    return found or [finding for finding in (_slow(last, before),) if finding]


# --- rules --------------------------------------------------------------------------------------------


def _crashed(last: Run, before: list[Run]) -> Finding | None:
    if last["state"] == "killed":
        return Finding("crashed", "the run was killed, or lost its machine; the same command goes on with it")
    return None


def _down(last: Run, before: list[Run]) -> Finding | None:
    asked, lost = _asked(last), _rejected(last, DOWN)
    if _listings(last, "failed") and not _listings(last, "answered") and not _refusals(last):
        return Finding("site_down", f"no listing answered: {'; '.join(last['errors'])[:200]}")
    if asked >= ENOUGH_PAGES and lost > asked / 2:
        return Finding("site_down", f"{lost} of {asked} pages gave no answer")
    return None


def _blocked(last: Run, before: list[Run]) -> Finding | None:
    asked, walls, refusals = _asked(last), _rejected(last, BLOCKED), _refusals(last)
    if refusals and not _listings(last, "answered"):
        return Finding("blocked", f"every listing was refused ({_statuses(last)})")
    share = (walls + min(refusals, _rejected(last, ("http_error",))), asked)
    if _rises(share, [(_rejected(run, BLOCKED) + _rejected(run, ("http_error",)), _asked(run)) for run in before]):
        return Finding("blocked", f"{share[0]} of {asked} pages were walls or refusals ({_reasons(last)})")
    return None


def _empty(last: Run, before: list[Run]) -> Finding | None:
    if not _listings(last, "answered") or _listings(last, "unchanged"):
        return None
    entries = _listings(last, "entries")
    if not entries:
        return Finding("listing_empty", "the listings answered and named no page")
    usual = [_listings(run, "entries") for run in before if _listings(run, "entries")]
    if len(usual) >= ENOUGH_RUNS and entries < _low(usual) / 4:
        return Finding("listing_empty", f"the listings named {entries} pages; usual are {median(usual):.0f}")
    return None


def _silent(last: Run, before: list[Run]) -> Finding | None:
    """One of several listings that always named pages, and now names none: the others hide it in every sum."""
    for name, counts in last["sources"].items():
        if counts.get("entries") or counts.get("unchanged") or not (counts.get("answered") or counts.get("failed")):
            continue
        usual = [run["sources"].get(name, {}).get("entries", 0) for run in before]
        if len(usual) >= ENOUGH_RUNS and _low(usual) >= 1:
            what = "named no page" if counts.get("answered") else "gave no answer"
            return Finding("listing_empty", f"{name} {what}; usual are {median(usual):.0f} pages")
    return None


def _redesign(last: Run, before: list[Run]) -> Finding | None:
    asked, lost = _asked(last), _rejected(last, UNREADABLE)
    if _rises((lost, asked), [(_rejected(run, UNREADABLE), _asked(run)) for run in before]):
        return Finding("redesign", f"{lost} of {asked} pages could not be read ({_reasons(last)})")
    total = last["texts"]["articles"]
    gone = []
    for name, filled in last["texts"]["filled"].items():
        missing = [
            (run["texts"]["articles"] - run["texts"]["filled"].get(name, 0), run["texts"]["articles"]) for run in before
        ]
        if _rises((total - filled, total), missing):
            gone.append(f"{name} in {filled} of {total}, before in {_percent((n - m, n) for m, n in missing)}")
    if gone:
        return Finding("redesign", f"fields are gone: {'; '.join(gone)}")
    moved = []
    for field, origins in last["fields"].items():
        pages = sum(origins.values())
        for origin, count in origins.items():
            past = [
                (run["fields"].get(field, {}).get(origin, 0), sum(run["fields"].get(field, {}).values()))
                for run in before
            ]
            if origin != "none" and _rises((count, pages), past):
                moved.append(f"{field} from {origin} in {count} of {pages}, before in {_percent(past)}")
    for status, count in last["texts"].get("sources", {}).items():
        texts = [run["texts"] for run in before if "sources" in run["texts"]]  # not in runs of older versions
        past = [(told["sources"].get(status, 0), told["articles"]) for told in texts]
        if _rises((count, total), past):
            moved.append(f"source_url is {status} in {count} of {total}, before in {_percent(past)}")
    return Finding("redesign", f"fields come from elsewhere: {'; '.join(moved)}") if moved else None


def _same_body(last: Run, before: list[Run]) -> Finding | None:
    asked, same = _asked(last), _rejected(last, ("repeated_text",))
    if _rises((same, asked), [(_rejected(run, ("repeated_text",)), _asked(run)) for run in before]):
        return Finding("same_body", f"{same} of {asked} pages have the text of another page")
    return None


def _shorter(last: Run, before: list[Run]) -> Finding | None:
    letters = last["texts"]["letters"]
    usual = [run["texts"]["letters"] for run in before if run["texts"]["letters"]]
    if letters is None or last["texts"]["articles"] < ENOUGH_PAGES or len(usual) < ENOUGH_RUNS:
        return None
    if letters < _low(usual) and letters < 0.6 * median(usual):
        return Finding("shorter_texts", f"texts have {letters} letters; usual are {median(usual):.0f}")
    return None


def _dates(last: Run, before: list[Run]) -> Finding | None:
    age = last["texts"]["freshest_days"]
    ages = [run["texts"]["freshest_days"] for run in before if run["texts"]["freshest_days"] is not None]
    few = len(ages) < ENOUGH_RUNS or last["texts"]["articles"] < ENOUGH_PAGES
    if age is None or few or last["arguments"].get("until"):
        return None
    if age > max(ages) + 1:
        articles = last["texts"]["articles"]
        return Finding(
            "dates_stand_still", f"the newest of {articles} new articles is {age} days old; before {max(ages)}"
        )
    return None


def _slow(last: Run, before: list[Run]) -> Finding | None:
    new = last["outcomes"]["new"]
    usual = [run["outcomes"]["new"] for run in before]
    if new < _low(usual):
        return Finding("slow_day", f"{new} new articles; usual are {median(usual):.0f}; nothing else is odd")
    return None


# --- figures of a run -----------------------------------------------------------------------------------


def _is_sound(run: Run) -> bool:
    """Whether a run may stand for what is usual: it ended well."""
    return bool(run["state"] == "finished")


def _asked(run: Run) -> int:
    return sum(counts.get("admitted", 0) for counts in run["sources"].values())


def _listings(run: Run, what: str) -> int:
    return sum(counts.get(what, 0) for counts in run["sources"].values())


def _rejected(run: Run, reasons: Iterable[str]) -> int:
    return sum(run["outcomes"]["rejected"].get(reason, 0) for reason in reasons)


def _refusals(run: Run) -> int:
    return sum(run["statuses"].get(status, 0) for status in ("401", "402", "403", "407", "429", "451", "503"))


def _statuses(run: Run) -> str:
    return ", ".join(f"{count} × {status}" for status, count in sorted(run["statuses"].items()) if status != "200")


def _reasons(run: Run) -> str:
    worst = sorted(run["outcomes"]["rejected"].items(), key=lambda entry: -entry[1])
    return ", ".join(f"{reason} {count}" for reason, count in worst[:3])


# --- statistics -----------------------------------------------------------------------------------------


def _rises(share: tuple[int, int], past: Sequence[tuple[int, int]]) -> bool:
    """Whether a share (part, whole) is above that of ``past`` by more than chance and a fifth."""
    part, whole = share
    parts, wholes = sum(one for one, _ in past), sum(other for _, other in past)
    if whole < ENOUGH_PAGES or len(past) < ENOUGH_RUNS or wholes < ENOUGH_PAGES:
        return False
    usual = (parts + 1) / (wholes + 2)  # Laplace: what was never seen may yet be
    return part / whole - parts / wholes >= MOVED and _tail(part, whole, usual) < CHANCE


def _tail(part: int, whole: int, chance: float) -> float:
    """Return the probability of at least ``part`` of ``whole`` at ``chance`` each."""

    def log_term(count: int) -> float:
        ways = math.lgamma(whole + 1) - math.lgamma(count + 1) - math.lgamma(whole - count + 1)
        return ways + count * math.log(chance) + (whole - count) * math.log1p(-chance)

    return math.fsum(math.exp(log_term(count)) for count in range(part, whole + 1))


def _low(usual: Sequence[int]) -> float:
    """Return the lower end of the band of what is usual; at most half of the median."""
    logs = [math.log1p(value) for value in usual]
    middle = median(logs)
    spread = 1.4826 * median(abs(value - middle) for value in logs)
    return math.expm1(min(middle - 3 * spread, middle - math.log(2)))


def _percent(shares: Iterable[tuple[int, int]]) -> str:
    parts, wholes = map(sum, zip(*shares, strict=True))
    return f"{100 * parts / wholes:.0f} %" if wholes else "none"
