"""Dates as pages print them to ISO 8601; what a page does not say is not filled in.

Day order, time zone and literal forms are facts of a site (``DateFacts``). A day alone stays a day, an
ambiguous date without a known day order is unreadable, an impossible one too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from newscrawl.text.eras import THAI_MONTHS, THAI_MONTHS_SHORT, to_gregorian

MAX_LENGTH = 120
"""Longest text searched for a date; a date with its label is shorter, and the searches stay linear."""

EARLIEST = "1990-01-01"
"""No news page is older; an earlier date is one that was misread or never set, as ``1970-01-01`` and ``0001-01-01``."""

JUCHE_OFFSET = 1911
"""Juche 1 is 1912 in the Gregorian calendar."""


@dataclass(frozen=True, slots=True)
class DateFacts:
    """What is known of a site's dates."""

    timezone: str | None = None
    """IANA name of the zone of times printed without one; ``None``: such a time gives only its day."""
    day_first: bool | None = None
    """Whether ``05/06/2025`` is 5 June; ``None``: not known, and such a date is unreadable."""
    formats: tuple[str, ...] = ()
    """Literal forms, ``strptime`` codes, tried first and found anywhere in the text: ``"%H:%M %d.%m.%Y"``."""
    buddhist: bool = False
    """Whether 2567 in figures is 2024, as in Thailand."""
    iranian: bool = False
    """Whether 1403 in figures is 2024, as in Iran."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as exact as its source."""

    on: str
    """The day, ``2024-09-14``, in the site's zone where that is known."""
    at: str | None = None
    """The moment with offset, ``2024-09-14T20:03:00+03:00``; ``None`` when only the day is known."""


NO_FACTS = DateFacts()

# Month first is American (and some of its neighbours'); year first needs no order; everyone else writes the day first.
_MONTH_FIRST = frozenset(("en-us", "en-ph", "en-pr", "es-pr", "es-pa"))
_ORDER_UNKNOWN = frozenset(("en", "en-ca", "es-us"))
_YEAR_FIRST_LANGUAGES = frozenset(("zh", "ja", "ko", "hu", "lt", "mn"))
_DAY_FIRST_CHINESE = frozenset(("zh-hk", "zh-mo", "zh-sg", "zh-my"))


def facts_for(facts: DateFacts, language: str | None) -> DateFacts:
    """Return ``facts``, or what a page's language tells of its dates where the site's are not known.

    >>> facts_for(NO_FACTS, "de").day_first, facts_for(NO_FACTS, "en-US").day_first, facts_for(NO_FACTS, "en").day_first
    (True, False, None)
    """
    if facts != NO_FACTS or not language:
        return facts
    tag = language.replace("_", "-").lower()
    if tag in _MONTH_FIRST:
        return DateFacts(day_first=False)
    year_first = tag.partition("-")[0] in _YEAR_FIRST_LANGUAGES and tag not in _DAY_FIRST_CHINESE
    day_first = None if year_first or tag in _ORDER_UNKNOWN else True
    language = tag.partition("-")[0]
    return DateFacts(day_first=day_first, buddhist=language == "th", iranian=language in ("fa", "ps", "ckb"))


_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?(?!\d)",
    re.ASCII | re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})\s?(?:[./年년]|оны)\s?(\d{1,2})\s?(?:[./月월]|-р сарын)\s?(\d{1,2})(?!\d)", re.ASCII
)
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s?([./|-])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d)", re.ASCII)
_JUCHE = re.compile(
    r"(?:juche|주체|主体|чучхе)\s?(\d{2,3})(?:\s?\(\d{4}\))?\s?[.(년年]\s?(\d{1,2})\s?[.월月]\s?(\d{1,2})(?!\d)", re.I
)
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})(?:[:h](\d{2}))(?::(\d{2}))?['′]?\s*(?:(?:GMT|UTC)?\s*([+-]\d{1,2}(?::?\d{2})?)|(Z|UTC|GMT)\b)?",
    re.ASCII | re.IGNORECASE,
)
_AFTERNOONS = ("p", "ch", "chiều", "下午", "午後", "오후", "μ", "مساء", "م", "du", "ös", "अप", "অপ")
"""How the words begin, in lower case, that make hours of a twelve-hour clock those after noon."""

