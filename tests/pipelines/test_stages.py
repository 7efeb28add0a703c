"""The stages one after the other, each on articles as spiders yield them."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from newscrawl.feed.lines import to_line
from newscrawl.items import FLAGS, MAX_LINE, Article, Image, Reject
from newscrawl.pipelines.clean_text import CleanText
from newscrawl.pipelines.dedupe import Dedupe
from newscrawl.pipelines.normalise_dates import NormaliseDates
from newscrawl.pipelines.resolve_source import ResolveSource
from newscrawl.pipelines.tag_language import TagLanguage
from newscrawl.pipelines.validate import Validate
from tests.support import Bench, feed_line

FETCHED = "2024-09-16T08:15:00+00:00"
TEXT = (
    "Kommunen stenger den gamle broen neste sommer. Ordføreren sa at arbeidet tar to år, og at butikkene er varslet. "
    * 3
)


def article(**fields: Any) -> Article:
    given = {"site": "vietnam_vn", "url": "https://www.vietnam.vn/no/cay-cau-cu-bac-qua-song", "title": "Broen stenges",
             "body": TEXT, "language": "no", "source_language": "vi", "published_raw": "14/09/2024", "crawled_at": FETCHED,
             "http_status": 200}  # fmt: skip
    return Article(**(given | fields))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench("vietnam_vn")


@pytest.fixture
def crawler(bench: Bench) -> Crawler:
    return bench.crawler


class TestCleanText:
    def test_all_texts(self) -> None:
        item = CleanText().process_item(
            article(title=" Broen&nbsp;stenges\u200b ", lead="\x00", body="a\r\n\r\n\r\nb", authors=["Mai  Lan", "Mai Lan", " "],
                    tags=["a\u00ad"], images=[Image("https://a/b", " c ", "")])
        )  # fmt: skip
        assert (item.title, item.lead, item.body) == ("Broen stenges", None, "a\n\nb")
        assert (item.authors, item.tags) == (["Mai Lan"], ["a"])
        assert item.images == [Image("https://a/b", "c", None)]

    def test_hash_is_of_the_clean_text(self) -> None:
        one = CleanText().process_item(article(title="Broen  stenges"))
        assert one.content_hash == CleanText().process_item(article(title="Broen stenges")).content_hash
        assert one.content_hash != CleanText().process_item(article(title="Broen åpner")).content_hash

    def test_damage_is_flagged(self) -> None:
        assert CleanText().process_item(article(body=f"{TEXT}\ud800")).flags == ["text_damaged"]
        assert CleanText().process_item(article()).flags == []


class TestResolveSource:
    def test_paper_is_its_own_source(self, crawler: Crawler) -> None:
        url = "https://ria.ru/20240913/most-1972523117.html"
        item = ResolveSource.from_crawler(crawler).process_item(article(site="ria", url=url, source_language=None))
        assert (item.source_url, item.source_url_status, item.source_key) == (url, "own", "ria.ru/1972523117")
        assert item.is_translation is False

    @pytest.mark.parametrize(
        ("raw", "status", "key"),
        [
            ("https://baoquocte.vn/cay-cau-cu-bac-qua-song-286239.html", "exact", "baoquocte.vn/286239"),
            ("https://baoquocte.vn/the-old-bridge-over-the-river-286239.html", "repaired", "baoquocte.vn/286239"),
            ("https://id.baoquocte.vn/cay-cau-cu-bac-qua-song-286239.html", "exact", "baoquocte.vn/286239"),
            ("https://baoquocte.vn/the-old-bridge-over-the-river", "damaged", None),
            (None, "none", None),
        ],
    )
    def test_aggregator(self, crawler: Crawler, raw: str | None, status: str, key: str | None) -> None:
        item = ResolveSource.from_crawler(crawler).process_item(article(source_url_raw=raw, source_url_status="none"))
        assert (item.source_url_status, item.source_key, item.source_url_raw) == (status, key, raw)
        assert item.is_translation
        if key:
            assert item.source_url == "https://baoquocte.vn/cay-cau-cu-bac-qua-song-286239.html"

    def test_label_without_address(self, crawler: Crawler) -> None:
        item = ResolveSource.from_crawler(crawler).process_item(article(source_url_status="label_only"))
        assert (item.source_url, item.source_url_status) == (None, "label_only")

    def test_foreign_original_of_a_known_paper(self, crawler: Crawler) -> None:
        raw = "https://en.baoquocte.vn/old-bridge-across-the-river-closes-286239.html"
        item = ResolveSource.from_crawler(crawler).process_item(article(source_url_raw=raw))
        assert (item.source_url, item.source_url_status, item.source_language) == (raw, "exact", "en")


class TestNormaliseDates:
    def test_a_line_read_back_from_the_feed_keeps_its_dates(self, crawler: Crawler) -> None:
        """A dateline cannot be read a second time: it names no year, and the text it stood in is gone."""
        known = article(
            published_raw="평양 9월 14일",
            published_on="2024-09-14",
            published_at="2024-09-14T09:00:00+09:00",
            body=None,
        )
        item = NormaliseDates(crawler).process_item(known)
        assert (item.published_on, item.published_at, item.flags) == ("2024-09-14", "2024-09-14T09:00:00+09:00", [])

    @pytest.mark.parametrize(
        ("raw", "on", "flags"),
        [
            ("14/09/2024", "2024-09-14", []),
            ("17/09/2024", "2024-09-17", []),  # a day ahead, as east of Greenwich
            ("18/09/2024", None, ["date_future"]),
            ("31/02/2024", None, ["date_unreadable"]),
            ("14/09/1024", None, ["date_unreadable"]),
            ("a while ago", None, ["date_unreadable"]),
            (None, None, []),
        ],
    )
    def test_published(self, crawler: Crawler, raw: str | None, on: str | None, flags: list[str]) -> None:
        item = NormaliseDates.from_crawler(crawler).process_item(article(published_raw=raw))
        assert (item.published_on, item.published_at, item.flags) == (on, None, flags)
        assert item.published_raw == raw

    def test_moment_in_the_zone_of_the_site(self, crawler: Crawler) -> None:
        item = article(site="ria", published_raw="20:03 13.09.2024", modified_at="(обновлено: 21:15 13.09.2024)")
        item = NormaliseDates.from_crawler(crawler).process_item(item)
        assert (item.published_on, item.published_at) == ("2024-09-13", "2024-09-13T20:03:00+03:00")
        assert item.modified_at == "2024-09-13T21:15:00+03:00"

    def test_day_from_the_dateline(self, crawler: Crawler) -> None:
        text = "Pyongyang, September 14 (KCNA) -- A fair opened."
        item = NormaliseDates.from_crawler(crawler).process_item(article(site="kcna", published_raw=None, body=text))
        assert (item.published_on, item.flags) == ("2024-09-14", ["date_inferred"])
        assert item.published_raw is not None
        assert "September 14" in item.published_raw


class TestTagLanguage:
    def test_second_opinion_is_a_flag(self, crawler: Crawler) -> None:
        stage = TagLanguage.from_crawler(crawler)
        assert stage.process_item(article()).flags == []
        disputed = stage.process_item(article(language="ja"))
        assert (disputed.language, disputed.flags) == ("ja", ["language_disputed"])

    def test_missing_tag_is_filled(self, crawler: Crawler) -> None:
        stage = TagLanguage.from_crawler(crawler)
        assert stage.process_item(article(language=None)).language == "no"
        assert stage.process_item(article(language="english", body="Kort.")).language is None


class TestValidate:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"title": None}, "no_title"),
            ({"body": None, "lead": None}, "no_body"),
            ({"body": "Kort. " * 5}, "body_too_short"),
            ({"body": "1 2 3 . . . " * 3}, "body_too_short"),
            ({"published_on": "2024-08-31"}, "outside_window"),
            ({"published_on": "2024-10-01"}, "outside_window"),
            ({"body": "x" * MAX_LINE}, "line_too_long"),
        ],
    )
    def test_refuses(self, fields: dict[str, Any], reason: str) -> None:
        settings = Settings({"SINCE": "2024-09-01", "UNTIL": "2024-09-30"})
        with pytest.raises(Reject) as refused:
            Validate(settings).process_item(article(**fields))
        assert refused.value.reason == reason

    def test_lets_pass(self, crawler: Crawler) -> None:
        flagged = article(flags=["truncated", "date_future", "truncated"])
        assert Validate.from_crawler(crawler).process_item(flagged).flags == ["date_future", "truncated"]
        assert Validate.from_crawler(crawler).process_item(
            article(body="市は来年の夏から古い橋を閉じると発表した。工事は二年かかる見込み。", language="ja")
        )
        assert set(flagged.flags) <= set(FLAGS)


class TestDedupe:
    def run(self, bench: Bench, *items: Article) -> list[str]:
        """Return, for each article, its id or why it was refused."""
        found = []
        for item in items:
            try:
                found.append(bench.run(item).id or "")
            except Reject as refused:
                found.append(refused.reason)
        return found

    def test_each_source_once_a_language(self) -> None:
        bench = Bench("vietnam_vn")
        raw = "https://baoquocte.vn/cay-cau-cu-bac-qua-song-286239.html"
        damaged = "https://baoquocte.vn/the-old-bridge-over-the-river-286239.html"
        ids = self.run(
            bench,
            article(source_url_raw=raw),
            article(source_url_raw=damaged, url="https://www.vietnam.vn/no/cay-cau-cu-bac-qua-song-2"),
            article(source_url_raw=raw, url="https://www.vietnam.vn/de/cay-cau-cu-bac-qua-song", language="de"),
            article(url="https://www.vietnam.vn/no/mot-bai-khac"),
        )
        assert ids[1] == "duplicate"
        assert len({ids[0], ids[2], ids[3]}) == 3

    def test_editions_share_the_story(self) -> None:
        bench = Bench("vietnam_vn")
        stories = {
            bench.run(article(url=f"https://{host}/{edition}cay-cau-cu", language=language)).story_id
            for host, edition, language in (
                ("www.vietnam.vn", "no/", "no"),
                ("vrviet.vn", "", "vi"),
                ("vietnam.vn", "ja/", "ja"),
            )
        }
        assert len(stories) == 1

    def test_broken_first_copy_does_not_claim_the_source(self) -> None:
        bench = Bench("vietnam_vn")
        raw = "https://baoquocte.vn/cay-cau-cu-bac-qua-song-286239.html"
        ids = self.run(bench, article(source_url_raw=raw, body="Kort."), article(source_url_raw=raw))
        assert ids[0] == "body_too_short"
        assert len(ids[1]) == 20

    def test_what_the_feed_has(self) -> None:
        bench = Bench("vietnam_vn")
        item = bench.run(article())
        bench.books.wrote(item)
        bench.stages[-2] = Dedupe(bench.books, recrawl=False, follow=False)
        assert self.run(bench, article()) == ["duplicate"]
        bench.stages[-2] = Dedupe(bench.books, recrawl=True, follow=False)
        assert self.run(bench, article()) == ["unchanged"]
        changed = bench.run(article(title="Broen åpner"))
        assert (changed.id, changed.revision, changed.supersedes) == (item.id, 2, item.content_hash)

    def test_the_same_words_at_another_address_are_no_article(self) -> None:
        """As walls and error pages that answer 200 are; in another language, or under another title, it may be one."""
        bench = Bench("vietnam_vn")
        one, *others = self.run(
            bench,
            article(),
            article(url="https://www.vietnam.vn/no/mot-bai-khac-han"),
            article(url="https://www.vietnam.vn/no/mot-bai-khac-han", title="Broen åpner"),
            article(url="https://www.vietnam.vn/ja/mot-bai-khac-han", language="ja"),
        )
        assert others[0] == "repeated_text"
        assert len({one, *others[1:]}) == 3
        assert all(len(found) == 20 for found in (one, *others[1:]))

    def test_another_page_of_the_same_source_is_no_revision(self, tmp_path: Path) -> None:
        bench = Bench("vietnam_vn")
        bench.books.open(tmp_path / "out.jsonl", overwrite=False)
        raw = "https://baoquocte.vn/cay-cau-cu-bac-qua-song-286239.html"
        first = bench.run(article(source_url_raw=raw))
        assert bench.books.feed is not None
        bench.books.feed.write(to_line(asdict(first)))
        bench.books.wrote(first)
        repost = {"url": f"{article().url}-2", "source_url_raw": raw, "title": "Broen åpner"}
        for recrawl in (False, True):
            bench.stages[-2] = Dedupe(bench.books, recrawl=recrawl, follow=False)
            assert self.run(bench, article(**repost)) == ["duplicate"]
        changed = bench.run(article(source_url_raw=raw, title="Broen åpner"))
        assert (changed.revision, changed.supersedes) == (2, first.content_hash)
        bench.books.close("finished")

    def test_one_article_under_several_addresses(self) -> None:
        bench = Bench("kcna")
        common = {"site": "kcna", "language": "en", "published_raw": "2024.12.14.", "title": "A Fair Opens", "source_language": None,
                  "crawled_at": "2024-12-16T00:00:00+00:00"}  # fmt: skip
        ids = self.run(
            bench,
            article(url="http://www.kcna.kp/en/article/q/" + "a" * 32 + ".kcmsf", **common),
            article(url="http://www.kcna.kp/en/article/q/" + "b" * 64 + ".kcmsf", **common),
            article(
                url="http://www.kcna.kp/en/article/q/" + "c" * 32 + ".kcmsf",
                **(common | {"published_raw": "2024.12.15."}),
            ),
        )
        assert ids[1] == "duplicate"
        assert ids[0] != ids[2]

    def test_line_keeps_the_contract(self) -> None:
        line = feed_line(Bench("vietnam_vn").run(article()))
        assert line["run_id"]
        assert line["revision"] == 1
