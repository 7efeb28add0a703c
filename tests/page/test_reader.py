"""Which layer answers, field by field, and what a page that says little still gives."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.items import Image, Reject
from newscrawl.page.document import read_document
from newscrawl.page.reader import Reading, read_article, refuse_unless_text
from newscrawl.page.rules import GENERIC, ArticleRules
from newscrawl.sites import Site
from newscrawl.text.dates import DateFacts

URL = "https://paper.example/news/bridge-123456.html"
SENTENCE = (
    "The old bridge across the river closes next summer, the town said, and the shops nearby were told on Monday. "
)
RULES = ArticleRules(
    title="h1.t", lead=".sapo", body=".body", published=".when", authors=".by a", section=".sec", tags=".tag"
)


def site(rules: ArticleRules = RULES) -> Site:
    return Site(name="paper", publisher="The Paper", hosts=("paper.example",), language="en", article_url=r"-\d+\.html",
                dates=DateFacts("Europe/London", day_first=True), rules=rules)  # fmt: skip


def read(markup: str, rules: ArticleRules = RULES) -> Reading:
    return read_article(read_document(URL, markup.encode()), site(rules))


def jsonld(**node: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **node})}</script>'


HEAD = '<meta property="og:title" content="Meta title"><meta name="author" content="Meta Author"><meta property="article:published_time" content="2024-09-12T10:00:00Z">'
LD = jsonld(
    headline="LD title",
    datePublished="2024-09-13T10:00:00Z",
    author=[{"name": "L D"}],
    articleBody=SENTENCE * 2,
    keywords="a, b",
)
PAGE = '<h1 class="t">Rule title</h1><p class="when">14/09/2024 11:30</p><p class="by"><a>Rule Author</a></p>'
BODY = f'<div class="body"><p>{SENTENCE}</p><p>{SENTENCE * 2}</p></div>'


def test_who_is_nobody_is_the_author_where_nobody_else_is() -> None:
    meta = '<meta name="author" content="admin">'
    signed = f'{meta}<div class="body"><p>{SENTENCE}</p></div><p class="author">Mai Lan</p>'
    assert read(signed, ArticleRules()).article.authors == ["Mai Lan"]
    assert read(signed, ArticleRules(authors=".author")).article.authors == ["Mai Lan"]
    alone = read(f'{meta}<div class="body"><p>{SENTENCE}</p></div>', ArticleRules())
    assert (alone.article.authors, alone.origins["authors"]) == (["admin"], "meta")


@pytest.mark.parametrize(
    ("markup", "origin", "title", "author", "published"),
    [
        (HEAD + LD + PAGE + BODY, "rule", "Rule title", "Rule Author", "14/09/2024 11:30"),
        (HEAD + LD + BODY, "jsonld", "LD title", "L D", "2024-09-13T10:00:00Z"),
        (HEAD + BODY, "meta", "Meta title", "Meta Author", "2024-09-12T10:00:00Z"),
        (BODY, "none", None, None, None),
    ],
)
def test_order_of_layers(
    markup: str, origin: str, title: str | None, author: str | None, published: str | None
) -> None:
    reading = read(markup)
    article = reading.article
    assert (article.title, next(iter(article.authors), None), article.published_raw) == (title, author, published)
    assert {reading.origins[field] for field in ("title", "authors", "published")} == {origin}


def test_body_by_rule_by_jsonld_by_structure() -> None:
    assert read(LD + BODY).origins["body"] == "rule"
    assert read(LD).origins["body"] == "jsonld"
    structure = read(
        f"<div><p>{SENTENCE}</p><p>So {SENTENCE}</p></div><ul><li><a href=/x>Menu</a></li></ul>", ArticleRules()
    )
    assert structure.origins["body"] == "structure"
    assert structure.article.body == f"{SENTENCE.strip()}\n\nSo {SENTENCE.strip()}"
    assert read("<h1>Nothing</h1>").origins["body"] == "none"


def test_day_printed_and_moment_in_the_metadata_of_the_same_day() -> None:
    ld = jsonld(datePublished="2024-09-14T10:30:00+01:00")
    assert read(ld + '<p class="when">14/09/2024</p>' + BODY).article.published_raw == "2024-09-14T10:30:00+01:00"
    assert read(ld + '<p class="when">13/09/2024</p>' + BODY).article.published_raw == "13/09/2024"


def test_dates_that_were_never_set_are_passed_over() -> None:
    for never in ("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"):
        assert (
            read(jsonld(datePublished=never) + '<p class="when">14/09/2024</p>' + BODY).article.published_raw
            == "14/09/2024"
        )


def test_wall_in_place_of_the_text() -> None:
    wall = "We and our 700 partners use cookies to store personal data. You can manage your preferences in our privacy policy."
    assert read(f"<div class=body><p>{wall}</p></div>").garbage == "consent_wall"
    assert read(BODY).garbage is None
    assert not read(f"<div class=body><p>{SENTENCE * 40}</p><p>{wall}</p></div>").garbage


def test_unreadable_date_is_kept_to_be_flagged() -> None:
    assert read('<p class="when">last Friday</p>' + BODY).article.published_raw == "last Friday"


def test_lead_is_not_said_twice() -> None:
    lead = "A lead of its own, longer than a few words."
    article = read(
        f'<p class="sapo">{lead}</p><div class="body"><p>{lead}</p><p>{SENTENCE}</p><p>{SENTENCE}</p></div>'
    ).article
    assert article.lead == lead
    assert lead not in (article.body or "")
    described = read(f'<meta name="description" content="{SENTENCE[:60]}…">{BODY}').article
    assert described.lead is None


def test_title_without_the_name_of_the_site() -> None:
    assert read(f"<title>The bridge closes | The Paper</title>{BODY}").article.title == "The bridge closes"
    assert read(f"<title>The Paper</title>{BODY}").article.title == "The Paper"


def test_title_without_a_name_that_only_the_page_knows() -> None:
    def title(markup: str) -> str | None:
        return read(markup + BODY, ArticleRules()).article.title

    bridge = "The bridge of the old town closes"
    assert title(f"<title>{bridge} | DemoBlog</title><h1>DemoBlog</h1>") == bridge
    assert title(f"<title>{bridge} » paper</title>") == bridge  # the host's name
    assert title(f"<title>{bridge} - Paper.Example</title>") == bridge
    assert title(f"<title>{bridge} - a short history</title>") == f"{bridge} - a short history"
    long_name = "The Very New Gazette of the Whole Old Town and the Valley"
    assert title(f"<meta property=og:title content='Bridge closes now - {long_name}'><h1>Bridge closes now</h1>") == (
        "Bridge closes now"
    )


def test_jsonld_of_all_shapes() -> None:
    graph = json.dumps(
        {"@context": "x", "@graph": [{"@type": "WebPage"}, {"@type": ["Article", "Thing"], "headline": "A &amp; B"}]}
    )
    broken = '<script type="application/ld+json">{"@type": "NewsArticle", headline: </script>'
    assert read(f'{broken}<script type="application/ld+json">{graph}</script>{BODY}').article.title == "A & B"
    assert read(f'<script type="application/ld+json"><!-- {graph}; --></script>{BODY}').article.title == "A & B"
    assert read(f'<script type="application/ld+json">{"[" * 100_000}</script>{BODY}').article.title is None


@pytest.mark.parametrize("key", ["author", "image", "keywords", "articleBody"])
@pytest.mark.parametrize("depth", [5, 20, 450, 900])
def test_jsonld_nested_deep(key: str, depth: int) -> None:
    node = f'{{"@type": "NewsArticle", "headline": "T", "{key}": {"[" * depth}"x"{"]" * depth}}}'
    assert read(f'<script type="application/ld+json">{node}</script>{BODY}', ArticleRules()).article.title == "T"


@pytest.mark.parametrize(
    "markup",
    ["<div class='author byline comment share'>x</div>" * 24_000, "<a href=/x>link text here</a> " * 24_000, "<h1>a</h1>" * 24_000,
     "<p>word word word word word word.</p>" * 24_000, "<div><p>words in a paragraph of a division.</p>" * 1_500],
    ids=["classes", "links", "headings", "paragraphs", "nested"],
)  # fmt: skip
def test_pages_made_to_be_slow_are_read_in_one_pass(markup: str) -> None:
    """No timing: a quadratic reader would take minutes here, and the suite is bounded."""
    read(markup, ArticleRules())


def test_pictures_of_the_page() -> None:
    markup = BODY.replace(
        "</div>",
        '<figure><img data-src="/a.jpg" src="data:x"><figcaption>Bridge (Photo: AFP)</figcaption></figure></div>',
    )
    assert read(markup).article.images == [Image("https://paper.example/a.jpg", "Bridge", "AFP")]
    assert read('<meta property="og:image" content="/b.jpg">' + BODY).article.images == [
        Image("https://paper.example/b.jpg")
    ]


def test_base_address() -> None:
    markup = '<head><base href="https://cdn.example/x/"></head>' + BODY.replace("</div>", '<img src="a.jpg"></div>')
    assert read(markup).article.images == [Image("https://cdn.example/x/a.jpg")]


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "video/mp4", "font/woff2"])
def test_only_text_is_read(kind: str) -> None:
    with pytest.raises(Reject, match="not_text"):
        refuse_unless_text(kind)


@pytest.mark.parametrize("kind", [None, "", "text/html", "TEXT/HTML; charset=x", "application/xhtml+xml", "text/xml"])
def test_text_kinds(kind: str | None) -> None:
    refuse_unless_text(kind)


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "h1",
        "table",
        "tr",
        "td",
        "a href='x'",
        "img src=y",
        "figure",
        "ul",
        "li",
        "br",
        "script",
        "blockquote",
        "b",
    ]
)


@given(
    st.lists(
        st.one_of(TAGS.map(lambda tag: f"<{tag}>"), TAGS.map(lambda tag: f"</{tag.split()[0]}>"), st.text(max_size=30)),
        max_size=40,
    )
)
def test_any_markup_is_read(parts: list[str]) -> None:
    try:
        document = read_document(URL, "".join(parts).encode("utf-8", "replace"))
    except Reject:
        return
    for rules in (RULES, ArticleRules(), ArticleRules(republished=True, body="div")):
        read_article(document, site(rules))


def test_a_text_that_advertisements_part_is_read_whole() -> None:
    texts = {"first": 6, "second": 1, "third": 1}  # a part that holds most of the text is the best element
    rows = '<div class="ad"><p>Buy it.</p></div>'.join(
        f'<div class="row"><div class="article-body lead"><p>{SENTENCE.replace("old", word) * count}</p></div></div>'
        for word, count in texts.items()
    )
    found = generic(f'<h1>The old bridge closes</h1><div class="main">{rows}</div>').article.body or ""
    assert {word: found.count(f"The {word} bridge") for word in texts} == texts


@pytest.mark.parametrize(
    "script",
    [
        '<script id="__NEXT_DATA__" type="application/json">{}</script>',
        "<script>self.__next_f.push([1,{}])</script>",
    ],
)
def test_a_text_that_stands_in_the_data_alone(script: str) -> None:
    markup = f"<p>{SENTENCE * 3}</p><h3>And then</h3><p>{SENTENCE * 2}</p>"
    data = json.dumps({"props": [{"teaser": "<p>a</p><p>b</p>", "body": markup}]} if "NEXT" in script else markup)
    page = (
        '<meta property="og:title" content="The old bridge closes"><meta property="og:type" content="article">'
        '<div id="root"></div>'
    )
    found = generic(page + script.replace("{}", data.replace("<", "\\u003c")))
    assert (found.article.body or "").split("\n\n") == [(SENTENCE * 3).strip(), "And then", (SENTENCE * 2).strip()]


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"a": ' + "[" * 5000 + "]" * 5000 + "}", "null", '"<p>short</p><p>x</p>"']
)
def test_data_that_holds_no_text(text: str) -> None:
    assert not generic(f'<h1>The old bridge</h1><script type="application/json">{text}</script>').article.body


def generic(markup: str) -> Reading:
    return read(markup, ArticleRules())


PLAIN = "".join(f"<p>{n}. {SENTENCE}</p>" for n in range(9))


def test_page_with_no_rules_has_the_lead_that_it_prints_apart_from_its_text() -> None:
    told = '<head><meta name="description" content="Shops by the river were told on Monday that the bridge will close"></head>'
    printed = "<p>Shops by the river were told on Monday that the bridge will close next summer.</p>"
    assert read(f"{told}<h1>T</h1>{printed}<div>{PLAIN}</div>", ArticleRules()).article.lead == (
        "Shops by the river were told on Monday that the bridge will close next summer."
    )
    not_printed = read(f"{told}<h1>T</h1><div>{PLAIN}</div>", ArticleRules())
    assert (not_printed.article.lead, not_printed.origins["lead"]) == (None, "none")


def test_title_said_again_is_no_lead() -> None:
    title = "Shops by the river were told on Monday that the bridge will close"
    markup = f'<head><meta property="og:title" content="{title}"></head><h1>{title}</h1><p class="lead">{title}.</p>'
    assert read(f"{markup}<div>{PLAIN}</div>", ArticleRules()).article.lead is None


def live(count: int, **changes: object) -> str:
    """Return the JSON-LD of a live blog of so many entries, newest first."""
    updates = [
        {"@type": "BlogPosting", "headline": f"Report {n}", "articleBody": f"{n}. {SENTENCE}", "datePublished": f"2024-07-08T1{n}:00:00Z"}
        for n in range(count, 0, -1)
    ]  # fmt: skip
    node = {"@type": "LiveBlogPosting", "headline": "Flood", "liveBlogUpdate": updates} | changes
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def test_live_blog_that_the_page_shows_in_part_is_read_from_its_data_with_headlines_in_order() -> None:
    markup = f"<div><p>4. {SENTENCE}</p></div>"
    reading = read(live(4) + markup, ArticleRules())
    assert reading.origins["body"] == "jsonld"
    assert (reading.article.body or "").split("\n\n") == [
        part for n in (4, 3, 2, 1) for part in (f"Report {n}", f"{n}. {SENTENCE.strip()}")
    ]


@pytest.mark.parametrize("updates", [None, "x", 7, {}, [None, 3, "x", {"articleBody": 5}, {"headline": "H"}], [[{}]]])
def test_entries_of_a_live_blog_that_are_none(updates: object) -> None:
    assert read(live(1, liveBlogUpdate=updates) + PLAIN, ArticleRules()).article.body is not None


def test_live_blog_on_the_page_is_all_its_entries() -> None:
    texts = [f"{n}. {SENTENCE.strip()}" for n in range(7)]
    texts[0] += " And more was said." * 80  # the first entry is most of the page's text
    entries = "".join(
        f'<article class="entry"><h3>Report {n}</h3><p>{text}</p></article>' for n, text in enumerate(texts)
    )
    whole = [part for n, text in enumerate(texts) for part in (f"Report {n}", text)]
    for markup in (live(1) + f"<main>{entries}</main>", f'<body class="page live-blog"><main>{entries}</main>'):
        assert (read(markup, ArticleRules()).article.body or "").split("\n\n") == whole


def test_lesser_heading_is_the_title_of_a_page_without_h1() -> None:
    page = f"<title>A bridge opens - The Paper</title><h2>Latest</h2><h2>A bridge opens</h2>{BODY}"
    assert read(page, GENERIC).article.title == "A bridge opens"
    assert read(f"<h1>A bridge opens today</h1>{page}", GENERIC).article.title == "A bridge opens today"


def test_links_say_what_they_are() -> None:
    """As WordPress, Blogger and Drupal mark them; more than an article has are a cloud of all the site's."""
    links = "<a rel='category tag'>Towns</a><a rel='category tag'>Rivers</a><a rel='tag'>bridge</a><a rel='nofollow tag'>ferry</a>"
    found = read(f"<h1>T</h1>{BODY}{links}", GENERIC)
    assert (found.article.section, found.article.tags) == ("Towns", ["bridge", "ferry"])
    assert (found.origins["section"], found.origins["tags"]) == ("structure", "structure")
    assert read(f"<h1>T</h1>{BODY}{'<a rel=tag>x</a>' * 16}", GENERIC).article.tags == []
    assert read(f"<meta property='article:tag' content='flood'><h1>T</h1>{BODY}{links}", GENERIC).article.tags == [
        "flood"
    ]


