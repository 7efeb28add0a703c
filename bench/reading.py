"""Reading: a response to the finished line with a site's rules, beside parsing alone and beside other readers.

All read the same pages, turn by turn; of several rounds the fastest of each page counts, in CPU time of the process.
"""

import json
import statistics
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from lxml import html
from scrapy.http import HtmlResponse

from bench.exact import f1, words
from bench.limit import Finisher
from bench.pages import Page, pages
from bench.readers import fundus, trafilatura
from bench.rows import Row, spread

HEADERS = {"Content-Type": "text/html; charset=utf-8"}


def reading(count: int, rounds: int) -> list[Row]:
    """Measure so many pages so many times."""
    warnings.simplefilter("ignore")
    every = pages(count)
    best: dict[str, list[float]] = defaultdict(lambda: [float("inf")] * count)
    scores: dict[str, list[float]] = defaultdict(list)
    reader = Finisher(remember=False)
    articles = [reader.read(HtmlResponse(page.url, 200, HEADERS, page.html)) for page in every]
    with fundus(own=False) as ask_fundus:
        for number in range(rounds):
            finisher, remembering = Finisher(remember=False), Finisher(remember=True)
            for at, page in enumerate(every):
                response = HtmlResponse(page.url, 200, HEADERS, page.html)
                text, given = page.html.decode(), deepcopy(articles[at])
                turns: dict[str, Callable[[], Any]] = {
                    "lxml": lambda page=page: _parse(page.html),
                    "newscrawl": lambda response=response, take=finisher.finish: take(response),
                    "newscrawl, remembering": lambda response=response, take=remembering.finish: take(response),
                    "limit": lambda response=response, given=given, take=finisher.finish_given: take(response, given),
                    "trafilatura": lambda page=page, text=text: trafilatura(page.url, text),
                }
                for name, turn in turns.items():
                    start = time.process_time()
                    read = turn()
                    best[name][at] = min(best[name][at], time.process_time() - start)
                    if number == 0 and name in ("newscrawl", "trafilatura"):
                        line = json.loads(read) if name == "newscrawl" else {}
                        body = f"{line['lead']}\n{line['body']}" if line else read.body
                        scores[name].append(_score(body, page))
                if ask_fundus is not None and (told := ask_fundus(page.url, text, None)):
                    best["fundus"][at] = min(best["fundus"][at], told["cpu"])
                    if number == 0:
                        scores["fundus"].append(_score(told["body"], page))
    return list(_rows(best, scores, every))


def _rows(best: dict[str, list[float]], scores: dict[str, list[float]], every: list[Page]) -> Iterator[Row]:
    def ratios(one: str, other: str) -> dict[str, float]:
        return spread(a / b for a, b in zip(best[one], best[other], strict=True))

    size = statistics.median(len(page.html) for page in every)
    details = {"pages": len(every), "median bytes": size, "ms a page": {name: statistics.mean(found) * 1000 for name, found in best.items()},
               "body F1": {name: statistics.mean(found) for name, found in scores.items()}}  # fmt: skip
    yield Row(
        "Reading",
        "response to line, to parsing alone (lxml)",
        **ratios("newscrawl", "lxml"),
        unit="×",
        goal=1.6,
        details=details,
    )
    yield Row(
        "Reading",
        "limit: the article given, the page checked, parsed and crossed once, stages and line",
        **ratios("limit", "lxml"),
        unit="×",
        note="what no reader in Python on this parser goes below",
    )
    yield Row(
        "Reading",
        "the same with the memory's stages, to parsing alone",
        **ratios("newscrawl, remembering", "lxml"),
        unit="×",
    )
    yield Row(
        "Reading",
        "faster than trafilatura with metadata",
        **ratios("trafilatura", "newscrawl"),
        unit="×",
        goal=8,
        at_least=True,
    )
    yield Row("Reading", "limit: trafilatura to that limit", **ratios("trafilatura", "limit"), unit="×")
    if "fundus" in best:
        yield Row("Reading", "faster than fundus", **ratios("fundus", "newscrawl"), unit="×", goal=3, at_least=True)
        yield Row("Reading", "limit: fundus to that limit", **ratios("fundus", "limit"), unit="×")
    others = {name: statistics.mean(found) for name, found in scores.items() if name != "newscrawl"}
    name, least = max(others.items(), key=lambda pair: pair[1])
    yield Row(
        "Reading",
        "body F1",
        statistics.mean(scores["newscrawl"]),
        "",
        goal=least,
        at_least=True,
        note=f"goal: {name}'s",
    )


def _parse(body: bytes) -> None:
    html.document_fromstring(body)  # and its release, which costs a fifth of it


def _score(body: str, page: Page) -> float:
    return f1(words(body), words(page.truth["body"]))
