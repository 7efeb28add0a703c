"""The names in a byline, and where a page with no rules prints its bylines."""

import re
from collections.abc import Iterator
from itertools import islice, takewhile

from lxml import etree

from newscrawl.text.clean import clean_line

LONGEST = 90
"""Longest line, in letters, that may be a byline."""

MOST = 3
"""Most bylines of one page with no rules: more are those of other articles."""

_OWN = " or ".join(f"contains(@class,'{name}')" for name in ("entry", "post", "article", "node"))
"""Of a footer, that it is the article's own."""
_MARKED = etree.XPath(
    "//*[@rel='author' or @itemprop='author' or @data-role='author' or contains(@class,'author')"
    " or contains(@class,'Author')"
    " or contains(@class,'byline') or contains(@class,'Byline') or contains(@class,'field--name-uid')]"
    f"[not(ancestor::footer[not({_OWN})] or ancestor::aside or ancestor::figure or contains(@class,'comment'))]"
)
_AT_THE_RIGHT = etree.XPath(
    "//body//*[self::p or self::div][@align='right' or contains(@style,'text-align')][not(.//a)]"
    "[not(ancestor::footer or ancestor::aside or ancestor::nav or ancestor::figure or ancestor::table)]"
)
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)\b")
_SAID = etree.XPath(
    "//body//text()[string-length(.) < 200"
    " or contains(substring(., 1, 60), '기자 =') or contains(substring(., 1, 60), '记者')]"
    "[not(parent::script or parent::style)]"
)
_ELSEWHERE = frozenset(("footer", "aside", "nav", "form"))
_INLINE = frozenset("a abbr b em font i span strong u".split())