def test_captions_named_so_are_their_pictures() -> None:
    """On pages with no rules they were left out as noise, and pictures had none."""
    table = "<table class=image><tr><td><img src=/a.jpg></tr><tr><td class=caption>The bridge. Photo: Mai Lan</table>"
    found = read(f"<h1>T</h1><div class=body><p>{SENTENCE}</p>{table}<p>{SENTENCE * 2}</p></div>", GENERIC).article
    assert [(image.caption, image.credit) for image in found.images] == [("The bridge.", "Mai Lan")]
    assert "The bridge." not in (found.body or "")


def test_figure_between_heading_and_text_is_the_articles() -> None:
    figure = "<figure><img src=/hero.jpg><figcaption>The bridge in rain. (Photo: Ida Holm)</figcaption></figure>"
    text = f"<div class=article-body><p>{SENTENCE}<p>{OTHER}<figure><img src=/2.jpg></figure></div>"
    hero = Image("https://paper.example/hero.jpg", "The bridge in rain.", "Ida Holm")
    share = '<meta property="og:image" content="https://paper.example/share.jpg">'
    for head in (f"<h1>T</h1>{figure}", f"<header><h1>T</h1><div>{figure}</div></header>"):
        images = read(f"{share}<article>{head}{text}</article>", GENERIC).article.images
        assert images == [hero, Image("https://paper.example/2.jpg")]
    for other in (
        f"{figure}<h1>T</h1>",
        f"<h1>T</h1><aside>{figure}</aside>",
        f"<h1>T</h1><div class=related>{figure}</div>",
    ):
        images = read(f"{share}<article>{other}{text}</article>", GENERIC).article.images
        assert images == [Image("https://paper.example/2.jpg")]


