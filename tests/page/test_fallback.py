from newscrawl.page.blocks import Block
from newscrawl.page.document import read_document
from newscrawl.page.fallback import second_opinion

TEXT = "".join(
    f"<p>The harbour office said in its report number {n} that the ferry will run again from Monday.</p>"
    for n in range(6)
)
TABLE = "<table><tr><th>Day</th><th>Ferries</th></tr><tr><td>Monday</td><td>Every hour of the day</td></tr></table>"
URL = "https://paper.example/a"


def read(blocks: list[Block]) -> list[str]:
    page = f"<html><body><article><h1>Ferries</h1>{TEXT}{TABLE}</article></body></html>"
    return [block.text for block in second_opinion(read_document(URL, page.encode()), blocks)]


def test_reading_that_is_much_too_short_gives_way() -> None:
    lines = read([Block("The harbour office")])
    assert lines[1].endswith("in its report number 0 that the ferry will run again from Monday.")


def test_tables_are_lines_without_marks_of_columns() -> None:
    lines = read([])
    assert "Monday | Every hour of the day" in lines
    assert not any(line.startswith("|") or "--" in line for line in lines)


def test_reading_that_agrees_stays() -> None:
    own = [
        Block(f"The harbour office said in its report number {n} that the ferry will run again from Monday.")
        for n in range(5)
    ]
    assert read(own) == [block.text for block in own]


def test_it_is_not_asked_about_long_text_that_is_most_of_the_page() -> None:
    page = f"<html><body><nav>{TEXT}</nav><div>{TEXT * 4}</div><a href='/x'>{TEXT}</a></body></html>"
    for own, stays in (
        ("Another text. " * 150, True),
        ("Another text. " * 100, False),
        ("Another text. " * 250, False),
    ):
        found = second_opinion(read_document(URL, page.encode()), blocks := [Block(own)])
        assert (found is blocks) is stays, len(own)


def test_page_that_breaks_it_is_read_all_the_same() -> None:
    text = TEXT.replace("Monday", f"&amp;#{'9' * 5000};")  # more digits than Python reads
    own = [Block("The harbour office")]
    assert second_opinion(read_document(URL, f"<html><body><div>{text}</div></body></html>".encode()), own) is own


def test_what_it_glues_together_for_want_of_a_text_is_none() -> None:
    captions = "".join(
        f"<figure><img src={n}.jpg><figcaption>The ferry at quay {n}, on its last day in the harbour.</figcaption></figure>"
        for n in range(9)
    )
    page = f"<html><body><article><h1>Ferries</h1><p>Nine pictures of a day.</p>{captions}</article></body></html>"
    document = read_document(URL, page.encode())
    own = [Block("Nine pictures of a day.")]
    assert second_opinion(document, own) is own
    (all_of_it,) = second_opinion(document, [])
    assert all_of_it.text.startswith("Ferries Nine pictures")
