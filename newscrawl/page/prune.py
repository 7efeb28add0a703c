"""What is left in a body found by structure and is no text of the article.

The element that holds the text also holds teasers, calls to subscribe, bylines and lists of links. Rules on single
blocks and their place; sites with rules of their own do not need them.
"""

import re
from collections import Counter
from itertools import islice

from lxml import etree

from newscrawl.page.blocks import Block
from newscrawl.page.select import text_of
from newscrawl.page.structure import weigh
from newscrawl.text.clean import clean_line, letters, same_text

# These four are looked for in lower case: without the flag the expression knows what letters it may begin with.
_TEASER = re.compile(
    r"\W{0,6}(?:also read|read (?:also|more|next|on)|more(?: on this|"
    r" from| stories| trending)?\s*:|related(?: (?:articles?|stories|topics|content))?\s*(?::|$)|see also|"
    r"don['’]t miss|watch(?: now)?\s*:|listen\s*:|most (?:read|popular)|"
    r"popular$|trending$|recommended|you (?:may|might) also like|"
    r"lesen sie (?:auch|hier|mehr)|mehr zum thema|auch interessant|(?:das )?könnte sie auch|siehe auch|"
    r"(?:à )?lire (?:aussi|également|plus)|voir aussi|sur le même sujet|"
    r"lea también|lee también|te puede interesar|más información|"
    r"leggi anche|potrebbe interessarti|leia (?:também|mais)|veja também|"
    r"lees ook|les også|läs också|läs mer|læs også|lue myös|"
    r"czytaj (?:też|także|więcej)|zobacz (?:też|także)|přečtěte si|čtěte také|olvasta már|citește și|"
    r"читайте (?:также|ещ[её])|смотрите также|по теме|читайте також|"
    r"xem thêm|đọc thêm|tin liên quan|tin khác|mời (?:quý )?(?:độc giả|bạn đọc|khán giả|quý vị)|"
    r"baca juga|selengkapnya|okuyun|ilgili haber|اقرأ (?:أيضا|المزيد)|"
    r"(?:article réservé à nos abonnés )?lire aussi|lea además|le puede interesar|(?:mirá|mire) también|"
    r"también lee|ver también|"
    r"te recomendamos|no te pierdas|sigu?[ea]r? leyendo|continúe leyendo|veja mais|saiba mais|confira\s*:|"
    r"ti potrebbe|approfondimento|"
    r"czytaj również|zobacz (?:również|wideo)|przeczytaj (?:też|także)|polecamy|читать также|читайте по теме|"
    r"смотрите видео|"
    r"lees meer|bekijk ook|läs även|les mer|lue (?:lisää|myös)|διαβάστε (?:επίσης|ακόμ[αη])|pročitajte (?:i|"
    r"još)|preberite tudi|"
    r"čítajte aj|olvassa el|citiți și|прочетете (?:още|също)|чытайце таксама|loe (?:ka|veel)|"
    r"skaitykite (?:taip pat|daugiau)|lasi arī|"
    r"相关(?:阅读|新闻|报道)|推荐阅读|延伸閱讀|関連(?:記事|リンク)|あわせて読みたい|관련기사|이 기사와)",
)
_CALL = re.compile(
    r"sign up (?:for|to)|subscribe (?:to|now|today|here)|newsletter|follow us on|download (?:the|our) app|"
    r"get in touch|"
    r"do you have a story|click here|comments? policy|for more stories like this|il vous reste .{1,8} de cet article|"
    r"réservée? aux abonnés|有料会員|会員限定|support (?:us|our)|make a (?:gift|"
    r"donation)|all rights reserved|copyright ©|©\s?\d{4}|"
    r"jetzt (?:abonnieren|anmelden|testen)|abonnieren sie|spenden? (?:sie|"
    r"für)|alle rechte vorbehalten|inscrivez-vous|abonnez-vous|"
    r"tous droits réservés|suscríbe(?:te|se)|todos los derechos|inscreva-se|assine|iscriviti|подпи(?:шитесь|"
    r"сывайтесь)|"
    r"责任编辑|责编|编辑：|本文来源|来源：.{0,30}$|版权(?:声明|所有)|免责声明|无断转载|無断転載|저작권자|무단\s?전재",
)
_LABEL = re.compile(
    r"^\W*(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|"
    r"publicidade|pubblicità|reklama?|annonse?|annonce|"
    r"advertentie|реклама|hirdetés|oglas|διαφήμιση|mainos|annonsørinnhold|publicitate|quảng cáo|广告|廣告|広告|pr|"
    r"광고|إعلان|tags?|"
    r"schlagwörter.*|themen|mots-clés|keywords?|share|teilen|"
    r"stichwörter|quellen|dieses thema im programm.*|article|článek)\W*$",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"(?:getty images|\bafp\b|reuters|\bdpa\b|imago|ap photo|shutterstock|picture[ -]alliance|\bepa\b|wire ?image|"
    r"(?:^|\s)(?:foto|photo|bild|image|picture|ảnh|фото|사진|写真|图)\s?[:：©/].{0,60}$|=.{0,20}(?:뉴스1|연합뉴스|기자)\s*$)",
)
_EMBED = re.compile(
    r"externe[nr]? inhalt|redaktioneller inhalt|inhalte? (?:angezeigt|erlauben|anzeigen)|personenbezogene daten|"
    r"external content|this content is (?:hosted|provided)|contenu externe|"
    r"(?:article|story) continues (?:below|after)|la suite après (?:la|cette) publicité|"
    r"continua (?:após a|depois da) publicidade|"
    r"dalsz(?:y ciąg|a część) (?:materiału|tekstu|artykułu)|(?:gaat|loopt) (?:verder|door) onder|lees verder onder|"
    r"(?:fortsätter|fortsetter|fortsætter) (?:efter|under|etter)|juttu jatkuu|haberin devamı|продолжение ниже|"
    r"allow content|link zum youtube|ausgedruckt unter",
)
_ENDS = re.compile(r"[.!?…。！？；:：;।॥؟ฯ》」』”\"'’)）\]\u2600-\u27bf\U0001f300-\U0001faff]\s*$")
_DATED = re.compile(r".*\d\W*(?:GMT|UTC)[+\d: -]*\)|\d{1,2}[./]\d{1,2}[./]\d{4}.{0,30}\d\s?min\.", re.IGNORECASE)
"""A line that ends in the zone of a time, or in the minutes that reading takes: ``14/09/2024 20:05 (GMT+7)``."""
_NOTED = re.compile(
    r"[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){0,3}\s*"
    r"\((?:theo|t/?h|tổng hợp|lược dịch|biên dịch|dịch|ghi)\b[^()]{0,30}\)",
    re.IGNORECASE,
)
"""A name with what it stands for: ``Mai Lan (Theo VNA)``."""
_SIGNED = re.compile(
    r"[(\[（【](?:.{0,30}(?:기자|특파원|记者|記者).{0,20}|[\u3400-\u9fff々]{4,5}|"
    r"[\u3400-\u9fff々]{1,3}[ \u3000][\u3400-\u9fff々]{1,3})[)\]）】]"
)
"""A signature in brackets, as papers in Chinese, Japanese and Korean print it below a text: ``（山田太郎）``."""
LONG = 100
"""Letters of a paragraph that no text has twice on purpose."""
MANY = 5000
"""Blocks from which on they are not looked at one by one: no article has so many."""
LONGEST_HEADING = 200
"""Letters of a heading: a longer one is a paragraph, whatever its element."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
SHORTEST_TEASER, LONGEST_LABEL = 25, 30
"""Letters of a link to another article, and of a label before it."""
SHORT_LABEL, MOST_LABELS = 60, 3
"""Letters of a label that ends in a colon, and how many are dropped from the end."""
SHORT = 90
"""Longest line, in letters, that is dropped for what it looks like rather than for what it says."""


def prune(blocks: list[Block], title: str | None) -> list[Block]:
    """Return ``blocks`` without what surrounds the article's text.

    Dropped are the title said again, lines that are nothing but links, calls and teasers, and at both ends lines
    that are no sentences: bylines, dates, keywords.
    """
    blocks = _below_heading(_once(blocks), title)
    if len(blocks) > MANY:
        return blocks
    repeats = Counter(block.text for block in blocks if block.kind != "quote")  # signatures of posts
    kept = [block for block in blocks if repeats[block.text] < 3 and not _is_noise(block, title)]
    if sum(len(block.text) for block in kept) < 0.4 * sum(len(block.text) for block in blocks):
        kept = blocks  # a page of links is left as it is: the article may be a list
    return without_scraps(_without_empty_headings(without_scraps(kept)))


def _once(blocks: list[Block]) -> list[Block]:
    """Return ``blocks`` without what is said again: pages carry their text once for each width of the screen."""
    seen: set[str] = set()
    kept = []
    for block in blocks:
        if len(block.text) < LONG or block.text not in seen:
            kept.append(block)
        seen.add(block.text)
    return kept


def _below_heading(blocks: list[Block], title: str | None) -> list[Block]:
    """Return ``blocks`` without the page's heading and what stands above it, where no text does."""
    for at, block in enumerate(blocks[:4]):
        if block.element is not None and block.element.tag == "h1":
            return blocks[at + 1 :] if _is_heading(block.element, block.text, title) else blocks
        if not _is_scrap(block):
            break
    return blocks