def test_lead_inside_the_body_of_a_page_with_no_rules() -> None:
    """Where the markup sets it off and the page describes itself so; what stood below it is at the beginning then."""
    lead = "The town says when the old bridge closes, and who has to move."
    text = f"<p>Mai Lan, Tuesday, 15:30</p><p>{SENTENCE}</p><p>{SENTENCE * 2}</p>"
    page = (
        f"<meta name=description content='{lead}'><h1>T</h1><div class=body><p class=sapo><b>{lead}</b></p>{text}</div>"
    )
    found = read(page, GENERIC)
    assert (found.article.lead, found.origins["lead"]) == (lead, "structure")
    assert (found.article.body or "").startswith(SENTENCE.strip())
    plain = read(page.replace("class=sapo", ""), GENERIC).article
    assert (plain.lead, (plain.body or "").startswith(lead)) == (None, True)


def test_few_of_thousands_of_headings_and_times_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def short_text(element: object) -> str | None:
        asked.append("")
        return None

    monkeypatch.setattr("newscrawl.page.reader.short_text", short_text)
    read(f"{'<h1>' * 2000}{'<time>' * 2000}{BODY}")
    assert len(asked) < 1000


def test_what_a_page_hides_from_who_does_not_pay_is_no_text() -> None:
    """As TownNews' pages have it: a part in the clear, the whole once more, enciphered and hidden."""
    shown = f'<div class="subscriber-preview"><p>{SENTENCE}</div><div class="subscriber-only"><p>{SENTENCE * 2}</div>'
    secret = (
        f'<div class="subscriber-only encrypted-content" style="display:none"><p>{"kAmx7 J@F 2C6 C625:?8. " * 60}</div>'
    )
    for parts in (shown + secret, f'<div class="subscriber-preview"><p>{SENTENCE * 3}</div>{secret}'):
        body = read(f"<h1>A bridge closes</h1><article><div>{parts}</div></article>", GENERIC).article.body or ""
        assert body.count("bridge") == 3
        assert "kAm" not in body


