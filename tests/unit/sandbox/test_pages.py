"""The two pages of a trainee."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from html.parser import HTMLParser
from typing import Any

import pytest

from sync_service.errors import UsageError
from sync_service.sandbox.page_frame import moment, size

STATUS = {
    "v": 1, "as_of": "2027-02-04T05:00:00Z", "complete": True,
    "next": {"when": "14 janvier 2027", "place": "INSET d’Angers", "what": "Module 3"},
    "todo": [{"text": "Remettre le <dépôt> B", "by": "12 février 2027"}],
    "attendance": {"text": "31,5 jours sur environ 39", "excused": "", "pending": "2 demi-journées non encore saisies"},
    "modules": [{"title": "Module 1", "text": "7/10 demi-journées"}], "jury": "12 mars 2027", "contact": "INSET",
    "dossier": [{"key": "cs:p:da", "label": "Dépôt A", "text": "reçu"}],
}  # fmt: skip


class _Strict(HTMLParser):
    """Checks that every element that is opened is closed, in order."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(page: str) -> str:
    parser = _Strict()
    parser.feed(page)
    assert parser.open == []
    assert "SPÉCIMEN" in page
    assert 'lang="fr"' in page
    assert page.count("<h1>") == 1
    return page


def test_the_course_counts_tracked_activities_only(world: Any) -> None:
    world.module("note", "page", {"name": "Le <b>cycle</b> & co (Conseillé)", "position": 9, "content": "<p>Lire</p>"})
    world.module("cache", "page", {"name": "Caché", "position": 10, "content": "x", "visible": False})
    world.track("completed")
    page = checked(world.sandbox.page("/course/view.php", key="cs:p:course", user="t1"))
    assert "1 activité sur 3 terminée" in page
    assert '<span class="mark">Conseillé</span> <strong>Le cycle &amp; co</strong>' in page
    assert "»</span></summary><p>Lire</p></details>" in page
    assert "Caché" not in page
    assert page.count('"mark todo">À faire') == 3
    assert "href" not in page
    assert "ne pouvez pas" in checked(world.sandbox.page("/course/view.php", key="cs:p:course", user="t3"))


def test_the_address_of_where_i_am_leads_where_it_is_told(world: Any) -> None:
    fields = {
        "name": "Où j’en suis (Information)",
        "position": 9,
        "externalurl": "{wwwroot}/local/cyclesync/me.php?promotion=p",
    }
    world.module("me", "url", fields)
    page = checked(world.sandbox.page("/course/view.php", key="cs:p:course", user="t1", me="ou.html"))
    assert '<a href="ou.html">Où j’en suis</a>' in page


def test_before_any_status_the_deposits_are_shown(world: Any) -> None:
    page = checked(world.sandbox.page("/local/cyclesync/me.php", promotion="p", user="t1"))
    assert "pas encore été transmise" in page
    assert "Non remis." in page


def test_where_i_am_follows_the_order_of_the_course_description(world: Any) -> None:
    world.sandbox.set_time(1_801_700_000)
    item = world.upload(b"%PDF", "dossier.pdf", who="t1")
    world.call("mod_assign_save_submission", who="t1", assignmentid=1, plugindata={"files_filemanager": item})
    statuses = [{"userid": world.people[0], "status": json.dumps(STATUS)}]
    assert world.call("local_cyclesync_put_candidate_status", promotion="p", statuses=statuses) == {"stored": 1}
    page = checked(world.sandbox.page("/local/cyclesync/me.php", promotion="p", user=str(world.people[0])))
    words = [
        "Prochain rendez-vous",
        "À faire par vous",
        "Votre dossier",
        "Présences",
        "Modules",
        "Jury",
        "Décision",
        "Situation au",
    ]
    places = [page.index(word) for word in words]
    assert places == sorted(places)
    assert "il n’est pas remis" in page
    assert "Remettre le &lt;dépôt&gt; B" in page
    assert "4 février 2027 à 6\u00a0h\u00a000 (lecture complète)" in page


def test_pages_are_served_and_absent_ones_say_so(world: Any) -> None:
    with urllib.request.urlopen(f"{world.sandbox.url}/course/view.php?key=cs:p:course&user=t1") as answer:
        assert "SPÉCIMEN" in answer.read().decode()
    with pytest.raises(urllib.error.HTTPError, match="404") as error:
        urllib.request.urlopen(f"{world.sandbox.url}/local/cyclesync/me.php?promotion=zz&user=t1")
    error.value.close()
    with pytest.raises(UsageError):
        world.sandbox.page("/course/view.php", key="cs:p:zz", user="t1")


@pytest.mark.parametrize(("epoch", "shown"), [(1_801_689_240, "3 février 2027 à 22\u00a0h\u00a014"),
                                              (1_782_864_000, "1er juillet 2026 à 2\u00a0h\u00a000")])  # fmt: skip
def test_moments_are_those_of_paris(epoch: int, shown: str) -> None:
    assert moment(epoch) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(1, "1\u00a0octet"), (900, "900\u00a0octets"), (1_887_437, "1,8\u00a0Mo")]
)
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown
