"""The page as a file: one file, nothing from the network, nothing of an article as markup."""

import json
import re
from base64 import b64encode
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import html

from newscrawl.health.judge import Finding
from newscrawl.report.articles import Articles
from newscrawl.report.figures import figures
from newscrawl.report.page import PANELS, RUNS, Report, write_page
from newscrawl.report.texts import Texts
from tests.report.lines import feed, line, reject, taken, written

HOSTILE = (
    "</script></title><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">'\"&<!--"
)


def run(number: int, site: str = "paper", **values: Any) -> dict[str, Any]:
    start = date(2024, 9, 1) + timedelta(number)
    return {"run_id": f"run-{number}", "site": site, "state": "finished", "started_at": f"{start}T08:15:00+00:00",
            "outcomes": {"new": 7000 + number, "rejected": {"no_body": 3}}, "fields": {"title": {"meta": 999, "none": 1}}} | values  # fmt: skip


def page(
    folder: Path,
    lines: list[dict[str, Any]],
    *,
    rejects: list[dict[str, Any]] | None = None,
    bad: int = 0,
    **values: Any,
) -> str:
    """Return the text of the page of a feed."""
    path = feed(folder / "out.jsonl", lines)
    with Articles() as articles:
        with path.open("rb") as file:
            articles.read(file)
        articles.read_rejects(written(rejects or []), {"run-1": "paper"})
        articles.settle()
        articles.counts["bad"] = bad
        given: dict[str, Any] = {"publishers": {}, "runs": [], "verdicts": {}}
        report = Report(["out.jsonl"], figures(articles), Texts(articles), **(given | values))
        written_to = BytesIO()
        write_page(report, written_to)
        return written_to.getvalue().decode()


def tree(text: str) -> Any:
    return html.document_fromstring(text)