def test_a_short_text_without_spaces_says_as_much_as_a_longer_one() -> None:
    head = '<meta name="publishdate" content="2024-09-14">'
    text = "港口小镇议会周二决定重建旧鱼市场，工程将于明年春天动工，所需资金早在两年前就已经列入预算。"
    assert read(f"{head}<h1>重建鱼市场</h1><div>{f'<p>{text}</p>' * 3}</div>", GENERIC).is_article


OTHER = "A teacher walked the whole coast in forty days, with a dog and a tent, and wrote a small book about it. "


@pytest.mark.parametrize(
    ("wrapper", "inside"),
    [
        ("article class=story", "<time>{1}.09.2024</time>"),
        ("div class='story first'", "<p class=byline>By {0} Holm</p>"),
        ("section class=story", "<span class=article-date>{1}.09.2024</span>"),
    ],
)
@pytest.mark.parametrize("marked", ["", " itemprop=articleBody"])
def test_the_next_article_below_the_pages_own_is_none_of_it(wrapper: str, inside: str, marked: str) -> None:
    """Pages that scroll on without end have it there already, and it may be the longer one."""

    def story(title: str, text: str, times: int, name: str) -> str:
        byline = inside.format(name, 10 + times)
        text = f"<p>{text * 2}</p>" * times
        return f"<{wrapper}><h1>{title}</h1>{byline}<div class=part{marked}>{text}</div></{wrapper.split()[0]}>"

    own, other = story("A bridge closes", SENTENCE, 2, "Ida"), story("A coast walked", OTHER, 4, "Ola")
    for stories in (own + other, other + own):
        article = read(f"<title>A bridge closes</title><main>{stories}</main>", GENERIC).article
        assert (article.title, article.body) == ("A bridge closes", "\n\n".join([(SENTENCE * 2).strip()]))
        assert article.authors in ([], ["Ida Holm"])
        assert article.published_raw in (None, "12.09.2024")