_OF_PICTURE = re.compile(r"(?:photo|foto|image|img|picture)[-_]?(?:author|by)", re.IGNORECASE)
_NO_AUTHOR = re.compile(
    r"[a-z]+(?:-[a-z]+)+|(?i:image|photos?|foto|bild|ảnh|фото)(?:\s*:|\s+(?:by|von|par)\s).*|[Ff]ot\.\s.*|"
    r"Theo (?:[A-ZĐ]{2}[\w.-]*|Reuters|Sputnik|Tass|Tân Hoa Xã|Xinhua|Yonhap|Kyodo|Bloomberg)(?:\W.*)?"
)
"""A name of a machine's, who took the pictures, whom the text is taken from."""
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u0eb1-\u0ece\u1000-\u109f\u17b4-\u17d3"
"""Vowels and tones that letters carry, where they are characters of their own."""
_WORD = rf"[^\W\d_][\w.'’{_MARKS}-]*"
_NAME = re.compile(rf"{_WORD}(?:\s(?:de|van|von|der|da|di|la|le|bin|al|und|and|et|y|{_WORD})){{1,5}}")
_ELIDED = re.compile(r"^(?:[dlt]|dell|dall|all|o)['’]")
_PARTICLES = frozenset(
    "de van von der den da di du la le bin ibn al el und and et y e i dos das do ter ten te zu zum zur vom af av of op "
    "del della dello dei degli dalla dal delle ap bar ben abu het los las os".split()
)
_ONE_WORD = re.compile(r"[^\W\d_][\w.'’-]{2,}")
# A byline says who wrote, and may say so without a blank before the name: "Written byMai Lan".
_BY = re.compile(
    r"^(?i:(?:(?:re)?posted|written|published|words|text|story|report(?:ed|ing)?|veröffentlicht|eingestellt|geschrieben|"
    r"verfasst|publié|soumis|écrit|escrito|publicado|submitted|ditulis)\s+)?"
    r"(?:(?i:by|von|par|por|bởi|от|автор|autor(?:in|en|es|a)?|auteurs?|author|tác giả|oleh|โดย|投稿者|"
    r"(?:skrevet|skrivet)\s+a[vf]|geschreven\s+door)(?:\s*[:：]\s*|\s+)|(?:by|By|von)(?=[A-Z]))"
)
_BY_WHERE_MARKED = re.compile(r"^(?:[Aa]v|[Aa]f|[Dd]oor|di|DI)(?:\s*:\s*|\s+)(?=[A-ZÀ-Þ])")
"""Words of Norwegian, Danish, Dutch and Italian that say "by" in a byline, and much else elsewhere."""
_LABEL = re.compile(
    r"^(?:(?:tin|bài)(?:\s*(?:,|và|-|/)\s*(?:bài|ảnh|clip|video))*|bài viết|thực hiện|nhóm tác giả|phóng viên|"
    r"biên soạn|текст|reporters?|penulis|yazar|írta|文|作者|记者|記者|撰文|取材・文|執筆|"
    r"ผู้เขียน|เรื่อง|نویسنده|بقلم|كتبت?|लेखक)"
    r"\s*[:：/／＝]\s*|بقلم\s+",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\s*\((?:theo\b|t/?h\b|tổng hợp|lược dịch|biên dịch|dịch|lược ghi|ghi|thực hiện)[^()]*\)$", re.IGNORECASE
)
_HANGUL_WRITERS = "(?:기자|특파원|논설위원|칼럼니스트)"
_HANGUL_TRADE = (
    rf"(?:선임|수석|수습|인턴|객원|시민|명예|대|편집|[가-힣]{{2,4}}전문|[가-힣]{{1,3}}부\s)?{_HANGUL_WRITERS}"
)
_TRADES = "Writer|Reporter|Contributor|Correspondent"
_ROLE = re.compile(rf"(?:(?:Contributing|Staff|Senior|Chief|Political|News)\s+)*(?:{_TRADES}|Editor)")
_BETWEEN_NAMES = re.compile(
    r"\s*(?:[;|•·]|\s/\s|,(?!\s*(?:Jr|Sr|PhD|MD)\b)|\s+(?:and|và|und|et|y|og|och|и|&)\s+|\s-\s)\s*", re.IGNORECASE
)
_LABELLED = re.compile(r"[^:：/／＝a-z]{2,12}[:：]|بقلم", re.IGNORECASE)
"""How a byline begins that names somebody in a script without capitals: with a label that has its colon."""
_EMAIL = re.compile(r"[\s(<\[（]*[\w.+-]+@[\w-]+(?:\.[\w-]+)+[)>\]）]?")
_SIGN = re.compile(r"\s*\([a-zäöüß]{1,5}\.?\)$")
_CALLING = re.compile(
    rf"\s+(?:(?:Contributing|Staff|Senior)\s+)?(?:{_TRADES}|Twitter|Facebook|Instagram)$"
    rf"|\s+{_HANGUL_TRADE}$|(?<=[가-힣]){_HANGUL_WRITERS}$"
    r"|\s*\d+ min(?:ute)?s?(?: read)?$"
)
_WHERE = re.compile(
    r"\s+(?:(?:in|aus|à|at)\s+[A-ZÀ-Þ][\w-]+(?:\s[A-ZÀ-Þ][\w-]+)?|(?:avec|mit|with|con|com)\s(?:l['’])?(?:[A-Z]{2,}|Reuters)\b.*)$"
)
"""Where a name writes from, and which agency helped."""
_TRADE = re.compile(
    r"\b(?:reporter|editor|correspondent|writer|journalist|redakteur(?:in)?|redaktør|redaktör|journaliste|periodista|"
    r"giornalista|jornalista)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\s*\([^()]{0,20}\d\)$")
"""How many comments there are."""
_DATED = re.compile(r"[^.]{0,30}\d{1,2}.{1,12}(?:19|20)\d{2}\b.{0,12}")
_DATED_BY = re.compile(
    r"[^.]{0,30}\d{1,2}[^.]{0,12}\b(?:19|20)\d{2}\W(?:.{0,12}\s)?(?:by|von|par|por|av|door)\s+(?P<names>.{3,60})", re.I
)
"""A date, and who wrote: ``September 14, 2024 by Mai Lan``."""
_NO_NAME = re.compile(
    r"twitter|facebook|instagram|linkedin|e-?mail|\brss\b|archive|posted|published|written|veröffentlicht|read more|"
    r"more (?:by|from)|about|follow|view all|alle artikel|share|comment|no author|back to|the end|breaking|"
    r"^(?:xem|ảnh|báo|hết|nguồn|theo|thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|все материалы)\b",
    re.IGNORECASE,
)

