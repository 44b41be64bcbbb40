from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest

from sync_service.adapters.mapping_files import load_cycle, load_promotion, read_roster, roster_path
from sync_service.adapters.mapping_files.brochure_sentences import sentences_of
from sync_service.adapters.mapping_files.brochure_table import brochure_page, read_trace
from sync_service.adapters.mapping_files.schemas import main as write_schemas
from sync_service.adapters.mapping_files.schemas import schemas
from sync_service.domain.calendar import SessionKind, SessionState
from sync_service.domain.desired import DesiredCourse, PackageFacts, desired_state
from sync_service.domain.french import plain
from sync_service.domain.keys import split_key
from sync_service.domain.lms_state import Kind, LmsObject
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.typography import french
from sync_service.errors import MappingError, Problem

BANNED = re.compile(r"\b(tuteurs?|tutrices?|devoirs?|notes?|inconnue?s?|titre)\b", re.IGNORECASE)
PACKAGES = {f"m{n:02d}": PackageFacts(f"{n:064x}", f"build/m{n:02d}.zip", {"completion": 2}) for n in range(1, 8)}


@pytest.fixture(scope="session")
def course(files: PromotionFiles) -> DesiredCourse:
    return desired_state(files.cycle, files.promotion, files.calendar, files.layout, PACKAGES, ())


@pytest.fixture(scope="session")
def by_name(course: DesiredCourse) -> Mapping[str, LmsObject]:
    return {(split_key(thing.key) or ("", ""))[1]: thing for thing in course.objects}


