"""Walls and empty pages that answer 200, and articles about them."""

import pytest

from newscrawl.page.garbage import SHORT, garbage

CONSENT = (
    "We and our 700 partners use cookies to store personal data. You can manage your preferences in our privacy policy."
)


@pytest.mark.parametrize(
    ("title", "text", "why"),
    [
        ("The paper", CONSENT, "consent_wall"),
        ("404", "Go back.", "soft_404"),
        ("404 - Không tìm thấy trang | Báo", "Vui lòng quay lại trang chủ.", "soft_404"),
        ("Page not found - The Paper", "Try the search.", "soft_404"),
        ("Ошибка 404", "", "soft_404"),
        ("The Paper", "Sorry, the page you asked for could not be found\nHome", "soft_404"),
        ("Just a moment...", "Checking your browser before accessing the site.", "bot_wall"),
        ("The Paper", "Please verify you are human to go on.", "bot_wall"),
        ("Đăng nhập | Báo", "Tên đăng nhập Mật khẩu", "login_wall"),
        ("Log in", "Name Password", "login_wall"),
        ("Log in the river stops ships", "A tree fell into the river last night.", None),
        ("Missing page of the old bible found", "It was in a drawer.", None),
        ("A fair opens", "Many came.", None),
        (None, "", None),
    ],
)
def test_garbage(title: str | None, text: str, why: str | None) -> None:
    assert garbage(title, text) == why


@pytest.mark.parametrize("title", ["404", "Page not found", "Just a moment...", "Log in"])
def test_a_long_text_is_an_article_whatever_its_title(title: str) -> None:
    assert garbage(title, "A web page that says it was not found was found by a reader. " * (SHORT // 40)) is None
