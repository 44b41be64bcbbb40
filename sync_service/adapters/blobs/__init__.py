"""Filed and issued documents: encrypted files named by the digest of what they hold."""

from sync_service.adapters.blobs.store import FileBlobs

__all__ = ["FileBlobs"]
