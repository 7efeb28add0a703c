"""Crawls on several machines: Celery hands out slices of work, ``celery -A newscrawl.fleet worker`` does them."""
