"""The page in a real Chromium: three widths, both schemes, keyboard, print, hostile texts, a hundred thousand articles."""

import json
import random
import re
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from newscrawl.demo import SITES
from tests.report.browser import PATIENCE, SCHEMES, WIDTHS, Visit, chromium, served
from tests.report.lines import feed, line, taken, written
from tests.support import ROOT, scrapy

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE)

HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the sample archive's feed."""
    folder = tmp_path_factory.mktemp("sample")
    for site, arguments in SITES:
        given = [part for argument in arguments for part in ("-a", argument)]
        scrapy(
            "crawl",
            site,
            *given,
            "-o",
            "sample.jsonl",
            cwd=folder,
            settings={"REPLAY_FROM": ROOT / "samples"},
            timeout=300,
        )
    scrapy("report", "sample.jsonl", "-o", "report.html", cwd=folder, timeout=300)
    return folder / "report.html"


def page_of(folder: Path, lines: list[dict[str, Any]]) -> Path:
    """Write a feed and its page."""
    feed(folder / "out.jsonl", lines)
    scrapy("report", "out.jsonl", cwd=folder, timeout=300)
    return folder / "report.html"


def violations(visit: Visit) -> list[str]:
    """Return what axe finds wrong with the page as it is now."""
    found = Axe().run(visit.page, options=RULES).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}" for fault in found for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_width_and_scheme(browser: Browser, sample: Path, width: int, scheme: str) -> None:
    """Nothing said on the console, nothing asked of the network, nothing wider than the window, nothing that axe objects to."""
    with Visit(browser, sample.as_uri(), width=width, scheme=scheme) as visit:
        dark = visit.style("body", "backgroundColor") == "rgb(18, 20, 23)"
        assert dark == (scheme == "dark")
        assert violations(visit) == []
        for detail in visit.page.locator("details").all():
            detail.evaluate("element => { element.open = true; }")
        assert violations(visit) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        visit.articles("?language=ar")
        assert violations(visit) == []
        visit.page.locator("#rows .title button").click()
        expect(visit.page.locator("#open")).to_be_visible()
        assert violations(visit) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.said == []
        assert visit.asked == [sample.as_uri()]


def test_axe_would_find_something(browser: Browser, sample: Path) -> None:
    with Visit(browser, sample.as_uri()) as visit:
        visit.page.evaluate("document.getElementById('theme').textContent = ''")
        assert [fault for fault in violations(visit) if fault.startswith("button-name")]


def test_served_it_asks_for_nothing_else(browser: Browser, sample: Path) -> None:
    with served(sample.parent) as (address, asked), Visit(browser, address + "report.html") as visit:
        visit.articles()
        expect(visit.page.locator("#rows .title button").first).to_be_visible()
        assert asked == ["/report.html"]


def test_by_keyboard_alone(browser: Browser, sample: Path) -> None:
    with Visit(browser, sample.as_uri()) as visit:
        keyboard, focused = visit.page.keyboard, visit.page.locator(":focus")
        keyboard.press("Tab")
        expect(focused).to_have_text("To the content")
        for _ in range(2):
            keyboard.press("Tab")
        expect(focused).to_contain_text("Articles")
        keyboard.press("Enter")
        visit.settle()
        keyboard.press("/")
        expect(focused).to_have_id("q")
        keyboard.type("DUONG SAT xanh")
        visit.settle()
        titles = visit.titles()
        assert titles
        assert all("đường sắt xanh" in title.casefold() for title in titles[:1])
        keyboard.press("ArrowDown")
        expect(focused).to_have_text(titles[0])
        expect(focused).to_have_attribute("aria-expanded", "false")
        keyboard.press("Enter")
        expect(visit.page.locator("#open h2")).to_have_text(titles[0])
        expect(focused).to_have_text(titles[0])
        expect(focused).to_have_attribute("aria-expanded", "true")
        keyboard.press("Tab")
        expect(focused).to_have_text("Close (Esc)")
        keyboard.press("Tab")
        expect(focused).to_have_attribute("href", re.compile(r"^https://"))
        keyboard.press("Escape")
        expect(visit.page.locator("#open")).to_have_count(0)
        expect(focused).to_have_text(titles[0])
        expect(focused).to_have_attribute("aria-expanded", "false")
        keyboard.press("Escape")
        expect(focused).to_have_id("q")
        visit.page.fill("#q", "")
        visit.settle()
        keyboard.press("ArrowDown")
        keyboard.press("End")
        expect(focused).to_have_attribute("data-place", "38")
        keyboard.press("ArrowUp")
        expect(focused).to_have_attribute("data-place", "37")
        keyboard.press("Home")
        expect(focused).to_have_attribute("data-place", "0")
        keyboard.press("ArrowUp")
        expect(focused).to_have_id("q")