_NIGHTS = ("tối", "đêm", "trưa")
"""Words of Vietnamese that are said of hours on both sides of twelve."""

_CLOCK_AND_HALF = (
    r"(?<![\d:.,/-])(?:(?P<before>[上下]午|午[前後]|오[전후]|\bd[eu]\.|\bö[sö]\b)\s?)?"
    r"(?P<hour>\d{1,2})\s?(?P<mark>[:：h時时点點시])\s?(?P<minute>\d{2}|\d(?=\s?[分분]))(?P<second>:\d{2})?(?!\d)\s?[分분]?['′]?"
    r"(?:\s?(?P<after>%s[ap]\.?\s?m\b\.?|(?:sáng|chiều|tối|đêm|trưa)\b|"
    r"[πμ]\.?\s?μ\b\.?|ö[sö]\b|(?:पूर्व|अपर)ाह्न|(?:পূর্ব|অপর)াহ্[নণ]|(?:صباح|مساء)\w*\u064b?|[صم](?!\w)))?"
)
_HALF_DAY = re.compile(_CLOCK_AND_HALF % "", re.IGNORECASE)
_HALF_DAY_IN_VIETNAM = re.compile(_CLOCK_AND_HALF % r"(?-i:(?:SA|CH)(?![^\s,;|)-]))|", re.IGNORECASE)
"""Elsewhere ``CH`` and ``SA`` are Switzerland and South Africa."""

_CLOCK_WITH_DOT = re.compile(
    r"(?:(?<![^\W\d_])(?:klo?|pkl|um|ora|ore|saat|pukul|jam|เวลา)\.?\s*(?P<h1>[01]?\d|2[0-3])\.(?P<m1>[0-5]\d)(?![\d.])|"
    r"(?<![\d.])(?P<h2>[01]?\d|2[0-3])\.(?P<m2>[0-5]\d)\s*(?:Uhr\b|น\.|WI[BT]\b|WITA\b|hrs?\b))",
    re.IGNORECASE,
)
"""Figures parted by a dot are a time only where a word says so: ``16.05 Uhr``, ``klo 16.05``."""
_SAID_BETWEEN = re.compile("ថ្ងៃទី|ថ្ងៃ|ខែ|ឆ្នាំ|ခုနှစ်|ရက်နေ့|ရက်")
"""Day, month and year, as words beside each of them: Khmer, Burmese."""

