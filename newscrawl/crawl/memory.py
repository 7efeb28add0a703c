"""How much memory a crawl takes: its own, now."""

import os
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

_STATM = Path("/proc/self/statm")


class OwnMemory(MemoryUsage):
    """Scrapy's watch over ``MEMUSAGE_LIMIT_MB``, by what the process holds now.

    Scrapy asks for the highest that was ever held, and that is handed down: Linux keeps it over ``fork`` and ``exec``
    (getrusage(2), ``ru_maxrss``). A crawl started by a program of two gigabytes would end before its first request.
    """

    def get_virtual_size(self) -> int:
        """Return the bytes of memory in use; where there is no ``/proc``, the most there ever were."""
        try:
            pages = int(_STATM.read_text("ascii").split()[1])  # proc(5): size, resident, …
        except OSError:
            return super().get_virtual_size()
        return pages * os.sysconf("SC_PAGE_SIZE")
