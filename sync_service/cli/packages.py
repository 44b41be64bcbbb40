"""``package`` and ``lint``: SCORM packages, with no configuration and no Moodle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.session import session
from sync_service.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from sync_service.domain.scorm import Finding

_SHOWN = 3
"""Places shown of one finding; --json gives all of them."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("package")(package)
    app.command("lint")(lint)


def package(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="[CYCLE[/MODULE]]", help="Ce qu’il faut construire ; tout par défaut.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Dossier des paquets.")] = None,
    edition: Annotated[str, typer.Option(help="Édition de SCORM : 1.2 ou 2004-4.")] = "1.2",
    with_schemas: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Joindre les schémas XSD de ce dossier : paquet ADL strict.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Montrer un module dans un navigateur pendant qu’on l’écrit.")
    ] = False,
) -> None:
    """Construire les paquets SCORM à partir de leurs sources ; ce qui n’a pas changé n’est pas touché."""
    from sync_service.adapters.scorm import FolderPackages
    from sync_service.usecases.package import build_packages

    here = session(context)
    sources, build = _folders(context)
    cycle, _, module = target.partition("/")
    if watch:
        _watch(context, sources / cycle / module if module else None, edition)
        return
    cycles = [cycle] if cycle else sorted(p.parent.parent.name for p in sources.glob("*/*/module.toml"))
    found = []
    for name in dict.fromkeys(cycles):
        if not (sources / name).is_dir():
            raise UsageError(f"Aucune source pour « {name} » dans {sources} : vérifiez le nom du cycle.")
        store = FolderPackages(sources / name, (out or build / "packages") / name, edition, schemas=with_schemas)
        found += [(name, result) for result in build_packages(store, [module] if module else [])]
    for name, result in found:
        here.say(f"{name}/{result.module} : {'construit' if result.changed else 'inchangé'} → {result.zip_path}")
    here.result(
        [
            {
                "cycle": name,
                "module": r.module,
                "zip": str(r.zip_path),
                "digest": r.content_digest,
                "changed": r.changed,
            }
            for name, r in found
        ]
    )


def _watch(context: typer.Context, source: Path | None, edition: str) -> None:
    """Serve the preview of one module until Ctrl+C."""
    import webbrowser

    from sync_service.adapters.scorm.watch import Preview, preview_server
    from sync_service.domain.scorm import EDITIONS

    if source is None:
        raise UsageError("Nommez le module à montrer, comme dans « cyclesync package CYCLE/MODULE --watch ».")
    if not (source / "module.toml").is_file():
        raise UsageError(f"Il n’y a pas de module.toml dans {source} : vérifiez le nom du cycle et celui du module.")
    if edition not in EDITIONS:
        raise UsageError(f"L’édition « {edition} » de SCORM n’est pas construite : employez {' ou '.join(EDITIONS)}.")
    server = preview_server(Preview(source, edition))
    address = f"http://127.0.0.1:{server.server_port}/"
    session(context).say(f"Aperçu : {address} (Ctrl+C pour arrêter)")
    webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        session(context).say("Aperçu arrêté.")
    finally:
        server.server_close()


def _folders(context: typer.Context) -> tuple[Path, Path]:
    """Return the folders of sources and of builds: those of config.toml when there is one."""
    try:
        config = session(context).config()
    except ConfigError:
        if session(context).config_path.exists():
            raise
        return Path("scorm_packages"), Path("build")
    return config.path(config.packages_dir), config.path(config.build_dir)


def lint(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="ZIP", help="Le paquet à examiner.")],
    profile: Annotated[str, typer.Option(help="adl, moodle ou app.")] = "moodle",
    previous: Annotated[
        Path | None, typer.Option(help="La version précédente : nomme les tentatives qui seraient perdues.")
    ] = None,
) -> int:
    """Examiner un paquet SCORM, d’où qu’il vienne ; code 1 s’il y a une erreur."""
    from sync_service.adapters.scorm.lint import lint_zip

    here = session(context)
    for path in (file, *([previous] if previous else [])):
        _require_file(path)
    findings = lint_zip(file, profile=profile, previous=previous)
    for line in _lines(findings):
        here.say(line)
    here.say(f"{file.name} : {_summary(findings)} (profil {profile}).")
    here.result(
        [
            {"code": f.code, "severity": str(f.severity), "where": f.where, "fr": f.message_fr, "en": f.message_en}
            for f in findings
        ]
    )
    return int(any(finding.severity == "error" for finding in findings))


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"« {path} » est un dossier : donnez le fichier zip du paquet.")
    if not path.is_file():
        raise UsageError(f"« {path} » n’existe pas ou n’est pas un fichier : vérifiez le chemin.")


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the findings, the severest first; of one that comes back again and again, only the first places."""
    names = {"error": "erreur", "warning": "avertissement", "information": "information"}
    groups: dict[tuple[int, str], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.severity.rank, one.code), []).append(one)
    for (_, code), group in sorted(groups.items()):
        shown = group if len(group) == _SHOWN + 1 else group[:_SHOWN]
        for one in shown:
            yield f"{code} {names[one.severity]} · {one.where} : {one.message_fr}"
        if len(group) > len(shown):
            yield f"{code} … et {len(group) - len(shown)} autres de même sorte (cyclesync --json lint les donne tous)."


def _summary(findings: Sequence[Finding]) -> str:
    counts = [(sum(one.severity == kind for one in findings), kind) for kind in ("error", "warning", "information")]
    words = {"error": "erreur", "warning": "avertissement", "information": "information"}
    said = [f"{count} {words[kind]}{'s' if count > 1 else ''}" for count, kind in counts if count]
    return ", ".join(said) or "rien à signaler"
