"""Addresses to one form, and to what identifies the article behind them.

Three levels: ``canonical_url`` is an address one can fetch, ``bare_url`` the same without what differs between
links to one page (scheme, ``www.``, slash), ``identity_key`` the registered host with the number that the paper's
system gave the article, which survives where slugs are changed, translated or cut.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import quote, unquote, unquote_plus, urljoin, urlsplit, urlunsplit

import tldextract

NO_ALIASES: Mapping[str, str] = MappingProxyType({})

MAX_LENGTH = 2083
"""Longest address taken; longer ones are data or traps."""

# utm_source, fbclid and the like: they say where the reader came from, never which page it is.
_TRACKING = re.compile(
    r"^(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|ysclid|igshid|mc_[ce]id|_ga|_gl|gi|zarsrc|zalo\w*|"
    r"vero_\w*|mkt_tok|oly_\w*|wt_mc|wt\.mc_id|cmpid|cmp|ns_\w*|ref_?src|ref_url|spm|share_\w*|s_cid|ito|at_\w*|"
    r"xtor|__twitter_impression|_openstat|from_?source|rcid|sfnsn|mibextid|gidzl)$",
    re.IGNORECASE,
)
_AMP_PARAMETERS = frozenset(("amp", "mobile", "outputtype"))
# MasterCMS glues the parameters of its AMP pages to the path: "-286239.html&mobile=yes&amp=1".
_GLUED = re.compile(r"(\.s?html?)(?:&[\w=;%.-]*)+$")
_AMP_PATH = re.compile(r"^/amp(?=/)|/amp/?$|(?<=\.)amp\.(?=html?$)|(?:[.-]amp)(?=\.(?:html?|htm|tpo|vnp|chn|epi)$)")
# Most addresses: nothing in them that has more than one spelling. No dot segments, no empty ones, no escapes, no query.
_PLAIN_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,63})(?P<path>(?:/(?!\.)[A-Za-z0-9_~.-]+)+/?|/)"
)
_NO_HOST = re.compile(r"[\x00-\x20\x7f#%/<>?@\[\\\]^|]")
"""Forbidden host code points of https://url.spec.whatwg.org/#forbidden-host-code-point, without the colon of IPv6."""
_UNSAFE = "!$&'()*+,;=:@/~%-._"
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_NUMBER = re.compile(
    r"(?:^|[-_/.]|(?<=[-_/.](?:post|arti|news))|(?<=[-_/.][a-z]))(\d{5,20})(?=(?:\.\w{2,5})?/?(?:$|[?#]))",
    re.IGNORECASE,
)
_NUMBER_AHEAD = re.compile(r"/(\d{5,20})/[^/]+(?:\.\w{2,5})?/?$")
_DAY_NUMBER = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")


def absolute_url(base: str, href: str) -> str | None:
    """Return ``href`` resolved against ``base``, without fragment and credentials; ``None`` when it is no http address.

    >>> absolute_url("https://a.vn/x/", " ../b.jpg#top ")
    'https://a.vn/b.jpg'
    """
    href = _CONTROL.sub("", href.strip()) if _CONTROL.search(href) else href
    if not href or href[0] == "#" or len(href) > MAX_LENGTH * 2:
        return None
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
        if "@" in parts.netloc:
            url = without_credentials(url)
            parts = urlsplit(url)  # raises where what is left is no host: "[::1]@b.vn]"
        if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > MAX_LENGTH:
            return None
        parts.port  # noqa: B018  (raises on a bad one)
        if not url.isascii():  # a lone surrogate cannot be encoded; a wide space would part the address in two
            parts = parts._replace(path=_escaped(_WIDE_SPACE, parts.path), query=_escaped(_WIDE_SPACE, parts.query))
            url = urlunsplit(parts)
            url.encode()
            if _WIDE_SPACE.search(parts.netloc) or len(url) > MAX_LENGTH:
                return None
    except ValueError:
        return None
    return urlunsplit(parts._replace(fragment="")) if parts.fragment else url.rstrip("#")


def without_credentials(url: str) -> str:
    """Return ``url`` without the user and password before its host.

    >>> without_credentials("https://user:secret@a.vn/x@y")
    'https://a.vn/x@y'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


def canonical_url(url: str, aliases: Mapping[str, str] = NO_ALIASES) -> str:
    """Return the one form of ``url``: lower-case host, no default port, user, fragment, tracking or AMP marks.

    ``aliases`` maps mirror hosts to the canonical one. The scheme stays, since a host may serve one only.

    Raises:
        ValueError: no http address.

    >>> canonical_url("HTTPS://Baoquocte.VN:443/a-286239.html&mobile=yes&amp=1?utm_source=x#y")
    'https://baoquocte.vn/a-286239.html'
    """
    scheme, host, port, rest = _canonical(url)
    host = aliases.get(host, host)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{port}{rest}"


@lru_cache(maxsize=4096)  # of a page it is asked again and again: when it is listed, asked for, read, identified
def _canonical(url: str) -> tuple[str, str, str, str]:
    """Return scheme, host, port with its colon where it is not the scheme's, and the rest of a canonical address."""
    plain = _PLAIN_ADDRESS.fullmatch(url)
    if plain is not None and len(url) <= MAX_LENGTH and not _AMP_PATH.search(plain["path"]):
        return plain["scheme"], plain["host"], "", plain["path"]
    whole = absolute_url("", url.strip())  # joined with itself an address loses a closing ";"
    if whole is None:
        raise ValueError(f"no http address: {url[:200]!r}")
    parts = urlsplit(whole)
    known = (None, {"http": 80, "https": 443}[parts.scheme])
    port = "" if parts.port in known else f":{parts.port}"
    path, query = _path(parts.path), _query(parts.query)
    return parts.scheme, _host(parts.hostname or ""), port, f"{path}?{query}" if query else path