def said(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_one_file_that_asks_for_nothing(tmp_path: Path) -> None:
    found = tree(page(tmp_path, [line(1)], runs=[run(1)]))
    assert not found.xpath(
        "//img | //iframe | //object | //embed | //form/@action | //script/@src | //link[@rel!='icon']"
    )
    assert all(address.startswith("data:") for address in found.xpath("//link/@href"))
    assert not found.xpath("//@style"), "the policy forbids it"
    text = "".join(found.xpath("//style/text()"))
    assert "url(" not in text
    assert "@import" not in text


def test_the_policy_names_the_very_style_and_script(tmp_path: Path) -> None:
    text = page(tmp_path, [line(1)])
    (policy,) = tree(text).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for name, start, end in (
        ("style-src", "<style>", "</style>"),
        ("script-src", '<script type="module">', "</script>"),
    ):
        inside = text[text.index(start) + len(start) :]
        digest = b64encode(sha256(inside[: inside.index(end)].encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy


def test_nothing_of_an_article_is_markup(tmp_path: Path) -> None:
    odd = line(1, **dict.fromkeys(("site", "title", "body", "lead", "section", "source_name", "source_key"), HOSTILE))
    odd |= {
        "language": '"><script>',
        "source_url_status": "exact",
        "url": "javascript:document.title='taken'",
        "authors": [HOSTILE],
    }
    refused = [
        reject(1, "no_body", url="javascript:document.title='refused'", detail=HOSTILE),
        reject(2, "no_body", url=f"https://x.example/{HOSTILE}"),
    ]
    findings = {HOSTILE: [Finding("failed", HOSTILE)]}
    text = page(tmp_path, [odd, taken(2, "a", "ja", title=HOSTILE), taken(3, "a", "de", title=HOSTILE)], rejects=refused, verdicts=findings,
                publishers={HOSTILE: HOSTILE}, runs=[run(1, site=HOSTILE, errors=[HOSTILE], fields={HOSTILE: {"meta": 1}})])  # fmt: skip
    found = tree(text)
    assert len(found.xpath("//script[not(@type='text/plain')]")) == 1
    assert not found.xpath("//img")
    assert not [address for address in found.xpath("//a/@href") if not address.startswith(("#", "https://x.example/"))]
    assert not [name for name in found.xpath("//@*") if getattr(name, "attrname", "").startswith("on")]
    assert said(found.xpath("//title")[0]) == "3 articles · newscrawl report"
    assert HOSTILE in found.xpath("//section[@id='sites']//tbody//a/text()")


def test_figures_come_first(tmp_path: Path) -> None:
    lines = [line(1), taken(2, "1", "ja"), line(3, status="withdrawn", body=None)]
    found = tree(page(tmp_path, lines, rejects=[reject(1, "no_body")]))
    assert said(found.xpath("//h1")[0]) == "2 articles in 2 languages from 2 sites"
    tiles = {said(tile.find("dt")): said(tile.findall("dd")[0]) for tile in found.xpath("//dl[@class='tiles']/div")}
    assert tiles == {
        "Articles": "2",
        "Sites": "2",
        "Languages": "2",
        "Stories": "1",
        "Length": "7",
        "Gave no article": "1",
    }
    assert said(tree(page(tmp_path, [line(1)])).xpath("//h1")[0]) == "1 article in 1 language from 1 site"


def test_every_chart_has_a_name_and_a_table(tmp_path: Path) -> None:
    found = tree(
        page(tmp_path, [line(number, published_on=f"2024-09-{10 + number}") for number in range(4)], runs=[run(1)])
    )
    for chart in found.xpath("//svg"):
        assert chart.get("aria-hidden") == "true" or (chart.get("role") == "img" and chart.get("aria-label"))
    rows = [[said(cell) for cell in row] for row in found.xpath("//section[@id='days']//tbody/tr")]
    assert rows == [[f"{day} Sep 2024", "1"] for day in (13, 12, 11, 10)]


def test_a_feed_with_nothing_in_it(tmp_path: Path) -> None:
    found = tree(page(tmp_path, []))
    assert said(found.xpath("//h1")[0]) == "Nothing here yet"
    assert "scrapy crawl" in said(found.xpath("//section[@class='empty']")[0])
    assert not found.xpath("//script[@type='text/plain']")
    found = tree(page(tmp_path, [], rejects=[reject(1, "robots"), reject(2, "robots")]))
    assert "2 addresses gave none" in said(found.xpath("//section[@class='empty']")[0])
    assert said(found.xpath("//section[@id='rejects']//summary/code")[0]) == "robots"


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    found = tree(page(tmp_path, [line(1, published_on=None, section=None, source_name=None)]))
    for place, words in (("days", "No article has a known day"), ("sections", "No article names its section"), ("origins", "No run is recorded"),
                         ("sources", "publishes its own"), ("editions", "No story"), ("rejects", "No rejects"), ("runs", "No run")):  # fmt: skip
        assert words in said(found.xpath(f"//section[@id='{place}']")[0]), place


def test_what_is_worth_a_look(tmp_path: Path) -> None:
    verdicts = {
        "paper": [Finding("redesign", "fields are gone: section in 0 of 188")],
        "other": [Finding("slow_day", "2 new")],
    }
    notice = said(tree(page(tmp_path, [line(1)], verdicts=verdicts, bad=2)).xpath("//section[@class='notice']")[0])
    assert "paper · redesign: fields are gone" in notice
    assert "2 lines are no records" in notice
    assert "other" not in notice
    assert not tree(page(tmp_path, [line(1)])).xpath("//section[@class='notice']")


def test_layers_of_fields_as_figures(tmp_path: Path) -> None:
    runs = [run(number, site=f"site-{number}") for number in range(PANELS + 3)]
    section = tree(page(tmp_path, [line(1)], runs=runs)).xpath("//section[@id='origins']")[0]
    assert [said(cell) for cell in section.xpath(".//table/tbody/tr/*")] == [
        "title",
        "",
        "0 %",
        "0 %",
        ">99 %",
        "0 %",
        "<1 %",
        f"{1000 * len(runs):,}",
    ]
    assert len(section.xpath("./div[@class='panels']/article")) == PANELS
    assert said(section.xpath(".//summary")[0]) == "3 more sites"
    assert said(section.xpath(".//article//dd")[0]) == "meta tags >99 %, not found <1 %"


def test_the_latest_runs(tmp_path: Path) -> None:
    section = tree(page(tmp_path, [line(1)], runs=[run(number) for number in range(RUNS + 5)])).xpath(
        "//section[@id='runs']"
    )[0]
    rows = section.xpath(".//tbody/tr")
    assert len(rows) == RUNS
    latest = [
        f"{date(2024, 9, 1) + timedelta(RUNS + 4)} 08:15",
        "paper",
        f"{7000 + RUNS + 4:,}",
        "0",
        "0",
        "0",
        "3",
        "finished",
    ]
    assert [said(cell) for cell in rows[0]] == latest
    assert f"The latest {RUNS} of {RUNS + 5}" in said(section)


def test_links_lead_to_articles_so_filtered(tmp_path: Path) -> None:
    links = tree(page(tmp_path, [line(1, section="A & B/ü"), taken(2, "1", "ja", source_name=None)])).xpath(
        "//main//a/@href"
    )
    assert "#articles?site=paper&section=A%20%26%20B%2F%C3%BC" in links
    assert "#articles?site=aggregator&source=" in links
    assert "#articles?language=ja" in links


def test_the_script_names_no_way_to_make_markup(tmp_path: Path) -> None:
    """Articles come to the page as JSON and are set as text; this is how it stays so."""
    (script,) = tree(page(tmp_path, [line(1)])).xpath("//script[@type='module']/text()")
    for name in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "fetch(",
        "XMLHttpRequest",
        "setHTML",
    ):
        assert name not in script, name
    assert not re.search(r"\.href\s*=(?!=)", script)


def test_texts_are_in_packs(tmp_path: Path) -> None:
    text = page(tmp_path, [line(number) for number in range(1200)])
    packs = tree(text).xpath("//script[@type='text/plain']/@id")
    assert packs == ["table", "pack-0", "pack-1", "pack-2"]
    assert json.dumps("Title 7") not in text