def test_a_part_of_the_text_under_a_heading_like_the_pages_is_text() -> None:
    """As HTML5's outline has it; and a teaser is none."""
    part = f"<section class=part><h1>And the ferry</h1><p>{OTHER * 3}</p></section>"
    head = f"<title>A bridge closes</title><section class=part><h1>A bridge closes</h1><p>{SENTENCE * 3}</p></section>"
    whole = head + part
    for page in (whole, whole.replace("<p>", "<p class=candidate>"), whole.replace("section", "article")):
        assert (read(page, GENERIC).article.body or "").count("teacher") == 3


def test_a_page_that_says_it_is_not_free_is_flagged() -> None:
    for rules in (RULES, GENERIC):
        assert read(f"{jsonld(headline='T', isAccessibleForFree=False)}{BODY}", rules).article.flags == ["paywalled"]
        assert read(f"{jsonld(headline='T', isAccessibleForFree=True)}{BODY}", rules).article.flags == []


def test_a_list_of_other_pages_is_no_article_whatever_it_says_of_itself() -> None:
    def teaser(at: int, link: str, text: str = SENTENCE) -> str:
        head = f"<h2><a href='{link.format(at)}'>The bridge, part {at}</a></h2>"
        return f"<article class=post>{head}<time>1{at}.09.2024</time><p>{text}</p></article>"

    def is_article(entries: str, head: str = '<meta property="og:type" content="article">') -> bool:
        return read(f"{head}<main><h1>Bridges</h1>{entries}</main>", GENERIC).is_article

    for link in ("/news/part-{}", "https://paper.example/part-{}.html"):
        assert not is_article("".join(teaser(at, link) for at in range(5)))
    assert is_article("".join(teaser(at, "/news/part-{}") for at in range(2)))
    assert is_article("".join(teaser(at, "/news/part-{}") for at in range(5)), jsonld(headline="Five bridges"))
    assert is_article("".join(teaser(at, "/news/part-{}", SENTENCE * 8) for at in range(5)))  # each is a text itself
    assert is_article("".join(teaser(at, "#part-{}") for at in range(5)))
    assert is_article("".join(teaser(at, "https://shop.example/{}") for at in range(5)))
    assert is_article(f"<p>{SENTENCE * 9}</p>" + "".join(teaser(at, "/news/part-{}") for at in range(3)))
    assert is_article("".join(teaser(at, "//[x/{}") for at in range(5)))
    published = '<meta property="article:published_time" content="2024-09-14T10:00:00Z">'
    published += '<meta property="og:type" content="article">'  # a briefing
    assert is_article("".join(teaser(at, "/news/part-{}") for at in range(5)), published)
    inside = f"<div class=text>{f'<p>{SENTENCE * 3}</p>' * 6}<h3><a href=/news/1>A bridge</a></h3></div>"
    short = "".join(f"<div><h3><a href=/news/{at}>A bridge</a></h3><p>Short.</p></div>" for at in (2, 3))
    assert is_article(f"<div itemprop=articleBody>{inside}{short}</div>")