def test_one_row_is_in_the_order_of_tabs(browser: Browser, sample: Path) -> None:
    with Visit(browser, sample.as_uri()) as visit:
        visit.articles()
        assert visit.page.locator("#rows .title button[tabindex='0']").count() == 1
        assert visit.page.locator("#rows .title button").count() > 10


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("vi", "ltr"), ("km", "ltr"), ("ja", "ltr")])
def test_scripts_run_their_own_way(browser: Browser, sample: Path, language: str, direction: str) -> None:
    with Visit(browser, sample.as_uri()) as visit:
        visit.articles(f"?language={language}")
        assert visit.style("#rows .title button", "direction") == direction
        assert visit.page.locator("#rows .title button").first.get_attribute("lang") == language
        visit.page.locator("#rows .title button").first.click()
        for part in ("#open h2", "#open .text p.lead", "#open .text p:not(.lead)"):
            expect(visit.page.locator(part).first).to_be_visible()
            assert visit.style(part, "direction") == direction, part
        assert visit.style("#open .facts", "direction") == "ltr", "the page itself is English"
        assert visit.style("#rows .row", "direction") == "ltr"
        box, cell = (visit.page.locator(part).first.bounding_box() for part in ("#open .text p.lead", "#open .text"))
        assert box
        assert cell
        assert abs(box["x"] + box["width"] - cell["x"] - cell["width"]) < 1


def test_the_theme_is_chosen_and_remembered(browser: Browser, sample: Path) -> None:
    with served(sample.parent) as (address, _), Visit(browser, address + "report.html", scheme="dark") as visit:
        shades = []
        for name in ("auto", "light", "dark", "auto"):
            expect(visit.page.locator("#theme")).to_have_text(f"Theme: {name}")
            shades.append(visit.style("body", "backgroundColor"))
            visit.page.click("#theme")
        assert shades[0] == shades[2] == shades[3] != shades[1]
        visit.page.reload()
        expect(visit.page.locator("#theme")).to_have_text("Theme: light")
        assert visit.style("body", "backgroundColor") == shades[1]


def test_figures_lead_to_their_articles_and_back(browser: Browser, sample: Path) -> None:
    lines = [json.loads(text) for text in (sample.parent / "sample.jsonl").read_text("utf-8").splitlines()]
    with Visit(browser, sample.as_uri()) as visit:
        page = visit.page
        page.click("#sites tbody a:text-is('kcna')")
        visit.settle()
        assert visit.told() == f"{sum(line['site'] == 'kcna' for line in lines)} of {len(lines)} articles"
        expect(page.locator("#site")).to_have_value("kcna")
        page.go_back()
        expect(page.locator("#view-overview")).to_be_visible()
        page.click("#sections tbody a:has-text('Xã hội')")
        visit.settle()
        assert visit.told().startswith(f"{sum(line['section'] == 'Xã hội' for line in lines)} of")
        page.click("#chips button")
        visit.settle()
        assert visit.told().startswith(f"{sum(line['site'] == 'baoquocte' for line in lines)} of")
        page.click("#clear")
        visit.settle()
        assert visit.told() == f"{len(lines)} articles"
        page.click("nav a[data-view=overview]")
        step = page.locator("#days .step").last
        first, last = step.get_attribute("data-from"), step.get_attribute("data-to")
        assert first
        assert last
        step.locator(".reach").click()
        visit.settle()
        assert visit.told().startswith(f"{sum(first <= (line['published_on'] or '') <= last for line in lines)} of")
        page.click("nav a[data-view=overview]")
        page.click("#editions .stories a")
        visit.settle()
        assert visit.told().startswith("3 of")
        page.locator("#rows .title button").first.click()
        other = page.locator("#open .editions button").first
        named = other.inner_text().partition(",")[0]
        other.click()
        expect(page.locator("#open .editions button").filter(has_text=named)).to_have_count(0)
        assert page.locator("#rows [aria-expanded=true]").count() == 1


