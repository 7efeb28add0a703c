"""Pages that answer 200 and hold no article: consent, bot and log-in walls, and "not found" said politely."""

import re

_WALL = re.compile(
    r"\b(?:accept (?:all )?cookies|we (?:and our (?:\d+ )?partners )?use cookies|your (?:privacy choices|consent)|"
    r"manage (?:your )?(?:preferences|consent)|personal data|legitimate interest|privacy policy|"
    r"subscribe to (?:continue|read)|already a subscriber|"
    r"log in to continue|enable javascript|cookies akzeptieren|einwilligung|personenbezogene daten|mit werbung lesen|"
    r"données personnelles|accepter (?:les|et)|consentement|datos personales|aceptar (?:las )?cookies|dati personali|"
    r"accetta(?:re)? (?:i )?cookie|persoonsgegevens|согласие на обработку|chính sách bảo mật)",
    re.IGNORECASE,
)
# Titles, whole or up to a separator, of pages that say there is nothing: the status should have been 404.
_MISSING = re.compile(
    r"^\W*(?:(?:error|lỗi|ошибка|erreur|fehler|エラー)?\s*404\b.*|not found|"
    r"(?:page|article|content|story) (?:is |was |could )?not (?:be )?found|page (?:does not|doesn['’]t) exist|"
    r"(?:sorry|oops)\b.{0,60}(?:not (?:be )?found|doesn['’]t exist|no longer)|"
    r"không tìm thấy(?: trang| bài viết| nội dung)?|trang (?:này )?không tồn tại|bài viết không tồn tại|"
    r"страница не найдена|материал не найден|page (?:non trouvée|introuvable)|seite (?:wurde )?nicht gefunden|"
    r"página no encontrada|página não encontrada|pagina non trovata|siden (?:ble|blev|finnes) ikke.{0,10}|"
    r"sidan (?:hittades|finns) inte|ページが見つかりません.*|お探しのページ.*|页面不存在|页面未找到|"
    r"페이지를 찾을 수 없습니다.*|الصفحة غير موجودة|ไม่พบหน้า.*)"
    r"\W*(?:$|[|–—-])",
    re.IGNORECASE,
)
_BOT = re.compile(
    r"just a moment\.\.\.|checking (?:if the site connection is secure|your browser)|are you a robot|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|enable javascript and cookies to continue|"
    r"attention required!? \| cloudflare|please complete the security check|unusual (?:traffic|activity) from your|"
    r"access (?:to this page has been )?denied|request unsuccessful\. incapsula|ddos protection by|"
    r"pardon our interruption|bạn không phải (?:là )?(?:robot|người máy)|xác minh bạn là|я не робот|"
    r"прове(?:рка|рьте) браузера",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"^\W*(?:log ?in|sign in|đăng nhập|вход|войти|anmelden|einloggen|connexion|se connecter|iniciar sesión|"
    r"entrar|accedi|logg inn|logga in|ログイン|登录|로그인|تسجيل الدخول)\W*(?:$|[|–—-])",
    re.IGNORECASE,
)

SHORT = 600
"""Letters of lead and body from which on a page is no wall, whatever its title says: papers write about such pages."""


def garbage(title: str | None, text: str) -> str | None:
    """Return why a page is no article though it looks like one, a key of ``items.REASONS``.

    ``text`` is its lead and body; ``None`` when it may be an article.

    >>> garbage("404 - Không tìm thấy trang", "Vui lòng quay lại trang chủ.")
    'soft_404'
    """
    if len(text) < 3000 and len({found.group().lower() for found in _WALL.finditer(text)}) >= 3:
        return "consent_wall"
    if len(text) >= SHORT:
        return None
    title = (title or "")[:SHORT]
    if _BOT.search(f"{title}\n{text}"):
        return "bot_wall"
    if _MISSING.match(title) or _MISSING.match(text.partition("\n")[0]):
        return "soft_404"
    return "login_wall" if _LOGIN.match(title) else None
