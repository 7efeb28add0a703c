"""Settings of every crawl, in order of data flow, each with its reason."""

import os
from pathlib import Path

from newscrawl import __version__

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]
NEWSPIDER_MODULE = "newscrawl.spiders"
COMMANDS_MODULE = "newscrawl.commands"
TEMPLATES_DIR = str(Path(__file__).parent / "templates")  # scrapy genspider -t site

# --- manners: one request at a time a host, by the robots' rules, under our own name --------------------
USER_AGENT = f"newscrawl/{__version__} (news archive research; obeys robots.txt)"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "newscrawl"
ROBOTSTXT_PARSER = "newscrawl.crawl.politeness.Rules"  # Protego, with groups told apart as RFC 9309 says
ROBOTS_MAX_AGE = 24 * 3600.0  # ours: RFC 9309 (2.4) has rules read again after a day
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.5
DOWNLOADER_MIDDLEWARES = {
    "newscrawl.crawl.guard.Guard": 10,  # before robots.txt is asked for
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newscrawl.crawl.politeness.RobotsTxt": 100,  # a host whose robots.txt cannot be had is closed, not open
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newscrawl.crawl.encoding.Decoding": 590,  # a false claim costs no page, a cut page is known
    "newscrawl.crawl.guard.Redirects": 600,  # a redirect is judged like a link
}
CRAWL_DELAY_MAX = 60.0  # ours: a robots.txt that asks for more is taken at this
RETRY_AFTER_MAX = 600.0  # ours: a server that asks for more is given up for this run
BREAKER_ERRORS = 5  # ours: so many failures of a host in a row, and it rests
BREAKER_REST = 300.0  # ours: seconds
BREAKER_RESTS = 2  # ours: then it is given up for this run
COOKIES_ENABLED = False  # news pages need none

# --- surface: nothing listens, nothing but http is fetched, no certificate is taken on trust -----------
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # would execute Python for whoever reads its token file
DOWNLOAD_HANDLERS = {
    "http": "newscrawl.crawl.patience.PatientHandler",
    "https": "newscrawl.crawl.patience.PatientHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
ALLOW_PRIVATE_ADDRESSES = False  # ours: a page must not make the crawl read what only this network can reach
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPPROXY_ENABLED = False  # a proxy in the environment is not taken silently
REFERRER_POLICY = "same-origin"

# --- limits: a page is below 2 MB, an answer within half a minute -----------------------------------------
CONCURRENT_REQUESTS = 8  # requests in flight are waited for at a graceful stop
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024
DNS_TIMEOUT = 10
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
URLLENGTH_LIMIT = 2000
MEMUSAGE_LIMIT_MB = 1024  # a run that needs more has gone wrong; the same command again goes on
MEMUSAGE_CHECK_INTERVAL_SECONDS = 5.0

# --- the flow ----------------------------------------------------------------------------------------------
ADDONS = {"newscrawl.archive.replay.ReplayAddon": 100, "newscrawl.archive.record.RecordAddon": 90}
RECORD_TO = None  # ours: a folder; every answer is written there as WARC
RECORD_MAX_MB = 1000  # ours: then a new file is begun
REREAD_PART_MB = 16  # ours: of an archive that a worker is given at a time, and that is read again after a kill
DUPEFILTER_CLASS = "scrapy.dupefilters.RFPDupeFilter"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # in the order of the listing: newest first
ITEM_PIPELINES = {
    "newscrawl.pipelines.clean_text.CleanText": 100,
    "newscrawl.pipelines.resolve_source.ResolveSource": 200,
    "newscrawl.pipelines.normalise_dates.NormaliseDates": 300,
    "newscrawl.pipelines.tag_language.TagLanguage": 400,
    "newscrawl.pipelines.validate.Validate": 500,
    "newscrawl.pipelines.dedupe.Dedupe": 600,
    "newscrawl.pipelines.mark_near_duplicates.MarkNearDuplicates": 700,
}
DROP_NEAR_DUPLICATES = False  # ours: 1 keeps the first of nearly equal texts alone; else the others name it
RECHECK_HOURS = 0  # ours: pages published within so many hours are read again in each run (72 is a good number)
EXTENSIONS = {
    "newscrawl.feed.books.Books": 0,
    "newscrawl.archive.record.Recorder": 5,
    "newscrawl.crawl.politeness.CrawlDelay": 10,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "newscrawl.feed.export.ArticleFeeds": 20,  # after Books, which it tells
}

# --- the feed ----------------------------------------------------------------------------------------------
FEEDS = {"feeds/%(name)s.jsonl": {"format": "jsonlines"}}  # where neither -o nor -O is given
if "NEWSCRAWL_DATA" in os.environ:  # a server's folder: a feed a site that goes on, and what each job added to it
    _data = str(Path(os.environ["NEWSCRAWL_DATA"]).absolute())
    FEEDS = {
        f"{_data}/{name}": {"format": "jsonlines"} for name in ("feeds/%(name)s.jsonl", "jobs/%(name)s/%(_job)s.jsonl")
    }
FEED_EXPORT_ENCODING = "utf-8"
FEED_STORAGES = {
    "": "newscrawl.feed.export.DurableFileStorage",
    "file": "newscrawl.feed.export.DurableFileStorage",
}
FEED_EXPORTERS = {
    "jsonlines": "newscrawl.feed.export.ArticleLinesExporter",
    "jsonl": "newscrawl.feed.export.ArticleLinesExporter",
    "jl": "newscrawl.feed.export.ArticleLinesExporter",
}
FEED_STORE_EMPTY = True
SEEN_STORE = None  # ours: redis://HOST/0 shares what is exported between machines (docs/fleet.md)
SEEN_STORE_PREFIX = "newscrawl"  # ours: begins all its keys
SEEN_STORE_LEASE = 86400.0  # ours: seconds; what a lost worker was writing is left to it that long

# --- what is said --------------------------------------------------------------------------------------------
LOG_LEVEL = "WARNING"  # the summary tells the rest; -L INFO shows the crawl at work
LOG_FILE_APPEND = True