_NOBODY = re.compile(
    r"(?:super)?admin(?:istrator)?\d*|super\s?user|webmaster|editor|staff|guest|user\d*|unknown|author|"
    r"ban biên tập|bbt|t[oò][aà] soạn|(?:nhóm )?(?:pv|phóng viên|btv|biên tập viên)|"
    r"(?:la |a )?(?:redacci[oó]n|redazione|reda[cç][aã]o|redaksi|redakcja|redakce|r[ée]daction|redaktion|"
    r"редакция|редакція)|"
    r"নিজস্ব (?:প্রতিবেদক|সংবাদদাতা)|স্টাফ রিপোর্টার|.{0,20}(?:ডেস্ক|डेस्क)(?: রিপোর্ট)?",
    re.IGNORECASE,
)
"""What stands where a name should, and is none: an account's, or that of a trade."""

_HAN = r"[\u3400-\u9fff]"
_WRITERS = r"(?:作者|记者|記者|撰文|通讯员|通訊員|特约撰稿人?)"
_HAN_NAMES = rf"(?P<names>{_HAN}{{2,4}}(?:[\s、，,·]{{1,3}}{_HAN}{{2,4}}){{0,4}})"
_HAN_BYLINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:^|[\s（(【|])(?:作者|撰文|文)\s*[:：]\s*{_HAN_NAMES}(?=$|[\s）)】|/／])",
        rf"[（(【][^（()）】]{{0,12}}{_WRITERS}\s*[:：]?\s*{_HAN_NAMES}[^（()）】]{{0,12}}[）)】]$",
        rf"^[^。，,“”：:]{{0,30}}[电電讯訊]\s*[（(]{_WRITERS}\s*[:：]?\s*{_HAN_NAMES}[^（()）]{{0,12}}[）)]",
        rf"^[^。，,“”：:]{{0,16}}{_WRITERS}\s*[:：]?\s*{_HAN_NAMES}(?=$|[/／]|\s*(?:发自|發自|摄|攝|报道|報導|報道|综合|通讯员))",
    )
)
"""Bylines in Chinese, each a line or the end of one: ``作者：张三``, ``（记者 李四）``, ``本报记者 李四 王五``."""

_HAN_NAME = rf"(?:{_HAN}|々){{1,4}}(?:[\s\u3000]?[々\u3040-\u30ff\u3400-\u9fff]{{1,4}})?"
_JAPANESE_BYLINE = re.compile(
    r"^[（(【［\[]?(?:[^\s（）。、]{0,8}(?:記者|編集委員|論説委員|特派員|通信員)[・＝=:：]|"
    r"(?:取材・)?(?:文|執筆|取材|構成)(?:・(?:写真|撮影|構成|文|編集))?\s*[＝=:：／/])\s*"
    rf"(?P<names>{_HAN_NAME}(?:[、,・]{_HAN_NAME}){{0,4}})(?=$|[）)】］\]／/|])"
)
"""``記者・山田太郎``, ``取材・文＝山田太郎``."""
_JAPANESE_SIGNATURE = re.compile(rf"[（(](?P<names>(?:{_HAN}|々){{4,5}}|{_HAN}{{1,3}}[\s\u3000]{_HAN}{{1,3}})[）)]")
"""``（山田太郎）`` below a text."""
_HANGUL_NAMES = r"(?P<names>[가-힣]{2,4}(?:\s?[·,ㆍ‧]\s?[가-힣]{2,4}){0,4})"
_HANGUL_BYLINES = tuple(
    re.compile(pattern)
    for pattern in (
        r"^[(\[【<]?(?:[^()\[\]【】<>]{1,30}[)\]】>=/|]\s*)?[(\[【<]?(?:[^\s.,=()\[\]]{1,12}\s)??"
        rf"{_HANGUL_NAMES}\s?{_HANGUL_TRADE}(?=$|\s*[)\]】>=|/(]|\s+\S*@)",
        rf"^(?:글|기자|글쓴이|작성자)\s*[:=]?\s*{_HANGUL_NAMES}$",
    )
)
"""``(서울=통신) 김하나 기자 =``, ``[신문 김하나 선임기자]``, ``기자 김하나``."""
_EASTERN = re.compile(rf"{_HAN_NAME}|[가-힣]{{2,4}}")
_NO_EASTERN_NAME = re.compile(
    r"뉴스.*|.*(?:일보|신문|뉴스|방송|경제|통신|타임스|미디어|편집부|보도국)|[가-힣]{2,3}[부팀]|"
    r"담당|취재|본지|사진|편집|온라인|디지털|동료|선배|후배|전직|현직|일선|해당|중견|기자|필자|작성자|글쓴이|관리자|운영자|"
    r".*(?:编辑|編集|編輯|记者|記者|作者|著者|筆者|執筆|投稿|来源|來源|原创|原創|转载|轉載|新聞|新闻|通信|放送|記事|写真|班)|.{2,}部|.*[都県市区町可略]|"
    r"佚名|匿名|未知|网友|網友|小编|小編|本站|综合"
)
"""What stands where a Chinese, Japanese or Korean name should, and is none: a trade's, a house's."""

