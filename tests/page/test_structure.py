import pytest
from lxml import html

from newscrawl.page.structure import find_body, find_lead_figures, find_standfirst, sizes_in

TEXT = "".join(
    f"<p>The harbour office said in its report number {n} that the ferry will run again from Monday.</p>"
    for n in range(6)
)
LEAD = "The ferry will run again from Monday, the harbour office said after a year of repairs."


def standfirst(markup: str, description: str | None = None) -> str | None:
    root = html.document_fromstring(f"<html><body>{markup}</body></html>")
    return find_standfirst(root, find_body(root, sizes_in(root)), description)


@pytest.mark.parametrize(
    "markup",
    [
        f'<h1>T</h1><p class="lead">{LEAD}</p><div>{TEXT}</div>',
        f'<article><header><h1>T</h1><div class="article-header__intro">{LEAD}</div></header><div>{TEXT}</div></article>',
        f'<h1>T</h1><h2 class="c-article-summary">{LEAD}</h2><div>{TEXT}</div>',
        f'<p class="sapo">{LEAD}</p><div>{TEXT}</div>',  # no heading at all
        f'<h1>T</h1><div class="teaser-text"><p>{LEAD}</p></div><div>{TEXT}</div>',
        f'<h1>T</h1><div id="gazeta_article_lead">{LEAD}</div><div>{TEXT}</div>',
    ],
)
def test_standfirst_is_told_by_its_name(markup: str) -> None:
    assert standfirst(markup) == LEAD
    bare = LEAD.rstrip(".")
    assert standfirst(markup.replace(LEAD, bare)) == bare


@pytest.mark.parametrize(
    "markup",
    [
        f'<p class="lead">{LEAD}</p><h1>T</h1><div>{TEXT}</div>',  # before the heading
        f'<h1>T</h1><div>{TEXT}</div><p class="lead">{LEAD}</p>',  # after the text
        f'<h1>T</h1><aside><p class="lead">{LEAD}</p></aside><div>{TEXT}</div>',
        f'<h1>T</h1><div class="related"><p class="lead">{LEAD}</p></div><div>{TEXT}</div>',
        f'<h1>T</h1><p class="lead"><a href="/x">{LEAD}</a></p><div>{TEXT}</div>',
        f'<h1>T</h1><p class="lead">{LEAD.replace("a year", "2024 © Ida Holm, 20:05").rstrip(".")}</p><div>{TEXT}</div>',
        f'<h1>T</h1><p class="lead">{LEAD.rstrip(".")} (Ida Holm / The Paper)</p><div>{TEXT}</div>',  # of a picture
        f'<h1>T</h1><figure><p class="lead">{LEAD}</p></figure><div>{TEXT}</div>',
        f'<h1>T</h1><p class="lead author-box">{LEAD}</p><div>{TEXT}</div>',
        f'<h1>T</h1><p class="lead" hidden>{LEAD}</p><div>{TEXT}</div>',
        f'<h1>T</h1><p class="lead">Ferry again.</p><div>{TEXT}</div>',
        f'<h1>T</h1><p class="misleading">{LEAD}</p><div>{TEXT}</div>',
        f'<h1>T</h1><div class="lead">{LEAD * 12}</div>{TEXT}',
        f'<h1>T</h1><p class="lead">{LEAD}</p>',
    ],
)
def test_what_is_no_standfirst(markup: str) -> None:
    assert standfirst(markup) is None


@pytest.mark.parametrize("description", [LEAD, LEAD[:60] + "…"])
def test_description_that_is_printed_is_the_standfirst_whatever_it_is_called(description: str) -> None:
    assert standfirst(f"<h1>T</h1><p>{LEAD}</p><div><div><div>{TEXT}</div></div></div>", description) == LEAD
    assert standfirst(f'<h1>T</h1><p class="teaser"><b>{LEAD}</b></p><div>{TEXT}</div>', description) == LEAD
    assert (
        standfirst(f"<h1>T</h1><p>{LEAD}</p><footer><p>{LEAD}</p></footer><div>{TEXT}</div>", "Another text " * 5)
        is None
    )
    assert standfirst(f"<h1>T</h1><ul><li><p>{LEAD}</p></li></ul><div>{TEXT}</div>", description) is None


