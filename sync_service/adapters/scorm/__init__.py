"""SCORM packages from Markdown: build them, write them, check any package."""

from sync_service.adapters.scorm.builder import FolderPackages, build_cycle, build_module
from sync_service.adapters.scorm.lint import lint_zip
from sync_service.domain.scorm import BuiltPackage, Finding, PackageResult

__all__ = ["BuiltPackage", "Finding", "FolderPackages", "PackageResult", "build_cycle", "build_module", "lint_zip"]
