"""Connections: to what ``guard`` takes for public, and with heads of answers that are no longer than need be.

Apart from it, since Scrapy's handler takes long to import, and is needed when the first request is made.
"""

from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import normalize_bind_address, wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.web.client import Agent

from newscrawl.crawl.guard import PublicReactor

HEAD_MAXSIZE = 256 * 1024
"""Most bytes of status line and headers; Scrapy's DOWNLOAD_MAXSIZE counts the body alone."""


class PublicHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https: connects to public addresses only, and bounds the head of an answer."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        _count_by_the_steady_clock()
        self._pool._factory = _ClientFactory
        self._open = crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")

    async def download_request(self, request: Request) -> Response:
        """Return the answer to ``request``; raises ``Refused`` where its host is on no public address."""
        agent = (_ScrapyAgent if self._open else _PublicAgent)(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


def _count_by_the_steady_clock() -> None:
    """Have Twisted count the seconds of time-outs by a clock that nobody sets.

    It takes the time of day: a clock set ahead ends every answer on its way, one set back an hour makes a server that
    hangs hang for an hour more.
    """
    from twisted.internet import reactor

    reactor.seconds = monotonic  # type: ignore[method-assign, misc]


class _PublicAgent(_ScrapyAgent):
    def _get_agent(self, request: Request, timeout: float) -> Agent:
        if request.meta.get("proxy"):
            return super()._get_agent(request, timeout)
        from twisted.internet import reactor

        return _BindAddressAgent(
            reactor=PublicReactor(reactor),  # type: ignore[arg-type]
            contextFactory=self._contextFactory,
            connectTimeout=timeout,
            bindAddress=normalize_bind_address(request.meta.get("bindaddress") or self._bindAddress),
            pool=self._pool,
        )


class _Parser(_LenientHTTPClientParser):
    """Ends the connection where an answer's head is too long."""

    head = 0

    def lineReceived(self, line: bytes) -> None:
        self.head += len(line) + 2
        if self.head > HEAD_MAXSIZE:
            raise ValueError(f"more than {HEAD_MAXSIZE} bytes of headers")
        super().lineReceived(line)


class _ClientProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        waiting = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _Parser  # as the parent does: no class is asked for
        return waiting


class _ClientFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _ClientProtocol:
        return _ClientProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
