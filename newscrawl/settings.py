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
CONCURRENT_REQUESTS = 32  # of so many hosts: those that hang must leave room for the others
DOWNLOAD_TIMEOUT = 30
READ_TIMEOUT = 10.0  # ours: most seconds of processor time for reading a page, or 8 MB of a listing; pages take 0.01
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

# --- the browser, where a site needs one (docs/browser.md) ------------------------------------------------
BROWSER_EXECUTABLE = None  # ours: Chromium; by default what the system calls chromium or google-chrome
BROWSER_PAGES = 2  # ours: open at a time; of one host never more than of other requests
BROWSER_SETTLE = 5.0  # ours: most seconds that scripts have from a page's markup to its text
BROWSER_MEMORY_MB = 1024  # ours: of all its processes; above it the largest page, or the browser, is ended

# --- the flow ----------------------------------------------------------------------------------------------
ADDONS = {
    "newscrawl.archive.record.RecordAddon": 90,
    "newscrawl.crawl.browsing.BrowserAddon": 95,
    "newscrawl.archive.replay.ReplayAddon": 100,
}
REPLAY_FROM = None  # ours: an archive, a folder or glob of them; every request is answered from there
RECORD_TO = None  # ours: a folder; every answer is written there as WARC
RECORD_MAX_MB = 1000  # ours: then a new file is begun
REREAD_PART_MB = 16  # ours: of an archive that a worker is given at a time, and that is read again after a kill
CONCURRENT_ITEMS = 1  # a page gives one, and the stages wait for nothing: Scrapy starts so many tasks for each answer
WARN_ON_GENERATOR_RETURN_VALUE = False  # would read the source of callbacks, at each answer
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # listings keep count of where they lead
}
DUPEFILTER_CLASS = "scrapy.dupefilters.RFPDupeFilter"
SCHEDULER_PRIORITY_QUEUE = "newscrawl.crawl.turns.Turns"  # a host that hangs or rests holds up no other
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
    "newscrawl.feed.progress.Progress": 1,
    "newscrawl.archive.record.Recorder": 5,
    "newscrawl.crawl.politeness.CrawlDelay": 10,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "newscrawl.crawl.memory.OwnMemory": 12,
    "newscrawl.crawl.alone.AloneOnSite": 15,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "newscrawl.feed.export.ArticleFeeds": 20,  # after Books, which it tells
}

# --- the feed ----------------------------------------------------------------------------------------------
FEEDS = {"feeds/%(name)s.jsonl": {"format": "jsonlines"}}  # where neither -o nor -O is given
FEED_JOURNALS = "feeds"  # ours: a folder for what is delivered elsewhere, or in dated files (docs/feeds.md)
if "NEWSCRAWL_DATA" in os.environ:  # a server's folder: a feed a site that goes on, and what each job added to it
    _data = str(Path(os.environ["NEWSCRAWL_DATA"]).absolute())
    FEEDS = {
        f"{_data}/{name}": {"format": "jsonlines"} for name in ("feeds/%(name)s.jsonl", "jobs/%(name)s/%(_job)s.jsonl")
    }
    FEED_JOURNALS = f"{_data}/feeds"
FEED_EXPORT_ENCODING = "utf-8"
FEED_STORAGES = {
    "": "newscrawl.feed.export.DurableFileStorage",
    "file": "newscrawl.feed.export.DurableFileStorage",
    "sftp": "newscrawl.feed.sftp.SftpFeedStorage",
}
FEED_EXPORTERS = {
    "jsonlines": "newscrawl.feed.export.ArticleLinesExporter",
    "jsonl": "newscrawl.feed.export.ArticleLinesExporter",
    "jl": "newscrawl.feed.export.ArticleLinesExporter",
    "gz": "newscrawl.feed.export.ArticleLinesExporter",  # -o out.jsonl.gz
    "zst": "newscrawl.feed.export.ArticleLinesExporter",
}
FEED_STORE_EMPTY = True
FEED_STORAGE_SFTP_KEY = None  # ours: file of a private key, beside those that ssh would try
SEEN_STORE = os.environ.get("SEEN_STORE")  # ours: redis://HOST/0 shares what is exported (docs/fleet.md)
SEEN_STORE_PREFIX = "newscrawl"  # ours: begins all its keys
SEEN_STORE_LEASE = 86400.0  # ours: seconds; what a lost worker was writing is left to it that long
SITE_LEASE = 60.0  # ours: seconds after which another crawl may take up the site of one that is lost; 0: no such lease

# --- the fleet: Celery workers that are handed slices (docs/fleet.md) ----------------------------------------
FLEET_BROKER = os.environ.get("FLEET_BROKER")  # ours: redis:// or amqp://; None: the Redis of SEEN_STORE
FLEET_ARCHIVES = os.environ.get("FLEET_ARCHIVES")  # ours: a folder; None: $NEWSCRAWL_DATA/warc
FLEET_TIME_LIMIT = 6 * 3600.0  # ours: seconds that a slice may take at a time; what is left of it is a slice again
FLEET_GRACE = 60.0  # ours: seconds that it then has to end with what is in flight, before it is killed
FLEET_TRIES = 12  # ours: over 26 hours, longer than the claims of a lost worker last; then a slice is put aside

# --- what is said --------------------------------------------------------------------------------------------
LOG_LEVEL = "WARNING"  # the summary tells the rest; -L INFO shows the crawl at work
LOG_FILE_APPEND = True
LOG_JSON = False  # ours: 1 makes each log record, progress and the summary one JSON object a line
PROGRESS = "auto"  # ours: a live line on a terminal, else a line now and then; live, lines or 0 for nothing
PROGRESS_SECONDS = 60.0  # ours: between two such lines
QUIET = False  # ours: 1 says nothing of a run that went well
