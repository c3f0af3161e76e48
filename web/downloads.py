"""Files that leave Loting: a safe name, never shown in place, never kept by a proxy."""

import re

from flask import Response


def attachment(content: bytes, name: str, kind: str) -> Response:
    """Return ``content`` as a download called ``name``, of the media type ``kind``."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    return Response(
        content,
        content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        headers={
            "Content-Disposition": f'attachment; filename="{safe}"',
            "Cache-Control": "no-store",
        },
    )