_HAN_HOUSE = re.compile(rf"{_HAN}{{2,}}(?:报|報|网|網|社|集团|集團|网络|公司|频道|电视台|编辑部|客户端|期刊)")
_MASTHEAD = re.compile(r"[a-z]{2,}[A-Z]\w*")
"""A paper's name as its web pages write it, ``tinNews``: no one's."""
_HOST = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org|info)(?:\.\w\w)?", re.IGNORECASE)


def split_names(text: str) -> list[str]:
    """Return the names in a byline.

    >>> split_names("By Mai Lan and Hoàng Hà")
    ['Mai Lan', 'Hoàng Hà']
    """
    line = clean_line(text)
    if line is None or "://" in line or len(line) > 200:
        return []
    line = re.sub(r"(?<=\S)/\S.*", "", _LABEL.sub("", _EMAIL.sub("", line)))  # Văn Giáp/TTXVN: the agency
    whole = (_NOTE.sub("", part) for part in _BETWEEN_NAMES.split(_BY.sub("", line)))
    names = (_bare(name) for name in whole if not _ROLE.fullmatch(name))
    return [name for name in names if name and len(name) > 1 and not name.isdigit() and not _NO_AUTHOR.fullmatch(name)]


def _bare(name: str) -> str | None:
    """Return a name without quotes, a paper's sign for it, and what its bearer is called."""
    name = _CALLING.sub("", _SIGN.sub("", name.strip(' ./|-–—"“”„')))
    if name.count("(") != name.count(")") or (name[:1], name[-1:]) == ("(", ")"):
        name = name.strip("() ")
    return clean_line(name)


def is_nobody(name: str) -> bool:
    """Whether what stands in a byline is no one's name: ``admin``, ``PV`` (reporter)."""
    return _NOBODY.fullmatch(name) is not None


def is_house(name: str, publisher: str) -> bool:
    """Whether a byline names no one but the paper, or a house: its name, also with ``online`` and the like; a host."""
    plain = re.sub(r"\W|online|điện tử|redaktion|editorial|newsroom|\.(?:com|de|vn)$", "", name.casefold())
    house = re.sub(r"\W|online|điện tử", "", publisher.casefold())
    named = plain == "" or (house != "" and plain == house)
    return named or any(written.fullmatch(name) for written in (_HOST, _MASTHEAD, _HAN_HOUSE))


