"""Archives read again, in bulk and without the crawl engine.

parts of files ──► workers: record → response → Article → stages 1 to 5 ──► one writer: dedupe, near duplicates, feed
"""
