"""What holds for the whole project: names, sizes, directions of import, and that every site is tested."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from newscrawl import items
from newscrawl.page.rules import ArticleRules
from newscrawl.page.select import compile_css
from tests.support import CASES, ROOT, all_spiders

PACKAGE = ROOT / "newscrawl"
MODULES = sorted(PACKAGE.rglob("*.py"))
ALL_SPIDERS = all_spiders()
SPIDERS = {name: spider for name, spider in ALL_SPIDERS.items() if not spider.site.anywhere}
FIRST = ("vietnam_vn", "baoquocte", "kcna", "ria")

LAYERS = {
    # folder: what it may import from, beside itself, ``text`` and the top-level items and sites
    "text": set(),
    "page": set(),
    "store": set(),
    "archive": set(),
    "feed": {"store"},
    "pipelines": {"feed", "store"},
    "crawl": {"page", "feed", "archive", "store"},
    "spiders": {"crawl", "page"},
    "stories": {"store"},
    "health": set(),
    "report": {"feed", "health", "store"},
    "reread": {"archive", "crawl", "page", "pipelines", "feed", "store"},
    "fleet": {"crawl", "feed", "store"},
    "commands": {"stories", "health", "report", "reread", "fleet", "crawl", "feed", "archive", "page", "store"},
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    folder = path.relative_to(PACKAGE).parts[0] if path.parent != PACKAGE else None
    if folder is None:
        return
    for module in _imports(path):
        parts = module.split(".")
        if parts[0] == "newscrawl" and len(parts) > 2 and parts[1] != folder:
            assert parts[1] in LAYERS[folder] | {"text"}, f"{folder} imports {module}"
        if folder == "text":
            assert not module.startswith(("newscrawl.items", "newscrawl.sites", "scrapy")), f"text imports {module}"


def test_every_folder_has_its_place() -> None:
    folders = {path.parent.name for path in MODULES if path.parent != PACKAGE}
    assert folders == set(LAYERS)


def test_no_room_for_odds_and_ends() -> None:
    assert not [path for path in MODULES if re.fullmatch(r"(utils?|helpers?|common|misc)\.py", path.name)]
    assert max(len(path.read_text("utf-8").splitlines()) for path in MODULES) < 700


@pytest.mark.parametrize("name", SPIDERS)
def test_site_is_data(name: str) -> None:
    spider = SPIDERS[name]
    path = PACKAGE / "spiders" / f"{name}.py"
    assert path.exists(), "the file is named after the site"
    assert spider.__name__ == "".join(part.title() for part in name.split("_")) + "Spider"
    tree = ast.parse(path.read_text("utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)], "a site has facts, no code"
    assert len(path.read_text("utf-8").splitlines()) <= (55 if name in FIRST else 41)
    assert spider.sources, "no discovery"
    assert spider.site.dates.timezone


@pytest.mark.parametrize("name", SPIDERS)
def test_site_has_saved_pages(name: str) -> None:
    cases = sorted((CASES / name).iterdir())
    assert len(cases) >= (3 if name in FIRST else 2)
    for case in cases:
        assert (case / "url.txt").read_text("utf-8").strip().startswith("http")
        assert SPIDERS[name].site.is_article((case / "url.txt").read_text("utf-8").strip())


@pytest.mark.parametrize("name", SPIDERS)
def test_manners_are_not_switched_off(name: str) -> None:
    custom = SPIDERS[name].custom_settings or {}
    assert not {"ROBOTSTXT_OBEY", "DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "USER_AGENT"} & set(custom)


@pytest.mark.parametrize("name", SPIDERS)
def test_selectors_are_selectors(name: str) -> None:
    rules = SPIDERS[name].site.rules
    for field in fields(ArticleRules):
        value = getattr(rules, field.name)
        if isinstance(value, str) and field.name not in ("end_mark", "lead_prefix", "family"):
            compile_css(value)


def test_polite_and_closed_by_default() -> None:
    settings = get_project_settings()
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getfloat("DOWNLOAD_DELAY") >= 1
    assert settings["USER_AGENT"].startswith("newscrawl/")
    for name in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "HTTPPROXY_ENABLED", "COOKIES_ENABLED"):
        assert settings.getbool(name) is False, name
    assert {"file", "ftp", "s3", "data"} == {
        kind for kind, handler in settings.getdict("DOWNLOAD_HANDLERS").items() if handler is None
    }


def test_reasons_are_all_used_and_no_other() -> None:
    source = "\n".join(path.read_text("utf-8") for path in MODULES if path.name != "items.py")
    for closed in (items.REASONS, items.FLAGS, items.SOURCE_URL_STATUSES, items.STATUSES):
        for name, meaning in closed.items():
            assert f'"{name}"' in source, f"{name} is never used"
            assert meaning


def test_versions_agree() -> None:
    from newscrawl import __version__

    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_no_registry_in_the_constraints() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text
    assert "scrapy==" in text


def _imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found
