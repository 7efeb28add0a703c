"""What is promised under faults, attacks and bad input, row by row, and the tests that show it.

``docs/promises.md`` is made from it; ``test_table.py`` sees that every test named here is there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A fault and what comes of it."""

    name: str
    fault: str
    promise: str
    tests: tuple[str, ...]
    """``path::function`` below ``tests/``."""


def row(name: str, fault: str, promise: str, *tests: str) -> Row:
    """Return a row."""
    return Row(name, fault, promise, tests)


PATIENCE, GUARD, ROBOTS = "crawl/test_patience.py", "crawl/test_guard.py", "crawl/test_robots_matrix.py"
HOSTILE, TRANSPORT, KILL, LIVE = (
    "faults/test_hostile.py",
    "faults/test_transport.py",
    "faults/test_kill.py",
    "test_live.py",
)
LISTINGS, DOCUMENT, STAGES = "crawl/test_listings.py", "page/test_document.py", "pipelines/test_stages.py"

TABLE: dict[str, tuple[Row, ...]] = {
    "Servers and connections": (
        row(
            "T1",
            "slow head or body, silence",
            "given up after `DOWNLOAD_TIMEOUT` seconds in all; the page is a reject",
            f"{HOSTILE}::test_pages",
            f"{LIVE}::test_slow_page_is_given_up",
            f"{TRANSPORT}::test_a_server_that_says_nothing",
        ),
        row(
            "T2",
            "a host that fails again and again",
            "rests after 5 failures in a row, is given up after two rests; nothing of it is lost, the exit code says so, the next run asks again",
            f"{PATIENCE}::test_a_host_that_fails_is_left_alone_and_asked_again_next_time",
            f"{PATIENCE}::test_a_host_that_recovers_while_it_rests_is_read_to_the_end",
            f"{PATIENCE}::test_a_few_broken_pages_are_no_broken_host",
        ),
        row(
            "T3",
            "endless headers, a header of megabytes, `100 Continue` for ever",
            "the connection ends at 256 KiB of head",
            f"{HOSTILE}::test_pages",
        ),
        row(
            "T4",
            "endless or huge body",
            "cut off at `DOWNLOAD_MAXSIZE`; a reject",
            f"{HOSTILE}::test_pages",
            f"{HOSTILE}::test_listings",
        ),
        row(
            "T5",
            "bombs in gzip, deflate, br, zstd, one in another, a hundred encodings",
            "unpacked no further than the limit; memory below 350 MB",
            f"{HOSTILE}::test_pages",
            f"{HOSTILE}::test_listings",
        ),
        row(
            "T6",
            "a body shorter than promised",
            "asked for again, then a reject; never an article",
            f"{LIVE}::test_cut_page_is_no_article",
            f"{LIVE}::test_cut_page_that_comes_whole_at_the_second_try",
        ),
        row(
            "T7",
            "no length, connection ended",
            "kept, with the flag `truncated`",
            f"{TRANSPORT}::test_a_page_without_length_whose_connection_ends",
        ),
        row("T8", "gzip that ends early", "kept, with the flag `truncated`", f"{TRANSPORT}::test_gzip_that_ends_early"),
        row(
            "T9",
            "a false `Content-Encoding`",
            "read as it came",
            f"{TRANSPORT}::test_what_claims_to_be_gzip_and_is_not",
        ),
        row("T10", "bad framing, no HTTP at all", "a reject; the crawl goes on", f"{HOSTILE}::test_pages"),
        row(
            "T11",
            "redirects without end",
            "followed 5 times",
            f"{HOSTILE}::test_redirects_without_end",
            f"{LIVE}::test_redirect_loop_ends",
        ),
        row(
            "T12",
            "a page that redirects to itself",
            "asked again; read if it answers, else a reject, never lost unsaid",
            f"{HOSTILE}::test_redirects_without_end",
        ),
        row(
            "T13",
            "429 and 503 with `Retry-After`",
            "the whole host is left alone that long, for at most 10 minutes; longer, and it is given up for the run",
            f"{PATIENCE}::test_retry_after_holds_the_whole_host",
            f"{PATIENCE}::test_a_server_that_asks_for_too_much_is_given_up",
            f"{PATIENCE}::test_forms_of_retry_after",
        ),
        row("T14", "a certificate of nobody", "not taken", f"{TRANSPORT}::test_a_certificate_of_nobody_is_not_taken"),
        row("T16", "cookies", "none are kept or sent", "test_conventions.py::test_polite_and_closed_by_default"),
        row(
            "T17",
            "charsets that are none, wrong or missing",
            "found out from the bytes",
            f"{TRANSPORT}::test_charsets_that_are_none",
            f"{DOCUMENT}::test_charset_is_found_out",
        ),
        row("T18", "a `<base>` that is no address", "passed over", f"{TRANSPORT}::test_base_addresses_that_are_none"),
    ),
    "robots.txt (RFC 9309)": (
        row(
            "R1–R4",
            "5xx, 429, no answer, a cut answer",
            "the host is closed for now; 4xx but 429 opens it",
            f"{ROBOTS}::test_answers",
            f"{ROBOTS}::test_host_that_does_not_answer",
        ),
        row(
            "R5",
            "redirects, also to another host",
            "followed; the rules count for the host that was asked",
            f"{ROBOTS}::test_answers",
            f"{LIVE}::test_robots_on_another_host_count",
        ),
        row(
            "R6",
            "megabytes, huge lines, a million rules",
            "the first 512 KiB count, in no time",
            f"{ROBOTS}::test_half_a_megabyte_of_anything_takes_no_time",
        ),
        row("R7", "rules that change", "read again after 24 hours", f"{ROBOTS}::test_rules_are_read_again_in_time"),
        row(
            "R8",
            "`Crawl-delay`",
            "kept, up to a minute",
            f"{LIVE}::test_crawl_delay_is_kept",
            f"{ROBOTS}::test_crawl_delay",
        ),
        row(
            "R9",
            "BOM, line ends, HTML, wildcards, groups, escapes",
            "some 80 cases as the RFC has them",
            f"{ROBOTS}::test_rules",
        ),
    ),
    "Addresses": (
        row(
            "S1",
            "`file:`, `ftp:`, `data:` anywhere",
            "only http and https are asked for",
            f"{GUARD}::test_requests_refused_by_their_address",
        ),
        row(
            "S3",
            "private, loopback, link-local, metadata addresses, in 28 spellings, by link, redirect, sitemap, feed, robots.txt, canonical",
            "no connection is made, unless `ALLOW_PRIVATE_ADDRESSES=1`",
            f"{GUARD}::test_no_spelling_and_no_name_reaches_loopback",
            f"{GUARD}::test_paper_that_tries_it_by_every_listing",
            f"{GUARD}::test_redirects_and_their_robots_end_at_the_guard",
        ),
        row(
            "S4",
            "DNS that turns private after the first answer",
            "the decision is on the address connected to",
            f"{GUARD}::test_name_that_turns_private_after_the_first_answer",
        ),
        row(
            "S6",
            "credentials in addresses",
            "dropped",
            f"{GUARD}::test_credentials_in_a_redirect_are_dropped",
            f"{GUARD}::test_links_lose_their_credentials",
        ),
        row(
            "S7",
            "a proxy in the environment",
            "not taken, unless `HTTPPROXY_ENABLED=1`",
            "test_conventions.py::test_polite_and_closed_by_default",
        ),
        row(
            "S8",
            "calendars, paging and lists without end",
            "bounded, and said",
            f"{HOSTILE}::test_endless_lists_are_left",
            f"{HOSTILE}::test_more_pages_than_a_run_asks_for",
            "crawl/test_sources.py::test_section_goes_on_page_by_page_to_its_limit",
        ),
        row(
            "S9", "pages of a million links", "the first 50,000 count", f"{HOSTILE}::test_page_of_links_that_would_grow"
        ),
        row(
            "S10",
            "consent, bot and log-in walls, pages that say 404 with status 200, the same words at every address",
            "rejects with a reason, asked for again in the next run",
            "page/test_garbage.py::test_garbage",
            f"{STAGES}::TestDedupe.test_the_same_words_at_another_address_are_no_article",
        ),
    ),
    "Pages": (
        row(
            "P1",
            "160,000 attributes on one tag",
            "refused before it is parsed",
            f"{HOSTILE}::test_more_attributes_than_may_be",
            f"{DOCUMENT}::test_refused",
        ),
        row(
            "P2",
            "thousands of nested tags",
            "read as deep as can be, with the flag `truncated`",
            f"{DOCUMENT}::test_nested_too_deep_is_told",
        ),
        row(
            "P4",
            "any bytes",
            "an article or a reject, no exception",
            f"{DOCUMENT}::test_any_bytes_end_well",
            "page/test_reader.py::test_any_markup_is_read",
        ),
    ),
    "Listings": (
        row(
            "F1",
            "an entry that is no address",
            "costs that entry, and is counted",
            f"{LISTINGS}::test_broken_entry_costs_that_entry",
        ),
        row(
            "F2",
            "HTML, nothing, another format",
            "a failed listing, said; the others are read",
            f"{LISTINGS}::test_what_is_no_sitemap",
            f"{LIVE}::test_error_page_served_as_sitemap",
        ),
        row(
            "F3",
            "an index that names itself, indexes without end",
            "each is read once, and 5,000 at most",
            "crawl/test_sources.py::test_index_that_names_itself_ends",
            f"{HOSTILE}::test_index_of_indexes_without_end",
        ),
        row(
            "F4",
            "a million entries",
            "the first 50,000 count, and the cut is said",
            f"{HOSTILE}::test_sitemap_of_a_million_entries",
        ),
        row(
            "F5",
            "entities that grow, external ones",
            "stay unread",
            f"{HOSTILE}::test_xml_that_would_grow",
            f"{LISTINGS}::test_external_entities_are_not_read",
            f"{LISTINGS}::test_billion_laughs",
        ),
        row(
            "F6",
            "304, blocked, down, empty",
            "told apart in summary and exit code",
            f"{LIVE}::test_listing_that_has_not_changed_is_not_read_again",
            f"{LIVE}::test_blocked_for_fifteen_minutes",
            f"{LIVE}::test_site_that_is_down",
            f"{LIVE}::test_empty_listings_are_a_failed_crawl",
        ),
    ),
    "Values": (
        row(
            "D1",
            "lone surrogates, undecodable bytes",
            "replaced, with the flag `text_damaged`",
            f"{DOCUMENT}::test_lone_surrogate_is_replaced",
            f"{STAGES}::TestCleanText.test_damage_is_flagged",
        ),
        row(
            "D2",
            "a value that cannot be written",
            "the crawl stops, exit code 1; nothing half-written",
            "feed/test_books.py::test_a_line_that_cannot_be_written_stops_the_crawl_loudly",
        ),
        row(
            "D3",
            "control, zero-width and direction characters, NUL, escapes",
            "gone, except where a script is written with them",
            "text/test_clean.py::test_junk_goes",
            "text/test_clean.py::test_scripts_are_unharmed",
        ),
        row(
            "D5",
            "dates that are none, or ambiguous",
            "null, never guessed; `published_raw` keeps what the page says",
            "text/test_dates.py::test_unreadable",
            "text/test_dates.py::test_any_text_is_a_moment_or_a_value_error",
        ),
        row(
            "D7",
            "titles that forge log lines or command a terminal",
            "one line an event, nothing that a terminal obeys",
            f"{TRANSPORT}::test_what_a_page_says_forges_no_line_of_the_log",
        ),
        row(
            "D8", "values that look like paths", "never become one", f"{TRANSPORT}::test_item_values_never_become_paths"
        ),
        row(
            "D9",
            "lines of megabytes",
            "a reject above 1 MiB",
            f"{STAGES}::TestValidate.test_refuses",
        ),
        row(
            "D10",
            "one article under many addresses, one address with a new text",
            "one line; a revision",
            f"{STAGES}::TestDedupe.test_each_source_once_a_language",
            "test_revisions.py::test_changed_unchanged_withdrawn_and_back",
        ),
    ),
    "Crashes": (
        row(
            "O1",
            "kill -9, again and again, with torn, lost and damaged files between",
            "the same command again: every article once",
            f"{KILL}::test_killed_crawls_go_on_to_the_whole",
        ),
        row(
            "O2",
            "a torn last line",
            "cut off, kept beside the feed, said",
            "feed/test_lines.py::test_torn_tail_is_cut_off_and_kept",
        ),
        row(
            "O3",
            "an index deleted, damaged or of another feed",
            "made anew from the feed",
            "store/test_seen.py::test_damaged_index_is_rebuilt",
            "store/test_seen.py::test_made_from_the_feed_and_rebuilt_from_it",
        ),
        row(
            "O4",
            "a full disk",
            "whole lines, exit code 1; the next run goes on",
            f"{KILL}::test_full_disk_leaves_whole_lines_and_the_next_run_goes_on",
            "feed/test_lines.py::test_no_place_leaves_whole_lines",
        ),
        row(
            "O5",
            "memory beyond `MEMUSAGE_LIMIT_MB`",
            "the run ends, exit code 1; the next goes on",
            f"{KILL}::test_a_limit_on_memory_ends_the_run_loudly",
        ),
        row(
            "O6",
            "SIGTERM, once and twice, also while a host rests",
            "ends within ten seconds, exit code 1",
            f"{KILL}::test_stopped_in_the_middle",
            f"{PATIENCE}::test_a_crawl_can_be_stopped_while_a_host_rests",
        ),
        row(
            "O7",
            "a defect of ours in a stage",
            "a reject `read_error`, exit code 1",
            "feed/test_books.py::test_a_defect_in_a_stage_is_loud",
        ),
        row("O8", "a clock set back or ahead", "nothing stalls, nothing is lost", f"{KILL}::test_a_clock_that_was_set"),
        row(
            "O9",
            "two runs on one feed",
            "the second is refused",
            f"{KILL}::test_two_runs_on_one_feed",
            "feed/test_lines.py::test_one_writer",
        ),
        row(
            "O10",
            "archives cut or damaged anywhere",
            "what is whole is read, the rest counted",
            "archive/test_warc.py::test_cut_at_every_byte",
            "archive/test_warc.py::test_no_damage_raises_or_alters_an_answer",
        ),
    ),
}