def test_search_filters_and_order(browser: Browser, tmp_path: Path) -> None:
    lines = [
        line(1, title="Cây cầu mới ở Đà Nẵng", language="vi", published_on="2024-09-12", section="Xã hội"),
        line(
            2,
            title="The bridge",
            body="A ferry used to cross here.",
            published_on="2024-09-13",
            authors=["Ada Ferryman"],
        ),
        line(3, title="Another day", site="other", published_on=None),
        line(4, title="ﬁve ＢＲＩＤＧＥＳ", site="other", published_on="2024-09-14"),
    ]
    with Visit(browser, page_of(tmp_path, lines).as_uri()) as visit:
        visit.articles()
        assert [title[:4] for title in visit.titles()] == ["ﬁve ", "The ", "Cây ", "Anot"]
        for words, found in (
            ("cay CAU", 1),
            ("da nang", 1),
            ("xa hoi", 1),
            ("bridge", 2),
            ("five bridges", 1),
            ("ferry", 1),
            ("ferryman", 1),
            ("cau bridge", 0),
        ):
            visit.search(words)
            assert visit.told().startswith(f"{found} of 4"), words
        expect(visit.page.locator("#nothing")).to_have_text("No article matches “cau bridge”.")
        visit.page.uncheck("#inside")
        visit.search("ferry")
        expect(visit.page.locator("#nothing")).to_contain_text("the texts were not searched")
        visit.page.click("#clear")
        visit.settle()
        visit.page.select_option("#site", "other")
        visit.settle()
        assert visit.told() == "2 of 4 articles"
        visit.page.fill("#from", "2024-09-13")
        visit.settle()
        assert visit.titles() == ["ﬁve ＢＲＩＤＧＥＳ"]
        visit.page.click("#clear")
        visit.settle()
        heads = visit.page.locator("[data-sort=title]")
        heads.click()
        visit.settle()
        assert [title[:4] for title in visit.titles()] == ["Anot", "Cây ", "ﬁve ", "The "]
        assert heads.locator("..").get_attribute("aria-sort") == "ascending"
        heads.click()
        visit.settle()
        assert [title[:4] for title in visit.titles()] == ["The ", "ﬁve ", "Cây ", "Anot"]


def test_hostile_texts_stay_texts(browser: Browser, tmp_path: Path) -> None:
    hostile = dict.fromkeys(("title", "body", "lead", "section", "source_name", "published_raw"), HOSTILE)
    bad = "javascript:document.title='taken'"
    odd = line(1, **hostile, authors=[HOSTILE], tags=[HOSTILE], language="x\" onmouseover=\"document.title='taken'", source_url=bad,
               discovered_via=bad, source_url_status="exact", images=[]) | {"url": bad, "site": HOSTILE, "images": [{"url": bad, "caption": HOSTILE, "credit": None}]}  # fmt: skip
    path = page_of(tmp_path, [odd, taken(2, "1", "ja", title="\u202eevil")])
    with Visit(browser, path.as_uri()) as visit:
        visit.articles()
        visit.page.locator("#rows .title button", has_text="script").click()
        panel = visit.page.locator("#open")
        expect(panel.locator("h2")).to_have_text(HOSTILE)
        expect(panel.locator(".text p").last).to_have_text(HOSTILE)
        assert panel.locator("img, script, a").count() == 0
        visit.search("onerror")
        expect(visit.page.locator("#rows .row")).to_have_count(1)
        visit.articles("?section=" + "%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D'taken'%3E&q=%3Cimg%3E")
        expect(visit.page.locator("#chips img, #nothing img")).to_have_count(0)
        assert visit.page.title() == "2 articles · newscrawl report"
        assert visit.said == []
        assert visit.asked == [path.as_uri()]
        visit.page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = 1' }))"
        )
        assert visit.page.title() == "2 articles · newscrawl report", "the policy lets no other script run"
        assert any("Content Security Policy" in text for text in visit.said)