def find_bylines(root: etree._Element, others: frozenset[etree._Element] = frozenset()) -> Iterator[str]:
    """Yield the names of what looks like a byline on a page with no rules: marked up so, else said in a short line.

    What stands in ``others`` is not looked at.
    """
    for found in (_marked, _said, _signed):
        every = found(root)
        if others:
            every = ((place, name) for place, name in every if others.isdisjoint(place.iterancestors()))
        names = list(dict.fromkeys(name for _, name in islice(every, MOST)))
        if names:
            yield from names
            return


_Found = Iterator[tuple[etree._Element, str]]
"""Names, each with the element that prints it."""


def _marked(root: etree._Element) -> _Found:
    found: list[tuple[etree._Element, list[str]]] = []
    for element in islice(_MARKED(root), 60):
        line = _parted_text(element)
        if line is None or len(line) > LONGEST or _OF_PICTURE.search(element.get("class", "")):
            continue
        sure = element.get("rel") == "author" or element.get("itemprop") == "author"
        bare = _BY_WHERE_MARKED.sub("", _BY.sub("", _EMAIL.sub("", line)))
        names = _names(bare, one_word=sure or bare != line, first=True) or _eastern_names(line)
        if names:
            found.append((element, names))
    inside = {above: names for element, names in found for above in element.iterancestors()}
    for element, names in found:
        if set(inside.get(element, names)) <= set(names):  # else it says more than a name around one
            yield from ((element, name) for name in names)


def _parted_text(element: etree._Element) -> str | None:
    """Return the text of a byline on one line, a bar between parts that only the page's style parts: name and trade.

    ``None`` where it is too long for one.
    """
    line = ""
    for text in element.itertext("*"):
        if line[-1:].isalpha() and line[-1:].islower() and text[:1].isupper():
            line += " " if _BY.sub("", f"{line.strip()} X") == "X" else " | "
        line += text
        if len(line) > 2000:
            return None
    return clean_line(line)


def _said(root: etree._Element) -> _Found:
    """Yield the names in lines that say "by", and in bylines as Chinese papers print them."""
    lines: dict[etree._Element, str | None] = {}
    signed = _JAPANESE_SIGNATURE if (root.get("lang") or "").startswith("ja") else None
    for text in islice(_SAID(root), 3000):
        line = text.strip()
        if len(line) < 2:
            continue
        if _BY.match(f"{line} X") or (line[0] < "\u2e80" and _LABEL.match(line)):
            whole = _line_of(text, lines)
            said = line if _DATED.fullmatch(whole.partition(line)[0]) else whole
            names = _names(_LABEL.sub("", _BY.sub("", said)), one_word=False)
            uncased = whole.lower() == whole.upper() and _LABELLED.match(whole)
            found = names if uncased or all(map(_is_capital, names)) else []
        elif dated := _DATED_BY.fullmatch(line):
            names = _names(dated["names"], one_word=False)
            found = names if all(map(_is_capital, names)) else []
        elif line[0] > "\u2e7f" or line[-1] > "\u2e7f" or "기자" in line:
            whole = line if len(line) > 30 else _line_of(text, lines)
            signature = signed.fullmatch(whole) if signed and _is_last(text.getparent()) else None
            found = _but_houses([signature["names"]]) if signature else _said_in_east(whole)
        else:
            continue
        place = text.getparent()
        if found and not any(above.tag in _ELSEWHERE for above in place.iterancestors()):
            yield from ((place, name) for name in found)


def _is_capital(name: str) -> bool:
    return name[0].isupper() and name.split()[-1][0].isupper()


def _signed(root: etree._Element) -> _Found:
    """Yield the names that a text is signed with at its right edge, as Vietnamese papers do: right below its end."""
    for element in islice(_AT_THE_RIGHT(root), 200):
        if element.get("align") != "right" and not _RIGHT.search(element.get("style")):
            continue
        line = short_text(element)
        names = split_names(line) if line and len(line) <= LONGEST and not _NO_NAME.search(line) else []
        alike = all(_NAME.fullmatch(name) and all(word[0].isupper() for word in name.split()) for name in names)
        if names and alike and _is_below_text(element):
            yield from ((element, name) for name in names)


