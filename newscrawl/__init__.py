"""News sites into clean, deduplicated article records, one JSON object a line."""

__version__ = "0.1.0"