def bare_url(url: str) -> str:
    """Return ``url`` without scheme, ``www.``, closing slash: equal for links that mean one page.

    >>> bare_url("http://www.a.vn/x/")
    'a.vn/x'
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    if host.startswith("www.") and not _is_suffix(host[4:].partition(":")[0]):  # www.com.vn is a name of its own
        host = host[4:]
    try:
        path = unquote(parts.path, errors="strict").rstrip("/")
    except UnicodeDecodeError:
        path = parts.path.rstrip("/")  # another charset: undecodable bytes would all look alike
    return f"{host}{path}?{parts.query}" if parts.query else f"{host}{path}"


@lru_cache(maxsize=4096)
def _registered(host: str) -> str:
    found = _suffixes(host)
    return found.top_domain_under_public_suffix or host.removeprefix("www.")


@lru_cache(maxsize=4096)
def _is_suffix(host: str) -> bool:
    return _suffixes(host).suffix == host


def registered_host(url: str) -> str:
    """Return the registered domain of an address or host; the host itself where it has none.

    Read from the public suffix list that comes with tldextract; nothing is downloaded.

    >>> registered_host("https://mtf.onecms.vn/a")
    'onecms.vn'
    >>> registered_host("https://www.nld.com.vn/a")
    'nld.com.vn'
    """
    host = (urlsplit(url).hostname or "") if "//" in url else url.lower()
    return _registered(host)


def article_id(url: str, pattern: str | None = None) -> str | None:
    """Return the number by which the paper's system knows the article; ``None`` when the address has none.

    ``pattern`` is the site's own regular expression, its one group the number. Without it: at least five
    digits that close the path, or stand as a segment before the slug, unless they are a day.

    >>> article_id("https://thanhnien.vn/lanh-dao-185240914193714775.htm")
    '185240914193714775'
    """
    if pattern is not None:
        found = re.search(pattern, url)
        return found[1] if found else None
    return _number_in(urlsplit(url).path)


def _number_in(path: str) -> str | None:
    path = _GLUED.sub(r"\1", path)
    for rule in (_NUMBER, _NUMBER_AHEAD):
        found = rule.search(path)
        if found and not (len(found[1]) == 8 and _DAY_NUMBER.fullmatch(found[1])):
            return found[1]
    return None


def identity_key(url: str, pattern: str | None = None, aliases: Mapping[str, str] = NO_ALIASES) -> str:
    """Return what identifies the article at ``url``: registered host and id, without an id its bare address.

    Raises:
        ValueError: no http address.

    >>> identity_key("https://id.baoquocte.vn/any-slug-286239.html")
    'baoquocte.vn/286239'
    """
    _, host, _, rest = _canonical(url)
    # A canonical address is in its parts already; to split it again would cost the most here.
    path = rest.partition("?")[0]
    number = article_id(canonical_url(url, aliases), pattern) if pattern is not None else _number_in(path)
    return f"{_registered(aliases.get(host, host))}/{number}" if number else bare_url(canonical_url(url, aliases))


@lru_cache(maxsize=1)
def _extractor() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _suffixes(host: str) -> tldextract.tldextract.ExtractResult:
    return _extractor()(host)


def _host(host: str) -> str:
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").rstrip(".")  # an ideographic full stop too
        except UnicodeError:
            raise ValueError(f"no host name: {host[:100]!r}") from None
    if not host.strip("."):
        raise ValueError("no http address: no host name")
    if _NO_HOST.search(host):  # IDNA makes "\u00b4" a space and an accent
        raise ValueError(f"no host name: {host[:100]!r}")
    return host


def _path(path: str) -> str:
    """Return ``path`` quoted and without AMP marks; what removing one brings to light is removed too."""
    while True:
        plain = _AMP_PATH.sub("", _GLUED.sub(r"\1", _quoted(path))) or "/"
        if plain == path:
            return path
        path = plain


def _quoted(path: str) -> str:
    """Percent-encode as UTF-8 what must be; leave decoded what need not be encoded."""
    if path.isascii() and "%" not in path:
        return quote(path, safe=_UNSAFE)
    try:
        plain = unquote(path, errors="strict")
    except UnicodeDecodeError:
        return quote(path, safe=_UNSAFE)  # another charset: leave the bytes
    if "%" in plain or "?" in plain or "#" in plain or plain.count("/") != path.count("/"):
        return quote(path, safe=_UNSAFE)
    return quote(plain, safe=_UNSAFE)


def _query(query: str) -> str:
    """Return ``query`` without what tells no page from another; what stays keeps its spelling."""
    parts = (part for part in re.sub("&(?:amp;)+", "&", query).split("&") if part)
    return "&".join(_escaped(_NOT_ASCII, part) for part in parts if not _is_tracking(*part.partition("=")[::2]))


def _escaped(what: re.Pattern[str], text: str) -> str:
    return what.sub(lambda found: quote(found.group()), text)


def _is_tracking(name: str, value: str) -> bool:
    name = unquote_plus(name)
    return _TRACKING.match(name) is not None or _is_amp(name, unquote_plus(value))


def _is_amp(name: str, value: str) -> bool:
    return name.lower() in _AMP_PARAMETERS and value.lower() in ("", "1", "yes", "true", "amp")