def _is_below_text(element: etree._Element) -> bool:
    """Whether the paragraphs before it are text, and none after it is."""
    before = islice(element.itersiblings("p", "div", preceding=True), 3)
    return any(map(_is_text, before)) and not any(map(_is_text, islice(element.itersiblings("p"), 20)))


def _is_last(element: etree._Element) -> bool:
    """Whether what stands in an element is right below a text, the inline elements around it seen through."""
    while element.tag in _INLINE and (outer := element.getparent()) is not None:
        element = outer
    return _is_below_text(element)


def _is_text(element: etree._Element) -> bool:
    length = 0
    for text in element.itertext("*"):
        length += len(text.strip())
        if length > LONGEST:
            return True
    return False


def _line_of(text: etree._ElementUnicodeResult, lines: dict[etree._Element, str | None]) -> str:
    """Return the line of a text node: of its element and the inline ones around it, where that is short.

    ``lines`` are those that were asked for before: thousands of texts may stand in one element.
    """
    element = text.getparent()
    if element is not None and text.is_tail:
        element = element.getparent()
    while element is not None and element.tag in _INLINE:
        element = element.getparent()
    if element is not None and element not in lines:
        lines[element] = short_text(element)
    line = lines[element] if element is not None else None
    return line if line and len(line) <= LONGEST else str(text).strip()


def _names(line: str, *, one_word: bool, first: bool = False) -> list[str]:
    """Return the names in a line that holds nothing else, or has them before a bar or dash; else none.

    Where somebody of two names is named first, one word behind a comma is a place. ``first``: what follows such names
    (trades, houses) is left out.
    """
    head = re.split(r"\s*[|•·]\s*|\s+[–—-]\s+|,\s*(?=\d)|(?<=\w)/", _COUNT.sub("", line), maxsplit=1)[0]
    names = [_WHERE.sub("", name) for name in split_names(head)]
    if names and " " in names[0]:
        names = [name for name in names if " " in name or f", {name}" not in head]
    if first:
        names = list(takewhile(lambda name: _is_name(name) and not _TRADE.search(name), names)) or names
    alike = all(_is_name(name) or (one_word and _ONE_WORD.fullmatch(name)) for name in names)
    return names if alike and not _NO_NAME.search(head) else []


def _is_name(line: str) -> bool:
    """Whether a line is a name of several words: all with capitals, but for small words between them, or none."""
    words = [_ELIDED.sub("", word) or word for word in line.split() if word.lower() not in _PARTICLES]
    return _NAME.fullmatch(line) is not None and not (
        any(word[0].islower() for word in words) and any(word[0].isupper() for word in words)
    )


def _said_in_east(line: str) -> list[str]:
    """Return the names in a line that is a byline as Chinese, Japanese and Korean papers print it."""
    for pattern in (*_HAN_BYLINES, _JAPANESE_BYLINE, *_HANGUL_BYLINES):
        if found := pattern.search(line):
            between = r"\s*[、，,·ㆍ‧・]\s*" if pattern is _JAPANESE_BYLINE else r"[\s、，,·ㆍ‧]+"
            return _but_houses(re.split(between, found["names"]))
    return []


def _eastern_names(line: str) -> list[str]:
    """Return the names in what is marked as a byline, where they are written without spaces; else none."""
    names = _but_houses(split_names(line))
    return _said_in_east(line) or (names if names and all(map(_EASTERN.fullmatch, names)) else [])


def _but_houses(names: list[str]) -> list[str]:
    return [name for name in names if not _NO_EASTERN_NAME.fullmatch(name)]


def short_text(element: etree._Element) -> str | None:
    """Return the text of an element on one line; ``None`` where it is clearly too long for a title, a date or a name.

    Wrappers with such names may be nested a thousand deep, each with the whole page in it.
    """
    parts: list[str] = []
    length, last = 0, ""
    for text in element.itertext("*"):
        if last.islower() and text[:1].isupper():
            parts.append(" ")  # parted by the page's style alone
        parts.append(text)
        length, last = length + len(text), text[-1:]
        if length > 2000:
            return None
    return clean_line("".join(parts))