def test_without_scripts_the_figures_are_there(browser: Browser, sample: Path) -> None:
    with Visit(browser, sample.as_uri(), java_script_enabled=False) as visit:
        expect(visit.page.locator("h1").first).to_have_text("39 articles in 14 languages from 4 sites")
        expect(visit.page.locator("#languages tbody").last).to_be_visible()
        expect(visit.page.locator("#theme")).to_be_hidden()


def test_a_feed_with_nothing_in_it(browser: Browser, tmp_path: Path) -> None:
    with Visit(browser, page_of(tmp_path, []).as_uri(), width=390) as visit:
        expect(visit.page.locator("h1").first).to_have_text("Nothing here yet")
        assert violations(visit) == []
        visit.page.click("nav a[data-view=articles]")
        expect(visit.page.locator("#view-articles .none").last).to_be_visible()
        assert violations(visit) == []
        assert visit.said == []


def test_print_shows_what_is_looked_at(browser: Browser, sample: Path) -> None:
    with Visit(browser, sample.as_uri(), scheme="dark") as visit:
        visit.page.evaluate("""() => addEventListener('beforeprint', () => {
            window.rows = document.querySelectorAll('#rows .row').length;
            window.folded = document.querySelectorAll('tbody.more[hidden], .rejects details:not([open])').length;
        })""")
        figures = visit.page.pdf()
        assert figures.startswith(b"%PDF")
        assert visit.page.evaluate("window.folded") == 0
        assert visit.page.locator("tbody.more[hidden]").count() == 1, "folded again"
        visit.articles()
        drawn = visit.page.locator("#rows .row").count()
        visit.page.locator("#rows .title button").first.click()
        expect(visit.page.locator("#open")).to_be_visible()
        assert visit.page.pdf().startswith(b"%PDF")
        assert visit.page.evaluate("window.rows") == 39 > drawn
        visit.page.emulate_media(media="print")
        for part in (".top", "#search", ".keys", "#open .close"):
            expect(visit.page.locator(part).first).to_be_hidden()
        expect(visit.page.locator("#open .text")).to_be_visible()
        assert visit.style("body", "backgroundColor") == "rgb(255, 255, 255)", "no dark paper"
        assert visit.style("#rows > *", "position") == "static"


def test_an_open_article_moves_nothing_out_of_place(browser: Browser, tmp_path: Path) -> None:
    """Rows after an open article stand below it, none is twice in the page, whatever one scrolls."""
    lines = [line(number, body="A paragraph of some length.\n\n" * 40) for number in range(300)]
    with Visit(browser, page_of(tmp_path, lines).as_uri()) as visit:
        visit.articles()
        visit.page.locator("#rows .title button").nth(3).click()
        expect(visit.page.locator("#open")).to_be_visible()
        for y in (0, 600, 2500, 6000, 12000, 3000, 0):
            visit.page.evaluate(
                "y => new Promise((done) => { scrollTo(0, y); requestAnimationFrame(() => requestAnimationFrame(done)); })",
                y,
            )
            boxes = visit.page.locator("#rows > *").evaluate_all(
                "all => all.map((one) => [one.id || one.getAttribute('aria-rowindex'), one.getBoundingClientRect().top, one.getBoundingClientRect().bottom])"
            )
            names = [name for name, _, _ in boxes]
            assert len(names) == len(set(names))
            numbers = [int(name) for name in names if name != "open"]
            assert numbers == list(range(numbers[0], numbers[-1] + 1))
            assert all(abs(one[2] - other[1]) < 1 for one, other in pairwise(boxes)), boxes
            assert boxes[0][1] <= 200 or numbers[0] == 2
            assert boxes[-1][2] >= 900 or numbers[-1] == 301