def _is_heading(element: etree._Element, text: str, title: str | None) -> bool:
    """Whether an ``h1`` is the page's: its first one, or one that says the title or a part of it."""
    said, whole = letters(text), letters(title or "")
    is_first = next(element.getroottree().iter("h1")) is element
    return weigh(text) < LONGEST_HEADING and (
        is_first or (said != "" and (said in whole or whole in said) and whole != "")
    )


def _is_noise(block: Block, title: str | None) -> bool:
    text = block.text
    if title and same_text(text, title):
        return True
    if (block.linked and block.kind != "row") or _is_labelled_link(block):
        return True
    if len(text) >= 400:
        return False
    if len(text) < 60 and _LABEL.match(text):
        return True
    lower = text.lower()
    if _TEASER.match(lower) or (len(text) < 320 and (_CALL.search(lower) or _EMBED.search(lower))):
        return True
    return (
        len(text) < 130 and block.kind == "paragraph" and _PICTURE.search(lower) is not None and not text.endswith(".")
    )


def _is_labelled_link(block: Block) -> bool:
    """Whether a block is a short label and one link to its end, in any language: ``Read: The storm, one year on``."""
    if block.element is None or not 20 < len(block.text) < 200:
        return False
    links = list(islice(block.element.iter("a"), 2))
    said = clean_line(text_of(links[0])) if len(links) == 1 else None
    if (
        said is None
        or said[0].islower()
        or said.count(" ") < 3
        or len(said) < SHORTEST_TEASER
        or not block.text.endswith(said)
    ):
        return False
    label = block.text[: -len(said)].rstrip()
    return 0 < len(label) <= LONGEST_LABEL and label.endswith((":", "：", "|", ">", "»", "→"))


