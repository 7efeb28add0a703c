"""What an element is called, by its classes and ``id``: the same few names on every page of a site."""

import re
from collections.abc import Callable
from functools import lru_cache

MAX_NAMES = 1000
"""So many characters of an element's names are looked at, and remembered."""


def remembered(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Return a function that tells whether ``pattern`` is in the beginning of names; it remembers 4,096 answers."""

    @lru_cache(maxsize=4096)
    def is_found(names: str) -> bool:
        return pattern.search(names) is not None

    return lambda names: is_found(names[:MAX_NAMES])


WALL = r"(?:pay|reg)-?wall[-_]+(?:box|overlay|banner|message|prompt|offer|cta|modal|login|info|hint|notice)"
"""Names of what asks for money in place of a text; ``paywall`` alone is what papers write on the text behind it."""
