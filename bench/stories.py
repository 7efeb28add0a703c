"""How right ``scrapy editions`` is, how fast and how large, on feeds of which all is known.

    python -m bench.stories [LINES]      default: 100000

Generates feeds as a crawl of vietnam.vn in twenty languages and of a dozen papers would leave them, with what real
ones have: slugs with ``-2``, cut and renamed; addresses translated, shortened, a letter or a digit lost; labels
without an address; mirrors, AMP and tracking twins; columns of one title every day; revisions; reposts. The texts are
syllables, in each language's own letters and forms of days and figures, some damaged as translations are.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import comb
from pathlib import Path
from typing import Any

from newscrawl.feed.export import _plain
from newscrawl.feed.lines import to_line
from newscrawl.items import Article
from newscrawl.pipelines.clean_text import CleanText
from newscrawl.pipelines.dedupe import identify
from newscrawl.pipelines.resolve_source import ResolveSource
from newscrawl.reread.desk import desk
from newscrawl.text.clean import slugify

LANGUAGES = "no ja ar de en es fr hi id km ko lo pl pt ro ru th cs hu".split()
"""Beside Vietnamese: twenty in all."""

FIRST = date(2024, 9, 1)
DAYS = 60
_SYLLABLES = (
    "an ba bao binh cau chi chieu cho cong cua cuoc dai dang dao dau day dien do dong du duong gia giao ha hai hang hanh"
    " hat ho hoa hoc hoi hop huong khach khi khoa khu kien kinh ky lam lang lap le lien loi luc luong ly mai minh moi mua"
    " muoi nam nang nghe nghi ngoai nguoi nha nhac nhan nong nui nuoc ong pha phan phat phien phong phu quan quang que"
    " quoc rau rung sach sau song suoi tan tau thach thang thanh thi thu thuy tien tin toan trai tram tranh tre trung"
    " truong tuyen tuoi vai van ve vien viet vung vuon xa xay xe xuan xuat yen"
).split()
_TONES = dict(zip("aeiou", ("ạảấầẩẫậắằặ", "ẹẻẽếềểễệ", "ịỉĩ", "ọỏốồổỗộớờởợ", "ụủứừửựư"), strict=True))
_LETTERS = {
    "ja": "のをにはがとでしたるいかなきさこまれらあ日本国会社人年大新市長山川",
    "ko": "가나다라마바사아자차카타파하고노도로모보소오조의을는이",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "hi": "कखगघचछजझटठडढतथदधनपफबभमयरलवशसह",
    "km": "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ",
    "lo": "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮ",
    "th": "กขคงจฉชซญดตถทธนบปผฝพฟภมยรลวศษสหอฮ",
    "ru": "абвгдежзиклмнопрстуфхцчшщыьэюя",
}
_LATIN = {"no": "abdefgiklmnoprstuvøåæ", "de": "abdefghiklmnoprstuwzäöüß", "pl": "abcdeiklmnoprstuwyząęłó",
          "cs": "abcdeiklmnoprstuvyzěščř", "hu": "abdegiklmnoprstuvzáéőű", "ro": "abcdeilmnoprstuvțșî"}  # fmt: skip
_DAY = {
    "vi": "ngày {d}/{m}", "no": "{d}. {n}", "de": "{d}. {n}", "en": "{n} {d}", "es": "{d} de {n}", "pt": "{d} de {n}",
    "fr": "{d} {n}", "id": "{d} {n}", "pl": "{d} {n}", "ro": "{d} {n}", "ru": "{d} {n}", "cs": "{d}. {n}", "hu": "{y}. {m:02}. {d:02}",
    "ja": "{m}月{d}日", "ko": "{m}월 {d}일",
}  # fmt: skip
_MONTHS = {
    "no": ("september", "oktober"), "de": ("September", "Oktober"), "en": ("September", "October"),
    "es": ("septiembre", "octubre"), "pt": ("setembro", "outubro"), "fr": ("septembre", "octobre"),
    "id": ("September", "Oktober"), "pl": ("września", "października"), "ro": ("septembrie", "octombrie"),
    "ru": ("сентября", "октября"), "cs": ("září", "října"),
}  # fmt: skip
_PAPERS = {
    # site: how vietnam.vn prints its name, and the form of its addresses
    "baoquocte": ("Báo Quốc Tế", "https://baoquocte.vn/{slug}-{n}.html"),
    "thanhnien": ("Báo Thanh niên", "https://thanhnien.vn/{slug}-1852409{n}1234.htm"),
    "nhandan": ("Báo Nhân dân", "https://nhandan.vn/{slug}-post{n}.html"),
    "tuoitre": ("Báo Tuổi Trẻ", "https://tuoitre.vn/{slug}-2024{n}51234.htm"),
    "tienphong": ("Báo Tiền Phong", "https://tienphong.vn/{slug}-post1{n}.tpo"),
    "sggp": ("Báo Sài Gòn Giải phóng", "https://www.sggp.org.vn/{slug}-post{n}.html"),
    "congthuong": ("Báo Công Thương", "https://congthuong.vn/{slug}-{n}.html"),
    "baotintuc": ("Báo Tin Tức", "https://baotintuc.vn/thoi-su/{slug}-2024{n}111223.htm"),
    "dantri": ("Báo Dân trí", "https://dantri.com.vn/xa-hoi/{slug}-2024{n}345123.htm"),
    "laodong": ("Báo Lao Động", "https://laodong.vn/xa-hoi/{slug}-1{n}.ldo"),
    None: ("Báo Gia Lai", "https://baogialai.com.vn/{slug}-post{n}.html"),
}
_COLUMNS = ("gia vang hom nay tang giam the nao tren thi truong", "diem tin the gioi sang nay co gi dang chu y",
            "du bao thoi tiet dem nay va ngay mai cac vung")  # fmt: skip

_RUN = """
import sys
from scrapy.cmdline import execute
try:
    execute(sys.argv[1:])