def many(count: int) -> Iterator[dict[str, Any]]:
    """Yield records in six languages, four editions a story, over two years; the same at each run."""
    words = {
        "vi": "cầu mới thành phố đường sắt sông chợ trường học mùa mưa".split(),
        "en": "bridge new town railway river market school season rain ferry".split(),
        "ar": "جسر جديد مدينة سكة نهر سوق مدرسة موسم مطر عبارة".split(),
        "ja": "橋 新しい 町 鉄道 川 市場 学校 季節 雨 渡し船".split(),
        "km": "ស្ពាន ថ្មី ទីក្រុង ផ្លូវដែក ទន្លេ ផ្សារ សាលារៀន រដូវ ភ្លៀង សាឡាង".split(),
        "ru": "мост новый город дорога река рынок школа сезон дождь паром".split(),
    }
    chance = random.Random(1)
    for number in range(count):
        story, language = number // 4, list(words)[(number + number // 4) % len(words)]
        title = " ".join([*chance.choices(words[language], k=7), str(story)])
        body = "\n\n".join(" ".join(chance.choices(words[language], k=40)) for _ in range(3))
        day = date(2022, 11, 1) + timedelta(story % 730)
        yield taken(
            number,
            str(story),
            language,
            title=title,
            body=body,
            published_on=day.isoformat(),
            section=f"Section {number % 30}",
        )


def test_a_hundred_thousand_articles(browser: Browser, tmp_path: Path, record_property: Any) -> None:
    """It opens, searches, sorts, and shows the last of them; how long that takes is recorded, not judged."""
    count = 100_000
    with (tmp_path / "out.jsonl").open("wb") as file:
        file.writelines(written(many(count)))
    started = time.monotonic()

    def took(what: str) -> None:
        nonlocal started
        record_property(what, round(time.monotonic() - started, 2))
        print(f"{what}: {time.monotonic() - started:.2f} s")
        started = time.monotonic()

    said = scrapy("report", "out.jsonl", cwd=tmp_path, timeout=1200).stderr
    took("report made")
    assert said == f"report.html: {count} articles\n"
    record_property("megabytes", round((tmp_path / "report.html").stat().st_size / 1e6, 1))
    with Visit(browser, (tmp_path / "report.html").as_uri()) as visit:
        expect(visit.page.locator("h1").first).to_have_text(re.compile(f"^{count:,} articles in 6 languages"))
        took("page loaded")
        visit.articles()
        took("table shown")
        assert visit.told() == f"{count:,} articles"
        assert visit.page.locator("#rows .row").count() < 100
        visit.search("cau moi")
        took("first search")
        assert 0 < int(visit.told().split()[0].replace(",", "")) < count / 5
        assert all("cầu" in title and "mới" in title for title in visit.titles())
        visit.search("cau moi pho")
        took("next search")
        visit.search("")
        visit.page.check("#inside")
        visit.search("khong co gi nhu the nay")
        took("search in texts")
        expect(visit.page.locator("#nothing")).to_be_visible()
        visit.search("")
        visit.page.click("[data-sort=title]")
        visit.settle()
        took("sorted by title")
        visit.page.keyboard.press("Escape")
        visit.page.keyboard.press("ArrowDown")
        visit.page.keyboard.press("End")
        expect(visit.page.locator(":focus")).to_have_attribute("data-place", str(count - 1))
        took("at the end")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("#open .cut")).to_contain_text("more letters are in the feed")
        took("opened")
        assert visit.said == []
    shutil.rmtree(tmp_path, ignore_errors=True)  # half a gigabyte