def text_of(thing: LmsObject) -> str:
    shown = " ".join(str(thing.fields.get(name, "")) for name in ("name", "summary", "intro", "content", "description"))
    return unescape(re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", "", shown))).strip()


def test_the_referential_says_what_the_brochure_says(files: PromotionFiles) -> None:
    cycle = files.cycle
    assert len(cycle.modules) == 9
    assert [module.number for module in cycle.modules if not module.described] == [8, 9]
    assert all(module.title is None and not module.text for module in cycle.modules[7:])
    assert (cycle.duration.days, cycle.duration.approximate, cycle.regime) == (39, True, "certificat_cnfpt")
    source = cycle.referential.files["brochure.md"].decode("utf-8")
    flat = {sentence.text for sentence in sentences_of(source)}
    said = [*cycle.audience, *cycle.context, *cycle.aim, *cycle.objectives, *cycle.principles, *cycle.methods]
    said += [sentence for module in cycle.modules for sentence in module.text]
    said += [f"{module.number} {module.title}" for module in cycle.described_modules]
    assert set(said) <= flat


def test_every_rule_has_a_source_and_every_question_a_default(files: PromotionFiles) -> None:
    rules = files.cycle.rules
    assert list(rules.sources) == [f"R{number:02d}" for number in range(1, 23)]
    assert list(rules.questions) == [f"Q{number:02d}" for number in range(1, 29)]
    lines = files.cycle.referential.files["brochure.md"].decode("utf-8").splitlines()
    for rule in rules.sources.values():
        found = re.match(r"B:(\d+) «\s(.*)\s»$", rule.source)
        if found:
            assert found[2] in french(lines[int(found[1]) - 1].replace("*", "")), rule.id
        else:
            assert rule.source.startswith(("la brochure n’en dit rien", "RGPD")), rule.id
    for question in rules.questions.values():
        for setting in question.settings:
            value: object = rules
            for step in setting.split("."):
                value = getattr(value, step)
            assert question.default, setting


def test_brochure_defaults_that_stay_open(files: PromotionFiles) -> None:
    rules = files.cycle.rules
    assert rules.attendance.threshold is None
    assert rules.attendance.followed_rule is None
    assert rules.dossier.required_documents == ()
    assert rules.certificate.footnote.count("certifications professionnelles") == 1
    assert rules.dossier.days_before_jury == 30


def test_the_referential_is_pinned_by_the_bytes_of_its_files(files: PromotionFiles, copy: Path) -> None:
    before = files.cycle.referential.sha256
    assert load_cycle(copy.parent, "coordonnateur_petite_enfance").referential.sha256 == before
    path = copy / "referentials" / "2026.1" / "certification.toml"
    path.write_bytes(path.read_bytes() + b"# one more line\n")
    assert load_cycle(copy.parent, "coordonnateur_petite_enfance").referential.sha256 != before


def test_the_calendar_is_39_days_with_one_cancelled_and_one_postponed(files: PromotionFiles) -> None:
    calendar = files.calendar
    assert calendar.halfdays() == 78
    states = [session.state for session in calendar.sessions]
    assert states.count(SessionState.CANCELLED) == 1
    postponed = next(session for session in calendar.sessions if session.state is SessionState.POSTPONED)
    assert postponed.replaced_by is not None
    assert calendar.session(postponed.replaced_by).counts
    assert len([session for session in calendar.support() if session.counts]) == 5
    assert {session.module for session in calendar.sessions} == {1, 2, 3, 4, 5, 6, 7, None}
    assert all(session.kind is SessionKind.SUPPORT for session in calendar.support())
    assert all(session.intervenants and session.methods for session in calendar.sessions)


def test_the_list_of_trainees_is_fictitious_and_awkward(mappings: Path, files: PromotionFiles) -> None:
    rows = read_roster(roster_path(mappings, files), files.promotion.id).rows
    assert len(rows) == 15
    assert all(row.email.endswith(".exemple.invalid") for row in rows)
    names = [(row.birth_name, row.first_name) for row in rows]
    assert len(names) - len(set(names)) == 1
    assert any("'" in row.usual_name for row in rows)
    assert any(row.usual_name != row.birth_name for row in rows)
    assert all(files.promotion.group(row.group) is not None for row in rows)


def test_sections_in_order_and_undescribed_modules_hidden(course: DesiredCourse) -> None:
    sections = [thing for thing in course.objects if thing.kind is Kind.SECTION]
    names = [str(section.fields["name"]) for section in sections]
    assert names[:3] == ["Bienvenue", "Mon dossier et le jury", "Accompagnement méthodologique"]
    assert names[3] == "Module 1 – La fonction de coordonnateur petite enfance"
    assert names[10:] == ["Module 8", "Module 9"]
    assert [section.fields["visible"] for section in sections] == [True] * 10 + [False] * 2
    assert [section.fields["position"] for section in sections] == list(range(12))
    hidden = {section.key for section in sections[10:]}
    assert not [thing for thing in course.objects if thing.parent in hidden]


def test_exactly_ten_things_are_tracked(course: DesiredCourse, by_name: Mapping[str, LmsObject]) -> None:
    tracked = [thing for thing in course.objects if thing.fields.get("completion")]
    assert [thing.modname for thing in tracked].count("scorm") == 7
    assert {thing.key for thing in tracked if thing.modname != "scorm"} == {
        f"cs:angers-2026-2027:{name}" for name in ("ce-que-je-dois-remettre", "depot-a", "depot-b")
    }
    assert len(tracked) == 10
    assert by_name["ce-que-je-dois-remettre"].fields["completionview"] is True
    assert by_name["depot-a"].fields["completionsubmit"] is True
    assert all(str(thing.fields["name"]).endswith("(À faire)") for thing in tracked)
    assert "10 activités" in text_of(by_name["s-bienvenue"]).replace("\u00a0", " ")
    modules = [thing for thing in course.objects if thing.kind is Kind.MODULE]
    assert all(re.search(r"(À faire|Conseillé|Information)", text_of(thing)) for thing in modules)


def test_only_the_two_deposits_have_a_date(course: DesiredCourse, by_name: Mapping[str, LmsObject]) -> None:
    dated = {key: thing.fields["duedate"] for key, thing in by_name.items() if thing.fields.get("duedate")}
    assert dated == {"depot-a": 1810763999, "depot-b": 1810763999}, "19 May 2027, 23:59:59 in Paris"
    for name in ("depot-a", "depot-b", "brouillon"):
        fields = by_name[name].fields
        assert fields["grade"] == 0
        assert fields["cutoffdate"] == fields["gradingduedate"] == fields["allowsubmissionsfromdate"] == 0
        assert not any(fields[field] for field in fields if field.startswith("send"))
    assert by_name["depot-a"].fields["submissiondrafts"] is True
    assert by_name["course"].fields["showgrades"] is False
    assert by_name["enrol"].fields["welcomemessage"] is False


def test_dates_page_is_an_accessible_table(by_name: Mapping[str, LmsObject]) -> None:
    content = str(by_name["dates-lieux-horaires"].fields["content"])
    assert content.count('<th scope="col">') == 6
    assert content.count('<th scope="row">') == 21
    assert "<caption>" in content
    assert "<del>9, 10 et 11 décembre 2026</del> <strong>reportée aux 13, 14 et 15 janvier 2027</strong>" in content
    assert "<del>17 décembre 2026</del> <strong>annulée</strong>" in content
    assert "Mis à jour le 16 novembre 2026" in content


def test_one_event_per_session(course: DesiredCourse, by_name: Mapping[str, LmsObject]) -> None:
    events = [thing for thing in course.objects if thing.kind is Kind.EVENT]
    assert len(events) == 21
    assert by_name["ev-acc-x"].fields["name"] == "Accompagnement méthodologique (annulée)"
    assert str(by_name["ev-m1-a"].fields["name"]).startswith("Module 1 – La fonction")
    assert by_name["ev-m1-a"].fields["timestart"] == 1789974000, "21 September 2026, 9:00 in Paris"
    assert by_name["ev-m1-a"].fields["timeduration"] == (2 * 24 + 8) * 3600
    assert by_name["ev-m3-b"].fields["timestart"] == 1801468800, "1 February 2027, 9:00 in Paris"


def test_files_are_reachable_and_named_by_their_digest(course: DesiredCourse) -> None:
    carriers = {thing.key for thing in course.objects if thing.modname in {"scorm", "resource"}}
    assert set(course.files) == carriers
    calendar = course.files["cs:angers-2026-2027:calendrier-ics"]
    assert isinstance(calendar, bytes)
    assert calendar.count(b"BEGIN:VEVENT") == 43
    assert course.files["cs:angers-2026-2027:m03-prep"] == Path("build/m03.zip")


def test_texts_say_the_words_of_the_trade(course: DesiredCourse) -> None:
    for thing in course.objects:
        text = text_of(thing).replace("n’est pas un titre professionnel", "")
        assert not BANNED.search(text), thing.key
        assert "{" not in text, thing.key
        assert "[" not in text, thing.key
        assert not re.search(r"\w'\w| [:;?!»]|« ", text.replace("\u00a0", "~").replace("\u202f", "~")), (
            thing.key,
            text,
        )


def test_the_same_files_give_the_same_course(files: PromotionFiles, course: DesiredCourse) -> None:
    again = desired_state(files.cycle, files.promotion, files.calendar, files.layout, PACKAGES, ())
    assert again == course


def test_committed_schemas_match_the_models(mappings: Path, tmp_path: Path) -> None:
    assert write_schemas([str(tmp_path)]) == 0
    for name, text in schemas().items():
        assert (mappings / "schemas" / name).read_text(encoding="utf-8") == text, name
        assert (tmp_path / name).read_text(encoding="utf-8") == text


def test_the_brochure_page_is_up_to_date(mappings: Path) -> None:
    page = mappings.parent / "docs" / "fr" / "brochure.md"
    assert page.read_text(encoding="utf-8") == brochure_page(mappings, "angers-2026-2027")


def test_cited_sentences_are_where_the_table_says(mappings: Path, by_name: Mapping[str, LmsObject]) -> None:
    problems: list[Problem] = []
    trace = read_trace(mappings / "coordonnateur_petite_enfance", problems)
    assert trace is not None
    cited = [row for row in trace.rows if row.cited]
    assert len(cited) > 30
    for row in cited:
        sentence = plain(row.sentence).replace("'", "’").rstrip(" .;:")
        sentence = re.sub(r"^\d ", "", sentence)
        shown = [plain(text_of(by_name[name])) for name in row.trainee if by_name[name].modname != "resource"]
        assert shown
        assert all(sentence in re.sub(r"\s+", " ", text) for text in shown), row.sentence


def test_a_sentence_without_row_fails(copy: Path) -> None:
    path = copy / "trace.toml"
    rows = path.read_text(encoding="utf-8").split("[[rows]]")
    path.write_text("[[rows]]".join([*rows[:5], *rows[6:]]), encoding="utf-8")
    with pytest.raises(MappingError, match=r"phrase sans ligne dans trace\.toml : « Cette formation fait l'objet"):
        brochure_page(copy.parent, "angers-2026-2027")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"cycle.context.1"', '"cycle.context.9"', "n’existe pas"),
        ('"cycle.context.1"', '"cycle.context.2"', "aucune des clés ne contient cette phrase"),
        ('"m01-texte"', '"m77-texte"', "ni une section ni une activité"),
        ('"R13"', '"R99"', "la règle R99 n’existe pas"),
    ],
)
def test_a_wrong_row_fails(copy: Path, old: str, new: str, reason: str) -> None:
    path = copy / "trace.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MappingError, match=reason):
        brochure_page(copy.parent, "angers-2026-2027")


def test_observed_activities_must_be_keys_of_the_layout(copy: Path) -> None:
    path = copy / "promotions" / "angers-2026-2027.toml"
    observed = '\n[moodle.observe]\ncourse_shortname = "CPE"\nactivities = { m01-prep = 12, m99-prep = 13 }\n'
    path.write_text(path.read_text(encoding="utf-8") + observed, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        load_promotion(copy.parent, "angers-2026-2027")
    assert [problem.reason for problem in caught.value.problems] == ["« m99-prep » n’est pas une clé de standard.toml"]