_MONTHS_EN = "january february march april may june july august september october november december".split()
# Names of months as dates write them (genitives where a language has them), a language's twelve a line; a dash is none.
# No name stands for two months: ``listopad`` is left out, October in Croatian and November in Czech and Polish.
MONTH_LINES = (
    " ".join(_MONTHS_EN),
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber mrz apr mai jun jul aug sep okt nov dez",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "januari februari mac april mei jun julai ogos september oktober november disember",
    "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre",
    "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "január február március április május június július augusztus szeptember október november december",
    "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra",
    "januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna - studenoga prosinca",
    "јануара фебруара марта априла маја јуна јула августа септембра октобра новембра децембра",
    "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
    "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris",
    "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου "
    "δεκεμβρίου",
    "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "يناير فبراير مارس ابريل مايو يونيه يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
    "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    " ".join(THAI_MONTHS),
    " ".join(THAI_MONTHS_SHORT),
    "ມັງກອນ ກຸມພາ ມີນາ ເມສາ ພຶດສະພາ ມິຖຸນາ ກໍລະກົດ ສິງຫາ ກັນຍາ ຕຸລາ ພະຈິກ ທັນວາ",
    "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ",
    "ဇန်နဝါရီ ဖေဖော်ဝါရီ မတ် ဧပြီ မေ ဇွန် ဇူလိုင် ဩဂုတ် စက်တင်ဘာ အောက်တိုဘာ နိုဝင်ဘာ ဒီဇင်ဘာ",
    "ဇန်နဝါရီလ ဖေဖော်ဝါရီလ မတ်လ ဧပြီလ မေလ ဇွန်လ ဇူလိုင်လ ဩဂုတ်လ စက်တင်ဘာလ အောက်တိုဘာလ နိုဝင်ဘာလ ဒီဇင်ဘာလ",
    "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    "జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జూలై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్",
    "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი",
    "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի",
    "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr",
    "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "- - - - - - - - sept - - -",
    "- - - - - - - - sett - studenog -",
    "- - - - μάι - - - σεπτ - νοέ -",
    "- - - - - - - - setiembre - - -",
    "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro",
    "urtarrilaren otsailaren martxoaren apirilaren maiatzaren ekainaren uztailaren abuztuaren irailaren urriaren "
    "azaroaren abenduaren",
    "urtarrilak otsailak martxoak apirilak maiatzak ekainak uztailak abuztuak irailak urriak azaroak abenduak",
    "- - - - mayis - - - - - kasim aralik",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik - grudzień",
    "leden únor březen duben květen červen červenec srpen září říjen - prosinec",
    "január február marec apríl máj jún júl august september október november december",
    "januar februar marec april maj junij julij avgust september oktober november december",
    "januar februar mart april maj juni juli avgust septembar oktobar novembar decembar",
    "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan - studeni prosinac",
    "јануари февруари март април мај јуни јули август септември октомври ноември декември",
    "јануар фебруар март април мај јуни јули аугуст септембар октобар новембар децембар",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
    "студзень люты сакавік красавік травень чэрвень ліпень жнівень верасень кастрычнік лістапад снежань",
    "студзеня лютага сакавіка красавіка траўня чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
    "sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis",
    "janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī",
    "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu",
    "ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος "
    "δεκέμβριος",
    "ιανουαριου φεβρουαριου μαρτιου απριλιου μαιου ιουνιου ιουλιου αυγουστου σεπτεμβριου οκτωβριου νοεμβριου "
    "δεκεμβριου",
    "ιανουαριος φεβρουαριος μαρτιος απριλιος μαιος ιουνιος ιουλιος αυγουστος σεπτεμβριος οκτωβριος νοεμβριος "
    "δεκεμβριος",
    "- - - - μαϊου - - - - - - -",
    "- - - - μαϊος - - - - - - -",
)
# Short names, many of them words as well (``des``, ``avg``, ``лист``): names of months only beside a day and a year.
# Without those of two months (``lip``, ``lis``, ``srp``) and the commonest words (``ag``, ``led``, ``pro``, ``tra``).
SHORT_LINES = (
    "jän - mär - - - - - - - - -",
    "- - mrt - - - - - - - - -",
    "januarie februarie maart april mei junie julie augustus september oktober november desember",
    "jan feb mar apr mai jun jul aug sep okt nov des",
    "jan feb mar apr maí jún júl ágú sep okt nóv des",
    "jan feb mac apr mei jun jul agu sep okt nov des",
    "jan pebruari mac apr mei jun jul ogo sep okt nopember dis",
    "gen febr març abr maig juny jul - set oct nov des",
    "ian feb mar apr mai iun iul aug sept oct noi dec",
    "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "sty lut mar kwi maj cze - sie wrz paź - gru",
    "- úno bře dub kvě čvn čvc - zář říj - -",
    "jan feb mar apr máj jún júl aug sep okt nov dec",
    "jan feb mar apr maj jun jul avg sep okt nov dec",
    "sij velj ožu - svi - - kol ruj - stu -",
    "јан феб мар апр мај јун јул авг сеп окт нов дец",
    "ян фев мар апр май юни юли авг септ окт ноем дек",
    "яну фев март апр май юни юли авг сеп окт ное дек",
    "янв февр март апр май июнь июль авг сент окт нояб дек",
    "січ лют бер квіт трав черв лип серп вер жовт лист груд",
    "січ лют бер кві тра чер лип сер вер жов лис гру",
    "сту лют сак кра тра чэр ліп жні вер кас ліс сне",
    "saus vas kov bal geg birž liep rugp rugs spal lapkr gruod",
    "janv febr marts apr maijs jūn jūl aug sept okt nov dec",
    "jaan veebr märts apr mai juuni juuli aug sept okt nov dets",
    "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    "tammik helmik maalisk huhtik toukok kesäk heinäk elok syysk lokak marrask jouluk",
    "jan febr márc ápr máj jún júl aug szept okt nov dec",
    "ιαν φεβ μάρ απρ μάι ιούν ιούλ αύγ σεπτ οκτ νοέ δεκ",
    "- - - - μαϊ - - - - - - -",
    "- - - - μαι - - - - - - -",
)


