"""Identity of records: the few hashes by which lines are told apart and found again."""

import re
from hashlib import blake2b


def short_hash(*parts: str) -> str:
    """Return 20 hex digits (80 bits) for ``parts``; a collision among a billion records has odds of one in a million.

    >>> short_hash("ria", "ria.ru/1972523117", "ru") == short_hash("ria", "ria.ru/1972523117", "ru")
    True
    """
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=10).hexdigest()


def is_article_key(key: str) -> bool:
    """Whether a source key names one article: a number behind the host, or an address of several words.

    >>> is_article_key("baoquocte.vn/286239"), is_article_key("baoquocte.vn"), is_article_key("baoquocte.vn/the-gioi")
    (True, False, False)
    """
    _, _, rest = key.partition("/")
    return rest.isdigit() or len(re.findall(r"\w+", rest)) >= 3


def record_key(source_key: str | None, page_key: str, language: str | None, *, original: bool) -> str:
    """Return what a record is deduplicated by: its source, or its page where the source is not known, and language.

    ``original`` tells the source's own page from a copy of it, for crawls that keep both.
    """
    return f"{source_key or page_key} {language or 'und'}{' original' if original else ''}"


def text_key(site: str, language: str | None, content_hash: str) -> str:
    """Return what pages of a site share that hold the same title and text in one language."""
    return f"{site} {language or 'und'} {content_hash}"


def headline_key(host: str, day: str | None, title: str) -> str:
    """Return the source key of a site that gives one article many addresses: host, day and title.

    >>> headline_key("kcna.kp", "2024-09-14", "A Fair Opens").startswith("kcna.kp/2024-09-14/")
    True
    """
    plain = "".join(char for char in title.casefold() if char.isalnum())
    return f"{host}/{day or 'undated'}/{short_hash(plain)}"
