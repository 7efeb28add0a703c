"""CMS families: where a vendor's sites list their articles. How their pages are read is in ``page/families.py``."""

from newscrawl.crawl.sources import Section, Sitemap


def ims_blocks(index: str) -> Sitemap:
    """Return VCCorp's index: a sitemap for each five days, ``/sitemaps-2026-11-1-5``."""
    return Sitemap(index, day=r"/sitemaps-(\d{4})-(\d{1,2})-(\d{1,2})-\d{1,2}", span=5)


def zce_months(index: str) -> Sitemap:
    """Return an index of the papers of ``ZCE``: a sitemap for each month, ``/news-2026-11.xml``."""
    return Sitemap(index, day=r"/news-(\d{4})-(\d{1,2})\.xml", span=31)


def mastercms_sections(
    home: str, *paths: str, link: str = "div.article > a:first-of-type, h3 a, h2 a"
) -> tuple[Section, ...]:
    """Return the sections at ``paths`` of a site of ``MASTERCMS``, twenty pages back."""
    paging = "div.__MB_ARTICLE_PAGING div.rt a:last-of-type"
    return tuple(Section(f"{home}/{path}", link=link, next_page=paging, max_pages=20) for path in paths)