def _numbered(lines: Iterable[str]) -> dict[str, int]:
    return {name: number for line in lines for number, name in enumerate(line.split(), start=1) if name != "-"}


MONTH_NAMES = _numbered(MONTH_LINES)
_SHORT_NAMES = _numbered(SHORT_LINES)
_WORDS_TOO = frozenset(("des", "dis", "tem", "elo", "noi"))
# A word, with the vowel signs that scripts from Devanagari to Khmer set beside a letter, and the dots within "ก.ย"; the
# Arabic months of two words are joined before the look-up.
_LETTER = r"(?:[^\W\d_]|(?!\d)[\u0900-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u17b4-\u17d3])"
_WORD = rf"[^\W\d_]{_LETTER}*(?:\.[\u0e01-\u0e2e])?(?:\sال(?:أول|ثاني))?"
_WORDS = re.compile(
    rf"(?<![^\W_])(?:(?P<d1>\d{{1,2}})(?P<dot>st|nd|rd|th|er|º|°|\.)?\s*(?:de\s+|d['’]\s?|of\s+|-)?)?"
    rf"(?<![^\W\d_])(?P<m>{_WORD})\.?,?"
    rf"(?:\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?)?(?:\s*/\s*{_WORD})?(?:\s+|-|(?<=\.))(?:del?\s+)?(?P<y>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_YEAR_THEN_WORDS = re.compile(
    rf"(?<!\d)(?P<y>\d{{4}})(?:\.|\sm\.|-?e?ko)?,?\s+(?P<dot>)(?:gada\s+(?P<d1>\d{{1,2}})\.\s)?"
    rf"(?P<m>{_WORD})(?:\.?\s+(?P<d2>\d{{1,2}})(?!\d|:))?",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"(?<![\w.:/])(\d{1,2})([./])(\d{1,2})\2(\d{2})(?![\w:/]|\.\d|\s?[€$%])", re.ASCII)
_CTIME = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{1,2}:\d{2}:\d{2}) (?:([A-Z]{3,4}|[+-]\d{4}) )?(\d{4})", re.ASCII
)
_VIETNAMESE_MONTHS = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_IN_VIETNAMESE = rf"(?:tháng|thg\.?)\s(?P<m{{}}>\d{{{{1,2}}}}|{'|'.join(reversed(_VIETNAMESE_MONTHS))})"
_VIETNAMESE = re.compile(
    rf"(?<!\d)(?:(?P<d1>\d{{1,2}}),?\s{_IN_VIETNAMESE.format(1)}|{_IN_VIETNAMESE.format(2)}\s(?P<d2>\d{{1,2}}))"
    r",?\s(?:năm\s)?(?P<y>\d{4})(?!\d)",
    re.IGNORECASE,
)
"""``14 tháng 9 năm 2024``, ``14 thg 9, 2024``; as WordPress has it ``14 Tháng Chín, 2024``, ``Tháng Chín 14, 2024``."""
_CODES = {
    "%d": r"(?P<d>\d{1,2})",
    "%m": r"(?P<m>\d{1,2})",
    "%Y": r"(?P<Y>\d{4})",
    "%y": r"(?P<y>\d{2})",
    "%H": r"(?P<H>\d{1,2})",
    "%I": r"(?P<I>\d{1,2})",
    "%M": r"(?P<M>\d{2})",
    "%S": r"(?P<S>\d{2})",
    "%p": r"(?P<p>[AaPp])\.?[Mm]\.?",
    "%z": r"(?P<z>Z|[+-]\d{2}:?\d{2})",
}


