"""What holds of any value: forms that do not change again, keys that meet or differ as they must, days never made up."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.items import Article, Reject
from newscrawl.text.dates import DateFacts, Moment, read_dateline, read_moment
from newscrawl.text.language import normal_tag
from newscrawl.text.urls import bare_url, canonical_url, identity_key, registered_host
from tests.faults.fuzz import DATES, FACTS, TEXT, URLS
from tests.support import FETCHED, Bench, all_spiders

SITES = {name: spider.site for name, spider in all_spiders().items() if name != "any_site"}
WORDS = st.sampled_from(
    ("co-gi", "trong", "cuoc-gap", "bài-viết", "a", "tin", "the-gioi", "b%C3%A0i", "x.html", "%EC%EE", "no")
)
NUMBERS = st.integers(10_000, 10**18).map(str)
HOSTS = st.sampled_from(
    ("a.vn", "b.com.vn", "bao.a.vn", "www.com.vn", "com.vn", "c.example", "пример.рф", "127.0.0.1", "xn--bo-kla.vn")
)


def pieces(fragments: tuple[bytes, ...]) -> st.SearchStrategy[str]:
    parts = st.sampled_from([piece.decode("utf-8", "surrogateescape") for piece in fragments])
    return st.lists(st.one_of(parts, parts, st.text(max_size=3)), max_size=12).map("".join)


@st.composite
def paths(draw: st.DrawFn) -> str:
    """The path of an article: words, with a number or without."""
    words = "/".join(draw(st.lists(WORDS, min_size=1, max_size=3)))
    number = draw(st.none() | NUMBERS)
    return f"/{words}-{number}.html" if number else f"/{words}"


# --- addresses --------------------------------------------------------------------------------------


@given(pieces(URLS))
def test_a_canonical_address_is_final(text: str) -> None:
    try:
        canonical = canonical_url(text)
    except ValueError:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert identity_key(text) == identity_key(canonical)


@given(
    HOSTS,
    paths(),
    st.sampled_from(("http", "https", "HTTPS")),
    st.sampled_from(("", "www.")),
    st.sampled_from(("", "utm_source=x&utm_medium=é", "fbclid=%20", "amp=1", "zarsrc=30&mobile=yes")),
    st.sampled_from(("", "id=7", "q=é", "q=%20a+b", "flag", "x=1&x=2")),
    st.booleans(),
)
def test_what_tells_no_page_from_another_leaves_the_key(
    host: str, path: str, scheme: str, www: str, tracking: str, query: str, last: bool
) -> None:
    plain = f"https://{host}{path}" + (f"?{query}" if query else "")
    port = {"http": ":80"}.get(scheme, ":443")
    parts = [query, tracking] if last else [tracking, query]
    asked = "&".join(part for part in parts if part)
    www = "" if host in ("com.vn", "www.com.vn", "127.0.0.1") else www
    for name in (host, host.upper()):
        other = f"{scheme}://{www}{name}{port}{path}" + (f"?{asked}" if asked else "") + "#comments"
        assert identity_key(other) == identity_key(plain), other


@given(paths())
def test_amp_marks_leave_the_key(path: str) -> None:
    plain = identity_key(f"https://a.vn{path}")
    forms = [f"/amp{path}", f"{path}?amp=1", f"{path}?outputType=amp"]
    forms += (
        [path.removesuffix(".html") + ".amp.html", f"{path}&mobile=yes&amp=1"]
        if path.endswith(".html")
        else [f"{path}/amp"]
    )
    for form in forms:
        assert identity_key(f"https://a.vn{form}") == plain, form


@given(HOSTS, HOSTS, paths(), paths(), st.sampled_from(("", "www.", "m.")), st.sampled_from(("", "?id=7", "?id=/7")))
def test_no_two_hosts_share_a_key(one: str, other: str, path: str, other_path: str, sub: str, query: str) -> None:
    a, b = f"https://{sub}{one}{path}{query}", f"http://{other}{other_path}"
    if registered_host(canonical_url(a)) != registered_host(canonical_url(b)):
        assert identity_key(a) != identity_key(b)


def test_undecodable_paths_are_told_apart() -> None:
    assert bare_url("https://a.vn/%EC%EE%F1") != bare_url("https://a.vn/%E4%EE%EC"), "both would be U+FFFD thrice"


@pytest.mark.parametrize("site", SITES.values(), ids=lambda site: site.name)
def test_mirrors_and_schemes_share_the_page_key(site) -> None:
    for path in ("/mot-hai-ba-286239.html", "/no/mot-hai-ba", "/tin/2024/bai-viet-185240914193714775.htm"):
        plain = site.page_key(f"https://{site.hosts[0]}{path}")
        bare = [host.removeprefix("www.") for host in (site.hosts[0], *site.mirrors)]
        for host in (*bare, *(f"www.{host}" for host in bare)):
            for address in (f"http://{host}:80{path}", f"https://{host.upper()}:443{path}?utm_source=x#top"):
                assert site.page_key(address) == plain
    others = {other.page_key(f"https://{other.hosts[0]}/mot-hai-ba-286239.html") for other in SITES.values()}
    assert len(others) == len({registered_host(other.hosts[0]) for other in SITES.values()})


def test_www_goes_without_saying() -> None:
    site = SITES["qdnd"]
    assert site.canonical("https://qdnd.vn/a-1") == "https://www.qdnd.vn/a-1"
    assert site.canonical("https://www.en.qdnd.vn/a-1") == "https://en.qdnd.vn/a-1"
    any_site = replace(all_spiders()["any_site"].site, hosts=("paper.example", "www.paper.example"))
    assert any_site.canonical("https://www.paper.example/a-1") == "https://www.paper.example/a-1"


@given(pieces(TEXT), st.sampled_from(("", "vi", "zh_hant_TW", "EN-us", "iw", "in", "mo", "ſv", "\u212aO")))
def test_a_language_tag_is_final(text: str, head: str) -> None:
    tag = normal_tag(head + text)
    if tag is not None:
        assert normal_tag(tag) == tag
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?", tag, re.ASCII)


# --- days -------------------------------------------------------------------------------------------


def stated(text: str, moment: Moment) -> bool:
    """Whether a day stands in the digits of ``text``: its year, and its day of the month (names may be the month's)."""
    runs = re.findall(r"\d+", text) + re.findall(r"[0-9]+", text)
    numbers = {int(run) for run in runs}
    for run in runs:
        if len(run) >= 8:  # 20240913T2003
            numbers |= {int(run[:4]), int(run[4:6]), int(run[6:8])}
        elif len(run) > 4:  # 14/09/202408:15
            numbers.add(int(run[:4]))
    days = [date.fromisoformat(moment.on)]
    if moment.at:  # the zone of the site may be a day ahead or behind
        days += [days[0] + timedelta(days=step) for step in (-1, 1)]
    years = {year for day in days for year in (day.year, day.year % 100, day.year - 1911)}
    return bool(numbers & years) and any(day.day in numbers for day in days)


@settings(max_examples=400)
@given(pieces(DATES), st.sampled_from(FACTS))
def test_a_day_exists_and_is_stated(text: str, facts: DateFacts) -> None:
    try:
        moment = read_moment(text, facts)
    except ValueError:
        return
    assert date.fromisoformat(moment.on).isoformat() == moment.on
    assert stated(text, moment), moment
    if moment.at:
        assert datetime.fromisoformat(moment.at).utcoffset() is not None
        assert moment.at.startswith(moment.on)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.sampled_from(("9", "12", "00")))