def test_text_named_after_the_wall_before_it_is_text() -> None:
    """``class=paywall`` is what Google asks papers to write on the text that only subscribers see."""
    paid = f"<p class=paywall>{SENTENCE}And so it went on.</p>"
    page = (
        f"<h1>T</h1><div class=article-body>{f'<p>{SENTENCE}</p>' * 3}{paid}<div class=paywall><p>{OTHER}</div></div>"
    )
    body = read(page, GENERIC).article.body or ""
    assert "so it went on" in body
    assert "teacher" in body
    offer = (
        "<div class=paywall-offer><p>Four weeks of the paper for one crown alone, and then twenty a month.</p></div>"
    )
    text = "".join(f"<p>{number}. {SENTENCE * 4}</p>" for number in range(4))
    assert "crown" not in (read(f"<h1>T</h1><div>{text}{offer}</div>", GENERIC).article.body or "")


def test_day_on_which_a_page_was_made_counts_only_where_no_other_is_said() -> None:
    """Plone states it; drafts may lie for days."""
    made = '<meta name="DC.date.created" content="2024-09-12T18:00:00-03:00">'
    printed = "<h1>T</h1><span class=documentPublished>Published 14 September 2024</span>"
    assert read(f"{made}{printed}{BODY}", GENERIC).article.published_raw == "Published 14 September 2024"
    plan = f"<p>See the plan of 14 March 2021, says the town.</p>{BODY}"
    assert (read(f"{made}<h1>T</h1>{plan}", GENERIC).article.published_raw or "")[:10] == "2024-09-12"
    assert read(f"{made}<h1>T</h1>{BODY}", GENERIC).article.published_raw == "2024-09-12T18:00:00-03:00"


def test_box_about_the_author_is_no_text() -> None:
    text = "".join(f"<p>{number}. {SENTENCE * 3}</p>" for number in range(5))
    box = "<div class=authorprofile><h3>About the author</h3><p class=biography>Ida Holm writes from Bonn.</p></div>"
    assert "Bonn" not in (read(f"<h1>T</h1><div>{text}{box}</div>", GENERIC).article.body or "")
