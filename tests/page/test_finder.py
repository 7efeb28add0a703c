"""A finder finds what XPath finds: over the rules of every site, on pages of every site."""

from pathlib import Path

import pytest
from lxml import etree

from newscrawl.page.document import read_document
from newscrawl.page.select import Finder, Selectors, _alternatives, select
from tests.support import CASES, all_spiders

RULES = sorted({spider.site.rules for spider in all_spiders().values()}, key=repr)
PAGES = sorted(CASES.glob("*/*/page.html"))[::7]


def _first(root: etree._Element, css: str | None) -> list[object]:
    return next((found for one in _alternatives(css) if (found := select(root, one))), [])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.parent.name)
def test_it_finds_what_xpath_finds(path: Path) -> None:
    root = read_document("https://page.invalid/", path.read_bytes()).root
    for rules in RULES:
        finder = Finder(root, rules.selectors)
        for css in (rules.title, rules.lead, rules.body, rules.published, rules.authors, rules.section, rules.tags):
            assert finder.first(css) == _first(root, css), css
        body = (finder.first(rules.body) or [root])[0]
        for css in (rules.drop, rules.figures):
            inside = finder.within(body, css).intersection(body.iter())
            assert inside == set(select(body, css) if css else ()), css


@pytest.mark.parametrize(
    "css",
    [
        ".a",
        "p.a",
        "P.A",
        ".a.b",
        "#x",
        "#x .b",
        ".a .b",
        ".a > .b",
        ".a + p",
        "[data-role=title]",
        "[id^=y]",
        "[class^=a]",
        ".a::attr(id)",
        ".a::text",
        ".a:not(.b)",
        "ul.a li:last-child",
        "[lang!=vi].a",
        ".\u00e4",
        "div.a, p.b",
    ],
)
def test_each_form_of_selector(css: str) -> None:
    markup = """<div class="a b" id="x" data-role="title">t<p class="b">one</p><p class=" b
    a " id="y1">two</p><div class="a"><div class="a"><p class="b">deep</p></div></div></div>
    <ul class="a"><li>1<li class="c\u00a0a" lang="vi">2</ul><p class="A \u00e4" id="y2" data-role>three</p>"""
    root = read_document("https://page.invalid/", markup.encode()).root
    finder = Finder(root, Selectors([css], inside=[css]))
    every = [entry for one in _alternatives(css) for entry in select(root, one)]
    assert list(finder.all(css)) == every
    if not any(isinstance(entry, str) for entry in every):
        assert finder.within(root, css) == set(every)
        inner = root.find(".//div/div")
        assert finder.within(inner, css).intersection(inner.iter()) == set(select(inner, css))


def test_texts_are_of_the_first_alternative_that_has_any() -> None:
    root = read_document("https://page.invalid/", b"<p class=a> </p><p class=b>One <b>two</b></p>").root
    finder = Finder(root, Selectors([".none, .a, .b"]))
    assert finder.texts(".none, .a, .b") == ["One two"]
    assert finder.texts(None) == []