def document() -> str:
    """Return ``docs/promises.md``."""
    lines = [
        "# What is promised under faults, attacks and bad input",
        "",
        "Made from `tests/faults/table.py`; each row names the tests that show it, against real servers on loopback. `make test` runs",
        "them; `make soak KILLS=1000` kills a crawl a thousand times. Every run closes its books: addresses admitted = stored + rejected",
        "(by reason) + unchanged + left over; a difference, like everything that was lost, ends it with exit code 1.",
    ]
    for part, rows in TABLE.items():
        lines += ["", f"## {part}", "", "| | fault | what comes of it | shown by |", "|---|---|---|---|"]
        for entry in rows:
            tests = "<br>".join(f"`{test}`" for test in entry.tests)
            lines.append(f"| {entry.name} | {entry.fault} | {entry.promise} | {tests} |")
    lines += [
        "",
        "## Measured",
        "",
        "| what | figure | by |",
        "|---|---|---|",
        "| kills of crawls (`kill -9`, then harm to what stands beside the feed) | 671 in one session: no article lost, none twice | `make soak KILLS=1000` |",
        "| inputs to 21 readers | 630,000, one crash found and mended | `make fuzz` |",
        "| memory of a run over 200,000 replayed pages | 197 MB at 50,000 pages, 197 MB at 200,000 | `python -m bench.long` |",
        "| an index of ten million addresses | 8 µs a known one, 74 µs a new line, 60 MB, 1.7 GB on disk (a busy machine) | `python -m bench.long --index` |",
        "",
        "Not promised: what a proxy that you name connects to; what lies below `fsync` in a power cut; pages that need a browser;",
        "`X-Robots-Tag` and `noarchive`, which are not read. With `DOWNLOAD_DELAY=0` Scrapy 2.19 may ask a host for several pages at once.",
    ]
    return "\n".join(lines) + "\n"