def _without_empty_headings(blocks: list[Block]) -> list[Block]:
    """Drop a heading that the next heading, or the end, follows: what it headed was dropped."""
    kept = []
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if block.kind == "heading" and (
            following is None or (following.kind == "heading" and _level(following) <= _level(block))
        ):
            continue
        kept.append(block)
    return kept


def _level(block: Block) -> int:
    tag = block.element.tag if block.element is not None else "h6"
    return int(tag[1]) if len(tag) == 2 and tag[1].isdigit() else 6


def without_scraps(blocks: list[Block]) -> list[Block]:
    """Return ``blocks`` without the lines at both ends that are no sentences: bylines, dates, keywords."""
    start, end = 0, len(blocks)
    while start < end and (_is_scrap(blocks[start]) or _is_label_of_date(blocks[start : start + 2])):
        start += 1
    labels = 0  # of what was dropped
    while end > start + 1:
        is_label = _is_label(blocks[end - 1]) and labels < MOST_LABELS
        if not is_label and not _is_scrap(blocks[end - 1]):
            break
        labels, end = labels + is_label, end - 1
    if end == start + 1 and _is_scrap(blocks[start]):
        end = start
    return blocks[start:end] or blocks


def _is_label(block: Block) -> bool:
    return block.kind == "paragraph" and block.text.endswith((":", "：")) and weigh(block.text) < SHORT_LABEL


def _is_label_of_date(pair: list[Block]) -> bool:
    """Whether of two blocks the first is a label and the second a date: ``Published:``, ``14 September 2024``."""
    return len(pair) > 1 and _is_label(pair[0]) and _is_scrap(pair[1]) and _YEAR.search(pair[1].text) is not None


def _is_scrap(block: Block) -> bool:
    """Whether a block at an end is a byline, a date, a label: short, and no sentence."""
    if block.kind not in ("paragraph", "item") or weigh(block.text) >= SHORT:
        return False
    return not _ENDS.search(block.text) or any(one.fullmatch(block.text) for one in (_DATED, _NOTED, _SIGNED))