finally:
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@dataclass
class Damage:
    """What was done to a line's translation."""

    cut: bool = False
    figures: bool = False
    days: bool = False
    untranslated: bool = False


@dataclass
class World:
    """Generated lines and what is true of them."""

    lines: list[bytes] = field(default_factory=list)
    story: dict[str, int] = field(default_factory=dict)
    """Line's id to its story."""
    damage: dict[str, Damage] = field(default_factory=dict)
    """Translation's id to what was done to it."""
    joinable: dict[str, bool] = field(default_factory=dict)
    """Translation's id to whether its original is in the feeds as well."""


class Generator:
    """Makes a world; the same seed gives the same world."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.resolve = ResolveSource(desk({}))
        self.sites = self.resolve.sites
        self.clean = CleanText()
        self.number = 100_000
        self.slugs: Counter[str] = Counter()
        self.words = {language: self._words(language) for language in LANGUAGES}

    def world(self, lines: int) -> World:
        """Return a world of about so many lines."""
        world, story = World(), 0
        while len(world.lines) < lines:
            self._story(world, story)
            story += 1
        self.random.shuffle(world.lines)
        return world

    def _story(self, world: World, story: int) -> None:
        draw = self.random
        day = FIRST + timedelta(draw.randrange(DAYS))
        column = draw.random() < 0.05
        title = (
            draw.choice(_COLUMNS) if column else " ".join(draw.choice(_SYLLABLES) for _ in range(draw.randint(8, 16)))
        )
        site = draw.choice(list(_PAPERS))
        name, form = _PAPERS[site]
        self.number += 1
        source = form.format(slug=slugify(title), n=self.number)
        paragraphs = [self._facts(day) for _ in range(draw.randint(3, 8))]
        original = site is not None and draw.random() < 0.6
        if original:
            assert site is not None
            self._original(world, story, site, name, source, title, day, paragraphs)
        if original and draw.random() < 0.25:
            return  # never republished
        for _ in range(2 if draw.random() < 0.03 else 1):  # a repost has a slug of its own
            shown = title
            if not column and draw.random() < 0.15:  # renamed, as aggregators do: a title of its own, a few words kept
                shown = " ".join([*title.split()[: draw.choice((2, 6))], *(draw.choice(_SYLLABLES) for _ in range(7))])
            slug = slugify(shown)
            if draw.random() < 0.1:
                slug = slug[: max(30, len(slug) - draw.randint(3, 20))].rstrip("-")
            self.slugs[slug] += 1
            if self.slugs[slug] > 1:
                slug = f"{slug}-{self.slugs[slug]}"
            nameless = draw.random() < 0.03  # Việt Nam: no paper named
            for language in draw.sample(LANGUAGES, draw.randint(1, 8)) + (["vi"] if draw.random() < 0.7 else []):
                self._edition(
                    world, story, language, slug, None if nameless else name, source, day, paragraphs, shown, original
                )

    def _original(
        self, world: World, story: int, site: str, name: str, url: str, title: str, day: date, facts: list[Any]
    ) -> None:
        body = "\n\n".join(self._paragraph("vi", fact) for fact in facts)
        # AMP, tracking and http twins are read as the canonical page.
        twin = self.random.choice((url, url + "?utm_source=zalo", url.replace("https://", "http://")))
        article = Article(site=site, url=self.sites[site].canonical(twin), title=title.capitalize(), body=body,
                          source_name=name, language="vi", published_raw=day.isoformat(), crawled_at=f"{day}T09:00:00+00:00")  # fmt: skip
        article.url = article.url.replace("http://", "https://")
        self._emit(world, story, article, day)

    def _edition(
        self, world: World, story: int, language: str, slug: str, name: str | None, source: str, day: date,
        facts: list[Any], title: str, original: bool,
    ) -> None:  # fmt: skip
        draw, damage = self.random, Damage()
        facts = list(facts)
        if language != "vi":
            if draw.random() < 0.03:
                damage.cut, facts = True, facts[: max(1, len(facts) // 4)]
            if draw.random() < 0.05:
                damage.figures = True
                facts = [(day_, [str(draw.randint(10_000, 999_999)) for _ in numbers]) for day_, numbers in facts]
            if draw.random() < 0.05:
                damage.days = True
                facts[0] = (facts[0][0] + timedelta(11), facts[0][1])
        texts = [self._paragraph(language, fact) for fact in facts]
        if language != "vi" and len(texts) > 1 and draw.random() < 0.04:
            damage.untranslated = True
            texts[1] = self._paragraph("vi", facts[1])
        host = draw.choice(("www.vietnam.vn", "vietnam.vn", "vrviet.vn", "thongtin.vietnam.vn"))
        path = slug if language == "vi" else f"{language}/{slug}"
        site = self.sites["vietnam_vn"]
        article = Article(site="vietnam_vn", url=site.canonical(f"https://{host}/{path}"), title=self._title(language, title),
                          body="\n\n".join(texts), source_name=name or "Việt Nam", language=language, source_language="vi",
                          published_raw=f"{day:%d/%m/%Y}", crawled_at=f"{day}T12:00:00+00:00",
                          **self._label(source if name else None))  # fmt: skip
        self._emit(world, story, article, day)
        if language != "vi" and article.id:
            world.damage[article.id] = damage
            world.joinable[article.id] = original

    def _label(self, source: str | None) -> dict[str, Any]:
        """Return the source as the page gives it: whole, damaged, a bare label, or nothing."""
        draw = self.random
        if source is None:
            return {"source_url_raw": None, "source_url_status": "none"}
        found = re.search(r"[-a-z]*?(?P<n>\d{5,})(?=\D*$)", source)
        assert found
        head, _, slug = source[: found.start("n")].rpartition("/")
        tail = source[found.start("n") :]
        ending = re.search(r"-(?:post)?\d?$", slug)
        words, glue = (slug[: ending.start()], slug[ending.start() :]) if ending else (slug, "")
        dice = draw.random()
        if dice < 0.06:
            words = "-".join(
                draw.choice(("what", "is", "the", "price", "news", "north", "new", "of", "opens", "river"))
                for _ in range(7)
            )
        elif dice < 0.11:
            at = draw.randrange(len(words))
            words = words[:at] + words[at + 1 :]
        elif dice < 0.14:
            words = words[: len(words) // 2].rstrip("-")
        elif dice < 0.145:
            # Another article's number: never seen, yet it must not join the two.
            tail = tail.replace(str(self.number), str(draw.randrange(100_001, self.number + 1)))
        elif dice < 0.19:
            return {"source_url_raw": None, "source_url_status": "label_only"}
        return {"source_url_raw": f"{head}/{words}{glue}{tail}", "source_url_status": "none"}

    def _emit(self, world: World, story: int, article: Article, day: date) -> None:
        article.published_on, article.http_status = day.isoformat(), 200
        article.run_id = "generated"
        article = self.resolve.process_item(self.clean.process_item(article))
        identify(article, self.sites[article.site])
        if article.id in world.story:
            return  # the crawl refuses it: this source and language is in the feed
        world.story[article.id or ""] = story
        if self.random.random() < 0.03:  # an earlier revision
            body, article.body = article.body, (article.body or "") + "\n\nTruoc khi sua."
            world.lines.append(_line(article))
            article.body, article.revision = body, 2
        world.lines.append(_line(article))

    # --- texts ---------------------------------------------------------------------------------------

    def _words(self, language: str) -> list[str]:
        letters = _LETTERS.get(language) or _LATIN.get(language, "abcdefghilmnoprstuv")
        return ["".join(self.random.choice(letters) for _ in range(self.random.randint(2, 8))) for _ in range(400)]

    def _title(self, language: str, title: str) -> str:
        return (
            title.capitalize()
            if language == "vi"
            else " ".join(self.random.choices(self.words[language], k=8)).capitalize()
        )

    def _facts(self, day: date) -> tuple[date, list[str]]:
        return day - timedelta(self.random.randrange(40)), [str(self.random.randint(11, 99_999)) for _ in range(3)]

    def _paragraph(self, language: str, fact: tuple[date, list[str]]) -> str:
        day, numbers = fact
        months = _MONTHS.get(language)
        form = _DAY.get(language, "{d}/{m}")
        said = form.format(
            d=day.day,
            m=day.month,
            y=day.year,
            n=months[(day.month - 9) % 2] if months and day.month in (9, 10) else f"/{day.month}",
        )
        if months and day.month not in (9, 10):
            said = f"{day.day}/{day.month}"
        k = 14
        parts = [self._run(language, k), said, self._run(language, k), numbers[0], self._run(language, k),
                 numbers[1], self._run(language, k), numbers[2], self._run(language, 4)]  # fmt: skip
        glue = "" if language == "ja" else " "
        return glue.join(parts) + "."

    def _run(self, language: str, count: int) -> str:
        if language == "vi":
            words = self.random.choices(_SYLLABLES, k=count)
            return " ".join(
                re.sub("[aeiou]", lambda v: self.random.choice(_TONES[v[0]]), word, count=1) if at % 2 else word
                for at, word in enumerate(words)
            )
        return ("" if language in ("ja", "th", "lo", "km") else " ").join(
            self.random.choices(self.words[language], k=count)
        )


def _line(article: Article) -> bytes:
    return to_line({name: _plain(getattr(article, name)) for name in Article.__dataclass_fields__})


def judge(world: World, stories: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """Return how right stories are: pairs of lines rightly and wrongly together, by reason, and the quality flags."""
    together = right = 0
    sizes: Counter[int] = Counter(world.story.values())
    wanted = sum(comb(size, 2) for size in sizes.values())
    reasons: dict[str, Counter[bool]] = defaultdict(Counter)
    flags: dict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for story in stories:
        rows = story["editions"]
        truths = Counter(world.story[row["id"]] for row in rows)
        together += comb(len(rows), 2)
        right += sum(comb(count, 2) for count in truths.values())
        main = truths.most_common(1)[0][0]
        for row in rows:
            reasons[row["reason"]][world.story[row["id"]] == main] += 1
            damage, quality = world.damage.get(row["id"]), row["quality"]
            if damage is not None and quality is not None and world.story[row["id"]] == main:
                done = {"cut": damage.cut, "figures_differ": damage.figures or damage.cut,
                        "days_differ": damage.days or damage.cut, "untranslated": damage.untranslated}  # fmt: skip
                for flag, truth in done.items():
                    flags[flag][truth, flag in quality["flags"]] += 1
    return {
        "precision": right / (together or 1),
        "recall": right / (wanted or 1),
        "reasons": {name: (counts[True] / counts.total(), counts.total()) for name, counts in reasons.items()},
        "flags": {
            name: (
                counts[True, True] / (counts[True, True] + counts[False, True] or 1),
                counts[True, True] / (counts[True, True] + counts[True, False] or 1),
                counts[True, True] + counts[True, False],
            )
            for name, counts in flags.items()
        },
    }


def main() -> None:
    """Generate, run the command as a user would, print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.stories", description="exactness and cost of scrapy editions"
    )
    parser.add_argument("lines", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    world = Generator(options.seed).world(options.lines)
    with tempfile.TemporaryDirectory(prefix="bench-stories-") as folder:
        feeds = [Path(folder) / f"feed-{number}.jsonl" for number in range(3)]
        for number, feed in enumerate(feeds):
            feed.write_bytes(b"".join(world.lines[number::3]))
        size = sum(feed.stat().st_size for feed in feeds)
        start = time.perf_counter()
        command = ["scrapy", "editions", *map(str, feeds), "-o", f"{folder}/stories.jsonl", "--pairs", "no,de"]
        done = subprocess.run([sys.executable, "-c", _RUN, *command], check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - start
        with (Path(folder) / "stories.jsonl").open("rb") as lines:
            found = judge(world, map(json.loads, lines))
    peak = int(done.stdout.split()[-1]) / 1024
    print(
        f"{len(world.lines)} lines, {size / 1e6:.0f} MB, {len(set(world.story.values()))} stories, seed {options.seed}\n{done.stderr}"
    )
    print(f"precision {found['precision']:.5f}  recall {found['recall']:.4f}  (pairs of lines that are one story)")
    print(f"{seconds:.1f} s, {len(world.lines) / seconds:.0f} lines a second, {peak:.0f} MB at most\n")
    print("\n".join(f"  {name:<18} right {share:.5f} of {count}" for name, (share, count) in found["reasons"].items()))
    print(
        "\n".join(
            f"  flag {name:<15} precision {p:.3f}  recall {r:.3f} of {n}" for name, (p, r, n) in found["flags"].items()
        )
    )


if __name__ == "__main__":
    main()
