"""Walk through docs/fr/installer-moodle.md on an empty Moodle in French, as its administrator would, and take its pictures.

    CYCLESYNC_PICTURES_URL=https://… CYCLESYNC_PICTURES_ADMIN=… CYCLESYNC_PICTURES_PASSWORD=… \
        .venv/bin/python docs/images/make_moodle_pictures.py [STEP …]

Without a step, all of them in order; « phone » is asked for by its name, after the others. What must be ready:

- a Moodle 4.5 of its own, just installed with ``--lang=fr``, the whole French language pack in its data folder, its clock in
  Europe/Paris, the name of the site and of its administrator without any real person or place;
- debugging at its default (none): with developer debugging, Moodle shows folders of the machine in « zip-valide »;
- no ``$CFG->disableupdateautodeploy``, and ``local``, ``blocks`` and ``report`` that the web server may write;
- the zips of ``make plugins`` (``CYCLESYNC_PICTURES_ZIPS`` names another folder than ``build/plugins``), not yet installed: a
  step cannot be taken twice, put the database, the data folder and the three folders back before beginning again;
- ``admin/cli/cron.php`` run once between « token » and « done », else the cron is still to be done in « rien-a-faire »;
- Chromium (``CYCLESYNC_CHROMIUM`` names another one) and the project's own environment, for Playwright and Pillow;
- for « phone »: a course made by ``cyclesync apply`` with ``candidate_status``, then ``cyclesync pull``,
  ``CYCLESYNC_PICTURES_TRAINEE``, ``…_TRAINEE_PASSWORD`` and ``…_PROMOTION``; the promotion's people are invented.

Look at every picture before it is kept. No password and no token is written anywhere, nor shown in a picture.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ALBUM = HERE / "moodle"
ZIPS = Path(os.environ.get("CYCLESYNC_PICTURES_ZIPS") or ROOT / "build" / "plugins")
PRESETS = ROOT / "moodle_plugins" / "local_cyclesync" / "presets"
PLUGINS = ("local_cyclesync", "block_cyclesync", "report_cyclesync")
ACCOUNT = "service-cyclesync"
EMAIL = "service-cyclesync@exemple.fr"
CATEGORY = "cycles"
SETUP = "/local/cyclesync/setup.php"
DESKTOP: ViewportSize = {"width": 1000, "height": 700}
PHONE: ViewportSize = {"width": 390, "height": 800}
COLOURS = 48
MARGIN = 12
GO_ON = (
    "button:text-matches('^(Continuer|Mettre à jour la base de données maintenant)$'), form#adminsettings [type=submit]"
)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CALM = (
    "* { transition: none !important; animation: none !important } "
    ".usermenu, #page-footer, .drawer-toggler, .btn-footer-popover { visibility: hidden !important }"
)


def setting(name: str) -> str:
    """Return a value of the environment, or stop with its name."""
    value = os.environ.get(f"CYCLESYNC_PICTURES_{name}", "")
    if not value:
        sys.exit(f"Name the site: CYCLESYNC_PICTURES_{name} is missing (see the beginning of this file).")
    return value


def go(page: Page, path: str) -> None:
    """Open a page of the site, by the path after its address."""
    page.goto(setting("URL").rstrip("/") + path)
    page.add_style_tag(content=CALM)


def submit(page: Page, button: str) -> None:
    """Press a button that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.locator(button).last.click()
    page.add_style_tag(content=CALM)


def sign_in(page: Page, user: str, password: str) -> None:
    """Log in with a name and a password; Moodle's page may lose what was typed while it is loading."""
    for _ in range(5):
        go(page, "/login/index.php")
        page.wait_for_load_state("networkidle")
        if not page.locator("#username").count():
            return
        page.fill("#username", user)
        page.fill("#password", password)
        submit(page, "#loginbtn")
    sys.exit(f"Moodle refuses the password of {user}.")