def read_moment(raw: str, facts: DateFacts = NO_FACTS) -> Moment:
    """Return the first date in ``raw``, with its time when it has one.

    Forms, in this order: the site's literal ones, ISO 8601 (also compact), RFC 2822, year first, Juche,
    day and month in figures, names of months in some sixty languages, years of two figures where the order
    is known; years of other eras and calendars as ``eras.py`` has them. A machine date at exactly midnight with
    seconds (``T00:00:00``) is what systems write that know only the day, so it gives the day alone.

    >>> read_moment("14/09/2024", DateFacts(day_first=True))
    Moment(on='2024-09-14', at=None)
    >>> read_moment("20:03 13.09.2024", DateFacts("Europe/Moscow", True)).at
    '2024-09-13T20:03:00+03:00'

    Raises:
        ValueError: no date in a known form, an impossible one, or an ambiguous one.
    """
    return _read_moment(raw.strip()[:MAX_LENGTH], facts)


@lru_cache(maxsize=1024)  # of a page's dates the same few are read to choose among them and to write them down
def _read_moment(text: str, facts: DateFacts) -> Moment:
    text = to_gregorian(text, buddhist=facts.buddhist, iranian=facts.iranian)
    half_day = _HALF_DAY_IN_VIETNAM if facts.timezone == "Asia/Ho_Chi_Minh" else _HALF_DAY
    text = _SAID_BETWEEN.sub(" ", text)
    plain = half_day.sub(_on_24_hours, _CLOCK_WITH_DOT.sub(_with_colon, text))
    readers = (_read_iso, _read_compact, _read_mail, _read_juche, _read_figures, _read_words, _read_short)
    found = (reader(plain, facts) for reader in readers)
    moment = _read_formats(text, plain, facts) or next(filter(None, found), None)
    if moment is None:
        raise ValueError(f"no date in {text!r}")
    return moment


def in_days(first: date, last: date) -> Iterator[date]:
    """Yield the days from ``last`` back to ``first``, both included: newest first."""
    day = last
    while day >= first:
        yield day
        day -= timedelta(days=1)


# Datelines: a city, a month and a day, no year.
_DATELINES = (
    re.compile(r"^\W{0,3}[^\W\d_][\w .'-]{1,30}, (?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d{1,2}) \("),
    re.compile(r"^\W{0,3}[^\W\d_][\w .'-]{1,30}, (?P<day>\d{1,2}) (?:de )?(?P<month>[^\W\d_]{3,10})\b"),
    re.compile(r"^.{0,14}?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]", re.DOTALL),
)
_MONTHS = {
    name[:3]: number
    for names in (
        " ".join(_MONTHS_EN),
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), start=1)
}


def read_dateline(text: str, fetched: date) -> tuple[date, str] | None:
    """Return the day that an agency's dateline names, and its words: ``Pyongyang, September 14 (KCNA) --``.

    The year is the latest that puts the day not after ``fetched`` (one day of grace for time zones).
    ``None`` when ``text`` does not begin with a dateline or its day does not exist.

    >>> read_dateline("Pyongyang, September 14 (KCNA) -- A fair opened.", date(2026, 7, 9))
    (datetime.date(2025, 9, 14), 'Pyongyang, September 14')
    """
    head = text.strip()[:MAX_LENGTH].translate(_FULL_WIDTH)
    for pattern in _DATELINES:
        found = pattern.match(head)
        if found:
            word = found["month"]
            month = int(word) if word.isdecimal() else _MONTHS.get(word.lower()[:3], 0)
            day = _latest(month, int(found["day"]), fetched)
            words = " ".join(found.group().split())  # a mark may stand in a paragraph before it
            return (day, words.strip(" (")) if day else None
    return None


_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)}