def test_description_may_be_shorter_than_a_standfirst_that_only_its_name_tells() -> None:
    short = "The ferry will run again on Monday"
    assert standfirst(f"<h1>T</h1><p class=lead>{short}</p><div>{TEXT}</div>", f"{short}.") == short
    assert standfirst(f"<h1>T</h1><p class=lead>{short}</p><div>{TEXT}</div>") is None


@pytest.mark.parametrize("name", ["di\x01v", "a:b", "x\ufffe"])
def test_names_of_elements_that_are_none(name: str) -> None:
    part = f'<{name} class="part">{TEXT}</{name}>'
    assert standfirst(f'<h1>T</h1><p class="lead">{LEAD}</p><{name}>{TEXT}</{name}>') == LEAD
    root = html.document_fromstring(f"<main><h1>T</h1><figure></figure><{name} class=text>{TEXT}</{name}></main>")
    assert [figure.tag for figure in find_lead_figures(root, root.find_class("text")[0])] == ["figure"]
    assert standfirst(f'<h1>T</h1><p class="lead">{LEAD}</p><section>{part}<i>Anzeige</i>{part}</section>') == LEAD


def test_quotation_longer_than_the_text_around_it_is_not_the_body() -> None:
    root = html.document_fromstring(
        f"<html><body><div><p>{LEAD}</p><blockquote>{TEXT}</blockquote></div></body></html>"
    )
    body = find_body(root, sizes_in(root))
    assert body is not None
    assert body.tag == "div"


def entry(number: int, inner: str = "p") -> str:
    text = f"Report {number} of the harbour office said that the water rose, and that the ferries wait for the night."
    return f"<time>1{number}:05</time><h3>Ferries wait, report {number}</h3><{inner}>{text}</{inner}><{inner}>{text}</{inner}>"


@pytest.mark.parametrize(
    "markup",
    [
        "<div id=all>" + "".join(f'<div class="entry">{entry(n)}</div>' for n in range(8)) + "</div>",
        "<div id=all>" + "".join(f'<article class="entry e{n}"><div class="text">{entry(n)}</div></article>' for n in range(8)) + "</div>",
        "<ul id=all>" + "".join(f'<li class="entry"><div>{entry(n)}{entry(n) if n == 3 else ""}</div></li>' for n in range(8)) + "</ul>",
    ],
)  # fmt: skip
def test_body_of_a_live_blog_is_all_its_entries(markup: str) -> None:
    root = html.document_fromstring(f"<html><body><main><h1>Flood: all news</h1>{markup}</main></body></html>")
    body = find_body(root, sizes_in(root), live=True)
    assert body is not None
    assert body.get("id") == "all"


def test_entries_of_a_live_blog_are_the_longest_row() -> None:
    column = '<div class="column">{}</div>'
    rows = "".join(f'<div class="entry">{entry(n)}</div>' for n in range(8))
    markup = column.format(f"<div id=all>{rows}</div>") + column.format(TEXT) + column.format(TEXT)
    root = html.document_fromstring(f"<html><body><div>{markup}</div></body></html>")
    body = find_body(root, sizes_in(root), live=True)
    assert body is not None
    assert body.get("id") == "all"


def test_live_page_with_no_entries_is_read_like_any_other() -> None:
    root = html.document_fromstring(
        f"<html><body><main><h1>T</h1><div id=a>{TEXT}</div><div>Menu</div></main></body></html>"
    )
    body = find_body(root, sizes_in(root), live=True)
    assert body is not None
    assert body.get("id") == "a"


@pytest.mark.parametrize(
    ("name", "found"),
    [("sidebar-grid__content", True), ("has-sidebar", True), ("sidebar", False), ("right-sidebar-box", False)],
)
def test_layouts_that_leave_room_for_a_sidebar_are_none(name: str, found: bool) -> None:
    parts = "".join(f'<div class="{name}"><div class="{name}">{TEXT}</div></div>' for _ in range(3))
    root = html.document_fromstring(f"<html><body><main><h1>T</h1>{parts}</main></body></html>")
    assert (find_body(root, sizes_in(root)) is not None) is found