def save(page: Page, name: str, *frame: str) -> None:
    """Save what the selectors frame, all together (the whole window without any), in few colours."""
    page.add_style_tag(content=CALM)
    page.evaluate("scrollTo(0, 0)")
    boxes = [box for one in frame if page.locator(one).count() and (box := page.locator(one).first.bounding_box())]
    if frame and not boxes:
        sys.exit(f"{name}: nothing of {frame} on {page.url}")
    clip = around(boxes, page) if boxes else None
    data = page.screenshot(full_page=bool(boxes), clip=clip, animations="disabled")
    with Image.open(io.BytesIO(data)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(ALBUM / f"{name}.png", optimize=True)
    print(f"{name}: {(ALBUM / f'{name}.png').stat().st_size} bytes")  # noqa: T201


def around(boxes: list[Any], page: Page) -> Any:
    """Return the rectangle round several boxes, with a margin, inside the page."""
    width = page.evaluate("document.documentElement.clientWidth")
    left = max(0, min(box["x"] for box in boxes) - MARGIN)
    top = max(0, min(box["y"] for box in boxes) - MARGIN)
    right = min(width, max(box["x"] + box["width"] for box in boxes) + MARGIN)
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def choose_file(page: Page, field: str, file: Path) -> None:
    """Give a file to one of Moodle's file fields, through its dialogue."""
    page.locator(f"{field} .fp-btn-choose").click()
    page.locator(".fp-repo:has(.fp-repo-icon[src*='repository_upload']):visible").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("input[name=repo_upload_file]:visible").set_input_files(file)
    page.locator(".fp-upload-btn:visible").click()
    page.locator(f"{field} .filepicker-filename a").wait_for()


def install(page: Page) -> None:
    """Install the three zips, one after another, through Moodle's own page."""
    for plugin in PLUGINS:
        first = plugin == PLUGINS[0]
        go(page, "/admin/tool/installaddon/index.php")
        choose_file(page, "#fitem_id_zipfile", ZIPS / f"{plugin}.zip")
        if first:
            save(page, "zip-choisi", "#region-main h2", "#id_submitbutton")
        submit(page, "#id_submitbutton")
        if first:
            save(page, "zip-valide", "#region-main")
        submit(page, GO_ON)
        upgrade(page, first=first)


def upgrade(page: Page, *, first: bool) -> None:
    """Go through Moodle's pages of an upgrade, as far as the new settings if there are some."""
    while not re.search(r"/admin/(search|index)\.php$|/admin/$", page.url.split("?")[0]) or page.locator(GO_ON).count():
        if first and page.locator("#plugins-check-page").count():
            save(page, "mise-a-jour", "#plugins-check-page")
        if first and page.locator("form#adminsettings").count():
            save(page, "nouveaux-reglages", "#region-main")
        submit(page, GO_ON)


def todo(page: Page) -> None:
    """Show what remains to be done right after the installation."""
    go(page, SETUP)
    save(page, "reste-a-faire", "#region-main h2", ".local-cyclesync-setup")


def site(page: Page) -> None:
    """Allow web services, their protocol and their authentication; make the category and name it in the settings."""
    go(page, "/admin/settings.php?section=optionalsubsystems")
    for name in ("enablewebservices", "enablecompletion", "enableavailability", "enablemobilewebservice"):
        page.check(f"#id_s__{name}")
    submit(page, "#adminsettings [type=submit]")
    for path, row in (("webserviceprotocols", "REST"), ("manageauths", "Authentification des services web")):
        go(page, f"/admin/settings.php?section={path}")
        toggle = page.locator(f"tr:has-text('{row}') a[href*='action=enable']")
        if toggle.count():
            submit(page, f"tr:has-text('{row}') a[href*='action=enable']")
    go(page, "/course/editcategory.php?parent=0")
    page.fill("#id_name", "Cycles de formation")
    page.fill("#id_idnumber", CATEGORY)
    page.locator("#fitem_id_parent .form-autocomplete-selection [role=option]").first.wait_for()
    save(page, "categorie", "#region-main h2", "#fitem_id_parent", "#fitem_id_idnumber")
    submit(page, "#id_submitbutton")
    go(page, "/admin/settings.php?section=local_cyclesync")
    page.fill("#id_s_local_cyclesync_categoryidnumbers", CATEGORY)
    submit(page, "#adminsettings [type=submit]")


def account(page: Page) -> None:
    """Make the account of the service, and name it among the authorised users."""
    go(page, "/user/editadvanced.php?id=-1")
    page.select_option("#id_auth", "webservice")
    for field, value in {"username": ACCOUNT, "firstname": "Service", "lastname": "cyclesync", "email": EMAIL}.items():
        page.fill(f"#id_{field}", value)
    save(page, "compte", "#fitem_id_username", "#fitem_id_email")
    submit(page, "#id_submitbutton")
    authorise(page)


def authorise(page: Page) -> None:
    """Name the account among the authorised users of the service."""
    follow(page, "Compte du service")
    choose_person(page, "utilisateurs-autorises")


def follow(page: Page, step: str, words: str = "") -> None:
    """Click on the title of a step of « what remains to be done » that is not done yet."""
    go(page, SETUP)
    row = f".local-cyclesync-setup tr:has(.badge:text-is('À faire')):has-text('{words}')"
    submit(page, f"{row} th a:text-is('{step}')")


def choose_person(page: Page, picture: str = "") -> None:
    """Move the account of the service from the right list to the left one."""
    page.locator("#addselect option", has_text=EMAIL).first.wait_for(state="attached")
    page.select_option("#addselect", page.locator("#addselect option", has_text=EMAIL).first.get_attribute("value"))
    if picture:
        save(page, picture, "#region-main h2, #region-main h3", "form:has(#addselect)")
    submit(page, "#add")


def roles(page: Page) -> None:
    """Give the account its two roles: one for the site, one in the category."""
    site_role, category_role = "Service cyclesync (site)", "Service cyclesync (catégorie des cours)"
    for short, name, picture in (("_site", site_role, "role-site"), ("_category", category_role, "")):
        follow(page, "Rôles attribués", f"cyclesync{short} ")
        submit(page, f"#assignrole a:text-is('{name}')")
        choose_person(page, picture)


def token(page: Page) -> None:
    """Make a token that ends in a year; the page that shows it is not photographed."""
    go(page, "/admin/webservice/tokens.php?action=create")
    page.fill("#id_name", "cyclesync")
    page.locator("#fitem_id_user input[type=text]").fill("cyclesync")
    page.locator(".form-autocomplete-suggestions li", has_text="cyclesync").first.click()
    page.locator("#fitem_id_user .form-autocomplete-selection [role=option]", has_text="cyclesync").wait_for()
    page.keyboard.press("Escape")
    page.select_option("#id_service", label="cyclesync")
    page.set_checked("#id_validuntil_enabled", checked=True)
    year = int(page.input_value("#id_validuntil_year"))
    page.select_option("#id_validuntil_year", str(year + 1))
    save(page, "jeton", "#region-main form")
    submit(page, "#id_submitbutton")


def done(page: Page) -> None:
    """Show that nothing is left, then what Moodle's own reports say."""
    go(page, SETUP)
    save(
        page, "rien-a-faire", "#region-main h2", ".local-cyclesync-setup .alert", "section[aria-labelledby=cs-service]"
    )
    go(page, "/report/status/index.php")
    hide_others(page)
    save(page, "etat-du-systeme", "#region-main h2", "#region-main table")


def hide_others(page: Page) -> None:
    """Leave only our rows in one of Moodle's reports of checks."""
    page.evaluate(
        "document.querySelectorAll('#region-main tbody tr').forEach("
        "row => { if (!/cyclesync/.test(row.innerText)) row.remove() })"
    )


def preset(page: Page) -> None:
    """Show how a role of the mode « observe » comes from its file; nothing is saved."""
    go(page, "/admin/roles/define.php?action=add")
    choose_file(page, "#fitem_id_rolepreset", PRESETS / "cyclesync_observe_site.xml")
    save(page, "prereglage-de-role", "#region-main")


def phone(page: Page) -> None:
    """Show the trainee's page on a phone."""
    context = page.context.browser.new_context(viewport=PHONE, locale="fr-FR")  # type: ignore[union-attr]
    small = context.new_page()
    sign_in(small, setting("TRAINEE"), setting("TRAINEE_PASSWORD"))
    go(small, f"/local/cyclesync/me.php?promotion={setting('PROMOTION')}")
    save(small, "ou-j-en-suis", "#region-main")
    context.close()


STEPS: dict[str, Callable[[Page], None]] = {
    "install": install, "todo": todo, "site": site, "account": account, "roles": roles, "token": token, "done": done,
    "preset": preset,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Take the pictures of the steps named, or of all."""
    ALBUM.mkdir(exist_ok=True)
    chromium = os.environ.get("CYCLESYNC_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport=DESKTOP, locale="fr-FR")
        page.set_default_timeout(60_000)
        sign_in(page, setting("ADMIN"), setting("PASSWORD"))
        for name in arguments or STEPS:
            {**STEPS, "phone": phone}[name](page)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
