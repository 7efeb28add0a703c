"""Content encodings: what claims to be gzip and is not, and gzip that was cut off."""

import zlib

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response

GZIP = (b"gzip", b"x-gzip")


class Decoding(HttpCompressionMiddleware):
    """Scrapy's middleware, which loses a page whose claim is false and takes a cut one for whole."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the response decoded, with the flag ``partial`` where its gzip ends early."""
        claimed = (response.headers.get("Content-Encoding") or b"").strip().lower()
        if claimed in GZIP and response.body and not response.body.startswith(b"\x1f\x8b"):
            del response.headers["Content-Encoding"]
            return response
        decoded = super().process_response(request, response)
        if claimed in GZIP and isinstance(decoded, Response) and _is_cut(response.body, len(decoded.body)):
            return decoded.replace(flags=[*decoded.flags, "partial"])
        return decoded


def _is_cut(body: bytes, size: int) -> bool:
    """Whether gzip data ends before its trailer, which names the unpacked ``size`` (RFC 1952)."""
    if int.from_bytes(body[-4:], "little") == size & 0xFFFFFFFF:
        return False
    while body.startswith(b"\x1f\x8b"):  # members one after the other: each has a trailer of its own
        member = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            while body and not member.eof:
                member.decompress(body, 1 << 20)
                body = member.unconsumed_tail
        except zlib.error:
            return True
        if not member.eof:
            return True
        body = member.unused_data
    return False