def _latest(month: int, day: int, fetched: date) -> date | None:
    # Eight years reach back over every gap between leap years.
    for year in range(fetched.year + 1, fetched.year - 8, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= fetched + timedelta(days=1):
            return found
    return None


@lru_cache(maxsize=256)
def _compile(form: str) -> re.Pattern[str]:
    parts = (
        _CODES[part] if part in _CODES else r"\s*" if part.isspace() else re.escape(part)
        for part in re.split(r"(%[a-zA-Z]|\s+)", form)
        if part
    )
    return re.compile(rf"(?<!\d){''.join(parts)}(?!\d)")


def _with_colon(found: re.Match[str]) -> str:
    return f" {found['h1'] or found['h2']}:{found['m1'] or found['m2']} "


def _on_24_hours(found: re.Match[str]) -> str:
    """Return a time on a clock of twelve hours as on one of 24; what may be either is none."""
    half, hour = (found["before"] or found["after"] or "").lower(), int(found["hour"])
    minute = found["minute"].zfill(2)
    if not half:
        is_time = found["mark"] not in ":：hH" and hour < 24 and int(minute) < 60
        return f" {hour:02}:{minute} " if is_time else found.group()
    if half in _NIGHTS and hour <= 12:
        if hour == 12 and half != "trưa":
            return " "
        hour += 12 * (hour < 4 if half == "trưa" else hour > 4)
    elif hour <= 12:
        hour = hour % 12 + 12 * half.startswith(_AFTERNOONS)
    return f" {hour:02}:{minute}{found['second'] or ''} "


def _read_formats(text: str, plain: str, facts: DateFacts) -> Moment | None:
    """Read a date in one of the site's literal forms; ``plain`` is the text with its times on a clock of 24 hours."""
    for form in facts.formats:
        found = _compile(form).search(text if "%p" in form else plain)
        if not found:
            continue
        part = found.groupdict()
        year = int(part["Y"]) if part.get("Y") else 2000 + int(part["y"])
        day = date(year, int(part["m"]), int(part["d"]))
        hour = part.get("H") or part.get("I")
        if hour is None:
            return Moment(day.isoformat())
        return _moment(
            day,
            _hour(int(hour), part.get("p")),
            int(part["M"]),
            int(part.get("S") or 0),
            part.get("z"),
            facts,
        )
    return None


def _read_iso(text: str, facts: DateFacts) -> Moment | None:
    found = _ISO.search(text)
    return _from_parts(found.groups(), facts) if found else None


def _read_compact(text: str, facts: DateFacts) -> Moment | None:
    found = _COMPACT.match(text)
    return _from_parts(found.groups(), facts) if found else None


def _from_parts(parts: tuple[str | None, ...], facts: DateFacts) -> Moment:
    year, month, day, hour, minute, second, zone = parts
    on = date(int(year or 0), int(month or 0), int(day or 0))
    if hour is None or (hour, minute, second) == ("00", "00", "00"):
        return Moment(on.isoformat())
    return _moment(on, int(hour), int(minute or 0), int(second or 0), zone, facts)


def _read_mail(text: str, facts: DateFacts) -> Moment | None:
    if ctime := _CTIME.match(text):  # Mon Aug 03 12:45:00 EDT 2015
        month, day, clock, zone_name, year = ctime.groups()
        text = f"{day} {month} {year} {clock} {zone_name or ''}"
    if not re.match(r"(?:[A-Za-z]{3,9},\s*)?\d{1,2}\s+[A-Za-z]{3,9}\s+\d{2,4}\s+\d{1,2}:\d{2}", text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    zone = moment.tzinfo
    return _moment(moment.date(), moment.hour, moment.minute, moment.second, zone, facts)


def _read_juche(text: str, facts: DateFacts) -> Moment | None:
    found = _JUCHE.search(text)
    if not found:
        return None
    return Moment(date(int(found[1]) + JUCHE_OFFSET, int(found[2]), int(found[3])).isoformat())


def _read_figures(text: str, facts: DateFacts) -> Moment | None:
    found = _YEAR_FIRST.search(text)
    if found:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        return _with_clock(day, text[: found.start()] + " " + text[found.end() :], facts)
    found = _DAY_FIRST.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    day_first = (
        True if facts.day_first is None and found[2] == "." else facts.day_first
    )  # nobody parts months first by dots
    if day_first is None and first <= 12 and second <= 12 and first != second:
        raise ValueError(f"day and month cannot be told apart in {text!r}")
    month_first = day_first is False or (day_first is None and second > 12)
    day = date(year, first, second) if month_first else date(year, second, first)
    return _with_clock(day, text[: found.start()] + " " + text[found.end() :], facts)


def _read_words(text: str, facts: DateFacts) -> Moment | None:
    for found in (*_each(_WORDS, text), *_each(_YEAR_THEN_WORDS, text)):
        is_dotted = text.startswith(".", found.end("m")) or found["dot"] == "."
        is_clear = found.re is _WORDS and found["m"].lower() not in _WORDS_TOO
        short = is_dotted or is_clear  # "2024 des 27", "17 des 2000 employés" are no days in December
        month = _month(found["m"], dotted=found["dot"] == ".", short=short)
        if month and (number := found["d1"] or found["d2"]):
            day = date(int(found["y"]), month, int(number))
            return _with_clock(day, text[: found.start()] + " " + text[found.end() :], facts)
    vietnamese = _VIETNAMESE.search(text)
    if vietnamese is None:
        return None
    name = (vietnamese["m1"] or vietnamese["m2"]).lower()
    month = int(name) if name.isdecimal() else _VIETNAMESE_MONTHS.index(name) + 1
    day = date(int(vietnamese["y"]), month, int(vietnamese["d1"] or vietnamese["d2"]))
    return _with_clock(day, text[: vietnamese.start()] + " " + text[vietnamese.end() :], facts)


def _each(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield every match of ``pattern``, also those that overlap."""
    found = pattern.search(text)
    while found is not None:
        yield found
        found = pattern.search(text, found.start() + 1)


def _month(word: str, *, dotted: bool, short: bool) -> int | None:
    """Return the number of a month's name: ``5. listopada`` is Croatian October, ``5 listopada`` Polish November."""
    name = "_".join(word.lower().replace("\u0307", "").split())  # the dot that lower() leaves of a Turkish İ
    if name == "listopada" and dotted:
        return 10
    return MONTH_NAMES.get(name) or (_SHORT_NAMES.get(name) if short else None)


def _read_short(text: str, facts: DateFacts) -> Moment | None:
    """Read ``31.10.23``: only where the page's order is known."""
    found = _SHORT_YEAR.search(text)
    if found is None or facts.day_first is None:
        return None
    first, second, short = int(found[1]), int(found[3]), int(found[4])
    year = short + (1900 if short >= 90 else 2000)
    by_day = facts.day_first or found[2] == "."
    day = date(year, second, first) if by_day else date(year, first, second)
    return _with_clock(day, text[: found.start()] + " " + text[found.end() :], facts)


def _with_clock(day: date, rest: str, facts: DateFacts) -> Moment:
    found = _CLOCK.search(rest)
    if not found:
        return Moment(day.isoformat())
    return _moment(day, int(found[1]), int(found[2]), int(found[3] or 0), found[4] or found[5], facts)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"no hour of a twelve-hour clock: {hour}")
    return hour % 12 + (12 if half in "Pp" else 0)


def _moment(day: date, hour: int, minute: int, second: int, zone: str | tzinfo | None, facts: DateFacts) -> Moment:
    """Join the parts; a time with no zone, printed or known, gives its day alone."""
    home = _zone(facts.timezone)
    stated = _offset(zone) if isinstance(zone, str) else zone
    moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=stated or home)
    if moment.tzinfo is None:
        return Moment(day.isoformat())
    try:
        local = moment.astimezone(home) if home else moment
    except OverflowError as error:
        raise ValueError(str(error)) from None
    return Moment(local.date().isoformat(), local.isoformat(timespec="seconds"))


@lru_cache(maxsize=64)
def _zone(name: str | None) -> tzinfo | None:
    return None if name is None else UTC if name == "UTC" else ZoneInfo(name)


def _offset(text: str) -> tzinfo:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(f"no offset from UTC: {text}")
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