def test_digits_beside_a_date_make_it_none(day: date, digits: str) -> None:
    with pytest.raises(ValueError):
        read_moment(f"{digits}{day.isoformat()}", DateFacts())
    with pytest.raises(ValueError):
        read_moment(f"주체{day.year - 1911}({day.year})년 {day.month}월 {day.day:02}{digits}일", DateFacts())


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), pieces(DATES))
def test_a_dateline_is_a_day_or_nothing(fetched: date, text: str) -> None:
    found = read_dateline(text, fetched)
    if found is not None:
        assert found[0] <= fetched + timedelta(days=1)
        assert str(found[0].day) in re.sub(
            r"\b0", "", found[1].translate({0xFF10 + n: str(n) for n in range(10)})
        ) or any(int(run) == found[0].day for run in re.findall(r"\d+", found[1]))


# --- identity ---------------------------------------------------------------------------------------

BENCH = Bench("ria")


def identities(articles: list[Article]) -> tuple[set[str | None], set[str]]:
    """Return the ids and the claimed records that the stages let through, in this order of articles."""
    BENCH.books.claims.clear()
    BENCH.books.texts.clear()
    ids = set()
    for article in articles:
        try:
            ids.add(BENCH.run(article).id)
        except Reject as refused:
            assert refused.reason == "duplicate"
    records = (
        key.removesuffix(" original") for key, holder in BENCH.books.claims.items() if holder.content_hash not in key
    )
    return ids, set(records)


def article(choice: tuple[str, int, str]) -> Article:
    site, number, language = choice
    source = f"https://baoquocte.vn/mot-hai-ba-bon-{286000 + number}.html"
    address = {"vietnam_vn": f"https://www.vietnam.vn/{language}/mot-hai-ba-{'abc'[number]}", "baoquocte": source,
               "ria": f"https://ria.ru/20240913/most-{1972523000 + number}.html"}[site]  # fmt: skip
    made = Article(site=site, url=address, title=f"Một hai ba {number}", body="Một câu dài đủ để là một đoạn văn. " * 9, language=language,
                   published_raw="14/09/2024", crawled_at=FETCHED)  # fmt: skip
    if site == "vietnam_vn":
        made.source_url_raw, made.source_url_status, made.source_language = source, "label_only", "vi"
    return made


CHOICES = st.tuples(
    st.sampled_from(("vietnam_vn", "baoquocte", "ria")), st.integers(0, 2), st.sampled_from(("vi", "no"))
)


@settings(max_examples=30, deadline=None)
@given(st.lists(CHOICES, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_what_is_in_the_feed_does_not_depend_on_order(choices: list[tuple[str, int, str]], chance) -> None:
    """On one site the same ids; of a copy and its original one, whichever came first, of the same source."""
    shuffled = chance.sample(choices, len(choices))
    assert identities([article(c) for c in choices])[1] == identities([article(c) for c in shuffled])[1]
    for site in ("vietnam_vn", "ria"):
        one, other = ([article(c) for c in order if c[0] == site] for order in (choices, shuffled))
        assert identities(one)[0] == identities(other)[0]
