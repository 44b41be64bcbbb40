"""The pages that the story leaves behind, made at the moment when each is true."""

from __future__ import annotations

import shutil
from pathlib import Path

from sync_service.adapters.scorm import FolderPackages
from sync_service.cli.demo.cast import INCOMPLETE, Person
from sync_service.cli.demo.folder import CYCLE, PROMOTION
from sync_service.cli.demo.story import Story
from sync_service.cli.planning import plan_promotion, put_statuses, render_html
from sync_service.errors import StoreError

BROKEN = 'identifier = "cs-cpe-m03-refait"'


def office_pages(story: Story, *, moment: str) -> None:
    """Write what the office reads; trainees' situations are sent to Moodle at the same moment."""
    put_statuses(story.app, story.files())
    forms = ("html", "csv", "xlsx", "pdf")
    story.report("promotion", page=f"tableau-de-bord-{moment}", forms=forms)
    story.report("missing", page=f"manques-{moment}", forms=forms)
    shown = next((p for p in story.people if p.matricule == INCOMPLETE), story.people[0])
    story.report("candidate", page=f"fiche-{moment}", candidate=shown.matricule, forms=forms)


def trainee_pages(story: Story, person: Person) -> None:
    """Keep what a trainee sees on her phone on that day."""
    user = str(story.sandbox.user_id(person.username))
    story.page("ou-j-en-suis.html", story.sandbox.page("/local/cyclesync/me.php", promotion=PROMOTION, user=user))
    course = story.sandbox.page("/course/view.php", key=f"cs:{PROMOTION}:course", user=user, me="ou-j-en-suis.html")
    story.page("cours.html", course)


def admin_pages(story: Story) -> None:
    """Keep two plans: a course changed by hand, and a package that would erase results."""
    files = story.files()
    story.page("apercu.html", render_html(story.app, plan_promotion(story.app, files), files))
    built = story.app.packages_out(CYCLE)
    kept = built.with_name(f"{CYCLE}.tel-quel")
    shutil.copytree(built, kept, dirs_exist_ok=True)
    try:
        _build_with_another_identifier(story.out, built)
        story.page("apercu-refuse.html", render_html(story.app, plan_promotion(story.app, files), files))
    finally:
        shutil.rmtree(built)
        kept.rename(built)


def _build_with_another_identifier(out: Path, built: Path) -> None:
    """Build module 3 as someone would who changed its identifier: Moodle would take it for another package."""
    draft = out / "build" / "m03-refait" / "m03"
    shutil.copytree(out / "scorm_packages" / CYCLE / "m03", draft, dirs_exist_ok=True)
    source = draft / "module.toml"
    lines = source.read_text(encoding="utf-8").splitlines()
    changed = [BROKEN if line.startswith("identifier") else line for line in lines]
    if changed == lines:
        raise StoreError("Le module 3 de la démonstration n’a pas d’identifiant : rétablissez scorm_packages/.")
    source.write_text("\n".join(changed) + "\n", encoding="utf-8")
    FolderPackages(draft.parent, built).build(["m03"])
    shutil.rmtree(draft.parent)
