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
TURNS, ROUTES, ADVISORIES = "crawl/test_turns.py", "crawl/test_guard_routes.py", "faults/test_advisories.py"
CORPUS = "faults/test_hostile_corpus.py"
BROWSER = "crawl/test_browser.py"
LISTINGS, DOCUMENT, STAGES = "crawl/test_listings.py", "page/test_document.py", "pipelines/test_stages.py"

FLEET, REFUSED = "fleet/test_fleet.py", "test_messages_that_are_no_slices_are_refused_and_counted"

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
            "a host that hangs, or fails again and again",
            "costs no other host; rests after 5 failures in a row, is given up after two rests; nothing is lost, the exit code says so, the next run asks again",
            f"{TURNS}::test_tarpits_hold_up_no_other_host",
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
            "the whole host is left alone that long, for at most 10 minutes; longer, and it is given up for the run; runs after it, also after a kill, ask for nothing before the moment has come (for a day at most)",
            f"{PATIENCE}::test_retry_after_holds_the_whole_host",
            f"{PATIENCE}::test_a_server_that_asks_for_too_much_is_given_up",
            f"{PATIENCE}::test_forms_of_retry_after",
            f"{PATIENCE}::test_a_hold_outlives_the_run",
            f"{PATIENCE}::test_a_long_hold_is_kept_by_the_next_run_without_a_request",
            f"{PATIENCE}::test_a_rest_outlives_the_run",
            "crawl/test_holds.py::test_a_clock_that_is_set_back",
        ),
        row("T14", "a certificate of nobody", "not taken", f"{TRANSPORT}::test_a_certificate_of_nobody_is_not_taken"),
        row(
            "T15",
            "a server that takes the connection and never says a word",
            "given up after `DOWNLOAD_TIMEOUT` seconds",
            f"{TRANSPORT}::test_a_server_that_says_nothing",
        ),
        row("T16", "cookies", "none are kept or sent", "test_conventions.py::test_polite_and_closed_by_default"),
        row(
            "T17",
            "charsets that are none, wrong or missing",
            "found out from the bytes",
            f"{TRANSPORT}::test_charsets_that_are_none",
            f"{DOCUMENT}::test_charset_is_found_out",
        ),
        row("T18", "a `<base>` that is no address", "passed over", f"{TRANSPORT}::test_base_addresses_that_are_none"),
        row(
            "T19",
            "322 hostile answers in one crawl",
            "each a line or a reject, memory below 400 MB, no stall of the event loop",
            f"{CORPUS}::test_three_hundred_hostile_answers",
        ),
        row(
            "T20",
            "retries, redirects, robots.txt, a kill, a clock that jumps",
            "never faster than the delay, one request at a time",
            "crawl/test_manners.py::test_never_faster_than_the_delay",
            f"{TURNS}::test_a_host_is_asked_for_one_thing_at_a_time_without_a_delay_too",
        ),
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
        row(
            "R10",
            "`X-Robots-Tag`, meta robots",
            "`noindex` and `noarchive` are flags of the line, which is written; links of a page are never followed",
            f"{TRANSPORT}::test_what_a_page_asks_of_robots_is_in_its_line",
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
            "S2",
            "redirects and refreshes to files and data",
            "not followed; a reject",
            f"{ADVISORIES}::test_no_scheme_but_http_is_followed",
            f"{ROUTES}::test_no_spelling_by_no_route",
        ),
        row(
            "S3",
            "private, loopback, link-local, metadata addresses, in 49 spellings, by 19 routes: link, redirect, refresh, sitemap, feed, robots.txt, next page, canonical",
            "no connection is made, unless `ALLOW_PRIVATE_ADDRESSES=1`",
            f"{ROUTES}::test_no_spelling_by_no_route",
            f"{ROUTES}::test_the_routes_lead_somewhere",
            f"{GUARD}::test_no_spelling_and_no_name_reaches_loopback",
            f"{GUARD}::test_paper_that_tries_it_by_every_listing",
            f"{GUARD}::test_redirects_and_their_robots_end_at_the_guard",
        ),
        row(
            "S4",
            "DNS that turns private after the first answer, or at every other one of a thousand",
            "the decision is on the address connected to",
            f"{ROUTES}::test_a_thousand_flips_of_a_name",
            f"{GUARD}::test_name_that_turns_private_after_the_first_answer",
        ),
        row(
            "S5",
            "`ftp:` links",
            "never asked for, and nothing hangs",
            f"{GUARD}::test_requests_refused_by_their_address",
            f"{ADVISORIES}::test_no_scheme_but_http_is_followed",
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
            "160,000 attributes on one tag, in whatever disguise, a thousand on each of many, more than 50,000 tags, 1.5 MB of text, trees too deep and too rich",
            "a reject, before it is read: no page of those measured below holds the event loop for more than some two seconds of processor time, most for less than one",
            f"{CORPUS}::test_three_hundred_hostile_answers",
            f"{HOSTILE}::test_more_attributes_than_may_be",
            f"{DOCUMENT}::test_refused",
            f"{DOCUMENT}::test_no_heavy_tag_by_any_disguise",
        ),
        row(
            "P2",
            "thousands of nested tags",
            "read as deep as can be, with the flag `truncated`",
            f"{DOCUMENT}::test_nested_too_deep_is_told",
        ),
        row(
            "P3",
            "entities that grow or name files, in a page",
            "not resolved",
            f"{CORPUS}::test_three_hundred_hostile_answers",
            f"{HOSTILE}::test_xml_that_would_grow",
        ),
        row(
            "P4",
            "any bytes",
            "an article or a reject, no exception",
            f"{DOCUMENT}::test_any_bytes_end_well",
            "page/test_reader.py::test_any_markup_is_read",
        ),
        row(
            "P5",
            "pages made to be slow to read",
            "bounded by size, tags, depth and text; what takes more than `READ_TIMEOUT` seconds of processor time for all that is a reject, or a listing that failed",
            "test_deadline.py::test_ends_what_never_would",
            "test_deadline.py::test_a_slow_page_costs_itself",
            "test_deadline.py::test_a_slow_listing_is_told",
            "page/test_reader.py::test_pages_made_to_be_slow_are_read_in_one_pass",
            "faults/test_fuzz.py::test_what_once_broke_it",
        ),
        row(
            "P6",
            "texts that a regular expression never ends on",
            "no input takes two seconds of processor time",
            "faults/test_fuzz.py::test_any_input",
            f"{ADVISORIES}::test_xml_that_takes_a_regular_expression_for_ever",
        ),
        row(
            "P7",
            "one bad address among many",
            "costs that address",
            f"{ADVISORIES}::test_a_bad_address_in_a_page_costs_that_address",
            f"{LISTINGS}::test_broken_entry_costs_that_entry",
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
            "D4",
            "bytes, objects, anything that is no text in a field",
            "the crawl stops, exit code 1; nothing half-written",
            "feed/test_books.py::test_a_line_that_cannot_be_written_stops_the_crawl_loudly",
        ),
        row(
            "D5",
            "dates that are none, or ambiguous",
            "null, never guessed; `published_raw` keeps what the page says",
            "text/test_dates.py::test_unreadable",
            "text/test_dates.py::test_any_text_is_a_moment_or_a_value_error",
        ),
        row(
            "D6",
            "formulas for spreadsheets",
            "a feed is JSON Lines alone; another format is refused, in one line, before any request",
            "feed/test_delivery.py::test_wrong_addresses",
        ),
        row(
            "G8",
            "made-up articles full of all this, by the thousand",
            "every line is clean, by a checker that shares no code",
            "faults/test_lines.py::test_a_few_hundred",
            "faults/test_lines.py::test_the_checker_finds_what_is_not",
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
        row(
            "D11",
            "JSON-LD and feeds that are no JSON and no XML: comments, commas too many, quotes not escaped, halves of characters, warnings before the feed",
            "read as they were meant; what cannot be told is nothing",
            "page/test_structured.py::test_what_json_does_not_allow",
            "page/test_structured.py::test_what_is_no_json_is_nothing",
            f"{LISTINGS}::test_halves_of_characters_in_a_feed",
            f"{LISTINGS}::test_what_stands_before_a_feed",
        ),
    ),
    "Crashes": (
        row(
            "O1",
            "kill -9, again and again, with torn, lost and damaged files between",
            "the same command again: every article once",
            f"{KILL}::test_killed_crawls_go_on_to_the_whole",
            f"{KILL}::test_killed_crawls_of_other_feeds_go_on_to_the_whole",
        ),
        row(
            "O2",
            "a torn last line",
            "cut off, kept beside the feed, said",
            "feed/test_lines.py::test_torn_tail_is_cut_off_and_kept",
        ),
        row(
            "O3",
            "an index deleted, damaged, of another feed, or made while the disk failed or the run was killed",
            "made anew from the feed; in memory where the disk takes none",
            "store/test_seen.py::test_a_feed_that_cannot_be_read_to_its_end",
            "store/test_seen.py::test_damaged_index_is_rebuilt",
            "store/test_seen.py::test_made_from_the_feed_and_rebuilt_from_it",
            "store/test_seen.py::test_a_run_killed_while_it_reads_leaves_nothing_behind",
            "store/test_seen.py::test_an_index_that_cannot_be_written_is_made_in_memory",
        ),
        row(
            "O4",
            "a full disk",
            "whole lines, exit code 1; the next run goes on",
            "faults/test_disk.py::test_each_write_may_fail",
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
            "SIGTERM, once and twice, also while a host rests, hangs, or its delay runs",
            "ends within the delay and ten seconds, exit code 1; the next run goes on",
            f"{TURNS}::test_a_graceful_stop_ends_within_the_delay_and_ten_seconds",
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
        row(
            "O11",
            "kill -9 of crawls into gzip, zstd, batches, a file a day, S3, and with a shared store",
            "the same command again: every article once, and no object holds half of one",
            f"{KILL}::test_killed_crawls_of_other_feeds_go_on_to_the_whole",
            "feed/test_delivery.py::test_every_line_is_at_one_address_after_any_history",
        ),
        row(
            "O12",
            "a disk that is full or breaks at any write, `fsync` or truncation",
            "loud; what counts as exported is in the feed; the next run goes on to the whole",
            "faults/test_disk.py::test_each_write_may_fail",
            "faults/test_disk.py::test_a_crawl_on_such_a_disk",
            "feed/test_lines.py::test_a_write_that_fails_half_way_is_taken_back",
        ),
        row(
            "O13",
            "a compressed feed torn at any byte, or damaged before its end",
            "every whole line is kept; damage before the end is left to people",
            "feed/test_lines.py::test_torn_at_any_byte",
            "feed/test_lines.py::test_damage_before_the_end_is_left_to_people",
        ),
        row(
            "O14",
            "S3 or SFTP out of reach, cut in the middle, the wrong key or none",
            "exit code 1, the lines wait; the same command again stores each once; other machines are told only then",
            "feed/test_elsewhere.py::test_out_of_reach_at_the_end",
            "feed/test_elsewhere.py::test_cut_in_the_middle",
            "feed/test_elsewhere.py::test_the_wrong_key",
            "feed/test_elsewhere.py::test_a_user_without_keys_is_told_so",
            "feed/test_elsewhere.py::test_what_waits_is_not_told_to_a_shared_store",
        ),
    ),
    "The browser, where a site needs one": (
        row(
            "B1",
            "`kill -9` of the browser, of a page's process, of Playwright's driver; a browser that does not start",
            "what was open is asked for again in a new one, all arrives once; the crawl ends, and says why",
            f"{BROWSER}::test_browsers_and_pages_killed_in_the_middle",
            f"{BROWSER}::test_a_browser_that_does_not_start_ends_the_crawl",
        ),
        row(
            "B2",
            "scripts that loop, before or after a page is loaded; answers without end, cut or never coming; memory, windows, dialogs, reloads without end",
            "each costs its page, after `DOWNLOAD_TIMEOUT`, `DOWNLOAD_MAXSIZE` or `BROWSER_MEMORY_MB`; those before and after it are read",
            f"{BROWSER}::test_pages_that_mean_harm",
            f"{BROWSER}::test_a_page_that_eats_memory",
        ),
        row(
            "B3",
            "private addresses, asked for by 20 means of a page in 12 spellings and names, by names that turn private, by where a page goes",
            "no connection is made, no datagram sent; redirects, scripts, forms and refreshes are judged like links",
            f"{BROWSER}::test_nothing_that_a_page_does_reaches_loopback",
            f"{BROWSER}::test_with_the_setting_they_do",
            f"{BROWSER}::test_a_page_that_goes_elsewhere_is_judged_like_a_link",
            f"{BROWSER}::test_a_page_whose_own_name_is_private",
        ),
        row(
            "B4",
            "`file:` in frames, `fetch`, where a page goes",
            "not opened, by Chromium's own rules",
            f"{BROWSER}::test_nothing_that_a_page_does_reaches_loopback",
            f"{BROWSER}::test_a_page_that_goes_elsewhere_is_judged_like_a_link",
        ),
        row(
            "B5",
            "the crawl ends or is killed while a page loops",
            "no process and no folder of the browser's is left",
            f"{BROWSER}::test_nothing_is_left_of_the_browser",
        ),
        row(
            "B6",
            "a wall that sets a cookie by script",
            "met once a crawl",
            f"{BROWSER}::test_laodong_behind_its_wall_of_cookies",
        ),
    ),
    "Several machines": (
        row("Q1", "a pickle in the queue", "never read; refused and counted", f"{FLEET}::{REFUSED}"),
        row(
            "Q2",
            "a worker, its crawl or its whole machine is lost",
            "its slice goes to another; over all feeds every article once",
            f"{FLEET}::test_killed_workers_lose_nothing_and_do_nothing_twice",
            f"{KILL}::test_killed_crawls_of_two_machines_go_on_to_the_whole",
        ),
        row(
            "Q3",
            "Redis gone, reset, silent, slow, read-only, emptied",
            "asked twice, three seconds each, then the crawl ends, exit code 1; when it is back, the same command: none lost, none twice",
            "faults/test_redis.py::test_outages_of_the_store",
            f"{KILL}::test_redis_gone_in_the_middle",
            "store/test_shared.py::test_emptied_or_set_back_in_mid_run",
            "store/test_shared.py::test_a_store_that_drops_keys_is_refused",
            "commands/test_reread.py::test_a_shared_store_that_goes_away",
            "commands/test_reread.py::test_what_another_run_has_claimed_is_read_again_later",
        ),
        row(
            "Q4",
            "messages that are no slices: unknown sites, wrong days, paths that lead elsewhere, what is no message at all",
            "refused, counted, not repeated; the next message is dealt with",
            f"{FLEET}::{REFUSED}",
            "fleet/test_slices.py::test_no_slices",
            "fleet/test_slices.py::test_any_message_is_a_slice_or_a_value_error",
        ),
        row(
            "Q5",
            "a broker that goes away and comes back",
            "crawls go on; what comes again is found known",
            f"{FLEET}::test_a_broker_that_goes_away_and_comes_back",
        ),
        row(
            "Q6",
            "two crawls of one site",
            "the second does not begin; after a kill, not before the lease has run out",
            f"{FLEET}::test_a_second_crawl_of_a_site_does_not_begin",
            f"{FLEET}::test_killed_workers_lose_nothing_and_do_nothing_twice",
        ),
        row(
            "Q7",
            "a slice that takes longer than it may, a worker that is told to stop",
            "the crawl ends with the pages in flight; the slice goes on where it was",
            f"{FLEET}::test_a_slice_that_takes_longer_than_it_may_goes_on_in_the_next",
            f"{FLEET}::test_a_worker_that_is_told_to_stop_hands_its_slice_back",
        ),
        row(
            "Q8",
            "a site that fails again and again",
            "is left alone by all machines, from a minute to six hours; a slice that fails twelve times is put aside, and shown",
            f"{FLEET}::test_a_site_that_fails_is_left_alone_then_crawled_again",
            "fleet/test_state.py::test_put_aside_after_so_many_tries_and_sent_again",
        ),
        row(
            "Q9",
            "another machine began with the newest pages and did not end",
            "paging goes on past what is not of the own feed",
            f"{LIVE}::test_paging_goes_on_past_what_another_machine_has_written",
        ),
    ),
    "Books": (
        row(
            "G2",
            "mixtures of twenty faults and 150 hostile answers",
            "every address is a line or a reject, once; the sums of the files and of the manifest agree",
            "faults/test_balance.py::test_every_address_is_a_line_or_a_reject",
        ),
        row(
            "G16",
            "any of this",
            "stands in rejects and manifest with its address and a reason; a run that lost something ends with 1; trouble of a new kind is told ten seconds after it is known, within `DOWNLOAD_TIMEOUT` and ten of its beginning",
            "feed/test_progress.py::test_trouble_is_in_the_next_report",
            "feed/test_progress.py::test_trouble_of_a_new_kind_is_told_at_once",
            "faults/test_balance.py::test_every_address_is_a_line_or_a_reject",
            f"{LIVE}::test_site_that_is_down",
        ),
    ),
    "Scrapyd and libraries": (
        row(
            "C1",
            "consoles of Scrapy that run code",
            "off: a crawl listens on nothing",
            f"{ADVISORIES}::test_a_crawl_listens_on_nothing",
        ),
        row(
            "C2",
            "Scrapyd without password, asked by pages of other origins",
            "401, 403",
            "deploy/test_control.py::test_who_may_do_what",
        ),
        row(
            "C3",
            "jobs whose id is no file name",
            "400; a hundred of them, and the next good job runs",
            "deploy/test_control.py::test_who_may_do_what",
        ),
        row(
            "L1",
            "libraries with known holes",
            "floors in `pyproject.toml`, pins in `constraints.txt`, `make audit`",
            f"{ADVISORIES}::test_floors_of_what_was_mended_elsewhere",
        ),
        row(
            "G15",
            "the thirteen advisories of Scrapy",
            "none is open here: credentials, cookies, proxies, schemes, bombs, regular expressions, imports",
            f"{ADVISORIES}::test_credentials_and_cookies_go_nowhere",
            f"{ADVISORIES}::test_a_proxy_is_told_nothing_that_is_another_proxys",
            f"{ADVISORIES}::test_no_scheme_but_http_is_followed",
            f"{ADVISORIES}::test_bombs",
            f"{ADVISORIES}::test_xml_that_takes_a_regular_expression_for_ever",
            f"{ADVISORIES}::test_a_response_without_end_is_bounded",
            f"{ADVISORIES}::test_a_referrer_policy_imports_nothing",
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
        "| kills of the browser, of pages, of the driver, 50 in all, in a crawl of 2,000 pages | none lost, none twice, none rejected, no more than one asked for again a kill | `BROWSER_PAGES=2000 BROWSER_KILLS=50 make slow` |",
        "| kills of crawls into gzip, zstd, batches, a file a day, S3; plain, zstd and S3 with Redis | 160 in one session, 29 with the end of the feed torn off: no article lost, none twice | `make soak KILLS=400` |",
        "| outages of the shared store under two crawls: gone, reset, silent, slow, read-only, emptied | 40 in one session, 34 of which ended a crawl: none lost, none twice | `OUTAGES=20 pytest tests/faults/test_redis.py` |",
        "| faults of the disk at each write, `fsync` and truncation of four kinds of feed | 336: nothing lost that counted as exported | `pytest tests/faults/test_disk.py` |",
        "| inputs to 21 readers | some millions in one session: three crashes and two pages that took too long found, and mended | `make fuzz` |",
        "| ways to a private address: 49 spellings by 19 routes | 931, 734 of them requests refused: no connection | `pytest -rP tests/crawl/test_guard_routes.py` |",
        "| turns of a name from public to private | 1,100 look-ups: no connection | the same |",
        "| hostile answers in one crawl | 322: each a line or a reject, 250 MB; longest stalls 1.0 s (25,000 quotations), 0.6 s (24,000 pictures), 0.5 s (nested headings), 0.4 s (others) of processor time, on a machine with four times as much to do as it could | `pytest -rP tests/faults/test_hostile_corpus.py` |",
        "| pages just small enough to be read, by shape, from bytes to line | tags of 5,000 attributes 0.2 s (10 s before), nested `article` 0.2 s (2.0 s before), nested `time` 0.4 s (1.5 s before); quotations a hundred deep 0.6 s (1.8 s before), 50,000 pictures 0.9 s (1.8 s before), a title of a megabyte and a half 0.7 s | `python -m tests.faults.shapes` |",
        "| made-up articles | 30,000: one with a line break in `published_raw`, mended; then 20,000, all clean | `python -m tests.faults.lines` |",
        "| inputs led by coverage | 32,202 to the feed reader, 7,845 to the sitemap reader, 1,565 pages: no crash | `make fuzz-atheris` |",
        "| memory of a run over 200,000 replayed pages | 179 MB at 50,000 pages, 190 MB at 200,000 | `python -m bench --full --only running` |",
        "| an index of ten million addresses | 8 µs a known one, 31 µs a new line, 120 MB, 1.2 GB on disk | `python -m bench --full --only remembering` |",
        "",
        "Not promised: what a proxy that you name connects to; what lies below `fsync` in a power cut; what scripts of pages ask other hosts for;",
        "what the holder of Scrapyd's password does, since an egg is code. After a restart robots.txt is asked for at once, whatever the host's delay.",
    ]
    return "\n".join(lines) + "\n"
