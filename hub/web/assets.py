"""What a browser loads besides pages: our own style and scripts, and a few files from npm.

Nothing is built. Files from ``node_modules`` are served by an allow-list of names, so that the
rest of those packages stays out of reach. Without ``node_modules`` the pages still work, with
plain forms and the device's own font.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from hub.web.looks import all_icons

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"
LANGUAGES = HERE / "languages"

_FONT = "@fontsource-variable/nunito-sans"
_SVG_BODY = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VendorFile:
    """One file as it is served."""

    content: bytes
    media_type: str
    etag: str


def vendor_files(node_modules: Path) -> dict[str, VendorFile]:
    """Everything that is served below /static/vendor, by name; empty when npm never ran."""
    swagger = node_modules / "swagger-ui-dist"
    paths = {
        "htmx.js": node_modules / "htmx.org/dist/htmx.min.js",
        "swagger-ui.js": swagger / "swagger-ui-bundle.js",
        "swagger-ui.css": swagger / "swagger-ui.css",
    }
    font = node_modules / _FONT
    paths["font.css"] = font / "wght.css"
    for path in sorted(font.glob("files/*-wght-normal.woff2")):
        paths[f"files/{path.name}"] = path
    try:
        files = {name: _file(name, path.read_bytes()) for name, path in paths.items()}
        files["icons.svg"] = _file("icons.svg", _icon_sheet(node_modules).encode())
    except OSError as error:
        _log.warning(
            "the pages run without live updates, own font and icons, because %s is missing: "
            "run 'npm ci' in %s",
            error.filename,
            HERE,
        )
        return {}
    return files


class VendorFiles:
    """Serves `vendor_files` by name."""

    def __init__(self, node_modules: Path) -> None:
        self._files = vendor_files(node_modules)

    async def serve(self, request: Request) -> Response:
        file = self._files.get(request.path_params["name"])
        if file is None:
            return Response("no such file", 404, media_type="text/plain")
        headers = {"ETag": file.etag, "Cache-Control": cache_control(request.scope)}
        if request.headers.get("If-None-Match") == file.etag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, headers=headers, media_type=file.media_type)


class OwnFiles(StaticFiles):
    """Our own static files."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = cache_control(scope)
        return response


@cache
def build_id() -> str:
    """Changes with all that browsers load, so that an open page knows that it is outdated."""
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes())
    for folder in (TEMPLATES, STATIC, LANGUAGES):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.suffix != ".pyc":
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def cache_control(scope: Scope) -> str:
    """A name that carries a build never means other bytes; any other one is asked for again."""
    return "max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"


def _file(name: str, content: bytes) -> VendorFile:
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    return VendorFile(content, _MEDIA_TYPES[Path(name).suffix], etag)


def _icon_sheet(node_modules: Path) -> str:
    """The icons that pages use, as symbols of one SVG that is fetched once."""
    symbols = []
    for name in sorted(all_icons()):
        text = (node_modules / f"lucide-static/icons/{name}.svg").read_text()
        body = _SVG_BODY.search(text)
        if body is None:
            raise ValueError(f"the icon {name} holds no <svg>")
        lines = "".join(line.strip() for line in body.group(1).splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>')
    licence = "<!-- Icons: Lucide, ISC licence -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{licence}{"".join(symbols)}</svg>'
