"""Every rule of lint on a package made to break it, and the same package without the fault."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from sync_service.adapters.scorm import lint_zip
from sync_service.adapters.scorm.rules import PROFILES, RULES
from sync_service.domain.scorm import Severity
from sync_service.errors import UsageError

Files: TypeAlias = dict[str, bytes]

MANIFEST = """\
<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" identifier="m" version="1.0">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>Cycle</title>
    <item identifier="i" identifierref="r"><title>Module</title></item>
  </organization></organizations>
  <resources>
    <resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/><file href="a.js"/></resource>
  </resources>
</manifest>
"""
PAGE = '<!doctype html><html lang="fr"><head><title>T</title></head><body><p>x</p><script src="a.js"></script></body></html>'
SCRIPT = """\
API.LMSInitialize(''); if (API.LMSGetValue('cmi.core.lesson_mode') === 'normal') {
API.LMSSetValue('cmi.core.lesson_status', 'incomplete'); }
addEventListener('pagehide', () => API.LMSFinish(''));
"""
SCRIPT_2004 = """\
API.Initialize(''); if (API.GetValue('cmi.mode') === 'normal') {
API.SetValue('cmi.completion_status', 'incomplete'); API.SetValue('cmi.exit', 'suspend'); }
addEventListener('pagehide', () => API.Terminate(''));
"""


def _good() -> Files:
    return {"imsmanifest.xml": MANIFEST.encode(), "index.html": PAGE.encode(), "a.js": SCRIPT.encode()}


def _manifest(old: str, new: str) -> Callable[[], Files]:
    assert old in MANIFEST
    return lambda: {**_good(), "imsmanifest.xml": MANIFEST.replace(old, new).encode()}


def _page(old: str, new: str) -> Callable[[], Files]:
    assert old in PAGE
    return lambda: {**_good(), "index.html": PAGE.replace(old, new).encode()}


def _with(*names: str) -> Callable[[], Files]:
    return lambda: {**_good(), **dict.fromkeys(names, b"x")}


def _moved(name: str) -> Callable[[], Files]:
    return lambda: {name if old == "imsmanifest.xml" else old: data for old, data in _good().items()}


def _manifest_2004(old: str = "", new: str = "", script: str = SCRIPT_2004) -> Callable[[], Files]:
    """Return the good package in 2004, with a fault in its manifest or in its script."""
    text = MANIFEST.replace("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.imsglobal.org/xsd/imscp_v1p1")
    text = text.replace("adlcp_rootv1p2", "adlcp_v1p3").replace("adlcp:scormtype", "adlcp:scormType")
    text = text.replace(">1.2<", ">2004 4th Edition<")
    assert old in text
    return lambda: {**_good(), "imsmanifest.xml": text.replace(old, new).encode(), "a.js": script.encode()}


def _script(old: str, new: str) -> Callable[[], Files]:
    assert old in SCRIPT
    return lambda: {**_good(), "a.js": SCRIPT.replace(old, new).encode()}


def _call(text: str) -> Callable[[], Files]:
    return lambda: {**_good(), "a.js": (SCRIPT + text).encode()}


def _call_2004(text: str) -> Callable[[], Files]:
    return _manifest_2004(script=SCRIPT_2004 + text)


def _metadata(text: str = "") -> Callable[[], Files]:
    """Return a package whose manifest names a metadata file, there when ``text`` is not empty."""
    location = "</schemaversion><adlcp:location>lom.xml</adlcp:location>"
    files = _manifest("</schemaversion>", location)()
    return lambda: {**files, "lom.xml": text.encode()} if text else files


def _without(name: str) -> Callable[[], Files]:
    return lambda: {old: data for old, data in _good().items() if old != name}


_ITEM = '<item identifier="i" identifierref="r"><title>Module</title></item>'
_FILE_A = '<file href="a.js"/>'
_RESOURCE = 'adlcp:scormtype="sco" href="index.html"'
_CAM13 = ">CAM 1.3<"
_TITLE = "<title>Module</title>"
_IMSSS = 'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
_LOM_1_2 = '<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1">{}</lom>'
_LOM_2004 = '<lom xmlns="http://ltsc.ieee.org/xsd/LOM">{}</lom>'


def _item(text: str) -> Callable[[], Files]:
    return _manifest(_TITLE, _TITLE + text)


def _item_2004(text: str) -> Callable[[], Files]:
    return _manifest_2004(_TITLE, f"{_TITLE}{text}")


FAULTS: list[tuple[str, Callable[[], Files]]] = [
    ("S102", _without("imsmanifest.xml")),
    ("S103", _moved("dossier/imsmanifest.xml")),
    ("S104", _moved("IMSmanifest.xml")),
    ("S105", _moved("./imsmanifest.xml")),
    ("S106", _with("a'b.html")),
    ("S106", _with("x/../y.txt")),
    ("S106", _with("x\\y.txt")),
    ("S106", _with("/racine.txt")),
    ("S107", _with("ab.txt", "a&b.txt")),
    ("S107", _with("e\u0301.txt", "\u00e9.txt")),
    ("S109", _with("été.txt")),
    ("S112", _with("__MACOSX/a")),
    ("S112", _with(".DS_Store")),
    ("S113", lambda: {**_good(), "a.js": SCRIPT.encode() + b"import('./b.mjs');", "b.mjs": b"let b;"}),
    ("S114", _with("a.woff2")),
    ("S117", _with("a.zip")),
    ("S120", _with("INDEX.html")),
    ("S121", _with("e\u0301.txt")),
    ("S201", _manifest("</manifest>", "")),
    ("S202", lambda: {**_good(), "imsmanifest.xml": (
        MANIFEST.replace("<", "<imscp:").replace("<imscp:/", "</imscp:").replace("<imscp:?", "<?")
        .replace("xmlns=", "xmlns:imscp=")
    ).encode()}),
    ("S203", lambda: {**_good(), "imsmanifest.xml": MANIFEST.replace("adlcp:", "ns0:").replace(":adlcp", ":ns0").encode()}),
    ("S204", _manifest_2004("<schemaversion>2004 4th Edition</schemaversion>", "")),
    ("S204", _manifest_2004("4th Edition", "4th edition")),
    ("S205", _manifest("ADL SCORM", "SCORM")),
    ("S206", _manifest("<manifest xmlns", "<!DOCTYPE manifest>\n<manifest xmlns")),
    ("S207", _manifest(_ITEM, _ITEM + _ITEM)),
    ("S208", _manifest('identifier="i"', 'identifier="1 é"')),
    ("S209", _manifest(_ITEM, f"<metadata/>{_ITEM}")),
    ("S209", _manifest("<resources>", "<resources><metadata/>")),
    ("S210", _item_2004(f'<imsss:sequencing {_IMSSS}><imsss:objectives><imsss:objective objectiveID="a">'
        '<imsss:mapInfo targetObjectiveID="b"/></imsss:objective></imsss:objectives></imsss:sequencing>')),
    ("S211", _item_2004(f'<imsss:sequencing {_IMSSS}><imsss:controlMode choice="false"/></imsss:sequencing>')),
    ("S211", _item_2004(f"<imsss:sequencing {_IMSSS}><imsss:preConditionRule/></imsss:sequencing>")),
    ("S212", _manifest("<resources>", '<resources xml:base="x/">')),
    ("S213", _manifest(' identifier="m"', ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="u absent.xsd" identifier="m"')),
    ("S214", _manifest("<schemaversion>1.2</schemaversion>", "")),
    ("S215", _manifest(">1.2<", _CAM13)),
    ("S216", _manifest('xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"', "")),
    ("S217", _item_2004('<s:sequencing xmlns:s="http://www.imsglobal.org/xsd/imsss"/>')),
    ("S218", _manifest_2004("</resources>", f"</resources><imsss:sequencingCollection {_IMSSS}/>")),
    ("S219", _metadata()),
    ("S219", _metadata("<lom>")),
    ("S220", _metadata(_LOM_2004.format("<lifecycle/>"))),
    ("S220", _metadata(_LOM_1_2.format("<rights/><general/>"))),
    ("S221", _manifest('identifier="i"', f'identifier="{"i" * 256}"')),
    ("S222", _manifest('identifier="r"', 'identifier="i"')),
    ("S301", _manifest(_ITEM, "")),
    ("S302", _manifest('default="o"', 'default="NOPE"')),
    ("S303", _manifest('identifierref="r"', 'identifierref="NOPE"')),
    ("S304", _manifest(' identifierref="r"', "")),
    ("S305", _manifest(_TITLE, "<title> </title>")),
    ("S305", _manifest(_TITLE, "")),
    ("S306", _manifest(">Module<", f">{'x' * 256}<")),
    ("S307", _manifest(">Module<", ">0<")),
    ("S307", _manifest(">Module<", ">10 &amp; 0<")),
    ("S307", _item("<adlcp:masteryscore>0</adlcp:masteryscore>")),
    ("S308", _manifest(">Module<", ">Mod\nule<")),
    ("S309", _manifest(_ITEM, _ITEM + _ITEM.replace('"i"', '"j"'))),
    ("S310", _item("<adlcp:masteryscore>0.8</adlcp:masteryscore>")),
    ("S310", _item("<adlcp:masteryscore>80 %</adlcp:masteryscore>")),
    ("S311", _item('<adlcp:prerequisites type="aicc_script">a</adlcp:prerequisites>')),
    ("S312", _manifest('identifier="i"', 'identifier="i-9b2e6c1e-4b3a-4b5e-9a52-0c6a2f1d7e88"')),
    ("S313", _item_2004('<adlcp:completionThreshold minProgressMeasure="1.0"/>')),
    ("S313", _item_2004("<adlcp:completionThreshold/>")),
    ("S314", _manifest(_RESOURCE, 'adlcp:scormtype="sco"')),
    ("S315", _item_2004("<adlcp:masteryscore>80</adlcp:masteryscore>")),
    ("S316", _item('<s:minNormalizedMeasure xmlns:s="u">60</s:minNormalizedMeasure>')),
    ("S319", _manifest('scormtype="sco"', 'scormtype="asset"')),
    ("S321", _item("<adlcp:timelimitaction>stop</adlcp:timelimitaction>")),
    ("S401", _manifest(_RESOURCE, 'adlcp:scormtype="sco" href="absent.html"')),
    ("S402", _manifest(_RESOURCE, 'adlcp:scormtype="sco" href="Index.html"')),
    ("S403", _manifest(_FILE_A, f'{_FILE_A}<file href="absent.css"/>')),
    ("S404", _with("orphan.txt")),
    ("S405", _manifest('scormtype="sco"', 'scormtype="SCO"')),
    ("S405", _manifest(' adlcp:scormtype="sco"', "")),
    ("S406", _manifest('type="webcontent"', 'type="web"')),
    ("S407", _manifest('href="index.html"><file', 'href="index.html?a=\'b\'"><file')),
    ("S407", _manifest('identifierref="r"', 'identifierref="r" parameters="?a=\'b\'"')),
    ("S408", _manifest('href="index.html"><file', 'href="https://example.org/"><file')),
    ("S409", _manifest('href="index.html"><file', 'href="a.js"><file')),
    ("S410", _manifest("adlcp:scormtype", "adlcp:scormType")),
    ("S412", _manifest('<file href="a.js"/>', '<file href="x\\a.js"/>')),
    ("S501", _page("<p>x</p>", "<script>let a;</script>")),
    ("S502", _page("<p>x</p>", '<p onclick="a()">x</p>')),
    ("S502", _page("<p>x</p>", '<a href="javascript:a()">x</a>')),
    ("S503", _call("eval ('1')")),
    ("S503", _call("new Function('1')")),
    ("S504", _page("<p>x</p>", '<img alt="" src="https://example.org/a.png">')),
    ("S504", lambda: {**_good(), "a.css": b"p { background: url(//example.org/a.png) }"}),
    ("S505", _page("<p>x</p>", '<iframe title="T" src="absent.html"></iframe>')),
    ("S505", _page("a.js", "A.js")),
    ("S506", _script("pagehide", "unload")),
    ("S507", _page(' lang="fr"', "")),
    ("S508", _page("<title>T</title>", "")),
    ("S509", lambda: {**_good(), "a.js": b"let nothing;"}),
    ("S510", _page("<p>x</p>", '<img src="index.html">')),
    ("S511", _manifest_2004(script=SCRIPT)),
    ("S511", lambda: {**_good(), "a.js": SCRIPT_2004.encode()}),
    ("S512", _page("<p>x</p>", '<a href="Index.html">x</a>')),
    ("S512", _page("<p>x</p>", '<img alt="" src="absent.png">')),
    ("S512", lambda: {**_good(), "a.css": b"p { background: url('absent.png') }"}),
    ("S512", lambda: {**_good(), "b.html": PAGE.replace("a.js", "absent.js").encode()}),
    ("S520", _call("API.LMSSetValue('cmi.core.exit', 'normal')")),
    ("S521", _manifest_2004(script=SCRIPT_2004.replace("'suspend'", "'normal'"))),
    ("S522", _call("API.LMSSetValue('cmi.interactions.0.result', 'incorrect')")),
    ("S522", _call_2004("API.SetValue('cmi.interactions.0.result', 'wrong')")),
    ("S523", _call_2004("API.SetValue('adl.data.0.store', 'x')")),
    ("S524", _call("API.LMSSetValue('cmi.core.score.raw', '')")),
    ("S524", _call("API.LMSSetValue('cmi.core.score.raw', '1e1')")),
    ("S524", _call_2004("API.SetValue('cmi.score.raw', '.5')")),
    ("S524", _call_2004("API.SetValue('cmi.score.raw', '123456')")),
    ("S525", _call("API.LMSSetValue('cmi.core.session_time', '1:00:00')")),
    ("S525", _call_2004("API.SetValue('cmi.session_time', 'PT1.234S')")),
    ("S525", _call_2004("API.SetValue('cmi.session_time', 'P1DT1H')")),
    ("S526", _call_2004("API.SetValue('cmi.interactions.0.timestamp', new Date().toISOString())")),
    ("S527", _call("API.LMSSetValue('cmi.core.lesson_status', 'done')")),
    ("S527", _call_2004("API.SetValue('cmi.success_status', 'ok')")),
    ("S528", _call("API.LMSSetValue('cmi.interactions.0.type', 'long-fill-in')")),
    ("S529", _call("API.LMSSetValue('cmi.interactions.0.id', 'une question')")),
    ("S530", _manifest_2004(_TITLE, f"{_TITLE}<imsss:minNormalizedMeasure {_IMSSS}>0.6</imsss:minNormalizedMeasure>")),
    ("S531", _script("lesson_mode", "entry")),
    ("S531", _manifest_2004(script=SCRIPT_2004.replace("cmi.mode", "cmi.entry"))),
    ("S532", _script("incomplete", "completed")),
    ("S533", _manifest_2004(script=SCRIPT_2004.replace("API.SetValue('cmi.exit', 'suspend');", ""))),
    ("S534", _script("LMSFinish", "LMSCommit")),
    ("S534", _manifest_2004(script=SCRIPT_2004.replace("Terminate", "Commit"))),
    ("S535", _call_2004(f"API.SetValue('cmi.interactions.0.description', '{'x' * 251}')")),
    ("S701", _manifest_2004()),
]  # fmt: skip


def _write(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


def _said(path: Path, code: str, profile: str) -> Severity | None:
    return next((one.severity for one in lint_zip(path, profile=profile) if one.code == code), None)


def _codes(path: Path, previous: Path | None = None) -> set[str]:
    return {found.code for profile in PROFILES for found in lint_zip(path, profile=profile, previous=previous)}


def test_the_good_package_is_good(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", _good())
    assert _codes(path, previous=path) == set()


def test_the_good_package_is_good_in_2004_except_for_the_app(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", _manifest_2004()())
    assert _codes(path, previous=path) == {"S701"}


@pytest.mark.parametrize(("code", "files"), FAULTS, ids=[f"{code}-{n}" for n, (code, _) in enumerate(FAULTS)])
def test_each_fault_is_found_in_its_profiles_only(code: str, files: Callable[[], Files], tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", files())
    assert {profile: _said(path, code, profile) for profile in PROFILES} == {
        profile: RULES[code].severities.get(profile) for profile in PROFILES
    }


def test_what_is_not_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    assert _codes(path) == {"S101"}
    path.write_bytes(b"not a zip")
    assert _codes(path) == {"S101"}


def test_an_accented_name_without_the_utf8_flag(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", {**_good(), "ZZ1.txt": b"x"})
    path.write_bytes(path.read_bytes().replace(b"ZZ1.txt", b"\x82\x821.txt"))
    assert "S108" in _codes(path)


def test_a_damaged_entry(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", _good())
    path.write_bytes(path.read_bytes().replace(SCRIPT.encode(), SCRIPT.upper().encode()))
    assert "S111" in _codes(path)


def test_an_encrypted_entry(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", {"z.txt": b"x", **_good()})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert "S111" in _codes(path)


def test_a_package_too_heavy_for_a_phone(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**_good(), "film.mp4": bytes(51_000_000)}.items():
            archive.writestr(name, data)
    assert "S110" in _codes(path)


def test_a_link_in_place_of_a_file(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", _good())
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("passwd.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    found = next(one for one in lint_zip(path, profile="moodle") if one.code == "S116")
    assert "/etc/passwd" in found.message_fr


def test_a_compression_that_few_can_open(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", _good())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("b.txt", "x")
    assert _said(path, "S119", "adl") == "error"


def test_a_replacement_that_would_erase_results(tmp_path: Path) -> None:
    before = _write(tmp_path / "before.zip", _good())
    after = _write(tmp_path / "after.zip", _manifest('identifier="i"', 'identifier="other"')())
    found = lint_zip(after, profile="moodle", previous=before)
    assert [(one.code, one.where) for one in found] == [("S801", "i")]
    assert "« i » (Module)" in found[0].message_fr


def test_a_replacement_in_another_edition(tmp_path: Path) -> None:
    old, new = _write(tmp_path / "1.2.zip", _good()), _write(tmp_path / "2004.zip", _manifest_2004()())
    assert _codes(new, previous=old) == {"S701", "S802"}
    assert _codes(old, previous=new) == {"S802"}


def test_a_replacement_of_something_unreadable(tmp_path: Path) -> None:
    after = _write(tmp_path / "after.zip", _good())
    assert _codes(after, previous=tmp_path / "absent.zip") == {"S803"}
    assert _codes(after, previous=_write(tmp_path / "empty.zip", {"a.txt": b"x"})) == {"S803"}


def test_other_title_order_and_page_are_no_loss(tmp_path: Path) -> None:
    before = _write(tmp_path / "before.zip", _good())
    after = _write(tmp_path / "after.zip", _manifest(">Module<", ">Un autre titre<")())
    assert _codes(after, previous=before) == set()


def test_an_unknown_profile(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="adl, moodle, app"):
        lint_zip(tmp_path / "a.zip", profile="ims")


def test_every_rule_has_a_test_and_both_languages() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_lint*.py"))
    assert [code for code in RULES if f'"{code}"' not in source] == []
    assert all(rule.french and rule.english and rule.french != rule.english for rule in RULES.values())
