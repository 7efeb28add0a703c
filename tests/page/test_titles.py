import pytest

from newscrawl.page.titles import Stated, choose_title, is_heading

URL = "https://www.thepaper.example/a-12345.html"
HEAD = "Bridge over the river opens a year late"
OTHER = "Why the new bridge took so long"


def choose(**stated: object) -> tuple[str | None, str]:
    return choose_title(Stated(URL, **stated))  # type: ignore[arg-type]


def test_headline_is_the_title_without_markup_and_the_site_name():
    stated = f"{HEAD.replace('river', '<i>river</i>')} | The Paper Online"
    assert choose(headline=stated, names=["The Paper Online"]) == (HEAD, "jsonld")


def test_headline_is_the_title_where_the_shared_one_adds_to_it():
    assert choose(headline=HEAD, shared=f"{HEAD} – Region", whole=HEAD, heads=[HEAD], is_news=True)[0] == HEAD


def test_heading_that_is_shared_goes_before_a_headline_for_search_engines():
    assert choose(headline=OTHER, shared=HEAD, heads=[HEAD], whole=OTHER) == (HEAD, "meta")


def test_headline_stays_where_the_page_names_itself_as_it_is_shared():
    assert choose(headline=OTHER, shared=HEAD, heads=[HEAD], whole=HEAD) == (OTHER, "jsonld")


@pytest.mark.parametrize("twitter", [None, OTHER])
def test_news_shared_under_other_words_than_all_else_has_these_for_title(twitter):
    everything = {"headline": HEAD, "heads": [HEAD], "whole": HEAD, "shared": OTHER, "twitter": twitter}
    assert choose(**everything, is_news=True) == (OTHER, "meta")
    assert choose(**everything) == (HEAD, "jsonld")  # not news


@pytest.mark.parametrize(
    "change",
    [
        {"twitter": HEAD},
        {"heads": []},
        {"whole": "Bridge"},
        {"shared": HEAD.upper()},  # the same words
        {"shared": "opens a year late"},  # without what opens the headline
    ],
)
def test_headline_of_news_stays_where_what_is_shared_is_in_doubt(change):
    stated = {"headline": HEAD, "heads": [HEAD], "whole": HEAD, "shared": OTHER, "is_news": True} | change
    assert choose(**stated) == (HEAD, "jsonld")


def test_heading_is_the_title_without_what_meta_tags_add():
    assert choose(shared=f"{HEAD} - Region - Sport", heads=[HEAD])[0] == HEAD


def test_heading_gives_the_title_its_own_quotes():
    assert choose(shared="'Late' bridge opens", whole="'Late' bridge opens", heads=["‘Late’ bridge opens"])[0] == (
        "‘Late’ bridge opens"
    )


def test_only_heading_of_like_words_goes_before_meta_tags_that_are_built_up():
    heads = ["Bridge over the river opens at last"]
    assert choose(shared=f"{HEAD} | News | Region", whole=f"{HEAD} | News | Region", heads=heads)[0] == heads[0]
    assert choose(shared=HEAD, whole="Bridge: all you must know", heads=heads)[0] == heads[0]
    assert choose(shared=HEAD, whole=HEAD, heads=heads)[0] == HEAD
    assert choose(shared=HEAD, whole=heads[0], heads=heads)[0] == HEAD
    assert choose(shared=HEAD, whole="Bridge: all you must know", heads=[*heads, "Weather"])[0] == HEAD
    assert choose(shared=HEAD, whole="Bridge: all you must know", heads=["All news of today"])[0] == HEAD


def test_heading_with_a_kicker_before_the_title_is_not_taken_for_it():
    assert choose(shared=HEAD, whole=f"{HEAD}?", heads=[f"Transport{HEAD}"])[0] == HEAD


def test_heading_that_goes_on_after_a_colon_is_the_whole_title():
    assert choose(shared=HEAD, whole=HEAD, heads=[f"{HEAD}: three reasons"])[0] == f"{HEAD}: three reasons"


def test_name_of_a_site_that_is_its_page_title_is_no_name():
    assert choose(headline=HEAD, names=[HEAD], shared=OTHER, heads=[HEAD], whole=HEAD, is_news=True)[0] == OTHER


def test_page_without_metadata_has_the_heading_that_its_title_tag_names():
    assert choose(whole=f"{HEAD} - The Paper", heads=["Menu", HEAD]) == (HEAD, "structure")
    assert choose(whole=f"{HEAD} - The Paper", heads=["The Paper"]) == (HEAD, "structure")
    assert choose(heads=[HEAD]) == (HEAD, "structure")
    assert choose() == (None, "none")


def test_heading_that_goes_on_where_the_title_tag_ends_is_the_whole_title():
    assert choose(whole=" ".join(HEAD.split()[:3]), heads=[HEAD]) == (HEAD, "structure")
    assert choose(whole="Bridge", heads=[HEAD]) == ("Bridge", "structure")  # may be a name


def test_heading_in_a_script_without_blanks_goes_before_the_title_tag():
    short, long = "สะพานเก่ายังปิด", "สะพานเก่ายังปิดต่อไปจนถึงเดือนตุลาคม"
    assert choose(whole=f"{short} | ข่าวริมน้ำ", heads=[long]) == (long, "structure")
    assert choose(whole="旧桥仍然关闭_社会_河畔日报", heads=["河畔日报"]) == ("旧桥仍然关闭_社会", "structure")


def test_heading_behind_the_name_of_the_site_in_the_title_tag_is_the_title():
    assert choose(whole=f"The Paper - {HEAD}", heads=[HEAD]) == (HEAD, "structure")
    assert choose(whole=f"{HEAD} - The Paper", heads=["The Paper", HEAD]) == (HEAD, "structure")


@pytest.mark.parametrize("bar", ["«", "›", "‹", "::", ":", "~", "/", "*", "←", "★"])
def test_name_of_the_site_behind_any_bar_is_no_title(bar):
    assert choose(whole=f"{HEAD} {bar} The Paper", heads=["The Paper"]) == (HEAD, "structure")


def test_headline_that_was_cut_gives_way_to_the_whole_one():
    long = " ".join([HEAD] * 4)
    for cut in (f"{long[:90]}...", f"{long[:90]} …", long[:107]):
        assert choose(headline=cut, shared=long, heads=[long]) == (long, "meta")
        assert choose(headline=cut, heads=[long]) == (long, "structure")
    assert choose(headline=long[:80], shared=long) == (long[:80], "jsonld")
    assert choose(headline=long[:107], shared=f"{long[:107]} - Region")[0] == long[:107]


def test_kicker_set_apart_by_its_looks_alone_is_not_glued_to_the_title():
    kicked = HEAD.replace(" ", ": ", 1)
    for head in (HEAD, HEAD.replace(" ", "", 1), kicked.replace(": ", ":")):
        assert choose(shared=kicked, whole=f"{kicked} | Paper", heads=[head])[0] == kicked
    assert choose(whole=f"{HEAD} | Paper", names=["Paper"], heads=[f"Town {HEAD}"])[0] == HEAD


def test_heading_of_a_page_without_h1():
    assert is_heading(HEAD, f"{HEAD} - The Paper")
    assert is_heading(HEAD, f"The Paper - {HEAD}")
    assert not is_heading("The Paper", f"{HEAD} - The Paper")
    assert not is_heading(HEAD, HEAD)
    assert not is_heading("Bridge", f"{HEAD} - The Paper")
    assert not is_heading("Kinh tế", "Kinh tế - Xuất khẩu gạo tăng mạnh trong tháng 9")
    assert not is_heading("Báo Công Thương", "Báo Công Thương | Xuất khẩu gạo tăng mạnh trong tháng 9")
    assert not is_heading(HEAD, None)
